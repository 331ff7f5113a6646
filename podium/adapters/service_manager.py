"""The service manager that started us: systemd, or another that speaks sd_notify(3)."""

import logging
import socket

logger = logging.getLogger("podium.up")


class ServiceManager:
    """Hears when Podium is ready and when it ends. Without an address nobody listens, and nothing is sent.

    ``address`` is that of ``NOTIFY_SOCKET``: the path of a datagram socket, or ``@`` and an abstract name.
    """

    def __init__(self, address: str | None) -> None:
        self._address = "\0" + address[1:] if address and address.startswith("@") else address

    def tell(self, *facts: str) -> None:
        """Send facts such as ``READY=1``. A manager that cannot be told is a warning: we run without it."""
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaking:
                # It must not hold up the supervisor, whoever listens there.
                speaking.setblocking(False)
                speaking.connect(self._address)
                speaking.send("\n".join(facts).encode())
        except OSError as error:
            logger.warning("the service manager cannot be told %s: %s", facts[0], error)
