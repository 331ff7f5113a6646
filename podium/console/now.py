"""Now."""

from podium.console.unfilled import Unfilled


class NowPage(Unfilled):
    """Now."""

    title = "Now"
