"""What front doors are told: their sockets, their limits, their TLS files, and whose ports have them."""

import asyncio
import json
import logging
import resource
import socket
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podium.kernel.errors import StateError

if TYPE_CHECKING:
    import uvicorn

    from podium.net.tls import ServerTls

BACKLOG = 2048
GATEWAY, TOOLS, COLLECTOR, ADMIN = "gateway", "tools", "collector", "admin"
PORTS: Final = (GATEWAY, TOOLS, COLLECTOR, ADMIN)
TLS_CHECK_S = 1.0

logger = logging.getLogger("podium.tls")


@dataclass(frozen=True)
class Front:
    """Limits as in `net.server.ServerLimits`; None leaves its default. TLS files are paths of PEM files."""

    tls_cert: str | None = None
    tls_key: str | None = None
    tls_client_ca: str | None = None
    tls_ports: tuple[str, ...] | None = None
    """Which of PORTS have it; None: the gateway's alone."""
    max_body_bytes: int | None = None
    max_connections: int | None = None
    max_connections_per_client: int | None = None
    max_requests_per_connection: int | None = None
    max_in_flight: int | None = None

    def __post_init__(self) -> None:
        """Raise StateError where TLS is half described."""
        if bool(self.tls_cert) != bool(self.tls_key):
            raise StateError(
                "TLS needs both a certificate and a key.",
                fix="Give --tls-cert and --tls-key (PODIUM_TLS_CERT, PODIUM_TLS_KEY) together.",
                code="tls_unusable",
            )
        if self.tls_client_ca and not self.tls_cert:
            raise StateError(
                "Client certificates need TLS.", fix="Give --tls-cert and --tls-key too.", code="tls_unusable"
            )
        if self.tls_ports is None:
            return
        if not self.tls_cert:
            raise StateError(
                f"TLS on {', '.join(self.tls_ports)} needs a certificate.",
                fix="Give --tls-cert and --tls-key too.",
                code="tls_unusable",
            )
        strange = [name for name in self.tls_ports if name not in PORTS]
        if strange or not self.tls_ports:
            raise StateError(
                f"--tls-ports is {','.join(self.tls_ports)!r}.",
                fix=f"Name some of {', '.join(PORTS)}, with commas in between.",
                code="tls_unusable",
            )

    def encrypts(self, port: str) -> bool:
        """Whether one of PORTS has TLS."""
        return self.tls_cert is not None and port in (self.tls_ports or (GATEWAY,))

    def scheme(self, port: str) -> str:
        """Return http or https, as one of PORTS is spoken to."""
        return "https" if self.encrypts(port) else "http"

    def text(self) -> str:
        """Return what is set, as a worker's command line takes it."""
        return json.dumps({key: value for key, value in asdict(self).items() if value is not None})

    @classmethod
    def from_text(cls, text: str) -> "Front":
        """Return what `text` wrote."""
        told = json.loads(text)
        if "tls_ports" in told:
            told["tls_ports"] = tuple(told["tls_ports"])
        return cls(**told)

    def limits(self) -> dict[str, int]:
        """Return the limits that are set."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if name.startswith("max_") and value is not None}


def check_tls(front: Front) -> None:
    """Raise StateError where the TLS files cannot be used."""
    for port in PORTS:
        server_tls(front, port)


def server_tls(front: Front, port: str) -> "ServerTls | None":
    """Return the TLS that one of PORTS listens with, or None. Raises StateError."""
    if front.tls_cert is None or front.tls_key is None or not front.encrypts(port):
        return None
    from podium.net.tls import ServerTls, TlsFiles

    client_ca = Path(front.tls_client_ca) if front.tls_client_ca else None
    return ServerTls(TlsFiles(Path(front.tls_cert), Path(front.tls_key), client_ca))


async def watch_tls(tls: "ServerTls") -> None:
    """Put a certificate that has changed into use, for ever; a broken one is told, and the old one stays."""
    while True:
        await asyncio.sleep(TLS_CHECK_S)
        try:
            if tls.refresh():
                logger.info("the TLS certificate was read again")
        except StateError as error:
            logger.error("the old TLS certificate stays in use: %s", error)  # noqa: TRY400 - for people


def serve_with(tls: "ServerTls | None", config: "uvicorn.Config") -> "asyncio.Task[None] | None":
    """Have uvicorn listen with TLS, and return what keeps its certificate fresh; None where there is none.

    uvicorn would make a context of its own, whose certificate stays until the process ends.
    """
    if tls is None:
        return None
    config.load()
    config.ssl = tls.context
    return asyncio.create_task(watch_tls(tls))


def _made(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)


def _reusable(host: str) -> socket.socket:
    made = _made(host)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return made


def claim_port(host: str, port: int, what: str, *, option: str = "--port / --admin-port") -> None:
    """Make sure that nobody has a port. Raises StateError.

    It is bound without SO_REUSEPORT, which fails when anybody else listens there.
    """
    with _reusable(host) as probe:
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            raise StateError(
                f"port {port} on {host} ({what}) is not free: {error.strerror}.",
                fix=f"Stop what listens there, or choose another with {option}.",
                code="port_in_use",
            ) from error


def listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """Return a listening socket for each worker; the kernel spreads connections over them (SO_REUSEPORT).

    They are the supervisor's, and a worker inherits one. So what has connected while a worker is replaced or
    dead waits for its successor, and is not refused.
    """
    made = []
    for _ in range(count):
        one = _reusable(host)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind((host, port))
        one.listen(BACKLOG)
        made.append(one)
    return made


def reserve(host: str, port: int) -> socket.socket:
    """Return a bound socket that keeps a port ours even while nobody listens on it.

    Without SO_REUSEADDR, which would let others in as long as nobody listens.
    """
    made = _made(host)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind((host, port))
    return made


def allow_many_files() -> None:
    """Raise the limit of open files as far as this user may: a connection is a file."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
