"""`podium backup FILE`: one file with everything that Podium must not lose, made while it runs."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def command(ctx: click.Context, file: Path) -> int:
    """Write a backup of the state directory into FILE, while Podium runs or stands still.

    Ledger, calls, tasks, manifests in force, credentials' hashes, journals, the log, and Podium's own keys:
    whoever has the file can sign in as the admin, so only its owner can read it. Spans are not in it: they
    are made again from the ledger. Your files of manifests are not in it either: they are in your repository.
    """
    contents = ctx.obj.backup(file)
    size_bytes = file.stat().st_size
    click.echo(
        f"{file}: {contents.charges:,} charges, {len(contents.files)} files, {size_bytes / 1e6:,.1f} MB. "
        f"Restore it with: podium --state NEW restore {file}"
    )
    return 0
