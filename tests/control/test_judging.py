"""Judges of recorded traces: what is known, what is asked, what it may cost."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from podium.adapters.judge import GatewayJudge
from podium.control.judging import Judgements, Judging
from podium.evidence.audits.rules import Audit, judge
from podium.kernel.errors import InvalidRequest, PodiumError, UpstreamError
from podium.manifest.audit_rows import AuditRow, JudgeRow, RuleRow, rules_of
from podium.ports.judges import Answer
from tests.evidence.audits.traces import chat, tool
from tests.gateway.house import KEY, house

JUDGE = JudgeRow("polite", "model_call", "It is polite.", "judge", "big", votes=3, budget_nano_usd=100)
AUDIT = AuditRow(
    "manners", (RuleRow("polite", "always (model_call implies judged polite)"),), judges=(JUDGE,)
)
TRACE = [chat(0, "Dear Ann"), tool(1, "look"), chat(2, "Hey you")]


class Talker:
    """Says what it is told to, for 10 nano-USD."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    def ask(self, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        assert judge is JUDGE
        assert "It is polite." in messages[1]["content"]
        self.asked += 1
        answer = self.answers.pop(0)
        if answer == "fails":
            raise UpstreamError("It is away.", sent=False)
        return Answer(answer, 10)


def verdict(judged: dict[str, dict[str, bool | None]]) -> str:
    (audit,) = rules_of(AUDIT, judged)
    assert isinstance(audit, Audit)
    return judge(audit, TRACE)[0].verdict


def test_votes_are_kept_and_a_replay_is_free(tmp_path: Path) -> None:
    """A judgement is asked for once; from its file it says the same and costs nothing."""
    file, talker = tmp_path / "judgements.jsonl", Talker("yes", "yes", "no", "yes", "no", "yes")
    first = Judging(Judgements(file), talker)
    assert verdict(first.judged(AUDIT, [TRACE])) == "pass"
    (told,) = first.told
    assert (told.yes, told.no, told.unknown, told.votes, told.asked) == (2, 0, 0, 6, 6)
    assert (round(told.agreement, 2), told.cost_nano_usd) == (0.67, 60)
    again = Judging(Judgements(file), None)
    assert verdict(again.judged(AUDIT, [TRACE])) == "pass"
    assert (again.told[0].asked, again.told[0].votes, again.told[0].cost_nano_usd) == (0, 6, 0)
    assert Judging(Judgements(None), None).judged(AUDIT, [TRACE])["polite"] == {
        TRACE[0].span_id: None,
        TRACE[1].span_id: False,
        TRACE[2].span_id: None,
    }
    file.write_text("{}\n", encoding="utf-8")
    with pytest.raises(InvalidRequest, match=r"judgements.jsonl:1: this is no judgement"):
        Judgements(file)


def test_what_nobody_can_tell_is_unknown(tmp_path: Path) -> None:
    """A judge that fails, votes that do not agree, content that is not there, a budget that is used up."""
    file = tmp_path / "judgements.jsonl"
    judging = Judging(Judgements(file), Talker("yes", "fails", "fails", "no", "no", "no"))
    assert verdict(judging.judged(AUDIT, [TRACE])) == "fail"
    assert judging.told[0].unknown == 1
    assert "did not answer" in judging.told[0].why_unknown
    assert len(file.read_text(encoding="utf-8").splitlines()) == 1  # what failed is asked again
    talker = Talker(*["yes"] * 99)
    poor = Judging(Judgements(None), talker)
    many = [chat(number, f"Dear {number}") for number in range(9)]
    found = poor.judged(AUDIT, [many])["polite"]
    assert (talker.asked, list(found.values()).count(None)) == (10, 6)
    assert poor.told[0].why_unknown == "the judge's budget is used up"
    assert Judging(Judgements(None), talker).judged(AUDIT, [[chat(0)]])["polite"] == {chat(0).span_id: None}


async def test_over_the_gateway(tmp_path: Path) -> None:
    """A judge asks a route of the gateway, bears a token, and is told what each vote has cost."""
    async with house(tmp_path) as it:
        asked: list[str] = []
        models = GatewayJudge(it.url, lambda agent: asked.append(agent) or KEY)  # type: ignore[func-returns-value]
        judging = Judging(Judgements(None), models)
        rich = AuditRow(AUDIT.name, judges=(msgspec.structs.replace(JUDGE, budget_nano_usd=10**12),))
        found = await asyncio.to_thread(judging.judged, rich, [TRACE])
        assert found["polite"][TRACE[0].span_id] is True
        assert asked == ["judge"]
        (told,) = judging.told
        assert (told.asked, told.agreement) == (6, 1.0)
        assert told.cost_nano_usd == sum(settle.cost_nano_usd for settle in it.settles())
        unknown = GatewayJudge(it.url, lambda _: "podium_wrong")
        with pytest.raises(PodiumError, match="401"):
            await asyncio.to_thread(unknown.ask, JUDGE, [])
        for one in (models, unknown):
            one.close()
    gone = GatewayJudge(it.url, lambda _: KEY)
    with pytest.raises(PodiumError, match="did not answer"):
        await asyncio.to_thread(gone.ask, JUDGE, [])
    gone.close()
