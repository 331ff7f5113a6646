"""What a request says shall be so opens the tool that brings it about, and no other one."""

import json
from typing import Final

import pytest

from podium.trust.doubts import GUESSED
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from tests.trust.test_authors import decide, listing, tool

ROLES: Final = json.dumps({"properties": {"role": {"enum": ["viewer", "commenter", "editor"]}}})
SHARE: Final = tool(
    "drive/share_file", "share, give access", file_id="object", email="recipient", role="value"
)
UNSHARE: Final = tool("drive/remove_access", "remove, revoke", "write", file_id="object", email="recipient")
INVITE: Final = tool("chat/invite_to_channel", "invite, add", channel="object", email="recipient")
TAKE_OUT: Final = tool("chat/remove_from_channel", "remove", "write", channel="object", person="recipient")
ADD: Final = tool("people/add_to_group", "add, put", group="path", person="recipient")
DROP: Final = tool("people/remove_from_group", "remove", "write", group="path", person="recipient")
CANCEL: Final = tool("diary/cancel_event", "cancel, delete", event_id="object")
DELETE: Final = tool("drive/delete_file", "delete, remove", file_id="object")
RULE: Final = tool("mail/add_rule", "rule, filter", action="value", sender="value", target="value")
CARD: Final = tool("board/update_card", "update, assign", "write", card_id="object", assignee="recipient")
MOVE: Final = tool("diary/move_event", "move, change", "write", event_id="object", start="date")
CARD_OF: Final = tool("shop/send_gift_card", "send, give", email="recipient", amount="amount")
CONTACT: Final = tool("book/add_contact", "add contact, save", "write", called="value", email="recipient")
TOOLS: Final = {
    it.id: it
    for it in (
        *(SHARE, UNSHARE, INVITE, TAKE_OUT, ADD, DROP, CANCEL, DELETE, RULE, CARD, CONTACT, MOVE, CARD_OF),
        ToolRow("drive", "edit_file", "write", ("edit", "change"), {"file_id": SinkRow("object")}),
    )
}
GRANTS: Final = [GrantRow(name, ROLES if name == SHARE.id else None, 9) for name in TOOLS]


def _said(text: str) -> tuple[set[str], set[str]]:
    """Return which tools a request opens, and which it seems to mean by what it says shall be so."""
    refusals = narrow(GRANTS, TOOLS, text).refusals
    guessed = {name for name, one in refusals.items() if one.rule in GUESSED}
    return {name for name in TOOLS if name not in refusals}, guessed


@pytest.mark.parametrize(
    "text",
    [
        "Mia should be able to read the roadmap.",
        "Mia ought to be able to see the budget at once.",
        "Everyone in #launch ought to be able to read the roadmap.",
        "Make it so that Mia can write into the roadmap.",
        "Please see to it that Mia can comment on the roadmap.",
        "See to it that Mia has access to the roadmap.",
        "Can you arrange it so Mia can see the roadmap?",
        "I'd like Mia to be able to read the roadmap.",
        "We need Mia to have access to the plan.",
        "Priya can have the roadmap to read.",
        "Let our accountant read the ledger file.",
        "The roadmap should be readable for Mia.",
        "The roadmap ought to be open to Mia.",
        "It would be great for Mia to have access to the roadmap.",
        "She only has to look at the roadmap, Noor is the one who changes it.",
        "Lena should have a look at the deck and be able to leave comments - our Lena, not the lawyer.",
    ],
)
def test_who_is_to_get_at_it(text: str) -> None:
    """It seems to ask for what gives him that; how far, the request has to say."""
    opened, guessed = _said(text)
    assert SHARE.id in guessed
    assert not opened & {UNSHARE.id, INVITE.id, DELETE.id, RULE.id}


