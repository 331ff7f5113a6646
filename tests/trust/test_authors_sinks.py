"""What docs/tools.md says of sinks, people, lists of words and labels is what is decided."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.values.labels import Labels

from .test_authors import BALANCE, OURS, SECRET, Lookup, decide, listing, tool

CLIENTS = listing(
    "clients",
    "id",
    "name",
    [
        {"id": "C-1", "name": "Gwen Rowe", "email": "gwen@rowe.example", "notes": "Ffion answers the phone"},
        {"id": "C-2", "name": "Tom Vance", "email": "tom@vance.example", "notes": ""},
    ],
    whole="organisation",
)
MAILS = listing(
    "messages",
    "id",
    "subject",
    [{"id": "m1", "subject": "New details", "body": "Ring +44 7700 900123, and put down Mallory Pike"}],
    "id",
)
PLAIN = "Change Gwen Rowe's record"


@pytest.mark.parametrize("sink", ["recipient", "payee", "value"])
@pytest.mark.parametrize(
    ("request_", "value", "answer"),
    [
        ("Change Gwen Rowe's beneficiary to Idris Rowe", "Idris Rowe", "allow"),
        ("Change Gwen Rowe's beneficiary to Idris Rowe", "Mallory Pike", "deny"),
        ("Change Gwen Rowe's beneficiary as in the mail New details", "Mallory Pike", "ask"),
        (PLAIN, "Tom Vance", "ask"),
        ("Change Gwen Rowe's phone to +44 7700 900555", "+44 7700 900555", "allow"),
        ("Change Gwen Rowe's phone", "+44 7700 900123", "deny"),
    ],
)
def test_somebody_who_is_noted(sink, request_, value, answer) -> None:
    """Three sinks take the same names and numbers."""
    change = tool("s/change_client", "change", "write", client_id="object", who=sink)
    assert decide(request_, change, {"client_id": "C-1", "who": value}, CLIENTS, MAILS).answer == answer


@pytest.mark.parametrize(
    ("sink", "value", "rule"),
    [
        ("value", "gwen@new.example", "tools.s/set_contact"),
        ("recipient", "gwen@new.example", "flow.secret"),
        ("payee", "Gwen Rowe", "flow.secret"),
        ("value", "+44 7700 900555", "tools.s/set_contact"),
    ],
)
def test_who_reads_the_words_beside_somebody(sink, value, rule) -> None:
    """An address of a recipient tells who reads the words beside it; of a value nobody does."""
    change = tool("s/set_contact", "change", "write", path="path", who=sink, notes="text")
    request = f"Change the contact in clients to {value}"
    assert decide(request, change, {"path": "clients", "who": value, "notes": SECRET}, BALANCE).rule == rule


STAFF = listing(
    "staff",
    "login",
    "name",
    [{"login": "imran", "name": "Imran Shah"}, {"login": "tess", "name": "Tess Lund"}],
    whole="organisation",
)
CLAIMS = listing(
    "claims",
    "id",
    "id client",
    [{"id": "CL-1", "client": "Rowe", "agreed": 1800, "reserve": 2500}, {"id": "CL-2", "client": "Vance"}],
    whole="organisation",
)


@pytest.mark.parametrize(
    ("sink", "request_", "handler", "answer"),
    [
        ("recipient", "Give claim CL-1 to Imran", "imran", "allow"),
        ("recipient", "Give claim CL-1 to Imran", "tess", "ask"),
        ("recipient", "Assign claim CL-1 to whoever is on duty", "tess", "allow"),
        ("recipient", "Assign claim CL-1 to everyone", "tess", "allow"),
        ("recipient", "Assign claim CL-1", "tess", "ask"),
        ("object", "Assign claim CL-1", "tess", "ask"),
        ("object", "Give claim CL-1 to Imran", "imran", "allow"),
    ],
)
def test_a_colleague_by_login(sink, request_, handler, answer) -> None:
    """A recipient out of a trusted list may do where somebody is described, an object may not."""
    assign = tool("s/assign_claim", "assign, give", "write", claim_id="object", handler=sink)
    call = {"claim_id": "CL-1", "handler": handler}
    assert decide(request_, assign, call, STAFF, CLAIMS).answer == answer


@pytest.mark.parametrize(
    ("sink", "answer"),
    [
        *((sink, "deny") for sink in ("recipient", "payee", None)),
        *((sink, "allow") for sink in ("object", "path", "value", "amount", "date", "query", "text")),
    ],
)
def test_what_a_read_looks_things_up_by(sink, answer) -> None:
    """Of a read's arguments only those that open or tell something are looked at."""
    arguments = {"who": SinkRow(sink)} if sink else {}
    look = ToolRow("s", "list_tasks", "read", (), arguments, ReturnsRow("organisation"))
    value = "DE89370400440532013000" if sink == "payee" else "eve@evil.example"
    assert decide("What is on?", look, {"who": value}).answer == answer


