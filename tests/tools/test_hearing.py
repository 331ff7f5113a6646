"""Arguments and results of tools, handed over."""

from podium.evidence.contents.rules import ContentRule
from podium.manifest.snapshot import AgentRow
from podium.ports.content import Handed, Said
from podium.spend.journal import ToolCall
from podium.tools.hearing import hand_over

RECORD = ToolCall(
    "tcl_1",
    "a" * 32,
    "b" * 16,
    None,
    "task_1",
    "task_1",
    "triage",
    "acme",
    "mail/send",
    None,
    1,
    5,
    "",
    "allow",
    "r",
)


class Sink:
    def __init__(self) -> None:
        self.handed: list[Handed] = []

    def put(self, handed: Handed) -> None:
        self.handed.append(handed)


def agent(rule: ContentRule | None) -> AgentRow:
    return AgentRow("triage", "acme", "acme", frozenset(), content=rule)


def test_only_where_it_is_kept() -> None:
    """A call is handed over, bound to its span, where its agent's content is kept, and nowhere else."""
    sink = Sink()
    hand_over(sink, agent(None), RECORD, {"to": "x"}, {"content": []})
    hand_over(None, agent(ContentRule("full")), RECORD, {"to": "x"}, {"content": []})
    assert sink.handed == []
    hand_over(
        sink, agent(ContentRule("full")), RECORD, {"to": "x"}, {"content": [], "_meta": {"podium/x": 1}}
    )
    hand_over(sink, agent(ContentRule("full")), RECORD, {"to": "x" * (5 << 20)}, None)
    made, refused = sink.handed
    assert isinstance(made, Said)
    assert isinstance(refused, Said)
    assert (made.where.bound, made.where.task) == ("b" * 16, "task_1")
    assert made.values == {
        "gen_ai.tool.call.arguments": b'{"to":"x"}', "gen_ai.tool.call.result": b'{"content":[]}'
    }  # fmt: skip
    assert refused.values == {"gen_ai.tool.call.arguments": b'{"too_long":true}'}
