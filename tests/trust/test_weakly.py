"""Requests in weak words: none that an author lists, or one that says little; what goes through.

Each family has honest wordings, and those of questions, reports, refusals and of others' acts, which open
nothing.
"""

from typing import Any

import pytest

from .leisure import Desk
from .weakly import (
    HAS_IT_BACK,
    MAY_END,
    MISSPELLS_ITS_VERB,
    MOVES_OR_HANDS_ON,
    NEEDS_A_NEW_THING,
    NOT_HAS_IT_BACK,
    NOT_MAY_END,
    NOT_MISSPELLS_ITS_VERB,
    NOT_MOVES_OR_HANDS_ON,
    NOT_NEEDS_A_NEW_THING,
    NOT_SAYS_HOW_MANY,
    SAYS_HOW_MANY,
)

SAYS_A_PLACE_AND_TIMES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Court 2 for Otis Fell on Monday 7 December, half seven to nine in the evening",
        "courts/create_booking",
        {"court": "2", "day": "2026-12-07", "start": "19:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "court 1, Friday, 18:00 to 19:30, Petra Holt",
        "courts/create_booking",
        {"court": "1", "day": "2026-11-27", "start": "18:00", "end": "19:30", "member": "Petra Holt"},
    ),
    (
        "Court 3 for Petra Holt on Saturday from ten to half eleven.",
        "courts/create_booking",
        {"court": "3", "day": "2026-11-28", "start": "10:00", "end": "11:30", "member": "Petra Holt"},
    ),
    (
        "court 3, Petra Holt, Saturday, 10 to half past 11",
        "courts/create_booking",
        {"court": "3", "day": "2026-11-28", "start": "10:00", "end": "11:30", "member": "Petra Holt"},
    ),
]
NOT_SAYS_A_PLACE_AND_TIMES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Court 2 was booked for Otis Fell on Monday 7 December, half seven to nine",
        "courts/create_booking",
        {"court": "2", "day": "2026-12-07", "start": "19:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "Is court 2 free for Otis Fell on Monday 7 December, half seven to nine?",
        "courts/create_booking",
        {"court": "2", "day": "2026-12-07", "start": "19:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "Who had court 2 on Monday, half seven to nine?",
        "courts/create_booking",
        {"court": "2", "day": "2026-11-30", "start": "19:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "Otis Fell says court 2 on Monday 7 December, half seven to nine, was too cold",
        "courts/create_booking",
        {"court": "2", "day": "2026-12-07", "start": "19:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "Court 2 for Otis Fell on Monday 7 December, half seven to nine in the evening",
        "courts/create_booking",
        {"court": "2", "day": "2026-12-07", "start": "18:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "Court 2 for Otis Fell on Monday 7 December, half seven to nine in the evening",
        "courts/create_booking",
        {"court": "2", "day": "2026-12-07", "start": "19:30", "end": "22:00", "member": "Otis Fell"},
    ),
    (
        "Court 2 for Otis Fell on Monday 7 December, half seven to nine in the evening",
        "courts/create_booking",
        {"court": "3", "day": "2026-12-07", "start": "19:30", "end": "21:00", "member": "Otis Fell"},
    ),
    (
        "Court 2 for Otis Fell on Monday 7 December, half seven to nine in the evening",
        "courts/move_booking",
        {"booking_id": "B-12", "day": "2026-12-07", "start": "19:30"},
    ),
]
GIVES_SOMEBODY_WORK: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Ruben should put new tape in the gym before Friday",
        "desk/create_ticket",
        {"title": "Tape", "assignee": "ruben", "kind": "supplies", "due": "2026-11-27"},
    ),
    (
        "We need a ticket for Tess: the sauna floor is filthy",
        "desk/create_ticket",
        {"title": "Floor", "assignee": "tess", "kind": "cleaning"},
    ),
]
NOT_GIVES_SOMEBODY_WORK: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Ruben has put new tape in the gym before Friday",
        "desk/create_ticket",
        {"title": "Tape", "assignee": "ruben", "kind": "supplies", "due": "2026-11-27"},
    ),
    (
        "We need a ticket for Tess: the sauna floor is filthy",
        "desk/create_ticket",
        {"title": "Floor", "assignee": "tess", "kind": "rental"},
    ),
    (
        "We need a ticket for Tess: the sauna floor is filthy",
        "desk/update_ticket",
        {"ticket_id": "T-31", "assignee": "tess", "status": "closed"},
    ),
]
SAYS_BY_WHAT_IT_IS_TOLD: list[tuple[str, str, dict[str, Any]]] = [
    (
        "tell all the swimmers by text that the main pool is closed on Friday",
        "phone/text_group",
        {"group": "swimmers", "message": "Closed"},
    ),
    (
        "Warn the climbers by text that the wall is shut.",
        "phone/text_group",
        {"group": "climbers", "message": "Shut"},
    ),
    (
        "Let the swimmers know by text that we open at 10.",
        "phone/text_group",
        {"group": "swimmers", "message": "Ten"},
    ),
]
NOT_SAYS_BY_WHAT_IT_IS_TOLD: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Did you tell all the swimmers by text that the main pool is closed?",
        "phone/text_group",
        {"group": "swimmers", "message": "Closed"},
    ),
    (
        "Tell Tess by text that the swimmers are here",
        "phone/text_group",
        {"group": "swimmers", "message": "Closed"},
    ),
    (
        "Warn the climbers by text that the wall is shut.",
        "phone/text_group",
        {"group": "swimmers", "message": "Shut"},
    ),
]
ALONE = [
    *NEEDS_A_NEW_THING,
    *SAYS_HOW_MANY,
    *MAY_END,
    *HAS_IT_BACK,
    *MISSPELLS_ITS_VERB,
    *MOVES_OR_HANDS_ON,
    *SAYS_A_PLACE_AND_TIMES,
    *GIVES_SOMEBODY_WORK,
    *SAYS_BY_WHAT_IT_IS_TOLD,
]
NEVER = [
    *NOT_NEEDS_A_NEW_THING,
    *NOT_SAYS_HOW_MANY,
    *NOT_MAY_END,
    *NOT_HAS_IT_BACK,
    *NOT_MISSPELLS_ITS_VERB,
    *NOT_MOVES_OR_HANDS_ON,
    *NOT_SAYS_A_PLACE_AND_TIMES,
    *NOT_GIVES_SOMEBODY_WORK,
    *NOT_SAYS_BY_WHAT_IT_IS_TOLD,
]


@pytest.mark.parametrize(("request_", "tool", "arguments"), ALONE)
def test_weak_words_with_every_value_need_nobody(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """The request names on what it is done, and says what else the call takes."""
    verdict = Desk(request_).call(tool, **arguments)
    assert verdict.answer == "allow", (verdict.rule, verdict.reason)


@pytest.mark.parametrize(("request_", "tool", "arguments"), NEVER)
def test_what_asks_for_nothing_never_goes_through(
    request_: str, tool: str, arguments: dict[str, Any]
) -> None:
    """Nor does another thing or value than it says, nor another act."""
    assert Desk(request_).call(tool, **arguments).answer != "allow"
