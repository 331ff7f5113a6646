"""Fleet's traces: a search whose filters stand in the address, figures of all that it finds, newest first."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.fleet_tabs import fleet_tabs
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.live import Ask
from podium.console.markup import Child, element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, older, table
from podium.ports.spans import SearchTraces, SumTraces, TraceFilter, TraceRow, TracesAre, TraceSums
from podium.views.fleet_cells import newest_snapshot
from podium.views.status import Loss, losses_of
from podium.views.traces import names_of

PAGE: Final = 50
LOSSES_NS: Final = 7 * 86_400_000_000_000
"""So long what was lost is shown here; `podium status` shows all."""
SINCE_S: Final = {"15m": 900, "1h": 3600, "24h": 86_400, "7d": 7 * 86_400, "30d": 30 * 86_400}
_SINCE_WORDS: Final = {
    "15m": "Last 15 min", "1h": "Last hour", "24h": "Last 24 h", "7d": "Last 7 days", "30d": "Last 30 days",
}  # fmt: skip
_LEAST_USD: Final = ("0.001", "0.01", "0.1", "1", "10")
_LEAST_S: Final = ("0.1", "1", "10", "60", "600")
_LEAST_S_WORDS: Final = {
    "0.1": "100 ms or more", "1": "1 s or more", "10": "10 s or more", "60": "1 min or more",
    "600": "10 min or more",
}  # fmt: skip
FILTERS: Final = (
    "q", "since", "department", "agent", "tool", "model", "status", "verdict", "min_usd", "max_usd",
    "min_seconds", "max_seconds", "task",
)  # fmt: skip
_COLUMNS: Final = (
    Column("Began, UTC"),
    Column("Trace", style="clip"),
    Column("Agents", style="clip"),
    Column("Models and tools", style="clip wide"),
    Column("Spans", number=True),
    Column("Errors", number=True),
    Column("Verdicts"),
    Column("Duration", number=True),
    Column("Tokens", number=True, hint="In and out, of calls through the gateway", style="wide"),
    Column("Cost, USD", number=True),
    Column(""),
)
_TRACE_ID: Final = re.compile("[0-9a-f]{32}")
_LENGTH: Final = re.compile(r"(\d{1,5})([mhd])")
_UNITS_S: Final = {"m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True)
class Names:
    """What can be chosen: the names in the manifests in force."""

    departments: list[str]
    agents: list[str]
    models: list[str]
    tools: list[str]
    losses: list[Loss] = field(default_factory=list)
    """Of the last days, what was said and is not kept, and what was not sent on."""


def trace_filter(address: Address, now_ns: int) -> TraceFilter:
    """Return the filter that an address asks for. What it cannot read does not matter."""
    text, status = address.get("q"), address.get("status")
    since_s = length_s(address.get("since"))
    usd = {name: _scaled(address.get(name)) for name in ("min_usd", "max_usd")}
    seconds = {name: _scaled(address.get(name)) for name in ("min_seconds", "max_seconds")}
    is_id = text is not None and _TRACE_ID.fullmatch(text.strip().lower()) is not None
    return TraceFilter(
        since_ns=None if since_s is None else now_ns - since_s * 1_000_000_000,
        agent=address.get("agent"),
        department=address.get("department"),
        model=address.get("model"),
        tool=address.get("tool"),
        task=address.get("task"),
        trace=text.strip().lower() if text and is_id else None,
        verdict=address.get("verdict"),
        status="error" if status == "error" else "ok" if status == "ok" else None,
        text=None if is_id else text,
        min_cost_nano_usd=usd["min_usd"],
        max_cost_nano_usd=usd["max_usd"],
        min_duration_ns=seconds["min_seconds"],
        max_duration_ns=seconds["max_seconds"],
    )


def length_s(text: str | None) -> int | None:
    """Return how long ``15m``, ``24h`` or ``7d`` is, in seconds; None for anything else."""
    found = _LENGTH.fullmatch(text or "")
    return int(found[1]) * _UNITS_S[found[2]] if found else None


def _scaled(text: str | None) -> int | None:
    """Return a decimal times 10^9: USD as nano-USD, seconds as nanoseconds; None for what is none."""
    if text is None or not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
        return None
    whole, _, rest = text.partition(".")
    return int(whole) * 1_000_000_000 + int(rest.ljust(9, "0"))


def losses_panel(losses: list[Loss]) -> Markup | None:
    """Return what was lost, process by process, None where nothing was."""
    if not losses:
        return None
    rows = [
        join(element("dt", it.process), element("dd", f"{it.words}, last ", figures.ago(it.last_ns)))
        for it in losses
    ]
    why = element("div", "The log of the process says why", class_="end muted")
    head = element("header", element("h2", "Lost"), why)
    return element("section", head, element("dl", *rows, class_="facts"), class_="panel", aria_label="Lost")


class TracesPage(Page):
    """The search."""

    title = "Traces"
    knows_agents = False

    @property
    def readers_own(self) -> bool:
        """Whose traces are theirs to see differs."""
        return True

    def build(self) -> None:
        """Make the page's elements; rows come with the first reading."""
        self._head = Fragment(_header(None))
        self._sums = Fragment()
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], tuple[Names, int]]:
        """Return what reads the names that can be chosen."""
        now_ns = self.frame.feeds.now_ns

        def read(connection: Connection) -> tuple[Names, int]:
            snapshot = newest_snapshot(connection)
            losses = [it for it in losses_of(connection) if it.last_ns > now_ns() - LOSSES_NS]
            if snapshot is None:
                return Names([], [], [], [], losses), now_ns()
            tools = [tool.id for server in snapshot.tool_servers.values() for tool in server.tools.values()]
            departments = [one.path for one in snapshot.departments.values()]
            return Names(departments, list(snapshot.agents), list(snapshot.models), tools, losses), now_ns()

        return read

    def asker(self) -> Ask:
        """Return what searches."""
        address, after = self.address, self.address.get("before")

        async def ask() -> tuple[TracesAre, TraceSums, dict[str, str]]:
            where = trace_filter(address, self.frame.feeds.now_ns())
            found: TracesAre = await self.frame.ask_collector(SearchTraces(where, PAGE, after))
            tasks = {row.trace_id: row.tasks for row in found.traces}
            names = await self.frame.feeds.look(lambda it: names_of(it, tasks), self.frame.caller[1])
            return found, (await self.frame.ask_collector(SumTraces(where))).sums, names

        return ask

    def show(self, data: Any) -> None:
        """Show a reading."""
        (names, read_ns), (found, sums, called) = data
        self._head.show(_header(read_ns))
        self._sums.show(_figures(sums) if sums.traces else Markup())
        self._body.show(join(losses_panel(names.losses), self._against(), self._traces(names, found, called)))

    def show_missing(self, message: str) -> None:
        """Say what is wrong with what was asked."""
        self._body.show(element("section", empty("That cannot be searched for", message), class_="panel"))

    def _against(self) -> Markup | None:
        other = self.address.get("against")
        if other is None:
            return None
        return element(
            "div",
            element("strong", "Compare"),
            element("span", "Choose the trace that ", element("code", other), " is compared with."),
            link(self.address.but(against=None), "Leave it", class_="button"),
            class_="banner warn",
            role="status",
        )

    def _traces(self, names: Names, found: TracesAre, called: dict[str, str]) -> Markup:
        head = element("header", element("h2", "Traces"), element("div", self._filters(names), class_="end"))
        if not found.traces:
            return element("section", head, self._nothing(), class_="panel", aria_label="Traces")
        rows = table(_COLUMNS, (self._row(row, called) for row in found.traces), label="Traces, newest first")
        foot = older(self.address, shown=len(found.traces), noun="traces", place=found.next)
        return element("section", head, rows, foot, class_="panel", aria_label="Traces", data_rows=True)

    def _filters(self, names: Names) -> Markup:
        usd = {value: f"{value} USD or more" for value in _LEAST_USD}
        return filter_form(
            self.address,
            (
                Choice("since", "Any time", tuple(SINCE_S), ordered=True, words=_SINCE_WORDS),
                Choice("department", "Any department", names.departments),
                Choice("agent", "Any agent", names.agents),
                Choice("tool", "Any tool", names.tools),
                Choice("model", "Any model", names.models),
                Choice("status", "Any status", ("ok", "error")),
                Choice("verdict", "Any verdict", ("allow", "ask", "deny"), ordered=True),
                Choice("min_usd", "Any cost", _LEAST_USD, ordered=True, words=usd),
                Choice("min_seconds", "Any duration", _LEAST_S, ordered=True, words=_LEAST_S_WORDS),
            ),
            search="Search span names, or an id",
            keep=("against", "max_usd", "max_seconds", "task"),
        )

    def _row(self, row: TraceRow, called: dict[str, str]) -> Row:
        other = self.address.get("against")
        compare = None
        if other is not None and other != row.trace_id:
            compare = link(f"/fleet/traces/diff?a={other}&b={row.trace_id}", "Compare", class_="button")
        parts = (*row.models, *row.tools)
        return Row(
            (
                link(
                    f"/fleet/traces/{row.trace_id}",
                    figures.day_time(row.start_ns),
                    class_="row",
                    title=row.trace_id,
                ),
                element("span", called.get(row.trace_id, row.name), title=row.name),
                element("span", ", ".join(row.agents) or figures.NOTHING, title=", ".join(row.agents)),
                element("span", ", ".join(parts) or figures.NOTHING, title=", ".join(parts)),
                figures.count(row.spans),
                element("span", figures.count(row.errors), class_="over") if row.errors else "0",
                _verdicts(row.verdicts),
                figures.ms((row.end_ns - row.start_ns) / 1000),
                figures.count(row.input_tokens + row.output_tokens),
                figures.usd(row.cost_nano_usd),
                compare,
            ),
            key=row.trace_id,
        )

    def _nothing(self) -> Markup:
        if any(self.address.get(name) for name in FILTERS):
            everything = self.address.but(**dict.fromkeys(FILTERS))
            return empty(
                "No trace matches",
                join("Take a filter away, or ", link(everything, "see all traces", class_="plain"), "."),
            )
        sees = self.frame.caller[1].sees
        if sees is not None:
            return empty("No traces of your departments", f"You see those of {', '.join(sees)}.")
        return empty(
            "No traces yet",
            join(
                "Every call through the gateway makes one. Programs send their own spans with ",
                element("code", "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:8713"),
                " and ",
                element("code", "OTEL_EXPORTER_OTLP_HEADERS=Authorization=Bearer%20TOKEN"),
                ": a task's token, or a key of ",
                element("code", "podium collector key NAME --department PATH"),
                ".",
            ),
        )


