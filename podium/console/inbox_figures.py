"""Inbox, figures: how long cases wait, who answers how many, and what share is approved."""

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.inbox import VIEWS
from podium.console.markup import Child, element, join
from podium.console.tables import Choice, Column, Row, filter_form, table
from podium.views.inbox import case_departments, case_kinds
from podium.views.inbox_figures import DAY_NS, InboxFigures, Load, PersonLoad, inbox_figures

PERIODS: Final = (("1", "1 day"), ("7", "7 days"), ("30", "30 days"), ("90", "90 days"))
USUAL: Final = "7"
_COLUMNS: Final = (
    Column("Opened", number=True),
    Column("Open now", number=True),
    Column("Answered", number=True),
    Column("Expired", number=True),
    Column("Went on", number=True, hint="Of the answered ones: those that others had to be asked"),
    Column("Waited, median", number=True),
    Column("90 % within", number=True),
    Column("Approved", number=True, hint="Of those answered that could have been approved"),
)
_PEOPLE: Final = (
    Column("Who"),
    Column("Answered", number=True),
    Column("A day", number=True),
    Column("Waited, median", number=True),
    Column("Approved", number=True),
    Column("Looked at most", number=True, hint="Half of the answers came within so long"),
    Column(""),
)


class InboxFiguresPage(Page):
    """The figures of a period."""

    title = "Inbox figures"

    def build(self) -> None:
        """Make the page's elements; figures come with the first reading."""
        self._body = Fragment(join(self._head(None), reading()))

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 10.0

    @property
    def _days(self) -> str:
        days = self.address.get("days")
        return days if days in dict(PERIODS) else USUAL

    @property
    def readers_own(self) -> bool:
        """How somebody answers is theirs and the admins' to see."""
        return True

    def reader(self) -> Callable[[Connection], tuple[InboxFigures, list[str], list[str]]]:
        """Return what reads the figures."""
        who, now_ns = self.frame.caller[1], self.frame.feeds.now_ns
        days = int(self._days)
        kind, department = self.address.get("kind"), self.address.get("department")

        def read(connection: Connection) -> tuple[InboxFigures, list[str], list[str]]:
            until_ns = now_ns()
            found = inbox_figures(
                connection,
                since_ns=until_ns - days * DAY_NS,
                until_ns=until_ns,
                kind=kind,
                department=department,
                who=who,
            )
            return found, case_kinds(connection), case_departments(connection)

        return read

    def show(self, data: tuple[InboxFigures, list[str], list[str]]) -> None:
        """Show a reading."""
        found, kinds, departments = data
        filters = filter_form(
            self.address,
            (Choice("kind", "Any kind", kinds), Choice("department", "Any department", departments)),
            keep=("days",),
        )
        self._body.show(
            join(
                self._head(found.until_ns),
                *(_warning(one) for one in found.people if one.warning is not None),
                _stats(found.total),
                _groups("By kind", "Kind", found.by_kind, filters),
                _groups("By department", "Department", found.by_department, None),
                _people(found.people),
            )
        )

    def _head(self, read_ns: int | None) -> Markup:
        return element(
            "div",
            element("h1", "Inbox figures", tabindex="-1"),
            element(
                "div",
                live(read_ns) if read_ns is not None else None,
                segments("View", VIEWS, "/inbox/figures", str),
                segments(
                    "Period",
                    PERIODS,
                    self._days,
                    lambda value: self.address.but(days=None if value == USUAL else value),
                ),
                class_="end",
            ),
            class_="page-head",
        )


def _warning(one: PersonLoad) -> Markup:
    title = f"{one.name} approves without looking"
    return element(
        "div", element("strong", title), element("span", one.warning), class_="banner warn", role="status"
    )


def seconds(value: float | None) -> str:
    """Return a stretch of time, a dash where there is none."""
    return figures.NOTHING if value is None else figures.length(round(value * 1e9))


def _share(part: int | None, whole: int | None) -> Child:
    if part is None or not whole:
        return figures.NOTHING
    return join(figures.percent(part, whole), element("small", f" of {figures.count(whole)}"))


def _stats(total: Load) -> Markup:
    facts: Sequence[tuple[str, Child, str]] = (
        ("Open now", figures.count(total.open), f"{figures.count(total.opened)} opened in the period"),
        ("Answered", figures.count(total.answered), f"{figures.count(total.expired)} expired"),
        ("Waited, median", seconds(total.waited_median_s), "from opened to answered"),
        ("90 % within", seconds(total.waited_p90_s), f"{figures.count(total.escalated)} went on to others"),
        ("Approved", _share(total.approved, total.decided), "of what could be approved"),
    )
    stats = (
        element(
            "div",
            element("div", name, class_="name"),
            element("div", value, class_="value"),
            element("div", more, class_="more"),
            class_="stat",
        )
        for name, value, more in facts
    )
    return element("section", *stats, class_="panel stats", aria_label="All cases")


def _groups(title: str, first: str, loads: Sequence[Load], filters: Markup | None) -> Markup:
    rows = (
        Row(
            (
                element("code", one.name) if first == "Kind" else one.name,
                figures.count(one.opened),
                figures.count(one.open),
                figures.count(one.answered),
                figures.count(one.expired),
                figures.count(one.escalated),
                seconds(one.waited_median_s),
                seconds(one.waited_p90_s),
                _share(one.approved, one.decided),
            ),
            key=one.name,
        )
        for one in loads
    )
    head = element("header", element("h2", title), element("div", filters, class_="end") if filters else None)
    body = (
        table((Column(first), *_COLUMNS), rows, label=title)
        if loads
        else empty("No cases", "None was opened, answered or expired in this period.")
    )
    return element("section", head, body, class_="panel", aria_label=title)


def _people(people: Sequence[PersonLoad]) -> Markup | None:
    if not people:
        return None
    rows = (
        Row(
            (
                one.name,
                figures.count(one.answered),
                f"{one.per_day:.1f}" if one.per_day is not None else figures.NOTHING,
                seconds(one.waited_median_s),
                _share(one.approved, one.decided),
                seconds(one.looked_median_s),
                element("span", "approves without looking", class_="badge warn") if one.warning else "",
            ),
            key=one.name,
        )
        for one in people
    )
    head = element("header", element("h2", "By person"))
    foot = element("footer", "Shares and looks of others are for admins alone.")
    body = table(_PEOPLE, rows, label="By person")
    return element("section", head, body, foot, class_="panel", aria_label="By person")
