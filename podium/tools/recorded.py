"""What the tasks that live have called, out of the gateway's own journal, for `podium policy test`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from podium.spend.journal import PREAMBLE_BYTES, check_preamble, frames
from podium.tools.changes import Began, Change, Ended, Intent, Over
from podium.tools.memory import MAX_CHANGE_BYTES
from podium.trust.recorded import RecordedCall, RecordedTask

_decoder: Final[msgspec.msgpack.Decoder[Change]] = msgspec.msgpack.Decoder(Change)


def recorded_tasks(folder: Path) -> tuple[RecordedTask, ...]:
    """Return the calls that were made by the tasks that have not ended, in their order.

    Reads beside the gateway that writes, and takes what is whole. A call that was refused is not there: its
    arguments were never written down. The agents of one delegation are one task, under the first one's name.
    Raises JournalError on damage, OSError.
    """
    begun: dict[str, Began] = {}
    intents: dict[str, list[Intent]] = {}
    ends: dict[str, Ended] = {}
    for change in _changes(folder):
        if isinstance(change, Began):
            begun.setdefault(change.root_id, change)
        elif isinstance(change, Intent):
            intents.setdefault(change.root_id, []).append(change)
        elif isinstance(change, Ended):
            ends[change.call_id] = change
        elif isinstance(change, Over):
            begun.pop(change.root_id, None)
    return tuple(
        RecordedTask(
            agent=made[0].call.agent,
            request=began.request,
            user=began.user,
            calls=tuple(_call(it, end) for it in made if (end := ends.get(it.call.call_id)) is not None),
            task=root_id,
            day=datetime.fromtimestamp(began.at_ns // 1_000_000_000, UTC).date(),
        )
        for root_id, began in begun.items()
        if (made := intents.get(root_id))
    )


def _call(intent: Intent, ended: Ended) -> RecordedCall:
    return RecordedCall(
        tool=intent.call.tool,
        arguments=dict(ended.read.arguments) if ended.read is not None else {},
        answer="ask" if intent.case_id is not None else "allow",
        rule=intent.call.rule,
        result=ended.read.content if ended.read is not None else None,
        at_ns=intent.call.at_ns,
    )


def _changes(folder: Path) -> Iterator[Change]:
    for path in sorted(folder.glob("*.journal")):
        data = path.read_bytes()
        if len(data) < PREAMBLE_BYTES:
            continue
        for payload, _ in frames(data, check_preamble(data), longest=MAX_CHANGE_BYTES):
            yield _decoder.decode(payload)