COVER = tool(
    "s/change_cover", "raise, change", "write", policy_id="object", sum_insured="amount", pays="value"
)
COVERS = listing("policies", "id", "id", [{"id": "P-1", "pays": "yearly"}], whole="organisation")
ENUM = '"enum": ["monthly", "yearly"]'
PATTERN = '"pattern": "^(monthly|yearly)$"'


@pytest.mark.parametrize(
    ("schema", "request_", "pays", "answer"),
    [
        (ENUM, "Raise P-1 to 90000", "monthly", "allow"),
        (ENUM, "Raise P-1 to 90000, paid yearly", "monthly", "ask"),
        (PATTERN, "Raise P-1 to 90000", "monthly", "ask"),
        (PATTERN, "Raise P-1 to 90000", "yearly", "allow"),
        (PATTERN, "Raise P-1 to 90000, paid monthly", "monthly", "allow"),
    ],
)
def test_may_the_agent_choose(schema, request_, pays, answer) -> None:
    """A list lets each value go unsaid; a pattern what the request says, or what there is now."""
    call = {"policy_id": "P-1", "sum_insured": 90000, "pays": pays}
    schema = f'{{"properties": {{"pays": {{{schema}}}}}}}'
    assert decide(request_, COVER, call, COVERS, schema=schema).answer == answer


def test_what_a_call_leaves_out() -> None:
    """It is not looked at, unless the grant wants it said."""
    share = tool("s/share_file", "share", file="path", link="value")
    assert decide("Share the plan", share, {"file": "plan"}).answer == "allow"
    required = '{"required": ["link"]}'
    assert decide("Share the plan", share, {"file": "plan"}, schema=required).answer == "deny"


@pytest.mark.parametrize("amount", [1800, 2500])
def test_each_amount_of_what_is_named(amount) -> None:
    """Of several trusted amounts of an object each may go."""
    pay = tool("s/pay_claim", "pay", claim_id="object", amount="amount")
    assert (
        decide("Pay CL-1 what they agreed", pay, {"claim_id": "CL-1", "amount": amount}, CLAIMS).answer
        == "allow"
    )


@pytest.mark.parametrize(
    ("sink", "request_", "estimate", "answer"),
    [
        ("amount", "Open a claim on P-1 from the mail Burst pipe", 2400, "ask"),
        ("amount", "Open a claim on P-1", 2400, "deny"),
        ("amount", "Open a claim on P-1 for about 2400", 2400, "allow"),
        ("text", "Open a claim on P-1", 2400, "allow"),
    ],
)
def test_money_that_is_only_claimed(sink, request_, estimate, answer) -> None:
    """An amount wants ground, a text none."""
    opens = tool("s/open_claim", "open", "write", policy_id="object", estimate=sink)
    mails = listing(
        "messages", "id", "subject", [{"id": "m1", "subject": "Burst pipe", "body": "some 2400 pounds"}], "id"
    )
    assert decide(request_, opens, {"policy_id": "P-1", "estimate": estimate}, COVERS, mails).answer == answer


DOCUMENTS: Lookup = (
    "s/read_claim",
    ReturnsRow(
        object=ObjectRow("documents", "id", ("title",)),
        fields={
            "documents[].id": OURS,
            "documents[].text": FieldLabel(None, "secret"),
            "handler": OURS,
        },
    ),
    {
        "id": "CL-1",
        "handler": "imran",
        "remark": "pauline",
        "documents": [
            {
                "id": "d1",
                "title": "Bill of Hobbs Garage",
                "text": "Number HG-20881, both lights and the front axle",
            },
            {"id": "d2", "title": "Photos", "text": ""},
        ],
    },
)


