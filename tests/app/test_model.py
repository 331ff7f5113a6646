"""The process of a local model: ready, answering the openai SDK, ended, and what it says if it cannot."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import openai
import pytest
from sqlalchemy import func, select

from podium.adapters.models.cache import WheelCache, shipped_packages
from podium.adapters.models.sources import PipSource
from podium.adapters.records import open_for_reading
from podium.app.process import EXIT_MISSING
from podium.ports.process_tables import model_memory
from podium.settings import read_settings

from .running import MANIFESTS, environment, free_port, running, until

ASK = [{"role": "user", "content": "Say hello."}]


@contextmanager
def started(*arguments: str, cache: Path, pass_fds: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    """Run the process; kill it if the block leaves it running."""
    with subprocess.Popen(
        [sys.executable, "-m", "podium.app.model", "--provider", "local", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**environment(), "PODIUM_MODEL_CACHE": str(cache)},
        pass_fds=pass_fds,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture(scope="module")
def cache() -> Path:
    """The user's own cache, with the model in it: it is fetched once and kept."""
    folder = read_settings().model_cache
    seen = []
    WheelCache(folder, PipSource()).pull("smollm2", seen.append)
    if seen:  # it was fetched just now
        assert seen[-1].done_bytes == seen[-1].total_bytes
    return folder


@pytest.fixture(scope="module")
def served(cache: Path) -> Iterator[SimpleNamespace]:
    """A model process, and an openai client that talks to it."""
    with started("--port", "0", "--model", "smollm2", "--context", "1024", cache=cache) as process:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        ready = json.loads(line)
        with openai.OpenAI(base_url=ready["url"] + "/v1", api_key="none", max_retries=0) as client:
            yield SimpleNamespace(ready=ready, client=client)
        process.terminate()
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said


@pytest.mark.model
def test_plain(served: SimpleNamespace) -> None:
    """A plain answer has text and usage, under the model's own name."""
    assert served.ready["ready"] == "model-local"
    reply = served.client.chat.completions.create(model="smollm2", messages=ASK, max_completion_tokens=8)
    assert reply.choices[0].message.content
    assert reply.model == "smollm2"
    assert reply.usage.prompt_tokens > 0
    assert 0 < reply.usage.completion_tokens <= 8
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens


@pytest.mark.model
def test_streamed(served: SimpleNamespace) -> None:
    """A streamed answer comes token by token and ends with usage."""
    stream = served.client.chat.completions.create(
        model="smollm2",
        messages=ASK,
        max_completion_tokens=8,
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    assert len([delta for delta in deltas if delta]) > 1
    assert chunks[-1].usage.completion_tokens <= 8


@pytest.mark.model
def test_too_long(served: SimpleNamespace) -> None:
    """A prompt beyond the context is refused, and the next call is answered."""
    with pytest.raises(openai.BadRequestError, match="context"):
        served.client.chat.completions.create(
            model="smollm2", messages=[{"role": "user", "content": "word " * 2000}]
        )
    assert served.client.chat.completions.create(model="smollm2", messages=ASK, max_completion_tokens=1)


@pytest.mark.model
def test_ends_with_a_stream_under_way(cache: Path) -> None:
    """SIGTERM ends it with exit code 0, whatever it is doing."""
    with started("--port", "0", "--model", "smollm2", cache=cache) as process:
        url = json.loads(process.stdout.readline())["url"]
        with openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0) as client:
            stream = client.chat.completions.create(
                model="smollm2", messages=[{"role": "user", "content": "Count to a thousand."}], stream=True
            )
            next(iter(stream))
            process.terminate()
            _, said = process.communicate(timeout=120)
            stream.close()
    assert process.returncode == 0, said


@pytest.mark.model
def test_ends_with_its_supervisor(cache: Path) -> None:
    """When the supervisor's end of standard input closes, it ends by itself."""
    read, write = os.pipe()
    arguments = ("--port", "0", "--model", "smollm2", "--notify-fd", str(write))
    with started(*arguments, cache=cache, pass_fds=(write,)) as process, os.fdopen(read) as notes:
        os.close(write)
        assert json.loads(notes.readline())["ready"] == "model-local"
        _, said = process.communicate(timeout=120)  # closes standard input
    assert process.returncode == 0, said


