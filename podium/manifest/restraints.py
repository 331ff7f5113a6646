"""What breakers keep callers from: all that is said on a caller's way to the root, and of who started it."""

from collections.abc import Iterable
from typing import Final

import msgspec

from podium.kernel.errors import SafetyPause
from podium.manifest.orders import Restraint
from podium.manifest.snapshot import AgentRow
from podium.spend.limits import Limit
from podium.trust.credentials.identity import SpiffeId

ALL: Final = "all"
_WORDS: Final = {
    "paused": ("Safety Pause", "It waits for a person: podium inbox list, or Inbox in the console."),
    "stopped": ("The emergency stop is on", "Whoever operates Podium releases it: podium stop --release."),
    "killed": ("It was ended for good", "Start another task."),
}


class Held(msgspec.Struct, frozen=True):
    """What holds for one caller. ``refused``: nothing is let through. ``warned``: smaller models first."""

    refused: Restraint | None = None
    warned: Restraint | None = None
    limits: tuple[Limit, ...] = ()


FREE: Final = Held()


def above(starters: Iterable[SpiffeId]) -> tuple[str, ...]:
    """Return the keys of those who have started a task: what is said of one of them holds for it too."""
    return tuple(
        key
        for it in starters
        for key in (
            f"task/{it.task_id}",
            f"agent/{it.agent}",
            *(f"department/{name}" for name in it.department.split("/")),
        )
    )


class Restraints:
    """The restraints in force, by key."""

    def __init__(self, found: Iterable[Restraint] = ()) -> None:
        self._by_key = {restraint.key: restraint for restraint in found}
        self.of_tasks = {
            key.removeprefix("task/"): it for key, it in self._by_key.items() if key.startswith("task/")
        }
        self.ending = any(it.end_streams and it.refuses for it in self._by_key.values())
        """Some stream that is under way may have to end."""

    @property
    def limits(self) -> tuple[Limit, ...]:
        """What those that recover may spend."""
        return tuple(it.limit for it in self._by_key.values() if it.limit is not None)

    def of(self, agent: AgentRow, *tasks: str) -> Held:
        """Return what holds for an agent, in one of its tasks or in none."""
        if not self._by_key:
            return FREE
        departments = (f"department/{name}" for name in agent.department_path.split("/"))
        own = (ALL, *departments, f"agent/{agent.name}", *(f"task/{task}" for task in tasks))
        keys = dict.fromkeys((*own, *agent.held_with))
        found = [it for key in keys if (it := self._by_key.get(key)) is not None]
        return Held(
            next((it for it in found if it.refuses), None),
            next((it for it in found if it.state in {"warned", "recovering"}), None),
            tuple(it.limit for it in found if it.limit is not None),
        )

    def ends(self, agent: AgentRow, *tasks: str) -> Restraint | None:
        """Return what ends a stream that is under way, or None."""
        refused = self.of(agent, *tasks).refused
        return refused if refused is not None and refused.end_streams else None


def refusal(restraint: Restraint) -> SafetyPause:
    """Return the error of a call that a restraint refuses."""
    what, fix = _WORDS[restraint.state]
    why = f": {restraint.reason}" if restraint.reason else ""
    return SafetyPause(f"{what} of {restraint.key}{why}".rstrip(".") + ".", fix=fix)
