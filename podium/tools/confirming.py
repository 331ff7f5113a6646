"""Asks a tool server itself whether a call was made of which the answer was lost.

Its tool takes a key that Podium has put into the call (`ConfirmRow`): the id of the call, which no other call
has. A result of the looking tool that holds this key proves that the call was made. That it holds none proves
nothing, for the call may be on its way yet: a person is asked then, and told of it.
"""

import asyncio
import contextlib
import hashlib
from typing import Final

import msgspec

from podium.kernel.errors import UpstreamError
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.journal import Journal
from podium.spend.journal import ToolCall
from podium.tools.contents import content_of
from podium.tools.sending import Sent, send
from podium.tools.servers import Blocked, Servers
from podium.tools.standing import ToolStanding
from podium.trust.approvals import canonical
from podium.trust.tools import ConfirmRow, ToolRow
from podium.trust.values.paths import select

RULE: Final = "confirm"
TRIES: Final = 3
"""Of a look that its server does not answer."""
TRY_AGAIN_S: Final = 0.3
PATIENCE_S: Final = 3.0
"""For a look with all its tries."""


class Look(msgspec.Struct, frozen=True):
    """What came of it."""

    made: bool
    asked: str = ""
    """The tool that was asked, ``SERVER/TOOL``; empty: there is none."""
    words: str = ""
    """What it said, where that does not prove that the call was made."""


class Confirming:
    """Looks for calls in doubt. Each look is a row of the audit."""

    def __init__(
        self,
        *,
        standing: ToolStanding,
        servers: Servers,
        journal: Journal,
        clock: Clock,
        entropy: Entropy,
        digest_key: bytes,
    ) -> None:
        self._standing, self._servers, self._journal = standing, servers, journal
        self._clock, self._entropy, self._digest_key = clock, entropy, digest_key

    async def look(self, call: ToolCall, place: str = "") -> Look:
        """Ask the server of a call about it, if it is that server still (``place``). Raises JournalError."""
        snapshot = self._standing.snapshot
        tool = snapshot.tool(call.tool) if snapshot is not None else None
        confirm = tool.confirm if tool is not None else None
        if snapshot is None or tool is None or confirm is None:
            return Look(made=False)
        looking = snapshot.tool(f"{tool.server}/{confirm.tool}")
        if looking is None:
            return Look(made=False)
        why_not = "no answer came in time"
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                for number in range(TRIES):
                    if number:
                        await asyncio.sleep(TRY_AGAIN_S)
                    made, why_not = await self._ask(call, confirm, looking, place)
                    if made is not None:
                        words = "" if made else f"{looking.id} was asked for it and does not know it"
                        return Look(made, looking.id, words)
        return Look(made=False, asked=looking.id, words=f"{looking.id} could not be asked for it: {why_not}")

    async def _ask(
        self, call: ToolCall, confirm: ConfirmRow, looking: ToolRow, place: str
    ) -> tuple[bool | None, str]:
        """Return whether its id was found, None where nobody could be asked, and why."""
        arguments = {confirm.argument: call.call_id}
        at_ns, began_ns = self._clock.wall_ns(), self._clock.monotonic_ns()
        try:
            now = await self._servers.check(looking, place)
            sent = await send(
                self._servers, looking, arguments, "", lambda: self._servers.still(looking, now)
            )
        except Blocked as blocked:
            return None, blocked.reason
        except UpstreamError as error:
            return None, error.message.rstrip(".")
        made: bool | None = None
        if sent.outcome == "succeeded":
            content = content_of(looking, sent.result)[0]
            path = confirm.found.removeprefix("result").removeprefix(".")
            made = call.call_id in [value for _, value in select(content, path)]
        self._note(call, looking, arguments, sent, at_ns, began_ns, made=made)
        return made, sent.error.message.rstrip(".") if sent.error is not None else "it answered with an error"

    def _note(
        self,
        call: ToolCall,
        looking: ToolRow,
        arguments: dict[str, str],
        sent: Sent,
        at_ns: int,
        began_ns: int,
        *,
        made: bool | None,
    ) -> None:
        said = {True: "was made", False: "is not known there", None: "could not be asked for"}[made]
        self._journal.write(
            msgspec.structs.replace(
                call,
                call_id="tcl_" + ulid(at_ns // 1_000_000, self._entropy(16)),
                span_id=self._entropy(8).hex(),
                parent_span_id=call.span_id,
                tool=looking.id,
                effect=looking.effect,
                at_ns=at_ns,
                arguments_digest=self._digest(arguments),
                verdict="allow",
                rule=RULE,
                reason=f"{call.call_id} {said}",
                approval_id=None,
                outcome="failed" if sent.outcome == "unsent" else sent.outcome,
                error_code=sent.error.error_code if sent.error is not None else None,
                duration_us=(self._clock.monotonic_ns() - began_ns) // 1000,
                overhead_us=None,
                result_digest=None,
            )
        )

    def _digest(self, value: dict[str, str]) -> str:
        text = canonical(value).encode()
        return hashlib.blake2b(text, digest_size=16, key=self._digest_key).hexdigest()
