"""A beginning and an end: which day of the request is which."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

TODAY = date(2026, 6, 3)


def _answer(request: str, begin: str, end: str, names: tuple[str, str] = ("check_in", "check_out")) -> str:
    tool = ToolRow("inn", "book", "irreversible", ("book",), {name: SinkRow("date") for name in names})
    task = Standing(Readings(request, TODAY), GrantRow(tool.id, None, 1))
    values = dict(zip(names, (f"2026-06-{begin}", f"2026-06-{end}"), strict=True))
    return decide_tool_call(ToolCall("agent", tool.client_name, tool, values), task).answer


@pytest.mark.parametrize(
    "request_text",
    [
        "Book the inn from 19 June for three nights.",
        "Book the inn for three nights, from the 19th.",
        "Three nights at the inn on 19 June, book them please.",
        "book the inn, arriving Friday the 19th, 3 nights",
        "Could you book us the inn for 19 June? Three nights.",
        "Book the inn for three nights until 22 June.",
        "Book the inn for three nights, I fly home on the 22nd.",
        "Book the inn for 3 nights, leaving on 22 June.",
        "Book the inn from 19 to 22 June.",
        "Book the inn, Friday the 19th till Monday.",
        "Book the inn from Friday 19 June until Monday, not more than 120 euros a night.",
    ],
)
def test_each_day_has_its_place(request_text: str) -> None:
    """The stay that the request says goes; the days before, behind, the other way round and none do not."""
    assert _answer(request_text, "19", "22") == "allow"
    for begin, end in (("16", "19"), ("22", "25"), ("22", "19"), ("19", "19"), ("19", "20"), ("21", "22")):
        assert _answer(request_text, begin, end) != "allow", (begin, end)


@pytest.mark.parametrize(
    "names", [("start", "end"), ("start_date", "end_date"), ("fromDay", "toDay"), ("pickup", "dropoff")]
)
def test_by_other_names(names: tuple[str, str]) -> None:
    """Arguments are the ends of one stretch by one word of their names."""
    request = "Book it from 19 June for three days."
    assert _answer(request, "19", "22", names) == "allow"
    assert _answer(request, "16", "19", names) == "ask"
    assert _answer("Book it from 19 to 22 June.", "22", "19", names) == "ask"


def test_of_no_stretch() -> None:
    """Two days that are no ends of one thing stand for themselves."""
    names = ("delivery_day", "invoice_day")
    assert _answer("Book it: delivery on 22 June, invoice on 19 June.", "22", "19", names) == "allow"


def test_one_day_and_its_hours() -> None:
    """What begins and ends on one day goes, by its hours; the other way round it is asked about."""
    names = ("start", "end")
    assert _answer("Book it on 19 June from 10 to 12.", "19T10:00", "19T12:00", names) == "allow"
    assert _answer("Book it on 19 June from 10 to 12.", "19T12:00", "19T10:00", names) != "allow"
    assert _answer("Book it for 19 June.", "19", "19", names) == "allow"
