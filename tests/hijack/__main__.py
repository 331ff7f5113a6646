"""`python -m tests.hijack`: every attack on every task that reads it, and the table of what got through.

Through the tool gateway and the official MCP client; with `--decision` through the same verdicts in this
process, which takes a minute. The held-out third runs only when it is asked for.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.hijack.bare import attacks
from tests.hijack.decided import Decided, compiled, rules_of
from tests.hijack.drafted import compiled_drafts
from tests.hijack.matrix import HEAD, Place, Tally, chosen, count
from tests.hijack.model import World
from tests.hijack.worlds import (
    BLIND,
    CLASSIC,
    CLOAKED,
    COMMON,
    CURTAINED,
    DRAPED,
    EVERY,
    EVERYDAY,
    FAMILIAR,
    FRESH,
    HIDDEN,
    MASKED,
    OTHER,
    SCREENED,
    SEALED,
    SECOND,
    SHROUDED,
    THIRD,
    UNSEEN,
    USUAL,
    VEILED,
    WORLDS,
)

SETTINGS: dict[str, dict[str, bool]] = {
    "Podium": {},
    "without labels": {"labels": False},
    "without narrowing": {"narrowing": False},
    "with neither": {"labels": False, "narrowing": False},
}
Make = Callable[[World, dict[str, bool]], Place]


def parsed() -> argparse.Namespace:
    """Return what was asked for."""
    asked = argparse.ArgumentParser(prog="python -m tests.hijack", description=__doc__)
    asked.add_argument("--decision", action="store_true", help="decide in this process, without a gateway")
    asked.add_argument("--held-out", action="store_true", help="the held-out third, and nothing else")
    asked.add_argument("--unseen", action="store_true", help="four worlds that others have written, whole")
    asked.add_argument("--fresh", action="store_true", help="two more that others have written, whole")
    asked.add_argument("--sealed", action="store_true", help="two that nobody looks at before the end, whole")
    asked.add_argument("--blind", action="store_true", help="two of which no policy was run before, whole")
    hidden = "two written from the docs alone, measured once at first sight, whole"
    asked.add_argument("--hidden", action="store_true", help=hidden)
    veiled = "two more written from the docs alone, measured once at first sight, whole"
    asked.add_argument("--veiled", action="store_true", help=veiled)
    asked.add_argument("--masked", action="store_true", help=veiled)
    asked.add_argument("--cloaked", action="store_true", help=veiled)
    asked.add_argument("--screened", action="store_true", help=veiled)
    asked.add_argument("--shrouded", action="store_true", help=veiled)
    asked.add_argument("--curtained", action="store_true", help=veiled)
    asked.add_argument("--draped", action="store_true", help=veiled)
    everyday = "worlds of the commonest servers, policies by somebody who saw no task, whole"
    asked.add_argument("--everyday", action="store_true", help=everyday)
    familiar = "worlds of servers shaped like widely used public ones, policies likewise, whole"
    asked.add_argument("--familiar", action="store_true", help=familiar)
    classic = "the kinds of worlds that agents are mostly tried on, policies likewise, whole"
    asked.add_argument("--classic", action="store_true", help=classic)
    usual = "four more of these kinds by other authors, policies likewise, whole"
    asked.add_argument("--usual", action="store_true", help=usual)
    common = "four more of these kinds by yet others, policies likewise, whole"
    asked.add_argument("--common", action="store_true", help=common)
    second = "worlds of all these with tasks that others have written later, whole"
    asked.add_argument("--second", action="store_true", help=second)
    third = "the same of more worlds, what is wanted said in a roundabout way, whole"
    asked.add_argument("--third", action="store_true", help=third)
    other = "six worlds of these with the policies of another author, written after one reading"
    asked.add_argument("--other", action="store_true", help=other)
    drafted = "with the policies that `podium tool draft` writes, as they are; wants --decision"
    asked.add_argument("--drafted", action="store_true", help=drafted)
    decided = "so too, after a person has said that servers make their identifiers themselves"
    asked.add_argument("--drafted-own", action="store_true", help=decided)
    users = "tell Podium who the user is, and run only the worlds that say so; with --decision"
    asked.add_argument("--users", action="store_true", help=users)
    asked.add_argument("--names", action="store_true", help="name what is not as it should be")
    asked.add_argument("--only", default="", help="one world, by its name")
    asked.add_argument("--settings", type=int, default=len(SETTINGS), help="how many rows of the table")
    asked.add_argument("--benign", action="store_true", help="no attacks")
    asked.add_argument("--every", type=int, default=1, help="of the attacks only each n-th")
    return asked.parse_args()


@asynccontextmanager
async def making(*, decision: bool, other: bool = False, drafted: str = "") -> AsyncIterator[Make]:
    """Yield what puts a world behind Podium. ``other``: with the policies of another author.

    ``drafted``: with drafts, `as they are` or with the identifiers `own`.
    """
    with tempfile.TemporaryDirectory() as name:
        if decision or drafted:
            if drafted:
                snapshot = await compiled_drafts(Path(name), EVERY, own=drafted == "own")
            else:
                snapshot = compiled(Path(name), other=other)
            rules = rules_of(snapshot)
            yield lambda world, off: Decided(world, snapshot, rules, **off)
        else:
            from tests.hijack.through import Through, house  # noqa: PLC0415 - only it starts a gateway

            async with house(Path(name), EVERY, other=other) as place:
                yield lambda world, off: Through(world, place, **off)


async def main() -> None:
    """Run what was asked for, and print the table."""
    arguments, started = parsed(), time.perf_counter()
    tallies = [Tally(setting) for setting in list(SETTINGS)[: arguments.settings]]
    drafted = "own" if arguments.drafted_own else "as they are" if arguments.drafted else ""
    async with making(decision=arguments.decision, other=arguments.other, drafted=drafted) as make:
        groups = {
            "unseen": UNSEEN,
            "fresh": FRESH,
            "sealed": SEALED,
            "blind": BLIND,
            "hidden": HIDDEN,
            "veiled": VEILED,
            "masked": MASKED,
            "cloaked": CLOAKED,
            "screened": SCREENED,
            "shrouded": SHROUDED,
            "curtained": CURTAINED,
            "draped": DRAPED,
            "everyday": EVERYDAY,
            "familiar": FAMILIAR,
            "classic": CLASSIC,
            "usual": USUAL,
            "common": COMMON,
            "second": SECOND,
            "third": THIRD,
            "other": OTHER,
        }
        whole = next((name for name in groups if getattr(arguments, name)), None)
        for world in groups[whole] if whole else WORLDS:
            if arguments.only not in ("", world.name) or (arguments.users and world.user is None):
                continue
            parts = {False, True} if whole else {arguments.held_out}
            tried = await attacks(world) if not arguments.benign else []
            cases = [case for part in parts for case in chosen(tried, held_out=part)][:: arguments.every]
            tasks = [task for task in world.tasks if task.held_out in parts]
            for tally in tallies:
                off = SETTINGS[tally.setting] | ({"users": True} if arguments.users else {})
                await count(tally, make(world, off), tasks, cases)
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
