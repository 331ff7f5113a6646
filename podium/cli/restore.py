"""`podium restore FILE`: make a state directory out of a backup."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.pass_context
def command(ctx: click.Context, file: Path) -> int:
    """Make the state directory (--state) out of a backup; it must not exist, or be empty.

    Every file is checked before anything is put in place. What the journals hold beyond the ledger is taken
    in when Podium starts; calls that were under way at the time of the backup are charged with their hold.
    """
    contents = ctx.obj.restore(file)
    made = f"made by Podium {contents.podium}"
    start = f"podium up --state {ctx.obj.state}"
    if any(name.startswith("manifests/") for name in contents.files):
        start += f" --manifests {ctx.obj.state / 'manifests'}"
    click.echo(f"{ctx.obj.state}: {contents.charges:,} charges, {made}. Start it: {start}")
    return 0
