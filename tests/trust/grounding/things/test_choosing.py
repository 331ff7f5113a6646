"""What a request means without a name: by kind, superlative, state, exception, day and number."""

from datetime import date

import pytest

from podium.trust.english.almanac import durations, resolved
from podium.trust.english.numerals import spelled
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.things.naming import Naming
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call
from tests.trust.test_verdict import PAY
from tests.trust.workshop import Shift

TODAY = date(2026, 11, 26)  # a Thursday
OURS = FieldLabel(integrity="organisation")
FIELDS = ("id", "state", "priority", "opened", "customer", "price", "rush", "role")
RETURNS = ReturnsRow(
    "public",
    "private",
    ObjectRow("tickets", "id", ("title",), ("state", "price", "opened")),
    {f"tickets[].{field}": OURS for field in FIELDS},
)
TICKETS = [
    {"id": 7001, "title": "Login", "state": "open", "priority": "high", "opened": "2026-11-20",
     "price": 40, "customer": "Alto", "rush": True, "role": "Data engineer"},
    {"id": 7002, "title": "Export", "state": "open", "priority": "low", "opened": "2026-11-23",
     "price": 15.5, "customer": "Brook", "rush": False, "role": "Designer"},
    {"id": 7003, "title": "Invoice", "state": "closed", "priority": "urgent", "opened": "2026-11-25",
     "price": 90, "customer": "Alto", "rush": False, "role": "Designer"},
    {"id": 7004, "title": "Refund", "state": "open", "priority": "normal", "opened": "2026-11-25",
     "price": 15, "customer": "Cove", "rush": False, "role": "Data engineer"},
]  # fmt: skip
TABLE = [
    ("Close ticket 7001", "7001"),
    ("close #7002 pls", "7002"),
    ("7003 can be closed", "7003"),
    ("Close 7001, not 7002.", "7001"),
    ("Don't close 7001, close 7002", "7002"),
    ("Close the newest ticket.", "7004"),
    ("Close the oldest open ticket, please", "7001"),
    ("Close the two oldest tickets", "7001 7002"),
    ("Comment on the most urgent ticket", "7003"),
    ("Close the cheapest ticket", "7004"),
    ("Close the ticket with the highest price", "7003"),
    ("Close all open tickets.", "7001 7002 7004"),
    ("Could you close all open tickets?", "7001 7002 7004"),
    ("Can you please close the cheaper one of the two designers' tickets", "7002"),
    ("Close every open ticket except the one from Brook", "7001 7004"),
    ("Close both tickets of Alto", "7001 7003"),
    ("Close both open tickets", ""),  # there are three
    ("Close the closed ticket of Alto again", "7003"),
    ("Close the ticket that Alto is angry about", ""),  # no field explains `angry`: a person is asked
    ("Close the rush ticket", "7001"),
    ("Close the high-priority ticket", "7001"),
    ("Close all tickets opened on 25 November", "7003 7004"),
    ("Close the 15 ticket", "7004"),  # 15.50 is another number
    ("Close those 5", ""),  # nor is it a 5
    ("Close all tickets of Zorn", ""),
    ("Close all his open tickets", ""),  # whose?
    ("Close all tickets opened before 25 November", "7001 7002"),
    ("Close all tickets that were opened after the 23rd of November", "7003 7004"),
    ("Close all tickets due before 25 November", ""),  # no field says when they are due
    ("Put the two designers who opened first on the list", "7002 7003"),
    ("Close the oldest ticket in the queue", "7001"),
    ("Let Priit take the oldest open ticket", "7001"),
    ("Close the two designers who opened first", "7002 7003"),
    ("Summarise all open tickets and write to Bob", ""),
    ("Close the most expensive open ticket", "7001"),
]


def named(request: str, arguments: dict[str, str] | None = None) -> str:
    """Return the identifiers of the tickets that a request names."""
    readings = Readings(request, TODAY)
    wanted = set((arguments or {}).values())
    rows = [row for row in TICKETS if wanted <= set(map(str, row.values()))]
    readings.apply(Read("desk/list_tickets", RETURNS, arguments or {}, {"tickets": rows}, 1))
    return " ".join(sorted(seen.id[-1][1] for seen in Naming(readings, plural=True).named.values()))


