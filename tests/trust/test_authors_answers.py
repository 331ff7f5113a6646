"""What docs/tools.md says of objects in several lookups, identifiers, lists and bounds is what is decided."""

from typing import Any

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow

from .test_authors import BALANCE, OURS, SECRET, Lookup, decide, listing, tool

HEADINGS: Lookup = (
    "s/list_messages",
    *listing(
        "messages",
        "id",
        "subject from",
        [
            {"id": "m1", "subject": "Your quote", "from": "jan@out.example"},
            {"id": "m2", "subject": "Lunch", "from": "eve@x.example"},
        ],
        "id",
        structured="from",
    )[1:],
)
TEXT = "The total of the work comes to four thousand pounds and takes six weeks in all"
MAIL = {"id": "m1", "subject": "Your quote", "from": "jan@out.example", "attachments": [{"text": TEXT}]}
ONE = ObjectRow("", "id", ("subject",), ("from",))
READ: Lookup = ("s/read_message", ReturnsRow(object=ONE, fields={"id": OURS}), MAIL)
BARE: Lookup = ("s/read_message", ReturnsRow(object=ONE), MAIL)
REPLY = tool("s/reply_message", "reply, answer", message_id="object", text="text")


@pytest.mark.parametrize(
    ("request_", "id_", "lookups", "answer"),
    [
        ("Answer Jan's mail", "m1", [HEADINGS, READ], "allow"),
        ("Reply to Your quote", "m1", [HEADINGS, READ], "allow"),
        ("Reply to Your quote", "m1", [HEADINGS, BARE], "allow"),
        ("Reply to Your quote", "m1", [BARE], "ask"),
        ("Reply to Your quote", "m2", [HEADINGS, READ], "deny"),
    ],
)
def test_one_thing_in_two_lookups(request_, id_, lookups, answer) -> None:
    """By one identifier it is one thing; that is trusted if one of the lookups says so."""
    assert decide(request_, REPLY, {"message_id": id_, "text": "Thanks"}, *lookups).answer == answer


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Send ida@acme.example what is attached to Your quote", "allow"),
        ("Send ida@acme.example the summary of Lunch", "deny"),
    ],
)
def test_what_stands_within_a_thing_is_part_of_it(request_, answer) -> None:
    """An attachment without an identifier belongs to its mail."""
    send = tool("m/send_mail", "send", to="recipient", body="text")
    assert decide(request_, send, {"to": "ida@acme.example", "body": TEXT}, READ).answer == answer


def test_what_two_lookups_tell_of_one_thing() -> None:
    """One has its name, and the other its sum."""
    plain = ObjectRow("messages", "id", ("subject",))
    heads: Lookup = ("s/list_messages", ReturnsRow(object=plain, fields={"messages[].id": OURS}), HEADINGS[2])
    whole = ReturnsRow(object=ObjectRow("", "id", ("title",), ("total",)), fields={"id": OURS})
    budget = tool("s/set_budget", "set", "write", amount="amount")
    request = "Set the budget to the total of Your quote"
    for id_, answer in (("m1", "allow"), ("m2", "deny")):
        mail: Lookup = ("s/read_message", whole, {"id": id_, "total": 480})
        assert decide(request, budget, {"amount": 480}, heads, mail).answer == answer


CLAIMS = [{"id": "C1", "title": "Train", "amount": 120}, {"id": "C2", "title": "Hotel", "amount": 400}]
DUE = [
    {"id": "I1", "supplier": "Harwood", "due": "2026-11-01", "status": "open"},
    {"id": "I2", "supplier": "Cole", "due": "2026-12-20", "status": "open"},
]


@pytest.mark.parametrize(
    ("ours", "structured", "bound", "day"),
    [("", "", "ask", "ask"), ("", "amount due", "allow", "ask"), ("amount due", "", "allow", "allow")],
)
def test_what_decides_where_a_request_gives_a_bound(ours, structured, bound, day) -> None:
    """A bound of money by a structured amount too; a bound of days by what no stranger fills alone."""
    claims = listing("claims", "id", "id title", CLAIMS, f"id {ours}", structured)
    approve = tool("s/approve_claim", "approve", claim_id="object")
    assert decide("Approve all claims under 250", approve, {"claim_id": "C1"}, claims).answer == bound
    assert decide("Approve all claims under 250", approve, {"claim_id": "C2"}, claims).answer == "ask"
    invoices = listing("invoices", "id", "id supplier", DUE, f"id status {ours}", structured)
    pay = tool("s/pay_invoice", "pay", invoice_id="object")
    assert decide("Pay the overdue invoice", pay, {"invoice_id": "I1"}, invoices).answer == day


PEOPLE = listing(
    "people",
    "email",
    "name",
    [
        {"email": "jan@out.example", "name": "Jan Berg", "contact_id": "K1"},
        {"email": "eve@x.example", "name": "Eve Lund", "contact_id": "K2"},
    ],
    whole="organisation",
)


