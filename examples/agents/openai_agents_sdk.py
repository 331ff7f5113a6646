"""An agent with the OpenAI Agents SDK: its model and its tools come through Podium.

podium run AGENT --request "Which tickets are open?" -- python examples/agents/openai_agents_sdk.py
"""

import asyncio
import os
from pathlib import Path

from agents import Agent, OpenAIChatCompletionsModel, Runner, set_tracing_disabled
from agents.mcp import MCPServerStreamableHttp
from openai import AsyncOpenAI


async def token() -> str:
    """Return the task's token of now: the file has a new one before the old one ends."""
    return Path(os.environ["PODIUM_TASK_TOKEN_FILE"]).read_text()


async def main() -> None:
    set_tracing_disabled(disabled=True)  # it would go to OpenAI; Podium traces what passes through it
    client = AsyncOpenAI(api_key=token)  # its address is in OPENAI_BASE_URL
    model = OpenAIChatCompletionsModel(os.environ.get("MODEL", "default"), client)
    headers = {"authorization": f"Bearer {await token()}"}
    async with MCPServerStreamableHttp({"url": os.environ["PODIUM_MCP_URL"], "headers": headers}) as tools:
        agent = Agent(name="desk", instructions="Answer shortly.", model=model, mcp_servers=[tools])
        result = await Runner.run(agent, Path(os.environ["PODIUM_REQUEST_FILE"]).read_text())
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())
