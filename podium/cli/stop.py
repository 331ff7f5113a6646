"""`podium stop`: the emergency stop, in force in every worker within a second."""

import click

from podium.ports.acts import SteerBreaker


@click.command()
@click.argument("key")
@click.option("--release", is_flag=True, help="Let it go on again.")
@click.option("--reason", required=True, help="Why, in a sentence; it is kept for ever.")
@click.pass_context
def command(ctx: click.Context, key: str, release: bool, reason: str) -> None:
    """Stop KEY at once: agent/NAME, department/NAME, task/ID, or all.

    Calls are refused and streams that are under way end after their current event, until --release.
    """
    act = SteerBreaker(ctx.obj.by(), key, "resume" if release else "stop", reason)
    click.echo(ctx.obj.ask(act).text)
