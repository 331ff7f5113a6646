"""Idioms by which somebody is told something open what tells people, and nothing else by their own words."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, WHOM, THING = SinkRow("text"), SinkRow("recipient"), SinkRow("object")
TELL = ToolRow("mail", "send_message", "irreversible", ("send", "write", "tell"), {"to": WHOM, "body": TEXT})
POST = ToolRow("chat", "post_message", "irreversible", ("post", "tell"), {"channel": WHOM, "text": TEXT})
DROP = ToolRow("diary", "cancel_event", "irreversible", ("cancel", "drop", "call off"), {"event_id": THING})
NOTE = ToolRow("crm", "add_note", "write", ("note", "write down", "log"), {"client": THING, "text": TEXT})
GIVE = ToolRow("desk", "assign_ticket", "write", ("give", "assign"), {"ticket": THING, "to": WHOM})
TOOLS = {tool.id: tool for tool in (TELL, POST, DROP, NOTE, GIVE)}
GRANTS = [GrantRow(tool) for tool in TOOLS]


def _opened(request: str) -> set[str]:
    grant = narrow(GRANTS, TOOLS, request)
    return {tool for tool in TOOLS if grant.refusal(tool) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Drop Rob a line that the drill is on the 9th.",
        "drop the cleaners a quick note, we close at five",
        "Could you drop Mrs Raman a short message saying the desks are here?",
        "Give Tom a heads-up that I'm late tomorrow",
        "Give Tom and Joel a heads up about the desks",
        "Please give everybody a nudge about the timesheets",
        "Shoot her a message that I'm on my way",
        "Fire off a quick mail to Joel that the desks come on the 10th",
        "I'd like you to drop my landlord a line about the boiler",
        "Make sure Rob knows about the drill",
        "Please make sure that Sofia and Rob are informed about the drill",
        "Ensure the team knows that we close early",
        "Leave Ida a message that her bike is ready",
        "Kindly see that the colleague who leads that trip learns of it by e-mail.",
        "Please see to it that Rob knows",
        "Make sure the friend who lent us the drill hears about it",
    ],
)
def test_what_tells_people_is_opened(request_: str) -> None:
    """The tool that writes to somebody is asked for, and nothing is dropped, noted or given."""
    assert TELL.id in _opened(request_)
    assert not _opened(request_) & {DROP.id, NOTE.id, GIVE.id}


def test_what_is_written_for_somebody_tells_nobody() -> None:
    """Where a tool tells people, one that writes pages for them is not meant, whatever page is spoken of."""
    page = ToolRow("wiki", "create_page", "write", ("write", "add"), {"owner": WHOM, "text": TEXT})
    request = "The fee is on the project page, drop Rob a line that it is due."
    tools = TOOLS | {page.id: page}
    grant = narrow([GrantRow(tool) for tool in tools], tools, request)
    assert grant.refusal(TELL.id) is None
    assert grant.refusal(page.id) is not None


@pytest.mark.parametrize(
    "request_", ["Drop a message in #random about the cake", "Post a note in the design channel: lunch at 12"]
)
def test_what_posts_in_a_channel_is_opened(request_: str) -> None:
    """The same for a channel."""
    assert POST.id in _opened(request_)
    assert not _opened(request_) & {DROP.id, NOTE.id}


@pytest.mark.parametrize(
    "request_",
    [
        "Did you drop Rob a line?",
        "Rob dropped me a line about the drill. What does he say?",
        "Who gave Tom a heads-up?",
        "Is there a way to make sure Rob knows?",
        "Don't drop Rob a line yet.",
        "Drop me a line when it is done",
        "Give Rob a text file",
        "What did the note say that Rob gave Tom?",
        "Make sure the door is locked",
        "I see that the colleague who leads that trip knows of it",
        "Did you see that Ann knows?",
        "See that the shed which Rob knows is locked",
    ],
)
def test_nothing_is_told(request_: str) -> None:
    """Questions, what somebody did, what the user is told, other things: nobody is written to."""
    assert not _opened(request_) & {TELL.id, POST.id}


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Drop the drill on the 9th", DROP.id),
        ("Drop the meeting with Rob and drop him a line that it is off", DROP.id),
        ("Add a note to Fenwick that they want a call", NOTE.id),
        ("Give Tom ticket 12", GIVE.id),
    ],
)
def test_their_own_words_ask_as_before(request_: str, tool: str) -> None:
    """Where nothing of the idiom is there, or beside it, a word is its author's."""
    assert tool in _opened(request_)


PAGES = ToolRow(
    "wiki",
    "update-page",
    "write",
    ("write", "update", "add"),
    {"page_id": THING, "text": TEXT, "properties.assignee": WHOM, "properties.email": WHOM},
)
SENT = ToolRow(
    "post", "create_mail", "irreversible", ("write",), {"message.to[]": WHOM, "message.body": TEXT}
)


@pytest.mark.parametrize(
    "request_",
    [
        "Drop him a line that it's on its way, the fee is on the project page.",
        "It should be the same as on his page. Give Rashid a heads-up please, page or no page",
    ],
)
def test_who_stands_in_a_page_is_told_nothing(request_: str) -> None:
    """A record may have people in it, and a page be spoken of: a line to somebody is written in none."""
    tools = {tool.id: tool for tool in (TELL, PAGES, SENT)}
    grant = narrow([GrantRow(tool) for tool in tools], tools, request_)
    assert {tool for tool in tools if grant.refusal(tool) is None} & {TELL.id, SENT.id}
    assert grant.refusal(PAGES.id) is not None