@pytest.mark.parametrize(("request_text", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_what_is_meant(request_text, expected) -> None:
    """By the fields that no stranger fills, those are named that the request means, and no others."""
    assert named(request_text) == expected


def test_an_agent_chooses_no_list() -> None:
    """Of a lookup by words that the request does not have, nothing is the newest."""
    assert named("Close the newest ticket of Alto", {"customer": "Alto"}) == "7003"
    assert named("Close the newest ticket", {"state": "open"}) == "7004"
    assert named("Close the newest ticket", {"customer": "Alto"}) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tomorrow", "2026-11-27"),
        ("the day after tomorrow", "2026-11-28"),
        ("on Monday", "2026-11-30"),
        ("next Friday", "2026-11-27 2026-12-04"),
        ("Tuesday next week", "2026-12-01"),
        ("in two weeks", "2026-12-10"),
        ("within three days", "2026-11-29"),
        ("the end of January", "2027-01-31"),
        ("by the end of the month", "2026-11-30"),
        ("on the 3rd", "2026-12-03"),
        ("in a month", "2026-12-26"),
        ("invoice Oakley, 30 days", "2026-12-26"),
        ("invoice them net 14 days.", "2026-12-10"),
        ("bill Oakley with a term of two weeks", "2026-12-10"),
        ("invoice Oakley for 3 days of work", ""),
        ("book a room, 3 days", ""),
        ("nothing of the kind", ""),
    ],
)
def test_days_in_words(text, expected) -> None:
    """A day in words is resolved against the day on which the task began."""
    assert " ".join(sorted(resolved(text, TODAY))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("52k", "52000"),
        ("1.5m", "1500000"),
        ("64.500", "64500"),
        ("two hundred and fifty", "250"),
        ("a dozen", "12"),
        ("three thousand two hundred", "3200"),
        ("twenty five", "25"),
        ("version 2", ""),
    ],
)
def test_numbers_in_words(text, expected) -> None:
    """Numbers count as people say them."""
    assert " ".join(spelled(text)) == expected


def test_what_changes_a_date() -> None:
    """Durations are read with their words."""
    assert durations("a week later, for another year") == (("day", 7), ("month", 12))


def test_two_doubts_are_a_denial() -> None:
    """An account that a text hides in an encoding, or beside two others, is denied, not asked about."""
    row = ReturnsRow("public", "private", ObjectRow("", "name", ("name",)), {"name": OURS})
    ours, theirs = "DE89370400440532013000", "GB29NWBK60161331926819"
    for text, answer in (
        (f"Pay {ours}.", "ask"),
        (f"Pay {ours}. No, pay {theirs}.", "ask"),
        (f"Pay {ours}, {theirs} or FR7630006000011234567890189.", "deny"),
        ("Pay REU4OTM3MDQwMDQ0MDUzMjAxMzAwMA== today.", "deny"),
    ):
        readings = Readings("Pay the 20 euros in bill.txt")
        content = {"name": "bill.txt", "text": text}
        readings.apply(Read("files/read", row, {"name": "bill.txt"}, content, 1))
        call = ToolCall("a", "pay", PAY, {"iban": ours, "amount": 20})
        assert decide_tool_call(call, Standing(readings, GrantRow(PAY.id, None, 1))).answer == answer, text


def test_a_bound_of_money_wants_a_price() -> None:
    """`under 50` means no object of which no field is a price: nobody knows how much it costs."""
    rule = ObjectRow("orders", "id", ("buyer",), ("cost", "weight"))
    returns = ReturnsRow("organisation", "private", rule)
    for field, named in (("cost", {"o-1"}), ("weight", set())):
        readings = Readings("Cancel all orders under 50 pounds.")
        rows = [{"id": f"o-{at}", "buyer": "Ann", field: much} for at, much in ((1, 20), (2, 90))]
        readings.apply(Read("shop/list_orders", returns, {}, {"orders": rows}, 1))
        found = {seen.id[-1][1] for seen in Naming(readings, plural=True).named.values()}
        assert found == named
    assert not Request("Tell Owen that his barley was over 15%.").bounds


@pytest.mark.parametrize(
    "asked",
    [
        "Mark the repairs R-201 and R-202 as done",
        "Set repairs R-201 and R-202 to done please",
        "The repairs no. R-201 and R-202 are to be set to done",
        "Mark all repairs called R-201 and R-202 as done",
        "mark repairs r-201, r-202 as done",
    ],
)
def test_identifiers_behind_a_noun_mean_these_alone(asked: str) -> None:
    """`The repairs R-201 and R-202` are not all repairs, though each of them has an R."""
    answers = [
        Shift(asked).call("repairs/update_repair", id=one, status="done").answer
        for one in ("R-201", "R-202", "R-203", "R-205")
    ]
    assert answers[2:].count("allow") == 0
    assert "deny" not in answers


@pytest.mark.parametrize("asked", ["Book the best rated hotel in Porto.", "Book the hotel in Porto."])
def test_a_stranger_leaves_his_own_alone_by_no_word_that_was_looked_up(asked: str) -> None:
    """Of what was looked up by `Porto` a review with that word makes no hotel the only one."""
    rule = ObjectRow("", "name", ("name",), kind="hotel")
    returns = ReturnsRow("public", "public", rule, {"[].name": OURS, "[].rating": OURS})
    answers = []
    for text in ("Lovely.", "The best in Porto!"):
        readings = Readings(asked)
        rows = [{"name": "Casa Lina", "rating": 4.7}, {"name": "Villa Sol", "rating": 4.2, "review": text}]
        readings.apply(Read("travel/get_hotels", returns, {"city": "Porto"}, rows, 1))
        answers.append({seen.id[-1][1] for seen in Naming(readings, plural=False).named.values()})
    assert answers == [{"casa lina"} if "best" in asked else set()] * 2
