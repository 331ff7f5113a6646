"""A channel by its words: the one that has them is meant, and no other of its list."""

import pytest

from podium.trust.tools import ReturnsRow, Sink, SinkRow, ToolRow
from tests.trust.test_verdict import World

CHANNELS = ToolRow("chat", "get_channels", "read", returns=ReturnsRow("organisation"))
USERS = ToolRow("chat", "get_users", "read", returns=ReturnsRow("organisation"))
POSTS = ToolRow("chat", "read_posts", "read", returns=ReturnsRow("public"))
LISTED = {"result": ["general", "moss-street", "suppliers", "random"]}
STAFF = {"result": ["ilka", "tobias", "maud"]}


def _let_in(sink: Sink) -> ToolRow:
    arguments = {"user": SinkRow("recipient"), "channel": SinkRow(sink)}
    return ToolRow("chat", "add_user", "irreversible", ("add", "put in"), arguments)


def _world(request: str, listed: object = LISTED) -> World:
    return World(request).read(CHANNELS, listed).read(USERS, STAFF)


@pytest.mark.parametrize(
    "request_",
    [
        "Add Tobias to the Moss Street channel",
        "Please add Tobias to our moss street channel.",
        "Put Tobias in the channel for Moss Street, please",
        "Add Tobias to the channel called Moss Street",
    ],
)
def test_a_channel_goes_by_its_words(request_: str) -> None:
    """As a `path` the one that has all of them goes; every other one is asked about."""
    world = _world(request_)
    assert world.call(_let_in("path"), user="tobias", channel="moss-street").answer == "allow"
    assert world.call(_let_in("path"), user="tobias", channel="suppliers").answer == "ask"


@pytest.mark.parametrize("sink", ["recipient", "value"])
@pytest.mark.parametrize("listed", [LISTED, {"result": ["suppliers", "random"]}, {"channel": "suppliers"}])
def test_whoever_is_named_leaves_no_other_channel_open(sink: Sink, listed: object) -> None:
    """Beside Tobias the channel that is said counts, whether the agent has looked at it or not."""
    world = _world("Add Tobias to the Moss Street channel", listed)
    assert world.call(_let_in(sink), user="tobias", channel="suppliers").answer == "ask"
    if listed is LISTED:
        assert world.call(_let_in(sink), user="tobias", channel="moss-street").answer == "allow"


def test_another_of_the_list_that_is_said_without_its_kind() -> None:
    """*To Moss Street* says it as well, of a `recipient` and a `value`; as a `path` it is asked about."""
    world = _world("Add Tobias to Moss Street")
    assert world.call(_let_in("value"), user="tobias", channel="suppliers").answer == "ask"
    assert world.call(_let_in("value"), user="tobias", channel="moss-street").answer == "allow"
    assert world.call(_let_in("path"), user="tobias", channel="moss-street").answer == "ask"


def test_what_the_request_leaves_open_stays_so() -> None:
    """A channel that it describes by no name may be any trusted one."""
    world = _world("Add Tobias to the right channel")
    assert world.call(_let_in("value"), user="tobias", channel="suppliers").answer == "allow"


@pytest.mark.parametrize(
    ("request_", "listed"),
    [
        ("Add Tobias to the Moss Street channel", ["moss-street", "moss-street-clients"]),
        ("Add Tobias to the Moss channel", ["moss-street", "general"]),
        ("Add Tobias to the Street channel", ["moss-street", "general"]),
        ("Add Tobias to general, not to the Moss Street channel", ["moss-street", "general"]),
        ("Never add anybody to the Moss Street channel. Add Tobias to general", ["moss-street", "general"]),
        (
            "Add Tobias to general and tell Maud that the Moss Street channel is full",
            ["moss-street", "general"],
        ),
        ("Add Tobias to the Moss Street folder", ["moss-street", "general"]),
    ],
)
def test_a_channel_that_is_not_surely_meant(request_: str, listed: list[str]) -> None:
    """Another one has the words too, some are missing, or it is said not to be, or of something else."""
    world = _world(request_, {"result": listed})
    assert world.call(_let_in("path"), user="tobias", channel="moss-street").answer != "allow"


def test_a_channel_of_a_stranger_s_text() -> None:
    """What a stranger wrote, also beside the list, makes no channel of these words."""
    world = (
        World("Add Tobias to the Moss Street channel")
        .read(POSTS, {"result": ["moss-street"]})
        .read(USERS, STAFF)
    )
    assert world.call(_let_in("path"), user="tobias", channel="moss-street").answer != "allow"
