"""The control process: ``python -m podium.app.control``. Reconciler, admin API and console.

The reconciler comes first, because workers wait for the manifests; the web frameworks are imported while
they already serve.
"""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import socket
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from podium.adapters.link import KeeperClient, KeeperClients
from podium.adapters.prices.genai import GenaiPrices
from podium.adapters.system import Entropy, SystemClock, process_figures
from podium.app.front import ADMIN, Front, serve_with, server_tls
from podium.app.process import family, log_to_stderr, notify, run, stop_event
from podium.app.watching import say_ready
from podium.control.reconcile import Reconciler
from podium.kernel.errors import PodiumError
from podium.manifest.snapshot import Snapshot
from podium.ports.link import GetStatus
from podium.settings import Settings, read_settings, read_variable
from podium.views.silence import read_silent

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from podium.admin.metrics import LoopLag
    from podium.app.web import WebServer
    from podium.control.incoming import Incoming
    from podium.control.oidc import Issuer
    from podium.control.webhooks import Webhooks

logger = logging.getLogger("podium.control")

TRY_AGAIN_S = 1.0


def local_models(snapshot: Snapshot) -> list[dict[str, object]]:
    """Return what the supervisor needs to run the local models of a snapshot."""
    return [
        {
            "provider": row.name,
            "host": row.host,
            "port": row.port,
            "model": row.llama.model,
            "context": row.llama.context_tokens,
            "parallel": row.llama.parallel,
            "threads": row.llama.threads,
        }
        for row in snapshot.providers.values()
        if row.llama is not None
    ]


def _web(arguments: argparse.Namespace, state: Path, keeper: KeeperClient) -> "tuple[WebServer, LoopLag]":
    """Build the web server. Slow to import, so it runs in a thread.

    What it makes lives to the end: none of it is garbage, so none is looked for meanwhile, nor later.
    """
    gc.disable()
    try:
        return _built(arguments, state, keeper)
    finally:
        gc.freeze()
        gc.enable()


def _built(arguments: argparse.Namespace, state: Path, keeper: KeeperClient) -> "tuple[WebServer, LoopLag]":
    from podium.adapters.artifacts import FileArtifacts
    from podium.adapters.evidence_keys import FileKeys, good_signature
    from podium.adapters.passwords import Argon2Passwords
    from podium.adapters.records import open_for_reading
    from podium.admin.api import create_app
    from podium.admin.metrics import LoopLag, add_metrics
    from podium.console.app import mount
    from podium.console.frame import Acting
    from podium.control.door import Door
    from podium.control.logins import Logins
    from podium.control.oidc import OidcLogins
    from podium.views.evidence import Trust

    token = (state / "admin.token").read_text(encoding="ascii").strip()
    engine = open_for_reading(state)
    clock = SystemClock()
    door, entropy, passwords = Door(engine, token, clock), Entropy(), Argon2Passwords()
    trust = Trust(FileKeys(state / "keys").public_keys, good_signature)
    collector = KeeperClients(state / "collector.sock")
    app = create_app(
        engine=engine,
        keeper=keeper,
        door=door,
        clock=clock,
        entropy=entropy,
        passwords=passwords,
        trust=trust,
        incoming=_incoming(engine, keeper, clock),
        collector=collector,
        artifacts=FileArtifacts(state),
    )
    settings, lag = read_settings(), LoopLag()
    add_metrics(
        app,
        engine=engine,
        keeper=keeper,
        family=lambda: family(os.getppid()),
        figures=process_figures,
        tokens=None if is_loopback(arguments.host) else lambda: metrics_tokens(arguments, token),
        lag=lag,
        silent=lambda: read_silent(state),
    )
    issuer = _issuer(settings)
    logins = Logins(
        engine=engine, door=door, keeper=keeper, clock=clock, entropy=entropy, passwords=passwords
    )
    mount(
        app,
        engine=engine,
        door=door,
        logins=logins,
        acting=Acting(keeper, entropy, passwords, trust, collector, FileArtifacts(state)),
        clock=clock,
        probe=lambda: keeper.ask(GetStatus()),
        oidc=OidcLogins(issuer, clock, entropy) if issuer is not None else None,
        public_url=settings.public_url,
    )
    return serve_app(app, arguments, settings.trusted_proxies), lag


def _incoming(engine: "Engine", keeper: KeeperClient, clock: SystemClock) -> "Incoming":
    """Return what takes signed messages to pipelines."""
    from podium.adapters.system import HostSecrets
    from podium.control.incoming import Incoming

    secrets = HostSecrets(read_variable, clock.monotonic_ns)
    return Incoming(engine=engine, keeper=keeper, secrets=secrets, clock=clock)


def serve_app(app: "FastAPI", arguments: argparse.Namespace, trusted: Sequence[str] = ()) -> "WebServer":
    """Return what serves an application. ``trusted``: proxies that are believed who asks, and how."""
    import uvicorn

    from podium.app.web import ADMIN_LIMITS, WebServer, problem

    config = uvicorn.Config(
        app,
        host=arguments.host,
        port=arguments.port,
        log_config=None,
        access_log=False,
        lifespan="on",
        proxy_headers=bool(trusted),
        forwarded_allow_ips=list(trusted),
        timeout_graceful_shutdown=3,
    )
    return WebServer(config, ADMIN_LIMITS, problem)


