"""The replay as a whole run, as a command line asks for it, and its comparison with the provider's count."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from podium.adapters.simulator.compare import Agreement, LedgerRow, compare
from podium.adapters.simulator.count import read_records
from podium.adapters.simulator.replay import ReplayOptions, replay
from podium.adapters.simulator.tally import Caller, Tally
from podium.adapters.simulator.trace import cut_trace, read_trace
from podium.kernel.errors import InvalidRequest


def _until_signal(main: Callable[[asyncio.Event], Coroutine[Any, Any, Tally]]) -> Tally:
    """Run ``main`` on uvloop with an event that SIGINT and SIGTERM set.

    One that comes when ``main`` has ended already is for whoever handled signals before.
    """
    came: list[int] = []

    async def run() -> Tally:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def told(number: int) -> None:
            came.append(number)
            stop.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, told, number)
        return await main(stop)

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    try:
        tally = uvloop.run(run())
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
    if came and not tally.interrupted:
        signal.raise_signal(came[0])
    return tally


def replay_trace(
    *,
    trace: str,
    callers: Sequence[Caller],
    minutes: float | None = None,
    limit: int | None = None,
    watch: Callable[[Tally], None] = lambda _: None,
    **options: Any,
) -> Tally:
    """Carry a trace through a gateway until its end or a signal. ``options`` are those of `ReplayOptions`.

    Raises InvalidRequest.
    """
    arrivals = cut_trace(read_trace(trace), minutes=minutes, limit=limit)
    chosen = ReplayOptions(**options)
    return _until_signal(lambda stop: replay(arrivals, callers, chosen, stop=stop, watch=watch))


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    route: str
    department: str = ""
    weight: int = 1


_entries_decoder = msgspec.json.Decoder(dict[str, _Entry])


def read_callers(
    path: str, agents: Sequence[str] = (), routes: Mapping[str, str] | None = None
) -> list[Caller]:
    """Return the agents of a keys file: ``{"AGENT": {"key", "route", "department", "weight"}}`` as JSON.

    ``agents`` keeps only these, ``routes`` puts others in place of the file's. Raises InvalidRequest naming
    file and field, or line.
    """
    how = (
        'Write {"AGENT": {"key": "…", "route": "…", "department": "…"}}; podium agent key AGENT makes a key.'
    )
    try:
        entries = _entries_decoder.decode(Path(path).read_bytes())
    except (OSError, msgspec.MsgspecError) as error:
        raise InvalidRequest(f"{path}: no keys file: {error}.", fix=how, field="--keys-file") from error
    routes = routes or {}
    for name in (*agents, *routes):
        if name not in entries:
            raise InvalidRequest(
                f"{path}: there is no agent {name}.", fix=f"It has {', '.join(entries)}.", field="--agents"
            )
    return [
        Caller(name, entry.key, routes.get(name, entry.route), entry.department, entry.weight)
        for name, entry in entries.items()
        if not agents or name in agents
    ]


def callers_of(rows: Iterable[tuple[str, str, str, str, int]]) -> list[Caller]:
    """Return callers from (agent, key, route, department, weight)."""
    return [Caller(*row) for row in rows]


def agreement(count_file: str, rows: Iterable[LedgerRow], told: Mapping[str, int | None]) -> Agreement:
    """Compare the simulated provider's count file with the ledger's rows of it and what clients were told."""
    return compare(read_records(count_file), rows, told=told)
