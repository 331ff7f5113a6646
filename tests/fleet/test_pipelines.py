"""What of a pipeline is next: examples, and what holds of every pipeline whatever happens."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.fleet.pipelines import Decision, Seen, Standing, Unit, decide_next, render_url
from podium.manifest.pipelines import PipelineRow, StepRow
from podium.ports.pipelines import (
    UNIT_OVER,
    WHOLE,
    Again,
    Ask,
    Begin,
    Expand,
    Finish,
    Settle,
    Stop,
    UnitState,
)

MS = 1_000_000
HOUR = 3_600_000 * MS


def command(name: str, **more: Any) -> StepRow:
    return StepRow(name, "command", {"run": ["do", name]}, "worker", **more)


def standing(**more: Any) -> Standing:
    return Standing("prun_1", "p", "person", {"list": [1, 2, 3]}, "2026-01-01T00:00:00Z", HOUR, **more)


class Book:
    """Does to a run what the keeper does."""

    def __init__(self, definition: PipelineRow, **more: Any) -> None:
        self.definition, self.run, self.now_ns = definition, standing(**more), 0
        self.finish: Finish | None = None
        self.begun: list[tuple[str, int, int]] = []
        self.last = Decision()

    def step(self) -> "Book":
        self.last = decide_next(self.definition, self.run, self.now_ns)
        units = {(unit.step, unit.item): unit for unit in self.run.units}
        for move in self.last.moves:
            match move:
                case Finish():
                    self.finish = move
                case Expand(step, items):
                    units[step, WHOLE] = Unit(step, WHOLE, "expanded", 0, items=msgspec.json.decode(items))
                case Begin() | Ask():
                    before = units.get((move.step, move.item))
                    assert before is None or before.state == "again"
                    assert move.attempt == (before.attempt if before is not None else 0) + 1
                    self.begun.append((move.step, move.item, move.attempt))
                    units[move.step, move.item] = Unit(move.step, move.item, "running", move.attempt)
                case Settle() | Stop():
                    units[move.step, move.item] = Unit(
                        move.step, move.item, move.state, move.attempt, reason=move.reason
                    )
                case Again():
                    units[move.step, move.item] = Unit(
                        move.step, move.item, "again", move.attempt, due_ns=move.due_ns
                    )
        self.run = msgspec.structs.replace(self.run, units=tuple(units.values()))
        return self

    def running(self) -> list[Unit]:
        return [unit for unit in self.run.units if unit.state == "running"]

    def end(self, step: str, state: UnitState = "succeeded", item: int = WHOLE, **more: Any) -> "Book":
        self.run = msgspec.structs.replace(
            self.run,
            units=tuple(
                msgspec.structs.replace(unit, seen=Seen(state, "it ended"), **more)
                if (unit.step, unit.item) == (step, item)
                else unit
                for unit in self.run.units
            ),
        )
        return self.step()

    def state(self, step: str, item: int = WHOLE) -> str | None:
        found = {(unit.step, unit.item): unit.state for unit in self.run.units}
        return found.get((step, item))


def test_steps_wait_for_what_they_need() -> None:
    """A step begins when all that it needs is over, and the run succeeds with its last one."""
    book = Book(PipelineRow("p", "worker", "acme", (command("a"), command("b", needs=("a",))))).step()
    assert book.begun == [("a", WHOLE, 1)]
    book.end("a")
    assert book.begun == [("a", WHOLE, 1), ("b", WHOLE, 1)]
    book.end("b")
    assert book.finish == Finish("succeeded", "")


def test_a_list_is_done_with_so_many_at_the_same_time() -> None:
    """Each entry is one unit; the results are a list in the order of the entries."""
    fan = StepRow(
        "f", "task", {"request": "Do ${{ item }}"}, "worker", each="${{ inputs.list }}", concurrency=2
    )
    told = StepRow("t", "tool", {"tool": "s/t", "arguments": {"n": "${{ steps.f.results }}"}}, "w", ("f",))
    book = Book(PipelineRow("p", "worker", "acme", (fan, told))).step()
    assert book.begun == [("f", 0, 1), ("f", 1, 1)]
    assert [move.request for move in book.last.moves if isinstance(move, Begin)] == ["Do 1", "Do 2"]
    book.end("f", item=1)
    book.end("f", item=0)
    book.end("f", item=2)
    begin = next(move for move in book.last.moves if isinstance(move, Begin))
    assert msgspec.json.decode(begin.spec) == {"tool": "s/t", "arguments": {"n": [None, None, None]}}


def test_a_failure_is_tried_again_when_it_is_due() -> None:
    """Of the failures that it names, with a pause that doubles; then the run fails."""
    book = Book(PipelineRow("p", "w", "acme", (command("a", attempts=3, backoff_ms=1000),))).step()
    book.end("a", "failed")
    assert book.state("a") == "again"
    book.step()
    assert len(book.begun) == 1
    book.now_ns = 1000 * MS
    book.step().end("a", "timeout")
    again = next(move for move in book.last.moves if isinstance(move, Again))
    assert again.due_ns == book.now_ns + 2000 * MS
    book.now_ns = again.due_ns
    book.step().end("a", "failed")
    assert book.finish == Finish("failed", "Step a has failed: it ended")


def test_killed_steps_are_not_tried_again_unless_it_says_so() -> None:
    """What a person has ended stays ended."""
    book = Book(PipelineRow("p", "w", "acme", (command("a", attempts=3),))).step()
    book.end("a", "killed")
    assert book.finish is not None
    assert book.finish.verdict == "failed"


def test_when_decides() -> None:
    """False skips, and what needs only that is skipped too, unless it decides by itself."""
    steps = (
        command("a", when="inputs.list == []"),
        command("b", needs=("a",)),
        command("c", needs=("a",), when="steps.a.state == 'skipped'"),
        command("d", when="inputs.nothing > 1", may_fail=True),
    )
    book = Book(PipelineRow("p", "w", "acme", steps)).step()
    assert (book.state("a"), book.state("b"), book.state("c"), book.state("d")) == (
        "skipped",
        "skipped",
        "running",
        "failed",
    )
    book.end("c")
    assert book.finish == Finish("succeeded", "")


def test_a_failure_lets_what_is_under_way_end() -> None:
    """Nothing more begins, and the verdict comes when the last one has ended."""
    steps = (command("a"), command("b"), command("c", needs=("b",)))
    book = Book(PipelineRow("p", "w", "acme", steps)).step()
    book.end("a", "failed")
    assert not any(isinstance(move, Finish) for move in book.last.moves)
    book.end("b")
    assert book.finish is not None
    assert book.state("c") is None


def test_time_budget_and_people_end_all_of_it() -> None:
    """What is under way is stopped, and the verdict says why."""
    definition = PipelineRow("p", "w", "acme", (command("a"),))
    late = Book(definition).step()
    late.now_ns = HOUR
    assert isinstance(late.step().last.moves[0], Stop)
    assert late.finish == Finish("failed", "The time of the whole run is over.")
    poor = Book(definition, budget_nano_usd=5).step()
    poor.run = msgspec.structs.replace(poor.run, spent_nano_usd=5)
    assert poor.step().finish == Finish("failed", "The budget of the whole run is used up.")
    ended = Book(definition, cancelling="It is enough.").step()
    assert ended.begun == []
    assert ended.finish == Finish("cancelled", "It is enough.")


def test_an_attempt_gets_what_is_left() -> None:
    """Budget and time of an attempt are its own, within those of the run."""
    step = command("a", budget_nano_usd=100, timeout_ms=7)
    book = Book(PipelineRow("p", "w", "acme", (step, command("b"))), budget_nano_usd=60).step()
    first, second = (move for move in book.last.moves if isinstance(move, Begin))
    assert (first.budget_nano_usd, first.deadline_ns) == (60, 7 * MS)
    assert (second.budget_nano_usd, second.deadline_ns) == (60, HOUR)


def test_inputs_are_bodies_or_artifacts() -> None:
    """A value becomes a body that is named by its digest; an artifact is named by its own."""
    artifact = {"artifact": "log", "sha256": "ab" * 32, "media_type": "text/plain", "bytes": 3}
    steps = (
        command("a"),
        StepRow("b", "task", {"request": "x", "input": "${{ steps.a.artifacts.log }}"}, "w", ("a",)),
        StepRow("c", "task", {"request": "x", "input": {"n": "${{ steps.a.result }}"}}, "w", ("a",)),
    )
    book = Book(PipelineRow("p", "w", "acme", steps)).step()
    book.end("a", artifacts={"log": artifact}, result=4)
    b, c = (move for move in book.last.moves if isinstance(move, Begin))
    assert b.input_sha256 == "ab" * 32
    assert list(book.last.bodies) == [c.input_sha256]


def test_references_stay_where_they_stand_in_a_url() -> None:
    """What a step returned leads to no other path, and adds no parameter."""
    values = {"x": "a/b?c=d&e", "up": ".."}
    assert render_url("https://h/p/${{ x }}?q=1", values) == "https://h/p/a%2Fb%3Fc%3Dd%26e?q=1"
    step = StepRow("h", "http", {"url": "https://h/${{ inputs.list[0] }}/x", "method": "GET"})
    book = Book(PipelineRow("p", "w", "acme", (step,)))
    book.run = msgspec.structs.replace(book.run, inputs={"list": [".."]})
    assert book.step().finish is not None


@st.composite
def definitions(draw: st.DrawFn) -> PipelineRow:
    steps: list[StepRow] = []
    for number in range(draw(st.integers(1, 6))):
        before = [step.name for step in steps]
        needs = tuple(draw(st.lists(st.sampled_from(before), unique=True))) if before else ()
        whens = [None, "length(inputs.list) == 3", "inputs.list == []", "inputs.nothing"]
        whens += [f"steps.{name}.state != 'failed'" for name in needs]
        more: dict[str, Any] = {
            "needs": needs,
            "when": draw(st.sampled_from(whens)),
            "each": draw(st.sampled_from([None, [], ["x"], "${{ inputs.list }}", "${{ inputs.nothing }}"])),
            "concurrency": draw(st.integers(1, 3)),
            "attempts": draw(st.integers(1, 3)),
            "retry_on": tuple(draw(st.lists(st.sampled_from(["failed", "timeout", "killed"])))),
            "may_fail": draw(st.booleans()),
        }
        if draw(st.integers(0, 4)) == 0:
            spec = {"title": "t", "why": "w", "department": "acme", "expires": 1000}
            steps.append(StepRow(f"s{number}", "approval", spec, **more))
        else:
            steps.append(command(f"s{number}", **more))
    return PipelineRow("p", "w", "acme", tuple(steps))


@settings(max_examples=150, deadline=None)
@given(definitions(), st.data())
def test_every_run_ends_and_keeps_its_rules(definition: PipelineRow, data: st.DataObject) -> None:
    """Whatever ends how and when: needs are respected, limits hold, nothing is begun twice, and it ends."""
    book, budget, cancelled_at = Book(definition, budget_nano_usd=1000), 0, None
    ends: list[UnitState] = ["succeeded", "failed", "timeout", "killed", "denied"]
    for turn in range(400):
        before = len(book.begun)
        book.step()
        assert len(set(book.begun)) == len(book.begun)
        assert cancelled_at is None or len(book.begun) == before
        for step in definition.steps:
            mine = [unit for unit in book.running() if unit.step == step.name]
            assert len(mine) <= (step.concurrency if step.each is not None else 1)
        for name, _, _ in book.begun[before:]:
            for need in definition.step(name).needs:
                heads = {unit.item: unit for unit in book.run.units if unit.step == need}
                assert heads[WHOLE].state in {*UNIT_OVER, "expanded"}
                assert all(unit.state in {*UNIT_OVER, "expanded"} for unit in heads.values())
        if book.finish is not None:
            break
        running = book.running()
        if not running:
            dues = [
                unit.due_ns for unit in book.run.units if unit.state == "again" and unit.due_ns is not None
            ]
            assert dues, "nothing is under way, and nothing is waited for"
            book.now_ns = max(book.now_ns, min(dues))
            continue
        chosen = data.draw(st.sampled_from(running))
        budget = min(1000, budget + data.draw(st.sampled_from([0, 0, 0, 400])))
        cancel = data.draw(st.integers(0, 30)) == 0
        cancelled_at = turn if cancel else None
        book.run = msgspec.structs.replace(
            book.run,
            spent_nano_usd=budget,
            cancelling="enough" if cancel else None,
            units=tuple(
                msgspec.structs.replace(unit, seen=Seen(data.draw(st.sampled_from(ends))))
                if unit == chosen
                else unit
                for unit in book.run.units
            ),
        )
    assert book.finish is not None
    assert not book.running()
