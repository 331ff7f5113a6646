"""Content on its way into its store, and out of it: who may read and erase is asked of the keeper first.

What is handed over is in the clear and in memory alone; it is redacted or hashed before it is sealed.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar

import msgspec

from podium.evidence import semconv
from podium.evidence.contents.forms import Keeper
from podium.evidence.contents.rules import ContentRule
from podium.kernel.errors import InvalidRequest, NotFound, PodiumError, StateError
from podium.manifest.snapshot import Snapshot
from podium.ports import Clock
from podium.ports.acts import By
from podium.ports.content import (
    ContentAct,
    ContentIs,
    ContentKept,
    ContentQuestion,
    ContentReply,
    ContentStore,
    ContentTouched,
    Erase,
    EraseContent,
    Handed,
    KeepContent,
    MayTouchContent,
    NewPiece,
    Piece,
    ReadContent,
    RotateContentKey,
    Spoken,
)
from podium.wire import contents as wire

DAY_NS: Final = 86_400_000_000_000
TIDY_EVERY_S: Final = 600.0
_TRACE_ID: Final = re.compile("[0-9a-f]{32}")
_TOO_LONG: Final = {"too_long": True}

logger = logging.getLogger(__name__)
T = TypeVar("T")
Act = Literal["read", "erase", "rotate"]


class Contents:
    """The store of content and its one thread. ``ask``: the keeper."""

    def __init__(
        self,
        store: ContentStore,
        ask: Callable[[ContentAct], Awaitable[Any]],
        clock: Clock,
        *,
        keep_ns: int | None = None,
        keep_bytes: int | None = None,
    ) -> None:
        self._store, self._ask, self._clock = store, ask, clock
        self._keep_ns, self._keep_bytes = keep_ns, keep_bytes
        self._thread = ThreadPoolExecutor(1, "content")
        self.lost = 0
        """Calls and spans whose content could not be kept."""
        self._form = lru_cache(maxsize=64)(self._new_form)

    async def _do(self, act: Callable[..., T], *values: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, act, *values)

    async def answer(self, question: ContentQuestion) -> ContentReply:
        """Answer one question. Raises PodiumError."""
        match question:
            case KeepContent():
                return ContentKept(await self.keep(question.handed))
            case ReadContent():
                return await self._read(question)
            case EraseContent():
                return await self._erase(question)
            case RotateContentKey():
                return await self._rotate(question)
        raise InvalidRequest(f"{type(question).__name__} is no question about content.")

    # Keeping

    async def keep(self, handed: Sequence[Handed]) -> int:
        """Keep content; return how many pieces it is. They are durable then. Raises StateError."""
        return await self._do(self._keep, handed)

    def _keep(self, handed: Sequence[Handed]) -> int:
        pieces: list[NewPiece] = []
        for one in handed:
            try:
                pieces += list(self._pieces(one))
            except StateError:
                raise
            except Exception as error:  # noqa: BLE001 - what one call says must not keep others' from being kept
                self.lost += 1
                logger.warning("content of one call of %s is not kept: %r", one.where.agent, error)
        if pieces:
            self._store.add(pieces)
        return len(pieces)

    def _pieces(self, handed: Handed) -> Iterator[NewPiece]:
        where, rule = handed.where, handed.rule
        if isinstance(handed, Spoken):
            if where.user is None and handed.asked is not None:
                where = msgspec.structs.replace(where, user=wire.user_of(handed.asked))
            values = _spoken(handed)
        else:
            values = {name: msgspec.json.decode(value) for name, value in handed.values.items()}
        form = self._form(rule, where.department)
        days = [rule.keep_days * DAY_NS] if rule.keep_days is not None else []
        keep_ns = min([*days, *([self._keep_ns] if self._keep_ns is not None else [])], default=None)
        until_ns = None if keep_ns is None else where.at_ns + keep_ns
        for name, value in values.items():
            kept = form.keep(value)
            yield NewPiece(where, name, rule.record, kept.text, kept.cut, until_ns)

    def _new_form(self, rule: ContentRule, department: str) -> Keeper:
        return Keeper(rule, self._store.hash_key(department) if rule.record == "hashed" else b"")

    # Reading and erasing

    async def _may(
        self, by: By, act: Act, subject: str, departments: Sequence[str], body: dict[str, str | int]
    ) -> None:
        await self._ask(MayTouchContent(by, act, subject, tuple(departments), body))

    async def _read(self, question: ReadContent) -> ContentIs:
        found = await self._do(self._store.departments, Erase(trace=question.trace_id))
        if not found:
            raise NotFound(
                f"No content is stored of trace {question.trace_id}.",
                fix="It was not recorded (Agent spec.content), too old, or erased: docs/privacy.md.",
            )
        await self._may(question.by, "read", question.trace_id, list(found), {"pieces": sum(found.values())})
        pieces = await self._do(self._store.read, question.trace_id)
        # What another department has added since was not asked about.
        return ContentIs(tuple(piece for piece in pieces if piece.department in found))

    async def recorded(self, trace_id: str, bounds: Sequence[str]) -> tuple[Piece, ...]:
        """Return the content of some spans and calls for the judges of live audits. Raises StateError.

        Nobody is asked: that it is judged, and by which model, stands in the manifests in force.
        """
        return await self._do(self._store.read, trace_id, bounds)

    async def _erase(self, question: EraseContent) -> ContentReply:
        what = check_erase(question.what)
        found = await self._do(self._store.departments, what)
        subject = await self._do(self._store.subject, what)
        body = selection(what) | {"pieces": sum(found.values())}
        await self._may(question.by, "erase", subject, list(found), body)
        erased = await self._do(self._store.erase, what)
        done: dict[str, str | int] = {"pieces": erased.pieces, "keys": erased.keys}
        await self._ask(ContentTouched(question.by, "erase", subject, selection(what) | done))
        return erased

    async def _rotate(self, question: RotateContentKey) -> ContentReply:
        await self._may(question.by, "rotate", question.department, [question.department], {})
        made = await self._do(self._store.rotate, question.department)
        body: dict[str, str | int] = {"key": made.key, "rewrapped": made.rewrapped}
        await self._ask(ContentTouched(question.by, "rotate", question.department, body))
        return made

    # Room

    async def keep_tidy(self) -> None:
        """Remove what is too old or too much, for ever. Ends by cancellation."""
        while True:
            try:
                gone = await self._do(self._store.tidy, self._clock.wall_ns(), self._keep_bytes)
                if gone:
                    logger.info("%d pieces of content were kept long enough, and are gone", gone)
            except PodiumError as error:
                logger.warning("old content cannot be removed now: %s", error)
            await asyncio.sleep(TIDY_EVERY_S)

    async def close(self) -> None:
        """Close the store."""
        await self._do(self._store.close)
        self._thread.shutdown()


def as_in_force(handed: Sequence[Handed], snapshot: Snapshot | None) -> Iterator[Handed]:
    """Yield what may be kept of what another machine has handed over, by the manifests in force here.

    That machine's word for what is kept does not count: an agent whose content is off by now, or that is
    another department's, leaves nothing.
    """
    agents = snapshot.agents if snapshot is not None else {}
    for one in handed:
        agent = agents.get(one.where.agent)
        if agent is None or agent.content is None or agent.department_path != one.where.department:
            logger.warning("content of one call of %s, handed over, is not kept by now", one.where.agent)
            continue
        yield msgspec.structs.replace(one, rule=agent.content)


def _spoken(handed: Spoken) -> dict[str, Any]:
    """Return what a call says, by name."""
    values = {semconv.INPUT_MESSAGES: _TOO_LONG} if handed.asked is None else wire.asked(handed.asked)
    if handed.answered is None:
        return values | {semconv.OUTPUT_MESSAGES: _TOO_LONG}
    return values | wire.answered(handed.wire, handed.answered, streamed=handed.streamed)


def check_erase(what: Erase) -> Erase:
    """Return a selection. Raises InvalidRequest where it names nothing, or more than one thing."""
    named = [name for name in ("task", "trace", "user", "agent") if getattr(what, name)]
    if len(named) != 1 or (named == ["agent"]) != (what.before_ns is not None):
        raise InvalidRequest(
            "It is not said whose content goes.",
            fix="Name one of task, trace and user, or an agent and a time before which.",
            field=named[0] if named else "task",
        )
    trace = what.trace.lower() if what.trace else None
    if trace is not None and _TRACE_ID.fullmatch(trace) is None:
        raise InvalidRequest(
            f"{what.trace} is no trace's id: nothing can be stored of it.",
            fix="It has 32 hexadecimal digits: podium traces list.",
            field="trace",
        )
    return Erase(what.task or None, trace, what.user or None, what.agent or None, what.before_ns)


def selection(what: Erase) -> dict[str, str | int]:
    """Return what a row of the chain says of a selection: no name of a user."""
    by = next(name for name in ("task", "trace", "user", "agent") if getattr(what, name))
    return {"by": by} | ({"before_ns": what.before_ns} if what.before_ns is not None else {})
