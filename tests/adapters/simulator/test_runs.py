import asyncio
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from podium.adapters.simulator import runs
from podium.adapters.simulator.tally import Caller, Tally
from podium.kernel.errors import InvalidRequest
from tests.app.running import simulator


def keys_file(folder: Path, **more: object) -> str:
    path = folder / "keys.json"
    entries = {"scout": {"key": "k1", "route": "fast"}, "clerk": {"key": "k2", "route": "cheap", "weight": 2}}
    path.write_text(json.dumps({**entries, **more}))
    return str(path)


def test_callers_come_from_a_keys_file(tmp_path: Path):
    """All agents of the file, or those that are named, with other routes where they are given."""
    path = keys_file(tmp_path)
    assert runs.read_callers(path) == [Caller("scout", "k1", "fast"), Caller("clerk", "k2", "cheap", "", 2)]
    assert runs.read_callers(path, ["clerk"], {"clerk": "fast"}) == [Caller("clerk", "k2", "fast", "", 2)]


@pytest.mark.parametrize(
    ("more", "agents", "message"),
    [
        ({}, ["ghost"], "there is no agent ghost.*scout, clerk"),
        ({"odd": {"key": "k"}}, [], "missing required field `route`"),
        ({"odd": {"key": "k", "route": "r", "secret": 1}}, [], "unknown field `secret`"),
    ],
)
def test_a_keys_file_that_does_not_fit_is_refused(
    tmp_path: Path, more: dict[str, object], agents: list[str], message: str
):
    """Unknown agents and fields are errors that name them and the file."""
    with pytest.raises(InvalidRequest, match=message):
        runs.read_callers(keys_file(tmp_path, **more), agents)


def test_a_keys_file_that_is_not_there_is_refused(tmp_path: Path):
    """The error says how one is written."""
    with pytest.raises(InvalidRequest, match="podium agent key"):
        runs.read_callers(str(tmp_path / "none.json"))


@contextmanager
def provider(folder: Path) -> Iterator[str]:
    with simulator(folder, "--tokens", "2000", "--hang-rate", "0") as (port, _):
        yield f"http://127.0.0.1:{port}"


def test_a_trace_is_replayed_and_compared_with_the_count(tmp_path: Path):
    """The first calls of the bundled trace reach the provider with the tokens that were recorded."""
    before = signal.getsignal(signal.SIGTERM)
    with provider(tmp_path) as gateway:
        tally = runs.replay_trace(
            trace="azure-code", callers=[Caller("a", "k", "r")], limit=30, speed=600, gateway=gateway
        )
    # A line is written after its answer was sent: all are there when the simulator has ended.
    records = runs.read_records(str(tmp_path / "count.jsonl"))
    assert (tally.total.calls, tally.total.errors) == (30, 0)
    assert sum(record.prompt_tokens for record in records) == tally.total.input_tokens
    assert sum(record.completion_tokens for record in records) == tally.total.output_tokens
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_ends_a_replay_in_good_order(tmp_path: Path):
    """SIGINT ends it with a tally that says so, and the handlers are as they were."""

    def interrupt(_: Tally) -> None:
        signal.raise_signal(signal.SIGINT)

    with provider(tmp_path) as gateway:
        tally = runs.replay_trace(
            trace="azure-code", callers=[Caller("a", "k", "r")], speed=1, gateway=gateway, watch=interrupt
        )
    assert tally.interrupted
    assert tally.total.calls < tally.planned


def test_a_signal_behind_the_last_call_is_not_lost(monkeypatch: pytest.MonkeyPatch):
    """It is raised again for whoever handled signals before the replay."""

    async def ended(*_: object, stop: asyncio.Event, **__: object) -> Tally:
        tally = Tally(planned=1)
        signal.raise_signal(signal.SIGINT)
        await stop.wait()
        return tally

    monkeypatch.setattr(runs, "replay", ended)
    with pytest.raises(KeyboardInterrupt):
        runs.replay_trace(trace="azure-code", callers=[Caller("a", "k", "r")], limit=1)


def test_the_ledger_is_compared_with_a_count_file(tmp_path: Path):
    """A count without rows disagrees call by call."""
    with provider(tmp_path) as gateway:
        runs.replay_trace(
            trace="azure-code", callers=runs.callers_of([("a", "k", "r", "d", 1)]), limit=2, gateway=gateway
        )
    assert len(runs.agreement(str(tmp_path / "count.jsonl"), [], {}).findings) == 2
