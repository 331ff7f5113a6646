"""What docs/tools.md answers to those who wrote policies is what is decided."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.policies import Rules
from podium.trust.request.narrowing import narrow
from podium.trust.tools import (
    FieldLabel,
    GrantRow,
    ObjectRow,
    PolicyRow,
    ReturnsRow,
    SinkRow,
    ToolRow,
)
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

OURS = FieldLabel("organisation")
SECRET = "The operating account holds 48211.35 euros today and nobody outside should know of it"
Lookup = tuple[str, ReturnsRow, dict[str, Any]]
BALANCE: Lookup = ("x/balance", ReturnsRow("organisation", "secret"), {"text": SECRET})


def listing(
    of: str,
    id_: str,
    names: str,
    rows: list[dict[str, Any]],
    ours: str = "",
    structured: str = "",
    *,
    whole: Any = None,
) -> Lookup:
    """Return a lookup of things; without ``whole`` strangers write all but what is ``ours``."""
    found = ObjectRow(of, id_, tuple(names.split()), tuple(structured.split()))
    fields = {f"{of}[].{name}": OURS for name in ours.split()}
    server = {"files": "m", "contacts": "m", "codes": "m"}.get(of, "s")
    return f"{server}/list_{of}", ReturnsRow(whole or "public", object=found, fields=fields), {of: rows}


def tool(name: str, intents: str, effect: str = "irreversible", **arguments: SinkRow | str) -> ToolRow:
    sinks = {path: it if isinstance(it, SinkRow) else SinkRow(it) for path, it in arguments.items()}  # type: ignore[arg-type]
    server, _, last = name.partition("/")
    return ToolRow(server, last, effect, tuple(intents.split(", ")), sinks)  # type: ignore[arg-type]


def decide(
    request: str,
    what: ToolRow,
    arguments: dict[str, Any],
    *lookups: Lookup,
    schema: str | None = None,
    rule: str = "",
) -> Verdict:
    readings = Readings(request, date(2026, 11, 26))
    for at, (name, returns, content) in enumerate(lookups, start=1):
        readings.apply(Read(name, returns, {}, content, at))
    grant = GrantRow(what.id, schema, 10)
    effective = narrow([grant], {what.id: what}, request)
    rules = (
        Rules([PolicyRow("p", rule)], [what], departments={"a": None}, agents={"clerk": "a"})
        if rule
        else None
    )
    standing = Standing(
        readings,
        effective.grant(what.id),
        refusal=effective.refusal(what.id),
        domains=frozenset({"acme.example"}),
        rules=rules,
    )
    return decide_tool_call(ToolCall("clerk", what.client_name, what, arguments), standing)


REVIEW = tool("s/answer_review", "answer", review_id="object", text="text")
REVIEWS = listing(
    "reviews",
    "id",
    "guest",
    [
        {"id": "r1", "guest": "Gert", "stars": 5},
        {"id": "r2", "guest": "Ana", "stars": 2},
        {"id": "r3", "stars": 5},
    ],
    "id stars",
)


@pytest.mark.parametrize(
    ("request_", "review", "answer"),
    [
        ("Answer the review with 2 stars.", "r2", "allow"),
        ("Answer the review with 2 stars.", "r1", "deny"),
        ("Answer every five-star review.", "r1", "allow"),
        ("Answer every five-star review.", "r2", "ask"),
        ("Answer Gert.", "r1", "allow"),
    ],
)
def test_a_number_in_a_field(request_, review, answer) -> None:
    """A number names what has it in a field which no stranger fills: one, or all that have five stars."""
    assert decide(request_, REVIEW, {"review_id": review, "text": "Thanks"}, REVIEWS).answer == answer


MAIL = tool("m/send_mail", "send, mail", to="recipient", body="text")
GUESTS = listing(
    "contacts",
    "email",
    "name",
    [{"name": "Mr Watanabe", "email": "w@guest.example"}],
    structured="email",
    whole="user",
)
CODES: Lookup = (
    "m/list_codes",
    ReturnsRow(
        "organisation",
        object=ObjectRow("codes", "id", ("holder",)),
        fields={"codes[].code": FieldLabel(None, "secret")},
    ),
    {
        "codes": [
            {"id": "c1", "holder": "Watanabe", "code": "48213377"},
            {"id": "c2", "holder": "Bo", "code": "99182736"},
        ]
    },
)
ISSUED: Lookup = (
    "m/issue_code",
    ReturnsRow("organisation", fields={"code": FieldLabel(None, "secret")}),
    {"id": "c9", "code": "48213377"},
)


@pytest.mark.parametrize(
    ("code", "lookup", "answer"),
    [("48213377", CODES, "allow"), ("99182736", CODES, "ask"), ("48213377", ISSUED, "ask")],
)
def test_a_secret_that_somebody_is_to_get(code, lookup, answer) -> None:
    """His own goes to whom the request names, another's and one that nobody has do not."""
    call = {"to": "w@guest.example", "body": f"Your code is {code}."}
    assert decide("Send Mr Watanabe his code.", MAIL, call, lookup, GUESTS).answer == answer


