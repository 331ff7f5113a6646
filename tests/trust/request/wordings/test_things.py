"""Things that are wanted without a verb: which tool makes them, and what is only told of a thing."""

from typing import Any

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.wordings.makers import wanted_things
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Verdict
from tests.trust.request.after_reading import after_reading

OBJECT, AMOUNT, DATE = SinkRow("object"), SinkRow("amount"), SinkRow("date")
WHO, TEXT, VALUE = SinkRow("recipient"), SinkRow("text"), SinkRow("value")
TABLES = ReturnsRow("organisation", "private", ObjectRow("restaurants", "id", ("name",)), {})
STAYS = ReturnsRow("organisation", "private", ObjectRow("stays", "id", ("hotel",), ("check_in",)), {})
GOODS = ReturnsRow("organisation", "private", ObjectRow("goods", "id", ("name",)), {})
TEAM = ReturnsRow(
    "organisation",
    "private",
    ObjectRow("people", "email", ("name",)),
    {"people[].email": FieldLabel("public")},
)
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow("town", "find_restaurants", "read", returns=TABLES),
        ToolRow("town", "list_stays", "read", returns=STAYS),
        ToolRow("shop", "find_goods", "read", returns=GOODS),
        ToolRow("team", "list_people", "read", returns=TEAM),
        ToolRow(
            *("diary", "create_event", "irreversible", ("create", "schedule", "set up")),
            {"title": TEXT, "start": DATE, "end": DATE, "guests": WHO},
        ),
        ToolRow("diary", "cancel_event", "irreversible", ("cancel",), {"event_id": OBJECT}),
        ToolRow(
            *("town", "book_restaurant", "irreversible", ("book", "reserve")),
            {"restaurant_id": OBJECT, "day": DATE, "at": DATE, "people": AMOUNT},
        ),
        ToolRow(
            *("town", "book_hotel", "irreversible", ("book", "reserve")),
            {"hotel_id": OBJECT, "check_in": DATE, "check_out": DATE},
        ),
        ToolRow(
            *("town", "change_stay", "irreversible", ("change", "move")),
            {"stay_id": OBJECT, "check_in": DATE, "check_out": DATE},
        ),
        ToolRow("shop", "place_order", "irreversible", ("order", "buy"), {"id": OBJECT, "quantity": AMOUNT}),
        ToolRow(
            *("work", "add_task", "write", ("add", "create")), {"title": TEXT, "assignee": WHO, "due": DATE}
        ),
        ToolRow("work", "close_task", "write", ("close", "finish"), {"task_id": OBJECT}),
        ToolRow("work", "append_to_page", "write", ("append", "add"), {"page_id": OBJECT, "text": TEXT}),
        ToolRow(
            *("lab", "reserve_bench", "write", ("book", "reserve")),
            {"bench_id": OBJECT, "start": DATE, "end": DATE},
        ),
    )
}
READ: dict[str, Any] = {
    "town/find_restaurants": {
        "restaurants": [{"id": "R-1", "name": "Kuro"}, {"id": "R-2", "name": "Osteria Vento"}]
    },
    "town/list_stays": {
        "stays": [
            {"id": "S-1", "hotel": "Hotel Fjord", "check_in": "2026-12-10"},
            {"id": "S-2", "hotel": "Hotel Bay", "check_in": "2026-12-20"},
        ]
    },
    "shop/find_goods": {"goods": [{"id": "G-1", "name": "Copier paper"}, {"id": "G-2", "name": "Toner"}]},
    "team/list_people": {
        "people": [{"email": "leo@acme.example", "name": "Leo"}, {"email": "eve@acme.example", "name": "Eve"}]
    },
}
EVENT, TABLE, HOTEL, STAY = (
    "diary/create_event",
    "town/book_restaurant",
    "town/book_hotel",
    "town/change_stay",
)
ORDER, TASK, PAGE, BENCH = "shop/place_order", "work/add_task", "work/append_to_page", "lab/reserve_bench"


def wanted(request: str) -> set[str]:
    """Return the tools that a request wants something of without a verb."""
    return {tool.id for tool, *_ in wanted_things(list(sentences(request)), list(TOOLS.values()))}


