"""`podium doctor`: would Podium run here, and if not, what is to be done.

Every check is made, whatever the others find, and changes nothing but a file that it removes again.
"""

import asyncio
import errno
import importlib.metadata
import os
import platform
import re
import resource
import shutil
import socket
import sqlite3
import ssl
import stat
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from podium.control.reconcile import compile_folder
from podium.kernel.errors import ConnectFailed, ManifestError, NotFound, PodiumError
from podium.manifest.snapshot import ProviderRow, Snapshot
from podium.net.dial import resolve
from podium.net.upstream import Origin
from podium.ports import Clock, PriceList, Secrets
from podium.ports.models import ModelCache

Level = Literal["ok", "warn", "fail"]

LEAST_FREE_BYTES: Final = 200 << 20
GOOD_FREE_BYTES: Final = 2 << 30
LEAST_FILES: Final = 256
GOOD_FILES: Final = 4096
WARN_DAYS: Final = 14
CONNECT_S: Final = 5.0
"""No provider is waited for longer than this, whatever its own time-out says."""
_SOCKET_PATH_BYTES: Final = 107  # sun_path of unix(7), less its closing zero
_FIRST_RELEASE_NS: Final = 1_763_000_000_000_000_000  # no clock that is right shows an earlier time
_REMOTE_FILE_SYSTEMS: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs"})


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. ``fix`` says what to do, and is empty where all is well."""

    name: str
    level: Level
    detail: str
    fix: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What Podium would start with."""

    state: Path
    manifests: Path
    host: str
    port: int
    admin_port: int
    clock: Clock
    prices: PriceList
    secrets: Secrets
    models: ModelCache
    running: Callable[[], bool]
    """Whether a Podium runs on this state."""
    open_database: Callable[[], None]
    """Opens and closes the database. Raises StateError, for instance where its schema is newer."""
    counting: Callable[[], str]
    """Says by what the programs of tasks are counted and limited here."""
    tools_port: int = 0
    collector_port: int = 0
    """0: not looked at."""
    certificate: Callable[[], tuple[str, int] | None] = lambda: None
    """Says which ports have TLS and until when (Unix ns); None: none has. Raises StateError for its files."""
    keeper: tuple[str, Callable[[], Awaitable[object]]] | None = None
    """Of a gateway's machine: where its keeper is, and a question to it, which raises PodiumError."""


async def examine(around: Surroundings) -> list[Check]:
    """Return every check's result, in the order in which a person would mend them."""
    running = around.running()
    checks = [
        _python(),
        _packages(),
        _files_limit(),
        _clock(around),
        *_state(around),
        *_database(around),
        *_secrecy(around.state),
        _port("gateway port", around.host, around.port, "PODIUM_PORT", running=running),
        *_certificate(around),
    ]
    if around.keeper is not None:
        return [*checks, *_optional_ports(around, running=running), await _keeper(*around.keeper)]
    checks += [
        _port("admin port", around.host, around.admin_port, "PODIUM_ADMIN_PORT", running=running),
        *_optional_ports(around, running=running),
        Check("programs", "ok", around.counting()),
    ]
    manifests, snapshot = _manifests(around)
    checks.append(manifests)
    if snapshot is not None:
        providers = list(snapshot.providers.values())
        checks += [check for row in providers for check in _credential(row, around.secrets)]
        checks += [check for row in providers for check in _local_model(row, around.models)]
        checks += await asyncio.gather(*(_reach(row, running=running) for row in providers))
    return checks


def worst(checks: list[Check]) -> Level:
    """Return the worst level of all."""
    levels = {check.level for check in checks}
    return "fail" if "fail" in levels else "warn" if "warn" in levels else "ok"


def _python() -> Check:
    version = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    if sqlite3.sqlite_version_info < (3, 35):
        return Check("python", "fail", version, "Use a Python whose SQLite is 3.35 or newer.")
    return Check("python", "ok", version)


