"""`podium up`: start Podium and supervise its processes."""

from pathlib import Path

import click

from podium.cli.front import front_options


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
@click.option(
    "--tools-port",
    type=click.IntRange(1, 65535),
    help="Port of the tool gateway (MCP), which runs while there are tool servers.  "
    "[default: PODIUM_TOOLS_PORT or 8712]",
)
@click.option(
    "--collector-port",
    type=click.IntRange(0, 65535),
    help="Port on which programs send spans (OTLP/HTTP); 0: none.  [default: PODIUM_COLLECTOR_PORT or 8713]",
)
@click.option(
    "--metrics-token-file",
    help="File with a token for /metrics of the admin port, which is open on loopback only.",
)
@click.option(
    "--most-programs",
    type=click.IntRange(1, 10_000),
    help="Programs of tasks at once; the others wait in the queue.  "
    "[default: 256, or as many as the limit of open files allows]",
)
@click.option(
    "--keep-runs-days",
    type=click.IntRange(0),
    default=7,
    show_default=True,
    help="Days after its end that what a run has said is kept, for a retry; 0: for ever. Figures stay.",
)
@click.option(
    "--keep-spans-days",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Days that spans are kept; 0: for ever. The ledger is kept for ever.",
)
@click.option(
    "--keep-spans-mb",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Megabytes that spans may take before the oldest go; 0: as many as there are.",
)
@click.option(
    "--export-spans",
    metavar="URL",
    help="Another collector, to which all spans are sent on by OTLP/HTTP. docs/traces.md.",
)
@click.option(
    "--export-spans-headers",
    metavar="FILE",
    help="Headers for it, a line each: name: value.",
)
@click.option(
    "--export-spans-mb",
    type=click.IntRange(1),
    default=256,
    show_default=True,
    help="Megabytes that wait on the disk for it at most; beyond, the oldest are not sent.",
)
@click.option(
    "--keep-content-days",
    type=click.IntRange(0),
    default=30,
    show_default=True,
    help="Days that recorded content is kept at the most; 0: for ever. docs/privacy.md.",
)
@click.option(
    "--keep-content-mb",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="Megabytes that recorded content may take before the oldest goes; 0: as many as there are.",
)
@click.option(
    "--gateway-url",
    help="How clients reach the gateway: issuer and audience of task tokens.  "
    "[default: PODIUM_GATEWAY_URL or http://127.0.0.1:PORT]",
)
@click.option(
    "--tools-url",
    help="How clients reach the tool gateway: task tokens are for it too.  "
    "[default: PODIUM_TOOLS_URL or http://127.0.0.1:TOOLS_PORT/mcp]",
)
@click.option(
    "--key-file",
    help="File of 32 bytes that encrypts the keys of task tokens.  "
    "[default: PODIUM_KEY_FILE, or one in the state directory]",
)
@click.option(
    "--keeper-listen",
    metavar="HOST:PORT",
    help="Take gateways of other machines in there (podium gateway).  [default: PODIUM_KEEPER_LISTEN]",
)
@click.option("--keeper-cert", help="PEM file of the keeper's certificate.  [default: PODIUM_KEEPER_CERT]")
@click.option("--keeper-key", help="PEM file of its key.  [default: PODIUM_KEEPER_KEY]")
@click.option(
    "--keeper-ca", help="PEM file of the authority that certifies gateways.  [default: PODIUM_KEEPER_CA]"
)
@front_options
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
    tools_port: int | None,
    collector_port: int | None,
    workers: int,
    grace_s: float,
    hung_after_s: float,
    durability: str,
    log_level: str | None,
    metrics_token_file: str | None,
    export_spans: str | None,
    export_spans_headers: str | None,
    export_spans_mb: int,
    most_programs: int | None,
    keeper_listen: str | None,
    keeper_cert: str | None,
    keeper_key: str | None,
    keeper_ca: str | None,
    gateway_url: str | None,
    tools_url: str | None,
    key_file: str | None,
    **front: str | int | None,
) -> int:
    """Start Podium: keeper, gateway workers, control with console, tools, and local models."""
    if state is not None:
        ctx.obj.use_state(state)
    keep = {name: front.pop(name) for name in list(front) if name.startswith("keep_")}
    code: int = ctx.obj.up(
        manifests=Path(manifests) if manifests is not None else None,
        database=database,
        host=host,
        port=port,
        admin_port=admin_port,
        tools_port=tools_port,
        collector_port=collector_port,
        workers=workers,
        grace_s=grace_s,
        hung_after_s=hung_after_s,
        durability=durability,
        log_level=log_level,
        metrics_token_file=metrics_token_file,
        export_spans=(export_spans, export_spans_headers, export_spans_mb) if export_spans else None,
        most_programs=most_programs,
        keep=keep,
        door=(keeper_listen, keeper_cert, keeper_key, keeper_ca),
        gateway_url=gateway_url,
        tools_url=tools_url,
        key_file=key_file,
        front=front,
    )
    return code
