"""The simulated tool server of tickets, by the `mcp` client."""

from typing import Any

import pytest
from mcp import Client

from podium.adapters.scripted.tickets import TICKETS, ticket_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_it_finds_answers_and_closes() -> None:
    """Reads change nothing; acts are counted once each, and an unknown ticket is an error."""
    acts: list[tuple[str, dict[str, Any]]] = []
    async with Client(ticket_server(lambda *act: acts.append(act))) as client:
        found = await client.call_tool("search_tickets", {"query": "parcel"})
        assert found.structured_content is not None
        assert [it["number"] for it in found.structured_content["tickets"]] == [4470]
        assert acts == []
        await client.call_tool("reply_to_ticket", {"number": 4470, "body": "Soon."})
        await client.call_tool("close_ticket", {"number": 4470})
        whole = await client.call_tool("search_tickets", {})
        assert whole.structured_content is not None
        states = {it["number"]: it["state"] for it in whole.structured_content["tickets"]}
        assert states == {number: "closed" if number == 4470 else "open" for number, *_ in TICKETS}
        assert (await client.call_tool("close_ticket", {"number": 1})).is_error
    assert acts == [
        ("reply_to_ticket", {"number": 4470, "body": "Soon."}),
        ("close_ticket", {"number": 4470}),
    ]
