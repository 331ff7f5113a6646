"""What nobody has taken on, what stays as it is, what something ends with, and to whom a thing goes."""

from datetime import date

import pytest

from podium.trust.english.almanac import resolved
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.things.naming import Naming
from podium.trust.request.narrowing import narrow
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow

TODAY = date(2026, 11, 26)  # a Thursday
OURS = FieldLabel(integrity="organisation")
JOBS = [
    {"id": "J-1", "title": "Boiler", "state": "urgent", "handler": "ivo", "site": "3 Priory Court"},
    {"id": "J-2", "title": "Gutter", "state": "urgent", "handler": "", "site": "14 Mole Street"},
    {"id": "J-3", "title": "Fence", "state": "open", "handler": "", "site": "9 Abbey Row"},
    {"id": "J-4", "title": "Lift", "state": "urgent", "handler": "", "site": "2 Quay Lane"},
]


def _named(request: str, *, handler: FieldLabel = OURS) -> str:
    fields = {f"jobs[].{field}": OURS for field in ("id", "state", "site")} | {"jobs[].handler": handler}
    returns = ReturnsRow("public", "private", ObjectRow("jobs", "id", ("title", "site"), ("state",)), fields)
    readings = Readings(request, TODAY)
    readings.apply(Read("desk/list_jobs", returns, {}, {"jobs": JOBS}, 1))
    found = Naming(readings, plural=True).named
    return " ".join(sorted(form[-1][1].upper() for form in (seen.id for seen in found.values())))


@pytest.mark.parametrize(
    ("request_", "jobs"),
    [
        ("The urgent jobs that no one has yet, they're all Imran's.", "J-2 J-4"),
        ("Close the urgent jobs that nobody has yet.", "J-2 J-4"),
        ("All urgent jobs nobody is on should go to Imran", "J-2 J-4"),
        ("Close the urgent jobs that nobody's picked up.", "J-2 J-4"),
        ("Give Imran the open job that nobody has.", "J-3"),
        ("Close all jobs nobody has taken on.", "J-2 J-3 J-4"),
        ("Give Imran all jobs that nobody looks after yet", "J-2 J-3 J-4"),
    ],
)
def test_what_nobody_has(request_: str, jobs: str) -> None:
    assert _named(request_) == jobs


def test_a_field_of_strangers_says_nothing_of_it() -> None:
    said = "Close the urgent jobs that no one has yet."
    assert _named(said) == "J-2 J-4"
    assert _named(said, handler=FieldLabel(integrity="public")) == ""


@pytest.mark.parametrize(
    "request_",
    [
        "Give Imran the jobs that nobody likes.",
        "Give Imran the jobs that nobody has asked for in writing.",
        "Nobody has time for the urgent jobs today, so tell Imran.",
    ],
)
def test_other_things_that_nobody_does_name_none(request_: str) -> None:
    assert "J-2 J-4" not in _named(request_)


@pytest.mark.parametrize(
    ("request_", "sites"),
    [
        ("Cancel Priory Court. Mole Street stays of course", "J-1"),
        ("Stop the cleaning at Priory Court on 15 December, Mole Street stays as it is.", "J-1"),
        ("Abbey Row is to stay, but drop Quay Lane.", "J-4"),
        ("End Quay Lane. Abbey Row and Mole Street remain untouched.", "J-4"),
        ("Mole Street can stay; cancel Abbey Row", "J-3"),
    ],
)
def test_what_stays_is_not_what_ends(request_: str, sites: str) -> None:
    assert _named(request_) == sites


@pytest.mark.parametrize(
    "request_",
    [
        "Mole Street stays, tell Ivo.",  # nothing ends
        "If Mole Street stays, cancel the van.",
        "Mole Street stays at 120 a month, cancel the van.",
        "Cancel the cleaner who stays at Mole Street.",
    ],
)
def test_what_stays_elsewhere_is_still_named(request_: str) -> None:
    assert "mole" in Request(request_, TODAY).meant


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("Her policy ends with the year, cancel it for then", "2026-12-31"),
        ("the lease runs out with the month", "2026-11-30"),
        ("it expires with this quarter", "2026-12-31"),
        ("Stop it at year-end.", "2026-12-31"),
        ("pay him at the month's end", "2026-11-30"),
    ],
)
def test_what_something_ends_with(said: str, day: str) -> None:
    assert day in resolved(said, TODAY)


def test_a_weekend_is_no_end_of_a_week() -> None:
    assert "2026-11-27" not in resolved("move it to the weekend", TODAY)


TASKS = {
    row.id: row
    for row in (
        ToolRow(
            "desk",
            "update_task",
            "write",
            ("update", "assign", "give", "move"),
            {"task_id": SinkRow("object"), "assignee": SinkRow("recipient"), "due": SinkRow("date")},
        ),
        ToolRow(
            "desk",
            "add_task",
            "write",
            ("add", "create", "give", "assign"),
            {"title": SinkRow("text"), "assignee": SinkRow("recipient"), "due": SinkRow("date")},
        ),
        ToolRow("desk", "move_visit", "write", ("move",), {"id": SinkRow("object"), "day": SinkRow("date")}),
    )
}


@pytest.mark.parametrize(
    "request_",
    [
        "Tess is off sick. Whatever she has due this week goes to Callum, the rest can wait for her",
        "Everything of Tess's goes to Callum.",
        "All that Tess has due goes to Noor, please.",
        "Her boiler thing passes to Noor.",
    ],
)
def test_what_goes_to_somebody_is_given(request_: str) -> None:
    grants = [GrantRow(tool) for tool in TASKS]
    narrowed = narrow(grants, TASKS, request_)
    found = narrowed.refusals.get("desk/update_task")
    assert found is None or found.rule in {"request.guess", "request.manner"}
    other = narrowed.refusals["desk/add_task"]
    assert other.rule not in {"request.guess", "request.manner"}