def _webhooks(arguments: argparse.Namespace, state: Path) -> "Webhooks":
    """Return what tells webhooks of cases."""
    from podium.adapters.records import open_for_reading
    from podium.adapters.system import HostSecrets
    from podium.control.webhooks import Webhooks
    from podium.net.proxies import Proxies
    from podium.net.upstream import Pool

    settings, clock = read_settings(), SystemClock()
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    scheme = Front.from_text(arguments.front).scheme(ADMIN)
    return Webhooks(
        engine=open_for_reading(state),
        keeper=KeeperClient(state / "keeper.sock"),
        pool=Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy)),
        secrets=HostSecrets(read_variable, clock.monotonic_ns),
        clock=clock,
        public_url=settings.public_url or f"{scheme}://{host}:{arguments.port}",
    )


def _issuer(settings: Settings) -> "Issuer | None":
    """Return who vouches for people, None where nobody does."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    from podium.control.oidc import Issuer
    from podium.trust.people import parse_role_rules

    file = settings.oidc_client_secret_file

    def secret() -> str | None:
        return Path(file).read_text(encoding="utf-8").strip() if file is not None else None

    rules = parse_role_rules(settings.oidc_roles)
    return Issuer(settings.oidc_issuer, settings.oidc_client_id, secret, rules, settings.oidc_name_claim)


def is_loopback(host: str) -> bool:
    """Whether only this machine can connect to an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def metrics_tokens(arguments: argparse.Namespace, admin: str) -> list[str]:
    """Return what a scraper may bear: the admin token, and what --metrics-token-file holds now."""
    if arguments.metrics_token_file is None:
        return [admin]
    try:
        own = Path(arguments.metrics_token_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        logger.warning("%s cannot be read: %s", arguments.metrics_token_file, error)
        return [admin]
    return [admin, own] if own else [admin]


def _listening(arguments: argparse.Namespace) -> socket.socket:
    """Return a socket on the port that the supervisor has claimed for us."""
    listening = socket.socket(socket.AF_INET6 if ":" in arguments.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((arguments.host, arguments.port))
    return listening


async def _readable(state: Path, stop: asyncio.Event) -> bool:
    """Wait until the records can be read; return whether that was before the end.

    A newer Podium than the keeper that runs may not know their schema: then there is no console until
    `podium up` is started again, and calls go on.
    """
    from podium.adapters.records import open_for_reading

    said = ""
    while not stop.is_set():
        try:
            (await asyncio.to_thread(open_for_reading, state)).dispose()
        except PodiumError as error:
            if str(error) != said:
                said = str(error)
                logger.warning("no console and no admin API until the records can be read: %s", said)
        else:
            return not stop.is_set()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TRY_AGAIN_S):
                await stop.wait()
    return False


async def control(arguments: argparse.Namespace) -> None:
    """Reconcile and serve until told to stop."""
    state, front = Path(arguments.state), Front.from_text(arguments.front)
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    reconciler = Reconciler(
        folder=Path(arguments.manifests),
        keeper=KeeperClient(state / "keeper.sock"),
        price_list=GenaiPrices(),
        clock=SystemClock(),
        on_snapshot=lambda snapshot: notify(
            arguments.notify_fd,
            {
                "models": local_models(snapshot),
                "tools": bool(snapshot.tool_servers),
                "runs": bool(snapshot.pipelines)
                or any(agent.run is not None for agent in snapshot.agents.values()),
            },
        ),
    )
    reconciling = asyncio.create_task(reconciler.run())
    telling: asyncio.Task[None] | None = None
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait(
        {asyncio.create_task(reconciler.first.wait()), stopping}, return_when=asyncio.FIRST_COMPLETED
    )
    if await _readable(state, stop):
        server, lag = await asyncio.to_thread(_web, arguments, state, KeeperClient(state / "keeper.sock"))
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # signals are ours
        watching = serve_with(server_tls(front, ADMIN), server.config)
        serving = asyncio.create_task(server._serve([_listening(arguments)]))  # noqa: SLF001 - serve() would take the signals
        while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has a flag, no event
            await asyncio.sleep(0.02)
        say_ready(arguments.notify_fd, "control")
        measuring = asyncio.create_task(lag.watch())
        telling = asyncio.create_task(_webhooks(arguments, state).run())
        await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        measuring.cancel()
        if watching is not None:
            watching.cancel()
        server.end()
        await serving
    for task in filter(None, (reconciling, telling)):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.control")
    parser.add_argument("--state", required=True)
    parser.add_argument("--manifests", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8711)
    parser.add_argument("--gateway-port", type=int, default=8710)
    parser.add_argument("--front", default="{}")
    parser.add_argument("--metrics-token-file")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("control", arguments.log_level)
    run(control(arguments))


if __name__ == "__main__":
    main()
