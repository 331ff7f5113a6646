"""Money, breakers: velocity against baseline, live; what is not let through, and what is decided about it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from nicegui import ui
from sqlalchemy import Connection

from podium.console import figures
from podium.console.charts import COLOURS, Chart, Point, Series
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.money_tabs import money_tabs
from podium.console.reason import reason_field, submit_row
from podium.console.tables import Column, Row, bar, table
from podium.kernel.errors import NotFound, PodiumError
from podium.ports.acts import SteerBreaker
from podium.trust.people import Person, Right
from podium.views.breakers import BreakerDetail, BreakerView, breaker, breaker_views

_TONES: Final = {
    "closed": "badge ok",
    "warned": "badge warn",
    "recovering": "badge warn",
    "paused": "badge bad",
    "stopped": "badge bad",
    "killed": "badge bad",
}
_COLUMNS: Final = (
    Column("Who"),
    Column("State"),
    Column("", style="share", hint="Velocity of what pauses"),
    Column("Short, USD/h", number=True, hint="Over the short window"),
    Column("Long, USD/h", number=True, hint="Over the long window"),
    Column("Baseline, USD/h", number=True, hint="Learned or declared"),
    Column("Pauses at, USD/h", number=True),
    Column("Case"),
)
VERBS: Final = (
    ("resume", "Resume fully"),
    ("resume_limited:10", "Resume at 10%"),
    ("resume_limited:25", "Resume at 25%"),
    ("resume_limited:50", "Resume at 50%"),
    ("raise_baseline:200", "Raise the baseline to 200%"),
    ("raise_baseline:400", "Raise the baseline to 400%"),
    ("stop", "Emergency stop"),
    ("kill", "Kill"),
)


@dataclass(frozen=True)
class Seen:
    """What one reading holds. ``one``: the breaker that is looked at, with its curve."""

    breakers: list[BreakerView]
    one: BreakerDetail | None
    read_ns: int


class BreakersPage(Page):
    """Every breaker, and one with its curve."""

    title = "Breakers"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 1.5

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(_header(None))
        self._facts = Fragment()
        with ui.element("section").classes("panel").props('aria-label="Curve"') as self._panel:
            self._chart = Chart("line", label="Velocity against baseline, USD an hour", unit="usd", tall=True)
        self._panel.set_visibility(False)
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')
        self._table = Fragment(reading())

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the breakers."""
        now_ns, chosen = self.frame.feeds.now_ns, self.address.get("key")

        def read(connection: Connection) -> Seen:
            at_ns = now_ns()
            one = None
            if chosen:
                try:
                    one = breaker(connection, chosen, at_ns)
                except NotFound:
                    one = None
            return Seen(breaker_views(connection, at_ns), one, at_ns)

        return read

    def show(self, data: Seen) -> None:
        """Show a reading. The form is apart, so that a reading leaves alone what is typed."""
        self._head.show(_header(data.read_ns))
        self._facts.show(_facts(data.one))
        self._panel.set_visibility(data.one is not None)
        if data.one is not None:
            self._draw(data.one, data.read_ns)
        self._form.show(decide_form(data.one, self.frame.caller[1]))
        self._table.show(_table(data.breakers))

    def _draw(self, one: BreakerDetail, read_ns: int) -> None:
        now_ms = read_ns // 1_000_000

        def line(name: str, height: int | None, colour: str) -> Series:
            text = figures.usd_text(height or 0) + "/h"
            points = [
                Point(now_ms - ago * 1000, None if height is None else height / 1e9, text, name)
                for ago in (one.curve[0][0], 0)
            ]
            return Series(name, points, colour)

        points = [
            Point(
                now_ms - ago * 1000,
                height / 1e9,
                figures.usd_text(height) + "/h",
                figures.moment(read_ns - ago * 1_000_000_000)[11:19],
            )
            for ago, height in one.curve
        ]
        series = [Series("Velocity", points, COLOURS[0])]
        if one.breaker.baseline_nano_usd_per_hour is not None:
            series.append(line("Baseline", one.breaker.baseline_nano_usd_per_hour, COLOURS[1]))
        if one.breaker.pauses_at_nano_usd_per_hour is not None:
            series.append(line("Pauses at", one.breaker.pauses_at_nano_usd_per_hour, COLOURS[3]))
        self._chart.show(series, from_ms=now_ms - one.curve[0][0] * 1000, to_ms=now_ms)

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Decide, in the name of who looks; the keeper knows whether they may."""
        key = self.address.get("key")
        if name != "breaker" or not key:
            return
        on, _, pct = fields.get("on", "").partition(":")
        act = SteerBreaker(
            self.frame.caller[0],
            key,
            on,  # type: ignore[arg-type] # the keeper refuses what is none
            fields.get("reason", ""),
            int(pct or 0),
        )
        try:
            done = await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._said.show(element("p", getattr(done, "text", ""), class_="said", role="status"))
        self.follow()


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Money", tabindex="-1"),
        money_tabs("/money/breakers"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def state_badge(it: BreakerView) -> Markup:
    """Return the state of a breaker."""
    share = f" at {it.share_pct}%" if it.state == "recovering" else ""
    return element("span", f"{it.state}{share}", class_=_TONES.get(it.state, "badge"))


def _table(rows: list[BreakerView]) -> Markup:
    if not rows:
        body = empty("No agents", "Breakers watch the agents and departments of the manifests in force.")
    else:
        body = table(_COLUMNS, (_row(it) for it in rows), label="Breakers")
    return element(
        "section",
        element(
            "header",
            element("h2", "Breakers"),
            element(
                "div",
                element("span", "USD an hour, estimates. Closed: calls go through", class_="muted"),
                class_="end",
            ),
        ),
        body,
        class_="panel",
        aria_label="Breakers",
    )


def _who(it: BreakerView) -> str:
    """Return whose breaker it is: a task by its agent."""
    return f"a task of {it.agent}" if it.agent else it.key


def _row(it: BreakerView) -> Row:
    pauses_at = it.pauses_at_nano_usd_per_hour
    return Row(
        (
            link(f"/money/breakers?{urlencode({'key': it.key})}", _who(it), class_="row", title=it.key),
            state_badge(it),
            bar(min(it.long_nano_usd_per_hour, pauses_at), pauses_at) if pauses_at else "",
            figures.usd(it.short_nano_usd_per_hour),
            figures.usd(it.long_nano_usd_per_hour),
            figures.usd(it.baseline_nano_usd_per_hour),
            figures.usd(pauses_at),
            link(f"/inbox/{it.case_id}", "Case", class_="plain") if it.case_id else figures.NOTHING,
        ),
        key=it.key,
    )


def _facts(one: BreakerDetail | None) -> Markup:
    if one is None:
        return Markup()
    it = one.breaker
    learned = f"learned from {it.hours_learned} hours" if it.hours_learned >= 24 else "declared"
    raised = f", counted {it.baseline_pct}%" if it.baseline_pct != 100 else ""
    baseline: Child = "nobody knows one yet"
    if it.baseline_nano_usd_per_hour is not None:
        baseline = join(figures.usd(it.baseline_nano_usd_per_hour), f" USD/h, {learned}{raised}")
    facts: list[tuple[str, Child]] = [
        ("State", state_badge(it)),
        ("Department", it.department),
        (f"Over {it.short_s} s", join(figures.usd(it.short_nano_usd_per_hour), " USD/h")),
        (f"Over {it.long_s} s", join(figures.usd(it.long_nano_usd_per_hour), " USD/h")),
        ("Baseline", baseline),
    ]
    if it.since_ns is not None:
        facts.append(("Since", figures.ago(it.since_ns)))
    if it.reason:
        facts.append(("Why", it.reason))
    if it.agent:
        task_id = it.key.removeprefix("task/")
        facts.append(("Task", link(f"/fleet/{task_id}", task_id, class_="mono")))
    if it.case_id is not None:
        facts.append(("Case", link(f"/inbox/{it.case_id}", it.case_id, class_="plain")))
    return element(
        "section",
        element(
            "header",
            element("h2", _who(it)),
            element("div", link("/money/breakers", "Close", class_="button"), class_="end"),
        ),
        element(
            "dl", *(join(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
        ),
        class_="panel",
        aria_label="Breaker",
    )


def decide_form(one: BreakerDetail | None, who: Person) -> Markup:
    """Return the form that decides about a key; to who may not, words about who does."""
    if one is None or one.breaker.state == "killed":
        return Markup()
    department = one.breaker.department
    if not (who.may(Right.OPERATE) or who.decides(department)):
        words = f"An operator, or an approver of {department}, decides about it."
        return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Decide")
    verbs = VERBS if one.breaker.key.startswith("task/") else VERBS[:-1]
    return element(
        "section",
        element("header", element("h2", "Decide")),
        element(
            "form",
            element("label", "What", for_="on"),
            element(
                "select", *(element("option", text, value=value) for value, text in verbs), id="on", name="on"
            ),
            reason_field(),
            submit_row("Decide"),
            class_="act body",
            data_act="breaker",
        ),
        class_="panel",
        aria_label="Decide",
    )
