"""`podium up`: start Podium and supervise its processes."""

from pathlib import Path

import click


@click.command()
@click.option("--state", help="State directory.  [default: PODIUM_STATE or ./.podium]")
@click.option("--manifests", help="Folder of manifests.  [default: PODIUM_MANIFESTS or ./manifests]")
@click.option(
    "--database",
    metavar="URL",
    help="PostgreSQL for records and ledger, postgresql+psycopg://...; the state directory remembers it.  "
    "[default: PODIUM_DATABASE, or SQLite]",
)
@click.option("--host", help="Address to listen on.  [default: PODIUM_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The gateway's port.  [default: PODIUM_PORT or 8710]"
)
@click.option(
    "--admin-port",
    type=click.IntRange(1, 65535),
    help="Port of console and admin API.  [default: PODIUM_ADMIN_PORT or 8711]",
)
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Gateway workers.")
@click.option(
    "--grace",
    "grace_s",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help="Seconds that calls in flight may take when Podium stops.",
)
@click.option(
    "--durability",
    type=click.Choice(["group", "strict"]),
    default="group",
    show_default=True,
    help="group: a hold is on the disk within 20 ms; strict: before the call is sent.",
)
@click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"]))
@click.option("--tls-cert", help="PEM file of the gateway's certificate chain.  [default: PODIUM_TLS_CERT]")
@click.option(
    "--metrics-token-file",
    help="File with a token for /metrics of the admin port, which is open on loopback only.",
)
@click.option(
    "--keep-spans-days",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Days that spans are kept; 0: for ever. The ledger is kept for ever.",
)
@click.option("--tls-key", help="PEM file of its key.  [default: PODIUM_TLS_KEY]")
@click.option(
    "--tls-client-ca",
    help="PEM file of authorities: clients must show a certificate of one.  [default: PODIUM_TLS_CLIENT_CA]",
)
@click.option(
    "--max-body-bytes", type=click.IntRange(1), help="Longest body of a request.  [default: 33554432]"
)
@click.option("--max-connections", type=click.IntRange(1), help="Of one worker.  [default: 8192]")
@click.option(
    "--max-connections-per-client",
    type=click.IntRange(1),
    help="Of one address to one worker.  [default: 4096]",
)
@click.option(
    "--max-requests-per-connection",
    type=click.IntRange(0),
    help="The last one is answered with connection: close; 0 is no limit.  [default: 0]",
)
@click.option(
    "--max-in-flight",
    type=click.IntRange(1),
    help="Calls, streams among them, that one worker serves at the same time.  [default: 4096]",
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    state: str | None,
    manifests: str | None,
    database: str | None,
    host: str | None,
    port: int | None,
    admin_port: int | None,
    workers: int,
    grace_s: float,
    durability: str,
    log_level: str | None,
    metrics_token_file: str | None,
    keep_spans_days: int,
    **front: str | int | None,
) -> int:
    """Start Podium: keeper, gateway workers, control with console, and local models."""
    if state is not None:
        ctx.obj.use_state(state)
    code: int = ctx.obj.up(
        manifests=Path(manifests) if manifests is not None else None,
        database=database,
        host=host,
        port=port,
        admin_port=admin_port,
        workers=workers,
        grace_s=grace_s,
        durability=durability,
        log_level=log_level,
        metrics_token_file=metrics_token_file,
        keep_spans_days=keep_spans_days,
        front=front,
    )
    return code
