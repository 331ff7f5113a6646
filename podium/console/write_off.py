"""Money, what workers hold, and the form by which an admin writes off what a lost one held."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.money_tabs import HELD_WORDS
from podium.console.reason import reason_field, submit_row
from podium.console.tables import Column, Row, table
from podium.kernel.errors import PodiumError
from podium.ports.acts import WriteOff
from podium.trust.people import Right
from podium.views.holdings import Holder, Holding, holdings

_WORDS: Final = (
    "What it holds is charged, and never free again; a journal that comes after all is charged against it. "
    "While the worker or its machine still answers the keeper refuses: what it holds comes back by itself."
)


class HeldPage(Page):
    """Every worker that has not ended, and what it holds. One of them is written off by an admin, here."""

    title = "Held by workers"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._body = Fragment(join(_head(None), reading()))
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')

    def follow(self) -> None:
        """Read on; the form is of the worker that the address names."""
        super().follow()
        self._form.show(self._form_of(self.address.get("worker"), self.address.get("machine")))

    def reader(self) -> Callable[[Connection], tuple[list[Holder], int]]:
        """Return what reads holdings."""
        now_ns = self.frame.feeds.now_ns
        return lambda connection: (holdings(connection), now_ns())

    def show(self, data: tuple[list[Holder], int]) -> None:
        """Show a reading."""
        holders, read_ns = data
        may = self.frame.caller[1].may(Right.ADMINISTER)
        self._body.show(
            join(_head(read_ns), element("p", HELD_WORDS, class_="lead"), _holders(holders, may=may))
        )

    def _form_of(self, worker: str | None, machine: str | None) -> Markup:
        if not worker or not self.frame.caller[1].may(Right.ADMINISTER):
            return Markup()
        return element(
            "section",
            element("header", element("h2", "Write off")),
            element(
                "form",
                element("p", _WORDS, class_="muted"),
                element("label", "What", for_="worker"),
                element(
                    "select",
                    element("option", f"This worker: {worker}", value=worker),
                    element("option", f"All workers of the machine {machine}", value=machine)
                    if machine
                    else None,
                    id="worker",
                    name="worker",
                ),
                reason_field("Why nobody will hear of it again. It is kept for ever."),
                submit_row("Write off as charged", link("/money/held", "Cancel", class_="button")),
                class_="act body",
                data_act="write-off",
            ),
            class_="panel",
            aria_label="Write off",
        )

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Write off in the name of who looks; the keeper knows whether it still answers."""
        if name != "write-off":
            return
        act = WriteOff(self.frame.caller[0], fields.get("worker", ""), fields.get("reason", ""))
        try:
            done = await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._form.show(Markup())
        self._said.show(element("p", getattr(done, "text", ""), class_="said", role="status"))
        super().follow()


def _head(read_ns: int | None) -> Markup:
    return join(
        crumbs(link("/money/budgets", "Budgets")),
        element(
            "div",
            element("h1", "Held by workers", tabindex="-1"),
            element("div", live(read_ns) if read_ns is not None else None, class_="end"),
            class_="page-head",
        ),
    )


def _holders(holders: list[Holder], *, may: bool) -> Markup:
    columns = (
        Column("Worker"),
        Column("Since"),
        Column("Limit"),
        Column("Window"),
        Column("Held", number=True, hint="By calls under way, and for the next ones"),
        Column("Written off", number=True, hint="Charged because a person said so; no journal shows it yet"),
        Column(""),
    )
    rows = [row for holder in holders for row in _rows(holder, may=may)]
    body = table(columns, rows, label="Workers") if rows else empty("No workers", "Nothing is held.")
    return element(
        "section", element("header", element("h2", "Workers that have not ended")), body, class_="panel",
        aria_label="Held",
    )  # fmt: skip


def _rows(holder: Holder, *, may: bool) -> list[Row]:
    name = element("span", holder.worker, element("small", holder.incarnation, class_="below"))
    out = any(one.outstanding for one in holder.held)
    about = {"worker": holder.incarnation} | ({"machine": holder.gateway} if holder.gateway else {})
    query = urlencode(about)
    ask: Child = ""
    if may and out:
        ask = link(
            f"/money/held?{query}", "Write off …", class_="button", title="Only for a worker that is lost"
        )
    nothing: tuple[Child, ...] = (element("span", "nothing", class_="muted"), "", "", "", "")
    if not holder.held:
        return [Row((name, figures.ago(holder.started_ns), *nothing), key=holder.incarnation)]
    return [
        Row(
            (
                name if number == 0 else "",
                figures.ago(holder.started_ns) if number == 0 else "",
                element("code", one.limit),
                one.window,
                _amount(one, one.outstanding),
                join(
                    _amount(one, one.written_off) if one.notes else figures.NOTHING,
                    *(element("small", note, class_="below") for note in one.notes),
                ),
                ask if number == 0 else "",
            ),
            key=f"{holder.incarnation}:{one.limit}:{one.window}",
        )
        for number, one in enumerate(holder.held)
    ]


def _amount(one: Holding, value: int) -> Markup:
    return figures.usd(value) if one.unit == "usd" else element("span", figures.count(value))
