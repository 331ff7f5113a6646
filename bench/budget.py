"""A budget against many times what it pays for: nothing passes it, and nothing of it is stranded.

python bench/budget.py [--usd 1.00] [--clients 1000] [--workers 4] [--calm] [--seconds 40]

A thousand clients offer about ten times what the budget pays for, over four workers. Unless ``--calm``, a
worker is killed every second, one is stopped for 10 s and continued, and half as many clients again abort
before, during and after the stream. At the end: charged is at most the budget, and less than one worst-case
call below it, and every hold is settled within 60 s of the last call.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from podium.adapters.records import open_for_reading
from podium.views.budgets import budget
from tests.app import running as running_module
from tests.app.running import Running, running, simulator

LIMIT = "department/support/usd/quarter"
MOST_TOKENS = 200
WORST_NANO_USD = MOST_TOKENS * 10_000 + 400 * 2_500
"""The output and the certain bound of the input of one call of this bench."""


async def go_away(port: int, key: str, body: object, patience_s: float) -> str:
    """Call on a connection of its own, and abort it so long after the call was sent; return what came."""
    text = json.dumps(body).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n"
    head += f"content-type: application/json\r\nconnection: close\r\ncontent-length: {len(text)}\r\n\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + text)
            async with asyncio.timeout(patience_s):
                answer = await reader.read(-1)
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)
    except TimeoutError:
        return "aborted"
    except OSError:
        return "cut"
    head_of_answer, _, said = answer.partition(b"\r\n\r\n")
    if head_of_answer.startswith(b"HTTP/1.1 200 "):
        return "ok"
    try:
        return str(json.loads(said)["error"]["code"])
    except ValueError:
        return "cut"


async def clients(
    it: Running, key: str, count: int, stop: asyncio.Event, *, aborts: bool
) -> collections.Counter[str]:
    """Call until told to stop; those that abort go away at any moment."""
    outcomes: collections.Counter[str] = collections.Counter()
    chance = random.Random(count)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)

    async def one(http: httpx.AsyncClient, number: int) -> None:
        body = {
            "model": "large",
            "messages": [{"role": "user", "content": f"client {number} asks for some words"}],
            "max_tokens": MOST_TOKENS,
            "stream": number % 2 == 0 or aborts,
        }
        while not stop.is_set():
            if aborts:
                code = await go_away(it.port, key, body, chance.uniform(0.001, 0.4))
            else:
                try:
                    answer = await http.post(it.url + "/v1/chat/completions", json=body)
                    code = "ok" if answer.status_code == 200 else answer.json()["error"]["code"]
                except (httpx.TransportError, ValueError):
                    code = "cut"
            outcomes[code] += 1
            await asyncio.sleep(0.5 if code not in {"ok", "aborted"} else 0.001)

    async with httpx.AsyncClient(
        headers={"authorization": f"Bearer {key}"}, timeout=30, limits=limits
    ) as http:
        await asyncio.gather(*[one(http, number) for number in range(count)])
    return outcomes


async def trouble(it: Running, stop: asyncio.Event, stopped_s: float) -> int:
    """Kill a worker every second, and stop one for a while; return how many died."""
    deaths, chance = 0, random.Random(3)
    stopped: int | None = None
    began = time.monotonic()
    while not stop.is_set():
        await asyncio.sleep(1.0)
        pids = [pid for pid in it.workers() if pid != stopped]
        with contextlib.suppress(ProcessLookupError):
            if stopped is None and time.monotonic() - began < stopped_s and pids:
                stopped = pids.pop()
                os.kill(stopped, signal.SIGSTOP)
            elif stopped is not None and time.monotonic() - began > stopped_s:
                os.kill(stopped, signal.SIGCONT)
                stopped = None
            if pids:
                os.kill(chance.choice(pids), signal.SIGKILL)
                deaths += 1
    if stopped is not None:
        os.kill(stopped, signal.SIGCONT)
    return deaths


def charged(it: Running) -> int:
    """Return what of the limit is charged."""
    engine = open_for_reading(it.state)
    with engine.connect() as connection:
        found: int = budget(connection, LIMIT, time.time_ns()).window.charged
    engine.dispose()
    return found


async def offer(
    it: Running, key: str, amount: int, arguments: argparse.Namespace
) -> tuple[collections.Counter[str], int]:
    """Offer load, with trouble unless it is calm, until what is left pays for no call."""
    stop, calm = asyncio.Event(), asyncio.Event()
    tasks = [asyncio.create_task(clients(it, key, arguments.clients, stop, aborts=False))]
    deaths = None
    if not arguments.calm:
        tasks.append(asyncio.create_task(clients(it, key, max(1, arguments.clients // 2), calm, aborts=True)))
        deaths = asyncio.create_task(trouble(it, calm, arguments.stopped))
    await asyncio.sleep(arguments.seconds)
    calm.set()
    died = await deaths if deaths is not None else 0
    await asyncio.sleep(arguments.settle)  # what the trouble has left over is spent as well
    for _ in range(240):  # on a busy machine that takes its time
        if amount - charged(it) < WORST_NANO_USD:
            break
        await asyncio.sleep(0.5)
    stop.set()
    outcomes = await asyncio.gather(*tasks)
    return sum(outcomes, collections.Counter()), died


def check(it: Running, amount: int, seconds: float = 60.0) -> tuple[int, float]:
    """Wait for every hold to settle; return what is charged, and how long that took."""
    began = time.monotonic()
    while True:
        engine = open_for_reading(it.state)
        with engine.connect() as connection:
            found = budget(connection, LIMIT, time.time_ns())
        engine.dispose()
        assert found.window.charged <= amount, f"{found.window.charged} of {amount} are charged"
        if found.window.outstanding == 0:
            return found.window.charged, time.monotonic() - began
        assert time.monotonic() - began < seconds, (
            f"{found.window.outstanding} are still outstanding: {found.slices}"
        )
        time.sleep(0.2)


def run(arguments: argparse.Namespace) -> dict[str, object]:
    """Run it; raises AssertionError where something does not hold."""
    amount = round(arguments.usd * 1_000_000_000)
    limited = f"{{parent: acme, limits: [{{amount: {arguments.usd}, window: quarter}}]}}"
    manifests = running_module.MANIFESTS.replace(
        "{{parent: acme}}", limited.replace("{", "{{").replace("}", "}}")
    )
    with tempfile.TemporaryDirectory(prefix="podium-budget-") as name:
        folder = Path(name)
        with simulator(folder, "--ttft-ms", "20", "--itl-ms", "1") as (port, _):
            (folder / "manifests").mkdir()
            (folder / "manifests" / "all.yaml").write_text(manifests.format(sim_port=port))
            with running(folder, port, "--workers", str(arguments.workers)) as it:
                outcomes, deaths = asyncio.run(offer(it, it.key(), amount, arguments))
                spent, waited_s = check(it, amount)
                return {
                    "amount": amount,
                    "charged": spent,
                    "left": amount - spent,
                    "worst_call": WORST_NANO_USD,
                    "deaths": deaths,
                    "outcomes": dict(outcomes),
                    "settled_after_s": round(waited_s, 1),
                }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--usd", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--stopped", type=float, default=10.0, help="how long one worker is stopped")
    parser.add_argument("--settle", type=float, default=10.0, help="calm load behind the trouble")
    parser.add_argument("--calm", action="store_true", help="no deaths, no stop, no aborts")
    found = run(parser.parse_args())
    for name, value in found.items():
        print(f"{name:16} {value}")
    assert int(str(found["left"])) < WORST_NANO_USD, "something of the budget is stranded"


if __name__ == "__main__":
    main()
