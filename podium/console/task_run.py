"""How a task runs that Podium itself has started: its attempt, budget, use, result and what it was told."""

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import Child, element, join, link
from podium.console.tables import bar
from podium.trust.request.user import shown
from podium.views.runs import RunDetail


def how_it_runs(detail: RunDetail) -> Markup:
    """Return the panel."""
    run = detail.run
    facts: list[tuple[str, Child]] = [("Task", element("span", run.task_id, class_="mono"))]
    if detail.request is not None:
        facts.append(("Asked for", detail.request))
    if detail.user is not None:
        facts.append(("For", shown(detail.user)))
    if run.reason:
        facts.append(("Why", run.reason))
    facts += [
        ("Attempt", f"{run.attempt} of {run.attempts}, priority {run.priority}, queued by {run.by}"),
        ("Queued", join(figures.moment(run.queued_ns), " · ", figures.ago(run.queued_ns))),
    ]
    if run.pipeline_run_id is not None:
        facts.append(
            ("Pipeline", link(f"/ship/pipelines/{run.pipeline_run_id}", run.pipeline_run_id, class_="mono"))
        )
    if run.retry_of is not None:
        facts.append(("Another try of", link(f"/fleet/{run.retry_of}", run.retry_of, class_="mono")))
    if run.budget_nano_usd is not None:
        facts.append(("Budget", _budget(detail, run.budget_nano_usd)))
    if run.deadline_ns is not None:
        facts.append(("Deadline", figures.moment(run.deadline_ns)))
    if run.ended_ns is not None:
        facts.append(("Ended", join(figures.moment(run.ended_ns), " · ", figures.ago(run.ended_ns))))
    facts += _used(detail)
    facts += [(f"Told by {one.by}", join(one.text, " · ", figures.ago(one.at_ns))) for one in detail.messages]
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    head = element("header", element("h2", "How it runs"))
    return element(
        "section", head, element("dl", *pairs, class_="facts"), class_="panel", aria_label="How it runs"
    )


def _budget(detail: RunDetail, budget: int) -> Markup:
    spent = detail.cost_of_all_nano_usd
    used = figures.percent(spent, budget)
    return join(
        figures.usd(spent), " of ", figures.usd(budget), f" USD · {used}", bar(min(spent, budget), budget)
    )


def _used(detail: RunDetail) -> list[tuple[str, Child]]:
    run, facts = detail.run, list[tuple[str, Child]]()
    if run.cpu_ms is not None:
        peak = f", {run.peak_memory_bytes / 1e6:,.0f} MB at most" if run.peak_memory_bytes else ""
        gpu = f", {run.gpu_ms / 1000:,.2f} s of GPU" if run.gpu_ms else ""
        facts.append(("Used", f"{run.cpu_ms / 1000:,.2f} s of CPU{gpu}{peak}"))
    if run.exit_code is not None:
        facts.append(("Exit code", str(run.exit_code)))
    if run.result_sha256 is not None:
        facts.append(("Result", join("SHA-256 ", element("code", run.result_sha256))))
    for one in detail.artifacts:
        size = f"{figures.count(one.bytes)} bytes, SHA-256 "
        facts.append((f"Left {one.name}", join(size, element("code", one.sha256))))
    return facts
