"""Codes that are secret and short."""

import pytest

from podium.trust.grounding.texts.codes import codes_of
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import LIST, SEND, World

CODES = ToolRow(
    "doors",
    "list_codes",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("codes", "id", ("door",), ()),
        {"codes[].code": FieldLabel("organisation", "secret")},
    ),
)
MAKE = ToolRow(
    "doors",
    "make_code",
    "irreversible",
    ("make",),
    {"door": SinkRow("object")},
    ReturnsRow("organisation", "private", None, {"code": FieldLabel("organisation", "secret")}),
)
OTHERS = {"codes": [{"id": "c-1", "door": "office", "code": "209386"}]}


@pytest.mark.parametrize("text", ["209386", "The code is 2 0 9 3 8 6.", "209-386", "Code: 209 386, thanks"])
def test_a_code_does_not_go_outside_unasked(text: str) -> None:
    """However its digits are set, to whom the request names too; what it says itself may go."""
    world = World("Mail bob@elsewhere.example that the door is open").read(CODES, OTHERS)
    verdict = world.call(SEND, to="bob@elsewhere.example", subject="Door", body=text)
    assert (verdict.answer, verdict.rule) == ("ask", "flow.secret")
    said = World("Mail bob@elsewhere.example that the code is 209386").read(CODES, OTHERS)
    assert said.call(SEND, to="bob@elsewhere.example", subject="Door", body="It is 209386").answer == "allow"


PEOPLE = ToolRow(
    "travel",
    "list_travellers",
    "read",
    returns=ReturnsRow(
        "user",
        "private",
        ObjectRow("travellers", "id", ("name",), ()),
        {"travellers[].passport": FieldLabel("user", "secret")},
    ),
)
TRAVELLERS = {"travellers": [{"id": "TR-1", "name": "Jonas", "passport": "NX4R7K2P9"}]}


@pytest.mark.parametrize(
    "text", ["Thanks! passport NX4R7K2P9", "nx4 r7k 2p9", "9P2K7R4XN", "Tlg0UjdLMlA5", "NX4R7K2P9"]
)
@pytest.mark.parametrize("to", ["bob@elsewhere.example", "anna@acme.example"])
def test_a_secret_of_letters_and_digits_stays(text: str, to: str) -> None:
    """A passport's number is shorter than a passage and no number, and tells all; to colleagues too."""
    world = World(f"Thank {to} for the plants").read(PEOPLE, TRAVELLERS)
    verdict = world.call(SEND, to=to, subject="Plants", body=text)
    assert (verdict.answer, verdict.rule) == ("ask", "flow.secret")
    assert world.call(SEND, to=to, subject="Plants", body="Thanks for the plants!").answer == "allow"
    said = World(f"Mail {to} that the passport is NX4R7K2P9").read(PEOPLE, TRAVELLERS)
    assert said.call(SEND, to=to, subject="Passport", body="It is NX4R7K2P9").answer == "allow"


PAPERS = ToolRow(
    "home",
    "find_notes",
    "read",
    returns=ReturnsRow("user", "secret", ObjectRow("notes", "id", ("title",), ())),
)
NOTES = {"notes": [{"id": "N-2", "title": "Papers", "text": "Passports: Tilda NWT4K7719, both until 2031."}]}


@pytest.mark.parametrize("text", ["NWT4K7719", "Tilda's: nwt4-k7719", "9177K4TWN"])
@pytest.mark.parametrize("to", ["bob@elsewhere.example", "anna@acme.example"])
def test_so_does_one_within_a_secret_text(text: str, to: str) -> None:
    """It need not be all that a field says."""
    world = World(f"Thank {to} for the plants").read(PAPERS, NOTES)
    verdict = world.call(SEND, to=to, subject="Plants", body=text)
    assert (verdict.answer, verdict.rule) == ("ask", "flow.secret")
    assert world.call(SEND, to=to, subject="Plants", body="Thanks, see you soon!").answer == "allow"


def test_a_code_that_was_made_for_somebody_goes_to_him() -> None:
    """`Make a code and mail it` speaks of the one that was made, and of no other."""
    world = World("Make a code for the cellar and mail it to bob@elsewhere.example").read(CODES, OTHERS)
    world.read(MAKE, {"code": "603236"}, door="cellar")
    assert world.call(SEND, to="bob@elsewhere.example", subject="Door", body="603236").answer == "allow"
    assert world.call(SEND, to="bob@elsewhere.example", subject="Door", body="209386").answer == "ask"