@pytest.mark.parametrize(("contact", "answer"), [("K1", "allow"), ("K2", "ask")])
def test_a_second_identifier(contact, answer) -> None:
    """What is named lends each trusted identifier that it has, its own and that of another."""
    change = tool("s/update_contact", "change", "write", contact_id="object", phone="value")
    call = {"contact_id": contact, "phone": "030 5551234"}
    assert decide("Change Jan Berg's phone to 030 5551234", change, call, PEOPLE).answer == answer
    lifts = listing(
        "lifts", "id", "id", [{"id": "L1", "contact_id": "K1"}, {"id": "L2", "contact_id": "K2"}],
        whole="organisation",
    )  # fmt: skip
    request = "Change the phone of lift L1's contact to 030 5551234"
    assert decide(request, change, call, lifts).answer == answer


def test_a_name_out_of_another_server_s_list() -> None:
    """Somebody is known to all servers by a name or login that one of them lists as trusted."""
    projects: Lookup = (
        "p/list_projects",
        ReturnsRow("organisation", object=ObjectRow("projects", "id", ("title",))),
        {
            "projects": [
                {"id": "P1", "title": "Website", "owner": "mel.hart"},
                {"id": "P2", "owner": "sam.ode"},
            ]
        },
    )
    accounts: Lookup = (
        "c/list_accounts",
        ReturnsRow("organisation", object=ObjectRow("accounts", "id", ("name",))),
        {"accounts": [{"id": "A1", "name": "Norvane"}]},
    )
    give = tool("c/set_owner", "give", "write", account_id="object", owner="recipient")
    for owner, answer in (("mel.hart", "allow"), ("sam.ode", "ask")):
        call = {"account_id": "A1", "owner": owner}
        assert decide("Give Norvane to Mel", give, call, projects, accounts).answer == answer


EVENTS = [
    {"id": "E1", "title": "Review", "attendees": ["Jan Berg", "jan@out.example"]},
    {"id": "E2", "title": "Review", "attendees": [{"email": "ida@acme.example"}]},
    {"id": "E3", "title": "Solo", "start": "2026-11-27T09:00", "end": "2026-11-27T09:30"},
]


@pytest.mark.parametrize("names", ["attendees", "attendees[]"])
def test_names_that_are_lists(names) -> None:
    """Each entry of a list is a name."""
    events = listing("events", "id", f"title {names}", EVENTS, whole="organisation")
    cancel = tool("s/cancel_event", "cancel", event_id="object")
    for id_, answer in (("E1", "allow"), ("E2", "deny")):
        assert decide("Cancel the review with Jan Berg", cancel, {"event_id": id_}, events).answer == answer


@pytest.mark.parametrize(
    ("readers", "event", "where"),
    [
        (None, "E1", "outside the organisation"),
        (None, "E3", ""),
        ("user", "E1", ""),
        ("organisation", "E1", "to others in the organisation"),
        ("outside", "E3", "outside the organisation"),
    ],
)
def test_who_reads_the_words_beside_a_thing(readers, event, where) -> None:
    """Whoever has an address in it, in a list too; `readers` on the thing takes the place of that."""
    events = listing("events", "id", "title id", EVENTS, whole="organisation")
    sink = SinkRow("object", readers=readers)
    cancel = tool("s/cancel_event", "cancel", event_id=sink, message="text")
    got = decide(f"Cancel event {event}", cancel, {"event_id": event, "message": SECRET}, events, BALANCE)
    assert (where in got.reason) if where else (got.answer == "allow")
    assert (got.answer == "ask") is bool(where)


@pytest.mark.parametrize(
    ("request_", "start", "end", "answer"),
    [
        ("Move the solo half an hour later", "2026-11-27T09:30", "2026-11-27T10:00", "allow"),
        ("Move the solo half an hour later", "2026-11-27T09:30", "2026-11-27T11:00", "ask"),
        ("Move the solo to Monday at 10", "2026-11-30T10:00", "2026-11-30T10:30", "allow"),
    ],
)
def test_an_end_moves_along(request_, start, end, answer) -> None:
    """As long behind its beginning as it was."""
    events = listing("events", "id", "title id", EVENTS, whole="organisation")
    move = tool("s/update_event", "move", "write", event_id="object", start="date", end="date")
    assert decide(request_, move, {"event_id": "E3", "start": start, "end": end}, events).answer == answer


BERTHS = listing(
    "berths",
    "id",
    "id",
    [
        {"id": "D19", "max_length": 9.0, "status": "free"},
        {"id": "D20", "max_length": 12.0, "status": "free"},
        {"id": "A1", "max_length": 20.0, "status": "taken"},
    ],
    whole="organisation",
)


