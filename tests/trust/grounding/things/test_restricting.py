"""Several things that share a part of their name, of which a request means those that fit what it says."""

from datetime import date
from typing import Any

import pytest

from podium.trust.english.words import Token
from podium.trust.grounding.record.measures import measured
from podium.trust.grounding.record.readings import Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
TODAY = date(2026, 10, 12)


def _list(tool: str, at: str, names: str, fields: str) -> ToolRow:
    server, _, name = tool.partition("/")
    rows = ObjectRow(at, "id", tuple(names.split()), tuple(fields.split()))
    return ToolRow(server, name, "read", returns=ReturnsRow("organisation", "private", rows))


def _claim(id_: str, person: str, amount: float, status: str, due: str) -> dict[str, Any]:
    return {"id": id_, "kind": "expense", "person": person, "amount": amount, "status": status, "due": due}


CLAIMS = _list("desk/list_claims", "claims", "id kind person", "id kind person amount status due")
DECIDE = ToolRow(
    "desk", "decide_claim", "irreversible", ("approve", "ok", "accept"), {"claim_id": SinkRow("object")}
)
GIVE = ToolRow(
    "desk",
    "assign_claim",
    "irreversible",
    ("give", "go", "assign", "hand"),
    {"claim_id": SinkRow("object"), "due": SinkRow("date"), "to": SinkRow("recipient")},
)
HELD = {
    "claims": [
        _claim("C-1", "kit", 212.4, "pending", "2026-10-30"),
        _claim("C-2", "kit", 486.0, "pending", "2026-11-06"),
        _claim("C-3", "mel", 64.8, "held", "2026-10-20"),
    ]
}


def _allowed(request: str, tool: ToolRow = DECIDE, **more: Any) -> set[str]:
    world = World(request)
    world.readings = Readings(request, TODAY)
    world.read(CLAIMS, HELD)
    return {
        one["id"]
        for one in HELD["claims"]
        if world.call(tool, uses=None, claim_id=one["id"], **more).answer == "allow"
    }


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Approve every expense claim under 250", {"C-1", "C-3"}),
        ("Approve all expense claims over 250", {"C-2"}),
        ("OK all the expense claims that are pending", {"C-1", "C-2"}),
        ("Approve every expense claim that is due this month", {"C-1", "C-3"}),
        ("Approve all of the expense claims due before the end of October", {"C-1", "C-3"}),
        ("Approve all expense claims", {"C-1", "C-2", "C-3"}),
        ("Approve every expense claim that looks green", set()),
    ],
)
def test_what_is_said_of_all_restricts_them(request_: str, meant: set[str]) -> None:
    """What a thing has in its name is not enough where the request says more, in words that are explained."""
    assert _allowed(request_) == meant


def test_somebodys_things_of_a_span() -> None:
    """*Everything of his that's due this month*: not what is due later, and nobody else's."""
    world = World("")
    world.readings = Readings("Kit is ill. Everything of his that's due this month goes to Mel", TODAY)
    world.read(CLAIMS, HELD)
    allowed = {
        one["id"]
        for one in HELD["claims"]
        if world.call(GIVE, uses=None, claim_id=one["id"], to="mel").answer == "allow"
    }
    assert allowed <= {"C-1"}


FLIGHTS = _list("travel/list_flights", "flights", "id place airline", "id place airline day")
BOOK = ToolRow("travel", "book_flight", "irreversible", ("book",), {"flight_id": SinkRow("object")})
AIR = {
    "flights": [
        {"id": "F-1", "place": "Lisbon", "airline": "Iberis", "day": "2026-12-18"},
        {"id": "F-2", "place": "Lisbon", "airline": "Vuela", "day": "2026-12-18"},
        {"id": "F-3", "place": "Lisbon", "airline": "Iberis", "day": "2026-12-22"},
    ]
}


@pytest.mark.parametrize(
    "request_",
    [
        "Book the flights to Lisbon with Iberis for both of us",
        "Lea and I fly to Lisbon with Iberis. Book the flights for both of us.",
        "Both Lisbon flights of Iberis, book them",
    ],
)
def test_who_has_less_of_the_request_is_not_meant(request_: str) -> None:
    """Another airline's flight has only a part of what the request has of those that it means."""
    world = World(request_).read(FLIGHTS, AIR)
    assert world.call(BOOK, uses=None, flight_id="F-1").answer == "allow"
    assert world.call(BOOK, uses=None, flight_id="F-2").answer != "allow"


