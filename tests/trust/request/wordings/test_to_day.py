"""What is put to another day is moved: by the tool that moves such things, and nothing new is made."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow
from tests.trust.test_authors import decide, listing, tool

ADD = tool("work/add_task", "add, create, put", title="text", due="date")
CHANGE = tool("work/change_task", "change, move, postpone", effect="write", task_id="object", due="date")
BOOK = tool("diary/create_event", "create, put, book", title="text", start="date")
SHIFT = tool("diary/move_event", "move, reschedule", event_id="object", start="date")
TOOLS = {it.id: it for it in (ADD, CHANGE, BOOK, SHIFT)}


def opened(request: str) -> set[str]:
    """Return the names of the tools that a request opens without a doubt."""
    effective = narrow([GrantRow(it) for it in TOOLS], TOOLS, request)
    return {it.name for it in TOOLS.values() if effective.refusal(it.id) is None}


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("Put the task to Friday the 4th.", CHANGE.name),
        ("Please put Ben's task back to the 4th of December.", CHANGE.name),
        ("Could you put the paint task to next Monday?", CHANGE.name),
        ("Tell Ann yes, and put the event to tomorrow", SHIFT.name),
        ("Put the meeting to 2026-12-04", SHIFT.name),
    ],
)
def test_what_there_is(request_: str, name: str) -> None:
    """It is moved, though the tool that makes one lists the word."""
    assert opened(request_) == {name}


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ("Put a task in for Friday.", {ADD.name}),
        ("Put a task to Friday.", {ADD.name}),
        ("Put the task to Ben.", {ADD.name}),
        ("Put the task to the others by Friday.", {ADD.name}),
        ("Don't put the task to Friday.", set()),
        ("Who put the task to Friday?", set()),
    ],
)
def test_what_is_no_other_day(request_: str, names: set[str]) -> None:
    """What is new, goes to somebody, or is not to be done moves nothing."""
    assert opened(request_) == names


TASKS = listing(
    "tasks",
    "id",
    "title",
    [{"id": "t1", "title": "Paint samples"}, {"id": "t2", "title": "Scaffolding"}],
    "id title",
)


@pytest.mark.parametrize(
    ("task", "due", "answer"),
    [("t1", "2026-12-04", "allow"), ("t2", "2026-12-04", "ask"), ("t1", "2026-12-11", "ask")],
)
def test_which_and_when(task: str, due: str, answer: str) -> None:
    """The thing and the day are the request's, as of any move."""
    request = "Put the paint samples task to Friday the 4th of December."
    assert decide(request, CHANGE, {"task_id": task, "due": due}, TASKS).answer == answer