def _packages() -> Check:
    """Compare what is installed with the lower bounds of Podium's own metadata."""
    try:
        wanted = importlib.metadata.requires("podium") or []
    except importlib.metadata.PackageNotFoundError:
        return Check("packages", "warn", "Podium is not installed, only imported.", "Run scripts/setup demo.")
    wrong = []
    for requirement in wanted:
        match = re.match(r"([A-Za-z0-9._-]+)\s*(?:>=\s*([0-9.]+))?", requirement)
        if match is None or "extra ==" in requirement:
            continue
        try:
            version = importlib.metadata.version(match[1])
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{match[1]} is missing")
            continue
        if match[2] and _numbers(version) < _numbers(match[2]):
            wrong.append(f"{match[1]} is {version}, older than {match[2]}")
    if wrong:
        return Check("packages", "fail", "; ".join(wrong), "Run scripts/setup demo, or install Podium again.")
    return Check("packages", "ok", f"Podium {importlib.metadata.version('podium')} and what it needs")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _files_limit() -> Check:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= GOOD_FILES:
        return Check("open files", "ok", f"limit {soft}")
    best = "unlimited" if hard == resource.RLIM_INFINITY else str(hard)
    level: Level = "fail" if soft < LEAST_FILES else "warn"
    detail = f"limit {soft}: a call takes two, so a worker stands about {max(soft - 64, 0) // 2} at a time"
    return Check("open files", level, detail, f"ulimit -n {GOOD_FILES} (at most {best}) before podium up.")


def _clock(around: Surroundings) -> Check:
    now_ns = around.clock.wall_ns()
    said = datetime.fromtimestamp(now_ns // 1_000_000_000, UTC).isoformat()
    fix = "Set the clock, and keep it by NTP: charges count in the window that it shows."
    if now_ns < _FIRST_RELEASE_NS:
        return Check("clock", "fail", f"{said} is before this software was written", fix)
    written_ns = max((path.stat().st_mtime_ns for path in _state_files(around.state)), default=0)
    ahead_s = (written_ns - now_ns) / 1e9
    if ahead_s > 1:
        return Check("clock", "fail", f"{said}, but the state was written {ahead_s:.0f} s after that", fix)
    return Check("clock", "ok", said)


def _state_files(state: Path) -> Iterator[Path]:
    for pattern in ("podium.db*", "log/calls.jsonl", "journals/*/*.journal"):
        yield from state.glob(pattern)


def _state(around: Surroundings) -> Iterator[Check]:
    state = around.state
    there = state
    while not there.exists() and there != there.parent:
        there = there.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=there) as probe:
            probe.write(b"podium doctor")
            probe.flush()
            os.fdatasync(probe.fileno())
    except OSError as error:
        fix = "Make it writable for the user that runs Podium, or choose another with --state."
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            fix = "Free its disk; Podium takes no calls until there is room, and goes on by itself then."
        yield Check("state directory", "fail", f"{state} cannot be written: {error.strerror}", fix)
        return
    detail = f"{state.absolute()}" + ("" if state.exists() else " (podium up makes it)")
    length = len(os.fsencode(str(state / "keeper.sock")))
    kind = _file_system(there)
    if length > _SOCKET_PATH_BYTES:
        fix = f"Use a --state that is {length - _SOCKET_PATH_BYTES} bytes shorter."
        yield Check("state directory", "fail", f"{detail}: too long for the path of a Unix socket", fix)
    elif kind in _REMOTE_FILE_SYSTEMS:
        fix = "Use a --state on a disk of this machine: locks and SQLite need one."
        yield Check("state directory", "fail", f"{detail} is on a network file system ({kind})", fix)
    else:
        yield Check("state directory", "ok", detail)
    free = shutil.disk_usage(there).free
    level: Level = "fail" if free < LEAST_FREE_BYTES else "warn" if free < GOOD_FREE_BYTES else "ok"
    fix = (
        ""
        if level == "ok"
        else "Free some space, or choose a --state elsewhere: a full disk stops all calls."
    )
    yield Check("disk", level, f"{free / 1e9:.1f} GB free", fix)


