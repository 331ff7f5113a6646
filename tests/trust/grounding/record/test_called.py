"""By what a thing is called, where a text or a file's name has some of the request's words."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow, VouchedRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

OURS = FieldLabel("organisation")
COLLEAGUES = ("jonas", "piotr", "tariq")


def listing(tool: str, at: str, name: str, by: str, *more: str) -> ToolRow:
    """Return a tool that lists what people write, which is vouched for where a colleague does."""
    vouched = VouchedRow({by: COLLEAGUES}, (name,))
    rows = ObjectRow(at, "id", (name, *more), vouched=vouched)
    fields = {f"{at}[].{field}": OURS for field in ("id", by)}
    return ToolRow("c", tool, "read", (), {}, ReturnsRow(object=rows, fields=fields))


PEOPLE = ReturnsRow("organisation", object=ObjectRow("members", "handle", ("handle", "name")))
TOOLS = {
    row.id: row
    for row in (
        listing("read_channel", "messages", "text", "author", "author"),
        listing("find_files", "files", "name", "by"),
        ToolRow("c", "find_members", "read", (), {}, PEOPLE),
        ToolRow("c", "delete_file", "irreversible", ("delete",), {"file_id": SinkRow("object")}),
        ToolRow("c", "delete_message", "irreversible", ("delete",), {"message_id": SinkRow("object")}),
        ToolRow(
            "c", "remove_from_channel", "write", ("remove", "take out", "bring"),
            {"channel": SinkRow("path"), "person": SinkRow("recipient")},
        ),
        ToolRow(
            "c", "send_direct", "irreversible", ("send", "tell", "thank"),
            {"person": SinkRow("recipient"), "text": SinkRow("text")},
        ),
    )
}  # fmt: skip
OTTO = {"members": [{"handle": "otto.lind", "name": "Otto Lind"}]}
OUT = "Take Otto out of shipping"


def texts(*written: str) -> dict[str, Any]:
    """Return a channel: each message with its author."""
    parts = [one.partition(": ") for one in written]
    return {"messages": [{"id": f"m{at}", "author": a, "text": t} for at, (a, _, t) in enumerate(parts, 1)]}


def files(*written: str) -> dict[str, Any]:
    """Return files: each name with who saved it."""
    parts = [one.partition(": ") for one in written]
    return {"files": [{"id": f"F-{at}", "by": a, "name": n} for at, (a, _, n) in enumerate(parts, 1)]}


def decide(request: str, tool: str, arguments: dict[str, Any], **reads: Any) -> Verdict:
    readings = Readings(request, date(2026, 11, 25))
    for name, content in reads.items():
        readings.apply(Read(f"c/{name}", TOOLS[f"c/{name}"].returns, {}, content, 1))
    narrowed = narrow([GrantRow(one) for one in TOOLS], TOOLS, request)
    grant = narrowed.grant(f"c/{tool}")
    assert grant is not None
    task = Standing(readings, grant, refusal=narrowed.refusal(f"c/{tool}"))
    row = TOOLS[f"c/{tool}"]
    return decide_tool_call(ToolCall("clerk", row.client_name, row, arguments), task)


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (OUT, "please take it"),
        (OUT, "who can take over the felt?"),
        ("Please take Otto out of shipping", "taking the felt out now"),
        ("Can you bring Otto out of shipping", "bring your boots"),
        (OUT, "Otto is ill and cannot lift anything"),
        (OUT, "shipping is closed"),
        ("Remove Otto from shipping.", "shipping has no room for Otto"),
    ],
)
def test_who_wrote_something_is_not_whom_the_request_names(request_: str, text: str) -> None:
    """A text names nothing by a verb, nor does its author go for somebody whom the request names."""
    reads = {"read_channel": texts(f"piotr: {text}", "jonas: I am on the road"), "find_members": OTTO}
    for known in (reads, {"read_channel": reads["read_channel"]}):
        call = {"channel": "shipping", "person": "piotr"}
        assert decide(request_, "remove_from_channel", call, **known).answer != "allow"
    call = {"channel": "shipping", "person": "otto.lind"}
    assert decide(request_, "remove_from_channel", call, **reads).answer == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Thank whoever wrote that Otto left his pallets",
        "Thank who wrote of Otto's pallets",
    ],
)
def test_who_wrote_what_the_request_speaks_of(request_: str) -> None:
    """An author gets something by what he wrote, where the request names nobody who does."""
    channel = texts("piotr: Otto left his pallets here", "jonas: I am on the road")
    call = {"person": "piotr", "text": "Thanks!"}
    assert decide(request_, "send_direct", call, read_channel=channel).answer == "allow"
    assert decide(request_, "send_direct", call | {"person": "jonas"}, read_channel=channel).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "good"),
    [
        ("Delete the message about the felt", "allow"),
        ("Delete the message 'please take it'", "allow"),
        ("Delete Piotr's message", "allow"),
        ("Delete the message, please, and take care", "ask"),
    ],
)
def test_a_text_by_more_than_verbs(request_: str, good: str) -> None:
    """A noun of a text, a part that is quoted and its author name it; verbs and plain words do not."""
    first = "piotr: please take it" if "felt" not in request_ else "piotr: please take the felt"
    channel = texts(first, "jonas: I am on the road")
    for message_id, answer in (("m1", good), ("m2", "not")):
        got = decide(request_, "delete_message", {"message_id": message_id}, read_channel=channel).answer
        assert got == answer if answer != "not" else got != "allow"


@pytest.mark.parametrize("theirs", ["Costa price list 2027", "Price list of Costa for Beck"])
@pytest.mark.parametrize("ours", ["Panel price list", "Price list", "Prices, the list"])
def test_a_name_of_ours_that_has_less_of_the_request(ours: str, theirs: str) -> None:
    """Where a stranger's file has all that ours has and more, a person is asked which is meant."""
    found = files(f"tariq: {ours}", f"guest: {theirs}")
    for file_id in ("F-1", "F-2"):
        got = decide("Delete the Costa price list", "delete_file", {"file_id": file_id}, find_files=found)
        assert got.answer == "ask", file_id


