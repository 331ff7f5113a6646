"""Who is next: by priority, then fairly between departments, within what may run at once.

Of runs of the same priority the one whose department has the fewest programs under way comes first, then the
one that has waited the longest. A run that a limit of concurrency holds back holds nobody else back.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from podium.manifest.snapshot import Snapshot


class Waiting(msgspec.Struct, frozen=True):
    """A run that is queued, or that has a program."""

    task_id: str
    agent: str
    """Empty: a step that needs none."""
    department: str
    """Path."""
    priority: int = 0
    queued_ns: int = 0


class Ceilings(msgspec.Struct, frozen=True):
    """How many runs there may be at once, by what they have in common; ``places``: how an agent shares it."""

    limits: Mapping[str, int]
    places: Mapping[str, tuple[str, ...]]
    """By agent: ``agent/NAME`` and ``provider/NAME``; its departments are in its path."""
    most: int
    """In all: what the machine takes."""

    def of(self, run: Waiting) -> list[str]:
        """Return the names of the limits on a run's way."""
        departments = [f"department/{name}" for name in run.department.split("/")]
        return [name for name in (*self.places.get(run.agent, ()), *departments) if name in self.limits]


class Next(msgspec.Struct, frozen=True):
    """What to start, in this order, and what each run that stays waits for."""

    start: tuple[str, ...]
    held: dict[str, str]
    """By task id: the limit that has no room, ``all`` where the machine has none."""


ALL = "all"


def ceilings(snapshot: Snapshot, most: int) -> Ceilings:
    """Return the limits of concurrency that manifests say."""
    limits = {f"department/{it.name}": it.concurrency for it in snapshot.departments.values()}
    limits |= {f"provider/{it.name}": it.concurrency for it in snapshot.providers.values()}
    limits |= {
        f"agent/{it.name}": it.run.concurrency for it in snapshot.agents.values() if it.run is not None
    }
    places: dict[str, tuple[str, ...]] = {}
    for agent in snapshot.agents.values():
        providers: dict[str, None] = {}
        for route in sorted(agent.routes):
            row = snapshot.routes.get(route)
            models = (*(it.model for it in row.candidates), *row.fallbacks) if row is not None else ()
            for model in models:
                if model in snapshot.models:
                    providers[f"provider/{snapshot.models[model].provider}"] = None
        places[agent.name] = (f"agent/{agent.name}", *providers)
    return Ceilings({name: most_ for name, most_ in limits.items() if most_ is not None}, places, most)


def decide_next(queued: Iterable[Waiting], under_way: Sequence[Waiting], within: Ceilings) -> Next:
    """Return which runs start now."""
    used: Counter[str] = Counter()
    shares: Counter[str] = Counter()
    for run in under_way:
        used.update(within.of(run))
        shares[run.department] += 1
    in_all = len(under_way)
    left = sorted(queued, key=lambda run: (-run.priority, run.queued_ns, run.task_id))
    start: list[str] = []
    held: dict[str, str] = {}
    while left:
        first = left[0].priority
        level = [run for run in left if run.priority == first]
        left = left[len(level) :]
        while level:
            if in_all >= within.most:
                held |= {run.task_id: ALL for run in level}
                break
            run = min(level, key=lambda run: shares[run.department])  # the first of these has waited longest
            level.remove(run)
            names = within.of(run)
            full = next((name for name in names if used[name] >= within.limits[name]), None)
            if full is not None:
                held[run.task_id] = full
                continue
            start.append(run.task_id)
            used.update(names)
            shares[run.department] += 1
            in_all += 1
    return Next(tuple(start), held)
