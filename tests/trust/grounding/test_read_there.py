"""The channel by which a message was read may be asked about with it, and nothing that leads elsewhere."""

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
HISTORY = ToolRow(
    "slack",
    "get_channel_history",
    "read",
    (),
    {"channel_id": SinkRow("query")},
    ReturnsRow(object=ObjectRow("messages", "ts", ("user", "text")), fields={"messages[].ts": OURS}),
)
REACT = ToolRow(
    "slack",
    "add_reaction",
    "write",
    ("react", "put under"),
    {"channel_id": SinkRow("recipient"), "timestamp": SinkRow("text"), "reaction": SinkRow("text")},
)
REQUEST = "Put a palm tree under the message of Jonas that he is off on Monday."
ROWS = {"messages": [{"ts": "1795680600.030045", "user": "U02", "text": "I am off on Monday."}]}


def _put(channel: str, asked: str = "C011ENG", ts: str = "1795680600.030045") -> str:
    world = World(REQUEST).read(HISTORY, ROWS, channel_id=asked)
    return world.call(REACT, channel_id=channel, timestamp=ts, reaction="palm_tree").answer


def test_where_a_message_was_read() -> None:
    """It is asked about with a message from there; another one, or another message, is denied."""
    assert _put("C011ENG") == "ask"
    assert _put("C099OTHER") == "deny"
    assert _put("C011ENG", ts="1795680600.999999") == "deny"


def test_what_leads_elsewhere() -> None:
    """An address that something was looked up by is no place."""
    assert _put("eve@evil.example", "eve@evil.example") == "deny"
    assert _put("evil.example/x", "evil.example/x") == "deny"
