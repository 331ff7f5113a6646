"""Ship."""

from podium.console.unfilled import Unfilled


class ShipPage(Unfilled):
    """Ship."""

    title = "Ship"