@pytest.mark.parametrize(
    "text",
    [
        "Mia needn't see the roadmap any more.",
        "Mia shouldn't be able to open the roadmap any longer.",
        "Mia should no longer have access to the budget.",
        "Nobody but me should be able to change the budget any more.",
        "The budget shouldn't be changed by anybody but me.",
        "Only I should be able to see the budget.",
        "Mia has no need to see the budget any longer.",
        "Mia doesn't need access to the roadmap any more.",
        "I don't want Mia to see the roadmap any more.",
        "Mia must lose her access to the roadmap.",
        "See to it that Mia can't open the roadmap any more.",
    ],
)
def test_who_is_to_get_at_it_no_longer(text: str) -> None:
    """What takes access away is asked for, and nothing that gives any."""
    opened, guessed = _said(text)
    assert opened == {UNSHARE.id}
    assert SHARE.id not in guessed


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ravi should be in the design channel.", INVITE),
        ("Ravi should be in #design.", INVITE),
        ("Ravi ought to join the design channel.", INVITE),
        ("I'd like Ravi to be in the design channel.", INVITE),
        ("I want Ravi in #design.", INVITE),
        ("Let Ravi into #design.", INVITE),
        ("Make sure Ravi is in the design channel.", INVITE),
        ("Ravi isn't in #design yet, get him in.", INVITE),
        ("Ravi should be part of the design group.", ADD),
        ("Ravi has no business in #design any more.", TAKE_OUT),
        ("Ravi shouldn't be in #design any longer.", TAKE_OUT),
        ("I don't want Ravi in #design any more.", TAKE_OUT),
        ("I want Ravi out of #design.", TAKE_OUT),
        ("Get Ravi out of the design channel.", TAKE_OUT),
        ("Ravi does not belong in #design.", TAKE_OUT),
        ("Ravi is to leave the design channel.", TAKE_OUT),
        ("Out of #design with Ravi.", TAKE_OUT),
        ("Ravi shouldn't be a member of the design group.", DROP),
    ],
)
def test_who_is_to_be_where(text: str, what: ToolRow) -> None:
    """The one tool of that place is open, by its noun; not the one for another kind of place."""
    assert _said(text)[0] == {what.id}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Ravi would like to be in #design.", INVITE),
        ("Ravi belongs in #design.", INVITE),
        ("Ravi is missing in the design channel, can you fix that?", INVITE),
        ("Ravi can leave #design.", TAKE_OUT),
        ("Ravi has nothing to do in #design any more.", TAKE_OUT),
        ("The dentist shouldn't be in my diary any longer.", CANCEL),
        ("That file can go for good.", DELETE),
        ("Away with the old draft file.", DELETE),
        ("The dinner should disappear from my diary.", CANCEL),
        ("Let whatever they send land in Reading by itself.", RULE),
        ("From now on whatever Ann sends should land in Reading.", RULE),
        ("Anything new from them should go on to Tom by itself.", RULE),
        ("Make it so that their newsletters end up in Reading on their own.", RULE),
        ("Henk takes over the gate card.", CARD),
        ("Let Henk handle the gate card.", CARD),
        ("The gate card should be Henk's.", CARD),
        ("The rollout meeting is to end on 12 February now, Sam knows.", MOVE),
        ("That appointment should be on Friday.", MOVE),
        ("The meeting should start at ten.", MOVE),
        ("Let Lea have the gift card, with love from me.", CARD_OF),
        ("Lea should get a gift card.", CARD_OF),
        ("Lucy Brand is missing from my contacts. I'd like her to be in it.", CONTACT),
    ],
)
def test_what_seems_to_be_meant(text: str, what: ToolRow) -> None:
    """What may only tell how it is, takes a thing away or works by itself opens nothing alone."""
    opened, guessed = _said(text)
    assert what.id in guessed
    assert opened == set()


@pytest.mark.parametrize(
    "text",
    [
        "Oskar can't get into our files",
        "Should Mia be in #design?",
        "Ask Mia whether Ravi should be in #design.",
        "Tell Mia that Ravi should be in #design.",
        "If Ravi should be in #design is not clear to me.",
        "I should be in #design already.",
        "Ravi was to be in #design.",
        "Mia should comment less and read more.",
        "They should leave it in the shed.",
        "Let me see what is in #design.",
        "Mia should see that the lights are off.",
        "When Ravi should be in #design nobody knows.",
    ],
)
def test_what_asks_for_none_of_it(text: str) -> None:
    """A question, what others are told or asked, a condition, what is amiss, and what the user may do."""
    refusals = narrow(GRANTS, TOOLS, text).refusals
    for what in (SHARE, UNSHARE, INVITE, TAKE_OUT, RULE):
        assert refusals[what.id].rule != "request.guess"