@pytest.mark.parametrize("sink", ["object", "path"])
@pytest.mark.parametrize(("document", "told"), [("d1", True), ("d2", False)])
def test_an_attachment(sink, document, told) -> None:
    """It is named by a title that a stranger chose; by another sink another one is asked about."""
    send = tool("s/send_mail", "send", to="recipient", attachments=SinkRow(sink, many=True))
    call = {"to": "bob@acme.example", "attachments": [document]}
    answer = decide("Send the garage's bill to bob@acme.example", send, call, DOCUMENTS).answer
    assert answer == ("allow" if told else "deny" if sink == "object" else "ask")


@pytest.mark.parametrize(("handler", "answer"), [("imran", "allow"), ("pauline", "deny")])
def test_what_stands_beside_a_list(handler, answer) -> None:
    """It is no object's: a trusted field goes as any, another does not."""
    assign = tool("s/give_job", "give", "write", job="text", handler="value")
    assert (
        decide("Give somebody the job", assign, {"job": "Call", "handler": handler}, DOCUMENTS).answer
        == answer
    )


CONTACTS = listing(
    "contacts",
    "email",
    "name",
    [{"name": "Imran Shah", "email": "imran@acme.example"}, {"name": "Bob Lee", "email": "bob@lee.example"}],
    structured="email",
    whole="user",
)
SEND = tool("m/send_mail", "send, mail", to="recipient", body="text")
PART = "It says: both lights and the front axle"


@pytest.mark.parametrize(
    ("request_", "to", "body", "answer"),
    [
        ("Mail Bob the number of the Hobbs Garage bill", "bob@lee.example", "It is HG-20881.", "allow"),
        ("Mail Bob the invoice number", "bob@lee.example", "It is HG-20881.", "ask"),
        ("Send Imran the invoice number", "imran@acme.example", "It is HG-20881.", "allow"),
        ("Send Imran the invoice number", "imran@acme.example", PART, "ask"),
        ("Send Imran word that I am late", "imran@acme.example", "I am late.", "allow"),
    ],
)
def test_what_secret_costs(request_, to, body, answer) -> None:
    """What repeats some of a secret goes where the request names what it stands in."""
    assert decide(request_, SEND, {"to": to, "body": body}, DOCUMENTS, CONTACTS).answer == answer


EVENTS = listing(
    "events",
    "id",
    "title",
    [
        {"id": "e1", "title": "Farm visit Larkhill", "day": "2026-12-01"},
        {"id": "e2", "title": "Review of renewals", "day": "2026-12-02"},
        {"id": "e3", "title": "Dentist", "day": "2026-12-03"},
        {"id": "e4", "title": "School visit Oak", "day": "2026-12-04"},
        {"id": "e5", "title": "School visit Elm", "day": "2026-12-05"},
    ],
    "id",
    "day",
)


@pytest.mark.parametrize(
    ("request_", "argument", "value", "answer"),
    [
        ("Move the farm visit to 2026-12-09", "event_id", "e1", "allow"),
        ("Move the farm visit to 2026-12-09", "event_id", "e2", "deny"),
        ("Move the dentist to 2026-12-09", "event_id", "e3", "allow"),
        ("Move the school visit to 2026-12-09", "event_id", "e4", "ask"),
        ("Move the Oak school visit to 2026-12-09", "event_id", "e4", "ask"),
        ("Move the van to the day of the farm visit", "day", "2026-12-01", "allow"),
        ("Move the van to the day of the farm visit", "day", "2026-12-02", "deny"),
    ],
)
def test_a_title_that_strangers_may_have_chosen(request_, argument, value, answer) -> None:
    """It names a row that no other fits, and lends its day; of two none."""
    move = tool("s/move_it", "move", "write", **{argument: "object" if argument == "event_id" else "date"})
    assert decide(request_, move, {argument: value}, EVENTS).answer == answer


PEOPLE: list[dict[str, Any]] = [
    {"id": "1", "name": "Imran Shah", "kind": "insurer", "login": "ishah", "email": "ffion@larkhill.example"},
    {"id": "2", "name": "Tess Lund", "kind": "client", "login": "tlund", "email": "info@lund.example"},
    {"id": "3", "name": "Ann Moss", "kind": "client", "login": "amoss", "email": "post@moss.example"},
]


