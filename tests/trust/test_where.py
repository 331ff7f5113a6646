"""Who reads, and who may have written, by an argument's value; and rules about what was called before."""

import pytest

from podium.trust.labels import Label, Labels
from podium.trust.policies import Rules
from podium.trust.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, PolicyRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

FILES = ReturnsRow(
    "organisation",
    "private",
    where={"repository": {"sdk": FieldLabel(None, "public"), "web": FieldLabel("public")}},
)
READ = ToolRow("code", "read_file", "read", arguments={"repository": SinkRow("path")}, returns=FILES)
WRITE = ToolRow(
    "code",
    "write_file",
    "write",
    ("write",),
    {
        "repository": SinkRow("path", readers="organisation", readers_of={"sdk": "public", "notes": "user"}),
        "content": SinkRow("text"),
    },
)
PRIVATE = "the margin on the new contract is eleven percent of the gross sum"


def _write(repository: str, *, read: str = "shop", called: str = "", rules: Rules | None = None) -> Verdict:
    readings = Readings(f"Write the text into {repository}, quote what you read.")
    readings.apply(Read(READ.id, READ.returns, {"repository": read}, {"content": PRIVATE}, 1))
    task = Standing(readings, GrantRow(WRITE.id), called=called.split(), rules=rules)
    arguments = {"repository": repository, "content": PRIVATE}
    return decide_tool_call(ToolCall("clerk", WRITE.client_name, WRITE, arguments), task)


@pytest.mark.parametrize("repository", ["sdk", "SDK", " sdk"])
def test_private_words_do_not_go_where_anybody_reads_them(repository: str) -> None:
    """The value that says that anybody reads it counts in any spelling."""
    assert _write(repository).rule == "flow.private"


def test_other_values_are_read_by_whom_the_argument_says() -> None:
    """A repository that is not listed is the organisation's, and its own words may go there."""
    assert WRITE.arguments["repository"].readers_for("web") == "organisation"
    assert not [leak for leak in _write("web").leaks if leak.rule.startswith("flow.")]


def test_another_spelling_narrows_nothing() -> None:
    """Who writes `NOTES` does not make the user alone the reader."""
    row = WRITE.arguments["repository"]
    assert (row.readers_for("notes"), row.readers_for("NOTES")) == ("user", "organisation")


def test_what_was_read_of_a_public_place_may_go_anywhere() -> None:
    """The label of a result follows the argument's value, to the letter."""
    assert not [leak for leak in _write("sdk", read="sdk").leaks if leak.rule.startswith("flow.")]
    assert _write("sdk", read="SDK").rule == "flow.private"


def test_labels_follow_the_arguments_of_their_call() -> None:
    """A value changes the label of the whole; no such argument, another value, and a list do not."""
    assert Labels(FILES, {"repository": "sdk"}).whole == Label("organisation", "public")
    assert Labels(FILES, {"repository": "web"}).whole == Label("public", "private")
    for other in ({}, {"repository": "x"}, {"repository": ["sdk"]}):
        assert Labels(FILES, other).whole == Label("organisation", "private")


def test_another_spelling_gets_no_better_label() -> None:
    """Neither than the value that it may be for the server, nor than all others."""
    for web in ("WEB", " web"):
        assert Labels(FILES, {"repository": web}).whole == Label("public", "private")
    assert Labels(FILES, {"repository": "Sdk"}).whole == Label("organisation", "private")


def test_a_rule_may_speak_of_what_was_called_before() -> None:
    """`context.called` has the tools that were let through in this task."""
    text = """@else("ask") forbid(principal, action == Action::"code/write_file", resource)
    when { context.called.contains("code/read_file") };"""
    rules = Rules([PolicyRow("order", text)], [READ, WRITE], departments={"d": None}, agents={"clerk": "d"})
    assert _write("web", rules=rules).answer == "allow"
    assert (_write("web", called="code/read_file", rules=rules).rule) == "order.1"
