"""What the task itself has made may be acted on where the request means that."""

from typing import Any

import msgspec
import pytest

from podium.trust.grounding.record.readings import Read
from podium.trust.grounding.things.created import made_by
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = ReturnsRow("organisation")
CLIENTS = ToolRow(
    "bills",
    "list_clients",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("clients", "id", ("name",), ("email",))),
)
INVOICES = ToolRow(
    "bills",
    "list_invoices",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("invoices", "id", ("client", "subject"))),
)
MAKE = ToolRow(
    "bills",
    "create_invoice",
    "write",
    ("create", "make", "invoice", "draft"),
    {"client": SinkRow("object"), "subject": SinkRow("text", readers="user")},
    OURS,
)
FINISH = ToolRow(
    "bills", "finalize_invoice", "irreversible", ("send", "invoice"), {"invoice": SinkRow("object")}, OURS
)
MAIL = ToolRow(
    "bills",
    "mail_invoice",
    "irreversible",
    ("send", "mail"),
    {"invoice_id": SinkRow("object"), "to": SinkRow("recipient")},
    OURS,
)
ITEM = ToolRow(
    "bills",
    "add_invoice_item",
    "write",
    ("invoice", "add"),
    {"invoice": SinkRow("object"), "rate": SinkRow("object")},
    OURS,
)
RATE = ToolRow("bills", "create_rate", "write", ("add",), {"rate": SinkRow("text")}, OURS)
NOTES = ToolRow("notes", "read_note", "read", returns=ReturnsRow("user", "secret"))
PEOPLE = {
    "clients": [
        {"id": "c-7", "name": "Rashid", "email": "rashid@post.example"},
        {"id": "c-8", "name": "Anna"},
    ]
}
OLD = {"invoices": [{"id": "inv-203", "client": "Anna", "subject": "Garden room"}, {"id": "inv-204"}]}


def _made(
    request: str, answer: Any = None, tool: ToolRow = MAKE, *, failed: bool = False, **given: str
) -> World:
    world = World(request).read(CLIENTS, PEOPLE)
    return _makes(world, answer or {"id": "inv-212", "status": "draft"}, tool, failed=failed, **given)


def _makes(world: World, answer: Any, tool: ToolRow = MAKE, *, failed: bool = False, **given: str) -> World:
    given = given or {"client": "c-7", "subject": "Stage 3"}
    world.readings.apply(Read(tool.id, tool.returns, given, answer, 5, (), wrote=True, failed=failed))
    return world


MEANT = [
    "Make an invoice for Rashid and send it",
    "Invoice Rashid the fee that we agreed",
    "Send Rashid an invoice for Stage 3",
    "Draft the invoice for Rashid. Then send it, please",
    "Create the Stage 3 invoice for Rashid and send the Stage 3 invoice to him",
    "Please make a new invoice for Rashid, and when it is done send him the invoice",
]


@pytest.mark.parametrize("request_", MEANT)
def test_what_the_task_has_made(request_: str) -> None:
    """It is sent without a question, and nothing else of its kind is."""
    assert _made(request_).call(FINISH, invoice="inv-212").answer == "allow"
    assert _made(request_).call(FINISH, invoice="inv-213").answer != "allow"
    for before in (OLD, {"invoices": OLD["invoices"][:1]}):
        assert _made(request_).read(INVOICES, before).call(FINISH, invoice="inv-203").answer != "allow"


ANOTHER = [
    "Make an invoice for Rashid and send Anna's invoice",
    "Make an invoice for Rashid, and send the old one",
    "Make an invoice for Rashid and send the invoice of the garden room",
    "Make an invoice for Rashid, look for the draft of Monday and send it",
    "Make an invoice for Rashid, and send the letter",
    "Do not make an invoice, send it",
    "Send the invoice to Rashid",
    "Send it to Rashid, then make an invoice",
    "Make an invoice and a receipt for Rashid, and send it",
    "Send the letter. Make an invoice for Rashid and send it",
]


