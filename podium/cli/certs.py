"""`podium certs`: a small authority for a keeper and its gateways on other machines."""

from pathlib import Path

import click

DAYS = 90


@click.group()
def command() -> None:
    """Make the certificates with which a keeper and its gateways trust each other.

    The authority's key (ca.key) belongs on neither machine: whoever has it can be any gateway. Certificates
    of another authority do as well, if they name a keeper (spiffe://DOMAIN/keeper) or a gateway
    (spiffe://DOMAIN/gateway/NAME) in a URI of their alternative names.
    """


_folder = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("certs"),
    show_default=True,
    help="Folder of the authority.",
)
_days = click.option(
    "--days",
    type=click.IntRange(1, 3650),
    default=DAYS,
    show_default=True,
    help="How long it is valid.",
)


@command.command()
@_folder
@click.pass_context
def init(ctx: click.Context, folder: Path) -> int:
    """Make an authority: ca.pem for every machine, ca.key for nobody else."""
    click.echo(ctx.obj.machine_authority(folder).create())
    return 0


@command.group()
def issue() -> None:
    """Certify a keeper or a gateway; an older certificate of the same name is replaced."""


@issue.command()
@click.argument("hosts", metavar="HOST...", nargs=-1, required=True)
@_folder
@_days
@click.pass_context
def keeper(ctx: click.Context, hosts: tuple[str, ...], folder: Path, days: int) -> int:
    """Certify the keeper under the names and addresses with which gateways reach it."""
    click.echo(ctx.obj.machine_authority(folder).issue_keeper(hosts, days))
    return 0


@issue.command()
@click.argument("name")
@_folder
@_days
@click.pass_context
def gateway(ctx: click.Context, name: str, folder: Path, days: int) -> int:
    """Certify the gateway of one machine under its name, which the keeper shows beside its workers."""
    click.echo(ctx.obj.machine_authority(folder).issue_gateway(name, days))
    return 0
