"""Days and times that follow from others."""

from datetime import date
from typing import Any

import msgspec
import pytest

from podium.trust.english.almanac import offsets, shifted
from podium.trust.english.lasting import lengths, shifts
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

EVENTS = ToolRow(
    "diary",
    "list_events",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("events", "id", ("title",), ("day", "start")),
        {"events[].note": FieldLabel("public")},
    ),
)
BOOK = ToolRow(
    "diary",
    "book_event",
    "irreversible",
    ("book", "put", "move"),
    {"title": SinkRow("text"), "day": SinkRow("date"), "start": SinkRow("date"), "end": SinkRow("date")},
)
ROWS = {
    "events": [
        {"id": "E-1", "title": "Launch", "day": "2026-12-15", "start": "10:00", "note": "or 2026-12-22"},
        {"id": "E-2", "title": "Fair", "day": "2026-12-10", "start": "14:15", "note": ""},
    ]
}


def book(request: str, **arguments: Any) -> Verdict:
    readings = Readings(request, date(2026, 11, 26))
    readings.apply(Read(EVENTS.id, EVENTS.returns, {}, ROWS, 1))
    task = Standing(readings, GrantRow(BOOK.id, None, 1))
    return decide_tool_call(ToolCall("agent", BOOK.client_name, BOOK, arguments), task)


@pytest.mark.parametrize(
    ("request_text", "day"),
    [
        ("Book a rehearsal the day before the launch.", "2026-12-14"),
        ("Book a rehearsal seven days before the launch.", "2026-12-08"),
        ("Book a review the week after the fair.", "2026-12-17"),
        ("Book a rehearsal two days ahead of the fair.", "2026-12-08"),
    ],
)
def test_a_day_beside_another(request_text: str, day: str) -> None:
    """A day follows from that of what the request names, the way that it says, and from no other."""
    assert book(request_text, title="x", day=day).answer == "allow"
    for wrong in ("2026-12-16", "2026-12-21", "2026-12-29", "2026-12-03"):
        assert book(request_text, title="x", day=wrong).answer != "allow", wrong


@pytest.mark.parametrize(
    "request_text",
    [
        "The fair is over. Book a talk on 11 December at the same time as the fair.",
        "Book a talk on 11 December, same time as the fair",
        "Put a talk on 11 December, in the same slot as the fair.",
    ],
)
def test_the_same_time(request_text: str) -> None:
    """The day alone lets no other time go where the request says which it is; where it says none, any."""
    assert book(request_text, title="x", start="2026-12-11T14:15").answer == "allow"
    for wrong in ("2026-12-11T10:00", "2026-12-11T08:00", "2026-12-11T14:45"):
        assert book(request_text, title="x", start=wrong).answer == "ask", wrong
    assert (
        book("Book a talk on 11 December, the fair is over", title="x", start="2026-12-11T08:00").answer
        == "allow"
    )


def test_a_day_that_is_left_to_the_calendar() -> None:
    """Where the request says of what, the calendar does not say another day."""
    verdict = book("Book a rehearsal the day before the launch.", title="x", day="2026-12-22")
    assert (verdict.answer, verdict.rule) == ("ask", "labels.date")
    assert "2026-12-14" in verdict.reason


def test_a_day_so_far_from_any_other() -> None:
    """Where the request does not say from which, it is one that lies so far from a day that was read."""
    request = "Book a rehearsal with the same people, a day later."
    assert book(request, title="x", day="2026-12-16").answer == "allow"
    assert book(request, title="x", day="2026-12-11").answer == "allow"
    for day in ("2026-12-14", "2027-02-14"):
        assert book(request, title="x", day=day).answer == "ask", day


