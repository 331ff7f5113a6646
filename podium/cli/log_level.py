"""`podium log-level`: change what the processes of a running Podium log."""

import os
import signal

import click

from podium.settings import LOG_LEVEL_FILE, LOG_LEVELS


@click.command()
@click.argument("level", type=click.Choice(LOG_LEVELS))
@click.pass_context
def command(ctx: click.Context, level: str) -> int:
    """Log at LEVEL from now on, in all processes, until Podium is started again."""
    file = ctx.obj.state / LOG_LEVEL_FILE
    ctx.obj.signal_supervisor(None)
    ctx.obj.note_operation("log_level", level)
    aside = file.with_name(f"{LOG_LEVEL_FILE}.{os.getpid()}")
    aside.write_text(level, encoding="ascii")
    aside.replace(file)
    ctx.obj.signal_supervisor(signal.SIGUSR1)
    click.echo(f"All processes log at level {level}.")
    return 0
