"""TLS of the server: a certificate and its key from PEM files, read again when they change."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from podium.kernel.errors import StateError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. ``client_ca``: clients must show a certificate of one of these authorities."""

    cert: Path
    key: Path
    client_ca: Path | None = None


class ServerTls:
    """The context that a server listens with. TLS 1.2 or newer, HTTP/1.1.

    `refresh` puts a new certificate into the context that is in use: connections that are open keep theirs,
    the next ones get the new one. Authorities of clients are added by it; one that was taken out of its file
    is trusted until the process ends.
    """

    def __init__(self, files: TlsFiles, *, alpn: Sequence[str] = ("http/1.1",)) -> None:
        """``alpn``: the protocols that may be spoken (RFC 7301), where a client names some."""
        self._files = files
        self._alpn = list(alpn)
        self._stamps = self._read_stamps()
        self.context = self._build()

    def _build(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(self._alpn)
        self._load(context)
        return context

    def _load(self, context: ssl.SSLContext) -> None:
        files = self._files

        def no_password() -> str:
            raise StateError(
                f"the TLS key {files.key} is encrypted",
                fix="Decrypt it (openssl pkey -in KEY -out NEW), readable by Podium's user alone.",
                code="tls_unusable",
            )

        for what, path in (("certificate", files.cert), ("key", files.key)):
            _readable(what, path)
        try:
            context.load_cert_chain(files.cert, files.key, no_password)
        except ssl.SSLError as error:
            raise StateError(
                f"the TLS certificate {files.cert} or key {files.key} is of no use: {error.reason or error}",
                fix="Both must be PEM, the certificate first in its chain, and the key its own.",
                code="tls_unusable",
            ) from error
        if files.client_ca is not None:
            _readable("client authority", files.client_ca)
            try:
                context.load_verify_locations(files.client_ca)
            except ssl.SSLError as error:
                raise StateError(
                    f"the client authorities {files.client_ca} cannot be used: {error.reason or error}",
                    fix="The file must hold certificates in PEM.",
                    code="tls_unusable",
                ) from error
            context.verify_mode = ssl.CERT_REQUIRED

    def _read_stamps(self) -> tuple[tuple[int, int, int] | None, ...]:
        files = self._files
        return tuple(_stamp(path) for path in (files.cert, files.key, files.client_ca) if path is not None)

    def refresh(self) -> bool:
        """Read the files again if they have changed; return whether a new certificate is in use.

        Raises StateError where the new files cannot be used: the old certificate stays, and the next change
        of a file is the next attempt.
        """
        stamps = self._read_stamps()
        if stamps == self._stamps:
            return False
        self._stamps = stamps
        self._build()  # first aside: a pair that does not match would leave half of it in the context
        self._load(self.context)
        return True


def _readable(what: str, path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as error:
        raise StateError(
            f"the TLS {what} {path} cannot be read: {error.strerror}.",
            fix="Name a file that Podium's user may read.",
            code="tls_unusable",
        ) from error


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
