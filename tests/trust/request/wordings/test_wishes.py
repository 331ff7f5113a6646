"""A value that several tools take: of what there is already, the one that changes it is meant."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, VALUE, OBJECT, WHOM = SinkRow("text"), SinkRow("value"), SinkRow("object"), SinkRow("recipient")
NEW = ToolRow("work", "create_job", "write", ("create", "add"), {"title": TEXT, "priority": VALUE})
OLD = ToolRow(
    "work", "change_job", "write", ("change", "mark"), {"job_id": OBJECT, "assignee": WHOM, "priority": VALUE}
)
TOOLS = {tool.id: tool for tool in (NEW, OLD)}
SCHEMA = '{"properties": {"priority": {"enum": ["low", "normal", "urgent"]}}}'


def opened(request: str) -> set[str]:
    """Return the names of the tools that a request opens without a doubt."""
    effective = narrow([GrantRow(tool, SCHEMA) for tool in TOOLS], TOOLS, request)
    return {tool.name for tool in TOOLS.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "The shower in 203 doesn't drain. Make it urgent",
        "The lift is stuck again. Make that urgent please",
        "Make this urgent and let Milan do it today",
        "The lamp can wait. Set it to low",
        "Mark it urgent and have Milan do it",
    ],
)
def test_what_there_is_is_changed(request_: str) -> None:
    """Nothing new is made of `it`; and whoever is let do it obeys no text."""
    assert opened(request_) == {OLD.name}


@pytest.mark.parametrize("request_", ["Is it urgent?", "Don't make it urgent", "He made it urgent"])
def test_what_asks_for_nothing(request_: str) -> None:
    """A question, a ban and what was done open nothing."""
    assert opened(request_) == set()


@pytest.mark.parametrize("request_", ["Read the mail and do it", "Have a look at the mail and do it"])
def test_what_a_text_wants_is_still_left_to_it(request_: str) -> None:
    """Only somebody by name is let do something."""
    assert narrow([GrantRow(OLD.id)], TOOLS, request_).refusals[OLD.id].rule == "request.delegates"
