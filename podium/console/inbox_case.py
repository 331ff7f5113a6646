"""One case on its own page: what, why, the evidence, the choices; and where it is answered."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.case_evidence import evidence
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, reading
from podium.console.inbox import stands
from podium.console.markup import Child, element, join, link
from podium.console.reason import reason_field, submit_row
from podium.kernel.errors import PodiumError
from podium.ports.acts import AnswerCase
from podium.trust.cases import Choice, is_notice
from podium.views.inbox import Detail, case_detail


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
    return crumbs(link("/inbox", "Inbox"))


def _facts(detail: Detail) -> list[tuple[str, Child]]:
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
            ("It is with", ", ".join(detail.with_now) or "the owner"),
            ("Who may answer", ", ".join(detail.who_may) or "the owner"),
            ("Until", until),
            ("If nobody answers", case.otherwise),
        ]
    else:
        by = join(case.answered_by or "Podium", " · ", figures.ago(case.answered_ns))
        facts += [("Answered by", by), ("Reason", case.reason or figures.NOTHING)]
        facts += [("What it did", case.result)] if case.result else []
    if case.escalated:
        to = "the department above" if case.escalated == 1 else "the admins"
        facts.append(("Went on", join("to ", to, " · ", figures.ago(case.escalated_ns))))
    if case.task_id is not None and "task_id" not in case.evidence:
        facts.append(("Task", link(f"/fleet/{case.task_id}", case.task_id, class_="plain")))
    rows = ", ".join(map(str, detail.chain))
    of_chain = link(f"/you/chain?about={case.id}", f"{rows}: what became of it", class_="plain")
    facts.append(("Rows of the chain", of_chain if rows else figures.NOTHING))
    facts += [(f"Webhook {told.webhook}", _delivery(told)) for told in detail.deliveries]
    return facts


def _case(detail: Detail) -> Markup:
    case = detail.case
    return join(
        element(
            "div",
            element("h1", case.title, tabindex="-1"),
            element("div", stands(case), class_="end"),
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
                    *(join(element("dt", name), element("dd", value)) for name, value in _facts(detail)),
                    class_="facts",
                ),
                class_="panel",
                aria_label="The case",
            ),
            class_="grid facts-grid",
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
                data_answer=_key(one),
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
            None if is_notice(case) else reason_field(),
            submit_row("Seen" if is_notice(case) else "Answer", keys=True),
            class_="act body",
            data_act="answer",
        ),
        class_="panel",
        aria_label="Answer",
    )


def _key(choice: Choice) -> str:
    """Return the key that takes a choice: the first of its kind that a page has."""
    return "a" if choice.approves or choice.tone == "good" else "d"
