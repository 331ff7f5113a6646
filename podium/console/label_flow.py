"""The label flow: how labels joined over the steps, which results made them worse, and what acted then."""

from collections.abc import Callable, Sequence
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.console.tree import story_url
from podium.trust.values.label_flow import FlowStep
from podium.views.label_flow import MAX_CALLS, flow_of, label_words

_COLUMNS: Final = (
    Column("When"),
    Column("Agent", style="wide"),
    Column("Tool"),
    Column("Decided under", hint="The labels of all that had been read before"),
    Column("Because of", hint="The results that made them so"),
    Column("Verdict"),
    Column("Rule"),
    Column("Its result"),
    Column("Labels after"),
)


class LabelFlowPage(Page):
    """The label flow of one task."""

    title = "Label flow"

    def build(self) -> None:
        """Make the page's elements."""
        self._id = self.address.path.split("/")[2]
        self._body = Fragment(join(self._crumbs(), reading()))

    def reader(self) -> Callable[[Connection], tuple[list[FlowStep], int]]:
        """Return what reads the steps."""
        id_, now_ns = self._id, self.frame.feeds.now_ns
        return lambda connection: (flow_of(connection, task=id_), now_ns())

    def show(self, data: tuple[list[FlowStep], int]) -> None:
        """Show a reading."""
        steps, read_ns = data
        head = element(
            "div",
            element("h1", "Label flow", tabindex="-1"),
            element("div", live(read_ns), class_="end"),
            class_="page-head",
        )
        nothing = element(
            "section", empty("No call of a tool", "Labels join as tools are used."), class_="panel"
        )
        self._body.show(join(self._crumbs(), head, flow_panel(steps) or nothing))

    def _crumbs(self) -> Markup:
        return crumbs(link("/fleet", "Fleet"), link(f"/fleet/{self._id}", self._id))


def flow_panel(steps: Sequence[FlowStep]) -> Markup | None:
    """Return the panel of steps in their order; None without steps."""
    if not steps:
        return None
    numbers = {step.call.call_id: number for number, step in enumerate(steps, 1)}
    rows = (_row(step, numbers) for step in steps)
    more = f"the first {MAX_CALLS} calls" if len(steps) == MAX_CALLS else None
    head = element(
        "header",
        element("h2", "Label flow"),
        element("div", element("span", more, class_="muted"), class_="end"),
    )
    body = table(_COLUMNS, rows, label="Label flow, oldest first")
    return element("section", head, body, class_="panel", aria_label="Label flow")


def _row(step: FlowStep, numbers: dict[str, int]) -> Row:
    call = step.call
    because = [
        f"{word} by {numbers[call_id]}"
        for word, call_id in (("lowered", step.lowered_by), ("raised", step.raised_by))
        if call_id is not None
    ]
    tone = {"allow": "ok", "ask": "warn"}.get(call.verdict, "bad")
    after: list[Child] = []
    if step.lowered:
        after.append(element("span", f"integrity falls to {step.after.integrity}", class_="badge bad"))
    if step.raised:
        after.append(
            element("span", f"confidentiality rises to {step.after.confidentiality}", class_="badge warn")
        )
    acts = element("span", "acts", class_="est", title="It changes something: a sink") if step.acts else None
    return Row(
        (
            join(element("span", f"{numbers[call.call_id]}. ", class_="muted"), figures.day_time(call.at_ns)),
            call.agent,
            join(link(story_url(call.call_id), call.tool, class_="row"), acts),
            label_words(step.before),
            ", ".join(because) or figures.NOTHING,
            element("span", call.verdict, class_=f"badge {tone}"),
            element("code", call.rule),
            label_words(step.result),
            join(*after) if after else "as before",
        ),
        key=call.call_id,
    )