@pytest.mark.parametrize(
    "whom", ["for both of us", "for us all", "for all of us", "for the two of us", "for us both"]
)
def test_people_are_not_how_many_things(whom: str) -> None:
    """*Both of us* are who fly, and no two flights."""
    request = f"Look at Jonas's mail about Lisbon and book the flight he suggests, {whom}"
    world = World(request).read(FLIGHTS, AIR)
    grant = narrow([GrantRow(BOOK.id, None, 9)], {BOOK.id: BOOK}, request).grant(BOOK.id)
    assert grant is not None
    assert grant.uses == 1
    for flight in AIR["flights"]:
        assert world.call(BOOK, uses=grant.uses, flight_id=flight["id"]).answer != "allow"


REVIEWS = _list("guests/list_reviews", "reviews", "id", "id stars")
ANSWER = ToolRow(
    "guests", "answer_review", "irreversible", ("answer", "thank"), {"review_id": SinkRow("object")}
)
STARS = {"V-1": 5, "V-2": 5, "V-3": 1, "V-4": 2, "V-5": 3}
SAID = {"reviews": [{"id": id_, "stars": stars} for id_, stars in STARS.items()]}


@pytest.mark.parametrize(
    "request_",
    ["Answer every five star review", "Answer all five-star reviews", "thank for all the five star reviews"],
)
def test_a_number_of_what_they_have(request_: str) -> None:
    """Of five reviews *every five star review* is not all five."""
    world = World(request_).read(REVIEWS, SAID)
    found = {one["id"]: world.call(ANSWER, uses=None, review_id=one["id"]).answer for one in SAID["reviews"]}
    assert {one for one, answer in found.items() if answer == "allow"} <= {"V-1", "V-2"}
    if request_.startswith("Answer"):
        assert (found["V-1"], found["V-2"]) == ("allow", "allow")


@pytest.mark.parametrize(
    ("before", "head", "figures"),
    [
        ("every five star", "review", ["every", "5", "star"]),
        ("the five-star", "reviews", ["the", "5", "star"]),
        ("all two bedroom", "flats", ["all", "2", "bedroom"]),
        ("the two open", "reviews", ["the", "two", "open"]),
        ("both late", "orders", ["both", "late"]),
        ("the three nights", "bookings", ["the", "three", "nights"]),
    ],
)
def test_measures(before: str, head: str, figures: list[str]) -> None:
    """A number before a measure says what a thing is; before anything else, how many are meant."""
    said = measured([Token(word, word, "word") for word in before.split()], Token(head, head, "word"))
    assert [token.low for token in said] == figures


LEAVE = _list(
    "hours/list_leave", "leave", "person kind first_day last_day", "id person kind first_day last_day"
)
DECIDE_LEAVE = ToolRow(
    "hours", "decide_leave", "irreversible", ("approve", "decline", "turn down"), {"id": SinkRow("object")}
)
AWAY = {
    "leave": [
        {
            "id": "L-1",
            "person": "Mei Castellano",
            "kind": "holiday",
            "first_day": "2027-01-11",
            "last_day": "2027-01-15",
        },
        {
            "id": "L-3",
            "person": "Oskar Dahl",
            "kind": "holiday",
            "first_day": "2026-12-07",
            "last_day": "2026-12-11",
        },
        {
            "id": "L-4",
            "person": "Oskar Dahl",
            "kind": "holiday",
            "first_day": "2027-02-15",
            "last_day": "2027-02-19",
        },
    ]
}


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Approve Mei's holiday in January and turn down Oskar's in the week when Tides opens.", {"L-1"}),
        ("Approve Mei's holiday and turn down Oskar's holiday in the week of the fair.", {"L-1"}),
        ("Approve Mei's holiday and both of Oskar's.", {"L-1", "L-3", "L-4"}),
    ],
)
def test_which_of_somebodys_things(request_: str, meant: set[str]) -> None:
    """Two are his, and nothing that was read tells which is in that week: a person does."""
    told = f"{request_} Tell him I'm sorry but it's all hands on deck then."
    world = World(told)
    world.readings = Readings(told, TODAY)
    world.read(LEAVE, AWAY)
    calls = {one["id"]: world.call(DECIDE_LEAVE, uses=None, id=one["id"]).answer for one in AWAY["leave"]}
    assert {id_ for id_, answer in calls.items() if answer == "allow"} == meant


def _leave(number: int, first: str, last: str, **more: str) -> dict[str, Any]:
    days = {"first_day": f"2027-{first}", "last_day": f"2027-{last}"}
    return {"id": f"L-{number}", "person": "Mei Castellano", "kind": "holiday"} | days | more


