"""What a search may be for, and whom a bill tells what it says: a person is asked there, not refused."""

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
CASES = ToolRow(
    "desk",
    "find_cases",
    "read",
    arguments={"query": SinkRow("query")},
    returns=ReturnsRow(
        "organisation", "private", ObjectRow("cases", "id", ("id", "client"), ("budget",)), {}
    ),
)
FLATS = ToolRow(
    "portal",
    "search_flats",
    "read",
    arguments={"city": SinkRow("query"), "max_rent": SinkRow("query")},
    returns=ReturnsRow("public", "public"),
)
FIND = ToolRow(
    "post",
    "search_mail",
    "read",
    arguments={"query": SinkRow("query")},
    returns=ReturnsRow(
        "public", "private", ObjectRow("mails", "id", ("sender", "subject")), {"mails[].id": OURS}
    ),
)
READ = ToolRow(
    "post",
    "read_mail",
    "read",
    arguments={"mail_id": SinkRow("object")},
    returns=ReturnsRow("public", "private", ObjectRow("", "id", ("sender", "subject")), {"id": OURS}),
)
PAY = ToolRow(
    "bank",
    "make_payment",
    "irreversible",
    ("pay",),
    {
        "payee": SinkRow("payee"),
        "iban": SinkRow("payee"),
        "amount": SinkRow("amount"),
        "reference": SinkRow("text"),
    },
)
ACCOUNT = "IE64IRCE92050112345678"
BILL = {"id": "m-7", "sender": "Glanmore Heating", "subject": "Invoice 2611-08, boiler"}


def of_mateus(request_: str) -> World:
    cases = [
        {"id": "R-2", "client": "Mateus Oliveira", "budget": 1700, "note": "allergic to dust and noise"},
        {"id": "R-3", "client": "Yuki Tanabe", "budget": 2650, "note": "plays the cello at night"},
    ]
    return World(request_).read(CASES, {"cases": cases}, query="Mateus")


def test_a_search_for_what_the_request_names() -> None:
    """A number of what the request names is asked about; a passage of it and another's are denied."""
    world = of_mateus("Are there flats in Utrecht within the budget of Mateus?")
    asked = world.call(FLATS, city="Utrecht", max_rent=1700)
    assert (asked.answer, asked.rule) == ("ask", "flow.private")
    assert world.call(FLATS, city="Utrecht", max_rent=2650).answer == "deny"
    assert world.call(FLATS, city="Utrecht, quiet, allergic to dust and noise, no carpets").answer == "deny"


def test_nobody_named() -> None:
    """Where the request names nobody, nothing of anybody's is looked for outside."""
    world = of_mateus("Are there flats in Utrecht?")
    assert world.call(FLATS, city="Utrecht", max_rent=1700).answer == "deny"


def bill(request_: str, *, more: str = "") -> World:
    world = World(request_).read(FIND, {"mails": [BILL]}, query="boiler")
    text = f"Total 412.80 EUR. IBAN {ACCOUNT}. {more}"
    return world.read(READ, {**BILL, "attachment": text}, mail_id="m-7")


def test_what_a_bill_says_goes_to_whom_it_says() -> None:
    """Found and then read, a bill is one text: its own number tells its writer nothing."""
    world = bill("The heating engineer mailed his invoice for the boiler. Please pay it.")
    paid = {"payee": "Glanmore Heating", "iban": ACCOUNT, "amount": 412.8}
    assert world.call(PAY, **paid, reference="Invoice 2611-08").answer == "ask"


def test_what_others_say_does_not() -> None:
    """What stands in another text is more than one doubt."""
    world = bill("The heating engineer mailed his invoice for the boiler. Please pay it.")
    world.read(CASES, {"cases": [{"id": "R-2", "client": "Mateus", "note": "rents out 5 Harbour Lane"}]})
    paid = {"payee": "Glanmore Heating", "iban": ACCOUNT, "amount": 412.8}
    refused = world.call(PAY, **paid, reference="rents out 5 Harbour Lane")
    assert (refused.answer, refused.rule) == ("deny", "flow.private")


def test_a_short_code_in_a_text() -> None:
    """A letter, a hyphen and two digits are found in a text as they are written there, and prove nothing."""
    show = ToolRow("portal", "show_flat", "irreversible", ("show",), {"flat_id": SinkRow("object")})
    world = World("Show her the flat that Priya asks for in her mail.")
    world.read(FIND, {"mails": [{"id": "m-1", "sender": "Priya", "subject": "Hi", "body": "We like F-71."}]})
    known, unknown = world.call(show, flat_id="F-71"), world.call(show, flat_id="F-17")
    assert "anybody may have written" in known.reason
    assert "nothing that this task has read says it" in unknown.reason
    assert (known.answer, unknown.answer) != ("allow", "allow")