def _verdicts(verdicts: tuple[str, ...]) -> Child:
    told = [
        element("span", name, class_=f"badge {'bad' if name == 'deny' else 'warn'}")
        for name in verdicts
        if name != "allow"
    ]
    if told:
        return join(*told)
    return "allow" if verdicts else figures.NOTHING


def _figures(sums: TraceSums) -> Markup:
    def stat(name: str, value: Child, more: Child) -> Markup:
        return element(
            "div",
            element("div", name, class_="name"),
            element("div", value, class_="value"),
            element("div", more, class_="more"),
            class_="stat",
        )

    return element(
        "section",
        stat("Traces", figures.count(sums.traces), f"{figures.count(sums.spans)} spans"),
        stat("With errors", figures.percent(sums.failed, sums.traces), figures.count(sums.failed)),
        stat("Duration, p50", _duration(sums.p50_ns), "estimate"),
        stat("Duration, p95", _duration(sums.p95_ns), "estimate"),
        stat(
            "Cost",
            join(figures.usd(sums.cost_nano_usd), element("small", " USD")),
            f"{figures.count(sums.input_tokens + sums.output_tokens)} tokens",
        ),
        class_="panel stats",
        aria_label="Figures of what was found",
    )


def _duration(ns: int | None) -> str:
    return figures.NOTHING if ns is None else figures.ms(ns / 1000)


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Traces", tabindex="-1"),
        fleet_tabs("/fleet/traces"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )
