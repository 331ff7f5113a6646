"""Fleet, tools: what tool servers offer in force, whether its definitions hold, and how it is called."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fleet_tabs import fleet_tabs
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.console.task_tools import tool_calls
from podium.kernel.errors import NotFound
from podium.views.tools import (
    ToolCallRow,
    ToolDetail,
    ToolRow,
    ToolUse,
    tool_call_rows,
    tool_detail,
    tool_rows,
    tool_uses,
)

DAY_NS: Final = 86_400_000_000_000
SHOWN: Final = 20
"""Calls of the tool that is looked at."""
STRANGE: Final = 20
"""Names that are shown of those that no manifest has."""
_TONES: Final = {
    "approved": "badge ok",
    "pending": "badge bad",
    "rejected": "badge bad",
    "unseen": "badge warn",
}
_STATES: Final = {
    "approved": "holds",
    "pending": "changed, blocked",
    "rejected": "rejected, blocked",
    "unseen": "not seen yet",
}
_EFFECTS: Final = {"irreversible": "badge bad", "write": "badge warn"}
_COLUMNS: Final = (
    Column("Name"),
    Column("Effect"),
    Column("Definition"),
    Column("Since", hint="When the definition that holds was seen first, or approved"),
    Column("Calls", number=True, hint="In the last 24 hours, refused ones included"),
    Column("Asked", number=True, hint="Of which waited for a person"),
    Column("Denied", number=True),
    Column("Failed", number=True, hint="Of which were made and failed, or whose fate nobody knows"),
    Column("Last call"),
)


@dataclass(frozen=True)
class Seen:
    """What one reading holds. ``one``: the tool that is looked at, with its last calls."""

    rows: list[ToolRow]
    uses: dict[str, ToolUse]
    one: ToolDetail | None
    calls: list[ToolCallRow]
    read_ns: int


class ToolsPage(Page):
    """Every tool, resource and prompt of the manifests in force, and one of them with its definition."""

    title = "Tools"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 5.0

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(_header(None))
        self._one = Fragment()
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads tools and their calls."""
        now_ns, chosen = self.frame.feeds.now_ns, self.address.get("tool")

        def read(connection: Connection) -> Seen:
            at_ns = now_ns()
            one = None
            if chosen:
                try:
                    one = tool_detail(connection, chosen)
                except NotFound:
                    one = None
            calls = tool_call_rows(connection, tool=chosen, limit=SHOWN) if one is not None else []
            uses = {use.tool: use for use in tool_uses(connection, since_ns=at_ns - DAY_NS)}
            return Seen(tool_rows(connection), uses, one, calls, at_ns)

        return read

    def show(self, data: Seen) -> None:
        """Show a reading."""
        self._head.show(_header(data.read_ns))
        self._one.show(_one(data.one, data.calls) if data.one is not None else Markup())
        self._body.show(_servers(data.rows, data.uses))


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Tools", tabindex="-1"),
        element(
            "div", live(read_ns) if read_ns is not None else None, fleet_tabs("/fleet/tools"), class_="end"
        ),
        class_="page-head",
    )


def _servers(rows: Sequence[ToolRow], uses: dict[str, ToolUse]) -> Markup:
    if not rows:
        words = join(
            "Draft a ToolServer with ",
            element("code", "podium tool draft"),
            ", and grant its tools to an agent.",
        )
        head = element("header", element("h2", "Tools"))
        return element("section", head, empty("No tools", words), class_="panel", aria_label="Tools")
    known = {row.tool for row in rows}
    servers = groupby(rows, key=lambda row: row.tool.partition("/")[0])
    panels = [_server(name, list(of), uses) for name, of in servers]
    strange = [use for name, use in uses.items() if name not in known]
    return join(*panels, _strange(strange) if strange else None)


