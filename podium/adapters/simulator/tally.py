"""What a replay has seen so far: calls, tokens, cost and times, in all, by department and by agent."""

from bisect import insort
from collections import Counter

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """An agent as a replay plays it. ``weight`` is its share of the arrivals."""

    agent: str
    key: str
    route: str
    department: str = ""
    weight: int = 1


class Outcome(msgspec.Struct, frozen=True):
    """One finished call as its client saw it. ``error`` is empty where it succeeded.

    ``first_token_us`` and ``end_us`` count from the moment of sending, ``late_us`` is how much later than
    due it was sent.
    """

    error: str
    late_us: int
    end_us: int
    first_token_us: int | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nano_usd: int | None = None
    charge_id: str = ""
    overhead_us: int | None = None
    """The gateway's own time before it sent the call on, as its header says."""


class Group(msgspec.Struct):
    """Sums of one department, one agent or everything. Times are in microseconds, sorted."""

    calls: int = 0
    errors: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_nano_usd: int = 0
    uncosted: int = 0
    """Successful calls whose answer carried no cost."""
    first_token_us: list[int] = []
    tokens_per_s: list[float] = []
    overhead_us: list[int] = []

    def add(self, outcome: Outcome) -> None:
        """Count one finished call."""
        self.calls += 1
        self.input_tokens += outcome.input_tokens
        self.output_tokens += outcome.output_tokens
        if outcome.error:
            self.errors += 1
        if outcome.cost_nano_usd is not None:
            self.cost_nano_usd += outcome.cost_nano_usd
        elif not outcome.error:
            self.uncosted += 1
        if outcome.overhead_us is not None:
            insort(self.overhead_us, outcome.overhead_us)
        if outcome.first_token_us is not None:
            insort(self.first_token_us, outcome.first_token_us)
            rate = stream_rate(outcome)
            if rate is not None:
                insort(self.tokens_per_s, rate)

    @property
    def cost_per_call_nano_usd(self) -> int | None:
        """Return the mean cost of a call, rounded down, or None without calls."""
        return self.cost_nano_usd // self.calls if self.calls else None


def stream_rate(outcome: Outcome) -> float | None:
    """Return the tokens per second of one stream after its first token, or None where that is not to be told.

    A stream that came in one burst, its last token within a millisecond of its first, has no pace.
    """
    first_us = outcome.first_token_us
    if first_us is None or outcome.output_tokens < 2 or outcome.end_us - first_us < 1000:
        return None
    return (outcome.output_tokens - 1) * 1e6 / (outcome.end_us - first_us)


class Tally:
    """The counts of one replay, growing while it runs."""

    def __init__(self, *, planned: int) -> None:
        self.planned = planned
        self.started = 0
        self.in_flight = 0
        self.late_starts = 0
        self.longest_late_us = 0
        self.elapsed_s = 0.0
        self.interrupted = False
        self.total = Group()
        self.departments: dict[str, Group] = {}
        self.agents: dict[tuple[str, str], Group] = {}
        """By (department, agent)."""
        self.errors: Counter[str] = Counter()
        self.charges: dict[str, int | None] = {}
        """The cost in nano-USD that clients were told, by charge id."""

    def add(self, caller: Caller, outcome: Outcome) -> None:
        """Count one finished call of a caller."""
        self.total.add(outcome)
        self.departments.setdefault(caller.department, Group()).add(outcome)
        self.agents.setdefault((caller.department, caller.agent), Group()).add(outcome)
        if outcome.error:
            self.errors[outcome.error] += 1
        if outcome.charge_id:
            self.charges[outcome.charge_id] = outcome.cost_nano_usd
        self.longest_late_us = max(self.longest_late_us, outcome.late_us)