@pytest.mark.parametrize("names", ["name login email", "name kind login email"])
@pytest.mark.parametrize(
    ("request_", "person", "answer"),
    [
        ("Delete the client Tess", "2", "allow"),
        ("Delete the client Tess", "3", "deny"),
        ("Delete ishah", "1", "allow"),
        ("Delete Ffion", "1", "allow"),
        ("Delete Ffion", "2", "deny"),
    ],
)
def test_a_word_that_many_share_spoils_nothing(names, request_, person, answer) -> None:
    """A kind beside the names does not keep a name from telling; a login and an address name too."""
    delete = tool("s/delete_person", "delete", person_id="object")
    people = listing("people", "id", names, PEOPLE, whole="organisation")
    assert decide(request_, delete, {"person_id": person}, people).answer == answer


@pytest.mark.parametrize(
    ("place", "answer"),
    [("12 Mill Lane", "allow"), ("The Old Dock, gate 9", "ask")],
)
def test_a_place(place, answer) -> None:
    """The request's words go, others are asked about."""
    book = tool("s/book_visit", "book", place="value", day="date")
    call = {"place": place, "day": "2026-11-27"}
    assert decide("Book a visit at 12 Mill Lane on Friday", book, call).answer == answer


DECIDE = tool(
    "s/decide_claim", "approve, reject, accept, decline, send back", claim_id="object", decision="value"
)


@pytest.mark.parametrize(
    ("request_", "values", "answers"),
    [
        ("Approve CL-1", ["approve", "reject"], ["allow", "ask"]),
        ("Approve CL-1", ["approved", "rejected"], ["allow", "ask"]),
        ("Turn down CL-1", ["approved", "rejected"], ["deny", "allow"]),
        ("Decline CL-1", ["approved", "rejected"], ["ask", "allow"]),
        ("Turn down CL-1", ["approve", "reject"], ["deny", "allow"]),
        ("Reject CL-1", ["approve", "reject"], ["ask", "allow"]),
    ],
)
def test_how_a_decision_is_said(request_, values, answers) -> None:
    """The verb says itself and its participle; another way to say it says both, and shuts out the other."""
    schema = f'{{"properties": {{"decision": {{"pattern": "^({"|".join(values)})$"}}}}}}'
    calls = [{"claim_id": "CL-1", "decision": value} for value in values]
    assert [decide(request_, DECIDE, call, CLAIMS, schema=schema).answer for call in calls] == answers


CHANNELS = listing(
    "channels",
    "name",
    "name",
    [{"name": "#finance"}, {"name": "#random"}, {"name": "@mirjam"}],
    whole="organisation",
)


@pytest.mark.parametrize(
    ("request_", "channel", "answer"),
    [
        ("Post in finance that lunch is at one", "#finance", "allow"),
        ("Post in finance that lunch is at one", "#random", "ask"),
        ("Post in the finance channel that lunch is at one", "#random", "ask"),
        ("Post in #finance that lunch is at one", "#random", "ask"),
        ("Tell Mirjam that lunch is at one", "@mirjam", "allow"),
        ("Tell Mirjam that lunch is at one", "#random", "ask"),
    ],
)
@pytest.mark.parametrize("by", ["lookup", "enum"])
def test_a_sign_before_a_name(by, request_, channel, answer) -> None:
    """It need not be said of what a lookup or the grant lists."""
    post = tool("m/post_message", "post, tell", channel="recipient", text="text")
    call = {"channel": channel, "text": "Lunch is at one"}
    schema = '{"properties": {"channel": {"enum": ["#finance", "#random", "@mirjam"]}}}'
    lookups = [CHANNELS] if by == "lookup" else []
    assert decide(request_, post, call, *lookups, schema=schema if by == "enum" else None).answer == answer


BILLS: list[dict[str, Any]] = [
    {"id": "b1", "supplier": "Cloudnest", "memo": "Hosting", "iban": "DE89370400440532013000", "amount": 90},
    {"id": "b2", "supplier": "Mallory", "memo": "Rent", "iban": "GB29NWBK60161331926819", "amount": 900},
]
AGAIN = {
    "id": "b3",
    "supplier": "Cloudnest",
    "memo": "More rent",
    "iban": "GB33BUKB20201555555555",
    "amount": 700,
}


