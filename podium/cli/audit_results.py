"""`podium audit results`: what came of live audits; `podium audit history`: audits over stored traces."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podium.cli.output import When, put_json, put_table

if TYPE_CHECKING:
    from podium.evidence.audits.rules import Audit
    from podium.manifest.audit_rows import AuditRow


@click.command("results")
@click.option("--audit", help="Of this Audit.")
@click.option("--task", help="Over this task.")
@click.option("--agent", help="Over tasks of this agent.")
@click.option("--department", metavar="PATH", help="Of this department and all below it.")
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
                it.verdict if it.final else f"{it.verdict} so far",
                it.severity,
                f"{it.audit}/{it.rule}",
                it.task_id,
                it.agent,
                ", ".join(f"{span.name} {span.span_id}" for span in it.spans[:3]) or "the whole task",
                it.case_id or "–",
            )
            for it in found
        ],
    )
    for rate in held:
        whole = rate.passed + rate.failed + rate.unknown
        counts = f"{rate.passed} pass, {rate.failed} fail, {rate.unknown} unknown of {whole}"
        click.echo(f"{rate.audit}/{rate.rule}: {counts}")


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
@click.option("--agent", help="Traces in which this agent has a span.")
@click.option("--department", metavar="PATH", help="Of this department and all below it.")
@click.option("--task", help="Of this task.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1000, show_default=True, help="Traces.")
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
    shows_all: bool,
    strict: bool,
    as_json: bool,
    **where: object,
) -> int:
    """Judge the traces that a running Podium has, newest first, by a suite or by the Audits in force.

    Exit code 1 when a rule of severity `safety` or `error` failed; with --strict also when one is unknown.
    """
    from podium.cli.audit import EXIT_FAILED, as_json_of, audits_of, fails, put_verdicts, recorded
    from podium.manifest.audit_rows import rules_of
    from podium.ports.spans import SearchTraces, TraceFilter
    from podium.views.audits import Audited, audit_traces, traces_of
    from podium.views.pipelines import in_force

    filters = TraceFilter(**where)  # type: ignore[arg-type] # click has parsed them
    if suites or ready:
        chosen: list[tuple[AuditRow | None, Audit]] = [(None, audit) for audit in audits_of(suites, ready)]
    else:
        with ctx.obj.engine().connect() as connection:
            snapshot = in_force(connection)
        rows = snapshot.audits.values() if snapshot is not None else ()
        chosen = [(row, audit) for row in rows for audit in rules_of(row)]
    if not chosen:
        raise click.UsageError("No Audit is in force: name a --suite, or --ready all.")
    found: list[Audited] = []
    traces, after = 0, None
    while traces < limit:
        page = ctx.obj.ask_collector(SearchTraces(filters, min(100, limit - traces), after))
        for row in page.traces:
            steps = traces_of(recorded(ctx, row.trace_id))
            places = [(agent, path) for agent in row.agents for path in row.departments]
            holding = [
                audit
                for of, audit in chosen
                if of is None or any(of.holds_for(agent, path) for agent, path in places)
            ]
            found += audit_traces(steps, holding)
        traces, after = traces + len(page.traces), page.next
        if after is None:
            break
    if as_json:
        put_json({"verdicts": [as_json_of(one) for one in found]})
    else:
        put_verdicts(found, traces, shows_all=shows_all)
    return EXIT_FAILED if any(fails(one, strict=strict) for one in found) else 0
