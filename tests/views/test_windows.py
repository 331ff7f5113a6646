"""Windows of a task's calls, as faces show them."""

from sqlalchemy import Engine

from podium.console.window import window_bars
from podium.evidence.windows import Window
from podium.keeper.ledger import Batch, Ledger
from podium.kernel.call import Usage
from podium.views.windows import task_windows, window_steps
from tests.keeper.conftest import clock, engine
from tests.keeper.samples import done, hold, settle
from tests.views.test_breakers import place_records

__all__ = ["clock", "engine", "place_records"]


def write(engine: Engine, *found: Window | None) -> None:
    """Write calls of one task into the ledger, one after another."""
    ledger, batch = Ledger(engine), Batch(1)
    for number, window in enumerate(found, 1):
        usage = Usage(sum(window.tokens) if window is not None else 5, 1, cache_read_tokens=2)
        numbers = window.numbers() if window is not None else ()
        batch.add_charge(hold(number, task_id="task_1"), settle(number, usage=usage, window=numbers), "inc")
        batch.add_call(done(number, task_id="task_1"))
    with engine.begin() as connection:
        ledger.open(connection)
        ledger.write(connection, batch)


def test_windows_come_through_the_ledger(engine: Engine) -> None:
    """What a worker settled is read by time, adds up to the input tokens, and names the step before."""
    first = Window((5, 0, 7, 0, 0, 0, 0))
    second = Window((5, 0, 7, 3, 90, 0, 2), 4, 95, against=f"{1:016x}")
    write(engine, first, None, second)
    with engine.connect() as connection:
        steps = task_windows(connection, "task_1")
    assert [(step.step, step.input_tokens, step.growth_tokens, step.dropped_tokens) for step in steps] == [
        (1, 12, None, None),
        (2, 107, 95, 4),
    ]
    assert [(step.against, step.cached_tokens) for step in steps] == [(None, 2), (1, 2)]
    assert steps[1].tokens["tool_results"] == 90


def span(number: int, **attributes: object) -> dict[str, object]:
    return {"span_id": f"{number:016x}", "start_ns": number, "attributes": attributes}


def test_the_bars_of_a_trace():
    """Each kind that is there is a part as wide as its share of the widest window; unknown is a dash."""
    kinds = ("system", "tools", "user", "assistant", "tool_results", "documents", "reasoning")
    none = {f"podium.window.{kind}_tokens": 0 for kind in kinds}
    spans = [
        span(3, **none | {"podium.window.user_tokens": 75, "podium.window.against": f"{1:016x}",
                          "podium.window.growth_tokens": -25}),
        span(1, **none | {"podium.window.system_tokens": 100}),
        span(2, **none | {"podium.window.user_tokens": 50}),
        span(4, **{"gen_ai.operation.name": "retrieval"}),
        span(5, **none | {"podium.window.documents_tokens": 10, "podium.window.media": 2}),
    ]  # fmt: skip
    assert [step.retrievals for step in window_steps(spans)] == [0, 0, 0, 1]
    shown = str(window_bars(spans))
    assert "width:75.00%" in shown
    assert "\N{MINUS SIGN}25" in shown
    assert " to 1" in shown
    assert "Documents: 10 tokens; 2 pictures, sounds or files" in shown
    assert window_bars([span(1)]) is None
