"""What a request asks for in forms of its own, without a tool's words: each way, one after the other."""

from collections.abc import Iterator, Sequence

from podium.trust.request.asking import Sentence
from podium.trust.request.wordings.channelled import into_channels
from podium.trust.request.wordings.makers import wanted_things
from podium.trust.request.wordings.mending import mending
from podium.trust.request.wordings.ridding import ridding
from podium.trust.request.wordings.yes_or_no import yes_or_no
from podium.trust.tools import ToolRow


def supposed(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow]
) -> Iterator[tuple[ToolRow, str, int | None, bool]]:
    """Yield the tools that sentences may mean, by what, how often, and whether they speak of its things."""
    yield from wanted_things(sentences, tools)
    yield from ridding(sentences, tools)
    yield from yes_or_no(sentences, tools)
    yield from mending(sentences, tools)
    yield from into_channels(sentences, tools)