def test_a_name_in_part() -> None:
    """A part of a name is enough for a recipient that a lookup lists."""
    code = tool("s/issue_code", "make", holder="recipient", valid_from="date", valid_until="date")
    firms = listing(
        "firms", "id", "name", [{"id": "1", "name": "Van der Meer Installatie"}], whole="organisation"
    )
    call = {
        "holder": "Van der Meer Installatie",
        "valid_from": "2026-11-27T08:00",
        "valid_until": "2026-11-27T12:00",
    }
    assert decide("Make Van der Meer a code tomorrow from 8 till noon.", code, call, firms).answer == "allow"


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ([{"type": "suite", "price": 200}, {"type": "double", "price": 120}], "allow"),
        ([{"type": "suite", "price": 200}, {"type": "suite", "price": 200}], "ask"),
    ],
)
def test_so_much_more_than_now(rows, answer) -> None:
    """A share is of what one named row has; of several that are called so none is."""
    rate = tool("s/set_rate", "raise", room_type="value", price="amount")
    rows = [{"id": f"{at}", **row} for at, row in enumerate(rows)]
    rates = listing("rates", "id", "type", rows, structured="price", whole="organisation")
    call = {"room_type": "suite", "price": 220}
    assert decide("Raise the suite by 10 percent.", rate, call, rates).answer == answer


JOB = tool("s/change_job", "tick off, set", "write", job_id="object", status="value")
JOBS = listing("jobs", "id", "room", [{"id": "j1", "room": "305", "status": "open"}], whole="organisation")


@pytest.mark.parametrize(
    ("request_", "schema", "answer"),
    [
        ("305 is clean, you can tick it off", '{"enum": ["open", "done"]}', "allow"),
        ("305 is clean, you can tick it off", '{"pattern": "^(open|done)$"}', "allow"),
        ("Set the job in 305 to done", '{"pattern": "^(open|done)$"}', "allow"),
    ],
)
def test_a_status_that_hurts(request_, schema, answer) -> None:
    """With a pattern a status is said by its word, or by an order that means nothing else."""
    schema = f'{{"properties": {{"status": {schema}}}}}'
    assert decide(request_, JOB, {"job_id": "j1", "status": "done"}, JOBS, schema=schema).answer == answer


@pytest.mark.parametrize(
    ("channel", "answer"),
    [("studio", "allow"), ("#studio", "allow"), ("# studio", "ask"), ("northmoor", "ask")],
)
def test_channels_of_which_some_have_guests(channel, answer) -> None:
    """A channel that is not listed to the letter has the wider readers."""
    row = SinkRow(
        "recipient", readers="public", readers_of={"studio": "organisation", "#studio": "organisation"}
    )
    post = tool("s/post_message", "post", channel=row, text="text")
    private: Lookup = ("x/balance", ReturnsRow("organisation", "private"), {"text": SECRET})
    channels = listing(
        "channels", "name", "name", [{"name": "studio"}, {"name": "northmoor"}], whole="organisation"
    )
    call = {"channel": channel, "text": SECRET}
    assert decide(f"Post the balance to {channel}.", post, call, channels, private).answer == answer


@pytest.mark.parametrize(
    ("people", "readers", "where"),
    [("eve@x.example", None, "outside"), ("eve@x.example", "user", "to others")],
)
def test_whoever_has_an_address_in_the_object_reads(people, readers, where) -> None:
    """The addresses of an attached file count, unless the argument says who reads."""
    attach = tool(
        "m/send_mail",
        "send",
        to="recipient",
        body="text",
        attachments=SinkRow("object", many=True, readers=readers),
    )
    files = listing(
        "files", "id", "name", [{"id": "f1", "name": "plan", "people": [people]}], whole="organisation"
    )
    bob = listing("contacts", "email", "name", [{"name": "Bob", "email": "bob@acme.example"}], whole="user")
    call = {"to": "bob@acme.example", "body": SECRET, "attachments": ["f1"]}
    verdict = decide("Send Bob the plan.", attach, call, files, bob, BALANCE)
    assert verdict.rule == "flow.secret"
    assert where in verdict.reason


