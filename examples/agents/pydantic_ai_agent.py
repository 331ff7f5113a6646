"""An agent with Pydantic AI: its model and its tools come through Podium.

podium run AGENT --request "Which tickets are open?" -- python examples/agents/pydantic_ai_agent.py
"""

import asyncio
import os
from pathlib import Path

from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


async def token() -> str:
    """Return the task's token of now: the file has a new one before the old one ends."""
    return Path(os.environ["PODIUM_TASK_TOKEN_FILE"]).read_text()


async def main() -> None:
    provider = OpenAIProvider(openai_client=AsyncOpenAI(api_key=token))  # its address is in OPENAI_BASE_URL
    model = OpenAIChatModel(os.environ.get("MODEL", "default"), provider=provider)
    tools = MCPToolset(os.environ["PODIUM_MCP_URL"], headers={"authorization": f"Bearer {await token()}"})
    agent = Agent(model, toolsets=[tools])
    result = await agent.run(Path(os.environ["PODIUM_REQUEST_FILE"]).read_text())
    print(result.output)


if __name__ == "__main__":
    asyncio.run(main())
