"""Inbox: what waits for a person, and several cases of a kind answered at once where that is safe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, older, parse_place, table
from podium.kernel.errors import PodiumError
from podium.ports.acts import AnswerCases
from podium.trust.cases import Case, why_not_at_once
from podium.trust.people import Right
from podium.views.inbox import InboxFilters, case_departments, case_kinds, case_rows, open_count, with_now
from podium.views.inbox_figures import own_warning

STATES: Final = ("open", "answered", "expired", "all")
ROWS: Final = 100
AT_ONCE: Final = "at-once"
"""The form of answers to several cases; a case is ticked by a field ``case:ID`` of it."""
VIEWS: Final = (("/inbox", "Cases"), ("/inbox/figures", "Figures"))


@dataclass(frozen=True)
class Seen:
    """What one reading holds."""

    rows: list[Case]
    with_now: dict[str, list[str]]
    waiting: int
    kinds: list[str]
    departments: list[str]
    warning: str | None
    read_ns: int


class InboxPage(Page):
    """The list of cases."""

    title = "Inbox"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._body = Fragment(join(self._head(None), reading()))
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')

    @property
    def readers_own(self) -> bool:
        """What is with somebody, and how they answer, depends on who looks."""
        return True

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the cases."""
        state, who = self.address.among("state", STATES), self.frame.caller[1]
        filters = InboxFilters(
            None if state == "all" else state,
            kind=self.address.get("kind"),
            department=self.address.get("department"),
            task=self.address.get("task"),
            mine=who.name if state == "open" and self.address.get("whose") == "mine" else None,
        )
        before, now_ns = parse_place(self.address.get("before")), self.frame.feeds.now_ns

        def read(connection: Connection) -> Seen:
            rows, read_ns = case_rows(connection, filters, limit=ROWS, before=before), now_ns()
            return Seen(
                rows,
                with_now(connection, rows),
                open_count(connection),
                case_kinds(connection),
                case_departments(connection),
                own_warning(connection, who, now_ns=read_ns),
                read_ns,
            )

        return read

    def show(self, data: Seen) -> None:
        """Show a reading."""
        ticks = self._ticks(data.rows)
        self._body.show(join(self._head(data), _stamping(data.warning), self._cases(data, ticks=bool(ticks))))
        self._form.show(_at_once(ticks) if ticks else Markup())

    def _ticks(self, rows: Sequence[Case]) -> list[tuple[str, str]]:
        """Return what several of the cases can be answered with at once: names and labels."""
        may = self.frame.caller[1].may(Right.ASK)
        if not may or self.address.among("state", STATES) != "open" or len({row.kind for row in rows}) != 1:
            return []
        found = {
            one.name: one.label
            for case in rows
            for one in case.choices
            if why_not_at_once(case, one.name) is None
        }
        return list(found.items())

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Answer what is ticked, in the name of who looks; the keeper knows whether that is safe."""
        if name != AT_ONCE:
            return
        ticked = tuple(field.removeprefix("case:") for field in fields if field.startswith("case:"))
        act = AnswerCases(self.frame.caller[0], ticked, fields.get("choice", ""), fields.get("reason", ""))
        try:
            await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._said.show(element("p", f"{len(ticked)} cases are answered.", class_="said", role="status"))
        self.follow()

    def _head(self, data: Seen | None) -> Markup:
        state = self.address.among("state", STATES)
        sub = None
        if data is not None:
            sub = "Nothing waits" if not data.waiting else f"{figures.count(data.waiting)} waiting"
        return element(
            "div",
            element("h1", "Inbox", tabindex="-1"),
            element("span", sub or "", class_="sub"),
            element(
                "div",
                live(data.read_ns) if data is not None else None,
                segments("View", VIEWS, "/inbox", str),
                segments(
                    "State",
                    (("open", "Open"), ("answered", "Answered"), ("expired", "Expired"), ("all", "All")),
                    state,
                    lambda value: self.address.but(state=None if value == "open" else value),
                ),
                class_="end",
            ),
            class_="page-head",
        )

    def _cases(self, data: Seen, *, ticks: bool) -> Markup:
        state = self.address.among("state", STATES)
        whose = segments(
            "Whose",
            (("all", "Everybody's"), ("mine", "Mine")),
            self.address.among("whose", ("all", "mine")),
            lambda value: self.address.but(whose=None if value == "all" else value),
        )
        filters = filter_form(
            self.address,
            (
                Choice("kind", "Any kind", data.kinds),
                Choice("department", "Any department", data.departments),
            ),
            keep=("state", "whose", "task"),
        )
        head = element(
            "header",
            element("h2", "Cases"),
            element("div", filters, whose if state == "open" else None, class_="end"),
        )
        if not data.rows:
            words = (
                "What Podium may not decide alone comes here: who must decide, until when, and why."
                if state == "open"
                else join(
                    "No case is in this state: ", link("/inbox?state=all", "see all", class_="plain"), "."
                )
            )
            body = empty("Nothing here", words)
            return element("section", head, body, class_="panel", aria_label="Cases")
        columns = (
            *((Column("", style="tick"),) if ticks else ()),
            Column("What", style="clip-wide"),
            Column("Kind", style="wide"),
            Column("Department"),
            Column("With" if state == "open" else "Asked by", style="wide"),
            Column("Opened"),
            Column("Ends in" if state == "open" else "State", number=state == "open"),
        )
        last = data.rows[-1]
        return element(
            "section",
            head,
            table(columns, (_row(case, data, ticks=ticks) for case in data.rows), label="Cases"),
            older(
                self.address,
                shown=len(data.rows),
                noun="cases",
                place=f"{last.created_ns}:{last.id}" if len(data.rows) == ROWS else None,
            )
            if state != "open"
            else _several(data, ticks=ticks),
            class_="panel",
            aria_label="Cases",
            data_rows=True,
        )


def _several(data: Seen, *, ticks: bool) -> Markup | None:
    if ticks or len(data.rows) < 2 or len({row.kind for row in data.rows}) == 1:
        return None
    words = "Choose one kind to answer several cases at once, where that is safe."
    return element("footer", element("span", words))


def _stamping(warning: str | None) -> Markup | None:
    if warning is None:
        return None
    return element(
        "div",
        element("strong", "You approve without looking"),
        element("span", warning, " Admins see this too."),
        class_="banner warn",
        role="status",
    )


def _row(case: Case, data: Seen, *, ticks: bool) -> Row:
    if case.state == "open":
        last: Child = (
            figures.length(case.expires_ns - data.read_ns) if case.expires_ns is not None else figures.NOTHING
        )
        who: Child = _with(case, data.with_now.get(case.id, []))
    else:
        last, who = stands(case), case.requested_by or "Podium"
    tick = element(
        "input", type="checkbox", name=f"case:{case.id}", form=AT_ONCE, aria_label=f"Tick: {case.title}"
    )
    return Row(
        (
            *((tick,) if ticks else ()),
            link(f"/inbox/{case.id}", case.title, class_="row", data_open=case.state == "open"),
            element("code", case.kind),
            case.department,
            who,
            figures.ago(case.created_ns),
            last,
        ),
        key=case.id,
    )


def _with(case: Case, names: Sequence[str]) -> Markup:
    who = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    if not case.escalated:
        return element("span", who or "the owner")
    to = "to the department above" if case.escalated == 1 else "to the admins"
    return element("span", who or "the owner", class_="badge warn", title=f"Nobody answered: it went on {to}")


def stands(case: Case) -> Markup:
    """Return how a case stands, as a badge."""
    if case.state == "open":
        words = ("waits for an answer", "went on to the department above", "went on to the admins")
        return element("span", words[case.escalated], class_="badge warn")
    chosen = next((one for one in case.choices if one.name == case.choice), None)
    tone = {"good": "badge ok", "bad": "badge bad"}.get(chosen.tone, "badge") if chosen else "badge"
    if case.state == "expired":
        return element("span", f"expired: {chosen.label}" if chosen else "expired", class_="badge")
    return element("span", f"{chosen.label if chosen else case.choice} · {case.answered_by}", class_=tone)


def _at_once(choices: Sequence[tuple[str, str]]) -> Markup:
    """Return the form of one answer to what is ticked: only what denies, or can be taken back."""
    options = (element("option", label, value=name) for name, label in choices)
    return element(
        "section",
        element("header", element("h2", "Answer what is ticked")),
        element(
            "form",
            element(
                "div",
                element("select", *options, name="choice", aria_label="Choice", required=True),
                element(
                    "input",
                    type="text",
                    name="reason",
                    maxlength=2000,
                    autocomplete="off",
                    aria_label="One reason for all",
                    placeholder="One reason for all; each case keeps it for ever.",
                ),
                element("button", "Answer them", type="submit", class_="button primary"),
                class_="row",
            ),
            element(
                "p",
                "Here is only what denies or can be taken back. What lets go on is answered case by case.",
                class_="muted",
            ),
            id=AT_ONCE,
            class_="act body line",
            data_act=AT_ONCE,
        ),
        class_="panel",
        aria_label="Answer what is ticked",
    )