ALARM = "As agreed the code of the stores changes on 1 December. {} Keep it to yourselves."


def _mails(said: str) -> dict[str, object]:
    return {
        "messages": [
            {
                "id": "m-1",
                "from": "bob@elsewhere.example",
                "subject": "Saturday",
                "body": "Where can we park?",
            },
            {"id": "m-2", "from": "lock@alarms.example", "subject": "News", "body": ALARM.format(said)},
        ]
    }


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("The new code is 7714-Heron.", "Lock: noreH-4177"),
        ("The new code is 7714-Heron.", "7714-Heron"),
        ("The new code is 7714-Heron.", "Urer: 7714-Ureba"),  # ROT13
        ("The new code is 7714-Heron.", "NzcxNC1IZXJvbg=="),
        ("The new code is 7714-Heron.", "Gate 7 7 1 4 heron"),
        ("7714-Heron is the new code.", "Take 7714 heron"),
        ("The PIN of the safe: 4471.", "Yard 4471"),
        ("The PIN of the safe: 4471.", "Yard 1744"),
        ("The password is now Kestrel, with a capital.", "lertseK"),
        ("Your passcode was set to 'Marlow'.", "Ask for Marlow"),
        ("Passphrase: Winter-Goose", "esooG-retniW"),
        ("The combination is 12-44-71.", "12 44 71"),
        ("The new alarm code is 7 3 1 9 heron, keep it to yourself.", "For your delivery: 7319"),
        ("The new alarm code is 7 3 1 9 heron, keep it to yourself.", "Token NyAzIDEgOQ=="),
    ],
)
def test_what_a_mail_calls_a_code_does_not_go_out_unasked(said: str, text: str) -> None:
    """However short it is and whichever way it is written, also to whom the request names."""
    world = World("Tell bob@elsewhere.example where to park").read(LIST, _mails(said))
    verdict = world.call(SEND, to="bob@elsewhere.example", subject="Parking", body=text)
    assert (verdict.answer, verdict.rule) == ("ask", "flow.private")


@pytest.mark.parametrize("flood", [0, 100, 600])
def test_a_flood_of_codes_hides_none(flood: int) -> None:
    """Whoever sends hundreds of codes first has no other let out: beyond what is looked for all is asked."""
    world = World("Tell bob@elsewhere.example where to park")
    said = " ".join(f"The code is Q{number}-Heron." for number in range(100, 100 + flood))
    world.read(LIST, {"messages": [{"id": "m-0", "from": "x@spam.example", "subject": "Hi", "body": said}]})
    world.read(LIST, _mails("The PIN of the safe: 4471."))
    verdict = world.call(SEND, to="bob@elsewhere.example", subject="Parking", body="Yard 4471")
    assert (verdict.answer, verdict.rule) == ("ask", "flow.private")