def _file_system(path: Path) -> str:
    """Return the type of the file system that holds a path, "" where /proc does not say."""
    resolved = path.resolve()
    best, kind = Path(), ""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    for line in lines:
        _, mount, found, *_ = line.split(" ")
        point = Path(mount.encode().decode("unicode_escape"))
        if resolved.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, found
    return kind


def _database(around: Surroundings) -> Iterator[Check]:
    kept = [around.state / name for name in ("database", "podium.db") if (around.state / name).exists()]
    if not kept:
        return
    try:
        around.open_database()
    except PodiumError as error:
        yield Check("database", "fail", error.message, error.fix)
    else:
        named = "PostgreSQL, named by " if kept[0].name == "database" else ""
        yield Check("database", "ok", f"{named}{kept[0]}")


def _secrecy(state: Path) -> Iterator[Check]:
    """Look at owner and mode of what must stay secret. Nothing is there before the first start."""
    if not state.is_dir():
        return
    wrong, fixes = [], []
    for path in (
        state,
        state / "admin.token",
        state / "database",
        state / "keys",
        *sorted((state / "keys").glob("*")),
    ):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        mode, best = stat.S_IMODE(found.st_mode), "0700" if path.is_dir() else "0600"
        # A public key may be read by everybody: whoever verifies the chain needs it.
        if mode & (0o022 if path.suffix == ".pub" else 0o077):
            wrong.append(f"{path} has mode {mode:04o}")
            fixes.append(f"chmod {best} {path}")
        if found.st_uid != os.geteuid():
            wrong.append(f"{path} belongs to user {found.st_uid}, this is user {os.geteuid()}")
            fixes.append(f"chown {os.geteuid()} {path}")
    if wrong:
        yield Check("permissions", "fail", "; ".join(wrong), "; ".join(fixes))
    else:
        yield Check("permissions", "ok", "state, keys and token are their owner's alone")


def _port(name: str, host: str, port: int, variable: str, *, running: bool) -> Check:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # Bound without SO_REUSEPORT: that fails where anybody has the port, our own workers included.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EADDRINUSE and running:
                return Check(name, "ok", f"{host}:{port} is in use, and Podium runs on this state")
            fix = f"Stop what listens there (ss -ltnp 'sport = :{port}'), or set {variable}."
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                fix = "Set PODIUM_HOST to an address of this machine."
            return Check(name, "fail", f"{host}:{port}: {error.strerror}", fix)
    if running:
        fix = f"If it was started with another port, set {variable}; else see podium status."
        return Check(name, "warn", f"nothing listens on {host}:{port}, though Podium runs on this state", fix)
    return Check(name, "ok", f"{host}:{port} is free")


def _optional_ports(around: Surroundings, *, running: bool) -> Iterator[Check]:
    """Look at ports that are listened to only while something wants them: taken by others, or not."""
    named = (("tools", around.tools_port, "TOOLS"), ("collector", around.collector_port, "COLLECTOR"))
    for name, port, variable in named:
        if port:
            check = _port(f"{name} port", around.host, port, f"PODIUM_{variable}_PORT", running=running)
            if check.level == "warn":
                check = Check(check.name, "ok", f"nothing listens on {around.host}:{port}")
            yield check


