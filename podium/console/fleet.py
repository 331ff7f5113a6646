"""Fleet: agents and their tasks. Agents appear here when Podium runs them."""

from podium.console.markup import join, link
from podium.console.unfilled import Unfilled


class FleetPage(Unfilled):
    """The place for agents and tasks."""

    title = "Fleet"
    lead = "Every agent and every task it runs will be here, with who started it and what it may do."
    holds = (
        ("fleet", "Agents", "Their department, routes, credentials and state, with pause and resume."),
        ("list", "Tasks", "The tree of tasks and sub-tasks as it runs, with cost so far and time left."),
        ("person", "Identity", "Each task's token: its grants, whom it acts for, when it ends."),
    )
    meanwhile = join(
        "Spend and calls by agent are in ",
        link("/now", "Now"),
        "; the agents in force are part of the manifest in ",
        link("/ship", "Ship"),
        ".",
    )
