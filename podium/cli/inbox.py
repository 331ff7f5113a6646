"""`podium inbox`: what waits for a person."""

from typing import TYPE_CHECKING, Any

import click
import msgspec

from podium.cli.output import When, department_option, plain, put_json, put_table
from podium.ports.acts import AnswerCase, AnswerCases
from podium.trust.cases import KINDS, is_notice

if TYPE_CHECKING:
    from podium.views.inbox import Detail
    from podium.views.inbox_figures import InboxFigures


@click.group()
def command() -> None:
    """List, look at and answer what waits for a person; figures of it."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was answered or has expired.")
@click.option("--kind", type=click.Choice(KINDS), metavar="KIND", help="For example budget.override.")
@department_option("A department's path, and those below it.", as_path=True)
@click.option("--task", help="About this task.")
@click.option("--mine", is_flag=True, help="Only what is with you now, who bear PODIUM_TOKEN.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(
    ctx: click.Context,
    everything: bool,
    kind: str | None,
    department: str | None,
    task: str | None,
    mine: bool,
    limit: int,
    as_json: bool,
) -> None:
    """List cases, those that end soonest first; with --all newest first."""
    from podium.ports.people import person
    from podium.views.inbox import InboxFilters, case_rows, with_now
    from podium.views.text import iso

    with ctx.obj.engine().connect() as connection:
        me = person(connection, ctx.obj.by(), ctx.obj.clock.wall_ns()).name if mine else None
        filters = InboxFilters(None if everything and not mine else "open", kind, department, task, me)
        rows = case_rows(connection, filters, limit=limit)
        who = with_now(connection, rows)
    if as_json:
        put_json({"cases": rows})
        return
    put_table(
        ("case", "what", "department", "state", "with", "opened", "ends"),
        [
            (
                row.id,
                row.title,
                row.department,
                row.choice or ("escalated" if row.escalated and row.state == "open" else row.state),
                ", ".join(who[row.id]) or "–",
                iso(row.created_ns)[:19] + "Z",
                iso(row.expires_ns)[:19] + "Z" if row.expires_ns else "–",
            )
            for row in rows
        ],
    )


@command.command()
@click.argument("case_id")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def show(ctx: click.Context, case_id: str, as_json: bool) -> None:
    """Show case CASE_ID: what, why, the evidence, the choices, and what has become of it."""
    from podium.views.inbox import case_detail

    with ctx.obj.engine().connect() as connection:
        detail = case_detail(connection, case_id, None)
    if as_json:
        put_json(detail)
        return
    _put_case(detail)


def _put_case(detail: "Detail") -> None:
    from podium.views.text import iso

    case, who_may, chain = detail.case, detail.who_may, detail.chain
    print(f"{plain(case.title)}\n{plain(case.why)}\n")
    print(f"case        {case.id} ({case.kind}), {case.state}")
    print(f"department  {case.department}")
    print(f"asked by    {case.requested_by or 'Podium'} at {iso(case.created_ns)[:19]}Z")
    if case.state == "open":
        to = ("", ", escalated to the department above", ", escalated to the admins")[case.escalated]
        print(f"with        {', '.join(detail.with_now) or 'the owner'}{to}")
        print(f"who may     {', '.join(who_may) or 'the owner'}")
        until = f"{iso(case.expires_ns)[:19]}Z" if case.expires_ns else "without end"
        print(f"until       {until}; if nobody answers: {case.otherwise}")
    if case.task_id is not None:
        print(f"task        {case.task_id}")
    print("\nevidence")
    for name, value in case.evidence.items():
        if not (name == "provenance" and "sources" in case.evidence):  # the same in words
            _put_evidence(name, value)
    if case.state == "open":
        print("\nchoices")
        for choice in case.choices:
            print(f"  {choice.name}: {choice.effect}")
        reason = "" if is_notice(case) else " --reason '...'"
        harmless = next((it for it in case.choices if not it.approves), case.choices[0])
        print(f"\npodium inbox answer {case.id} {harmless.name}{reason}")
    else:
        by = f" by {case.answered_by}" if case.answered_by else ""
        print(f"\n{case.state}{by}: {case.choice or 'no choice'}. {case.reason or ''}".rstrip())
        print(case.result or "")
    print(f"\nrows of the chain: {', '.join(map(str, chain))}")


def _put_evidence(name: str, value: Any) -> None:
    """Print one part of the evidence, line by line. Much of it is what strangers have written."""
    from podium.views.text import iso

    if name.endswith("_ns") and isinstance(value, int):
        name, value = name.removesuffix("_ns"), iso(value)[:19] + "Z"
    if isinstance(value, str):
        lines = value.splitlines()
    elif isinstance(value, list):
        lines = [one if isinstance(one, str) else msgspec.json.encode(one).decode() for one in value]
    else:
        lines = [msgspec.json.encode(value).decode()]
    if len(lines) == 1:
        print(f"  {name}: {plain(lines[0])}")
        return
    print(f"  {name}:")
    for line in lines:
        print(f"    {plain(line)}")


@command.command()
@click.argument("case_ids", metavar="CASE_ID...", nargs=-1, required=True)
@click.argument("choice")
@click.option("--reason", default="", help="Why, in a sentence; it is kept for ever. A notice needs none.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def answer(ctx: click.Context, case_ids: tuple[str, ...], choice: str, reason: str, as_json: bool) -> None:
    """Answer case CASE_ID with CHOICE, in the name of whose PODIUM_TOKEN is set.

    Several cases are answered at once, all or none, where they are of one kind and the choice denies or can
    be taken back. What lets go on is answered case by case.
    """
    if len(case_ids) == 1:
        answered = [ctx.obj.ask(AnswerCase(ctx.obj.by(), case_ids[0], choice, reason)).case]
    else:
        answered = ctx.obj.ask(AnswerCases(ctx.obj.by(), case_ids, choice, reason)).cases
    if as_json:
        put_json(answered[0] if len(case_ids) == 1 else {"cases": answered})
        return
    for case in answered:
        click.echo(f"{case.id}: {case.choice}. {case.result or ''}".rstrip())


@command.command()
@click.option("--since", type=When(), default="7d", show_default=True, help="From when on.")
@click.option("--until", type=When(), help="Until when.  [default: now]")
@click.option("--kind", type=click.Choice(KINDS), metavar="KIND", help="Only cases of this kind.")
@department_option("Only a department's, by its path, and those below it.", as_path=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def figures(
    ctx: click.Context,
    since: int,
    until: int | None,
    kind: str | None,
    department: str | None,
    as_json: bool,
) -> None:
    """Show how long cases wait, who answers how many, and what share is approved.

    Times are from opened to answered. Who approves nearly everything faster than it can be read is named.
    """
    from podium.ports.people import person
    from podium.views.inbox_figures import inbox_figures

    now_ns = ctx.obj.clock.wall_ns()
    with ctx.obj.engine().connect() as connection:
        found = inbox_figures(
            connection,
            since_ns=since,
            until_ns=until if until is not None else now_ns,
            kind=kind,
            department=department,
            who=person(connection, ctx.obj.by(), now_ns),
        )
    if as_json:
        put_json(found)
        return
    _put_figures(found)


def _put_figures(found: "InboxFigures") -> None:
    loads = [found.total, *found.by_kind, *found.by_department]
    columns = ("cases", "opened", "open", "answered", "expired", "escalated", "median", "p90", "approved")
    rows = [
        (
            one.name,
            *(str(value) for value in (one.opened, one.open, one.answered, one.expired, one.escalated)),
            _span(one.waited_median_s),
            _span(one.waited_p90_s),
            _share(one.approved, one.decided),
        )
        for one in loads
    ]
    put_table(columns, rows, right=columns[1:])
    if found.people:
        print()
        heads = ("person", "answered", "a day", "median", "approved", "looked at most")
        put_table(
            heads,
            [
                (
                    one.name,
                    str(one.answered),
                    f"{one.per_day:.1f}" if one.per_day is not None else "–",
                    _span(one.waited_median_s),
                    _share(one.approved, one.decided),
                    _span(one.looked_median_s),
                )
                for one in found.people
            ],
            right=heads[1:],
        )
    for one in found.people:
        if one.warning is not None:
            print(f"\n{one.name} approves without looking: {one.warning}")


def _share(part: int | None, whole: int | None) -> str:
    return f"{100 * part / whole:.1f}% of {whole}" if part is not None and whole else "–"


def _span(value_s: float | None) -> str:
    if value_s is None:
        return "–"
    minutes, seconds = divmod(round(value_s), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"