JANUARY, MARCH, ACROSS = _leave(1, "01-11", "01-15"), _leave(2, "03-08", "03-12"), _leave(3, "01-28", "02-02")


@pytest.mark.parametrize(
    ("request_", "rows", "meant"),
    [
        ("Approve Mei's holiday in January.", [JANUARY, MARCH], {"L-1"}),
        ("Approve Mei's holiday in March.", [JANUARY, MARCH], {"L-2"}),
        ("Approve Mei's holiday in January.", [ACROSS, MARCH], set()),
        ("Approve Mei's holiday in January.", [JANUARY, ACROSS], set()),
        ("Approve Mei's holiday in February.", [JANUARY, MARCH], set()),
        ("Approve all holidays in January.", [JANUARY, ACROSS, MARCH], {"L-1"}),
        (
            "Approve Mei's holiday in January.",
            [_leave(4, "03-01", "03-05", reason="2027-01-05"), MARCH],
            set(),
        ),
    ],
)
def test_a_period_in_a_span_of_days(request_: str, rows: list[dict[str, Any]], meant: set[str]) -> None:
    """Both its ends; one that lies in it in part leaves it open, and so does what else is dated."""
    world = World(request_)
    world.readings = Readings(request_, TODAY)
    world.read(LEAVE, {"leave": rows})
    calls = {one["id"]: world.call(DECIDE_LEAVE, uses=None, id=one["id"]).answer for one in rows}
    assert {id_ for id_, answer in calls.items() if answer == "allow"} == meant


def test_what_is_meant_by_name_beside_a_description() -> None:
    """Nothing tells which are settled; whose ticket is named beside them is meant all the same."""
    rule = ObjectRow("tickets", "number", ("number", "subject", "customer"))
    returns = ReturnsRow("public", "private", rule, fields={"tickets[].number": OURS})
    tickets = ToolRow("desk", "search_tickets", "read", returns=returns)
    close = ToolRow("desk", "close_ticket", "write", ("close",), {"number": SinkRow("object")})
    rows = [
        {"number": 4468, "subject": "Invoice twice", "customer": "Ada Berg"},
        {"number": 4470, "subject": "Where is my parcel", "customer": "Cleo Fink"},
        {"number": 4471, "subject": "A question", "customer": "Dan Moor"},
    ]
    request = (
        "Close what is settled, think about the rest, and reply to those who wait.\n"
        "Close Cleo Fink's ticket.\n"
        "Think about it.\nReply to Ada Berg's ticket that it is refunded.\nSay what was done this morning."
    )
    world = World(request).read(tickets, {"tickets": rows}).read(tickets, {"tickets": rows[1:2]})
    answers = {one["number"]: world.call(close, uses=None, number=one["number"]).answer for one in rows}
    assert answers[4470] == "allow"
    assert answers[4471] != "allow"


ABSENCES = _list("hours/list_leave", "leave", "id person kind", "id person kind first_day last_day asked_on")
ALLOW = ToolRow(
    "hours", "decide_leave", "irreversible", ("approve", "turn down"), {"request_id": SinkRow("object")}
)
ASKED = {
    "leave": [
        {
            "id": f"L-{n}",
            "person": "Mei Sand",
            "kind": "holiday",
            "first_day": first,
            "last_day": last,
            "asked_on": asked,
        }
        for n, first, last, asked in (
            (1, "2027-01-11", "2027-01-15", "2026-10-01"),
            (2, "2026-11-09", "2026-11-13", "2027-01-02"),
            (3, "2027-02-26", "2027-03-03", "2026-10-02"),
        )
    ]
}


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Approve Mei's holiday in January.", {"L-1"}),
        ("Turn down Mei's holiday in November, please", {"L-2"}),
        ("Approve Mei's holiday in February.", set()),  # it ends in another month
        ("Approve Mei's holiday in May.", set()),
        ("Approve Mei's short holiday in January.", set()),
        ("Approve Mei's holiday.", set()),
    ],
)
def test_what_lasts_lies_in_a_month(request_: str, meant: set[str]) -> None:
    """From its first to its last day, whenever it was asked for."""
    world = World(request_)
    world.readings = Readings(request_, TODAY)
    world.read(ABSENCES, ASKED)
    calls = {f"L-{n}": world.call(ALLOW, uses=None, request_id=f"L-{n}").answer for n in (1, 2, 3)}
    assert {one for one, answer in calls.items() if answer == "allow"} == meant
