"""Gateways on other machines: their journals come in over the link, and they prove their workers' deaths."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import msgspec

from podium.keeper import remote
from podium.keeper.connection import Connection
from podium.keeper.roundtrip import DatabaseThread
from podium.keeper.tail import Tail
from podium.keeper.writeoffs import Hearing
from podium.kernel.errors import Forbidden, InvalidRequest, NotReady, StateError
from podium.ports.content import KeepContent
from podium.ports.link import REMOTE, Done, KeeperLink, LookIn, Question, Reply
from podium.ports.machines import SHIP_BYTES, Died, GetKeys, KeysAre, Ship, Shipped
from podium.ports.tasks import DelegateTask, StartTask

MAX_URL_CHARS: Final = 512
AHEAD_BYTES: Final = 64 << 20
"""More than this is not taken from a machine before the ledger has it."""


class Machines:
    """What the keeper answers to gateways elsewhere. ``wake`` has the tail read on."""

    def __init__(
        self,
        tail: Tail,
        database: DatabaseThread,
        hearing: Hearing,
        wake: Callable[[], None],
        digest_key: Callable[[], bytes] | None,
        collector: KeeperLink | None = None,
        tools_url: str = "",
    ) -> None:
        """``collector``: who keeps content here. ``tools_url``: the tool gateway's address here."""
        self._tail = tail
        self._database = database
        self._wake = wake
        self._digest_key = digest_key
        self._hearing = hearing
        self._collector = collector
        self._tools_url = tools_url
        self._carriers: dict[str, tuple[str, int]] = {}
        """By machine: where tools are called there, and when it said so (monotonic)."""

    def answers(self) -> dict[type[Any], Callable[[Any, Connection], Awaitable[Reply]]]:
        """Return who answers which question."""
        return {Ship: self.ship, Died: self.died, GetKeys: self.keys, KeepContent: self.content}

    def admit(self, question: Question, connection: Connection) -> None:
        """Raise Forbidden for what is not a gateway's to ask from elsewhere, or about another's worker."""
        if connection.gateway is not None and not isinstance(question, REMOTE):
            raise Forbidden(f"A gateway on another machine may not say {type(question).__name__}.")
        incarnation = getattr(question, "incarnation", None)
        if incarnation is not None:
            self._tail.owned(incarnation, connection.gateway)

    def note(self, question: LookIn, connection: Connection, now_ns: int) -> None:
        """Remember where tools are called on a machine. Raises InvalidRequest for what is no address."""
        url = question.tools_url
        if not url or connection.gateway is None:
            return
        if len(url) > MAX_URL_CHARS or not url.startswith(("http://", "https://")) or not url.isprintable():
            raise InvalidRequest("tools_url is no address.", fix="Give podium gateway another --tools-url.")
        self._carriers[connection.gateway] = (url, now_ns)

    def carriers(self, now_ns: int) -> list[dict[str, object]]:
        """Return the machines on which tools are called, as `podium status` shows them."""
        return [
            {"gateway": name, "url": url, "asked_ms_ago": (now_ns - at_ns) // 1_000_000}
            for name, (url, at_ns) in sorted(self._carriers.items())
        ]

    def as_here(self, question: Question) -> Question:
        """Return a wish for tokens for the tool gateway by the name that it has here (RFC 8707, section 2).

        It is one, however many machines its calls come in by; and tokens name it once.
        """
        if not isinstance(question, StartTask | DelegateTask) or not question.resource:
            return question
        elsewhere = {url for url, _ in self._carriers.values()}
        here = tuple(self._tools_url if it in elsewhere else it for it in question.resource)
        return msgspec.structs.replace(question, resource=here)

    async def ship(self, ship: Ship, connection: Connection) -> Shipped:
        """Take in a part of a journal, and say where the keeper stands."""
        if len(ship.data) > SHIP_BYTES:
            raise Forbidden(f"A part of a journal has at most {SHIP_BYTES} bytes.")
        self._hearing.heard(ship.incarnation)
        life = self._tail.lives.get(ship.incarnation)
        if life is None or connection.gateway is None:
            end = await self._database.do(self._tail.end_of, ship.incarnation, connection.gateway)
            if end is None:
                raise NotReady("This incarnation is being taken in.", fix="Try again soon.")
            return Shipped(ship.segment, ship.offset, ship.segment, ship.offset, end)
        if life.lag_bytes() > AHEAD_BYTES:
            segment, offset = remote.received(life)
        else:
            segment, offset = remote.append(life, ship)
        if ship.data:
            self._wake()
        return Shipped(segment, offset, *life.committed)

    async def died(self, died: Died, connection: Connection) -> Done:
        """Close the incarnation of a dead worker, when all of its journal is here."""
        name = died.incarnation
        life = self._tail.lives.get(name)
        if life is not None and connection.gateway is not None:
            life.dead = died
            if remote.received(life) < (died.segment, died.offset):
                raise NotReady(f"The journal of {name} is not whole yet.", fix="Ship the rest first.")
            while name in self._tail.lives and await self._database.do(self._tail.step, (name,)):
                pass
        if await self._database.do(self._tail.end_of, name, connection.gateway) is None:
            raise NotReady(f"The journal of {name} is not in the ledger yet.", fix="Try again soon.")
        return Done()

    async def keys(self, _question: GetKeys, _connection: Connection) -> KeysAre:
        """Hand out what every worker needs to know."""
        if self._digest_key is None:
            raise StateError("This keeper has no key to hand out.")
        return KeysAre(self._digest_key())

    async def content(self, question: KeepContent, connection: Connection) -> Reply:
        """Pass content on to the collector, which hears from whose machine it is."""
        if connection.gateway is None or self._collector is None:
            raise Forbidden("Content of this machine is the collector's to take.")
        try:
            return await self._collector.ask(msgspec.structs.replace(question, gateway=connection.gateway))
        except StateError as error:
            raise NotReady("The collector beside the keeper is not there.", fix="Try again soon.") from error
