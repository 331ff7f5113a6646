"""`podium traces`: search traces, look at one, compare two, figures of spans, and read-only SQL."""

from typing import TYPE_CHECKING, get_args

import click

from podium.cli.output import (
    Seconds,
    Usd,
    When,
    count,
    counted,
    department_option,
    plain,
    put_json,
    put_table,
    usage,
)
from podium.kernel.money import usd_text
from podium.ports.spans import MAX_FOUND, GetExport, GetStats, Key, RunSql, SearchTraces, TraceFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from podium.evidence.comparing import Pair, Step
    from podium.trust.values.label_flow import FlowStep


@click.group()
def command() -> None:
    """Search traces, look at one, compare two, figures of spans, and read-only SQL. docs/traces.md."""


@command.command("list")
@click.option("--since", "since_ns", type=When(), help="Begun at or after: 2h, 7d, 2026-11-23T14:00.")
@click.option("--until", "until_ns", type=When(), help="Begun before.")
@click.option("--agent", help="In which this agent has a span: of Podium's, or of a program's.")
@department_option("Of this department and all below it.", as_path=True)
@click.option("--model", help="In which this model was called.")
@click.option("--tool", metavar="SERVER/TOOL", help="In which this tool was called.")
@click.option("--task", help="Of this task.")
@click.option(
    "--verdict", type=click.Choice(["allow", "ask", "deny"]), help="In which a call of a tool got it."
)
@click.option("--status", type=click.Choice(["ok", "error"]), help="error: in which a span failed.")
@click.option("--text", help="In whose spans' names this stands.")
@click.option("--min-usd", "min_cost_nano_usd", type=Usd(), help="That cost at least so much.")
@click.option("--max-usd", "max_cost_nano_usd", type=Usd(), help="That cost at most so much.")
@click.option("--min-seconds", "min_duration_ns", type=Seconds(), help="That took at least so long.")
@click.option("--max-seconds", "max_duration_ns", type=Seconds(), help="That took at most so long.")
@click.option("--limit", type=click.IntRange(1, MAX_FOUND), default=50, show_default=True)
@click.option("--after", help="The `next` of the page before.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(
    ctx: click.Context,
    /,
    limit: int,
    after: str | None,
    as_json: bool,
    **where: object,
) -> None:
    """List traces, newest first."""
    from podium.views.text import iso

    filters = TraceFilter(**where)  # type: ignore[arg-type] # click has parsed them
    found = ctx.obj.ask_collector(SearchTraces(filters, limit, after))
    if not found.traces and after is None:
        _check_agent(ctx, filters.agent)
    if as_json:
        put_json({"traces": found.traces, "next": found.next})
        return
    put_table(
        ("time", "trace", "name", "agents", "spans", "errors", "seconds", "USD", "tokens"),
        [
            (
                iso(row.start_ns)[:19] + "Z",
                row.trace_id,
                row.name,
                ", ".join(row.agents) or "–",
                count(row.spans),
                count(row.errors),
                f"{(row.end_ns - row.start_ns) / 1e9:.2f}",
                usd_text(row.cost_nano_usd),
                count(row.input_tokens + row.output_tokens),
            )
            for row in found.traces
        ],
        right=("spans", "errors", "seconds", "USD", "tokens"),
    )
    if found.next:
        click.echo(f"more: --after {found.next}")


def _check_agent(ctx: click.Context, agent: str | None) -> None:
    """Raise NotFound for an agent of which nothing is found and that there is not: programs name others."""
    if agent is not None:
        from podium.views.known import check_names

        with ctx.obj.engine().connect() as connection:
            check_names(connection, agent=agent)