def _certificate(around: Surroundings) -> Iterator[Check]:
    try:
        found = around.certificate()
    except PodiumError as error:
        yield Check("TLS", "fail", error.message, error.fix)
        return
    if found is None:
        return
    ports, until_ns = found
    left_days = (until_ns - around.clock.wall_ns()) / 86_400e9
    until = datetime.fromtimestamp(until_ns // 1_000_000_000, UTC).isoformat()
    level: Level = "fail" if left_days <= 0 else "warn" if left_days < WARN_DAYS else "ok"
    fix = "" if level == "ok" else "Put a new certificate into its file; it is used within a second."
    yield Check("TLS", level, f"{ports}: the certificate is valid until {until}", fix)


async def _keeper(where: str, ask: Callable[[], Awaitable[object]]) -> Check:
    try:
        await ask()
    except PodiumError as error:
        fix = (
            error.fix or f"See that a podium up --keeper-listen runs at {where}, and that nothing is between."
        )
        return Check("keeper", "fail", error.message, fix)
    return Check("keeper", "ok", f"{where} answers; calls and tools go there")


def _manifests(around: Surroundings) -> tuple[Check, Snapshot | None]:
    try:
        snapshot = compile_folder(around.manifests, prices=around.prices, at_ns=around.clock.wall_ns())
    except ManifestError as error:
        detail = "\n".join(str(finding) for finding in error.findings)
        return Check("manifests", "fail", detail, "Mend them; `podium validate` shows the same."), None
    counts = (
        f"providers {len(snapshot.providers)}, models {len(snapshot.models)}, agents {len(snapshot.agents)}"
    )
    return Check("manifests", "ok", f"{around.manifests} compiles: {counts}"), snapshot


def _credential(row: ProviderRow, secrets: Secrets) -> Iterator[Check]:
    if row.credential is None:
        return
    name = f"credential of {row.name}"
    try:
        secrets.read(row.credential)
    except PodiumError as error:
        yield Check(name, "fail", error.message, error.fix)
        return
    file = row.credential.file
    if file is not None and stat.S_IMODE(Path(file).stat().st_mode) & 0o077:
        yield Check(name, "warn", f"{file} can be read by other users", f"chmod 0600 {file}")
        return
    yield Check(name, "ok", f"file {file}" if file is not None else f"variable {row.credential.env}")


def _local_model(row: ProviderRow, models: ModelCache) -> Iterator[Check]:
    if row.llama is None:
        return
    name, model = f"model of {row.name}", row.llama.model
    try:
        path = models.find(model)
        whole = model.endswith(".gguf") or models.verify(model)
    except NotFound as error:
        yield Check(name, "fail", error.message, error.fix)
        return
    if not whole:
        fix = f"podium model rm {model} && podium model pull {model}"
        yield Check(name, "fail", f"{path} is not what was fetched: its digest differs", fix)
    elif not _installed("xllamacpp"):
        yield Check(name, "fail", "xllamacpp is not installed", "Install Podium with its extra `models`.")
    else:
        yield Check(name, "ok", f"{model}: {path}")


def _installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _served(name: str, row: ProviderRow, where: str) -> Check:
    """Look at the port on which Podium is to serve a local model: whether it can."""
    port = _port(name, row.host, row.port, "another port in the Provider's baseUrl", running=False)
    return port if port.level == "fail" else Check(name, "ok", f"{where}: podium up serves it")


async def _reach(row: ProviderRow, *, running: bool) -> Check:
    name, where = f"provider {row.name}", f"{row.scheme}://{row.host}:{row.port}"
    if row.llama is not None and not running:
        return _served(name, row, where)
    tls: ssl.SSLContext | None = None
    try:
        if row.scheme == "https":
            tls = ssl.create_default_context(cafile=row.ca_file)
        async with asyncio.timeout(min(row.timeouts.connect_s, CONNECT_S)):
            origin = Origin(row.scheme, row.host, row.port, network=row.network)
            await resolve(asyncio.get_running_loop(), origin)
            _, writer = await asyncio.open_connection(row.host, row.port, ssl=tls)
    except ConnectFailed as error:
        return Check(name, "fail", error.message, error.fix)
    except TimeoutError:
        fix = "Check the network, a firewall, and baseUrl."
        return Check(name, "fail", f"{where} did not answer in {CONNECT_S:g} s", fix)
    except ssl.SSLCertVerificationError as error:
        fix = "Set caFile in the manifest to the authorities that you trust, or correct the clock."
        return Check(name, "fail", f"{where}: its certificate is not trusted: {error.verify_message}", fix)
    except OSError as error:
        fix = "Check baseUrl, and that it runs; calls go to a route's fallbacks meanwhile."
        return Check(name, "fail", f"{where}: {_why(error)}", fix)
    writer.transport.abort()  # nothing was said, so nothing has to be ended in order
    return Check(name, "ok", f"{where} answers" + (" over TLS, certificate trusted" if tls else ""))


def _why(error: OSError) -> str:
    """Return the system's words. asyncio says the address instead; getaddrinfo has errors of its own."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return str(error.strerror or error)
