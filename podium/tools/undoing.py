"""Undoes what tasks have done: the compensations of their writes, the last one first, each once.

A person's word stands in for the verdict: the agent's grant, its labels and its uses are not asked, since the
call is the one that the manifest declared when the act was done, with values that were fixed then. What goes
out is written down first, as with any call, and one of unknown fate is not repeated.
"""

import asyncio
import hashlib
import logging
from typing import Final

import msgspec

from podium.kernel.errors import JournalError, PodiumError, UpstreamError
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.journal import Journal
from podium.ports.link import KeeperLink
from podium.ports.undos import GetUndos, Undo, UndoDone, UndoneAct, UndosAre
from podium.spend.journal import ToolCall
from podium.tools.changes import Act, GoesOut, Undoing, Undone
from podium.tools.memory import Memory
from podium.tools.replaying import Replays
from podium.tools.sending import send, unsent
from podium.tools.servers import Blocked, Servers
from podium.tools.standing import ToolStanding
from podium.trust.approvals import canonical
from podium.trust.tools import ToolRow
from podium.trust.undoing import Compensation

LOOK_S: Final = 0.5
RULE: Final = "undo"

logger = logging.getLogger(__name__)
_step_decoder = msgspec.json.Decoder(Compensation)


class Undoer:
    """Does what people want undone. ``link``: a connection of its own."""

    def __init__(
        self,
        *,
        standing: ToolStanding,
        memory: Memory,
        journal: Journal,
        servers: Servers,
        replays: Replays,
        link: KeeperLink,
        clock: Clock,
        entropy: Entropy,
        digest_key: bytes,
    ) -> None:
        self._standing, self._memory, self._journal = standing, memory, journal
        self._servers, self._replays, self._link = servers, replays, link
        self._clock, self._entropy, self._digest_key = clock, entropy, digest_key

    def settle_the_unfinished(self) -> None:
        """Write down that nobody knows what became of what an earlier life has sent.

        What it has not sent yet is tried again.
        """
        tasks = self._memory.tasks
        for undoing, outcome in list(tasks.undone.values()):
            if outcome is None:
                gone = undoing.call.call_id in tasks.gone
                self._journal.write(undoing.call if gone else unsent(undoing.call))
                self._memory.write(Undone(undoing.root_id, undoing.act_id, "unknown" if gone else "unsent"))

    async def keep_undoing(self) -> None:
        """Look for what is to be undone, for ever. Ends by cancellation, and where the journal fails."""
        while self._memory.failure is None:
            try:
                if self._standing.refusal() is None:
                    told = await self._link.ask(GetUndos())
                    for undo in told.undos if isinstance(told, UndosAre) else ():
                        await self._link.ask(UndoDone(undo.id, await self._undo(undo)))
            except JournalError:
                return
            except (PodiumError, OSError) as error:
                logger.debug("nothing can be undone now: %s", error)
            await asyncio.sleep(LOOK_S)

    async def _undo(self, undo: Undo) -> tuple[UndoneAct, ...] | None:
        """Return what has become of each act, the last one first. Raises NotReady, JournalError."""
        acts = self._memory.tasks.acts(undo.root_id)
        if acts is None:
            return None
        whole = undo.task_id == undo.root_id
        meant = [act for act in acts if whole or undo.task_id in {act.call.task_id, act.owner}]
        return tuple([await self._take_back(undo, act) for act in reversed(meant)])

    async def _take_back(self, undo: Undo, act: Act) -> UndoneAct:
        outcome, why = await self._outcome(undo, act)
        return UndoneAct(act.call.call_id, act.call.tool, act.call.at_ns, outcome, why)  # type: ignore[arg-type]  # one of four words

    async def _outcome(self, undo: Undo, act: Act) -> tuple[str, str]:
        known = self._memory.tasks.undone.get(act.call.call_id)
        if known is not None:
            return _told(known[1])
        step, why_not = await self._compensation(act)
        if step is None:
            return "cannot", why_not
        snapshot = self._standing.snapshot
        tool = snapshot.tool(step.tool) if snapshot is not None else None
        if tool is None:
            return "failed", f"{step.tool} is not in the manifests any more"
        try:
            place = await self._servers.check(tool, act.place)
        except Blocked as blocked:
            return "failed", f"{tool.id} is blocked: {blocked.reason}"
        except UpstreamError as error:
            return "failed", f"{tool.id} cannot be looked at: {error.message.rstrip('.')}"
        return await self._make(undo, act, tool, step, place)

    async def _compensation(self, act: Act) -> tuple[Compensation | None, str]:
        if act.outcome == "unknown":
            known = (
                "it was found out that it was made"
                if act.word == "happened"
                else "nobody knows whether it was made"
            )
            return None, f"{known}, and what it returned is not known"
        if act.undo is None:
            how = "it is irreversible, and " if act.call.effect == "irreversible" else ""
            return None, f"{how}its tool has no undo in the manifests"
        await self._replays.ready(act.owner)
        text = self._replays.opened(act.owner, act.call.call_id, act.undo)
        if text is None:
            return None, "what undoing it takes was erased"
        step = _step_decoder.decode(text)
        return (step, "") if step.why_not is None else (None, step.why_not)

    async def _make(
        self, undo: Undo, act: Act, tool: ToolRow, step: Compensation, place: str
    ) -> tuple[str, str]:
        at_ns, began_ns = self._clock.wall_ns(), self._clock.monotonic_ns()
        digest = hashlib.blake2b(canonical(step.arguments).encode(), digest_size=16, key=self._digest_key)
        call = msgspec.structs.replace(
            act.call,
            call_id="tcl_" + ulid(at_ns // 1_000_000, self._entropy(16)),
            span_id=self._entropy(8).hex(),
            parent_span_id=act.call.span_id,
            tool=tool.id,
            effect=tool.effect,
            at_ns=at_ns,
            arguments_digest=digest.hexdigest(),
            verdict="allow",
            rule=RULE,
            reason=f"{undo.by} has {act.call.call_id} undone",
            approval_id=undo.id,
            outcome="unknown",
            error_code=None,
            overhead_us=None,
        )
        self._memory.write(Undoing(act.call.root_id, act.call.call_id, call))
        await self._memory.durable()
        goes_out = GoesOut(act.call.root_id, call.call_id)

        def on_sent() -> None:
            self._servers.still(tool, place)
            self._memory.write(goes_out)

        sent = await send(self._servers, tool, step.arguments, call.call_id, on_sent)
        self._memory.write(Undone(act.call.root_id, act.call.call_id, sent.outcome))
        self._note(call, sent.outcome, self._clock.monotonic_ns() - began_ns, sent.error)
        return _told(sent.outcome, sent.error.message if sent.error is not None else "")

    def _note(self, call: ToolCall, outcome: str, took_ns: int, error: PodiumError | None) -> None:
        code = error.error_code if error is not None else None
        told = "failed" if outcome == "unsent" else outcome
        self._journal.write(
            msgspec.structs.replace(call, outcome=told, error_code=code, duration_us=took_ns // 1000)
        )


def _told(outcome: str | None, why: str = "") -> tuple[str, str]:
    if outcome == "succeeded":
        return "undone", ""
    if outcome in {None, "unknown"}:
        return "unknown", "nobody knows whether undoing it was done; it is not repeated"
    return "failed", why or "its tool said no"
