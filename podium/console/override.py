"""The form that asks for more of a limit: given at once, or after somebody else's approval."""

from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from podium.console.address import Address
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty
from podium.console.markup import element, join, link
from podium.console.reason import reason_field, submit_row
from podium.kernel.errors import PodiumError
from podium.kernel.money import parse_amount
from podium.ports.acts import AskOverride
from podium.trust.people import Person, Right

HOURS: Final = (("1", "1 hour"), ("24", "1 day"), ("168", "1 week"), ("744", "31 days"))
_CHOOSE: Final = join(
    "Choose it in ", link("/money/budgets", "Budgets", class_="plain"), ": each has a button “More …”."
)
_HOUR_NS: Final = 3_600_000_000_000


class OverridePage(Page):
    """Asks in the name of who looks."""

    title = "Override"

    def build(self) -> None:
        """Make the page's elements: nothing here changes by itself."""
        Fragment(
            join(
                crumbs(link("/money", "Money")),
                element("div", element("h1", "More of a limit", tabindex="-1"), class_="page-head"),
                override_form(self.address, self.frame.caller[1]),
            )
        )
        self._said = Fragment().props('aria-live="polite"')

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Ask the keeper, which knows whether somebody else has to approve."""
        if name != "override":
            return
        try:
            done = await self.frame.keeper.ask(
                AskOverride(
                    self.frame.caller[0],
                    fields.get("limit", "").strip(),
                    parse_amount(fields.get("amount", ""), fields.get("unit", "usd")),
                    self.frame.feeds.now_ns() + int(fields.get("hours", "24")) * _HOUR_NS,
                    fields.get("reason", ""),
                )
            )
        except (PodiumError, ValueError) as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        words = getattr(done, "text", "")
        limit = urlencode({"limit": fields.get("limit", "").strip()})
        next_ = (
            link("/inbox", "Go to the Inbox", class_="plain")
            if "waits in the Inbox" in words
            else link(f"/money/budgets?{limit}", "See the limit", class_="plain")
        )
        self._said.show(
            element(
                "p",
                words,
                " ",
                next_,
                class_="said",
                role="status",
            )
        )


def override_form(address: Address, who: Person) -> Markup:
    """Return the form that asks for more of a limit; to who may not, words about who does."""
    if not address.get("limit"):
        return element("section", empty("Which limit?", _CHOOSE), class_="panel")
    if not who.may(Right.ASK):
        words = "An operator, or an approver of its department, asks for more of a limit."
        return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Override")
    unit = address.among("unit", ("usd", "tokens"))
    form = element(
        "form",
        element("label", "Limit", for_="limit"),
        element(
            "input",
            id="limit",
            name="limit",
            required=True,
            value=address.get("limit"),
            spellcheck="false",
            autocomplete="off",
        ),
        element("label", "More, in USD" if unit == "usd" else "More, in tokens", for_="amount"),
        element("input", id="amount", name="amount", required=True, inputmode="decimal", autocomplete="off"),
        element("input", type="hidden", name="unit", value=unit),
        element("label", "For", for_="hours"),
        element(
            "select",
            *(element("option", text, value=value, selected=value == "24") for value, text in HOURS),
            id="hours",
            name="hours",
        ),
        reason_field(),
        submit_row("Ask", keys=True),
        class_="act body",
        data_act="override",
    )
    return element("section", form, class_="panel", aria_label="Override")
