"""Now: what is happening. Spend, rate, time to first token, errors; by department and agent; the calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from nicegui import ui
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.calls_table import calls_panel, read_calls
from podium.console.charts import COLOURS, Chart, Point, Series, legend
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join, link
from podium.console.money_tabs import CHARGED_CALLS
from podium.console.now_tabs import now_tabs
from podium.console.tables import Column, Row, bar, table
from podium.views import now as now_view
from podium.views.calls import CallListRow
from podium.views.ledger import LedgerFilters, TotalRow, totals
from podium.views.series import Step, Steps, steps

WINDOWS: Final = {
    "5m": ("5 min", 300),
    "15m": ("15 min", 900),
    "1h": ("1 h", 3600),
    "6h": ("6 h", 6 * 3600),
    "24h": ("24 h", 86_400),
}
DEFAULT_WINDOW: Final = "15m"
_GROUP_COLUMNS: Final = (
    Column("Calls", number=True),
    Column("Errors", number=True, hint="Calls that did not end as ok, and their share"),
    Column("Tokens", number=True, hint="In and out"),
    Column("Spend, USD", number=True),
)


@dataclass(frozen=True)
class Reading:
    """What one reading holds: figures, steps, the models charged in the window, and the page of calls."""

    figures: now_view.Now
    steps: Steps
    calls: list[CallListRow]
    models: list[TotalRow]


class NowPage(Page):
    """The first page."""

    title = "Now"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings: longer windows move slower and cost more to read."""
        return {"6h": 3.0, "24h": 10.0}.get(_window(self.address), 1.5)

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(self._header(None))
        with ui.element("div").classes("grid four"):
            self._spend, self._spend_chart = _panel(
                "Spend", "area", "usd", "Spend over time by department, USD"
            )
            self._rate, self._rate_chart = _panel("Calls", "bar", "rate", "Calls per second over time")
            self._first, self._first_chart = _panel(
                "Time to first token",
                "line",
                "ms",
                "Time to first token over time, p50 and p95, milliseconds",
            )
            self._errors, self._errors_chart = _panel("Errors", "bar", "count", "Failed calls over time")
        self._groups = Fragment().classes("grid two")
        self._calls = Fragment(reading())

    def reader(self) -> Callable[[Connection], Reading]:
        """Return what reads the figures, the steps and the table of calls."""
        address, now_ns = self.address, self.frame.feeds.now_ns
        window_s = WINDOWS[_window(address)][1]

        def read(connection: Connection) -> Reading:
            at_ns = now_ns()
            since = LedgerFilters(since_ns=at_ns - window_s * 1_000_000_000)
            return Reading(
                now_view.now(connection, at_ns, window_s),
                steps(connection, at_ns, window_s),
                read_calls(connection, address),
                totals(connection, since, "model"),
            )

        return read

    def show(self, data: Reading) -> None:
        """Show a reading."""
        now = data.figures
        self._head.show(self._header(now.until_ns))
        self._spend.show(_spend(now, data.steps))
        self._rate.show(_rate(now))
        self._first.show(_first_token(now))
        self._errors.show(_errors(now))
        self._draw(data.steps)
        self._groups.show(
            join(
                element(
                    "div",
                    _groups(self.address, "Departments", "department", now.by_department, now.cost_nano_usd),
                    _models(self.address, data.models, now.cost_nano_usd),
                ),
                _groups(self.address, "Agents", "agent", now.by_agent, now.cost_nano_usd),
            )
        )
        self._calls.show(
            calls_panel(
                self.address,
                data.calls,
                agents=[share.name for share in now.by_agent],
                departments=[share.name for share in now.by_department],
                models=[row.key for row in data.models],
            )
        )

    def _header(self, read_ns: int | None) -> Markup:
        choices = tuple((name, text) for name, (text, _) in WINDOWS.items())
        return element(
            "div",
            element("h1", "Now", tabindex="-1"),
            now_tabs("/now"),
            element(
                "div",
                live(read_ns) if read_ns is not None else None,
                segments(
                    "Window",
                    choices,
                    _window(self.address),
                    lambda name: self.address.but(window=None if name == DEFAULT_WINDOW else name),
                ),
                class_="end",
            ),
            class_="page-head",
        )

    def _draw(self, drawn: Steps) -> None:
        window = {"from_ms": drawn.from_ns // 1_000_000, "to_ms": drawn.to_ns // 1_000_000}

        def points(height: Callable[[Step], float | None], text: Callable[[Step], str]) -> tuple[Point, ...]:
            return tuple(
                Point(
                    step.start_ns // 1_000_000 + drawn.step_s * 500,
                    height(step),
                    text(step),
                    figures.span(step.start_ns, drawn.step_s),
                )
                for step in drawn.steps
            )

        def spend(department: str) -> tuple[Point, ...]:
            return points(
                lambda step: (
                    step.cost_nano_usd.get(department, 0) / 1e9
                ),  # heights of a drawing need no exactness
                lambda step: figures.usd_text(step.cost_nano_usd.get(department, 0)),
            )

        self._spend_chart.show(
            [
                Series(department, spend(department), COLOURS[min(index, len(COLOURS) - 1)])
                for index, department in enumerate(drawn.departments)
            ],
            **window,
        )
        rate = points(
            lambda step: step.calls / drawn.step_s,
            lambda step: (
                f"{figures.per_second(step.calls / drawn.step_s)} · {figures.count(step.calls)} calls"
            ),
        )
        self._rate_chart.show([Series("Calls", rate)], **window)
        p50 = points(
            lambda step: _ms(step.first_token.p50_us), lambda step: figures.ms(step.first_token.p50_us)
        )
        p95 = points(
            lambda step: _ms(step.first_token.p95_us), lambda step: figures.ms(step.first_token.p95_us)
        )
        self._first_chart.show([Series("p50", p50), Series("p95", p95, COLOURS[1])], **window)
        errors = points(
            lambda step: step.errors,
            lambda step: f"{figures.count(step.errors)} of {figures.count(step.calls)} calls",
        )
        highest = max((step.errors for step in drawn.steps), default=0)
        self._errors_chart.show([Series("Errors", errors, "var(--bad)")], **window, highest=max(highest, 4))


def _window(address: Address) -> str:
    return address.among("window", (DEFAULT_WINDOW, *WINDOWS))


def _panel(name: str, kind: str, unit: str, label: str) -> tuple[Fragment, Chart]:
    with ui.element("section").classes("panel").props(f'aria-label="{name}"'):
        stat = Fragment(_stat(name, figures.NOTHING, Markup("&nbsp;")))
        return stat, Chart(kind, label=label, unit=unit, tall=True)


def _stat(name: str, value: Child, more: Child, aside: Child = None) -> Markup:
    return element(
        "div",
        element("div", element("span", name), aside, class_="name"),
        element("div", value, class_="value"),
        element("div", more, class_="more"),
        class_="stat",
    )


def _spend(now: now_view.Now, drawn: Steps) -> Markup:
    hourly = now.cost_nano_usd * 3600 // now.window_s if now.calls else None
    estimated = (
        join(" · ", figures.usd(now.estimated_nano_usd), " USD estimated") if now.estimated_nano_usd else None
    )
    return _stat(
        "Spend",
        join(figures.usd(now.cost_nano_usd), element("small", " USD")),
        join(figures.usd(hourly), " USD/h on average", estimated),
        legend(drawn.departments[: len(COLOURS)]),
    )


def _rate(now: now_view.Now) -> Markup:
    return _stat(
        "Calls",
        join(f"{now.calls_per_s:,.2f}", element("small", " /s")),
        join(figures.count(now.calls), f" calls · {now.tokens_per_s:,.0f} tokens/s"),
    )


def _first_token(now: now_view.Now) -> Markup:
    found = now.time_to_first_token
    part = (
        f"newest {figures.count(found.count)} calls"
        if found.sampled
        else f"{figures.count(found.count)} calls"
    )
    return _stat(
        "Time to first token",
        join(figures.ms(found.p50_us), element("small", legend(("p50",)))),
        join(legend(("p95",), first=1), " ", figures.ms(found.p95_us), " · ", part),
    )


def _errors(now: now_view.Now) -> Markup:
    return _stat(
        "Errors",
        figures.percent(now.errors, now.calls),
        join(figures.count(now.errors), " of ", figures.count(now.calls), " calls"),
    )


def _groups(
    address: Address, title: str, name: str, shares: list[now_view.Share], whole_nano_usd: int
) -> Markup:
    if not shares:
        body = empty("Nothing in this window", "Choose a longer window above, or wait for the next call.")
        return _group_panel(title, name, body)
    highest = max(share.cost_nano_usd for share in shares)
    rows = (
        Row(
            (
                _opens(address, name, share.name),
                bar(share.cost_nano_usd, highest),
                figures.count(share.calls),
                _with_part(figures.count(share.errors), share.errors, share.calls),
                figures.count(share.input_tokens + share.output_tokens),
                _with_part(figures.usd(share.cost_nano_usd), share.cost_nano_usd, whole_nano_usd),
            ),
            key=share.name,
        )
        for share in shares
    )
    columns = (Column(title[:-1]), Column("", style="share"), *_GROUP_COLUMNS)
    return _group_panel(title, name, table(columns, rows, label=title))


def _models(address: Address, models: list[TotalRow], whole_nano_usd: int) -> Markup | None:
    if not models:
        return None
    highest = max(model.cost_nano_usd for model in models)
    rows = (
        Row(
            (
                _opens(address, "model", model.key),
                bar(model.cost_nano_usd, highest),
                figures.count(model.calls),
                figures.count(model.input_tokens + model.output_tokens),
                _with_part(figures.usd(model.cost_nano_usd), model.cost_nano_usd, whole_nano_usd),
            ),
            key=model.key,
        )
        for model in models
    )
    columns = (
        Column("Model"),
        Column("", style="share"),
        CHARGED_CALLS,
        *(one for one in _GROUP_COLUMNS if one.name not in {"Calls", "Errors"}),
    )
    return _group_panel("Models", "model", table(columns, rows, label="Models"))


def _group_panel(title: str, name: str, body: Markup) -> Markup:
    head = element(
        "header",
        element("h2", title),
        element("div", link(f"/money?by={name}&period=today", "Open in Money", class_="quiet"), class_="end"),
    )
    return element("section", head, body, class_="panel", aria_label=title)


def _opens(address: Address, name: str, value: str) -> Markup:
    """Return the link of a row: it filters the calls below."""
    hint = f"Show the calls of {value}"
    return link(address.but(**{name: value}), value, class_="row", title=hint, data_scroll="calls")


def _with_part(figure: Child, part: int, whole: int) -> Markup:
    return join(figure, element("small", figures.percent(part, whole), class_="part"))


def _ms(us: int | None) -> float | None:
    return None if us is None else us / 1000