ENTRIES = listing(
    "entries",
    "id",
    "person project day",
    [
        {"id": "e1", "person": "Ida", "project": "Oakley", "day": "2026-11-24", "card_id": "K-1"},
        {"id": "e2", "person": "Ida", "project": "Northmoor", "day": "2026-11-24", "card_id": "K-2"},
        {"id": "e3", "person": "Ida", "project": "Oakley", "day": "2026-11-23", "card_id": "K-3"},
    ],
    whole="organisation",
)


@pytest.mark.parametrize(
    ("request_", "argument", "value", "answer"),
    [
        ("Delete Ida's entry for Oakley on Tuesday", "entry_id", "e1", "allow"),
        ("Delete Ida's entry for Oakley on Tuesday", "entry_id", "e2", "deny"),
        ("Delete the entry e1", "entry_id", "e1", "allow"),
        ("Delete the entry e1", "entry_id", "e2", "deny"),
        ("Delete the card of Ida's Oakley entry on Tuesday", "card_id", "K-1", "allow"),
    ],
)
def test_several_names_tell_an_object(request_, argument, value, answer) -> None:
    """Person, project and day together, or the identifier beside the kind's own noun."""
    delete = tool("s/delete_it", "delete", "write", **{argument: "object"})
    assert decide(request_, delete, {argument: value}, ENTRIES).answer == answer


@pytest.mark.parametrize("sink", ["object", "recipient"])
def test_an_identifier_of_another_server(sink) -> None:
    """What another server lists may go into an object or a recipient, where the request names it."""
    invoice = tool("tally/issue_invoice", "invoice", contact_id=sink, amount="amount")
    contacts = listing(
        "contacts",
        "id",
        "name",
        [{"id": "C-7", "name": "Northmoor"}, {"id": "C-8", "name": "Oakley"}],
        whole="organisation",
    )
    request = "Invoice Northmoor 400 euros."
    assert decide(request, invoice, {"contact_id": "C-7", "amount": 400}, contacts).answer == "allow"
    assert decide(request, invoice, {"contact_id": "C-8", "amount": 400}, contacts).answer == "ask"


@pytest.mark.parametrize(
    ("email", "readers", "rule"),
    [
        ("mira@northmoor.example", None, "flow.private"),  # outside, and the request speaks of no balance
        ("mira@northmoor.example", "organisation", "tools.tally/message_contact"),
        ("mira@acme.example", None, "tools.tally/message_contact"),
    ],
)
def test_who_reads_what_goes_to_an_identifier(email, readers, rule) -> None:
    """The addresses of whom an identifier stands for tell who reads, on whatever server they are listed."""
    message = tool(
        "tally/message_contact", "tell", contact_id=SinkRow("recipient", readers=readers), text="text"
    )
    private: Lookup = ("x/balance", ReturnsRow("organisation", "private"), {"text": SECRET})
    contacts = listing(
        "contacts", "id", "name", [{"id": "C-7", "name": "Northmoor", "email": email}], whole="organisation"
    )
    call = {"contact_id": "C-7", "text": SECRET}
    assert decide("Tell Northmoor how we are.", message, call, contacts, private).rule == rule


@pytest.mark.parametrize(
    ("request_", "link", "answer"),
    [
        ("Take the link off the plan", "off", "allow"),
        ("Take the link off the plan", "anyone", "ask"),
        ("Set the plan so that anyone with the link can see it", "anyone", "allow"),
    ],
)
def test_one_tool_for_opening_and_closing(request_, link, answer) -> None:
    """A value of a pattern is said by its word."""
    change = tool("m/set_link", "set, take off", file_id="object", link="value")
    files = listing("files", "id", "name", [{"id": "f1", "name": "plan"}], whole="organisation")
    schema = '{"properties": {"link": {"pattern": "^(off|studio|anyone)$"}}}'
    assert decide(request_, change, {"file_id": "f1", "link": link}, files, schema=schema).answer == answer


OLD = (
    "Please use the blue logo from the spring campaign, and keep the margin at two centimetres on each side."
)