@pytest.mark.parametrize(
    ("request_", "berth", "as_object", "as_value"),
    [
        ("Book berth D19", "D19", "allow", "allow"),
        ("Book berth D19", "D20", "deny", "ask"),
        ("Book the smallest free berth", "D19", "allow", "allow"),
        ("Book a free berth", "D20", "ask", "allow"),
        ("Book a free berth that fits her", "D19", "ask", "allow"),
        ("Book the deepest berth", "A1", "ask", "allow"),
    ],
)
def test_a_place_that_is_a_row(request_, berth, as_object, as_value) -> None:
    """As an object it has to be named; as a value any of a trusted list goes where none is."""
    for sink, answer in (("object", as_object), ("value", as_value)):
        book = tool("s/book_berth", "book", "write", berth=sink)
        assert decide(request_, book, {"berth": berth}, BERTHS).answer == answer


JOBS = [
    {"id": "J1", "title": "Antifoul Tern", "due": "2026-12-03"},
    {"id": "J2", "title": "Splice", "due": "2026-12-05"},
]


def test_a_title_that_strangers_choose() -> None:
    """It names its row, and that lends a structured day, whether the row or the field alone is anybody's."""
    remind = tool("s/add_reminder", "add", "write", on="date")
    row = ReturnsRow("organisation", object=ObjectRow("jobs", "id", ("title",), ("due",)))
    field = ReturnsRow("organisation", object=row.object, fields={"jobs[].title": FieldLabel("public")})
    lookups: list[Lookup] = [
        listing("jobs", "id", "title", JOBS, "id", "due"),
        ("s/list_jobs", row, {"jobs": JOBS}),
        ("s/list_jobs", field, {"jobs": JOBS}),
    ]
    request = "Add a reminder on the day when the antifoul job is due"
    for lookup in lookups:
        assert decide(request, remind, {"on": "2026-12-03"}, lookup).answer == "allow"
    assert decide(request, remind, {"on": "2026-12-05"}, lookups[0]).answer == "deny"


@pytest.mark.parametrize(
    ("request_", "uses"),
    [
        ("Approve R1", 1),
        ("Approve the toner and reject the machine", 2),
        ("Approve the toner, not the machine", 2),
    ],
)
def test_how_many_calls_two_verbs_are(request_, uses) -> None:
    """Each thing that is named counts for a call, also one that is not meant."""
    act = tool("s/decide_request", "approve, reject", request_id="object")
    grant = narrow([GrantRow(act.id, None, 10)], {act.id: act}, request_).grant(act.id)
    assert grant is not None
    assert grant.uses == uses


@pytest.mark.parametrize(
    ("request_", "open_"),
    [
        ("Get Lady Jane out", True),
        ("Get her out of the water", True),
        ("Get the little blue boat of Mr Harwood from the D pontoon out", False),
    ],
)
def test_how_far_two_words_of_a_verb_may_stand_apart(request_, open_) -> None:
    """A few words may stand between them; a long description is asked about."""
    act = tool("s/launch_boat", "get out, lift", "write", boat_id="object")
    assert (narrow([GrantRow(act.id)], {act.id: act}, request_).refusal(act.id) is None) is open_


OWNERS: list[dict[str, Any]] = [
    {"id": "O1", "name": "Bill Dacre", "email": "bill@x.example"},
    {"id": "O2", "name": "Ann Roe", "email": "ann@y.example"},
]


@pytest.mark.parametrize("to", [["bill@x.example"], ["bill@x.example", "ann@y.example"]])
def test_several_of_a_list_of_people(to) -> None:
    """Where people are described and none is named, one or several of the list go."""
    send = tool("m/send_mail", "tell", to=SinkRow("recipient", many=True), body="text")
    owners = listing("owners", "id", "name", OWNERS, whole="organisation")
    call = {"to": to, "body": "The water is off."}
    assert decide("Tell everyone on D pontoon that the water is off", send, call, owners).answer == "allow"
    assert (
        decide("Tell Bill that the water is off", send, call | {"to": ["ann@y.example"]}, owners).answer
        == "ask"
    )


def test_half_of_what_a_stranger_says() -> None:
    """A person is asked, with the sum; of a structured amount of what is named it follows."""
    credit = tool("s/credit_owner", "credit", owner_id="object", amount="amount")
    owners = listing("owners", "id", "name", OWNERS, whole="organisation")
    mails = listing(
        "messages", "id", "subject", [{"id": "m1", "subject": "Too much", "body": "I am due 85 pounds"}], "id"
    )
    bills = listing(
        "bills", "id", "id supplier", [{"id": "X1", "supplier": "Harwood", "total": 200}], "id", "total"
    )
    call = {"owner_id": "O1", "amount": 42.5}
    assert decide("Credit Bill Dacre half of what Too much says", credit, call, mails, owners).answer == "ask"
    call = {"owner_id": "O1", "amount": 100}
    assert decide("Credit Bill Dacre half of the Harwood bill", credit, call, bills, owners).answer == "allow"
