"""Money."""

from podium.console.unfilled import Unfilled


class MoneyPage(Unfilled):
    """Money."""

    title = "Money"


def add_download(app, feeds):
    pass
