"""Limits of rate over several workers of a running Podium."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai

from tests.app.running import podium, running, simulator, until
from tests.app.test_up import ask


def test_all_workers_together_stay_within_a_limit(tmp_path: Path) -> None:
    """Of forty calls over three workers exactly the fifteen that the limit allows are served."""
    with simulator(tmp_path) as (port, _), running(tmp_path, port, "--workers", "3") as it:
        text = it.manifest.read_text()
        limited = text.replace("routes: [large]", "routes: [large], rateLimits: {requestsPerMinute: 15}")
        key = it.key()
        it.manifest.write_text(limited)

        def in_force() -> bool:
            workers = json.loads(podium("status", "--json", state=it.state).stdout)["keeper"]["workers"]
            return len(workers) == 3 and all(worker["snapshot_version"] == 2 for worker in workers)

        until(in_force, "the limit")

        def one(_: int) -> bool:
            with it.client(key) as client:
                try:
                    ask(client, max_completion_tokens=4)
                except openai.RateLimitError:
                    return False
                return True

        with ThreadPoolExecutor(8) as pool:
            served = sum(pool.map(one, range(40)))
        assert served == 15
        until(lambda: len(it.ledger()) == 15, "the ledger")