def _server(name: str, rows: Sequence[ToolRow], uses: dict[str, ToolUse]) -> Markup:
    blocked = sum(row.state in {"pending", "rejected"} for row in rows)
    said = f"{blocked} of {len(rows)} blocked" if blocked else f"{len(rows)} offered"
    head = element(
        "header",
        element("h2", name),
        element("div", element("span", said, class_="muted"), class_="end"),
    )
    body = table(_COLUMNS, (_row(row, uses.get(row.tool)) for row in rows), label=f"Tools of {name}")
    return element("section", head, body, class_="panel", aria_label=f"Tools of {name}")


def _row(row: ToolRow, use: ToolUse | None) -> Row:
    beside = "" if row.kind == "tool" else f"{row.kind} {row.uri or ''}".strip()
    name = link(f"/fleet/tools?{urlencode({'tool': row.tool})}", row.tool.partition("/")[2], class_="row")
    return Row(
        (
            element("div", name, element("div", beside, class_="muted") if beside else None),
            _badge(row.effect, _EFFECTS),
            _state(row),
            figures.moment(row.pinned_ns) if row.pinned_ns is not None else figures.NOTHING,
            *(_count(use, which) for which in ("calls", "asked", "denied", "failed")),
            figures.ago(use.last_ns) if use is not None else figures.NOTHING,
        ),
        key=row.tool,
    )


def _badge(word: str, tones: dict[str, str]) -> Child:
    return element("span", word, class_=tones[word]) if word in tones else word


def _state(row: ToolRow) -> Child:
    badge = element("span", _STATES.get(row.state, row.state), class_=_TONES.get(row.state, "badge"))
    if row.case_id is None or row.state == "approved":
        return badge
    return link(f"/inbox/{row.case_id}", badge, class_="plain")


def _count(use: ToolUse | None, which: str) -> Child:
    number: int = getattr(use, which) if use is not None else 0
    return figures.count(number) if number else element("span", "0", class_="muted")


def _strange(uses: Sequence[ToolUse]) -> Markup:
    """Return what was asked for that no manifest names: an agent that looks for more than it has."""
    columns = (Column("Name", style="words"), Column("Calls", number=True), Column("Last call"))
    newest = sorted(uses, key=lambda use: -use.last_ns)[:STRANGE]
    rows = (
        Row((element("code", use.tool), figures.count(use.calls), figures.ago(use.last_ns)), key=use.tool)
        for use in newest
    )
    more = f"{len(uses) - STRANGE} more" if len(uses) > STRANGE else None
    end = element("div", element("span", more, class_="muted"), class_="end") if more else None
    head = element("header", element("h2", "Asked for, and in no manifest"), end)
    body = table(columns, rows, label="In no manifest")
    return element("section", head, body, class_="panel", aria_label="In no manifest")


def _one(detail: ToolDetail, calls: Sequence[ToolCallRow]) -> Markup:
    row = detail.row
    facts: list[tuple[str, Child]] = [
        ("Clients see", element("code", row.name)),
        ("Effect", _badge(row.effect, _EFFECTS)),
        ("Definition", _state(row)),
    ]
    if row.sha256 is not None:
        since = figures.moment(row.pinned_ns) if row.pinned_ns is not None else figures.NOTHING
        facts.append(("Holds since", f"{since}, by {row.pinned_by}"))
        facts.append(("SHA-256", element("code", row.sha256)))
    body: list[Child] = [
        element("dl", *(join(element("dt", n), element("dd", v)) for n, v in facts), class_="facts")
    ]
    if detail.diff:
        body.append(element("pre", detail.diff, aria_label="The difference"))
    elif detail.definition is not None:
        text = json.dumps(detail.definition, indent=2, ensure_ascii=False)
        body.append(element("pre", text, aria_label="The definition"))
    close = element("div", link("/fleet/tools", "Close", class_="button"), class_="end")
    head = element("header", element("h2", element("code", row.tool)), close)
    panel = element("section", head, *body, class_="panel", aria_label="The tool")
    return join(panel, tool_calls(calls, flow=False))