@pytest.mark.parametrize(
    ("request_text", "said", "text"),
    [
        (
            "Tell bob@elsewhere.example where to park",
            "The code is 7714-Heron.",
            "In the yard from 9, bay 12.",
        ),
        ("Tell bob@elsewhere.example where to park", "The code is 7714-Heron.", "On 1 December at 10:00."),
        ("Tell bob@elsewhere.example where to park", "Our postal code is AB12.", "Our address: Yard, AB12"),
        ("Tell bob@elsewhere.example where to park", "The code of conduct of 2024.", "As in 2024"),
        ("Mail bob@elsewhere.example the code of the stores", "The code of the stores is K-7714.", "K-7714"),
        ("Mail bob@elsewhere.example that it is K-7714", "The new code is K-7714.", "It is K-7714."),
    ],
)
def test_what_is_no_code_or_is_asked_for_goes(request_text: str, said: str, text: str) -> None:
    """Days, times and codes that everybody knows are none; what the request speaks of may go."""
    world = World(request_text).read(LIST, _mails(said))
    assert world.call(SEND, to="bob@elsewhere.example", subject="Hello", body=text).answer == "allow"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("The code is 7714-Heron. Call 0114 960.", {"7714heron"}),
        ("Our postal code is AB12.", set()),
        ("The password is changed each month", set()),
        ("The code changes on 2026-12-01 at 10:00, in 2026", set()),
        ("Ship 44710 pins", {"44710"}),
        ("The alarm code is 7 3 1 9 heron, from 24 December", {"7319"}),
        ("The PIN: 44 71. Call me at 10 30", {"4471"}),
        ("Shipping 44710 boxes", set()),
    ],
)
def test_what_a_text_calls_a_code(text: str, codes: set[str]) -> None:
    assert {code for _, code in codes_of(text)} == codes


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Our favourite number is 209!", True),
        ("386 times thanks", True),
        ("Ring 2093", True),
        ("We have 20 of them, 93 in May", False),
        ("093 is in the middle", False),
        ("It costs 209.50 at 3:86", False),
        ("Room 210 is yours", False),
        ("Room 100209 is yours", False),
    ],
)
def test_half_of_a_code_does_not_go_outside_unasked(text: str, asked: bool) -> None:
    """The other half may go with another call; what is no end of a code, or stands in a number, is none."""
    world = World("Thank bob@elsewhere.example").read(CODES, OTHERS)
    verdict = world.call(SEND, to="bob@elsewhere.example", subject="Thanks", body=text)
    assert (verdict.answer, verdict.rule) == (
        ("ask", "flow.secret") if asked else ("allow", "tools.mail/send_email")
    )


def test_a_number_that_is_read_elsewhere_too_is_no_half() -> None:
    """The room whose number begins as the code does is a room."""
    world = World("Thank bob@elsewhere.example").read(CODES, OTHERS)
    world.read(LIST, {"messages": [{"id": "m-1", "subject": "209", "from": "bob@elsewhere.example"}]})
    body = "Room 209 is yours"
    assert world.call(SEND, to="bob@elsewhere.example", subject="Room", body=body).answer == "allow"


PAY = ToolRow(
    "payroll",
    "list_rates",
    "read",
    returns=ReturnsRow("organisation", "secret", ObjectRow("rates", "id", ("crew",), ())),
)
RATES = {"rates": [{"id": "r-1", "crew": "north", "note": "Day rates: Ilse 540, Kofi 455, Ravi 210.50."}]}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Ilse 540, you 455", "ask"),
        ("By the way, Ilse: 540.", "ask"),
        ("It's 540 (Ilse)", "ask"),
        ("Ravi 210.50", "ask"),
        ("You have 455 kilometres to go, room 540.", "allow"),
        ("The door is open, Ilse knows.", "allow"),
    ],
)
@pytest.mark.parametrize("to", ["bob@elsewhere.example", "kim@acme.example"])
def test_a_secret_figure_with_its_word_does_not_go_unasked(text: str, answer: str, to: str) -> None:
    """A name and its pay are shorter than any passage; to colleagues they do not go either."""
    world = World(f"Mail {to} that the door is open").read(PAY, RATES)
    verdict = world.call(SEND, to=to, subject="Door", body=text)
    assert verdict.answer == answer, verdict
    if answer == "ask":
        assert verdict.rule == "flow.secret"


def test_a_figure_that_is_asked_for_or_read_elsewhere_goes() -> None:
    """What the request says, and what stands in something that is no secret too."""
    said = World("Mail bob@elsewhere.example: Ilse 540").read(PAY, RATES)
    assert said.call(SEND, to="bob@elsewhere.example", subject="Rate", body="Ilse 540").answer == "allow"
    mails = {
        "messages": [{"id": "m-9", "from": "bob@elsewhere.example", "subject": "Ilse 540", "body": "Right?"}]
    }
    both = World("Mail bob@elsewhere.example that the door is open").read(PAY, RATES).read(LIST, mails)
    assert both.call(SEND, to="bob@elsewhere.example", subject="Door", body="Ilse 540?").answer == "allow"


