"""Place: where calls run, under intents of latency, accuracy and residency. Comes with placement."""

from podium.console.markup import join, link
from podium.console.unfilled import Unfilled


class PlacePage(Unfilled):
    """The place for placement."""

    title = "Place"
    lead = "Where each call runs, and why, will be here: intents in, placements out, with their figures."
    holds = (
        ("target", "Intents", "Targets of latency, accuracy and residency, and how far each is met."),
        ("place", "Regions", "Which data may be where, and what left its region: ideally an empty list."),
        ("fleet", "Models", "Candidates by cost, speed and quality, and the one the solver chose."),
    )
    meanwhile = join(
        "Providers, regions and models in force are part of the manifest in ",
        link("/ship", "Ship"),
        "; spend by model is in ",
        link("/money?by=model", "Money"),
        ".",
    )