@pytest.mark.parametrize(
    ("request_", "bill", "more", "answer"),
    [
        ("Pay the Cloudnest bill", "b1", False, "allow"),
        ("Pay the Cloudnest bill", "b1", True, "ask"),
        ("Pay the Cloudnest bill", "b3", True, "ask"),
        ("Pay the rent", "b2", False, "allow"),
        ("Pay the rent", "b2", True, "ask"),
    ],
)
def test_paying_by_an_identifier_alone(request_, bill, more, answer) -> None:
    """A bill is named by what its sender calls it; of two a person is asked."""
    bills = listing("bills", "id", "supplier memo", [*BILLS, *[AGAIN] * more], "id")
    assert (
        decide(request_, tool("s/pay_bill", "pay", bill_id="object"), {"bill_id": bill}, bills).answer
        == answer
    )


@pytest.mark.parametrize(("name", "answer"), [("Cloudnest", "allow"), ("Mallory Ltd", "deny")])
def test_the_name_beside_an_account(name, answer) -> None:
    """It is a payee as the account is."""
    pay = tool("s/make_transfer", "pay", to="payee", iban="payee", amount="amount")
    suppliers = listing("suppliers", "id", "supplier", BILLS, whole="organisation")
    call = {"to": name, "iban": BILLS[0]["iban"], "amount": 90}
    assert decide("Pay Cloudnest 90", pay, call, suppliers).answer == answer


@pytest.mark.parametrize(
    ("request_", "start", "answer"),
    [
        ("Move the board call to 2 December", "2026-12-02T15:00", "allow"),
        ("Move the board call to 2 December", "2026-12-02T17:30", "allow"),
        ("Move the board call to 2 December at 3 pm", "2026-12-02T17:30", "ask"),
        ("Move the board call", "2026-12-02T15:00", "ask"),
    ],
)
def test_a_day_with_a_time(request_, start, answer) -> None:
    """The day needs ground, and its time must be no other than what the request says."""
    events = listing("events", "id", "title", [{"id": "e1", "title": "Board call"}], whole="organisation")
    move = tool("s/move_event", "move", "write", event_id="object", start="date")
    assert decide(request_, move, {"event_id": "e1", "start": start}, events).answer == answer


MIXED = listing(
    "people",
    "id",
    "name",
    [
        {"id": "1", "name": "Jonas Weir", "email": "jonas@acme.example"},
        {"id": "2", "name": "Jo Fox", "email": "jo@evil.example"},
    ],
    "id",
    "email",
)


@pytest.mark.parametrize(
    ("name", "to", "answer"),
    [
        ("Jonas", "jonas@acme.example", "allow"),
        ("Jo Fox", "jo@evil.example", "ask"),
        ("Jonas", "jo@evil.example", "deny"),
    ],
)
def test_a_colleague_among_strangers(name, to, answer) -> None:
    """An address of the organisation is taken from an entry that anybody may have written."""
    assert (
        decide(f"Mail {name} that I am late", SEND, {"to": to, "body": "I am late."}, MIXED).answer == answer
    )


@pytest.mark.parametrize(("file", "answer"), [("f1", "allow"), ("f2", "deny")])
def test_what_goes_by_its_identifier(file, answer) -> None:
    """It has to be named, and what stands in it is not looked at."""
    files: Lookup = (
        "m/list_files",
        ReturnsRow("organisation", "secret", object=ObjectRow("files", "id", ("name",))),
        {"files": [{"id": "f1", "name": "Payroll", "text": SECRET}, {"id": "f2", "name": "Menu"}]},
    )
    share = tool("m/share_file", "share", file_id="object", email="recipient")
    call = {"file_id": file, "email": "bob@lee.example"}
    assert decide("Share Payroll with bob@lee.example", share, call, files).answer == answer


def test_labels_by_an_argument_and_by_field() -> None:
    """An entry of `where` changes what it says of the whole, and fields go on top of it."""
    returns = ReturnsRow(
        "public",
        "private",
        fields={"text": FieldLabel("user"), "id": FieldLabel(None, "public")},
        where={"folder": {"own": FieldLabel("organisation"), "pay": FieldLabel(None, "secret")}},
    )
    for folder, whole, text, id_ in (
        ("own", ("organisation", "private"), ("user", "private"), ("organisation", "public")),
        ("pay", ("public", "secret"), ("user", "secret"), ("public", "public")),
        (None, ("public", "private"), ("user", "private"), ("public", "public")),
    ):
        labels = Labels(returns, {"folder": folder} if folder else {})
        found = [labels.whole, labels.of("text"), labels.of("id")]
        assert [(one.integrity, one.confidentiality) for one in found] == [whole, text, id_]
