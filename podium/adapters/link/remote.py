"""The way to a keeper on another machine: TLS in which both sides show who they are."""

import asyncio
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from podium.adapters.link.client import KeeperClient, Streams
from podium.kernel.errors import Forbidden, NotReady, StateError
from podium.ports.content import KeepContent
from podium.ports.link import Ask, Draw, LookIn, Question
from podium.ports.machines import check_keeper

CONNECT_S: Final = 1.0
ANSWER_S: Final = 1.0
"""To what calls wait for. They are refused a second after a last answer, so a later one is of no use."""
PATIENT_S: Final = 5.0
"""To everything else: a snapshot or a part of a journal may take its time on a slow line."""
CONTENT_S: Final = 60.0
"""To content, which is redacted before the answer, and for which nobody waits."""


@dataclass(frozen=True)
class Remote:
    """Where a keeper is, and the PEM files with which a gateway goes there."""

    host: str
    port: int
    cert: Path
    key: Path
    ca: Path

    def context(self) -> ssl.SSLContext:
        """Return what to connect with, from the files as they are now. Raises StateError."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            context.load_verify_locations(self.ca)
            context.load_cert_chain(self.cert, self.key, _no_password)
        except ssl.SSLError as error:
            raise StateError(
                f"The certificate {self.cert}, its key {self.key} or the authority {self.ca} is of no use: "
                f"{error.reason or error}.",
                fix="All three must be PEM, and the key the certificate's own, not encrypted.",
                code="tls_unusable",
            ) from error
        except OSError as error:
            raise StateError(
                f"{self.cert}, {self.key} or {self.ca} cannot be read: {error.strerror}.",
                fix="Name files that Podium's user may read.",
                code="tls_unusable",
            ) from error
        return context


class RemoteKeeper(KeeperClient):
    """Asks a keeper on another machine. Each connection reads the files anew, so they can be replaced."""

    def __init__(self, remote: Remote) -> None:
        super().__init__(Path(), connect_timeout_s=CONNECT_S, answer_timeout_s=PATIENT_S)
        self._remote = remote

    def _patience_s(self, question: Question) -> float:
        if isinstance(question, KeepContent):
            return CONTENT_S
        return ANSWER_S if isinstance(question, Ask | LookIn | Draw) else PATIENT_S

    async def _open(self, timeout_s: float) -> Streams:
        remote = self._remote
        where = f"{remote.host}:{remote.port}"
        context = remote.context()
        try:
            async with asyncio.timeout(timeout_s):
                streams = await asyncio.open_connection(
                    remote.host, remote.port, ssl=context, ssl_handshake_timeout=timeout_s
                )
        except ssl.SSLError as error:
            raise NotReady(
                f"The keeper at {where} and this gateway do not trust each other: {_reason(error)}.",
                fix="Both need a certificate of the same authority: podium certs.",
                code="not_trusted",
            ) from error
        except (OSError, TimeoutError) as error:
            raise NotReady(
                f"The keeper at {where} cannot be reached: {str(error) or 'no answer'}."
            ) from error
        try:
            check_keeper(streams[1].get_extra_info("peercert") or {})
        except Forbidden as error:
            streams[1].transport.abort()
            raise NotReady(f"Whoever listens at {where} is no keeper. {error}", code="not_trusted") from error
        return streams


def _reason(error: ssl.SSLError) -> str:
    return getattr(error, "verify_message", "") or error.reason or str(error)


def _no_password() -> str:
    raise StateError(
        "The key of the gateway's certificate is encrypted.",
        fix="Decrypt it (openssl pkey -in KEY -out NEW), readable by Podium's user alone.",
        code="tls_unusable",
    )
