"""Programs that are no good tool servers: each call has an end, and none of them is left running."""

import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from podium.adapters.toolservers import StdioToolServer, stdio
from podium.kernel.errors import BrokenReply, ConnectFailed, UpstreamTimeout
from podium.manifest.snapshot import ToolServerRow
from tests.adapters.toolservers.test_conformance import NoSecrets, over_raw

PROGRAM = str(Path(__file__).with_name("odd_program.py"))


@asynccontextmanager
async def program(how, tmp_path, timeout_s=60.0):
    command = (sys.executable, PROGRAM, how, str(tmp_path / "file"))
    server = StdioToolServer(ToolServerRow("mail", command=command, timeout_s=timeout_s), NoSecrets())
    try:
        yield server
    finally:
        await server.close()


def text(result):
    return result["content"][0]["text"]


def lives(pid):
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    return True


async def test_one_that_refuses_the_version(tmp_path):
    """It is asked once more by what it says that it speaks, or by an older one, or the error names it."""
    (tmp_path / "new").mkdir()
    async with program("speaks 2026-07-28", tmp_path / "new") as server:
        assert len(await server.list_tools()) == 1
        assert server._program._modern
    (tmp_path / "old").mkdir()
    async with program("speaks 2025-11-25", tmp_path / "old") as server:
        assert len(await server.list_tools()) == 1
        assert not server._program._modern
    async with program("speaks 2031-01-01", tmp_path) as server:
        with pytest.raises(ConnectFailed, match="speaks MCP 2031-01-01"):
            await server.list_tools()


async def test_one_that_ends_in_a_call(tmp_path):
    """Nobody knows what became of that call; the next one finds a program that was started again."""
    async with program("ends once", tmp_path) as server:
        assert len(await server.list_tools()) == 1
        with pytest.raises(BrokenReply, match="ended in the middle") as raised:
            await server.call_tool("t", {})
        assert raised.value.sent is True
        pid = text(await server.call_tool("t", {}))
    assert not lives(pid)


async def test_one_whose_answer_is_no_text(tmp_path):
    """It is told at once, and the program goes on."""
    async with program("latin", tmp_path) as server:
        for _ in range(2):
            with pytest.raises(BrokenReply, match="no JSON"):
                await server.call_tool("t", {})


async def test_one_that_says_more_than_it_was_asked(tmp_path):
    """Lines that are no messages, and news, are passed over; what it asks of its client is declined."""
    async with program("noisy", tmp_path) as server:
        for _ in range(2):
            said = (await server.call_tool("t", {}))["structuredContent"]
            assert (said["id"], said["error"]["code"]) == (77, -32601)


async def test_one_whose_answer_is_too_long(tmp_path, monkeypatch):
    """It is not read to the end: the program is ended, and started again."""
    monkeypatch.setattr(stdio, "MAX_ANSWER_BYTES", 1 << 16)
    async with program("long", tmp_path) as server:
        for _ in range(2):
            with pytest.raises(BrokenReply, match="more than 65536 bytes"):
                await server.call_tool("t", {})


async def test_one_whose_list_is_none(tmp_path):
    """Whatever is wrong with its list, no second program is started beside the first."""
    async with program("nameless", tmp_path) as server:
        pids = set()
        for _ in range(3):
            with pytest.raises(BrokenReply, match="not MCP's"):
                await server.list_tools()
            pids.add(text(await server.call_tool("t", {})))
        assert len(pids) == 1
    assert not lives(pids.pop())


async def test_a_list_without_end(tmp_path):
    """A list on more pages than a list has is refused, and not taken for its beginning."""
    async with program("endless", tmp_path) as server:
        with pytest.raises(BrokenReply, match="more than 100 pages"):
            await server.list_tools()
    pages = {"tools": [{"name": "t", "inputSchema": {}}], "nextCursor": "x"}
    async with over_raw(lambda method: pages if method == "tools/list" else {}) as server:
        with pytest.raises(BrokenReply, match="more than 100 pages"):
            await server.list_tools()


async def test_one_that_hangs(tmp_path):
    """A call that is not answered in time is one of which nobody knows; the program ends with its server."""
    async with program("hangs", tmp_path, timeout_s=0.5) as server:
        with pytest.raises(UpstreamTimeout) as raised:
            await server.call_tool("t", {})
        assert raised.value.sent is True
        process = server._program._process
    assert process.returncode is not None


@pytest.mark.parametrize(("how", "modern"), [("slow new", True), ("slow old", False), ("slow dumb", False)])
async def test_one_that_is_slow_to_start(tmp_path, monkeypatch, how, modern):
    """It was asked in both ways before it said a word, and answers both: it is used as it speaks."""
    monkeypatch.setattr(stdio, "DISCOVER_S", 0.0)
    hello = stdio._Program._hello

    async def starts_now(program):
        (tmp_path / "file").touch()
        await hello(program)

    monkeypatch.setattr(stdio._Program, "_hello", starts_now)
    async with program(how, tmp_path) as server:
        assert len(await server.list_tools()) == 1
        assert server._program._modern is modern
        assert text(await server.call_tool("t", {}))


async def test_how_long_it_may_take_to_start(tmp_path, monkeypatch):
    """As long as a call may: a program that is fetched first takes its time."""
    monkeypatch.setattr(stdio, "DISCOVER_S", 0.0)
    monkeypatch.setattr(stdio, "START_S", 0.1)
    (tmp_path / "file").touch()
    async with program("slow deaf", tmp_path, timeout_s=0.2) as server:
        with pytest.raises(ConnectFailed, match=r"did not speak MCP within 0\.2 s"):
            await server.list_tools()


async def test_what_one_says_that_ends_at_once(tmp_path, caplog):
    """The log has its last words with its name; who asked is told that it ended, and no word of its own."""
    async with program("breaks", tmp_path) as server:
        with pytest.raises(ConnectFailed, match="ended in the middle") as raised:
            await server.list_tools()
        assert "/srv/files" not in str(raised.value)
    told = "the program of mail ended in the middle, with exit code 1"
    assert any(told in line and "no such folder: /srv/files" in line for line in caplog.messages)


async def test_what_one_writes_beside_messages(tmp_path, caplog):
    """Each line of its standard error is one of the log, however long, whatever is in it."""
    caplog.set_level("INFO")
    async with program("murmurs", tmp_path) as server:
        for _ in range(2):
            await server.call_tool("t", {})
    said = [line for line in caplog.messages if line.startswith("mail: ")]
    assert said[:2] == ["mail: started", "mail: a  [31m\N{REPLACEMENT CHARACTER} line"]
    assert said[2] == "mail: " + "x" * 1000
    assert len(said) == 6
