"""Place: where calls run, by what routes and regions say; intents and a solver come later."""

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, bar, table
from podium.views.places import PlaceRow, Places, RoutePlaces, places

DAY_NS: Final = 86_400_000_000_000


class PlacePage(Page):
    """The place for placement."""

    title = "Place"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 10.0

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._head = Fragment(_header(None))
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], tuple[Places, int]]:
        """Return what reads providers, routes and what was served."""
        now_ns = self.frame.feeds.now_ns

        def read(connection: Connection) -> tuple[Places, int]:
            at_ns = now_ns()
            return places(connection, since_ns=at_ns - DAY_NS), at_ns

        return read

    def show(self, data: tuple[Places, int]) -> None:
        """Show a reading."""
        found, read_ns = data
        self._head.show(_header(read_ns))
        self._body.show(join(_places(found.places), _routes(found.routes), _later()))


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Place", tabindex="-1"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _places(rows: Sequence[PlaceRow]) -> Markup:
    head = element(
        "header",
        element("h2", "Where calls run"),
        element("div", element("span", "Last 24 hours", class_="muted"), class_="end"),
    )
    if not rows:
        words = join("Name one in the manifests: ", element("code", "podium init"), " writes an example.")
        return element("section", head, empty("No providers", words), class_="panel", aria_label="Providers")
    columns = (
        Column("Region"),
        Column("Provider"),
        Column("Models", style="words"),
        Column("Routes", style="words"),
        Column("", style="share"),
        Column("Attempts", number=True, hint="What goes to a provider: a call, each of its retries"),
        Column("Tokens", number=True),
        Column("Charged, USD", number=True),
    )
    most = max(row.attempts for row in rows)
    body = table(columns, (_row(row, most) for row in rows), label="Where calls run")
    unsaid = [row.provider for row in rows if row.in_force and row.region is None]
    hint = None
    if unsaid:
        words = join(
            f"Where {', '.join(unsaid)} computes is not said: write ", element("code", "spec.region"),
            " into the Provider's manifest, and it stands here, in each charge and in ",
            element("code", "x-podium-region"), " of each answer.",
        )  # fmt: skip
        hint = element("footer", element("span", words))
    return element("section", head, body, hint, class_="panel", aria_label="Providers")


def _row(row: PlaceRow, most: int) -> Row:
    return Row(
        (
            row.region or element("span", "not declared", class_="muted"),
            row.provider if row.in_force else join(row.provider, element("small", " no longer in force")),
            _names(row.models),
            _names(row.routes),
            bar(row.attempts, most),
            figures.count(row.attempts),
            figures.count(row.tokens),
            figures.usd(row.cost_nano_usd),
        ),
        key=row.provider,
    )


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or figures.NOTHING


def _routes(rows: Sequence[RoutePlaces]) -> Markup | None:
    if not rows:
        return None

    def shares(row: RoutePlaces) -> str:
        whole = sum(weight for _, weight in row.shares)
        return ", ".join(f"{name} {figures.percent(weight, whole)}" for name, weight in row.shares)

    def regions(row: RoutePlaces) -> Child:
        return ", ".join(region or "not declared" for region in row.regions) or figures.NOTHING

    columns = (
        Column("Route"),
        Column("Chosen by weight", style="words"),
        Column("Then, in order", style="words"),
        Column("Regions"),
    )
    body = table(
        columns,
        (Row((row.route, shares(row), _names(row.fallbacks), regions(row)), key=row.route) for row in rows),
        label="Where routes go",
    )
    head = element(
        "header",
        element("h2", "Where routes go"),
        element("div", link("/ship?show=routes", "Manifests of routes", class_="button"), class_="end"),
    )
    return element("section", head, body, class_="panel", aria_label="Routes")


def _later() -> Markup:
    words = join(
        "A call goes where its route says. To move calls, change ", element("code", "candidates"),
        " of a Route: it is in force without a restart, and ", link("/ship", "Ship", class_="plain"),
        " shows what has changed. Spend by model is in ", link("/money?by=model", "Money", class_="plain"),
        ". Targets of latency, accuracy and residency, and a solver that keeps them, come later.",
    )  # fmt: skip
    head = element("header", element("h2", "How calls are placed"))
    body = element("div", element("p", words), class_="prose")
    return element("section", head, body, class_="panel", aria_label="How calls are placed")
