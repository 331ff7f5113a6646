"""Who reads, and who may have written, by an argument's value; and rules about what was called before."""

from typing import Any

import msgspec
import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.policies import Rules
from podium.trust.tools import (
    FieldLabel,
    GrantRow,
    ObjectRow,
    PolicyRow,
    Readers,
    ReturnsRow,
    SinkRow,
    ToolRow,
)
from podium.trust.values.labels import Label, Labels
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
    task = Standing(readings, GrantRow(WRITE.id), called=dict.fromkeys(called.split(), 1), rules=rules)
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


def _decide(tool: ToolRow, arguments: dict[str, Any]) -> Verdict:
    readings = Readings("Write the text into sdk, quote what you read.")
    readings.apply(Read(READ.id, READ.returns, {"repository": "shop"}, {"content": PRIVATE}, 1))
    return decide_tool_call(
        ToolCall("clerk", tool.client_name, tool, arguments), Standing(readings, GrantRow(tool.id))
    )


@pytest.mark.parametrize("said", [{}, {"repository": None}, {"repository": ""}])
def test_what_a_call_leaves_out_narrows_nothing(said: dict[str, str | None]) -> None:
    """An argument that says who reads may have any of its values where a call does not say it."""
    content = {"content": PRIVATE}
    assert [leak.rule for leak in _decide(WRITE, {**said, **content}).leaks] == ["flow.private"]
    for readers_of, expected in (({"notes": "user"}, []), ({"a": "outside"}, ["flow.private"])):
        known = SinkRow("path", readers="organisation", readers_of=readers_of)  # type: ignore[arg-type]
        tool = msgspec.structs.replace(WRITE, arguments={**WRITE.arguments, "repository": known})
        assert [leak.rule for leak in _decide(tool, {**said, **content}).leaks] == expected


CANCEL = ToolRow(
    "desk",
    "cancel_policy",
    "irreversible",
    ("cancel",),
    {"policy_id": SinkRow("object"), "reason": SinkRow("text")},
)
POLICIES = ReturnsRow("organisation", object=ObjectRow("policies", "id", ("id", "client")))
THATCH = "The thatch on the north side was replaced after the storm"
EMPTY = "The house by the mill has been empty since his wife moved out"


@pytest.mark.parametrize(
    ("readers", "reason", "answer"),
    [
        (None, EMPTY, "allow"),
        ("organisation", EMPTY, "allow"),
        ("outside", "He has sold it.", "allow"),
        ("outside", THATCH, "allow"),
        ("outside", EMPTY, "ask"),
        ("outside", PRIVATE, "ask"),
        ("public", "He has sold it.", "allow"),
        ("public", THATCH, "ask"),
    ],
)
def test_a_reader_outside_whom_no_argument_says(readers: Readers | None, reason: str, answer: str) -> None:
    """An insurer who is told may know what the request names, and of all else a person is asked."""
    arguments = {**CANCEL.arguments, "reason": SinkRow("text", readers=readers)}
    readings = Readings("Cancel Rowe's policy, he has sold the house.")
    rows = [
        {"id": "P-1", "client": "Rowe", "notes": THATCH},
        {"id": "P-2", "client": "Vance", "notes": EMPTY},
    ]
    readings.apply(Read("desk/list_policies", POLICIES, {}, {"policies": rows}, 1))
    readings.apply(Read(READ.id, READ.returns, {}, {"content": PRIVATE}, 2))
    tool = msgspec.structs.replace(CANCEL, arguments=arguments)
    call = ToolCall("clerk", tool.client_name, tool, {"policy_id": "P-1", "reason": reason})
    verdict = decide_tool_call(call, Standing(readings, GrantRow(tool.id)))
    assert verdict.answer == answer
    assert answer == "allow" or verdict.rule == "flow.private"
