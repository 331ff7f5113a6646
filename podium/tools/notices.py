"""What a server says while a call is under way: its client hears it, and its words count as read.

Numbers go on as they are. Words are written down before they go on, as the tool's result will be, though
nobody is taken at them: they are a stranger's, and as private as the most private that the tool returns. All
of it is bounded, in how often it comes and in how much it is.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from podium.kernel.errors import PodiumError
from podium.ports import Clock
from podium.ports.tools import Listening, Notice
from podium.trust.grounding.record.readings import Read
from podium.trust.tools import Confidentiality, ReturnsRow, ToolRow
from podium.trust.values.bounds import excess

PER_SECOND: Final = 10
"""Of one call; as many may come at once."""
MAX_CHARS: Final = 4096
"""Of the words of one message. Progress with more goes on as numbers, a line of the log not at all."""
MAX_CALL_CHARS: Final = 65_536
"""Of the words of all messages of one call."""
_GUARD: Final[tuple[Confidentiality, ...]] = ("public", "private", "secret")

Say = Callable[[dict[str, Any], bool], bool]


class Wanted:
    """What a client asks to hear of a call, and how it is told (`Stream.offer`)."""

    def __init__(self, token: str | int | None, level: str | None, say: Say) -> None:
        self.token, self.level, self._say = token, level, say

    def tell(self, notice: Notice, *, words: bool) -> bool:
        """Tell it; return False where it does not go out."""
        if notice.level is not None:
            said: dict[str, Any] = {"level": notice.level, "data": notice.data}
            if notice.logger is not None:
                said["logger"] = notice.logger
            return self._say(_message("notifications/message", said), False)
        said = {"progressToken": self.token, "progress": notice.progress}
        if notice.total is not None:
            said["total"] = notice.total
        if words and notice.message is not None:
            said["message"] = notice.message
        return self._say(_message("notifications/progress", said), "message" not in said)


class Notices:
    """Those of one call. ``write`` takes what is read down; where it raises, nothing goes on."""

    def __init__(self, wanted: Wanted, clock: Clock, write: Callable[[str], None]) -> None:
        self._wanted, self._clock, self._write = wanted, clock, write
        self._left, self._at_ns, self._chars = float(PER_SECOND), clock.monotonic_ns(), 0
        self._furthest: float | None = None
        self._over = False
        self.listening = Listening(wanted.token is not None, wanted.level, self._heard)

    def end(self) -> None:
        """Pass nothing more on: the call has its result, or none."""
        self._over = True

    def _heard(self, notice: Notice) -> None:
        if self._over or not self._in_time():
            return
        if notice.level is None:
            if self._furthest is not None and notice.progress <= self._furthest:
                return  # as MCP has it, it only grows
            self._furthest = notice.progress
        text = _words(notice)
        fits = text is not None and len(text) <= min(MAX_CHARS, MAX_CALL_CHARS - self._chars)
        if notice.level is not None and not fits:
            return
        try:
            # Before it goes on, and asked too whether the task may go on at all.
            self._write(text if fits and text is not None else "")
        except PodiumError:
            self._over = True
            return
        if fits and text is not None:
            self._chars += len(text)
        self._wanted.tell(notice, words=fits)

    def _in_time(self) -> bool:
        now_ns = self._clock.monotonic_ns()
        self._left = min(PER_SECOND, self._left + (now_ns - self._at_ns) / 1e9 * PER_SECOND)
        self._at_ns = now_ns
        if self._left < 1:
            return False
        self._left -= 1
        return True


def read_of_notice(tool: ToolRow, arguments: Mapping[str, Any], text: str, at_ns: int) -> Read:
    """Return what a task reads by the words of a notice. It is no result: nothing was done or found by it."""
    returns = ReturnsRow("public", _most_private(tool.returns))
    return Read(tool.id, returns, dict(arguments), None, at_ns, (text,), failed=True)


def _most_private(returns: ReturnsRow) -> Confidentiality:
    labels = [*returns.fields.values()]
    tables = [returns.where, *(one.rows for one in returns.objects)]
    labels += [it for table in tables for by_value in table.values() for it in by_value.values()]
    said = [returns.confidentiality, *(it.confidentiality for it in labels)]
    return max((it for it in said if it is not None), key=_GUARD.index)


def _words(notice: Notice) -> str | None:
    """Return the words of a notice, None where they cannot be kept."""
    if notice.level is None:
        return notice.message or ""
    if excess(notice.data):
        return None
    data = notice.data if isinstance(notice.data, str) else json.dumps(notice.data, ensure_ascii=False)
    return f"{notice.logger}: {data}" if notice.logger else data


def _message(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}