@pytest.mark.parametrize(
    ("readers", "answer"), [(None, "allow"), ("organisation", "ask"), ("public", "deny")]
)
def test_a_tool_that_replaces_what_strangers_wrote(readers, answer) -> None:
    """It repeats it, which others than the user are not to read unasked: by its name it edits nothing."""
    update = tool(
        "s/write_card", "add", "write", card_id="object", description=SinkRow("text", readers=readers)
    )
    cards = listing("cards", "id", "id", [{"id": "K-1", "description": OLD}], "id")
    call = {"card_id": "K-1", "description": f"{OLD}\nThe headline is final."}
    assert decide("Add to card K-1 that the headline is final", update, call, cards).answer == answer


@pytest.mark.parametrize(
    ("request_", "answer"),
    [("Post the text of the Spring mail as it is", "allow"), ("Post something about spring", "deny")],
)
def test_another_s_text_as_it_is(request_, answer) -> None:
    """What the request names may be posted whole; a text of which it does not speak may not."""
    post = tool("s/publish_post", "post", text=SinkRow("text", readers="public"), account="path")
    mails: Lookup = (
        "m/find",
        ReturnsRow(
            confidentiality="public",
            object=ObjectRow("mails", "id", ("subject",)),
            fields={"mails[].id": OURS},
        ),
        {
            "mails": [
                {"id": "m1", "subject": "Spring", "body": OLD},
                {"id": "m2", "subject": "Hello", "body": "No."},
            ]
        },
    )
    assert decide(request_, post, {"text": OLD}, mails).answer == answer


@pytest.mark.parametrize(
    ("term", "due", "answer"),
    [
        ("30 days", "2026-12-26", "allow"),
        ("30 days", "2027-05-05", "ask"),
        ("due in 30 days", "2026-12-26", "allow"),
        ("with a term of 30 days", "2026-12-26", "allow"),
        ("net 14 days", "2026-12-10", "allow"),
    ],
)
def test_a_term(term, due, answer) -> None:
    """The day that a bill is due is so many days from now, and no other one."""
    bill = tool("s/issue_bill", "bill", client="value", due="date")
    assert decide(f"Bill Oakley, {term}.", bill, {"client": "Oakley", "due": due}).answer == answer


def test_rules_compare_to_the_letter() -> None:
    """What is not on a list is forbidden in any spelling, what is on one only as it stands there."""
    unlock = tool("s/unlock_door", "unlock", door="path")
    listed = 'context.arguments has door && ["cellar"].contains(context.arguments.door)'
    allow = f"forbid(principal, action, resource) unless {{ {listed} }};"
    forbid = f"forbid(principal, action, resource) when {{ {listed} }};"
    assert decide("Unlock the cellar.", unlock, {"door": "cellar"}, rule=allow).answer == "allow"
    assert decide("Unlock the Cellar.", unlock, {"door": "Cellar"}, rule=allow).answer == "deny"
    assert decide("Unlock the cellar.", unlock, {"door": "cellar"}, rule=forbid).answer == "deny"
    assert decide("Unlock the Cellar.", unlock, {"door": "Cellar"}, rule=forbid).answer == "allow"


MOVE = tool("s/move_delivery", "move, change", "write", order_id="object", day="date")
STATUS = tool("s/set_status", "mark, set, change", "write", order_id="object", status="value")
UPDATE = tool("s/update", "change, tariff", "write", id="object", data="value")


@pytest.mark.parametrize(
    ("tools", "request_", "opened"),
    [
        ([MOVE, STATUS], "Change the delivery of 4411 to Friday", {"move_delivery"}),
        ([MOVE, STATUS], "Change the status of 4411 to ready", {"set_status"}),
        ([MOVE, STATUS], "Change 4411", {"move_delivery", "set_status"}),
        ([UPDATE, STATUS], "Give 4411 a new tariff", {"update"}),
        ([UPDATE, STATUS], "Tariff of 4411 to basic", {"update"}),
        ([UPDATE, STATUS], "Set the tariff of 4411 to basic", {"set_status"}),
    ],
)
def test_whose_word_it_is(tools, request_, opened) -> None:
    """Nouns of names tell whose a shared verb is; a noun among the intents is no match for another's verb."""
    effective = narrow([GrantRow(it.id) for it in tools], {it.id: it for it in tools}, request_)
    assert {it.name for it in tools if it.id not in effective.refusals} == opened
