"""A crew with CrewAI: its model and its tools come through Podium.

podium run AGENT --request "Which tickets are open?" -- python examples/agents/crewai_crew.py
"""

import os
from pathlib import Path

from crewai import LLM, Agent, Crew, Task
from crewai.tools import tool
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

token = Path(os.environ["PODIUM_TASK_TOKEN_FILE"]).read_text()


@tool("search_tickets")
async def search_tickets(query: str) -> str:
    """Find tickets in which a text stands."""
    headers = {"authorization": f"Bearer {token}"}
    mcp = streamablehttp_client(os.environ["PODIUM_MCP_URL"], headers=headers)
    async with mcp as (read, write, _), ClientSession(read, write) as session:
        await session.initialize()
        found = await session.call_tool("tickets_search_tickets", {"query": query})
    return str(found.content)


if __name__ == "__main__":
    url = os.environ["OPENAI_BASE_URL"]
    llm = LLM(os.environ.get("MODEL", "default"), provider="openai", api_key=token, base_url=url)
    at = "At the desk."
    reader = Agent(role="reader", goal="Know the tickets", backstory=at, llm=llm, tools=[search_tickets])
    writer = Agent(role="writer", goal="Answer shortly", backstory=at, llm=llm)
    request = Path(os.environ["PODIUM_REQUEST_FILE"]).read_text()
    read = Task(description=request, expected_output="What was found.", agent=reader)
    write = Task(description="Answer: " + request, expected_output="One sentence.", agent=writer)
    print(Crew(agents=[reader, writer], tasks=[read, write]).kickoff())
