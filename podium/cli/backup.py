"""`podium backup TARGET`: one file with everything that Podium must not lose, made while it runs."""

from pathlib import Path

import click


@click.command()
@click.argument("target", metavar="FILE|DIR", type=click.Path(path_type=Path))
@click.option(
    "--manifests", type=click.Path(path_type=Path), help="Folder of manifests.  [default: as podium up]"
)
@click.pass_context
def command(ctx: click.Context, target: Path, manifests: Path | None) -> int:
    """Write a backup of the state directory into a file, while Podium runs or stands still.

    A directory gets a file named after the time, podium-20261124T093000Z.tar.gz.

    Ledger, calls, tasks, what runs say, every version of the manifests and their files, credentials' hashes,
    journals, the log, the keys of the chain and of digests, and the admin's token: whoever has the file can
    sign in as the admin, so only its owner can read it.
    Spans are not in it: they are made again from the ledger. Nor are providers' keys and those of tasks:
    tokens from before a restore are refused.
    """
    file, contents, notes = ctx.obj.backup(target, manifests)
    for note in notes:
        click.echo(note, err=True)
    if contents.bodies is not None:
        for how, lost in (("missing", contents.bodies.missing), ("damaged", contents.bodies.damaged)):
            for sha256, owner in lost.items():
                click.echo(f"lost before the backup: the body {sha256} of {owner} is {how}", err=True)
    size_bytes = file.stat().st_size
    click.echo(
        f"{file}: {contents.charges:,} charges, {len(contents.files)} files, {size_bytes / 1e6:,.1f} MB. "
        f"Restore it with: podium --state NEW restore {file}"
    )
    return 0