@command.command()
@click.argument("trace_id", metavar="ID")
@click.option("--content", is_flag=True, help="What was said too, where it is stored: docs/privacy.md.")
@click.option("--windows", is_flag=True, help="Also what filled the window of each call of a model.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, trace_id: str, content: bool, windows: bool, as_json: bool) -> None:
    """Show the spans of trace ID, each below its parent."""
    from podium.cli.task_cost import print_windows
    from podium.evidence import semconv
    from podium.views.content import content_question, found_content
    from podium.views.traces import found_trace, trace_question
    from podium.views.windows import window_steps

    if content:
        # A reader's role is enough, and asked for first: whoever may not read is told so.
        pieces = found_content(ctx.obj.ask_collector(content_question(trace_id, ctx.obj.by())))
    spans = found_trace(ctx.obj.ask_collector(trace_question(trace_id)), trace_id)
    steps = window_steps([it.span for it in spans]) if windows else []
    if as_json:
        more = ({"content": pieces} if content else {}) | ({"windows": steps} if windows else {})
        put_json({"trace_id": trace_id, "spans": spans} | more)
        return
    first_ns = min(int(it.span["start_ns"]) for it in spans)
    rows = []
    for it in spans:
        span, attributes = it.span, it.span["attributes"]
        cost = attributes.get(semconv.COST_NANO_USD)
        rows.append(
            (
                "  " * it.depth + span["name"],
                f"{(span['start_ns'] - first_ns) / 1e6:.1f}",
                f"{(span['end_ns'] - span['start_ns']) / 1e6:.1f}",
                span["status"].lower(),
                attributes.get(semconv.AGENT, "–"),
                usd_text(cost) if cost is not None else "–",
                count(attributes.get(semconv.INPUT_TOKENS)),
                count(attributes.get(semconv.OUTPUT_TOKENS)),
                span["span_id"],
            )
        )
    put_table(
        ("span", "at ms", "ms", "status", "agent", "USD", "in", "out", "id"),
        rows,
        right=("at ms", "ms", "USD", "in", "out"),
    )
    if steps:
        click.echo()
        print_windows(steps)
    named = {it.span["attributes"].get(semconv.CALL): it.span for it in spans}
    named |= {it.span["span_id"]: it.span for it in spans}
    for piece in pieces if content else ():
        cut, said_in = ", cut" if piece.cut else "", named.get(piece.bound)
        where = f"{plain(said_in['name'])} {said_in['span_id']}" if said_in is not None else piece.bound
        click.echo(f"\n{where}: {piece.name} ({piece.agent}, {piece.record}{cut}, key {piece.key})")
        put_json(piece.value)


@command.command()
@click.argument("trace_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def labels(ctx: click.Context, trace_id: str, as_json: bool) -> None:
    """Show how labels joined over trace ID's calls of tools: what lowered and raised them, what acted."""
    from podium.views.label_flow import flow_of, label_words
    from podium.views.text import iso
    from podium.views.traces import found_trace, trace_question

    # Which says whether it is theirs to see.
    found_trace(ctx.obj.ask_collector(trace_question(trace_id)), trace_id)
    with ctx.obj.engine().connect() as connection:
        steps = flow_of(connection, trace=trace_id.lower())
    if as_json:
        put_json({"trace_id": trace_id, "steps": steps})
        return
    put_table(
        ("time", "tool", "decided under", "verdict", "rule", "result", "after", ""),
        [
            (
                iso(step.call.at_ns)[:19] + "Z",
                step.call.tool,
                label_words(step.before),
                step.call.verdict,
                step.call.rule,
                label_words(step.result),
                label_words(step.after),
                _fell(step),
            )
            for step in steps
        ],
    )


@command.command()
@click.option("--by", type=click.Choice(get_args(Key)), default="agent", show_default=True)
@click.option("--since", "since_ns", type=When(), help="From this hour on: 2h, 7d, 2026-11-23T14:00.")
@click.option("--until", "until_ns", type=When(), help="Up to this hour.")
@click.option("--agent")
@department_option("It and all below it.", as_path=True)
@click.option("--model")
@click.option("--tool", metavar="SERVER/TOOL")
@click.option("--operation", help="chat, execute_tool, invoke_agent, …")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def stats(ctx: click.Context, /, by: Key, as_json: bool, **where: object) -> None:
    """Show figures of spans by a key. Quantiles of durations are estimates, at most 5 % off."""
    from podium.views.text import iso

    question = GetStats(by, **where)  # type: ignore[arg-type] # click has parsed them
    rows = ctx.obj.ask_collector(question).rows
    if not rows:
        _check_agent(ctx, question.agent)
    if as_json:
        put_json({"by": by, "rows": rows})
        return
    put_table(
        (by, "spans", "errors", "p50 ms", "p95 ms", "USD", "input", "output", "reported"),
        [
            (
                iso(int(row.key))[:16] + "Z" if by == "hour" else row.key or "–",
                count(row.spans),
                count(row.errors),
                f"~{(row.p50_ns or 0) / 1e6:.1f}",
                f"~{(row.p95_ns or 0) / 1e6:.1f}",
                usd_text(row.cost_nano_usd),
                count(row.input_tokens),
                count(row.output_tokens),
                count(row.reported_tokens),
            )
            for row in rows
        ],
        right=("spans", "errors", "p50 ms", "p95 ms", "USD", "input", "output", "reported"),
    )


@command.command()
@click.argument("select", metavar="SELECT")
@click.option("--limit", type=click.IntRange(1, MAX_FOUND), default=MAX_FOUND, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def sql(ctx: click.Context, select: str, limit: int, as_json: bool) -> None:
    """Ask one read-only SELECT over the views spans, traces and hours."""
    found = ctx.obj.ask_collector(RunSql(select, limit))
    if as_json:
        put_json({"columns": found.columns, "rows": found.rows, "cut": found.cut})
        return
    put_table(found.columns, [["–" if value is None else str(value) for value in row] for row in found.rows])
    if found.cut:
        click.echo(f"more rows than {limit} are not shown", err=True)


def _fell(step: "FlowStep") -> str:
    """Return what a step did to the labels, and whether it acts."""
    words = (("integrity fell", step.lowered), ("confidentiality rose", step.raised), ("acts", step.acts))
    return ", ".join(word for word, holds in words if holds)


@command.command()
@click.option("--task", help="All that was said in this task.")
@click.option("--trace", metavar="ID", help="All that was said in this trace.")
@click.option("--user", metavar="SUBJECT", help="All that is about this person, as clients name them.")
@click.option("--agent", help="With --before: all that was said in its calls before a time.")
@click.option("--before", "before_ns", type=When(), help="30d, 2026-11-23T14:00.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
@usage()
def erase(ctx: click.Context, /, as_json: bool, **what: object) -> None:
    """Erase stored content for ever; spans and figures stay. docs/privacy.md."""
    from podium.ports.content import Erase, EraseContent

    done = ctx.obj.ask_collector(EraseContent(ctx.obj.by(), Erase(**what)))  # type: ignore[arg-type] # click parsed it
    if as_json:
        put_json(done)
        return
    if not done.pieces:
        click.echo("Nothing is stored of that, so nothing was erased. Is it written as programs write it?")
        return
    click.echo(
        f"erased {counted({'pieces': done.pieces})}, destroyed {counted({'keys': done.keys})}, sealed "
        f"{counted({'pieces': done.sealed_anew})} anew that had shared them"
    )


@command.command("rotate-key")
@department_option("Whose content gets another key.", as_path=True, required=True)
@click.pass_context
def rotate_key(ctx: click.Context, department: str) -> None:
    """Give a department another key for its content, and destroy the old one."""
    from podium.ports.content import RotateContentKey

    made = ctx.obj.ask_collector(RotateContentKey(ctx.obj.by(), department))
    click.echo(f"{made.key} is the key of {department}; {made.rewrapped} keys are wrapped with it.")


_MARKS = {"same": " ", "changed": "~", "missing": "-", "added": "+"}


@command.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--all", "shows_all", is_flag=True, help="The steps that are the same too.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def diff(ctx: click.Context, a: str, b: str, shows_all: bool, as_json: bool) -> None:
    """Compare trace A with trace B: what B has more (+), less (-) and otherwise (~).

    Steps are aligned by their order: those that asked the same, then those of one name, then of one kind.
    """
    from podium.views.traces import compared, found_trace, trace_question

    sides = [(one, found_trace(ctx.obj.ask_collector(trace_question(one)), one)) for one in (a, b)]
    found = compared(*sides)
    if as_json:
        put_json(found)
        return
    put_table(
        ("", "step", "what differs", "ms", "USD", "in", "out"),
        [
            (
                _MARKS[pair.change],
                "  " * (pair.b or pair.a).depth + (pair.b or pair.a).name,  # type: ignore[union-attr] # one is there
                ", ".join(pair.fields) or "–",
                _both(pair, lambda step: f"{step.duration_ns / 1e6:.1f}"),
                _both(pair, lambda step: "–" if step.cost_nano_usd is None else usd_text(step.cost_nano_usd)),
                _both(pair, lambda step: count(step.input_tokens)),
                _both(pair, lambda step: count(step.output_tokens)),
            )
            for pair in found.steps
            if shows_all or pair.change != "same"
        ],
        right=("ms", "USD", "in", "out"),
    )
    click.echo(", ".join(f"{number} {change}" for change, number in found.counts.items()))
    for name, side in (("A", found.a), ("B", found.b)):
        click.echo(
            f"{name}: {side.spans} spans, {side.failed} failed, {side.duration_ns / 1e9:.2f} s, "
            f"{usd_text(side.cost_nano_usd)} USD, {side.input_tokens} + {side.output_tokens} tokens"
        )


def _both(pair: "Pair", told: "Callable[[Step], str]") -> str:
    """Return a figure of both steps, once where they agree."""
    figures = [told(step) for step in (pair.a, pair.b) if step is not None]
    return " > ".join(dict.fromkeys(figures))


@command.command("export")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def export(ctx: click.Context, /, as_json: bool) -> None:
    """How the sending of spans to another collector stands (`podium up --export-spans`)."""
    it = ctx.obj.ask_collector(GetExport())
    if as_json:
        put_json(it)
    elif it.url is None:
        click.echo("Spans are not exported. `podium up --export-spans URL` sends them on.")
    else:
        click.echo(f"to         {it.url}")
        click.echo(f"waiting    {count(it.waiting_spans)} spans, {count(it.waiting_bytes)} bytes")
        click.echo(f"sent       {count(it.sent_spans)}")
        click.echo(f"rejected   {count(it.rejected_spans)}")
        click.echo(f"dropped    {count(it.dropped_spans)}")
        if it.error is not None:
            click.echo(f"error      {it.error}")
