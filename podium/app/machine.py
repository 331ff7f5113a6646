"""`podium gateway`: workers on a machine without a keeper, the relay in its place, the carrier for tools."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from socket import socket

from podium.app.door import host_and_port
from podium.app.options import UpOptions
from podium.app.up import Child, Supervisor, supervise
from podium.kernel.errors import StateError
from podium.ports.link import LookIn, Reply


@dataclass(frozen=True)
class KeeperElsewhere:
    """Where the keeper is, HOST:PORT, and the PEM files with which this gateway goes there."""

    address: str
    cert: Path
    key: Path
    ca: Path


class MachineSupervisor(Supervisor):
    """Runs the children of one `podium gateway`."""

    worker_options = ("--await-keys",)

    def __init__(
        self,
        options: UpOptions,
        say: Callable[[str], None],
        sockets: Sequence[socket],
        *,
        keeper: KeeperElsewhere,
    ) -> None:
        super().__init__(options, say, sockets)
        self._keeper = keeper

    def _begin(self) -> tuple[list[Child], Child | None]:
        options = self._options
        relay = self._start("relay", "relay", ["--state", str(options.state), *self._way()])
        return [relay, *(self._start_worker(number) for number in range(options.workers))], None

    def _way(self) -> list[str]:
        """Return how a process is told the way to the keeper."""
        keeper = self._keeper
        files = ["--cert", str(keeper.cert), "--key", str(keeper.key), "--ca", str(keeper.ca)]
        return ["--keeper", keeper.address, *files]

    def _tools_command(self) -> tuple[str, list[str]]:
        """Carry what is asked of tools to the one tool gateway, which is beside the keeper."""
        return "carrier", [*self._way(), "--tools-url", self._options.tools_address]


def gateway(options: UpOptions, keeper: KeeperElsewhere) -> int:
    """Run workers of a keeper elsewhere until SIGTERM or SIGINT. Raises StateError as `up` does."""

    def prepare() -> None:
        from podium.adapters.link import Remote

        host, port = host_and_port(keeper.address, "--keeper")
        Remote(host, port, keeper.cert, keeper.key, keeper.ca).context()
        for name in ("podium.db", "database"):
            if (options.state / name).exists():
                raise StateError(
                    f"{options.state} is the state of a Podium with a keeper of its own.",
                    fix="Give this gateway another --state.",
                )

    return supervise(options, partial(MachineSupervisor, keeper=keeper), prepare)


def question_to(where: str, files: Sequence[str | None]) -> Callable[[], Awaitable[Reply]]:
    """Return what asks a keeper elsewhere whether it answers, and raises PodiumError where it does not."""

    async def ask() -> Reply:
        from podium.adapters.link import Remote, RemoteKeeper

        cert, key, ca = files
        if not (cert and key and ca):
            raise StateError(
                "PODIUM_KEEPER is set, and not all files with which this gateway shows who it is.",
                fix="Set PODIUM_KEEPER_CERT, PODIUM_KEEPER_KEY and PODIUM_KEEPER_CA (made by podium certs).",
            )
        host, port = host_and_port(where, "PODIUM_KEEPER")
        link = RemoteKeeper(Remote(host, port, Path(cert), Path(key), Path(ca)))
        try:
            return await link.ask(LookIn())
        finally:
            await link.close()

    return ask
