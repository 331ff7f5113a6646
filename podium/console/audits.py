"""Fleet, audits: what came of each rule over tasks, live; and the evidence of a rule that was broken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, older, table
from podium.ports.audits import DecidingSpan
from podium.views.audit_results import Rate, Result, ResultFilter, rates, results

ROWS: Final = 50
SHOWN_RESULTS: Final = 30
"""On the page of a task."""
VERDICTS: Final = ("fail", "unknown", "pass")
_TONES: Final = {"fail": "bad", "unknown": "warn", "pass": "ok"}
_COLUMNS: Final = (
    Column("Since, UTC"),
    Column("Verdict"),
    Column("Rule"),
    Column("Severity", style="wide"),
    Column("Task"),
    Column("Agent", style="wide"),
    Column("Decided by", style="wide"),
    Column("Case"),
)
_RATES: Final = (
    Column("Rule"),
    Column("Pass", number=True),
    Column("Fail", number=True),
    Column("Unknown", number=True),
    Column("Held", number=True, hint="Of those that passed or failed"),
)


@dataclass(frozen=True)
class Seen:
    """What was read, and when."""

    rows: list[Result]
    rates: list[Rate]
    read_ns: int


class AuditsPage(Page):
    """Results of audits, with filters in the address."""

    title = "Audits"

    def build(self) -> None:
        """Make the page's elements."""
        self._body = Fragment(join(_head(None), reading()))

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the results."""
        address, now_ns = self.address, self.frame.feeds.now_ns
        verdict = address.get("verdict")
        where = ResultFilter(
            audit=address.get("audit"),
            task=address.get("task"),
            verdict=verdict if verdict in VERDICTS else None,
            agent=address.get("agent"),
            trace=address.get("trace"),
            within=self.frame.caller[1].sees,
        )
        place = address.get("before") or ""
        before = int(place) if place.isdecimal() else None

        def read(connection: Connection) -> Seen:
            rows = results(connection, where, limit=ROWS + 1, before=before)
            return Seen(rows, rates(connection, where), now_ns())

        return read

    def show(self, data: Seen) -> None:
        """Show a reading."""
        self._body.show(join(_head(data), _rates(data), self._results(data)))

    def _results(self, data: Seen) -> Markup:
        audits = sorted({rate.audit for rate in data.rates})
        agents = sorted({row.agent for row in data.rows})
        filters = filter_form(
            self.address,
            (
                Choice("verdict", "Any verdict", VERDICTS),
                Choice("audit", "Any audit", audits),
                Choice("agent", "Any agent", agents),
            ),
            keep=("task", "trace"),
        )
        shown = data.rows[:ROWS]
        place = str(shown[-1].seq) if len(data.rows) > ROWS else None
        if not shown:
            words = join(
                "An Audit with ", element("code", "live: true"), " judges tasks while they run; ",
                element("code", "podium audit run"), " judges those that were. ",
                element("code", "podium audit list"), " shows which rules there are.",
            )  # fmt: skip
            body = empty("No results", words)
        else:
            body = join(
                table(_COLUMNS, (_row(it) for it in shown), label="Results, newest first"),
                older(self.address, shown=len(shown), noun="results", place=place),
            )
        head = element("header", element("h2", "Results"), element("div", filters, class_="end"))
        return element("section", head, body, class_="panel", aria_label="Results", data_rows=True)


def _head(data: Seen | None) -> Markup:
    return element(
        "div",
        crumbs(link("/fleet", "Fleet")),
        element("h1", "Audits", tabindex="-1"),
        element("div", live(data.read_ns) if data is not None else None, class_="end"),
        class_="page-head",
    )


def _rates(data: Seen) -> Markup | None:
    if not data.rates:
        return None
    rows = (
        Row(
            (
                f"{it.audit}/{it.rule}",
                figures.count(it.passed),
                figures.count(it.failed),
                figures.count(it.unknown),
                figures.percent(it.passed, it.passed + it.failed)
                if it.passed + it.failed
                else figures.NOTHING,
            ),
            key=f"{it.audit}/{it.rule}",
        )
        for it in data.rates
    )
    body = table(_RATES, rows, label="Rules")
    return element(
        "section", element("header", element("h2", "Rules")), body, class_="panel", aria_label="Rules"
    )


def _row(it: Result) -> Row:
    case = link(f"/inbox/{it.case_id}", "Case", class_="plain") if it.case_id else figures.NOTHING
    return Row(
        (
            link(f"/fleet/{it.task_id}", figures.day_time(it.at_ns), class_="row", title=it.task_id),
            verdict_badge(it),
            element("span", f"{it.audit}/{it.rule}", title=it.says),
            it.severity,
            element("span", it.task_id, class_="mono"),
            it.agent,
            deciding(it.spans),
            case,
        ),
        key=str(it.seq),
    )


def verdict_badge(it: Result) -> Markup:
    """Return a verdict as a badge: what a further step may change says so."""
    return element("span", it.verdict_words, class_=f"badge {_TONES[it.verdict]}", title=it.words)


def deciding(spans: Sequence[DecidingSpan]) -> Child:
    """Return links to the first spans that decided, each in the waterfall of its trace."""
    if not spans:
        return "the whole task"
    shown = [_span(it, it.name) for it in spans[:3]]
    more = [f" and {len(spans) - 3} more"] if len(spans) > 3 else []
    parts: list[Child] = []
    for place, one in enumerate(shown):
        parts += [", ", one] if place else [one]
    return join(*parts, *more)


def _span(it: DecidingSpan, name: Child) -> Markup:
    there = Address(f"/fleet/traces/{it.trace_id}").but(span=it.span_id)
    return link(there, name, class_="plain", title="Look at it in its trace", data_span=it.span_id)


def results_section(rows: list[Result], more: str) -> Markup | None:
    """Return the results of one task or trace as a section of its page. ``more``: where all of them are."""
    if not rows:
        return None
    columns = (Column("Verdict"), Column("Rule"), Column("Says"), Column("Decided by"))
    cells = (
        Row(
            (
                verdict_badge(it),
                f"{it.audit}/{it.rule}",
                it.says,
                deciding(it.spans),
            ),
            key=str(it.seq),
        )
        for it in rows
    )
    head = element(
        "header",
        element("h2", "Audits"),
        element("div", link(more, "All of them", class_="button"), class_="end"),
    )
    body = table(columns, cells, label="Verdicts of audits")
    return element("section", head, body, class_="panel", aria_label="Audits")


def audit_evidence(given: dict[str, Any]) -> Markup:
    """Return what a rule says that was broken, and the steps that decided."""
    spans = [DecidingSpan(str(it["trace_id"]), str(it["span_id"]), str(it["name"])) for it in given["spans"]]
    steps = [element("li", _span(it, it.name)) for it in spans]
    facts: list[tuple[str, Child]] = [
        ("Rule", join(element("code", f"{given['audit']}/{given['rule']}"), f" · {given['severity']}")),
        ("It says", given["says"]),
        ("Why", given["because"] or figures.NOTHING),
        ("Decided by", element("ul", *steps) if steps else "the whole task"),
        ("Steps judged", figures.count(given["steps"])),
        ("Task", link(f"/fleet/{given['task_id']}", given["task_id"], class_="mono")),
        ("What was done", given["did"]),
    ]
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    return element("dl", *pairs, class_="facts")
