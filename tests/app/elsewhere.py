"""`podium gateway` as a real process, a keeper beside it, and a cable between them that can be cut."""

import asyncio
import contextlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from podium.adapters.certificates import Authority
from tests.app.running import PODIUM, Running, environment, free_port, simulator, until

It = TypeVar("It", bound="Elsewhere")


class Cable:
    """Carries TCP from a port of its own to another one, until it is cut."""

    def __init__(self, target: int) -> None:
        self.port, self._target = free_port(), target
        self._loop = asyncio.new_event_loop()
        self._whole = True
        self._open: set[asyncio.StreamWriter] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", self.port))

    def _do(self, what):  # type: ignore[no-untyped-def] # any coroutine
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(30)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._whole:
            writer.transport.abort()
            return
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
            self._open |= {writer, far_writer}
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
            self._open -= {writer, far_writer}
        writer.close()

    @staticmethod
    async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def _cut(self) -> None:
        self._whole = False
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    async def _mend(self) -> None:
        self._whole = True

    @contextmanager
    def cut(self) -> Iterator[None]:
        """Nothing goes through until the block ends."""
        self._do(self._cut())
        try:
            yield
        finally:
            self._do(self._mend())

    def close(self) -> None:
        """Carry nothing any more."""
        self._do(self._cut())
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Elsewhere:
    """A keeper's machine (``keeper``), a gateway's (``url``, ``state``), and the ``cable`` between them."""

    def __init__(self, folder: Path, sim_port: int, *arguments: str) -> None:
        authority = Authority(folder / "certs")
        authority.create()
        authority.issue_keeper(["127.0.0.1"], 1)
        authority.issue_gateway("rack-1", 1)
        certs, door = folder / "certs", free_port()
        self.keeper = Running(
            folder, sim_port, "--keeper-listen", f"127.0.0.1:{door}",
            "--keeper-cert", str(certs / "keeper.pem"), "--keeper-key", str(certs / "keeper.key"),
            "--keeper-ca", str(certs / "ca.pem"), *arguments,
        )  # fmt: skip
        self.cable = Cable(door)
        self.state, self.log = folder / "rack-1", folder / "rack-1.log"
        self.port, self.tools_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.tools_url = f"http://127.0.0.1:{self.tools_port}/mcp"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*PODIUM, "--state", str(self.state), "gateway", "--keeper", f"127.0.0.1:{self.cable.port}",
                 "--cert", str(certs / "rack-1.pem"), "--key", str(certs / "rack-1.key"),
                 "--ca", str(certs / "ca.pem"), "--port", str(self.port),
                 "--tools-port", str(self.tools_port)],
                stdout=log, stderr=log, env=environment(),
            )  # fmt: skip

    def status(self, url: str) -> int:
        """Return the status of an address, 0 where nobody answers."""
        try:
            return httpx.get(url).status_code
        except httpx.TransportError:
            return 0

    def wait_ready(self) -> None:
        """Wait until both take calls."""
        self.keeper.wait_ready()
        until(lambda: self.status(self.url + "/readyz") == 200, "the gateway elsewhere")

    def close(self) -> None:
        """End all of it."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(120)
        self.cable.close()
        if self.keeper.process.poll() is None:
            self.keeper.stop()
        self.keeper.close()


@contextmanager
def elsewhere(folder: Path, more: str, kind: type[It]) -> Iterator[It]:
    """Run both until the block ends. ``more``: manifests beside those of `tests.app.running`."""
    with simulator(folder) as (sim_port, _):
        it = kind(folder, sim_port)
        it.keeper.manifest.write_text(it.keeper.manifest.read_text() + more)
        try:
            it.wait_ready()
            yield it
        finally:
            it.close()
