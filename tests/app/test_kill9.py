"""kill -9 under load: the ledger against the simulated provider's own count."""

import asyncio
import os
import random
import signal
from collections.abc import Callable, Iterator
from decimal import ROUND_CEILING, Decimal
from pathlib import Path

import httpx
import pytest

from podium.adapters.simulator.count import read_records
from tests.app.running import Running, running, simulator, until
from tests.postgres import Postgres
from tests.postgres import running as server_running


async def load(it: Running, key: str, victims: list[str | Callable[[], None]]) -> int:
    """Call from eight clients while the victims die one after the other; return how many were answered."""
    answered = 0
    stop = asyncio.Event()

    async def client(number: int) -> None:
        nonlocal answered
        async with httpx.AsyncClient(headers={"authorization": f"Bearer {key}"}, timeout=10) as http:
            while not stop.is_set():
                body = {
                    "model": "large",
                    "messages": [{"role": "user", "content": "one two three"}],
                    "max_tokens": 5 + number,
                    "stream": number % 2 == 0,
                }
                try:
                    answer = await http.post(it.url + "/v1/chat/completions", json=body)
                    answered += answer.status_code == 200
                except httpx.TransportError:
                    pass
                if not stop.is_set():
                    await asyncio.sleep(0.002)

    clients = [asyncio.create_task(client(number)) for number in range(8)]
    chance = random.Random(11)
    for name in victims:
        if isinstance(name, str):  # one that serves again: a kill is to hit calls in flight
            await _more_than(lambda: answered, answered + 8)
        await asyncio.sleep(0.1 + chance.random() / 2)
        if not isinstance(name, str):
            name()
            continue
        pid = it.children().get(name)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
    await _more_than(lambda: answered, answered + 20)  # until everything is back and has done something
    stop.set()
    await asyncio.gather(*clients)
    return answered


async def _more_than(count: Callable[[], int], enough: int) -> None:
    async with asyncio.timeout(120):
        while count() < enough:
            await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def postgres_server() -> Iterator[Postgres]:
    """A server that may be stopped."""
    with server_running() as it:
        yield it


@pytest.mark.crash
@pytest.mark.parametrize("records", ["sqlite", "postgres"])
def test_the_ledger_equals_the_providers_count_after_kill_9(
    tmp_path: Path, records: str, request: pytest.FixtureRequest
) -> None:
    """Each provider call has exactly one row; settled ones equal to the nano-USD, the others estimated."""
    victims: list[str | Callable[[], None]] = ["gateway", "keeper", "gateway", "gateway", "keeper", "gateway"]
    options = []
    if records == "postgres":
        server = request.getfixturevalue("postgres")
        options = ["--database", server.database()]
        victims[3:3] = [lambda: server.stop(signal.SIGQUIT), server.start]
    with (
        simulator(tmp_path, "--ttft-ms", "60", "--itl-ms", "2") as (port, count),
        running(tmp_path, port, *options) as it,
    ):
        answered = asyncio.run(load(it, it.key(), victims))
        assert answered > 20
        assert it.stop() == 0
        served = {record.request_id: record for record in read_records(str(count))}
        with running(tmp_path, port) as again:
            until(lambda: set(served) <= {str(row["charge_id"]) for row in again.ledger()}, "every row")
            rows = again.ledger()
    assert len(rows) == len({row["charge_id"] for row in rows})
    estimated = 0
    for row in rows:
        record = served.pop(str(row["charge_id"]), None)
        if row["estimated"]:
            estimated += 1
            continue
        assert record is not None, f"{row['charge_id']} reached no provider and is not marked"
        exact = Decimal(2500) * record.prompt_tokens + Decimal(10000) * record.completion_tokens
        assert row["cost_nano_usd"] == int(exact.to_integral_value(rounding=ROUND_CEILING))
    assert not served
    assert estimated >= 1
    assert sum(not row["estimated"] for row in rows) >= answered