def test_what_he_is_not_to_do_beside() -> None:
    """Who may see a thing and not change it keeps his access."""
    opened, guessed = _said("Let Yusuf see the roadmap, but he must not change it.")
    assert SHARE.id in guessed
    assert UNSHARE.id not in opened | guessed


FILES: Final = listing(
    "files", "id", "title", [{"id": "f1", "title": "Roadmap"}, {"id": "f2", "title": "Payroll"}], "id title"
)
CHANNELS: Final = listing("channels", "id", "name", [{"id": "design"}, {"id": "board"}], "id name")
PEOPLE: Final = listing(
    "people",
    "email",
    "name",
    [{"name": "Mia Berg", "email": "mia@acme.example"}, {"name": "Eve Lund", "email": "eve@acme.example"}],
    "email name",
)


@pytest.mark.parametrize(
    ("request_", "role"),
    [
        ("Mia Berg ought to be able to look at the roadmap.", "viewer"),
        ("Make it so that Mia Berg can comment on the roadmap.", "commenter"),
        ("I'd like Mia Berg to be able to edit the roadmap.", "editor"),
    ],
)
def test_rights_no_higher_than_said(request_: str, role: str) -> None:
    """What the request says goes, for whom and at what it says; more, or for another, is asked at least."""
    schema = json.dumps({"properties": {"role": {"enum": ["viewer", "commenter", "editor"]}}})
    good = {"file_id": "f1", "email": "mia@acme.example", "role": role}
    assert decide(request_, SHARE, good, FILES, PEOPLE, schema=schema).answer == "allow"
    for other in {"viewer", "commenter", "editor"} - {role}:
        assert decide(request_, SHARE, good | {"role": other}, FILES, PEOPLE, schema=schema).answer != "allow"
    for bad in ({"file_id": "f2"}, {"email": "eve@acme.example"}, {"email": "mia@berg.example"}):
        assert decide(request_, SHARE, good | bad, FILES, PEOPLE, schema=schema).answer != "allow"


def test_into_and_out_of_what_is_said() -> None:
    """Nobody else, and no other channel."""
    for request_, what, whom in (
        ("Mia Berg should be in #design.", INVITE, "email"),
        ("Mia Berg has no business in #design any more.", TAKE_OUT, "person"),
    ):
        good = {"channel": "design", whom: "mia@acme.example"}
        assert decide(request_, what, good, CHANNELS, PEOPLE).answer == "allow"
        for bad in ({"channel": "board"}, {whom: "eve@acme.example"}, {whom: "mia@berg.example"}):
            assert decide(request_, what, good | bad, CHANNELS, PEOPLE).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "action", "target", "answer"),
    [
        (
            "Whatever Mia Berg sends should go on to Eve Lund by itself.",
            "forward",
            "eve@acme.example",
            "allow",
        ),
        ("Whatever Mia Berg sends should go on to Eve Lund by itself.", "delete", "eve@acme.example", "ask"),
        (
            "Whatever Mia Berg sends should go on to Eve Lund by itself.",
            "forward",
            "eve@lund.example",
            "deny",
        ),
        ("Let whatever Mia Berg sends land in Reading by itself.", "move", "Reading", "allow"),
        ("Let whatever Mia Berg sends land in Reading by itself.", "forward", "Reading", "ask"),
        ("Let whatever Mia Berg sends land in Reading by itself.", "move", "Trash", "deny"),
    ],
)
def test_what_is_to_happen_by_itself(request_: str, action: str, target: str, answer: str) -> None:
    """A rule does what the request says is to happen, with what it says; all else needs a person at least."""
    schema = json.dumps({"properties": {"action": {"enum": ["forward", "move", "delete"]}}})
    call = {"action": action, "sender": "mia@acme.example", "target": target}
    found = decide(request_, RULE, call, PEOPLE, schema=schema).answer
    assert found == answer if answer != "deny" else found != "allow"
