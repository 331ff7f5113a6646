"""`podium status`: does it run, on which manifests, how far behind is the ledger."""

import click

from podium.cli.output import counted, put_json
from podium.kernel.errors import NotReady, PodiumError, StateError
from podium.kernel.money import usd_text
from podium.ports.link import GetStatus, StatusIs
from podium.views.silence import read_silent
from podium.views.status import Status, status
from podium.views.text import iso

EXIT_NOT_RUNNING = 5
HANGS_MS = 3_000
"""Who is connected and has asked nothing for so long does not come round, or its machine stands still."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> int:
    """Show whether Podium runs, its workers, and the manifests in force. Exit code 5 when it does not run."""
    keeper: StatusIs | None = None
    why, stands_still = "", False
    try:
        reply = ctx.obj.ask(GetStatus())
        keeper = reply if isinstance(reply, StatusIs) else None
    except PodiumError as error:
        why, stands_still = str(error), error.error_code == NotReady.code
    silent = read_silent(ctx.obj.state)
    known: Status | None = None
    try:
        with ctx.obj.engine().connect() as connection:
            known = status(connection)
    except StateError as error:
        why = why or str(error)
    if as_json:
        slim = _without_snapshot(known)
        said = {"running": keeper is not None, "keeper": keeper, "database": slim, "why": why or None}
        put_json({**said, "silent": {name: it[1] for name, it in silent.items()}})
    else:
        _put(keeper, known, f"podium {'takes no calls' if stands_still else 'is not running'}. {why}")
        for name, (pid, doing) in silent.items():
            print(f"SILENT: {name}, process {pid}: {doing}")
    return 0 if keeper is not None else EXIT_NOT_RUNNING


def _without_snapshot(known: Status | None) -> Status | None:
    import msgspec

    if known is None:
        return None
    return msgspec.structs.replace(known, manifests=msgspec.structs.replace(known.manifests, snapshot=None))


def _asked(ms_ago: object) -> str:
    if not isinstance(ms_ago, int):
        return "SILENT (podium budget held; write-off)"
    return (
        f"asked {ms_ago} ms ago" if ms_ago < HANGS_MS else f"SILENT for {ms_ago // 1000} s: hangs or stopped"
    )


def _put(keeper: StatusIs | None, known: Status | None, why: str) -> None:
    if keeper is None:
        print(why)
    else:
        print(
            f"podium is running since {iso(keeper.started_ns)[:19]}Z: keeper process {keeper.pid},"
            f" ledger {keeper.lag_bytes:,} journal bytes behind, schema {keeper.schema}"
        )
        for worker in keeper.workers:
            print(
                f"  {worker['worker']} ({worker['incarnation']}): process {worker['pid']},"
                f" {_asked(worker['asked_ms_ago'])}, {worker['open_holds']} holds open"
            )
        for machine in keeper.tools:
            asked = _asked(machine["asked_ms_ago"])
            print(
                f"  {machine['gateway']}/tools: {machine['url']}, carried to the tool gateway here, {asked}"
            )
    if known is None:
        return
    version = known.manifests.in_force
    if version is None:
        print("manifests: none in force")
    else:
        since = iso(version.in_force_from_ns)[:19] + "Z"
        counts = counted(known.manifests.counts)
        print(f"manifests: version {version.version}, digest {version.digest[:12]}, since {since} ({counts})")
    refused = known.manifests.refused
    if refused is not None:
        print(f"manifests at {iso(refused.at_ns)[:19]}Z were REFUSED; the version above stays in force:")
        for finding in refused.findings:
            print(f"  {finding}")
    for loss in known.losses:
        print(f"LOST by {loss.process}: {loss.words}, last at {iso(loss.last_ns)[:19]}Z; its log says why")
    print(f"ledger: {known.calls:,} calls, {known.charges:,} charges, {usd_text(known.cost_nano_usd)} USD")
