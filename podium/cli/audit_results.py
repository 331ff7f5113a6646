"""`podium audit results`: what came of live audits; `podium audit history`: audits over stored traces."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec

from podium.cli.audit_judging import (
    Content,
    Judge,
    KnownJudgements,
    compiled,
    judging,
    put_told,
    read_content,
)
from podium.cli.output import When, agent_option, department_option, put_json, put_table

if TYPE_CHECKING:
    from podium.kernel.spans import Span
    from podium.ports.spans import TraceFilter


MOST_STEPS: Final = 3
"""Of those that decided, in a line of the table."""


@click.command("results")
@click.option("--audit", help="Of this Audit.")
@click.option("--task", help="Over this task.")
@agent_option("Over tasks of this agent.")
@department_option("Of this department and all below it.", as_path=True)
@click.option("--verdict", type=click.Choice(["pass", "fail", "unknown"]))
@click.option("--since", "since_ns", type=When(), help="That became so since: 2h, 7d, 2026-11-23T14:00.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def results_(ctx: click.Context, /, limit: int, as_json: bool, **where: object) -> None:
    """List what live audits found, newest first, and how often each rule held."""
    from podium.views.audit_results import ResultFilter, rates, results
    from podium.views.text import iso

    filters = ResultFilter(**where)  # type: ignore[arg-type] # click has parsed them
    with ctx.obj.engine().connect() as connection:
        found = results(connection, filters, limit=limit)
        held = rates(connection, filters)
    if as_json:
        put_json({"results": found, "rates": held})
        return
    put_table(
        ("time", "verdict", "severity", "rule", "task", "agent", "decided by", "case"),
        [
            (
                iso(it.at_ns)[:19] + "Z",
                it.verdict_words,
                it.severity,
                f"{it.audit}/{it.rule}",
                it.task_id,
                it.agent,
                decided_by([f"{span.name} {span.span_id}" for span in it.spans]),
                it.case_id or "–",
            )
            for it in found
        ],
    )
    for rate in held:
        whole = rate.passed + rate.failed + rate.unknown
        counts = f"{rate.passed} pass, {rate.failed} fail, {rate.unknown} unknown of {whole}"
        click.echo(f"{rate.audit}/{rate.rule}: {counts}")


def decided_by(steps: list[str]) -> str:
    """Return some of the steps that decided; the last one among them, for it broke what is counted."""
    if len(steps) > MOST_STEPS:
        return f"{', '.join(steps[: MOST_STEPS - 1])}, {len(steps) - MOST_STEPS} more, {steps[-1]}"
    return ", ".join(steps) or "the whole task"


@click.command("history")
@click.option(
    "--suite",
    "suites",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A file or folder of manifests with Audits. None, and no --ready: the Audits in force.",
)
@click.option("--ready", multiple=True, metavar="NAME", help="A ready audit, or `all`.")
@click.option("--since", "since_ns", type=When(), help="Traces begun since: 2h, 7d.")
@agent_option("Traces in which this agent has a span.")
@department_option("Of this department and all below it.", as_path=True)
@click.option("--task", help="Of this task.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Traces.")
@Judge
@KnownJudgements
@Content
@click.option("--all", "shows_all", is_flag=True, help="Show what passed too.")
@click.option("--strict", is_flag=True, help="What is unknown fails too.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def history(
    ctx: click.Context,
    /,
    suites: Sequence[Path],
    ready: Sequence[str],
    limit: int,
    judge: bool,
    judgements: Path | None,
    content: bool,
    shows_all: bool,
    strict: bool,
    as_json: bool,
    **where: object,
) -> int:
    """Judge what a running Podium has recorded, newest first, by a suite or by the Audits in force.

    A task is judged as a whole, whatever traces its spans are of; what is of no task, trace by trace.
    Exit code 1 when a rule of severity `safety` or `error` failed; with --strict also when one is unknown.
    """
    from podium.cli.audit_run import EXIT_FAILED, as_json_of, failing, put_verdicts, rows_of
    from podium.control.judging import summed
    from podium.evidence.semconv import AGENT, DEPARTMENT
    from podium.manifest.audit_rows import rules_of
    from podium.ports.spans import TraceFilter
    from podium.views.audits import Audited, audit_traces
    from podium.views.pipelines import in_force

    filters = TraceFilter(**where)  # type: ignore[arg-type] # click has parsed them
    if suites or ready:
        chosen = rows_of(suites, ready)
    else:
        with ctx.obj.engine().connect() as connection:
            snapshot = in_force(connection)
        chosen = list(snapshot.audits.values()) if snapshot is not None else []
    if not chosen:
        raise click.UsageError("No Audit is in force: name a --suite, or --ready all.")
    found: list[Audited] = []
    judged = 0
    plain = {row.name: rules_of(row) for row in chosen if not row.judges}
    with judging(ctx, judgements, ask=judge) as judges:
        for name, steps in _recorded(ctx, filters, limit):
            judged += 1
            places = {(it.attributes.get(AGENT, ""), it.attributes.get(DEPARTMENT, "")) for it in steps}
            holding = [row for row in chosen if any(row.holds_for(*place) for place in places)]
            if content and any(row.judges for row in holding):
                read_content(ctx, judges, {it.trace_id for it in steps})
            audits = [plain.get(row.name) or compiled([row], {name: steps}, judges) for row in holding]
            found += audit_traces({name: steps}, [one for its in audits for one in its])
    told = summed(judges.told)
    if as_json:
        judges_told = [msgspec.to_builtins(one) for one in told]
        put_json({"verdicts": [as_json_of(one) for one in found], "judges": judges_told})
    else:
        put_verdicts(found, judged, shows_all=shows_all)
        put_told(told)
    return EXIT_FAILED if failing(found, strict=strict) else 0


def _recorded(ctx: click.Context, where: "TraceFilter", limit: int) -> "Iterator[tuple[str, list[Span]]]":
    """Yield the steps of each task, and of each trace that is of none, with its id."""
    from podium.cli.audit_run import recorded
    from podium.evidence.audits.ordering import steps_of
    from podium.kernel.ids import began_ns
    from podium.kernel.spans import Span
    from podium.ports.spans import GetTaskSpans, SearchTraces

    seen: set[str] = set()
    traces, after = 0, None
    while traces < limit:
        page = ctx.obj.ask_collector(SearchTraces(where, min(100, limit - traces), after))
        for row in page.traces:
            if not row.tasks:
                yield row.trace_id, steps_of(recorded(ctx, row.trace_id))
            for task_id in (it for it in row.tasks if it not in seen):
                seen.add(task_id)
                spans = ctx.obj.ask_collector(GetTaskSpans(task_id, began_ns(task_id))).spans
                yield task_id, steps_of(msgspec.convert(spans, list[Span]))
        traces, after = traces + len(page.traces), page.next
        if after is None:
            return
