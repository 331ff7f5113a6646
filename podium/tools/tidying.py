"""Forgets the tasks that have ended: in memory at once, on the disk soon after."""

import asyncio
import logging
from typing import Final

from podium.kernel.errors import JournalError, PodiumError
from podium.ports.link import KeeperLink
from podium.ports.tools import LivingAre, WhichLive
from podium.tools.changes import Left, Over
from podium.tools.memory import Memory
from podium.tools.standing import ToolStanding

LOOK_S: Final = 0.5
ASK_S: Final = 60.0
"""Tasks end by themselves too: the keeper is asked so often which ones live."""
REWRITE_S: Final = 10.0
UNDO_NS: Final = 7 * 86_400 * 1_000_000_000
"""So long after its end a task can be undone: what that takes is kept, sealed, and nothing else."""

logger = logging.getLogger(__name__)


async def keep_tidy(standing: ToolStanding, memory: Memory, link: KeeperLink) -> None:
    """Forget, for ever. Ends by cancellation, and where the journal fails."""
    loop = asyncio.get_running_loop()
    ask_at, rewrite_at, dirty = loop.time(), 0.0, False
    while memory.failure is None:
        try:
            states = memory.tasks.states
            over = states.keys() & set(standing.orders.tasks.dead)
            if states and loop.time() >= ask_at and standing.refusal() is None:
                asked = tuple(states)
                told = await link.ask(WhichLive(asked))
                if isinstance(told, LivingAre):
                    over |= set(asked) - set(told.task_ids)
                    ask_at = loop.time() + ASK_S
            for root_id in sorted(over):
                if root_id in states and not (states[root_id].open or states[root_id].doubts):
                    acts = states[root_id].acts()
                    if any(act.undo is not None for act in acts):
                        until_ns = standing.clock.wall_ns() + UNDO_NS
                        memory.write(Left(root_id, until_ns, acts))
                    memory.write(Over(root_id))
                    dirty = True
            now_ns = standing.clock.wall_ns()
            for left in [one for one in memory.tasks.left.values() if one.until_ns <= now_ns]:
                memory.write(Over(left.root_id))
                dirty = True
            if dirty and loop.time() >= rewrite_at:
                memory.begin_anew()
                dirty, rewrite_at = False, loop.time() + REWRITE_S
        except JournalError:
            return
        except (PodiumError, OSError) as error:
            logger.debug("which tasks live is not known now: %s", error)
        await asyncio.sleep(LOOK_S)
