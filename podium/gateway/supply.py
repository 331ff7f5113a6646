"""Keeps a worker supplied with slices: one question at a time, for all calls that lack some."""

import asyncio
import logging
from typing import Final

from podium.gateway.slices import Slices
from podium.kernel.errors import NotReady, PodiumError
from podium.ports import Clock
from podium.ports.link import Drawn, KeeperLink

PACE_S: Final = 0.02
"""Between two questions of which the first was granted nothing."""
AGAIN_S: Final = 0.1
"""After a keeper that did not answer."""

logger = logging.getLogger(__name__)


async def keep_supplied(slices: Slices, link: KeeperLink, incarnation: str, clock: Clock) -> None:
    """Ask whenever something is wanted or given back, for ever. Ends by cancellation."""
    complained = False
    while True:
        await slices.hungry.wait()
        await asyncio.sleep(0)  # the calls that have just been woken draw first, or add to the question
        slices.hungry.clear()
        question = slices.question(incarnation)
        if question is None:
            continue
        try:
            asked_ns = clock.monotonic_ns()
            answer = await link.ask(question)
            if not isinstance(answer, Drawn):
                raise NotReady(f"the keeper answered {type(answer).__name__} to Draw")
        except (PodiumError, OSError) as error:
            reason = getattr(error, "message", None) or str(error)
            slices.failed(reason.rstrip("."))
            if not complained:
                logger.warning("the keeper does not grant: %s", reason)
            complained = True
            slices.hungry.set()
            await link.close()
            await asyncio.sleep(AGAIN_S)
            continue
        complained = False
        if not slices.hear(question, answer, asked_ns) and question.wants:
            await asyncio.sleep(PACE_S)
