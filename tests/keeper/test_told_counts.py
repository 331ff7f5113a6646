"""Tests of `keeper.told_counts`."""

from podium.keeper.metrics import CallMetrics
from podium.keeper.told_counts import MOST_WORKERS, ToldCounts
from podium.ports.link import LANE_WAYS


def test_what_workers_tell_adds_up() -> None:
    """Counting begins with what each life has told first; nothing that is told twice counts twice."""
    figures = ToldCounts()
    assert figures.totals() == {(way,): 0 for way in LANE_WAYS}
    figures.told("one", (5, 1))
    for ways in ((7, 1), (7, 1), (9, 4), ()):
        figures.told("one", ways)
    figures.told("two", (0, 0, 0, 0))
    figures.told("two", (1, 2, 0, 3))
    totals = figures.totals()
    assert [totals[(way,)] for way in LANE_WAYS[:4]] == [5, 5, 0, 3]
    figures.told("two", (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9))  # a way of a newer worker's
    assert figures.totals() == totals


def test_lives_are_bounded() -> None:
    """The one that came first is forgotten; it begins anew."""
    figures = ToldCounts()
    for number in range(MOST_WORKERS + 1):
        figures.told(str(number), (1,))
    figures.told("0", (3,))
    figures.told("0", (4,))
    assert figures.totals()[("lane",)] == 1


def test_the_metric_has_each_way() -> None:
    """Every way begins at zero."""
    metrics = CallMetrics()
    metrics.lane.told("one", (0,))
    metrics.lane.told("one", (3,))
    text = metrics.text().decode()
    assert 'podium_lane_calls_total{way="lane"} 3.0' in text
    assert 'podium_lane_calls_total{way="rates"} 0.0' in text
