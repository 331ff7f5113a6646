"""What fills a model's window: kinds of content, and how much of each a message has."""

from typing import Final

import msgspec

KINDS: Final = ("system", "tools", "user", "assistant", "tool_results", "documents", "reasoning")
"""What an input token can belong to, each to exactly one, in this order."""
SYSTEM, TOOLS, USER, ASSISTANT, TOOL_RESULTS, DOCUMENTS, REASONING = range(len(KINDS))
NOTHING: Final = (0,) * len(KINDS)


class Weighed(msgspec.Struct, frozen=True):
    """One message: the bytes of its texts by kind (UTF-8), in the order of `KINDS`."""

    weights: tuple[int, ...] = NOTHING
    media: int = 0
    """Pictures, sounds and files in it: they weigh a nominal number of bytes."""
    by_model: bool = False
    """A model has said it."""
    calls: tuple[tuple[str, str], ...] = ()
    """Calls of tools in it: id and the tool's name."""
    results: tuple[tuple[str, int], ...] = ()
    """What tools gave, in ``weights`` too: the call's id, or ``=`` and the tool's name, and bytes."""