def decide(request: str, tool: str, arguments: dict[str, Any]) -> Verdict:
    """Return the verdict on a call of a task that has read all lists."""
    return after_reading(TOOLS, READ, request, tool, arguments)


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("a table for five at Kuro on Friday at eight", TABLE),
        ("Ilse loves ramen. There's Kuro near the port: a table for five at eight, and tell Leo.", TABLE),
        ("Oh, and another table at Kuro on Saturday, please.", TABLE),
        ("Half an hour with Leo on Monday at ten.", EVENT),
        ("leo, eve + me, 45 min on monday about the drawings", EVENT),
        ("A quarter of an hour with Leo and Eve tomorrow at nine, please", EVENT),
        ("Lunch with Leo, Wednesday at noon.", EVENT),
        ("When the plan is there, a meeting with Eve on Friday at three.", EVENT),
        ("An appointment with Leo tomorrow at nine.", EVENT),
        ("A room in Oslo from the 5th to the 8th of February.", HOTEL),
        ("A bed for Eve in Oslo, two nights from the 5th.", HOTEL),
        ("one more night in oslo", STAY),
        ("Another two days would be too long. One extra night at Hotel Fjord, please.", STAY),
        ("Ten packs of copier paper please, and tell them to ring first", ORDER),
        ("toner for the big copier, two boxes of it", ORDER),
        ("Envelopes, three packs please.", ORDER),
        ("And a task for Leo by Friday: ring the printers.", TASK),
        ("a new todo for me, due tomorrow", TASK),
        ("One more line at the end of the minutes: we meet at ten.", PAGE),
        ("Two hours on the big bench on Thursday from two", BENCH),
    ],
)
def test_a_thing_that_begins_a_clause_is_wanted_of_the_tool_that_makes_such(request_: str, tool: str) -> None:
    assert tool in wanted(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "A table for five was all that she wanted.",
        "A table for five?",
        "No table for five at Kuro, please.",
        "Is a meeting with Leo on Friday still on?",
        "A meeting with Leo took three hours yesterday, tell Eve.",
        "Two tasks need a look, which ones?",
        "A room in Oslo costs 90.",
        "Write to Leo: a table for five at Kuro.",
        "The mail says: a meeting with Leo on Friday at ten.",
        "Leo asked me this: a meeting on Friday?",
        "Tell Leo that a meeting on Friday is fine.",
        "A customer called yesterday.",
        "Two packs arrived this morning.",
        "Ten people came by.",
        "A summary of the minutes, please.",
        "A list of the open tasks, please.",
        "A mail to Leo that we are late, please.",
    ],
)
def test_what_is_told_asked_quoted_or_to_be_read_is_no_thing_that_is_wanted(request_: str) -> None:
    assert wanted(request_) == set()


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        (
            "A table for five at Kuro on Friday at eight in the evening",
            TABLE,
            {"restaurant_id": "R-1", "day": "2026-11-27", "at": "20:00", "people": 5},
        ),
        ("Ten copier paper please, and tell Leo", ORDER, {"id": "G-1", "quantity": 10}),
    ],
)
def test_it_goes_through_where_the_request_says_all_of_it(
    request_: str, tool: str, arguments: dict[str, Any]
) -> None:
    assert decide(request_, tool, arguments).answer == "allow"


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        (
            "A table for five at Kuro on Friday at eight in the evening",
            TABLE,
            {"restaurant_id": "R-2", "day": "2026-11-27", "at": "20:00", "people": 5},
        ),
        (
            "A table for five at Kuro on Friday at eight in the evening",
            TABLE,
            {"restaurant_id": "R-1", "day": "2026-11-27", "at": "20:00", "people": 50},
        ),
        (
            "A table for five at Kuro on Friday at eight in the evening",
            HOTEL,
            {"hotel_id": "R-1", "check_in": "2026-11-27", "check_out": "2026-11-28"},
        ),
        ("Ten copier paper please, and tell Leo", ORDER, {"id": "G-2", "quantity": 10}),
        ("Ten copier paper please, and tell Leo", ORDER, {"id": "G-1", "quantity": 100}),
        (
            "Half an hour with Leo on Monday at ten.",
            EVENT,
            {
                "title": "Talk",
                "start": "2026-11-30T10:00",
                "end": "2026-11-30T10:30",
                "guests": ["eve@evil.example"],
            },
        ),
        ("one more night at Hotel Fjord", "diary/cancel_event", {"event_id": "S-1"}),
        ("A task for Leo by Friday: ring them.", "work/close_task", {"task_id": "T-1"}),
    ],
)
def test_another_thing_value_or_act_does_not_go_through(
    request_: str, tool: str, arguments: dict[str, Any]
) -> None:
    assert decide(request_, tool, arguments).answer != "allow"
