"""`podium upgrade`: replace the gateway workers one by one, without a call that fails."""

import signal
import time

import click

from podium.kernel.errors import PodiumError, StateError
from podium.ports.link import GetStatus, StatusIs

_LOOK_EVERY_S = 0.1


@click.command()
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=120.0,
    show_default=True,
    help="Seconds until this verb gives up waiting; the workers go on.",
)
@click.pass_context
def command(ctx: click.Context, timeout_s: float) -> int:
    """Start new gateway workers from what is installed now, and end each old one when its successor serves.

    Calls in flight finish on the old worker; new ones go to the new one; none is refused. The same as SIGHUP
    to the process of `podium up`. Keeper and control go on: restart `podium up` to change those.
    """
    before = _workers(ctx)
    ctx.obj.note_operation("upgrade")
    ctx.obj.signal_supervisor(signal.SIGHUP)
    deadline_s = time.monotonic() + timeout_s
    while True:
        time.sleep(_LOOK_EVERY_S)
        try:
            now = _workers(ctx)
        except PodiumError:
            now = before
        if now and not set(now) & set(before) and len(now) >= len(before):
            click.echo(f"{len(now)} workers replaced: {', '.join(sorted(now.values()))}")
            return 0
        if time.monotonic() > deadline_s:
            raise StateError(
                f"{len(set(now) & set(before))} workers were not replaced within {timeout_s:g} s.",
                fix="Look at what `podium up` says; a stream that goes on keeps its worker up to --grace.",
                code="upgrade_unfinished",
            )


def _workers(ctx: click.Context) -> dict[str, str]:
    """Return each worker's incarnation, and its name with its process."""
    reply = ctx.obj.ask(GetStatus())
    if not isinstance(reply, StatusIs):
        return {}
    return {str(one["incarnation"]): f"{one['worker']} (process {one['pid']})" for one in reply.workers}
