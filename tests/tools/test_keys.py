"""The client's own key of a call: who has lost the answer repeats it with the same one, in any task."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from podium.app.tools import House
from podium.kernel.errors import BrokenReply
from podium.tools.noting import Trace
from podium.tools.replaying import DECISION, NAMED, read_named
from tests.tools.rig import rig, until
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, decision, mail


@asynccontextmanager
async def mailing(tmp_path):
    server = mail()
    async with rig(tmp_path, TEXT, opener=lambda row: server) as it:
        it.server = server
        async with it.client(await it.task("clerk", REQUEST)) as client:
            it.send = lambda key, **other: client.call_tool(
                "mail_send_email", TO_ANNA | other, meta={NAMED: key}
            )
            it.tool = client.call_tool
            yield it


async def test_a_repetition_gets_the_first_outcome(tmp_path):
    """Also while the first is under way; it spends no use, and another key is another call."""
    async with mailing(tmp_path) as it:
        it.server.delay_s = 0.1
        results = await asyncio.gather(*(it.send("a") for _ in range(4)))
        results.append(await it.send("a"))
        assert [result.content[0].text for result in results] == ["sent"] * 5
        assert len(it.server.calls) == 1
        assert decision(await it.send("b"))["rule"] == "request.uses"
        rows = await it.calls(6)
        assert sorted((row.rule, row.outcome or "") for row in rows) == [
            *[("replay", "")] * 4,
            ("request.uses", ""),
            ("tools.mail/send_email", "succeeded"),
        ]


async def test_the_key_of_another_call_is_refused(tmp_path):
    """Other arguments or another tool get no outcome that is not theirs, and are not made."""
    async with mailing(tmp_path) as it:
        assert not (await it.send("a")).is_error
        other = decision(await it.send("a", body="bye"))
        assert (other["verdict"], other["rule"]) == ("deny", "idempotency_key_reused")
        listed = decision(await it.tool("mail_list_messages", {}, meta={NAMED: "a"}))
        assert listed["rule"] == "idempotency_key_reused"
        assert len(it.server.calls) == 1
        assert [row.verdict for row in await it.calls(3)] == ["allow", "deny", "deny"]


async def test_what_is_not_known_stays_so(tmp_path):
    """A repetition of a call whose answer was lost is told so, and what a person has found out, each time."""
    async with mailing(tmp_path) as it:
        it.server.failure = BrokenReply("The server went away", sent=True)
        first = decision(await it.send("a"))
        assert first["outcome"] == "unknown"
        it.server.failure = None
        again = decision(await it.send("a"))
        assert (again["outcome"], again["call_id"]) == ("unknown", first["call_id"])
        await it.answer(again["approval_id"], "happened")
        for _ in range(2):
            assert "was made" in (await it.send("a")).content[0].text
        assert not it.server.calls


@pytest.mark.crash
async def test_after_a_crash_the_outcome_is_there(tmp_path):
    """What was kept for a key is there in the next life of the process."""
    async with mailing(tmp_path) as it:
        assert not (await it.send("a")).is_error
        (caller,) = it.house.standing.identities._cache.values()
        it.house.memory.close()
        it.house.journal.release()
        new = House(it.state, opener=lambda row: it.server)
        async with new.running():
            await until(lambda: new.standing.snapshot is not None and new.standing.refusal() is None)
            held = new.servers._held
            await until(lambda: all(one.looked_ns is not None for one in held.values()))
            named = read_named({NAMED: "a"})
            result = await new.gate.call(caller, "mail_send_email", TO_ANNA, Trace("7" * 32, None), named)
        assert result["content"][0]["text"] == "sent"
        assert DECISION not in result["_meta"]
        assert len(it.server.calls) == 1
