"""`podium inbox`: what waits for a person."""

import click
import msgspec

from podium.cli.output import put_json, put_table
from podium.ports.acts import AnswerCase
from podium.trust.cases import Case, is_notice


@click.group()
def command() -> None:
    """List, look at and answer what waits for a person."""


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was answered or has expired.")
@click.option("--kind", help="For example budget.override.")
@click.option("--department", help="A department's path, and those below it.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def list_(
    ctx: click.Context,
    everything: bool,
    kind: str | None,
    department: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List cases, those that end soonest first; with --all newest first."""
    from podium.views.inbox import InboxFilters, case_rows
    from podium.views.text import iso

    filters = InboxFilters(None if everything else "open", kind, department)
    with ctx.obj.engine().connect() as connection:
        rows = case_rows(connection, filters, limit=limit)
    if as_json:
        put_json({"cases": rows})
        return
    put_table(
        ("case", "what", "department", "state", "opened", "ends"),
        [
            (
                row.id,
                row.title,
                row.department,
                row.choice or row.state,
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
    _put_case(detail.case, detail.who_may, detail.chain)


def _put_case(case: Case, who_may: list[str], chain: list[int]) -> None:
    from podium.views.text import iso

    print(f"{case.title}\n{case.why}\n")
    print(f"case        {case.id} ({case.kind}), {case.state}")
    print(f"department  {case.department}")
    print(f"asked by    {case.requested_by or 'Podium'} at {iso(case.created_ns)[:19]}Z")
    if case.state == "open":
        print(f"who may     {', '.join(who_may) or 'the owner'}")
        until = f"{iso(case.expires_ns)[:19]}Z" if case.expires_ns else "without end"
        print(f"until       {until}; if nobody answers: {case.otherwise}")
    print("\nevidence")
    for name, value in case.evidence.items():
        text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
        if name.endswith("_ns") and isinstance(value, int):
            name, text = name.removesuffix("_ns"), iso(value)[:19] + "Z"  # noqa: PLW2901 - the same line, for people
        print(f"  {name}: {text}")
    if case.state == "open":
        print("\nchoices")
        for choice in case.choices:
            print(f"  {choice.name}: {choice.effect}")
        reason = "" if is_notice(case) else " --reason '...'"
        print(f"\npodium inbox answer {case.id} {case.choices[0].name}{reason}")
    else:
        by = f" by {case.answered_by}" if case.answered_by else ""
        print(f"\n{case.state}{by}: {case.choice or 'no choice'}. {case.reason or ''}".rstrip())
        print(case.result or "")
    print(f"\nrows of the chain: {', '.join(map(str, chain))}")


@command.command()
@click.argument("case_id")
@click.argument("choice")
@click.option("--reason", default="", help="Why, in a sentence; it is kept for ever. A notice needs none.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def answer(ctx: click.Context, case_id: str, choice: str, reason: str, as_json: bool) -> None:
    """Answer case CASE_ID with CHOICE, in the name of whose PODIUM_TOKEN is set."""
    case = ctx.obj.ask(AnswerCase(ctx.obj.by(), case_id, choice, reason)).case
    if as_json:
        put_json(case)
        return
    click.echo(f"{case.id}: {case.choice}. {case.result or ''}".rstrip())
