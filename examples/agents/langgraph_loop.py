"""An agent with LangGraph: it drafts an answer, and shortens it until it is short enough.

podium run AGENT --request "What is a conductor?" -- python examples/agents/langgraph_loop.py
"""

import os
from pathlib import Path

from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph


def token() -> str:
    """Return the task's token of now: the file has a new one before the old one ends."""
    return Path(os.environ["PODIUM_TASK_TOKEN_FILE"]).read_text()


model = ChatOpenAI(model=os.environ.get("MODEL", "default"), api_key=token)


def draft(state: MessagesState) -> dict[str, object]:
    return {"messages": [model.invoke(state["messages"])]}


def shorten(_state: MessagesState) -> dict[str, object]:
    return {"messages": [HumanMessage("Shorter.")]}


graph = StateGraph(MessagesState)
graph.add_node(draft).add_node(shorten).add_edge(START, "draft").add_edge("shorten", "draft")
graph.add_conditional_edges("draft", lambda it: END if len(it["messages"]) > 4 else "shorten")

if __name__ == "__main__":
    request = Path(os.environ["PODIUM_REQUEST_FILE"]).read_text()
    print(graph.compile().invoke({"messages": [HumanMessage(request)]})["messages"][-1].content)
