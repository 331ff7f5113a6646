"""The ledger against the simulated provider's own count, over kill -9 of worker or keeper under load.

python bench/kill9.py [--kills 20] [--clients 24] [--seed 1] [--keep DIR]

Clients call without pause, plain and streamed by turns, a tenth of them steered to be cut or refused; now
and then the worker or the keeper gets SIGKILL. At the end every call that arrived at the provider must have
exactly one row, every settled row the cost of the tokens that the provider counted, and what clients were
told must be what the ledger has. Exit code 1 if not.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import msgspec
import rig
import uvloop
from sqlalchemy import func, select

from podium.adapters.records import open_for_reading
from podium.adapters.simulator.compare import LedgerRow, compare
from podium.adapters.simulator.count import SimRecord, read_records
from podium.adapters.simulator.replay import cost_of, last_events
from podium.kernel.errors import PodiumError
from podium.net.upstream import Deadlines, Origin, Pool, UpstreamReply
from podium.ports.database import charges, holds
from podium.views.replay import ChargeRow

INPUT_NANO_USD = 2_500
OUTPUT_NANO_USD = 10_000
"""rig.MANIFESTS: 2.5 and 10 USD per million tokens."""
DEADLINES = Deadlines(connect_s=5, first_byte_s=30, idle_s=30, total_s=60)


def priced(_: LedgerRow, record: SimRecord) -> int:
    """Return what the tokens that the provider counted cost: whole nano-USD, so nothing is rounded."""
    return record.prompt_tokens * INPUT_NANO_USD + record.completion_tokens * OUTPUT_NANO_USD


class Clients:
    """Calls without pause until told to stop, and remembers what it was told."""

    def __init__(self, it: rig.Podium, seed: int) -> None:
        self._origin = Origin("http", "127.0.0.1", it.port, network="private")
        self._headers = [
            (b"authorization", f"Bearer {it.key}".encode()),
            (b"content-type", b"application/json"),
        ]
        self._chance = random.Random(seed)
        self._pool = Pool()
        self.stop = False
        self.told: dict[str, int | None] = {}
        self.ends: Counter[str] = Counter()

    def _body(self, stream: bool) -> bytes:
        chance = self._chance
        steer: dict[str, object] = {"output_tokens": chance.randrange(1, 40)}
        draw = chance.random()
        if draw < 0.05:
            steer["cut_after_events"] = chance.randrange(8)
        elif draw < 0.1:
            steer["status"] = chance.choice([400, 429, 500, 502])
        body: dict[str, object] = {
            "model": "large",
            "messages": [{"role": "user", "content": "note " * chance.randrange(1, 60)}],
            "max_completion_tokens": 64,
            "podium_sim": steer,
        }
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return json.dumps(body).encode()

    async def run(self, clients: int) -> None:
        """Run so many clients until `stop`."""
        await asyncio.gather(*[self._client(number) for number in range(clients)])
        await self._pool.close()

    async def _client(self, number: int) -> None:
        turn = number
        while not self.stop:
            turn += 1
            try:
                end = await self._call(stream=turn % 2 == 0)
            except PodiumError as error:
                end = error.error_code
                await asyncio.sleep(0.05)
            self.ends[end] += 1

    async def _call(self, *, stream: bool) -> str:
        reply = await self._pool.send(
            self._origin,
            method="POST",
            target="/v1/chat/completions",
            headers=self._headers,
            body=self._body(stream),
            deadlines=DEADLINES,
        )
        charge = (reply.header(b"x-podium-charge") or b"").decode()
        if reply.status != 200:
            await reply.read(1 << 20)
            if reply.status == 503:
                await asyncio.sleep(0.05)
            return f"status {reply.status}"
        if stream:
            return await self._read_stream(reply, charge)
        await reply.read(1 << 20)
        self.told[charge] = int(reply.header(b"x-podium-cost-nano-usd") or -1)
        return "plain"

    async def _read_stream(self, reply: UpstreamReply, charge: str) -> str:
        data = b""
        while chunk := await reply.next_chunk():
            data += chunk
        usage = next((d.usage for d in reversed(last_events(data)) if d.usage is not None), None)
        if usage is None:
            return "stream without usage"
        self.told[charge] = cost_of(usage)
        return "streamed"


def rows_of(it: rig.Podium) -> tuple[list[ChargeRow], int]:
    """Return the ledger's rows and how many holds are open, read from the database itself."""
    engine = open_for_reading(it.state)
    with engine.connect() as connection:
        rows = [
            ChargeRow(*row)
            for row in connection.execute(select(*(charges.c[name] for name in ChargeRow.__struct_fields__)))
        ]
        open_holds = connection.execute(select(func.count()).select_from(holds)).scalar_one()
    engine.dispose()
    return rows, open_holds


