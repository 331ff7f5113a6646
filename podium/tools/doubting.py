"""Has people asked about irreversible calls of which nobody knows whether they were made: soon, and once."""

import asyncio
import logging
from typing import Final

from podium.kernel.errors import JournalError, PodiumError
from podium.tools.memory import Memory
from podium.tools.replaying import Replays
from podium.tools.standing import ToolStanding

LOOK_S: Final = 0.2

logger = logging.getLogger(__name__)


async def keep_asking(standing: ToolStanding, memory: Memory, replays: Replays) -> None:
    """Ask, for ever. Ends by cancellation, and where the journal fails."""
    while memory.failure is None:
        try:
            if standing.refusal() is None:
                for state in [one for one in memory.tasks.states.values() if one.doubts]:
                    heard = [replays.hear(state, step) for step in state.doubts.values()]
                    told = await asyncio.gather(*heard, return_exceptions=True)
                    for error in filter(None, told):
                        raise error
        except JournalError:
            return
        except (PodiumError, OSError) as error:
            logger.debug("nobody can be asked now: %s", error)
        await asyncio.sleep(LOOK_S)
