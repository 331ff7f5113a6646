"""Safety Pause on replays of recorded traffic: ``python -m bench.breakers [--data DIR] [--seed N]``.

Traces (Azure's code completions of 2023, Mooncake's conversations) are split over several agents, with calls
of one cost each and with calls that cost by their tokens. Into them come runaways: jumps to ten times the
baseline at random times (beside the agent's own calls come others, evenly spaced, that cost the mean of
them), the same at random (the others come as a Poisson process and cost what calls of the agent cost) and
in clumps (each of the agent's own calls ten times), and ramps that double every 5 minutes. Prints for each
pair of windows the delay from the jump, or from where the ramp is across (`crossing`), the money lost by then
in hours of the baseline (what was spent above it), and the false pauses per agent and day of the clean
replays. At random and in clumps a jump is one to ten times on the mean only: in brackets are those within
90 s of those whose spend was past four times the baseline by then. Then evenly spaced calls at 3.9 and 4.1
times the baseline, and what a second costs with 10,000 agents. The baseline is what was declared: each
agent's mean.

Without ``--data`` it replays the parts of the traces that come with Podium.
"""

import argparse
import csv
import json
import random
import tempfile
import time
from bisect import bisect
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate, product
from pathlib import Path
from typing import NamedTuple

from podium.adapters.records import open_records
from podium.keeper.ledger import CHARGE_COLUMNS
from podium.manifest.snapshot import AgentRow, BreakerRow, DepartmentRow, Snapshot, encode_snapshot
from podium.ports.link import PutSnapshot
from podium.spend.velocity import HOUR_S, Meter, Rule, Signal, decide_allowed, decide_signal
from tests.keeper.acting import House
from tests.keeper.samples import HandClock

ROOT = Path(__file__).parent.parent
AZURE = ROOT / "podium/adapters/simulator/data/azure-code.csv"
MOONCAKE = ROOT / "tests/data/mooncake-conversation.csv"
CALL_NANO_USD = 10_000_000
INPUT_NANO_USD, OUTPUT_NANO_USD = 3_000, 15_000
DOUBLING_S = 300
CROSSES_S = 600  # two doublings: four times the baseline
PAIRS = ((30, 120), (60, 120), (60, 180), (60, 300), (120, 360), (300, 900), (60, 60))
SPLITS = (1, 3, 5, 10, 20)
PAUSES = (Signal.DEVIATES, Signal.RAMP)


class Call(NamedTuple):
    """One call of a trace, in seconds from its beginning."""

    at_s: float
    input_tokens: int
    output_tokens: int


class Spend(NamedTuple):
    """What one call of an agent cost, and when."""

    at_s: float
    nano_usd: int


class Pause(NamedTuple):
    """Where a replay was paused."""

    at_s: int
    signal: Signal
    spent_nano_usd: int


def read_azure(path: Path) -> list[Call]:
    with path.open(encoding="utf-8") as lines:
        rows = [
            (datetime.fromisoformat(row[0][:26]), int(row[1]), int(row[2]))
            for row in list(csv.reader(lines))[1:]
        ]
    return [Call((at - rows[0][0]).total_seconds(), got, made) for at, got, made in rows]


def read_mooncake(path: Path) -> list[Call]:
    """Read the published lines of JSON, or the part of it that is a CSV of the same columns."""
    with path.open(encoding="utf-8") as lines:
        if path.suffix == ".csv":
            return [
                Call(int(at) / 1000, int(got), int(made)) for at, got, made in list(csv.reader(lines))[1:]
            ]
        rows = [json.loads(line) for line in lines]
    return [Call(row["timestamp"] / 1000, row["input_length"], row["output_length"]) for row in rows]


def split(trace: Sequence[Call], agents: int, by_tokens: bool, dice: random.Random) -> list[list[Spend]]:
    """Deal the calls out at random."""
    dealt: list[list[Spend]] = [[] for _ in range(agents)]
    for call in trace:
        cost = call.input_tokens * INPUT_NANO_USD + call.output_tokens * OUTPUT_NANO_USD
        dealt[dice.randrange(agents)].append(Spend(call.at_s, cost if by_tokens else CALL_NANO_USD))
    return dealt