async def kill(it: rig.Podium, clients: Clients, kills: int, seed: int) -> Counter[str]:
    """Kill worker or keeper so often, each time when there have been answers since the last."""
    chance = random.Random(seed)
    killed: Counter[str] = Counter()
    for number in range(kills):
        before = clients.ends["plain"] + clients.ends["streamed"]
        deadline = time.monotonic() + 30
        while clients.ends["plain"] + clients.ends["streamed"] < before + 50:
            if time.monotonic() > deadline:
                raise SystemExit(f"no answers in 30 s after {killed}:\n{it.log.read_text(encoding='utf-8')}")
            await asyncio.sleep(0.02)
        await asyncio.sleep(chance.uniform(0.2, 1.0))
        victim = "keeper" if number % 3 == 2 else "gateway"
        while (pid := it.pids().get(victim)) is None:  # noqa: ASYNC110 - a process has no event to wait for
            await asyncio.sleep(0.02)
        os.kill(pid, signal.SIGKILL)
        killed[victim] += 1
        print(f"kill -9 of the {victim} (process {pid}); so far {dict(clients.ends)}", flush=True)
    await asyncio.sleep(1.5)
    return killed


async def trial(it: rig.Podium, kills: int, number: int, seed: int) -> tuple[Clients, Counter[str]]:
    """Load and kill; return what clients saw and what was killed."""
    clients = Clients(it, seed)
    calling = asyncio.create_task(clients.run(number))
    killing = asyncio.create_task(kill(it, clients, kills, seed))
    await asyncio.wait({calling, killing}, return_when=asyncio.FIRST_COMPLETED)
    clients.stop = True
    await calling
    return clients, await killing


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--clients", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="Leave state and count in this folder.")
    arguments = parser.parse_args()
    print(rig.machine())
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-kill9-")))
        port, count = rig.free_port(), folder / "count.jsonl"
        simulator = [*rig.PODIUM, "simulate", "provider", "--port", str(port), "--count", str(count)]
        stack.enter_context(
            rig.process(*simulator, "--ttft-ms", "20", "--itl-ms", "4", log=folder / "simulator.log")
        )
        rig.until(lambda: rig.answers(f"http://127.0.0.1:{port}/v1/models"), "the simulated provider")
        it = stack.enter_context(rig.podium(port))
        clients, killed = uvloop.run(trial(it, arguments.kills, arguments.clients, arguments.seed))

        def settled() -> bool:
            rows, holds = rows_of(it)
            present = {row.charge_id for row in rows}
            return not holds and all(record.request_id in present for record in read_records(str(count)))

        with contextlib.suppress(SystemExit):  # what is missing then is found below, by name
            rig.until(settled, "the ledger", seconds=60, pause_s=0.5)
        code = it.stop()
        rows, holds = rows_of(it)
        records = read_records(str(count))
        if arguments.keep:
            shutil.copytree(folder, arguments.keep / "provider", dirs_exist_ok=True)
            shutil.copytree(it.folder, arguments.keep / "podium", dirs_exist_ok=True)
            told = msgspec.json.encode(clients.told)
            (arguments.keep / "told.json").write_bytes(told)
    report(clients, killed, records, rows, holds)
    agreement = compare(records, rows, price=priced, told=clients.told)
    print(agreement.summary())
    print(
        f"settled {agreement.settled_nano_usd:,} nano-USD, "
        f"estimated {agreement.estimated_nano_usd:,} nano-USD; "
        f"{agreement.never_arrived} rows whose call never arrived"
    )
    if not agreement.exact or holds or code:
        print(f"not exact: {holds} holds open, podium up ended with {code}")
        sys.exit(1)


def report(
    clients: Clients, killed: Counter[str], records: list[SimRecord], rows: list[ChargeRow], holds: int
) -> None:
    """Print what happened."""
    print(f"killed: {dict(killed)}; clients saw {dict(sorted(clients.ends.items()))}")
    completed = sum(record.completed and record.status == 200 for record in records)
    doubled = sum(1 for n in Counter(row.charge_id for row in rows).values() if n > 1)
    print(
        f"the provider counted {len(records):,} calls, {completed:,} of them answered whole; the ledger has "
        f"{len(rows):,} rows, {doubled} charges twice, {holds} holds open; "
        f"{len(clients.told):,} answers carried their cost"
    )


if __name__ == "__main__":
    main()
