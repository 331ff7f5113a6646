"""`podium replay`: recorded traffic through the gateway, with a live display and a table at its end."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import click
from rich.console import Console

from podium.cli.display import Display, Seen, closing_lines, dollars, final_table, wide
from podium.kernel.errors import StateError
from podium.views.replay import LedgerPart, ledger_since

_LEDGER_WAIT_S = 15.0
"""How long the ledger may take to catch up with the journals before the difference is told."""


class Replayed(Seen, Protocol):
    """What is read of a finished replay beyond what is shown."""

    @property
    def charges(self) -> Mapping[str, int | None]:
        """The cost in nano-USD that clients were told, by charge id."""
        ...


@click.command(name="replay")
@click.argument("trace", default="azure-code")
@click.option("--keys-file", required=True, help="JSON: agent -> key, route, department, weight.")
@click.option("--gateway", default="http://127.0.0.1:8710", show_default=True, help="The gateway's URL.")
@click.option(
    "--speed", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True, help="Times faster."
)
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Only the first recorded minutes.")
@click.option("--limit", type=click.IntRange(1), help="Only the first calls.")
@click.option("--agents", default="", help="Only these agents of the keys file, separated by commas.")
@click.option("--routes", default="", help="Other routes than the file's: agent=route, separated by commas.")
@click.option(
    "--max-in-flight", type=click.IntRange(1), default=256, show_default=True, help="Calls under way at once."
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same agents.")
@click.pass_context
def command(
    ctx: click.Context,
    trace: str,
    keys_file: str,
    gateway: str,
    speed: float,
    minutes: float | None,
    limit: int | None,
    agents: str,
    routes: str,
    max_in_flight: int,
    seed: int,
) -> int:
    """Carry recorded arrivals through the gateway as several agents.

    TRACE is a CSV file (TIMESTAMP,ContextTokens,GeneratedTokens), or azure-code, which comes with Podium:
    a part of the Azure LLM inference trace 2023 (CC-BY-4.0). Exit code 1 if a call failed.
    """
    runs = ctx.obj.simulator
    callers = runs.read_callers(keys_file, [a for a in agents.split(",") if a], _pairs(routes))
    since_ns = ctx.obj.clock.wall_ns()
    seen = run_shown(
        runs.replay_trace,
        trace=trace,
        callers=callers,
        minutes=minutes,
        limit=limit,
        gateway=gateway,
        speed=speed,
        max_in_flight=max_in_flight,
        seed=seed,
    )
    try:
        part = settled_ledger(ctx.obj, since_ns, seen)
    except StateError as error:
        print(f"the ledger is not compared: {error}")
        return 1 if seen.total.errors else 0
    wrong = print_ledger(seen, part)
    return 1 if wrong or seen.total.errors else 0


def _pairs(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for item in filter(None, text.split(",")):
        agent, equals, route = item.partition("=")
        if not (agent and equals and route):
            raise click.BadParameter(f"{item!r} is not agent=route.", param_hint="--routes")
        pairs[agent] = route
    return pairs


def run_shown(replay_trace: Callable[..., Replayed], **settings: Any) -> Replayed:
    """Replay with the display, then print the table and what it does not say."""
    console = Console()
    with Display(console) as display:
        seen = replay_trace(watch=display, **settings)
    wide(console).print(final_table(seen), crop=False)
    print()
    for line in closing_lines(seen):
        print(line)
    return seen


def settled_ledger(composition: Any, since_ns: int, seen: Replayed) -> LedgerPart:
    """Return the ledger since the replay began, once it holds every charge that clients were told of.

    The ledger follows the journals: it is waited for, and returned as it is when that takes too long.
    Raises StateError where there is no database.
    """
    until = time.monotonic() + _LEDGER_WAIT_S
    engine = composition.engine()
    while True:
        with engine.connect() as connection:
            part = ledger_since(connection, since_ns)
        missing = seen.charges.keys() - {row.charge_id for row in part.rows}
        if (not missing and not part.open_holds) or time.monotonic() > until:
            return part
        time.sleep(0.2)


def print_ledger(seen: Replayed, part: LedgerPart) -> int:
    """Print whether what clients were told is what the ledger has; return how many charges disagree."""
    charged = {row.charge_id: row.cost_nano_usd for row in part.rows}
    told = {charge: nano_usd for charge, nano_usd in seen.charges.items() if nano_usd is not None}
    wrong = [charge for charge, nano_usd in told.items() if charged.get(charge) != nano_usd]
    total = sum(charged[charge] for charge in told if charge in charged)
    print(
        f"clients were told {dollars(sum(told.values()))} for {len(told):,} calls, "
        f"the ledger has {dollars(total)} for them"
    )
    estimated = [row for row in part.rows if row.estimated]
    if estimated:
        amount = dollars(sum(row.cost_nano_usd for row in estimated))
        print(
            f"besides, {len(estimated):,} charges of {amount} are marked estimated: "
            "their calls did not end well"
        )
    for charge in wrong[:5]:
        print(f"  {charge}: told {told[charge]} nano-USD, the ledger has {charged.get(charge)}")
    return len(wrong)