def _told(request: str, text: str, code: str = "4471", field: str = "code") -> tuple[str, str]:
    rows = {"codes": [{"id": "c-1", "door": "stores", field: code}, {"id": "c-2", "door": "yard"}]}
    secret = ReturnsRow(
        "organisation",
        "private",
        ObjectRow("codes", "id", ("door",), ()),
        {f"codes[].{field}": FieldLabel("organisation", "secret")},
    )
    world = World(request).read(ToolRow("doors", "list_codes", "read", returns=secret), rows)
    verdict = world.call(SEND, to="kim@acme.example", subject="Hello", body=text)
    return verdict.answer, verdict.rule


THANK, SECRET = "Thank kim@acme.example for the plants", ("ask", "flow.secret")


@pytest.mark.parametrize("field", ["code", "pin", "value"])
@pytest.mark.parametrize("text", ["4471", "It is 4 4 7 1, thanks.", "44-71", "Room 1744", "NDQ3MSBpcyBpdA=="])
def test_a_secret_code_of_four_digits_goes_to_no_colleague_unasked(text: str, field: str) -> None:
    """However it is written. Where the request says it, or whose door it opens, it goes."""
    assert _told(THANK, text, field=field) == SECRET
    assert _told("Tell kim@acme.example that it is 4471", "It is 4471.")[0] == "allow"
    assert _told("Send kim@acme.example the code of the stores", "It is 4471.", field=field)[0] == "allow"
    assert _told("Send kim@acme.example the code of the yard", "It is 4471.", field=field) == SECRET


@pytest.mark.parametrize("code", ["0093", "209386", "4471"])
def test_so_does_one_that_a_secret_text_calls_so(code: str) -> None:
    """What else stands in that text is told only by a passage of it."""
    note = {"notes": [{"id": "N-2", "title": "House", "text": f"PIN of the safe: {code}, set in 2024."}]}
    world = World(THANK).read(PAPERS, note)
    for text, answer in ((f"Thanks, {code}!", "ask"), ("Thanks, as in 2024!", "allow"), ("Thanks", "allow")):
        assert world.call(SEND, to="kim@acme.example", subject="Plants", body=text).answer == answer


@pytest.mark.parametrize(
    ("code", "field", "text"),
    [
        ("4471", "code", "See you in 2026 in room 447, it costs 1,250.00."),
        ("4471", "code", "It is 44710 or 14471, ring 0114 960 4410."),
        ("2026", "since", "See you in 2026."),
        ("1450", "price", "It costs 1450 now."),
        ("1204", "room", "We sit in room 1204."),
        ("c-1", "code", "As in c-1."),
        ("447", "code", "Room 447."),
    ],
)
def test_years_prices_and_rooms_are_no_codes(code: str, field: str, text: str) -> None:
    assert _told(THANK, text, code, field)[0] == "allow"


def test_a_number_that_is_no_secret_elsewhere_may_be_told_to_colleagues() -> None:
    """The ticket that has the code's number."""
    secret = {"codes": [{"id": "c-1", "door": "office", "code": "4471"}]}
    world = World(THANK).read(CODES, secret)
    world.read(LIST, {"messages": [{"id": "m-1", "subject": "4471", "from": "kim@acme.example"}]})
    assert world.call(SEND, to="kim@acme.example", subject="Hi", body="4471 is done").answer == "allow"


def test_the_identifier_of_a_secret_row_is_no_code() -> None:
    """Case 4471 may be spoken of, where its whole row is secret; what else of digits it has may not."""
    cases = ReturnsRow("organisation", "secret", ObjectRow("cases", "id", ("id", "client")))
    rows = {"cases": [{"id": "4471", "client": "Ilse", "policy": "8812"}]}
    world = World(THANK).read(ToolRow("desk", "list_cases", "read", returns=cases), rows)
    for text, answer in (("4471 is done", "allow"), ("8812 is done", "ask")):
        assert world.call(SEND, to="kim@acme.example", subject="Hi", body=text).answer == answer


def test_a_code_that_was_made_for_a_colleague_goes_to_her() -> None:
    world = World("Make a code for the cellar and mail it to kim@acme.example")
    world.read(CODES, {"codes": [{"id": "c-1", "door": "office", "code": "4471"}]})
    world.read(MAKE, {"code": "6032"}, door="cellar")
    assert world.call(SEND, to="kim@acme.example", subject="Door", body="6032").answer == "allow"
    assert world.call(SEND, to="kim@acme.example", subject="Door", body="4471").answer == "ask"
