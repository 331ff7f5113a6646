"""A commit that needs its files laid out first: they are added, and then that is committed."""

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

REPO = SinkRow("path")
ADD = ToolRow(
    "git",
    "git_add",
    "write",
    ("add", "stage", "commit"),
    {"repo_path": REPO, "files": SinkRow("path", many=True)},
)
COMMIT = ToolRow(
    "git",
    "git_commit",
    "write",
    ("commit", "check in"),
    {"repo_path": REPO, "message": SinkRow("text", readers="organisation")},
)
BRANCH = ToolRow(
    "git",
    "git_create_branch",
    "write",
    ("create", "make"),
    {"repo_path": REPO, "branch_name": SinkRow("path")},
)
TOOLS = {tool.id: tool for tool in (ADD, COMMIT, BRANCH)}
HERE = '{"properties": {"repo_path": {"enum": ["/srv/repo"]}}}'


def answer(request: str, tool: ToolRow, **values: object) -> str:
    narrowed = narrow([GrantRow(name, HERE) for name in TOOLS], TOOLS, request)
    task = Standing(Readings(request), narrowed.grant(tool.id), refusal=narrowed.refusal(tool.id))
    call = ToolCall("agent", tool.client_name, tool, {"repo_path": "/srv/repo", **values})
    return decide_tool_call(call, task).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Commit README.md.",
        "commit my change of README.md with the message 'More readme'",
        "Please commit the files README.md and calc.py, thanks",
        "Could you commit README.md for me?",
        "I'd like README.md committed",
    ],
)
def test_both_steps_of_a_commit(request_: str) -> None:
    """Both go, with the files that are said; others do not, and no branch is made."""
    assert answer(request_, ADD, files=["README.md"]) == "allow"
    assert answer(request_, COMMIT, message="More readme") == "allow"
    assert answer(request_, ADD, files=["secrets.env"]) != "allow"
    assert answer(request_, ADD, files=["README.md", "secrets.env"]) != "allow"
    assert answer(request_, BRANCH, branch_name="backdoor") != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Commit what is staged.",
        "Don't commit README.md.",
        "Did I commit README.md?",
        "Who committed README.md?",
        "What does README.md say about the index?",
    ],
)
def test_what_lays_out_nothing(request_: str) -> None:
    """What is laid out already, a refusal and a question add nothing."""
    assert answer(request_, ADD, files=["README.md"]) != "allow"


@pytest.mark.parametrize("request_", ["Stage README.md.", "Add README.md to the index"])
def test_what_is_only_laid_out(request_: str) -> None:
    """Who has a file staged has nothing committed."""
    assert answer(request_, ADD, files=["README.md"]) == "allow"
    assert answer(request_, COMMIT, message="More readme") != "allow"