def per_hour(spends: Sequence[Spend], length_s: float) -> int:
    return round(sum(spend.nano_usd for spend in spends) * HOUR_S / length_s)


def evenly(gap_s: float, until_s: float, from_s: float = 0.0, nano_usd: int = CALL_NANO_USD) -> list[Spend]:
    return [Spend(from_s + n * gap_s, nano_usd) for n in range(int((until_s - from_s) / gap_s))]


def jump(spends: Sequence[Spend], at_s: float, length_s: float) -> list[Spend]:
    """Add nine times the agent's mean rate in evenly spaced calls: a loop repeats the same call."""
    cost = sum(spend.nano_usd for spend in spends) // len(spends)
    return sorted([*spends, *evenly(length_s / len(spends) / 9, at_s + 400, at_s, cost)])


def drawn(spends: Sequence[Spend], at_s: float, length_s: float, dice: random.Random) -> list[Spend]:
    """Add nine times the agent's mean rate in calls at random, each a copy of one of its own."""
    now, extra = at_s, list[Spend]()
    while now < at_s + 400:
        now += dice.expovariate(9 * len(spends) / length_s)
        extra.append(Spend(now, dice.choice(spends).nano_usd))
    return sorted([*spends, *extra])


def clump(spends: Sequence[Spend], at_s: float) -> list[Spend]:
    """Make each of the agent's own calls from there on ten."""
    return [same for spend in spends for same in [spend] * (10 if spend.at_s >= at_s else 1)]


def ramp(spends: Sequence[Spend], at_s: float, length_s: float, dice: random.Random) -> list[Spend]:
    """Add calls so that the rate doubles every 5 minutes from the agent's mean, which it has at ``at_s``."""
    mean, cost = len(spends) / length_s, sum(spend.nano_usd for spend in spends) // len(spends)
    due, extra = dice.random(), []
    for tenth in range((CROSSES_S + 400) * 10):
        due += (2 ** (tenth / 10 / DOUBLING_S) - 1) * mean / 10
        while due >= 1:
            due -= 1
            extra.append(Spend(at_s + tenth / 10, cost))
    return sorted([*spends, *extra])


def crossing(ramped: Sequence[Spend], at_s: float, baseline: int) -> float:
    """Return when a ramp is across.

    With the agent's mean it is past four times the baseline then, and so is what is spent in the 120 s
    around, for good: while the agent itself is quiet, the two together are not yet.
    """
    times = [spend.at_s for spend in ramped]
    totals = [0, *accumulate(spend.nano_usd for spend in ramped)]
    for second in range(CROSSES_S + 340, CROSSES_S - 1, -1):
        now = at_s + second
        spent = totals[bisect(times, now + 60)] - totals[bisect(times, now - 60)]
        if spent * HOUR_S < 4 * baseline * 120:
            return now + 1
    return at_s + CROSSES_S


def past(spends: Iterable[Spend], at_s: float, baseline: int, rule: Rule) -> bool:
    """Return whether the long window that ends 90 s after a jump holds more than four times the baseline."""
    until_s = at_s + 90
    spent = sum(spend.nano_usd for spend in spends if until_s - rule.long_s < spend.at_s <= until_s)
    return spent * HOUR_S > 4 * baseline * rule.long_s


def replay(
    rule: Rule, spends: Iterable[Spend], baseline: int, length_s: float, judge_from_s: float = 0.0
) -> list[Pause]:
    """Return where one agent's spend is paused; after each pause its windows begin anew."""
    allowed, meter, pauses = decide_allowed(rule, baseline), Meter(rule, -1), []
    to_come = iter(spends)
    spend, spent = next(to_come, None), 0
    for second in range(int(length_s) + 1):
        meter.advance(second)
        while spend is not None and spend.at_s < second + 1:
            meter.add(second, spend.nano_usd)
            spent += spend.nano_usd if spend.at_s >= judge_from_s else 0
            spend = next(to_come, None)
        signal = decide_signal(meter, rule, allowed)
        if signal in PAUSES and second >= judge_from_s:
            pauses.append(Pause(second + 1, signal, spent))
            meter.forget()
    return pauses


