"""How many spans a second audits judge, on one core: rules of state, and rules that follow data.

Prints spans per second of CPU for 20 finite-state rules and for data-flow rules over made-up traces of
several lengths: a linear judge has the same for each.
"""

import argparse
import json
import random
import time
from collections.abc import Sequence

from podium.evidence import semconv
from podium.evidence.audits.rules import Audit, Rule, vocabulary_of
from podium.kernel.spans import Span

STATE_RULES = (
    "plan before act",
    "act followed by check within 5 steps",
    "look before act",
    "at most 9000 act",
    "at most 9000 error",
    "never error",
    "never (irreversible and denied)",
    "eventually answer",
    "never (denied and next denied)",
    "steps at most 1000000",
    "cost at most 1000 USD",
    "tokens at most 1000000000",
    "time at most 1000 h",
    "never (asked and error)",
    "check followed by model_call within 50 steps",
    "never tool nothing",
    "tool t8 before tool nothing",
    "look unless tool nothing",
    "eventually tool nothing",
    "never agent nobody",
)
FLOW_RULES = (
    "the argument to of act came from the result of look or the request",
    "every claim of kind identifier has a source",
)
LET = {
    "plan": {"tool": "t0"},
    "act": {"tool": ["t1", "t2"]},
    "look": {"tool": ["t3", "t4", "t5"]},
    "check": {"tool": "t6"},
    "answer": {"operation": "chat", "finish": "stop"},
}
TEXT_WORDS = 60
"""Words of a tool's result, of a made-up vocabulary of 5,000."""


def trace(steps: int, seed: int) -> list[Span]:
    """Return a made-up trace: of three steps two are calls of tools, with content."""
    chance = random.Random(seed)
    vocabulary = ["".join(chr(97 + int(digit)) for digit in f"{number:04d}") for number in range(5_000)]
    found = []
    for number in range(steps):
        said = " ".join(chance.choices(vocabulary, k=TEXT_WORDS))
        if number % 3:
            attributes: dict[str, object] = {
                semconv.OPERATION: "execute_tool",
                semconv.TOOL: f"t{chance.randrange(10)}",
                semconv.TOOL_ARGUMENTS: json.dumps({"to": chance.choice(vocabulary), "n": number}),
                semconv.TOOL_RESULT: json.dumps({"text": said, "id": f"A-{number}"}),
            }
        else:
            parts = [{"type": "text", "content": f"{said} A-{max(number - 1, 1)}"}]
            attributes = {
                semconv.OPERATION: "chat",
                semconv.INPUT_TOKENS: 900,
                semconv.OUTPUT_TOKENS: 90,
                semconv.COST_NANO_USD: 1_000,
                semconv.OUTPUT_MESSAGES: json.dumps([{"role": "assistant", "parts": parts}]),
            }
        start = number * 1_000_000
        ids = ("0" * 32, f"{number:016x}", None, "step", "INTERNAL")
        found.append(Span(*ids, start, start + 9, "UNSET", None, attributes))
    return found


def spans_per_second(rules: Sequence[str], steps: Sequence[Span], rounds: int) -> tuple[float, float]:
    """Return the best of some rounds: spans per second of CPU, and the milliseconds of its verdicts."""
    audit = Audit("bench", [Rule(str(number), says) for number, says in enumerate(rules)], vocabulary_of(LET))
    best, verdicts = 0.0, 0.0
    for _ in range(rounds):
        began = time.process_time()
        run = audit.run()
        for step in steps:
            run.step(step)
        spent = time.process_time() - began
        run.standing()
        if len(steps) / spent > best:
            best, verdicts = len(steps) / spent, (time.process_time() - began - spent) * 1000
    return best, verdicts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{'rules':24} {'spans':>7} {'spans/s of CPU':>15} {'verdicts ms':>12}")
    for name, rules in (("20 of state", STATE_RULES), ("2 of data flow", FLOW_RULES)):
        for count in (1_000, 5_000, 20_000):
            rate, verdicts = spans_per_second(rules, trace(count, 7), arguments.rounds)
            print(f"{name:24} {count:7,} {rate:15,.0f} {verdicts:12.1f}")


if __name__ == "__main__":
    main()
