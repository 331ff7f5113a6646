"""Calls that went out before, through the whole gateway, by the official client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from podium.adapters.toolservers.fake import FakeToolServer
from podium.app.tools import House
from podium.kernel.errors import BrokenReply
from podium.ports.runs import GetRun
from podium.tools.path import Trace
from podium.tools.replaying import DECISION, REPLAYED
from tests.tools.rig import Rig, rig, until
from tests.tools.runs import Run, runner
from tests.tools.samples import MANIFESTS

SEND = {"to": "anna@acme.example", "body": "hello"}
REQUEST = "Send a mail to anna@acme.example that says hello, and mark and put it."
TEXT = (
    MANIFESTS.replace(
        "    delete_all:",
        """    mark: {{effect: write, intents: [mark], arguments: {{name: {{sink: text}}}}}}
    put: {{effect: write, idempotent: true, intents: [put], arguments: {{name: {{sink: text}}}}}}
    delete_all:""",
    )
    + "    mail/mark: {{}}\n    mail/put: {{}}\n"
).format(port=9)


def mail() -> FakeToolServer:
    def counted(name: str) -> Any:
        return lambda arguments: f"{name} {len(server.calls)}"

    names = ("send_email", "list_messages", "mark", "put", "delete_all")
    server = FakeToolServer({name: counted(name) for name in names})
    return server


class It:
    def __init__(self, rig: Rig, server: FakeToolServer, run: Run) -> None:
        self.rig, self.server, self.run = rig, server, run

    async def lost(self, name: str, arguments: dict[str, Any]) -> Any:
        """Make a call of which the answer is lost."""
        self.server.failure = BrokenReply("The server went away", sent=True)
        result = await self.run.call(name, arguments)
        self.server.failure = None
        assert result.meta[DECISION]["outcome"] == "unknown"
        return result

    @property
    def made(self) -> list[str]:
        return [name for name, _ in self.server.calls]


@asynccontextmanager
async def mailing(tmp_path: Path) -> AsyncIterator[It]:
    server = mail()
    async with rig(tmp_path, TEXT, opener=lambda _: server) as made, runner(made) as by:
        made.gate.narrowing = made.gate.labels = False  # the same letter again would be asked about
        yield It(made, server, await by.start("clerk", REQUEST))


def text(result: Any) -> str:
    assert not result.is_error, result
    return str(result.content[0].text)


async def test_a_later_attempt_gets_recorded_results_and_spends_nothing(tmp_path):
    """Equal calls take equal results in order; no use is spent, nobody is asked, and the audit says so."""
    async with mailing(tmp_path) as it:
        first = [text(await it.run.call("mail_send_email", SEND)) for _ in range(2)]
        read = text(await it.run.call("mail_list_messages", {}))
        await it.run.again()
        again = [await it.run.call("mail_send_email", SEND) for _ in range(2)]
        assert [text(one) for one in again] == first
        assert again[0].meta[REPLAYED].startswith("tcl_")
        assert text(await it.run.call("mail_list_messages", {})) == read
        assert len(it.server.calls) == 3
        third = await it.run.call("mail_send_email", SEND)
        assert third.meta[DECISION]["verdict"] == "ask"  # the two uses are spent
        rows = await it.rig.calls(7)
        assert [(row.rule, row.outcome) for row in rows[3:6]] == [("replay", None)] * 3
        await it.run.again()
        assert [text(await it.run.call("mail_send_email", SEND)) for _ in range(2)] == first


async def test_a_named_call_is_one_call_in_the_same_attempt_too(tmp_path):
    """With an idempotency key a program may repeat a call itself."""
    async with mailing(tmp_path) as it:
        first = text(await it.run.call("mail_send_email", SEND, "a"))
        assert text(await it.run.call("mail_send_email", SEND, "a")) == first
        assert text(await it.run.call("mail_send_email", SEND, "b")) != first
        await it.run.again()
        assert text(await it.run.call("mail_send_email", SEND, "a")) == first
        assert len(it.server.calls) == 2


@pytest.mark.parametrize("word", ["happened", "did_not_happen", "give_up"])
async def test_an_irreversible_call_of_unknown_fate_waits_for_a_persons_word(tmp_path, word):
    """It is never repeated by itself: a case asks what became of it, and the answer decides."""
    async with mailing(tmp_path) as it:
        await it.lost("mail_send_email", SEND)
        await until(lambda: len(it.rig.cases()) == 1)  # whether or not the task asks again
        for _ in range(2):
            told = (await it.run.call("mail_send_email", SEND)).meta[DECISION]
            assert (told["verdict"], told["rule"]) == ("unknown", "outcome.unknown")
            await it.run.again()
        (case,) = it.rig.cases()
        assert (case.kind, case.id) == ("outcome.unknown", told["approval_id"])
        assert "to: anna@acme.example" in case.evidence
        assert "The server went away" in case.why
        await it.rig.answer(case.id, word)
        answers = [await it.run.call("mail_send_email", SEND) for _ in range(2)]
        if word == "happened":
            assert "was made" in text(answers[0])
            assert it.made == ["send_email"]  # the second is another one, and has the second use
        elif word == "did_not_happen":
            assert text(answers[0]) == "send_email 1"
            assert it.made == ["send_email", "send_email"]
        else:
            assert [one.meta[DECISION]["outcome"] for one in answers] == ["unknown", "unknown"]
            assert it.made == []
        assert len(it.rig.cases()) == 1


async def test_reads_and_idempotent_writes_are_made_again_and_other_writes_are_not(tmp_path):
    """A read and a write that its manifest calls idempotent go out again; another write is asked about."""
    async with mailing(tmp_path) as it:
        for name in ("list_messages", "put", "mark"):
            await it.lost(f"mail_{name}", {} if name == "list_messages" else {"name": "x"})
        await it.run.again()
        assert text(await it.run.call("mail_list_messages", {})) == "list_messages 1"
        assert text(await it.run.call("mail_put", {"name": "x"})) == "put 2"
        told = await it.run.call("mail_mark", {"name": "x"})
        assert told.meta[DECISION]["verdict"] == "unknown"
        assert [case.kind for case in it.rig.cases()] == ["outcome.unknown"]
        await it.run.again()
        assert text(await it.run.call("mail_put", {"name": "x"})) == "put 2"
        assert it.made == ["list_messages", "put"]


async def test_what_is_known_of_calls_is_known_after_a_crash(tmp_path):
    """A tool gateway that takes another's place gives its recorded results, and asks about what it cannot
    know; results are sealed on the disk."""
    async with mailing(tmp_path) as it:
        first = text(await it.run.call("mail_put", {"name": "secret of a result"}))
        caller = it.rig.house.standing.identities.find(f"Bearer {it.run.token}")
        it.server.delay_s = 60.0
        under_way = asyncio.create_task(
            it.rig.gate.call(caller, "mail_send_email", SEND, Trace("0" * 32, None))
        )
        await until(lambda: len(it.server.calls) == 2)
        it.rig.house.memory.close()
        it.rig.house.journal.release()
        it.server.delay_s = 0.0
        new = House(it.rig.state, opener=lambda _: it.server)
        async with new.running():
            await until(lambda: new.standing.refusal() is None and new.standing.snapshot is not None)
            for path in (it.rig.state / "tools").glob("*.journal"):
                assert b'"put 1"' not in path.read_bytes()
            await it.run.again()
            await until(lambda: new.standing.orders.tasks.keys != ())
            caller = new.standing.identities.find(f"Bearer {it.run.token}")
            again = await new.gate.call(
                caller, "mail_put", {"name": "secret of a result"}, Trace("1" * 32, None)
            )
            assert again["content"][0]["text"] == first
            told = await new.gate.call(caller, "mail_send_email", SEND, Trace("2" * 32, None))
            assert told["_meta"][DECISION]["outcome"] == "unknown"
            await until(lambda: [case.kind for case in it.rig.cases()] == ["outcome.unknown"])
        under_way.cancel()
        await asyncio.gather(under_way, return_exceptions=True)
        assert len(it.server.calls) == 2


async def test_equal_calls_at_once_repeat_a_lost_one_once(tmp_path):
    """Of many equal calls that find the same lost call, only one goes out in its place."""
    async with mailing(tmp_path) as it:
        await it.lost("mail_put", {"name": "x"})
        await it.run.again()
        it.server.delay_s = 0.05
        caller = it.rig.house.standing.identities.find(f"Bearer {it.run.token}")
        before = it.rig.house.memory.tasks.states[caller.root_id].uses["mail/put"]
        results = await asyncio.gather(
            *(it.rig.gate.call(caller, "mail_put", {"name": "x"}, Trace("0" * 32, None)) for _ in range(4)),
            return_exceptions=True,
        )
        well = [one for one in results if isinstance(one, dict) and not one["isError"]]
        after = it.rig.house.memory.tasks.states[caller.root_id].uses["mail/put"]
        assert len(well) == len(it.server.calls) == 1 + after - before


@pytest.mark.parametrize("word", ["did_not_happen", "give_up"])
async def test_a_run_whose_act_is_in_doubt_is_unknown_until_a_person_answers(tmp_path, word):
    """It ends as unknown, whatever its program says, and goes on with another attempt, or has failed."""
    async with mailing(tmp_path) as it:
        await it.lost("mail_send_email", SEND)
        await until(lambda: len(it.rig.cases()) == 1)
        ended = await it.run.end("failed")
        assert (ended.state, it.rig.cases()[0].id in ended.reason) == ("unknown", True)
        answered = await it.rig.answer(it.rig.cases()[0].id, word)
        run = await it.rig.ask(GetRun(it.run.task_id))
        assert run.state in answered.result
        if word == "give_up":
            assert run.state == "failed"
            return
        assert (run.state, run.attempt) == ("queued", 2)
        await it.run.claim()
        await until(lambda: it.run.task_id not in it.rig.house.standing.orders.tasks.paused)
        assert text(await it.run.call("mail_send_email", SEND)) == "send_email 1"
        assert (await it.run.end()).state == "succeeded"


@pytest.mark.parametrize("key", [None, "a"])
async def test_a_call_that_outlives_its_program_is_waited_for(tmp_path, key):
    """When a program dies under its call, the next attempt's call gets that one's result; and so does a call
    of the same name in the same attempt. Neither goes out a second time."""
    async with mailing(tmp_path) as it:
        it.server.delay_s = 0.5
        first = asyncio.create_task(it.run.call("mail_send_email", SEND, key))
        await until(lambda: it.made == ["send_email"])
        if key is None:
            await it.run.again()
        second = await it.run.call("mail_send_email", SEND, key)
        assert text(second) == text(await first) == "send_email 1"
        assert it.made == ["send_email"]


def carried(
    it: It, number: int, name: str = "mail_send_email", arguments: dict[str, Any] = SEND
) -> "asyncio.Task[Any]":
    """Begin a call that a gateway elsewhere has carried here."""
    caller = it.rig.house.standing.identities.find(f"Bearer {it.run.token}")
    trace = Trace(f"{number:032x}", None, f"{number:032x}")
    return asyncio.create_task(it.rig.gate.call(caller, name, arguments, trace))


def unheard(it: It, *numbers: int) -> None:
    it.rig.gate.replays.note_unheard({f"{number:032x}" for number in numbers})


async def test_a_call_whose_answer_was_lost_on_the_way_is_not_made_twice(tmp_path):
    """Who repeats it gets the first one's result, every time, after a restart of the tool gateway too; one
    that was heard is not in the way of an equal one, and one that can be repeated is made again."""
    async with mailing(tmp_path) as it:
        first = await carried(it, 1)
        unheard(it, 1)
        for number in (2, 3):
            again = await carried(it, number)
            assert (again["content"], again["_meta"][REPLAYED][:4]) == (first["content"], "tcl_")
            unheard(it, number)
        assert it.made == ["send_email"]
        for number, name in enumerate(("mail_put", "mail_mark") * 2, 4):
            await carried(it, number, name, {"name": "x"})
            unheard(it, 4)
        assert it.made == ["send_email", "put", "mark", "put", "mark"]
        it.rig.house.memory.close()
        it.rig.house.journal.release()
        async with (new := House(it.rig.state, opener=lambda _: it.server)).running():
            await until(lambda: new.standing.refusal() is None and new.standing.snapshot is not None)
            await until(lambda: new.standing.orders.tasks.keys != ())
            caller = new.standing.identities.find(f"Bearer {it.run.token}")
            again = await new.gate.call(caller, "mail_send_email", SEND, Trace("7" * 32, None))
        assert again["content"] == first["content"]
        assert it.made.count("send_email") == 1


@pytest.mark.parametrize("when", ["at its server", "before it is decided"])
async def test_a_repetition_waits_for_the_call_that_it_repeats(tmp_path, when):
    """Though the first call is under way yet, or not even decided when its answer is known to be lost."""
    async with mailing(tmp_path) as it:
        go_on = asyncio.Event()
        if when == "at its server":
            it.server.delay_s = 0.2
            first = carried(it, 1)
            await until(lambda: len(it.server.calls) == 1)
            unheard(it, 1)
        else:
            check = it.rig.house.servers.check

            async def slowly(tool: Any) -> str:
                await go_on.wait()
                return await check(tool)

            it.rig.house.servers.check = slowly  # type: ignore[method-assign]  # a definition that is looked at
            first = carried(it, 1)
            await until(lambda: it.rig.gate.replays._coming)
            unheard(it, 1)
        second = carried(it, 2)
        await until(lambda: len(it.rig.gate.replays._coming) == 2)
        await asyncio.sleep(0)
        assert not second.done()
        go_on.set()
        assert (await second)["content"] == (await first)["content"]
        assert it.made == ["send_email"]
