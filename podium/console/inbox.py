"""Inbox: what waits for a person. Nothing can wait for one yet."""

from podium.console.markup import join, link
from podium.console.unfilled import Unfilled


class InboxPage(Unfilled):
    """The place for decisions."""

    title = "Inbox"
    lead = "What Podium may not decide alone will wait here for you: one list, the most urgent first."
    holds = (
        (
            "shield",
            "Approvals",
            "Tool calls and releases that need a person, with where each value came from.",
        ),
        (
            "warning",
            "Cases",
            "Overruns, doubtful charges and blocked models, each with the verb that settles it.",
        ),
        (
            "money",
            "Budgets",
            "Limits that are nearly used up, with a forecast and what raising them would cost.",
        ),
    )
    meanwhile = join(
        "Nothing is waiting. Charges that are estimates are marked in ",
        link("/money?estimated=1", "Money"),
        ".",
    )