class Tally:
    """Delays and losses of one kind of runaway."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.lost_h: list[float] = []
        self.missed = 0
        self.past, self.past_in_time = 0, 0

    def take(
        self, pauses: Sequence[Pause], from_s: float, crossed_s: float, baseline: int, *, is_past: bool = True
    ) -> None:
        """Count a runaway that began at ``from_s``. ``is_past``: it was past what is allowed by 90 s."""
        self.past += is_past
        self.past_in_time += is_past and bool(pauses) and pauses[0].at_s - crossed_s <= 90
        if not pauses:
            self.missed += 1
            return
        first = pauses[0]
        self.delays.append(first.at_s - crossed_s)
        self.lost_h.append(first.spent_nano_usd / baseline - (first.at_s - from_s) / HOUR_S)

    def within(self, seconds: float) -> float:
        """Return the share that was paused within so long."""
        return sum(delay <= seconds for delay in self.delays) / max(1, len(self.delays) + self.missed)

    def text(self, *, random: bool = False) -> str:
        """Return three columns of the table. ``random``: with the share of those whose spend was past."""
        if not self.delays:
            return f"none of {self.missed} | | "
        ordered, lost = sorted(self.delays), max(self.lost_h)
        middle, tail = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
        share = f"{self.within(90):.1%}" + (f" ({self.past_in_time}/{self.past})" if random else "")
        return f"{middle:.0f} / {tail:.0f} / {ordered[-1]:.0f} | {share} | {lost:.2f}"


class Row:
    """What one pair of windows did."""

    def __init__(self) -> None:
        self.jumps, self.drawn, self.clumps, self.ramps = Tally(), Tally(), Tally(), Tally()
        self.false, self.agent_days = 0, 0.0


def judge(rule: Rule, spends: list[Spend], length_s: float, dice: random.Random, row: Row) -> None:
    """Replay one agent clean, and with each runaway at a time of its own."""
    baseline = per_hour(spends, length_s)
    row.false += len(replay(rule, spends, baseline, length_s))
    row.agent_days += length_s / 86400
    at = dice.uniform(300, length_s - 500)
    jumped = ((row.jumps, jump(spends, at, length_s)), (row.clumps, clump(spends, at)))
    for tally, run in (*jumped, (row.drawn, drawn(spends, at, length_s, dice))):
        pauses, is_past = replay(rule, run, baseline, at + 400, at), past(run, at, baseline, rule)
        tally.take(pauses, at, at, baseline, is_past=is_past)
    at = dice.uniform(0, length_s - CROSSES_S - 400)
    run = ramp(spends, at, length_s, dice)
    pauses = replay(rule, run, baseline, at + CROSSES_S + 400, at)
    row.ramps.take(pauses, at, crossing(run, at, baseline), baseline)


def steady(rule: Rule, gap_s: float, times: float) -> int | None:
    """Return after how long evenly spaced calls at a multiple of the baseline's are paused; None: never."""
    change_s = 1200.3
    spends = evenly(gap_s, change_s) + evenly(gap_s / times, 2 * change_s, change_s)
    baseline = round(CALL_NANO_USD * HOUR_S / gap_s)
    pauses = replay(rule, spends, baseline, 2 * change_s)
    return pauses[0].at_s - int(change_s) if pauses else None


