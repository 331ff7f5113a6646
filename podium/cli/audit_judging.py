"""Judges of `podium audit`: what a file knows, what is asked through the gateway, and what came of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from podium.control.judging import Judging, Told
    from podium.evidence.audits.rules import Audit
    from podium.kernel.spans import Span
    from podium.manifest.audit_rows import AuditRow

REQUEST = "Judge steps of recorded traces by a rubric."

Judge = click.option(
    "--judge", is_flag=True, help="Ask models for the judgements that are not known: it costs money."
)
KnownJudgements = click.option(
    "--judgements",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file of judgements: those in it are not asked again, new ones are added.",
)


Content = click.option(
    "--content",
    is_flag=True,
    help="Read what is recorded of content for judges, and the votes of live audits: it is noted who did.",
)


def read_content(ctx: click.Context, judges: "Judging", trace_ids: Iterable[str]) -> None:
    """Read the content that a running Podium has of traces; of some it has none."""
    from podium.kernel.errors import NotFound
    from podium.views.content import content_question, found_content

    for trace_id in sorted(set(trace_ids)):
        try:
            pieces = found_content(ctx.obj.ask_collector(content_question(trace_id, ctx.obj.by())))
        except NotFound:
            continue
        for it in pieces:
            judges.recorded.add(
                trace_id, it.bound, it.name, it.value, task=it.task, record=it.record, cut=it.cut
            )


@contextmanager
def judging(ctx: click.Context, known: Path | None, *, ask: bool) -> "Iterator[Judging]":
    """Give what judges steps; the tasks that it begins end with the block."""
    from podium.control.judging import Judgements, Judging
    from podium.fleet.given import local_url
    from podium.ports.acts import BeginTask, SteerTask

    begun: list[str] = []

    def token_of(agent: str) -> str:
        task = ctx.obj.ask(BeginTask(ctx.obj.by(), agent, REQUEST))
        begun.append(task.task_id)
        return str(task.token)

    models: Any = None
    if ask:
        settings = ctx.obj.settings
        url = settings.gateway_url or local_url(settings.host, settings.port)
        models = ctx.obj.judge_models(url, token_of)
    try:
        yield Judging(Judgements(known), models)
    finally:
        if models is not None:
            models.close()
        for task_id in begun:
            ctx.obj.ask(SteerTask(ctx.obj.by(), task_id, "end", "The judging is done."))


def compiled(
    rows: "Sequence[AuditRow]", traces: "Mapping[str, Sequence[Span]]", judges: "Judging"
) -> "list[Audit]":
    """Return the rules of audits, with what their judges find of some traces."""
    from podium.manifest.audit_rows import rules_of

    steps = list(traces.values())
    return [audit for row in rows for audit in rules_of(row, judges.judged(row, steps))]


def put_told(told: "Sequence[Told]") -> None:
    """Print what came of judges: verdicts, agreement, cost."""
    from podium.kernel.money import usd_text

    for one in told:
        steps = f"{one.yes} yes, {one.no} no, {one.unknown} unknown"
        paid = f"{one.asked} of {one.votes} votes asked for now, {usd_text(one.cost_nano_usd)} USD"
        why = f" (unknown: {one.why_unknown})" if one.why_unknown else ""
        click.echo(f"judge {one.audit}/{one.judge}: {steps}; agreement {one.agreement:.2f}; {paid}{why}")