def test_times_follow() -> None:
    """A time is that of what is named, or so much later as the request says; an end is so long after it."""
    assert book("Book it when the launch is, 15 December.", title="x", start="10:00").answer == "allow"
    later = "Book it on 15 December, three quarters of an hour later than the launch."
    assert book(later, title="x", start="10:45").answer == "allow"
    assert book(later, title="x", start="09:15").answer != "allow"
    assert book(later, title="x", start="11:45").answer != "allow"
    half = "Book it on 15 December at 16:00 for an hour and a half."
    assert book(half, title="x", start="16:00", end="17:30").answer == "allow"
    assert book(half, title="x", start="16:00", end="18:00").answer != "allow"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("three quarters of an hour", {45}),
        ("a quarter of an hour", {15}),
        ("two and a half hours", {150}),
        ("an hour and a quarter", {75}),
        ("a couple of hours", {120}),
        ("1h30", {90}),
    ],
)
def test_lengths(text: str, minutes: set[int]) -> None:
    """How long something takes, in any words."""
    assert lengths(text) == minutes


def test_shifts() -> None:
    """A time is moved the way that the words say; of both ways or none nobody knows."""
    assert shifts("push it back an hour and a half") == {90}
    assert shifts("bring it forward by half an hour") == {-30}
    assert shifts("for an hour") == frozenset()
    assert shifts("an hour earlier or later") == frozenset()


def test_offsets() -> None:
    """How far a day lies from another one, with the words that say from which."""
    assert offsets("seven days before the hearing, please") == (("day", -7, " the hearing"),)
    assert offsets("the following day") == (("day", 1, ""),)
    assert offsets("for three days") == ()
    assert shifted("2026-01-31", "month", 1) == "2026-02-28"
    assert shifted("2026-12-01", "day", -1) == "2026-11-30"
    assert shifted("-05-19", "day", 1) is None
    assert shifted("9999-12-31", "day", 1) is None


MAILS = ToolRow(
    "post",
    "search_mail",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("mails", "id", ("subject",)), fields={"mails[].id": FieldLabel("organisation")}
    ),
)
LETTERS = {"mails": [{"id": "m-1", "subject": "Heating maintenance", "body": "We come on 2026-12-09."}]}


@pytest.mark.parametrize(
    ("request_text", "sure"),
    [
        ("There is a mail about the heating. Book the day that they propose.", False),
        ("They wrote about maintenance, book when they say.", False),
        ("Book the day of the mail 'Heating maintenance'.", True),
        ("Book what they propose for the heating maintenance.", True),
    ],
)
def test_a_day_of_what_is_only_spoken_of(request_text: str, *, sure: bool) -> None:
    """A day out of a stranger's text goes into an act for good where that text is named for sure."""
    readings = Readings(request_text, date(2026, 11, 26))
    readings.apply(Read(MAILS.id, MAILS.returns, {}, LETTERS, 1))
    task = Standing(readings, GrantRow(BOOK.id, None, 1))
    mild = ToolRow("diary", "note_event", "write", BOOK.intents, BOOK.arguments)
    call = {"title": "x", "day": "2026-12-09"}
    answer = decide_tool_call(ToolCall("agent", BOOK.client_name, BOOK, call), task).answer
    assert answer == ("allow" if sure else "ask")
    task = Standing(readings, GrantRow(mild.id, None, 1))
    assert decide_tool_call(ToolCall("agent", mild.client_name, mild, call), task).answer == "allow"


LESSONS = ToolRow(
    "diary",
    "list_lessons",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("lessons", "id", ("title", "pupil"), ("day", "start", "end")),
        {"lessons[].note": FieldLabel("public")},
    ),
)
MOVE = ToolRow(
    "diary",
    "move_lesson",
    "irreversible",
    ("move", "reschedule"),
    {"lesson": SinkRow("object"), **{name: SinkRow("date") for name in ("day", "start", "end")}},
)
_LESSON = {"id": "E-1", "title": "Piano", "pupil": "Mia Falk", "note": "or 2026-12-22 at 18:00"}


