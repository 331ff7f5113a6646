"""`podium doctor`: what would keep Podium from running here, and what to do."""

import asyncio
from pathlib import Path
from typing import Any

import click

from podium.cli.output import put_json
from podium.control.doctor import Surroundings, examine, worst
from podium.kernel.errors import PodiumError
from podium.ports.link import GetStatus

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option(
    "--manifests", type=click.Path(path_type=Path), help="Folder of manifests.  [default: as podium up]"
)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(ctx: click.Context, manifests: Path | None, as_json: bool) -> int:
    """Check this machine, the state, the manifests and the providers. Exit code 1 if anything failed."""
    checks = asyncio.run(examine(_surroundings(ctx.obj, manifests)))
    if as_json:
        put_json({"worst": worst(checks), "checks": checks})
        return 1 if worst(checks) == "fail" else 0
    width = max(len(check.name) for check in checks)
    indent = " " * (width + 8)
    for check in checks:
        level = click.style(f"{check.level:<4}", fg=_COLOURS[check.level])
        detail = check.detail.replace("\n", "\n" + indent)
        click.echo(f"{level}  {check.name:<{width}}  {detail}")
        if check.fix:
            click.echo(f"{indent}-> {check.fix}")
    failed, warned = (sum(check.level == level for check in checks) for level in ("fail", "warn"))
    click.echo(f"{len(checks)} checks: {failed} failed, {warned} with a warning")
    return 1 if failed else 0


def _surroundings(composition: Any, manifests: Path | None) -> Surroundings:
    settings = composition.settings

    def running() -> bool:
        try:
            composition.ask(GetStatus())
        except PodiumError:
            return False
        return True

    def open_database() -> None:
        composition.engine().connect().close()

    return Surroundings(
        state=composition.state,
        manifests=composition.manifests(manifests),
        host=settings.host,
        port=settings.port,
        admin_port=settings.admin_port,
        clock=composition.clock,
        prices=composition.price_list(),
        secrets=composition.secrets(),
        models=composition.model_cache,
        running=running,
        open_database=open_database,
        counting=composition.counting,
        tools_port=settings.tools_port,
        collector_port=settings.collector_port if settings.keeper is None else 0,
        certificate=composition.certificate,
        keeper=composition.keeper_elsewhere(),
    )
