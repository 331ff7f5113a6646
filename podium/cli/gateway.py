"""`podium gateway`: gateway workers on a machine whose keeper is elsewhere."""

import click

from podium.cli.front import front_options


@click.command()
@click.option("--state", help="State directory of this machine.  [default: PODIUM_STATE or ./.podium]")
@click.option(
    "--keeper",
    metavar="HOST:PORT",
    help="Where the keeper takes gateways in (podium up --keeper-listen).  [default: PODIUM_KEEPER]",
)
@click.option("--cert", help="PEM file of this gateway's certificate.  [default: PODIUM_KEEPER_CERT]")
@click.option("--key", help="PEM file of its key.  [default: PODIUM_KEEPER_KEY]")
@click.option("--ca", help="PEM file of the keeper's authority.  [default: PODIUM_KEEPER_CA]")
@click.option("--host", help="Address to listen on.  [default: PODIUM_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="The gateway's port.  [default: PODIUM_PORT or 8710]"
)
@click.option(
    "--tools-port",
    type=click.IntRange(1, 65535),
    help="Port on which tools are called from this machine (MCP), while there are tool servers.  "
    "[default: PODIUM_TOOLS_PORT or 8712]",
)
@click.option(
    "--tools-url",
    help="How clients call it.  [default: PODIUM_TOOLS_URL or http://127.0.0.1:TOOLS_PORT/mcp]",
)
@front_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    state: str | None,
    keeper: str | None,
    cert: str | None,
    key: str | None,
    ca: str | None,
    host: str | None,
    port: int | None,
    tools_port: int | None,
    tools_url: str | None,
    workers: int,
    grace_s: float,
    hung_after_s: float,
    durability: str,
    log_level: str | None,
    **front: str | int | None,
) -> int:
    """Run gateway workers on this machine for a keeper on another one, over mutual TLS.

    Journals are written here, and shipped to the keeper as they grow. Providers' credentials are read here
    too: their variables and files must be on this machine.
    """
    if state is not None:
        ctx.obj.use_state(state)
    code: int = ctx.obj.gateway(
        keeper,
        (cert, key, ca),
        host=host,
        port=port,
        tools_port=tools_port,
        tools_url=tools_url,
        workers=workers,
        grace_s=grace_s,
        hung_after_s=hung_after_s,
        durability=durability,
        log_level=log_level,
        front=front,
    )
    return code