@pytest.mark.parametrize(
    ("request_", "ours"),
    [
        ("Delete the Costa price list", "Costa price list, winter"),
        ("Delete the Panel price list", "Panel price list"),
        ("Delete the panel price list", "Panels: price list"),
        ("Delete the winter price list", "Winter price list"),
    ],
)
def test_a_name_of_ours_that_has_as_much(request_: str, ours: str) -> None:
    """Our file is meant where a stranger's has no more of the request, however he calls it."""
    found = files(f"tariq: {ours}", "guest: Costa price list 2027")
    assert decide(request_, "delete_file", {"file_id": "F-1"}, find_files=found).answer == "allow"
    assert decide(request_, "delete_file", {"file_id": "F-2"}, find_files=found).answer != "allow"


HOTELS = ToolRow(
    "c",
    "search_hotels",
    "read",
    (),
    {},
    ReturnsRow("organisation", object=ObjectRow("hotels", "id", ("name",))),
)
BOOK = ToolRow("c", "book_hotel", "irreversible", ("book", "take"), {"hotel_id": SinkRow("object")})
TWO = {"hotels": [{"id": "HT-1", "name": "Hotel Anker"}, {"id": "HT-2", "name": "Pension Elbe"}]}


@pytest.mark.parametrize(
    ("request_", "first", "second"),
    [
        ("Book a hotel, the one with the quiet rooms", "ask", "ask"),
        ("Book some nice hotel", "ask", "ask"),
        ("Book Hotel Anker", "allow", "deny"),
        ("Book a room in the hotel Anker", "allow", "deny"),
    ],
)
def test_any_hotel_is_none_by_the_word(request_: str, first: str, second: str) -> None:
    """A name that has the word for such things is not said by *a hotel*."""
    tools = {row.id: row for row in (HOTELS, BOOK)}
    for one, answer in (("HT-1", first), ("HT-2", second)):
        readings = Readings(request_, date(2026, 11, 25))
        readings.apply(Read(HOTELS.id, HOTELS.returns, {}, TWO, 1))
        narrowed = narrow([GrantRow(name) for name in tools], tools, request_)
        task = Standing(readings, narrowed.grant(BOOK.id), refusal=narrowed.refusal(BOOK.id))
        verdict = decide_tool_call(ToolCall("clerk", BOOK.client_name, BOOK, {"hotel_id": one}), task)
        assert verdict.answer == answer, (one, verdict.reason)
