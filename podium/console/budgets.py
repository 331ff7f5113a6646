"""Money, budgets: every limit from the organisation down, what is used of it, and what its end will be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.money_tabs import HELD_WORDS, interval, money_tabs
from podium.console.tables import Column, Row, table
from podium.insight.forecast import Forecast
from podium.kernel.errors import NotFound
from podium.views.budgets import BudgetNode, Budgets, LimitView, SliceView, budget, budgets
from podium.views.outlook import outlook

_ACTIONS: Final = {
    "open": "open",
    "warn": "warns",
    "smaller": "smaller models",
    "cheapest": "cheapest models alone",
}
_COLUMNS: Final = (
    Column("Who"),
    Column("Limit"),
    Column("", style="share"),
    Column("Used", number=True, hint="Charged and held, of the whole"),
    Column("Charged", number=True),
    Column("Held", number=True, hint="By calls under way, and by workers for the next ones"),
    Column("Left", number=True),
    Column("At the end", number=True, hint="Forecast by weekday, with its 80% interval"),
    Column(""),
)


@dataclass(frozen=True)
class Seen:
    """What one reading holds. ``one``: the limit that is looked at, with its slices."""

    budgets: Budgets
    forecasts: dict[str, Forecast]
    one: LimitView | None


class BudgetsPage(Page):
    """Limits as a tree."""

    title = "Budgets"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 5.0

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(_header(None))
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads limits and forecasts."""
        now_ns, chosen = self.frame.feeds.now_ns, self.address.get("limit")

        def read(connection: Connection) -> Seen:
            at_ns = now_ns()
            found = budgets(connection, at_ns)
            one = None
            if chosen:
                try:
                    one = budget(connection, chosen, at_ns)
                except NotFound:
                    one = None
            return Seen(found, outlook(connection, found), one)

        return read

    def show(self, data: Seen) -> None:
        """Show a reading."""
        self._head.show(_header(data.budgets.at_ns))
        self._body.show(join(_blocked(data.budgets), _one(data), _tree(data)))


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Money", tabindex="-1"),
        money_tabs("/money/budgets"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _blocked(found: Budgets) -> Markup:
    if not found.blocked_models:
        return Markup()
    return element(
        "div",
        element("strong", "Models that do not serve under a hard limit"),
        element("span", ", ".join(found.blocked_models), ": a usage was above its bound. Mend the Model."),
        class_="banner warn",
        role="alert",
    )


def _tree(data: Seen) -> Markup:
    rows = [row for node in data.budgets.nodes for row in _rows(node, data.forecasts)]
    if not any(node.limits for node in data.budgets.nodes):
        body = empty(
            "No limits",
            join(
                "Nothing keeps anybody from spending. Write ",
                element("code", "spec.limits"),
                " into the Organisation, a Department or an Agent, ",
                element("code", "[{amount: 5, unit: usd, window: day}]"),
                ": they are in force without a restart.",
            ),
        )
    else:
        body = table(_COLUMNS, rows, label="Budgets")
    always = data.budgets.organisation
    return element(
        "section",
        element(
            "header",
            element("h2", "Limits"),
            element(
                "div",
                element(
                    "span",
                    "Charged since the beginning ",
                    figures.usd(always.charged),
                    " USD, held by workers ",
                    figures.usd(always.outstanding),
                    " USD",
                    class_="muted",
                    title=HELD_WORDS,
                )
                if always is not None
                else None,
                link("/money/held", "Held by workers", class_="button", title=HELD_WORDS),
                class_="end",
            ),
        ),
        body,
        element("footer", element("span", HELD_WORDS)) if always is not None else None,
        class_="panel",
        aria_label="Budgets",
    )


def _rows(node: BudgetNode, forecasts: dict[str, Forecast]) -> list[Row]:
    name = element(
        "span",
        node.name,
        element("small", " agent") if node.kind == "agent" else None,
        class_="node",
        style=f"padding-left:{node.depth * 16}px",
    )
    if not node.limits:
        blank: tuple[Child, ...] = ("",) * (len(_COLUMNS) - 2)
        return [
            Row(
                (name, element("span", "no limit of its own", class_="muted"), *blank),
                key=f"{node.kind}/{node.name}",
            )
        ]
    return [
        Row(
            (
                name if number == 0 else "",
                link(f"/money/budgets?{urlencode({'limit': limit.id})}", _terms(limit), class_="row"),
                bands_bar(limit),
                _used(limit),
                _amount(limit, limit.window.charged),
                _amount(limit, limit.window.outstanding),
                _amount(limit, limit.left),
                _outlook(limit, forecasts.get(limit.id)),
                _more(limit),
            ),
            key=limit.id,
        )
        for number, limit in enumerate(node.limits)
    ]


def bands_bar(limit: LimitView) -> Markup:
    """Return a bar: what is charged, what is held behind it, and a mark where each band begins."""
    if not limit.amount:
        return Markup()
    charged = min(100.0, 100 * limit.window.charged / limit.amount)
    held = min(100.0 - charged, 100 * limit.window.outstanding / limit.amount)
    state = limit.bands[limit.band].action if limit.left else "used up"
    edges = (
        element("b", style=f"left:{100 * band.from_amount / limit.amount:.1f}%") for band in limit.bands[1:]
    )
    return element(
        "span",
        element("i", style=f"width:{charged:.1f}%"),
        element("i", class_="held", style=f"width:{held:.1f}%"),
        *edges,
        class_=f"bands {'' if state == 'open' else 'near' if state == 'warn' else 'full'}".strip(),
        role="img",
        aria_label=f"{limit.used_percent} % used, {_ACTIONS.get(state, state)}",
        title="; ".join(f"from {band.from_percent} %: {_ACTIONS[band.action]}" for band in limit.bands[1:]),
    )


def _used(limit: LimitView) -> Markup:
    percent = figures.NOTHING if limit.used_percent is None else f"{limit.used_percent:.1f} %"
    state = "used up" if not limit.left else _ACTIONS[limit.bands[limit.band].action] if limit.band else ""
    return join(percent, element("small", state, class_="below") if state else None)


def _terms(limit: LimitView) -> Markup:
    window = "a task" if limit.window_kind == "task" else f"a {limit.window_kind}"
    ends_ns = limit.window.ends_ns
    notes = [
        f"of {limit.tier}" if limit.tier else "",
        "soft" if not limit.hard else "",
        f"{_words(limit, limit.added)} of it for now" if limit.added else "",
        f"until {figures.moment(ends_ns)[5:16]} UTC" if ends_ns is not None else "",
        limit.time_zone if limit.time_zone != "UTC" else "",
    ]
    return element(
        "span",
        f"{_words(limit, limit.amount)} {window}",
        element("small", ", ".join(note for note in notes if note), class_="below"),
    )


def _words(limit: LimitView, value: int) -> str:
    if limit.unit == "usd":
        return figures.usd_text(value)
    return f"{figures.count(value)} {limit.unit.replace('_', ' ')}"


def _amount(limit: LimitView, value: int) -> Markup:
    return figures.usd(value) if limit.unit == "usd" else element("span", figures.count(value))


def _outlook(limit: LimitView, forecast: Forecast | None) -> Markup:
    if forecast is None:
        return element("span", figures.NOTHING)
    over = "over" if forecast.expected_nano_usd > limit.amount else None
    return join(
        element("span", figures.about_usd(forecast.expected_nano_usd), class_=over), interval(forecast)
    )


def _more(limit: LimitView) -> Markup:
    unit = "usd" if limit.unit == "usd" else "tokens"
    return link(
        f"/money/override?{urlencode({'limit': limit.id, 'unit': unit})}",
        "More …",
        class_="button",
        title="Ask for more of this limit",
    )


def _one(data: Seen) -> Markup:
    limit = data.one
    if limit is None:
        return Markup()
    columns = (
        Column("Worker"),
        Column("Incarnation"),
        Column("Window"),
        Column("Band", number=True),
        Column("Held", number=True),
        Column("Spent", number=True),
        Column("State"),
    )
    body = (
        table(columns, (_slice_row(limit, one) for one in limit.slices), label="Slices")
        if limit.slices
        else empty("No slices outstanding", "No worker holds a part of this limit.")
    )
    given = [
        element(
            "li",
            _amount(limit, one.amount),
            f" more by {one.by} until ",
            figures.moment(one.until_ns),
        )
        for one in limit.overrides
    ]
    return element(
        "section",
        element(
            "header",
            element("h2", "Slices of ", element("code", limit.id)),
            element("div", _more(limit), link("/money/budgets", "Close", class_="button"), class_="end"),
        ),
        element("ul", *given, class_="body") if given else None,
        body,
        class_="panel",
        aria_label="Slices",
    )


def _slice_row(limit: LimitView, one: SliceView) -> Row:
    return Row(
        (
            one.worker,
            element("code", one.incarnation),
            one.window,
            figures.count(one.band),
            _amount(limit, one.outstanding),
            _amount(limit, one.spent),
            one.note or ("alive" if one.alive else "ended"),
        ),
        key=f"{one.incarnation}:{one.window}:{one.band}",
    )
