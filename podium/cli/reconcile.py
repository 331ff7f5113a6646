"""`podium reconcile FILE`: a provider's usage export against the ledger, and what it settles."""

import hashlib
from collections import Counter
from pathlib import Path

import click
import msgspec

from podium.cli.output import When, count, put_json, put_table
from podium.kernel.bill import Bill
from podium.kernel.money import usd_text
from podium.ports.link import Correct, Corrected
from podium.spend.reconciling import STATES, Comparison, Correction, Finding
from podium.views.bills import compare
from podium.views.text import iso
from podium.wire.bills import FORMATS, Format, decode_bill

BATCH = 2_000
"""Corrections a message to the keeper: one transaction each. What was written is not written again."""
_NUMBERS = ("line", "charges", "in doubt", "ours USD", "theirs USD")
_COLUMNS = ("result", "line", "from", "model", "charges", "in doubt", "ours USD", "theirs USD", "why")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--provider", required=True, help="The Provider of the manifests that sent the bill.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=NAME",
    help="Which column of a CSV holds a field: request_id, time, until, model, cost_usd, input_tokens …",
)
@click.option("--since", type=When(), help="From when the export tells everything; for lines of requests.")
@click.option("--until", type=When(), help="Until when, exclusive.")
@click.option(
    "--complete", is_flag=True, help="It has everything of its time: an estimate that is not in it is 0."
)
@click.option("--exact", "correct_exact", is_flag=True, help="Correct exact charges by their own lines too.")
@click.option("--apply", "applies", is_flag=True, help="Write the corrections; otherwise nothing is changed.")
@click.option("--all", "shows_all", is_flag=True, help="Show what agrees too.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path,
    provider: str,
    format_: Format,
    columns: tuple[str, ...],
    since: int | None,
    until: int | None,
    complete: bool,
    correct_exact: bool,
    applies: bool,
    shows_all: bool,
    as_json: bool,
) -> int:
    """Hold a provider's usage export against the ledger: agreed, different, missing here, missing there.

    Estimates and overruns that the export settles become corrections: rows beside the charges, which --apply
    has the keeper write. Exit code 1: something differs or is missing.
    """
    data = file.read_bytes()
    bill = _covering(decode_bill(data, format_, dict(_pair(column) for column in columns)), since, until)
    with ctx.obj.engine().connect() as connection:
        found = compare(connection, bill, provider, correct_exact=correct_exact, complete=complete)
    applied = None
    if applies:
        digest = hashlib.sha256(data).hexdigest()
        applied = _apply(ctx, provider, digest, found.corrections)
    if as_json:
        put_json({"findings": found.findings, "corrections": found.corrections, "applied": applied})
    else:
        _put(found, applied, shows_all=shows_all)
    return int(any(finding.state != "agreed" for finding in found.findings))


def _pair(column: str) -> tuple[str, str]:
    field, equals, name = column.partition("=")
    if not equals or not name:
        raise click.UsageError(f"--column {column}: write FIELD=NAME.")
    return field, name


def _covering(bill: Bill, since: int | None, until: int | None) -> Bill:
    if since is None and until is None:
        return bill
    if since is None or until is None or since >= until:
        raise click.UsageError("--since and --until belong together, and --since comes first.")
    return msgspec.structs.replace(bill, covers=(*bill.covers, (since, until)))


def _apply(ctx: click.Context, provider: str, digest: str, corrections: tuple[Correction, ...]) -> Corrected:
    written = there = 0
    for first in range(0, len(corrections), BATCH):
        part = corrections[first : first + BATCH]
        reply = ctx.obj.ask(Correct(ctx.obj.by(), provider, digest, part))
        written, there = written + reply.written, there + reply.there
    return Corrected(written, there)


def _put(found: Comparison, applied: Corrected | None, *, shows_all: bool) -> None:
    shown = [one for one in found.findings if shows_all or one.state != "agreed" or one.doubtful]
    if shown:
        put_table(_COLUMNS, [_cells(one) for one in shown], right=_NUMBERS)
    states = Counter(one.state for one in found.findings)
    print(", ".join(f"{count(states[state])} {state.replace('_', ' ')}" for state in STATES))
    delta = sum(one.delta_nano_usd for one in found.corrections)
    settled = sum(one.settled for one in found.corrections)
    print(
        f"{count(len(found.corrections))} corrections, {usd_text(delta)} USD in all; "
        f"{count(settled)} charges are exact with them"
    )
    if applied is not None:
        print(f"written: {count(applied.written)}; there already: {count(applied.there)}")
    elif found.corrections:
        print("Nothing was changed: --apply writes the corrections.")


def _cells(one: Finding) -> tuple[str, ...]:
    return (
        one.state.replace("_", " "),
        "–" if one.line is None else count(one.line),
        iso(one.since_ns)[:16] + "Z",
        one.model or "–",
        count(one.charges),
        count(one.doubtful),
        usd_text(one.ours_nano_usd),
        "–" if one.theirs_nano_usd is None else usd_text(one.theirs_nano_usd),
        one.words or "–",
    )
