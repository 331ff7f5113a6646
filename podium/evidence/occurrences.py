"""What occurs that others want to hear of, and how it is told: as a CloudEvent.

CloudEvents 1.0.2, JSON event format, structured mode (https://github.com/cloudevents/spec).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec

Type = Literal["audit.failed", "figure.crossed", "prompt.changed", "tool.changed"]
TYPES: Final[tuple[Type, ...]] = ("audit.failed", "figure.crossed", "prompt.changed", "tool.changed")
PREFIX: Final = "podium."
CONTENT_TYPE: Final = "application/cloudevents+json"


class Occurrence(msgspec.Struct, frozen=True):
    """Something has occurred, once. Times are Unix nanoseconds."""

    id: str
    """Follows from what has occurred."""
    type: Type
    subject: str
    """A task, an agent or a tool."""
    agent: str
    """Empty: of none."""
    department: str
    """Path."""
    link: str
    """The path of its evidence in the console."""
    data: Mapping[str, Any]
    at_ns: int


def cloud_event(it: Occurrence, public_url: str) -> dict[str, Any]:
    """Return an occurrence as a CloudEvent. ``public_url``: where the console is."""
    where = public_url.rstrip("/")
    at = datetime.fromtimestamp(it.at_ns / 1e9, UTC).isoformat(timespec="milliseconds")
    return {
        "specversion": "1.0",
        "id": it.id,
        "type": f"{PREFIX}{it.type}",
        "source": where or "podium",
        "subject": it.subject,
        "time": at.replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": {
            "agent": it.agent or None,
            "department": it.department,
            **it.data,
            "evidence": f"{where}{it.link}",
        },
    }
