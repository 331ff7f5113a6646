"""An end that is the day after the last one has its ground by that."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.openings import openings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY = date(2026, 11, 25)  # a Wednesday
OURS = FieldLabel("organisation")
START = SinkRow("date", named=True)
END = SinkRow("date", named=True, exclusive=True)
EVENTS = ReturnsRow("organisation", object=ObjectRow("events", "id", ("summary",), ("start", "end")))
MAIL = ReturnsRow(
    object=ObjectRow("messages", "id", ("sender", "subject"), ("received",)),
    fields={"messages[].id": OURS, "messages[].received": OURS},
)
TOOLS = {
    row.id: row
    for row in (
        ToolRow("cal", "list_events", "read", returns=EVENTS),
        ToolRow("mail", "list_messages", "read", returns=MAIL),
        ToolRow("cal", "create_event", "write", ("put", "enter", "book"),
                {"summary": SinkRow("text", readers="user"), "start": START, "end": END}, ReturnsRow()),
        ToolRow("cal", "extend_stay", "write", ("extend",), {"until": END}, ReturnsRow()),
    )
}  # fmt: skip
PARTY = {"id": "e1", "summary": "Fair in Leipzig", "start": "2027-01-11", "end": "2027-01-14"}
ASKED = {"id": "m1", "sender": "Ewan", "subject": "Leave", "received": "2026-11-24",
         "body": "Could I have 21 to 23 December off?"}  # fmt: skip


class Calendar:
    """One task."""

    def __init__(self, request: str, schema: str | None = None) -> None:
        grants = [GrantRow(tool, schema if tool == "cal/create_event" else None) for tool in TOOLS]
        self.readings, self.effective = Readings(request, TODAY), narrow(grants, TOOLS, request)

    def read(self, tool: str, **content: Any) -> "Calendar":
        self.readings.apply(Read(tool, TOOLS[tool].returns, {}, content, 1))
        return self

    def verdict(self, start: str, end: str) -> Verdict:
        row = TOOLS["cal/create_event"]
        standing = Standing(
            self.readings, self.effective.grant(row.id), refusal=self.effective.refusal(row.id)
        )
        call = {"summary": "Away", "start": start, "end": end}
        return decide_tool_call(ToolCall("clerk", row.client_name, row, call), standing)

    def put(self, start: str, end: str) -> str:
        return self.verdict(start, end).answer


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("from 21 to 23 December", "2026-12-24"),
        ("from 21 December to 23 December", "2026-12-24T00:00:00"),
        ("from 21 to 31 December", "2027-01-01"),
        ("three days from 21 December", "2026-12-24"),
        ("on 21 December", "2026-12-22"),
    ],
)
def test_the_day_after(said: str, end: str) -> None:
    """It goes, and neither the last day itself nor any other end does."""
    calendar = Calendar(f"Put my leave in the calendar, {said}")
    assert calendar.put("2026-12-21", end) == "allow", calendar.verdict("2026-12-21", end).reason
    for other in ("2026-12-25", "2026-12-28", "2026-12-21", "2026-12-20", "2027-12-28"):
        assert calendar.put("2026-12-21", other) != "allow", other


def test_a_last_day_is_no_end() -> None:
    """A call that leaves out the last day is not what the request says."""
    calendar = Calendar("Put my leave in the calendar, from 21 to 24 December")
    assert calendar.put("2026-12-21", "2026-12-25") == "allow"
    assert calendar.put("2026-12-21", "2026-12-24") != "allow"
    why = [one for one in calendar.verdict("2026-12-21", "2026-12-25").findings if one.path == "end"]
    assert [(one.value, one.why) for one in why] == [("2026-12-24", "the request says it")]
    assert calendar.verdict("2026-12-21", "2026-12-24").reason.endswith("; it ends before 2026-12-24")


def test_times_are_as_they_stand() -> None:
    """What ends at a time of day has no day after; nor has midnight, where the request says times."""
    calendar = Calendar("Put my call in the calendar, 21 December, 22:00 to 23:30")
    assert calendar.put("2026-12-21T22:00", "2026-12-21T23:30") == "allow"
    assert calendar.put("2026-12-21T22:00", "2026-12-22T00:00") != "allow"
    assert calendar.put("2026-12-21T22:00", "2026-12-22T23:30") != "allow"


def test_of_the_same_server() -> None:
    """Its own field has the day after already; a mail has not."""
    calendar = Calendar("Enter the fair in Leipzig once more").read("cal/list_events", events=[PARTY])
    assert calendar.put("2027-01-11", "2027-01-14") == "allow"
    assert [one.value for one in calendar.verdict("2027-01-11", "2027-01-14").findings][-1] == "2027-01-13"
    assert calendar.put("2027-01-11", "2027-01-12") == "allow"  # the first day alone
    assert calendar.put("2027-01-11", "2027-01-15") != "allow"
    assert calendar.put("2027-01-11", "2027-01-13") != "allow"


MAILS = ["as Ewan's mail says", "by Ewan's mail", "until the day in Ewan's mail"]


@pytest.mark.parametrize("said", MAILS)
def test_what_a_text_says_and_the_author_accepts(said: str) -> None:
    """The day after the one in the text, and no other."""
    mail = {**ASKED, "subject": "Our stay", "body": "We would like to stay until 23 December, it is warm."}
    row = TOOLS["cal/extend_stay"]
    for end, answer in (("2026-12-24", "allow"), ("2026-12-23", "ask"), ("2026-12-25", "ask")):
        task = Calendar(f"Extend the stay {said}").read("mail/list_messages", messages=[mail])
        standing = Standing(task.readings, task.effective.grant(row.id))
        call = ToolCall("clerk", row.client_name, row, {"until": end})
        assert decide_tool_call(call, standing).answer == answer, end


def test_what_a_text_says() -> None:
    """Of several days in it a person is asked, and so is the one after them."""
    request = "Put Ewan's leave in the calendar, as he writes"
    other = {**ASKED, "body": "Could I have 21 to 24 December off?"}
    assert (
        Calendar(request).read("mail/list_messages", messages=[ASKED]).put("2026-12-21", "2026-12-24")
        == "ask"
    )
    assert (
        Calendar(request).read("mail/list_messages", messages=[other]).put("2026-12-21", "2026-12-24")
        != "allow"
    )


def test_a_grants_own_day() -> None:
    """It is in the argument's notation."""
    schema = '{"properties": {"end": {"const": "2026-12-24"}}}'
    assert (
        Calendar("Put my leave in the calendar, on 21 December", schema).put("2026-12-21", "2026-12-24")
        == "allow"
    )


def test_words_of_the_policy() -> None:
    """Whoever tries a policy sees what a call may have."""
    grants = [GrantRow(tool) for tool in TOOLS]
    found = openings(grants, TOOLS, "Put my leave in the calendar, 21/12/2026 to 23/12/2026", TODAY).tools
    takes = next(one.takes for one in found if one.tool == "cal/create_event")
    assert next(one.values for one in takes if one.argument == "end") == ("2026-12-22", "2026-12-24")
