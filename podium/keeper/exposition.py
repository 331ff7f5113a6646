"""`CallMetrics` in Prometheus' text format."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from podium.keeper.breaker_figures import BreakerFigures
from podium.keeper.metrics import SECONDS, TOKENS, WHO, CallMetrics, Histogram, Key

_GENAI: Final = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model")


class _Once:
    """A collector of families that are made already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Sequence[Metric]:
        return self._families


def text(of: CallMetrics) -> bytes:
    """Return all families. The caller sees that nothing is counted meanwhile."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(list(families(of))))
    return generate_latest(registry)


def families(of: CallMetrics) -> Iterator[Metric]:
    """Yield the families of metrics, which are documented in docs/operations.md."""
    yield _counter(
        "podium_calls", "Calls of clients that ended, refused ones included.", of.calls,
        ("agent", "route", "operation", "outcome", "http_status"),
    )  # fmt: skip
    yield _counter("podium_attempts", "Attempts at providers: ledger rows.", of.attempts, (*WHO, "outcome"))
    yield _counter("podium_tokens", "Tokens that providers counted.", of.tokens, (*WHO, "kind"))
    yield _counter(
        "podium_cost_usd", "What was charged.", of.cost_nano_usd, (*WHO, "estimated"),
        lambda nano_usd: nano_usd / 1e9,
    )  # fmt: skip
    duration = "gen_ai_client_operation_duration_seconds"
    yield _histograms(duration, "Admission to the end of an attempt.", of.durations, _GENAI, SECONDS, 1e6)
    first = "gen_ai_server_time_to_first_token_seconds"
    help_ = "Admission to the first token of an attempt."
    yield _histograms(first, help_, of.first_tokens, _GENAI, SECONDS, 1e6)
    usage = "gen_ai_client_token_usage"
    yield _histograms(usage, "Tokens of an attempt.", of.usage, (*_GENAI, "gen_ai_token_type"), TOKENS, 1)
    help_ = "What was to be kept or sent on, and was not: content of so many calls and spans, spans exported."
    yield _counter("podium_lost", help_, of.losses(), ("what", "process"))
    help_ = "Calls at workers, by the short way (lane), or by why they did not take it."
    yield _counter("podium_lane_calls", help_, of.lane.totals(), ("way",))
    help_ = "Requests that the tool gateway refused before it looked at what is asked."
    yield _counter("podium_tool_refusals", help_, of.tool_refusals.totals(), ("code",))
    if of.breakers is not None:
        yield from _of_breakers(of.breakers)


def _of_breakers(figures: BreakerFigures) -> Iterator[Metric]:
    open_ = GaugeMetricFamily(
        "podium_breakers_open", "Keys whose breaker is not closed.", labels=("state", "department")
    )
    for key, count in figures.states.items():
        open_.add_metric(key, count)
    yield open_
    yield _counter("podium_breaker_moves", "Warnings and pauses.", figures.moves, ("signal", "department"))
    age_s = figures.age_s()
    if age_s is not None:
        name, help_ = "podium_breaker_evaluation_age_seconds", "Since every key was judged."
        yield GaugeMetricFamily(name, help_, age_s)


def _counter(
    name: str,
    help_: str,
    table: Mapping[Key, int],
    labels: Sequence[str],
    unit: Callable[[int], float] = float,
) -> Metric:
    family = CounterMetricFamily(name, help_, labels=labels)
    for key, value in table.items():
        family.add_metric(key, unit(value))
    return family


def _histograms(
    name: str,
    help_: str,
    table: dict[Key, Histogram],
    labels: Sequence[str],
    bounds: Sequence[float],
    per_unit: float,
) -> Metric:
    family = HistogramMetricFamily(name, help_, labels=labels)
    for key, histogram in table.items():
        running, buckets = 0, []
        for bound, count in zip((*(f"{bound:g}" for bound in bounds), "+Inf"), histogram.counts, strict=True):
            running += count
            buckets.append((bound, running))
        family.add_metric(key, buckets, histogram.total / per_unit)
    return family
