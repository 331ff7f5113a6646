"""Where gateways on other machines come in to the keeper, as a command line says it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from podium.app.front import claim_port
from podium.kernel.errors import StateError

if TYPE_CHECKING:
    from podium.keeper.connection import Door


@dataclass(frozen=True)
class KeeperDoor:
    """``listen`` is HOST:PORT; the rest are paths of PEM files."""

    listen: str
    cert: str
    key: str
    ca: str

    def text(self) -> str:
        """Return it as the keeper's command line takes it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "KeeperDoor":
        """Return what `text` wrote."""
        return cls(**json.loads(text))

    def door(self) -> "Door":
        """Return what the keeper listens with."""
        from podium.keeper.connection import Door
        from podium.net.tls import TlsFiles

        host, port = host_and_port(self.listen, "--keeper-listen")
        return Door(host, port, TlsFiles(Path(self.cert), Path(self.key), Path(self.ca)))


def door_of(listen: str | None, cert: str | None, key: str | None, ca: str | None) -> KeeperDoor | None:
    """Return the door that is described, None where none is. Raises StateError where it is half described."""
    if not any((listen, cert, key, ca)):
        return None
    if not (listen and cert and key and ca):
        raise StateError(
            "Gateways on other machines need an address, a certificate, its key and an authority.",
            fix="Give --keeper-listen, --keeper-cert, --keeper-key and --keeper-ca together.",
            code="tls_unusable",
        )
    return KeeperDoor(listen, cert, key, ca)


def check_door(door: KeeperDoor) -> None:
    """Raise StateError where the address is taken or the files cannot be used."""
    from podium.net.tls import ServerTls

    made = door.door()
    ServerTls(made.tls)
    claim_port(made.host, made.port, "keeper, for gateways on other machines")


def host_and_port(text: str, option: str) -> tuple[str, int]:
    """Return the parts of HOST:PORT, [HOST]:PORT for IPv6. Raises StateError."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise StateError(f"{option} is {text!r}.", fix="Write it as HOST:PORT, an IPv6 address in brackets.")
    return host.strip("[]"), int(port)
