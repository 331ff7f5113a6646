"""Things that a request means by when they are due, begin or are over."""

from datetime import date

import pytest

from podium.trust.english.spans import reduced, within
from podium.trust.english.words import sentences
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.things.naming import Naming
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow
from tests.trust.workshop import Shift

TODAY = date(2026, 11, 25)  # a Wednesday
REPAIRS = ("R-201", "R-202", "R-203", "R-204", "R-205")
"""They are due on 20, 27 and 24 November, and on 1 and 4 December; R-203 and R-204 are done."""
MEANT = [
    ("Cancel every repair that falls due by Friday.", "201 202 203"),
    ("Cancel every repair that comes due before Saturday.", "201 202 203"),
    ("Cancel all the repairs that are due up to and including Friday.", "201 202 203"),
    ("Cancel the repairs due no later than Friday", "201 202 203"),
    ("Cancel all repairs due on or before 27 November", "201 202 203"),
    ("Cancel all repairs due before the end of November", "201 202 203"),
    ("Cancel all repairs due before December", "201 202 203"),
    ("Cancel all repairs due in November", "201 202 203"),
    ("Cancel all repairs due this week", "202 203"),
    ("Cancel all repairs of next week", "204 205"),
    ("Cancel next week's repairs", "204 205"),
    ("All of next week's repairs can be cancelled", "204 205"),
    ("Cancel all repairs due between Monday and Friday next week", "204 205"),
    ("Cancel all repairs due from 24 to 27 November", "202 203"),
    ("Cancel all repairs due within the next seven days", "202 204"),
    ("Cancel all repairs due from Tuesday on", "204 205"),
    ("Cancel all repairs due on the 1st or later", "204 205"),
    ("Cancel the repairs whose date has passed", "201"),
    ("Cancel all repairs whose deadline is over", "201"),
    ("Cancel all repairs past their due date", "201"),
    ("Cancel all repairs that have expired", "201"),
    ("Cancel every repair that was due before today", "201 203"),
    ("Cancel every repair that was due yesterday or earlier", "201 203"),
    ("There are some repairs due next week. Cancel them please.", "204 205"),
    ("We have a couple of repairs due next week, cancel both.", "204 205"),
    ("Cancel the waiting repair that is due next week", "205"),
    ("Cancel everything that is due next week", "204 205"),
    ("Cancel all waiting repairs except the one due next week", "201"),
    # nobody knows, or something else is meant
    ("Cancel all repairs due in July", ""),
    ("Cancel all repairs opened last week", ""),
    ("Cancel some repairs due next week", ""),
    ("Cancel all repairs that should have been done by now", ""),
    ("There are some repairs due next week. Cancel R-201.", "201"),
    ("There are a couple of repairs whose date has passed. Cancel them.", ""),
]


@pytest.mark.parametrize(("asked", "meant"), MEANT, ids=[row[0] for row in MEANT])
def test_when(asked, meant) -> None:
    """Those alone are cancelled without a question that are due then."""
    answers = {one: Shift(asked).call("repairs/cancel_repair", id=one).answer for one in REPAIRS}
    assert {one for one, answer in answers.items() if answer == "allow"} == {
        f"R-{no}" for no in meant.split()
    }


def test_until_when_is_no_bound() -> None:
    """`Until next week` says how something is changed, not which one is."""
    shift = Shift("Postpone all waiting repairs until Friday next week")
    for one in ("R-201", "R-205"):
        assert shift.call("repairs/update_repair", id=one, due="2026-12-04").answer == "allow"
    assert shift.call("repairs/update_repair", id="R-202", due="2026-12-04").answer != "allow"


ROW = ReturnsRow(
    "public",
    "private",
    ObjectRow("notices", "id", ("title",)),
    {
        f"notices[].{field}": FieldLabel(integrity="organisation")
        for field in ("id", "until", "tags", "pinned")
    },
)
NOTICES = [
    {"id": "N-1", "title": "Supper", "until": "2026-11-20", "tags": ["hall"], "by": "Bo"},
    {"id": "N-2", "title": "Prices", "until": "2026-12-31", "tags": ["shop"], "by": "Ann"},
    {"id": "N-3", "title": "Van", "until": "2026-12-01", "tags": ["hall"], "by": "Ida", "ends": "2026-11-01"},
    {
        "id": "N-4",
        "title": "hall shop",
        "until": "2027-01-10",
        "tags": [],
        "by": "Bo",
        "note": "expired hall",
    },
]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Remove all expired notices", "N-1"),
        ("Remove the notices that have run out", "N-1"),
        ("Remove every notice whose time is over", "N-1"),
        ("Remove all notices that end before 3 December", "N-1 N-3"),
        ("Remove all notices that run out in December", "N-2 N-3"),
        ("All notices tagged hall go, except the one from Ida", "N-1"),
        ("Remove all notices labelled hall", "N-1 N-3"),
        ("Remove all notices tagged hall except those of Bo", "N-3"),
        ("Remove all notices except those of Bo", ""),
    ],
)
def test_no_date_of_a_stranger_counts(asked, meant) -> None:
    """What runs out, and what is tagged, is told by fields that no stranger fills."""
    readings = Readings(asked, TODAY)
    readings.apply(Read("hall/list_notices", ROW, {}, {"notices": NOTICES}, 1))
    found = {seen.id[-1][1].upper() for seen in Naming(readings, plural=True).named.values()}
    assert found == set(meant.split())


def test_as_one_word() -> None:
    """A span takes the place of its words; a bare day stays, and so does all where nobody knows the day."""
    (sentence,) = sentences("Cancel the lesson on Tuesday next week and all that come due by 5 March 2027")
    said = [token.low for token in reduced(sentence, TODAY)]
    assert " ".join(said) == "cancel the lesson on tuesday next week and all that due ..2027-03-05"
    assert reduced(sentence, None) == sentence
    (odd,) = sentences("Cancel all due by 31 November")
    assert reduced(odd, TODAY) == odd
    assert within("2026-12-01", "2026-12-01..")
    assert within("2026-12-01T09:30", "..2026-12-01")
    assert not within("--12-01", "..2026-12-01")
    assert Request("pay what is due by Friday").spanned[0][-1].low == "friday"


@pytest.mark.parametrize(
    "asked",
    [
        "Jonas is ill. Cancel everything he has next week",
        "Jonas is ill. Cancel all repairs he has in December",
        "Cancel every repair she was given for next week",
    ],
)
def test_what_somebody_has_is_not_everybodys(asked) -> None:
    """`Everything he has` is not everything that there is then."""
    answers = {one: Shift(asked).call("repairs/cancel_repair", id=one).answer for one in REPAIRS}
    assert {one for one, answer in answers.items() if answer == "allow"} <= {"R-202", "R-204"}  # his


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("Delete all files older than 2025.", "..2024-12-31"),
        ("Move the plans that are older than from 2024 away.", "..2023-12-31"),
        ("Archive the reports from before 2026", "..2025-12-31"),
        ("Keep what is newer than 2025", "2026-01-01.."),
        ("Delete all mails more recent than 2024", "2025-01-01.."),
        ("Book a room for more than 2025 euros", ""),
    ],
)
def test_a_year_bounds_what_is_meant(text: str, span: str) -> None:
    (sentence,) = sentences(text)
    assert [token.low for token in reduced(sentence, TODAY) if ".." in token.low] == ([span] if span else [])