@pytest.mark.parametrize("request_", ANOTHER)
def test_the_request_means_another_one(request_: str) -> None:
    """Whatever stands in the new one, which the agent has worded."""
    world = _made(request_, client="c-7", subject="Anna's old invoice of the garden room, the letter")
    assert world.call(FINISH, uses=None, invoice="inv-212").answer != "allow"


def test_a_thing_of_that_kind_that_the_request_names() -> None:
    """It is not said apart from the new one where the act is."""
    request = "Make an invoice for Rashid like the one for the garden room, and send it"
    assert _made(request).read(INVOICES, OLD).call(FINISH, invoice="inv-212").answer == "allow"
    for more in (
        ", the garden room may wait: send the invoice of the garden room",
        ". The garden room waits. Send it",
    ):
        world = _made(f"Make an invoice for Rashid{more}").read(INVOICES, OLD)
        assert world.call(FINISH, uses=None, invoice="inv-212").answer != "allow"


NOT_IT: list[dict[str, Any]] = [
    {"answer": {"id": "c-8"}},  # read before
    {"answer": {"previous": "inv-212", "id": "inv-214"}},
    {"answer": {"invoices": [{"id": "inv-212"}]}},
    {"answer": {"client": {"id": "inv-212"}}},
    {"tool": ToolRow("bills", "create_invoice", "write", ("make",), {"client": SinkRow("object")})},
    {"tool": ToolRow("bills", "update_invoice", "write", ("make",), {}, OURS)},
    {"tool": ToolRow("bills", "create_letter", "write", ("make",), {}, OURS)},
    {"tool": ToolRow("mail", "create_invoice", "write", ("make",), {}, OURS)},
    {"client": "c-7", "invoice": "inv-212"},
    {"failed": True},
]


@pytest.mark.parametrize("case", NOT_IT)
def test_what_only_stands_in_an_answer(case: dict[str, Any]) -> None:
    """Another field, a stranger's one, another tool's or server's; what the call itself says; a failure."""
    value = "c-8" if case.get("answer") == {"id": "c-8"} else "inv-212"
    world = _made(MEANT[0], **case)
    assert world.call(FINISH, invoice=value).answer != "allow"


def test_a_declared_identifier() -> None:
    """Where an author says which field it is, wherever that stands."""
    fields = {"made.text": FieldLabel("public")}
    returns = ReturnsRow("organisation", object=ObjectRow("made", "ref"), fields=fields)
    tool = ToolRow("bills", "create_invoice", "write", ("make",), {}, returns)
    world = _made(MEANT[0], {"made": {"ref": "inv-212", "text": "inv-290"}}, tool, client="c-7")
    assert world.call(FINISH, invoice="inv-212").answer == "allow"
    assert world.call(FINISH, invoice="inv-290").answer != "allow"


def test_several_in_one_answer() -> None:
    """Nobody says which of them."""
    tool = msgspec.structs.replace(MAKE, returns=INVOICES.returns)
    rows: list[dict[str, Any]] = [{"id": "inv-212"}, {"id": "inv-216"}]
    assert _made(MEANT[0], {"invoices": rows[:1]}, tool).call(FINISH, invoice="inv-212").answer == "allow"
    assert _made(MEANT[0], {"invoices": rows}, tool).call(FINISH, invoice="inv-212").answer == "ask"


def test_another_kind_of_thing() -> None:
    """A letter is no invoice."""
    letter = ToolRow("bills", "create_letter", "write", ("write",), {}, OURS)
    world = _made("Write a letter to Rashid and send it", {"id": "let-212"}, letter)
    assert world.call(FINISH, invoice="let-212").answer != "allow"


def test_what_a_text_had_said_before() -> None:
    """It was not made then, wherever it comes from."""
    world = World(MEANT[0]).read(CLIENTS, PEOPLE).read(NOTES, {"text": "Have a look at inv-212 first"})
    assert _makes(world, {"id": "inv-212"}).call(FINISH, invoice="inv-212").answer != "allow"


def test_two_of_a_kind() -> None:
    """Which of them is meant nobody says: who has one made more than was asked for gains nothing."""
    world = _makes(_made(MEANT[0]), {"id": "inv-215"})
    assert world.call(FINISH, invoice="inv-212").answer == "ask"
    assert world.call(FINISH, invoice="inv-215").answer == "ask"


