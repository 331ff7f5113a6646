"""The simulated tool server of tickets, by the `mcp` client."""

import signal
import socket
from typing import Any

import pytest
from mcp import Client

from podium.adapters.scripted.tickets import TICKETS, serve_tickets, ticket_server
from podium.kernel.errors import StateError

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


def test_a_port_that_is_in_use_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which one, and what to do, before anything is served."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StateError, match=rf"cannot listen on 127.0.0.1:{port}.*Choose another --port"):
            serve_tickets("127.0.0.1", port, None, lambda: pytest.fail("it says that it listens"))
