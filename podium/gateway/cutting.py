"""Calls under way that are cut: their task has ended, or a breaker wants their stream to.

What is cut is settled as what broke off is: by its final usage where that has come, else with its whole hold.
"""

import asyncio
from collections.abc import Callable, Iterable

from podium.gateway.attempt import Call
from podium.gateway.lane import Begun
from podium.gateway.standing import Standing
from podium.kernel.errors import PodiumError, Unauthenticated
from podium.manifest.restraints import refusal
from podium.net.server import Exchange


class Cutting:
    """Looks at what is under way, for `Standing.on_orders`. ``under_way``: as `net.server.Server` has it."""

    def __init__(self, standing: Standing, under_way: Callable[[], Iterable[Exchange]]) -> None:
        self._standing = standing
        self._under_way = under_way
        self._dead: frozenset[str] = frozenset()

    def look(self) -> None:
        """Cut what the orders in force let go on no longer."""
        dead = frozenset(self._standing.orders.tasks.dead)
        died, self._dead = dead - self._dead, dead
        if not died and not self._standing.restraints.ending:
            return
        for exchange in self._under_way():
            note = exchange.note
            call = note.attempt.call if isinstance(note, Begun) else note
            if not isinstance(call, Call) or call.ended or call.cut is not None:
                continue
            call.cut = self._why(call, died)
            if call.cut is None:
                continue
            if isinstance(note, Begun):
                note.cut()
            else:
                exchange.cancel()

    def _why(self, call: Call, died: frozenset[str]) -> PodiumError | None:
        if call.task_id in died or call.root_id in died:
            return Unauthenticated(
                "The task has ended while this call was under way.",
                fix="Start another one.",
                code="task_ended",
            )
        restraint = self._standing.restraints.ends(call.agent, call.task_id, call.root_id)
        return refusal(restraint) if restraint is not None and call.streamed else None


def why_ended(error: PodiumError | asyncio.CancelledError, call: Call | None) -> PodiumError:
    """Return why a call goes no further. Raises the cancellation of one whose client has gone away."""
    if isinstance(error, PodiumError):
        return error
    if call is None or call.cut is None:
        raise error
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()  # it serves its connection's next call
    return call.cut
