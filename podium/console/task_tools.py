"""What a task did with tools: each call with its verdict, rule and outcome."""

from collections.abc import Sequence

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import element, link
from podium.console.tables import Column, Row, table
from podium.views.tools import ToolCallRow

SHOWN = 50
_OUTCOMES = {"succeeded": "succeeded", "failed": "failed", "unknown": "nobody knows", None: "not made"}


def tool_calls(calls: Sequence[ToolCallRow], *, flow: bool = True) -> Markup | None:
    """Return the calls, newest first; None where there are none. ``flow``: with a way to labels."""
    if not calls:
        return None
    columns = (
        Column("When"),
        Column("Tool"),
        Column("Verdict"),
        Column("Rule", style="words"),
        Column("Why", style="words"),
        Column("Outcome"),
        Column("Time, ms", number=True),
    )
    rows = (
        Row(
            (
                figures.moment(call.at_ns),
                link(f"/now/explain/{call.call_id}", call.tool, class_="row"),
                call.verdict,
                element("code", call.rule),
                _why(call),
                _OUTCOMES[call.outcome],
                figures.count(call.duration_us // 1000),
            ),
            key=call.call_id,
        )
        for call in calls
    )
    way = link(f"/fleet/{calls[0].root_id}/labels", "Label flow", class_="button") if flow else None
    head = element("header", element("h2", "Calls of tools"), element("div", way, class_="end"))
    body = table(columns, rows, label="Calls of tools")
    return element("section", head, body, class_="panel", aria_label="Calls of tools")


def _why(call: ToolCallRow) -> Markup | str:
    if call.approval_id is not None:
        return link(f"/inbox/{call.approval_id}", call.reason or "its case", class_="plain")
    return call.reason or "–"
