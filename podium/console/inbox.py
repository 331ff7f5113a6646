"""Inbox: what waits for a person, and each case on its own page, where it is answered."""

from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.case_evidence import evidence
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, older, parse_place, table
from podium.kernel.errors import PodiumError
from podium.ports.acts import AnswerCase
from podium.trust.cases import Case, is_notice
from podium.views.inbox import Detail, InboxFilters, case_detail, case_rows, open_count

STATES: Final = ("open", "answered", "expired", "all")
ROWS: Final = 100


class InboxPage(Page):
    """The list of cases."""

    title = "Inbox"

    def build(self) -> None:
        """Make the page's elements; cases come with the first reading."""
        self._body = Fragment(join(self._head(None, None), reading()))

    def reader(self) -> Callable[[Connection], tuple[list[Case], int, int]]:
        """Return what reads the cases."""
        state = self.address.among("state", STATES)
        filters = InboxFilters(None if state == "all" else state, department=self.address.get("department"))
        before, now_ns = parse_place(self.address.get("before")), self.frame.feeds.now_ns

        def read(connection: Connection) -> tuple[list[Case], int, int]:
            rows = case_rows(connection, filters, limit=ROWS, before=before)
            return rows, open_count(connection), now_ns()

        return read

    def show(self, data: tuple[list[Case], int, int]) -> None:
        """Show a reading."""
        rows, waiting, read_ns = data
        self._body.show(join(self._head(waiting, read_ns), self._cases(rows, read_ns)))

    def _head(self, waiting: int | None, read_ns: int | None) -> Markup:
        state = self.address.among("state", STATES)
        sub = None
        if waiting is not None:
            sub = "Nothing waits" if not waiting else f"{figures.count(waiting)} waiting"
        return element(
            "div",
            element("h1", "Inbox", tabindex="-1"),
            element("span", sub or "", class_="sub"),
            element(
                "div",
                live(read_ns) if read_ns is not None else None,
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

    def _cases(self, rows: list[Case], read_ns: int) -> Markup:
        state = self.address.among("state", STATES)
        if not rows:
            words = (
                "What Podium may not decide alone comes here: who must decide, until when, and why."
                if state == "open"
                else "No case is in this state."
            )
            return element("section", empty("Nothing here", words), class_="panel", aria_label="Cases")
        columns = (
            Column("What", style="clip-wide"),
            Column("Department"),
            Column("Asked by"),
            Column("Opened"),
            Column("Ends in" if state == "open" else "State", number=state == "open"),
        )
        last = rows[-1]
        return element(
            "section",
            table(columns, (_row(case, read_ns) for case in rows), label="Cases"),
            older(
                self.address,
                shown=len(rows),
                noun="cases",
                place=f"{last.created_ns}:{last.id}" if len(rows) == ROWS else None,
            )
            if state != "open"
            else None,
            class_="panel",
            aria_label="Cases",
            data_rows=True,
        )


def _row(case: Case, read_ns: int) -> Row:
    if case.state == "open":
        last: Child = (
            figures.length(case.expires_ns - read_ns) if case.expires_ns is not None else figures.NOTHING
        )
    else:
        last = _state(case)
    return Row(
        (
            link(f"/inbox/{case.id}", case.title, class_="row"),
            case.department,
            case.requested_by or "Podium",
            figures.ago(case.created_ns),
            last,
        ),
        key=case.id,
    )


def _state(case: Case) -> Markup:
    if case.state == "open":
        return element("span", "waits for an answer", class_="badge warn")
    chosen = next((one for one in case.choices if one.name == case.choice), None)
    tone = {"good": "badge ok", "bad": "badge bad"}.get(chosen.tone, "badge") if chosen else "badge"
    if case.state == "expired":
        return element("span", f"expired: {chosen.label}" if chosen else "expired", class_="badge")
    return element("span", f"{chosen.label if chosen else case.choice} · {case.answered_by}", class_=tone)


class CasePage(Page):
    """One case by its permalink."""

    title = "Case"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._id = self.address.path.rsplit("/", 1)[-1]
        self._body = Fragment(join(_crumbs(), reading()))
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')

    def reader(self) -> Callable[[Connection], Detail]:
        """Return what reads the case, as the one who looks may answer it."""
        id_, who = self._id, self.frame.caller[1]
        return lambda connection: case_detail(connection, id_, who)

    @property
    def readers_own(self) -> bool:
        """What is read depends on who looks."""
        return True

    def show(self, data: Detail) -> None:
        """Show the case."""
        self._body.show(join(_crumbs(), _case(data)))
        self._form.show(_form(data))

    def show_missing(self, message: str) -> None:
        """Say that there is no such case."""
        body = element("section", empty("No such case", message), class_="panel")
        self._body.show(join(_crumbs(), element("h1", "Not found", tabindex="-1"), body))
        self._form.show(Markup())

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Answer, in the name of who looks; the keeper knows whether they may."""
        if name != "answer":
            return
        act = AnswerCase(self.frame.caller[0], self._id, fields.get("choice", ""), fields.get("reason", ""))
        try:
            await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._said.show(Markup())
        self.follow()


def _crumbs() -> Markup:
    return element("nav", link("/inbox", "Inbox"), element("span", "/"), class_="crumbs", aria_label="Where")


def _case(detail: Detail) -> Markup:
    case = detail.case
    facts: list[tuple[str, Child]] = [
        ("Case", element("code", case.id)),
        ("Department", case.department),
        ("Asked by", join(case.requested_by or "Podium", " · ", figures.ago(case.created_ns))),
    ]
    if case.state == "open":
        until = (
            join("ends ", figures.moment(case.expires_ns))
            if case.expires_ns is not None
            else "waits without end"
        )
        facts += [
            ("Who may answer", ", ".join(detail.who_may) or "the owner"),
            ("Until", until),
            ("If nobody answers", case.otherwise),
        ]
    else:
        by = join(case.answered_by or "Podium", " · ", figures.ago(case.answered_ns))
        facts += [("Answered by", by), ("Reason", case.reason or figures.NOTHING)]
        facts += [("What it did", case.result)] if case.result else []
    rows = ", ".join(map(str, detail.chain))
    of_chain = link(f"/you/chain?about={case.id}", f"{rows}: what became of it", class_="plain")
    facts.append(("Rows of the chain", of_chain if rows else figures.NOTHING))
    facts += [(f"Webhook {told.webhook}", _delivery(told)) for told in detail.deliveries]
    return join(
        element(
            "div",
            element("h1", case.title, tabindex="-1"),
            element("div", _state(case), class_="end"),
            class_="page-head",
        ),
        element("p", case.why, class_="lead"),
        element(
            "div",
            element(
                "section",
                element("header", element("h2", "Evidence")),
                evidence(case),
                class_="panel",
                aria_label="Evidence",
            ),
            element(
                "section",
                element("header", element("h2", "The case")),
                element(
                    "dl",
                    *(join(element("dt", name), element("dd", value)) for name, value in facts),
                    class_="facts",
                ),
                class_="panel",
                aria_label="The case",
            ),
            class_="grid two",
        ),
    )


def _delivery(told: Any) -> str:
    if told.done_ns is not None:
        return f"told that it was {told.event}, {figures.moment(told.done_ns)}"
    again = f"tried again {figures.moment(told.next_ns)}" if told.next_ns is not None else "given up"
    return f"{told.event}: {told.error} ({told.attempts} tries, {again})"


def _form(detail: Detail) -> Markup:
    case = detail.case
    if case.state != "open":
        return Markup()
    if detail.why_not is not None:
        words = f"You cannot answer this case: {detail.why_not}."
        return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Answer")
    choices = (
        element(
            "label",
            element(
                "input",
                type="radio",
                name="choice",
                value=one.name,
                required=True,
                checked=is_notice(case),
                data_choice=number,
            ),
            element("kbd", str(number)),
            element("b", one.label),
            element("span", one.effect, class_="muted"),
            class_=f"choice {one.tone}",
        )
        for number, one in enumerate(case.choices, 1)
    )
    return element(
        "section",
        element("header", element("h2", "To know" if is_notice(case) else "Your answer")),
        element(
            "form",
            element("fieldset", element("legend", "Choice", class_="visually-hidden"), *choices),
            None if is_notice(case) else _reason(),
            element(
                "div",
                element(
                    "button", "Seen" if is_notice(case) else "Answer", type="submit", class_="button primary"
                ),
                element("span", "Ctrl Enter", class_="muted"),
                class_="row",
            ),
            class_="act body",
            data_act="answer",
        ),
        class_="panel",
        aria_label="Answer",
    )


def _reason() -> Markup:
    return join(
        element("label", "Reason", for_="reason"),
        element(
            "textarea",
            id="reason",
            name="reason",
            required=True,
            rows=3,
            maxlength=2000,
            placeholder="Why, in a sentence. It is kept for ever.",
        ),
    )
