"""Keeps a process in step with the keeper: asks every 200 ms, fetches what has changed."""

import asyncio
import logging
from collections.abc import Callable

import msgspec

from podium.kernel.errors import NotReady, PodiumError
from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.link import (
    Answer,
    GetOrders,
    GetSnapshot,
    Goodbye,
    Hello,
    KeeperLink,
    OrdersAre,
    SnapshotIs,
)
from podium.ports.standing import InStep

AGAIN_S = 0.1
FIRST_AGAIN_S = 0.02

logger = logging.getLogger(__name__)
_orders_decoder = msgspec.msgpack.Decoder(Orders)


async def keep_in_step(
    standing: InStep, link: KeeperLink, *, hello: Hello | None = None, on_first: Callable[[], None]
) -> None:
    """Ask for ever: connect, say hello, ask, fetch what has changed. Ends by cancellation."""
    told = complained = False
    while True:
        try:
            await link.connect()
            if hello is not None:
                await link.ask(hello)
            while True:
                if await _ask_once(standing, link) and not told:
                    told = True
                    on_first()
                complained = False
                await standing.pause(told=told)
        except (PodiumError, OSError, msgspec.MsgspecError) as error:
            standing.keeper_says = getattr(error, "message", None) or str(error)
            if told and not complained:
                logger.warning("the keeper does not answer: %s", error)
                complained = True
            await link.close()
            await asyncio.sleep(AGAIN_S if told else FIRST_AGAIN_S)


async def _ask_once(standing: InStep, link: KeeperLink) -> bool:
    for again in (False, True):  # what was fetched may be newer than the answer: be judged by the next one
        question, asked_ns = standing.question(again=again), standing.clock.monotonic_ns()
        answer = await link.ask(question)
        if not isinstance(answer, Answer):
            raise NotReady(f"the keeper answered {type(answer).__name__} to {type(question).__name__}")
        if not again:
            standing.heard(question, answer)
        if standing.in_step(answer, asked_ns):
            return True
        if again:
            return False
        standing.apply(await _newer_snapshot(standing, link, answer), await _orders(link))
        if standing.snapshot is None:
            return False
    return False


async def _newer_snapshot(standing: InStep, link: KeeperLink, answer: Answer) -> Snapshot | None:
    if standing.snapshot is not None and answer.snapshot_version == standing.snapshot.version:
        return None
    is_now = await link.ask(GetSnapshot())
    if not isinstance(is_now, SnapshotIs) or is_now.document is None:
        return None
    return msgspec.structs.replace(decode_snapshot(is_now.document), version=is_now.version)


async def _orders(link: KeeperLink) -> Orders | None:
    are_now = await link.ask(GetOrders())
    return _orders_decoder.decode(are_now.document) if isinstance(are_now, OrdersAre) else None


async def say_goodbye(link: KeeperLink, incarnation: str, *, content_lost: int = 0) -> None:
    """Tell the keeper that this incarnation ended in good order; its absence is not an error."""
    try:
        await link.connect()
        await link.ask(Goodbye(incarnation, content_lost))
    except (PodiumError, OSError):
        logger.warning("the keeper was not there to say goodbye to; it will read the journal when it is back")