def move(request: str, start: str, end: str, *, whole: bool = False) -> str:
    """Return the answer where a lesson from 14:00 to 14:45 is moved. ``whole``: times with their day."""
    day = "2026-12-15T" if whole else ""
    lesson = _LESSON | {"start": f"{day}14:00", "end": f"{day}14:45"}
    readings = Readings(request, date(2026, 11, 26))
    row = lesson if whole else lesson | {"day": "2026-12-15"}
    readings.apply(Read(LESSONS.id, LESSONS.returns, {}, {"lessons": [row]}, 1))
    call = {"lesson": "E-1", "start": day + start, "end": day + end}
    task = Standing(readings, GrantRow(MOVE.id, None, 1))
    return decide_tool_call(ToolCall("agent", MOVE.client_name, MOVE, call), task).answer


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    ("request_text", "start", "end"),
    [
        ("Move Mia's piano lesson an hour later.", "15:00", "15:45"),
        ("Move Mia's piano lesson an hour earlier, she's no good at two.", "13:00", "13:45"),
        ("Move Mia's piano lesson forward by half an hour.", "13:30", "14:15"),
        ("Move Mia's piano lesson to 16:00.", "16:00", "16:45"),
        ("Move Mia's piano lesson from 2 pm to half three.", "15:30", "16:15"),
    ],
)
def test_an_end_moves_along(request_text: str, start: str, end: str, *, whole: bool) -> None:
    """An end stays as far behind its beginning as it was, and a shift is the one that the request says."""
    assert move(request_text, start, end, whole=whole) == "allow"
    for other in (("18:00", "18:45"), ("17:00", "17:45"), ("09:00", "09:45")):
        assert move(request_text, *other, whole=whole) != "allow", other


def test_a_lesson_under_a_strangers_title() -> None:
    """What is moved by an hour keeps our own time, whoever has given it its title."""
    returns = LESSONS.returns
    public = msgspec.structs.replace(
        returns,
        object=ObjectRow("lessons", "id", ("title",), ("day", "start", "end")),
        fields={**returns.fields, "lessons[].title": FieldLabel("public")},
    )
    readings = Readings("Move the piano lesson an hour earlier.", date(2026, 11, 26))
    row = _LESSON | {"title": "Piano with Mia", "day": "2026-12-15", "start": "14:00", "end": "14:45"}
    readings.apply(Read(LESSONS.id, public, {}, {"lessons": [row]}, 1))
    task = Standing(readings, GrantRow(MOVE.id, None, 1))
    for start, end, answer in (("13:00", "13:45", "allow"), ("18:00", "18:45", "ask")):
        call = {"lesson": "E-1", "day": "2026-12-15", "start": start, "end": end}
        assert decide_tool_call(ToolCall("agent", MOVE.client_name, MOVE, call), task).answer == answer


@pytest.mark.parametrize("by", ["half an hour later", "thirty minutes later", "30 min later"])
def test_times_of_what_is_asked_about(by: str) -> None:
    """Of the one thing that is asked about in any case its own times are no other doubt."""
    readings = Readings(f"Move the lesson {by}.", date(2026, 11, 26))
    rows = [
        _LESSON | {"day": "2026-12-15", "start": "14:00", "end": "14:45"},
        _LESSON | {"id": "E-2", "title": "Cello", "day": "2026-12-16", "start": "09:00", "end": "09:30"},
    ]
    readings.apply(Read(LESSONS.id, LESSONS.returns, {}, {"lessons": rows}, 1))
    task = Standing(readings, GrantRow(MOVE.id, None, 1))
    for start, end, doubts in (
        ("14:30", "15:15", {"lesson"}),
        ("09:30", "11:10", {"lesson", "start", "end"}),
    ):
        call = {"lesson": "E-1", "start": start, "end": end}
        verdict = decide_tool_call(ToolCall("agent", MOVE.client_name, MOVE, call), task)
        assert verdict.answer == "ask"
        assert {one.path for one in verdict.findings if not one.trusted} == doubts


def test_a_time_by_how_much_beside_another_one() -> None:
    """Where the request says another time too, somebody is asked which is meant."""
    said = "I have to go at half past four, so move Mia's piano lesson half an hour earlier."
    assert move(said, "13:30", "14:15") == "ask"
    assert move(said, "18:00", "18:45") == "ask"


def test_an_end_that_moves_otherwise() -> None:
    """An end that is nobody's is asked about."""
    assert move("Move Mia's piano lesson an hour later.", "15:00", "17:30") == "ask"
    assert move("Move Mia's piano lesson to 16:00.", "16:00", "17:10") == "ask"
