"""Call."""

from podium.console.unfilled import Unfilled


class CallPage(Unfilled):
    """Call."""

    title = "Call"
