"""A small authority for a keeper and its gateways: one folder with its key, and what it has certified.

What a certificate says is in `ports.machines`. Keys are on the curve P-256; an authority lasts ten years.
"""

import contextlib
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from podium.kernel.errors import InvalidRequest, StateError
from podium.ports.machines import GATEWAY_PATH, KEEPER_PATH, is_name

CA: Final = "ca"
CA_DAYS: Final = 3650
DOMAIN: Final = "podium"
BACKDATED: Final = timedelta(minutes=5)
"""Clocks of machines differ."""


def end_of(path: Path) -> int:
    """Return when the first certificate of a PEM file ends (Unix ns). Raises StateError."""
    try:
        first = x509.load_pem_x509_certificates(path.read_bytes())[0]
    except (OSError, ValueError, IndexError) as error:
        raise StateError(f"{path} holds no certificate.", fix="Name a PEM file of one.") from error
    return int(first.not_valid_after_utc.timestamp()) * 1_000_000_000


class Authority:
    """The authority in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self) -> Path:
        """Make the authority; return its certificate. Raises StateError where there is one already."""
        if self._path(CA, "key").exists():
            raise StateError(
                f"There is an authority in {self._folder} already.", fix="Use it, or name another --dir."
            )
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Podium machines")])
        builder = _builder(name, name, key.public_key(), CA_DAYS)
        usage = _usage(key_cert_sign=True, crl_sign=True)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        return self._keep(CA, key, [builder.sign(key, hashes.SHA256())])

    def issue_keeper(self, hosts: Sequence[str], days: int) -> Path:
        """Certify a keeper that gateways reach under these DNS names and addresses. Raises StateError."""
        names: list[x509.GeneralName] = []
        for host in hosts:
            try:
                names.append(x509.IPAddress(ip_address(host)))
            except ValueError:
                names.append(x509.DNSName(host))
        return self._issue("keeper", KEEPER_PATH, names, ExtendedKeyUsageOID.SERVER_AUTH, days)

    def issue_gateway(self, name: str, days: int) -> Path:
        """Certify a gateway under its name. Raises InvalidRequest, StateError."""
        if not is_name(name) or name in {CA, "keeper"}:
            raise InvalidRequest(
                f"No gateway can be called {name!r}.",
                fix="Use lower-case letters, digits, dots and dashes, up to 63.",
            )
        return self._issue(name, GATEWAY_PATH + name, [], ExtendedKeyUsageOID.CLIENT_AUTH, days)

    def _issue(
        self,
        name: str,
        path: str,
        names: Iterable[x509.GeneralName],
        purpose: x509.ObjectIdentifier,
        days: int,
    ) -> Path:
        ca_key, ca = self._authority()
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        uri = x509.UniformResourceIdentifier(f"spiffe://{DOMAIN}{path}")
        builder = _builder(subject, ca.subject, key.public_key(), days)
        signed = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(digital_signature=True), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName([uri, *names]), critical=False)
        builder = builder.add_extension(signed, critical=False)
        return self._keep(name, key, [builder.sign(ca_key, hashes.SHA256())])

    def _authority(self) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        try:
            key = serialization.load_pem_private_key(self._path(CA, "key").read_bytes(), None)
            certificate = x509.load_pem_x509_certificate(self._path(CA, "pem").read_bytes())
        except (OSError, ValueError, TypeError) as error:
            raise StateError(
                f"There is no authority in {self._folder} that can be used: {error}.",
                fix=f"Make one: podium certs init --dir {self._folder}",
            ) from error
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise StateError(f"{self._path(CA, 'key')} is no key of Podium's.")
        return key, certificate

    def _path(self, name: str, kind: str) -> Path:
        return self._folder / f"{name}.{kind}"

    def _keep(self, name: str, key: ec.EllipticCurvePrivateKey, chain: Sequence[x509.Certificate]) -> Path:
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in chain)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._path(name, "key"), secret, 0o600)
            _write(self._path(name, "pem"), public, 0o644)
        except OSError as error:
            raise StateError(f"{self._folder} cannot be written: {error.strerror}.") from error
        return self._path(name, "pem")


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, data: bytes, mode: int) -> None:
    """Put a file in place at once: whoever reads it while it is replaced reads the old or the new one."""
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, mode)
    try:
        with os.fdopen(fd, "wb") as file:
            file.write(data)
        aside.replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            aside.unlink()
