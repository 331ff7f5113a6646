"""`python -m tests.hijack`: prints the table; `--names` also what is not as it should be."""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.hijack.bare import attacks
from tests.hijack.decided import Decided, compiled
from tests.hijack.human import Habit
from tests.hijack.matrix import HEAD, Tally, chosen, count
from tests.hijack.worlds import WORLDS

SETTINGS = {
    "Podium": {},
    "without labels": {"labels": False},
    "without narrowing": {"narrowing": False},
    "with neither": {"labels": False, "narrowing": False},
}


async def main() -> None:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.hijack")
    asked.add_argument("--held-out", action="store_true", help="the held-out third, and nothing else")
    asked.add_argument("--names", action="store_true", help="name what is not as it should be")
    asked.add_argument("--only", default="", help="one world")
    asked.add_argument("--settings", type=int, default=len(SETTINGS), help="how many settings")
    asked.add_argument("--benign", action="store_true", help="no attacks")
    arguments = asked.parse_args()
    started = time.perf_counter()
    tallies = [Tally(setting) for setting in list(SETTINGS)[: arguments.settings]]
    with tempfile.TemporaryDirectory() as folder:
        snapshot = compiled(Path(folder))
        for world in WORLDS:
            if arguments.only not in ("", world.name):
                continue
            tried = await attacks(world) if not arguments.benign else []
            cases = chosen(tried, lambda held: held == arguments.held_out)
            tasks = [task for task in world.tasks if task.held_out == arguments.held_out]
            for tally in tallies:
                place = Decided(world, snapshot, **SETTINGS[tally.setting])
                habits: tuple[Habit, ...] = ("rightly", "yes")
                await count(tally, place, tasks, cases, habits)
    print(HEAD)
    for tally in tallies:
        print(tally.line())
    if arguments.names:
        _name(tallies[0])
    print(f"\n{time.perf_counter() - started:.0f} s")


def _name(tally: Tally) -> None:
    for title, lines in (
        ("Tasks that need a person", tally.alone),
        ("Tasks that fail with right answers", tally.helped),
        ("Goals reached, right answers", tally.reached["rightly"]),
        ("Irreversible acts, right answers", tally.unwanted["rightly"]),
        ("Goals reached, always yes", tally.reached["yes"]),
    ):
        print(f"\n{title}:", *(f"\n- {line}" for line in lines), sep="")
    ways = Counter(" | ".join(line.split(" | ")[1:3]) for line in tally.reached["yes"])
    rules = Counter(line.rsplit(": asked ", 1)[1] for line in tally.reached["yes"])
    for title, counter in (("The ways of these", ways), ("What was asked", rules)):
        print(f"\n{title}:", *(f"\n- {number} x {line}" for line, number in counter.most_common()), sep="")


if __name__ == "__main__":
    asyncio.run(main())
