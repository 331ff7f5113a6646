"""An agent with the plain `openai` SDK: it asks, and asks again until the answer is short enough.

podium run AGENT --request "What is a conductor?" -- python examples/agents/openai_loop.py
"""

import os
from pathlib import Path

from openai import OpenAI

TURNS = 3


def token() -> str:
    """Return the task's token of now: the file has a new one before the old one ends."""
    return Path(os.environ["PODIUM_TASK_TOKEN_FILE"]).read_text()


def main() -> None:
    request = Path(os.environ["PODIUM_REQUEST_FILE"]).read_text()
    client = OpenAI(api_key=token)  # its address is in OPENAI_BASE_URL
    messages = [{"role": "user", "content": request}]
    for turn in range(1, TURNS + 1):
        answer = client.chat.completions.create(model=os.environ.get("MODEL", "default"), messages=messages)
        text = answer.choices[0].message.content or ""
        print(f"{turn}: {text}")
        if len(text) < 40:
            break
        messages += [{"role": "assistant", "content": text}, {"role": "user", "content": "Shorter."}]


if __name__ == "__main__":
    main()