@pytest.mark.model
def test_taken_port(cache: Path) -> None:
    """A port that is taken is named; starting again later may help, so the exit code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with started("--port", str(port), "--model", "smollm2", cache=cache) as process:
            _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert f"port {port} on 127.0.0.1 is not free" in said


@pytest.mark.model
def test_locked_wheel_is_as_long_as_the_bar(cache: Path) -> None:
    """What ships about the model is true: its weights are here, whole, from the locked package."""
    (package,) = shipped_packages()
    models = WheelCache(cache, PipSource())
    (kept,) = [model for model in models.kept() if model.name == package.model.name]
    assert kept.package == package.requirement
    assert models.verify(kept.name)


LOCAL = """
---
apiVersion: podium/v1
kind: Provider
metadata: {{name: local}}
spec:
  dialect: llama
  baseUrl: http://127.0.0.1:{port}/v1
  llama: {{model: smollm2, contextTokens: 1024}}
---
apiVersion: podium/v1
kind: Model
metadata: {{name: smollm2}}
spec:
  provider: local
  price: {{inputPerMillionTokens: "0.01", outputPerMillionTokens: "0.02"}}
  contextWindowTokens: 1024
  maxOutputTokens: 256
---
apiVersion: podium/v1
kind: Route
metadata: {{name: local}}
spec: {{candidates: [{{model: smollm2}}]}}
"""


def memory_of(state: Path) -> int | None:
    """Return what the keeper has heard of the server's memory."""
    engine = open_for_reading(state)
    with engine.connect() as connection:
        found = connection.execute(select(func.max(model_memory.c.peak_bytes))).scalar()
    engine.dispose()
    return found


@pytest.mark.model
def test_through_the_gateway(tmp_path: Path, cache: Path) -> None:
    """`podium up` serves the model that a Provider names; its streamed answer is in the ledger, exactly."""
    manifests = (MANIFESTS + LOCAL).format(sim_port=free_port(), port=free_port())
    (tmp_path / "manifests").mkdir()
    path = tmp_path / "manifests" / "all.yaml"
    path.write_text(manifests.replace("routes: [large]", "routes: [local]"))
    with running(tmp_path, 0) as it:
        until(lambda: "smollm2 on http" in it.log.read_text(), "the model")
        until(lambda: memory_of(it.state) is not None, "how much memory it has")
        assert 50e6 < memory_of(it.state) < 50e9
        chunks = list(
            it.client(it.key()).chat.completions.create(
                model="local",
                messages=ASK,
                max_completion_tokens=8,
                stream=True,
                stream_options={"include_usage": True},
            )
        )
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        usage = chunks[-1].usage
        until(lambda: len(it.ledger()) == 1, "the ledger row")
        (row,) = it.ledger()
        expected = 10 * usage.prompt_tokens + 20 * usage.completion_tokens
        assert (row["cost_nano_usd"], row["estimated"], row["model"]) == (expected, False, "smollm2")
        assert usage.cost_details["nano_usd"] == expected
        assert it.stop() == 0


@pytest.mark.parametrize("model", ["smollm2", "/nowhere/own.gguf", "huge"])
def test_missing(tmp_path: Path, model: str) -> None:
    """Without the model it ends with the code that keeps it from being started again, and says why."""
    with started("--port", "0", "--model", model, cache=tmp_path) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == EXIT_MISSING
    assert {"smollm2": "Run: podium model pull smollm2", "huge": "Podium can fetch: smollm2"}.get(
        model, "does not exist"
    ) in said


def test_no_model_file(tmp_path: Path) -> None:
    """A file that is no GGUF is not tried again and again."""
    path = tmp_path / "own.gguf"
    path.write_bytes(b"something else")
    with started("--port", "0", "--model", str(path), cache=tmp_path) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == EXIT_MISSING
    assert "is no GGUF file" in said