def test_what_stands_in_it_goes_out_with_it() -> None:
    """A secret that was put where the user alone reads it is asked about before the thing goes to others."""
    request = "Make an invoice for Rashid and send it to rashid@post.example"
    to: dict[str, Any] = {"invoice_id": "inv-212", "to": "rashid@post.example"}
    assert _made(request).call(MAIL, **to).answer == "allow"
    note = "the safe in the cellar opens at left nine right four"
    world = World(request).read(CLIENTS, PEOPLE).read(NOTES, {"text": note})
    world = _makes(world, {"id": "inv-212"}, client="c-7", subject=note)
    assert world.call(MAIL, **to).rule == "flow.secret"
    world = _makes(World(request).read(CLIENTS, PEOPLE).read(NOTES, {"text": note}), {"id": "inv-212"})
    change = ToolRow("bills", "edit_invoice", "write", ("make",), {}, OURS)
    world = _makes(world, {"ok": True}, change, invoice="inv-212", text=note)
    assert world.call(MAIL, **to).rule == "flow.secret"


def test_a_part_that_the_request_does_not_speak_of() -> None:
    """It can be taken off again; where the request has a word of its kind it may mean another one."""
    for request, answer in (
        ("Invoice Rashid the fee", "allow"),
        ("Invoice Rashid the fee at the rate of May", "ask"),
    ):
        world = _makes(_made(request), {"id": "rate-19"}, RATE, rate="40")
        assert world.call(ITEM, invoice="inv-212", rate="rate-19").answer == answer
        for_good = msgspec.structs.replace(ITEM, effect="irreversible")
        assert world.call(for_good, invoice="inv-212", rate="rate-19").answer == "ask"


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("bills/create_invoice", "invoice"),
        ("bills/create_invoice_item", "item"),
        ("notion/notion-create-pages", "page"),
        ("cal/createEvent", "event"),
        ("code/issue_create", "issue"),
        ("code/add_comment_to_issue", "comment"),
        ("drive/delete_file", ""),
        ("code/update_issue", ""),
        ("x/create", ""),
    ],
)
def test_what_a_tool_makes(tool: str, kind: str) -> None:
    """By its name: of several nouns the last, before whatever it goes to."""
    assert made_by(tool) == kind


def test_what_stands_in_it_goes_out_where_the_request_names_it() -> None:
    """As it does where a lookup shows the new one by a name that the request says."""
    request = "Make an invoice for Rashid and send the invoice of the garden room to rashid@post.example"
    note = "the safe in the cellar opens at left nine right four"
    new = {"invoices": [{"id": "inv-212", "client": "Rashid", "subject": "Garden room"}]}
    for text, rule in ((note, "flow.secret"), ("Stage 3", "tools.bills/mail_invoice")):
        world = World(request).read(CLIENTS, PEOPLE).read(NOTES, {"text": note})
        world = _makes(world, {"id": "inv-212"}, client="c-7", subject=text).read(INVOICES, new)
        assert world.call(MAIL, invoice_id="inv-212", to="rashid@post.example").rule == rule


def test_what_is_written_or_saved() -> None:
    """It was made as well, under a short identifier: a bare number of one digit may stand anywhere."""
    note = ToolRow("home", "write_note", "write", ("make",), {}, OURS)
    share = ToolRow("home", "share_note", "irreversible", ("let read",), {"note_id": SinkRow("object")}, OURS)
    request = "Make a note with our bookings and let Rashid read it"
    assert _made(request, {"id": "N-8"}, note).call(share, note_id="N-8").answer == "allow"
    assert _made(request, {"id": "8"}, note).call(share, note_id="8").answer != "allow"
    assert _made(request, {"id": "N-8"}, note).call(share, note_id="N-7").answer != "allow"
    before = {"invoices": [{"id": "N-8", "client": "Anna"}]}
    world = World(request).read(CLIENTS, PEOPLE).read(INVOICES, before)
    assert _makes(world, {"id": "N-8"}, note).call(share, note_id="N-8").answer != "allow"