def second_cost(agents: int, seconds: int) -> tuple[float, float]:
    """Return the processor time of one second's evaluation in ms: all agents calm, and all near the edge."""
    rule, out = Rule(), []
    for baseline in (100 * CALL_NANO_USD * HOUR_S, CALL_NANO_USD * HOUR_S // 4):
        allowed = decide_allowed(rule, baseline)
        meters = [Meter(rule, 0) for _ in range(agents)]
        for meter in meters:
            for second in range(1, 200):
                meter.add(second, CALL_NANO_USD)
        took = 0.0
        for second in range(200, 200 + seconds):
            for meter in meters:
                meter.add(second, CALL_NANO_USD)
            began = time.process_time()
            for meter in meters:
                meter.advance(second)
                decide_signal(meter, rule, allowed)
            took += time.process_time() - began
        out.append(took * 1000 / seconds)
    return out[0], out[1]


def loop_cost(agents: int, seconds: int) -> tuple[float, float]:
    """Return the processor time of one second of the keeper's loop in ms: evaluated, and rows taken in.

    Every agent spends a call a second near its warning, over a real database in a temporary folder.
    """
    clock = HandClock()
    with tempfile.TemporaryDirectory() as name:
        engine = open_records(Path(name))
        house = House(engine, clock, Path(name))
        settings = BreakerRow(expected_nano_usd_per_hour=CALL_NANO_USD * HOUR_S * 2 // 5)
        names = [f"agent-{number}" for number in range(agents)]
        rows = {"acme": DepartmentRow("acme", None, "acme")}
        found = {it: AgentRow(it, "acme", "acme", frozenset(), breaker=settings) for it in names}
        snapshot = Snapshot(0, "bench", "acme", {}, {}, {}, rows, found)
        house.authority.put_snapshot(PutSnapshot("bench", encode_snapshot(snapshot)))
        breakers = house.acts.breakers
        breakers.open()
        of = dict.fromkeys(CHARGE_COLUMNS)
        of |= {"department": "acme", "cost_nano_usd": CALL_NANO_USD, "task_id": "task_x", "outcome": "ok"}
        batch = [tuple((of | {"agent": it}).values()) for it in names]
        evaluated, taken = 0.0, 0.0
        for second in range(200 + seconds):
            clock.now_ns += 1_000_000_000
            began = time.process_time()
            breakers.counted(batch)
            between = time.process_time()
            breakers.evaluate()
            if second >= 200:
                taken += between - began
                evaluated += time.process_time() - between
        engine.dispose()
    return evaluated * 1000 / seconds, taken * 1000 / seconds


def traces(data: Path | None) -> dict[str, list[Call]]:
    if data is None:
        return {"azure": read_azure(AZURE), "mooncake": read_mooncake(MOONCAKE)}
    return {
        "azure": read_azure(data / "azure_llm_2023_code/AzureLLMInferenceTrace_code.csv"),
        "mooncake": read_mooncake(data / "mooncake_conversation/conversation_trace.jsonl"),
    }


def unseen(found: dict[str, list[Call]], seed: int) -> dict[str, list[Call]]:
    """Return traffic that no constant was chosen on.

    Each half of a trace; each trace backwards, in blocks of two minutes drawn with replacement, and each half
    slowed to an hour, which makes its bursts twice as long; and three kinds that are made up.
    """
    made: dict[str, list[Call]] = {}
    for name, trace in found.items():
        end = trace[-1].at_s
        half = bisect([call.at_s for call in trace], end / 2)
        halves = trace[:half], [call._replace(at_s=call.at_s - end / 2) for call in trace[half:]]
        for which, part in zip(("first", "second"), halves, strict=True):
            made[f"{name}, {which} half"] = part
            made[f"{name}, {which} half slowed"] = [call._replace(at_s=call.at_s * 2) for call in part]
        made[f"{name} backwards"] = [call._replace(at_s=end - call.at_s) for call in reversed(trace)]
        made[f"{name} in blocks"] = in_blocks(trace, random.Random(f"{seed} {name}"))
    dice = random.Random(f"{seed} bursts")
    for name, times in (("bursts", jumping(dice)), ("replies", replying(dice)), ("shifts", shifts(dice))):
        made[f"made-up {name}"] = [
            Call(at, int(dice.lognormvariate(6, 1)), int(dice.lognormvariate(4, 1))) for at in times
        ]
    return made


def in_blocks(trace: Sequence[Call], dice: random.Random) -> list[Call]:
    """Return blocks of two minutes of a trace, drawn with replacement."""
    times, end, blocks = [call.at_s for call in trace], trace[-1].at_s, list[Call]()
    for number in range(int(end // 120)):
        start = dice.uniform(0, end - 120)
        part = trace[bisect(times, start) : bisect(times, start + 120)]
        blocks += [call._replace(at_s=call.at_s - start + number * 120) for call in part]
    return blocks


def jumping(dice: random.Random) -> list[float]:
    """Return an hour of Poisson arrivals whose rate jumps every 20 to 90 s, log-normally."""
    now, until, rate, times = 0.0, 0.0, 1.0, list[float]()
    while now < HOUR_S:
        if now >= until:
            until, rate = now + dice.uniform(20, 90), dice.lognormvariate(0, 0.5) * 3
        now += dice.expovariate(rate)
        times.append(min(now, HOUR_S))
    return times


def replying(dice: random.Random) -> list[float]:
    """Return an hour of arrivals of which each brings 0.7 others 20 s later, on the mean (Hawkes)."""
    due, times = [dice.uniform(0, HOUR_S) for _ in range(3600)], list[float]()
    while due:
        at = due.pop()
        times.append(at)
        due += [
            later
            for _ in range(3)
            if dice.random() < 0.7 / 3 and (later := at + dice.expovariate(1 / 20)) < HOUR_S
        ]
    return sorted(times)


def shifts(dice: random.Random) -> list[float]:
    """Return an hour of 40 callers that work and rest in turns of 10 s and more (Pareto, exponent 1.5)."""
    times: list[float] = []
    for _ in range(40):
        now, works = 0.0, dice.random() < 0.5
        while now < HOUR_S:
            until = now + 10 * dice.paretovariate(1.5)
            while works and now < until:
                now += dice.expovariate(0.2)
                times += [now] if now < min(until, HOUR_S) else []
            now, works = until, not works
    return sorted(times)


def table(
    found: dict[str, list[Call]],
    pairs: Iterable[tuple[int, int]],
    seeds: Iterable[int],
    splits: Sequence[int] = SPLITS,
) -> None:
    header = "".join(
        f"| {kind}: median / p95 / worst s | within 90 s | lost h, worst "
        for kind in ("jump", "at random", "clumps", "ramp after crossing")
    )
    print(f"| windows {header}| false pauses per agent and day |\n|" + "---|" * 14)
    for short_s, long_s in pairs:
        rule, row = Rule(short_s, long_s), Row()
        for trace in found.values():
            for agents, by_tokens, seed in product(splits, (False, True), seeds):
                dice = random.Random(f"{seed} {agents} {by_tokens}")
                for spends in split(trace, agents, by_tokens, dice)[:6]:
                    judge(rule, spends, trace[-1].at_s, dice, row)
        false = f"{row.false / row.agent_days:.2f} ({row.false} in {row.agent_days:.1f} days)"
        kinds = " | ".join(
            kind.text(random=kind in {row.drawn, row.clumps})
            for kind in (row.jumps, row.drawn, row.clumps, row.ramps)
        )
        print(f"| {short_s} / {long_s} | {kinds} | {false} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, help="folder with both whole traces")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=2, help="so many seeds from that on")
    parser.add_argument("--splits", type=int, nargs="+", default=SPLITS, help="agents that share a trace")
    parser.add_argument("--quick", action="store_true", help="the default pair alone, one round")
    parser.add_argument("--unseen", action="store_true", help="the default pair, on made-up traffic")
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + (1 if asked.quick else asked.rounds))
    if asked.unseen:
        made = [unseen(traces(asked.data), seed) for seed in seeds]
        for name in made[0]:
            print(f"\n{name}: {len(made[0][name]):,} calls")
            several = {str(number): it[name] for number, it in enumerate(made)}
            table(several, PAIRS[2:3], (asked.seed,), asked.splits)
        return
    table(traces(asked.data), PAIRS[2:3] if asked.quick else PAIRS, seeds, asked.splits)
    print()
    for gap_s in (0.7, 2.0, 3.3, 10.0, 31.7, 60.0):
        low, high = (
            steady(Rule(floor_nano_usd_per_hour=0), gap_s, 3.9),
            steady(Rule(floor_nano_usd_per_hour=0), gap_s, 4.1),
        )
        print(f"a call every {gap_s} s: 3.9 times: {low or 'no pause'}; 4.1 times: paused after {high} s")
    calm, edge = second_cost(10_000, 3 if asked.quick else 10)
    print(f"10,000 agents, one second: {calm:.1f} ms calm, {edge:.1f} ms all at the edge")
    if not asked.quick:
        evaluated, taken = loop_cost(10_000, 10)
        print(f"in the keeper: {evaluated:.1f} ms a second, and {taken:.1f} ms for 10,000 rows")


if __name__ == "__main__":
    main()
