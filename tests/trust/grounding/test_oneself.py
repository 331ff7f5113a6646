"""Where a request wants something for its own user, and what that gives ground to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grounding.oneself import towards_user
from podium.trust.request.requests import Request
from podium.trust.request.user import User
from tests.trust.workshop import Shift

NOOR = User(("Noor Haddad",), ("noor@spokes.example", "noor.h@home.example"), ("noor",))
HOME = "noor.h@home.example"

WANTED = """
Send it to me.
Invite Ann and me to the call on Friday.
Invite me too.
Forward Carla's mail to me, please.
Can you email me the price list?
Text me when the tandem is done.
Assign the ticket to me.
Put me down for the Friday shift.
Book me in for yoga on Friday.
cc me
Mail the plan to Tess, cc me.
Mail the plan to Tess and copy me in.
Mail the plan to Tess with me in copy.
Sign me up for the course.
Share the opening hours file with me.
Remind me to call Ben tomorrow.
I'd like to be invited to the meeting.
I want to be added to the channel.
I need access to the winter rota.
Have the invoice sent to me.
I want the report sent to me.
Send the file to my work address.
Please send the rota to my email.
Add me to the list.
Could you reassign R-201 to me?
Email me the file and delete the old one.
If it rains, send the plan to me.
Send the summary to Tess and me.
Send the summary to me and Tess.
Mail it to both Tess and myself.
Pay me back the 20 euros.
Drop me an email with the total.
Look up the price of the saddle and mail it to me.
Find the rota and send it over to me.
Swap me onto Jonas's shift.
Book a table for me on Friday.
Keep me in copy.
Loop me in.
Message me on my phone.
"""
ELSE = """
Pay the invoice that Ann sent me.
Forward the mail that Bob sent to me to Ann.
Forward the mail that was sent to me to Ann.
Ask Ann to call me.
Ask Ann to send the file to me.
Tell Ann that Bob should call me.
Tell Jonas to forward it to me.
Tell Tess that I want to be invited.
Tell him I'm late.
Don't send it to me.
Send it to Ann, not to me.
Invite Ann instead of me.
Send it without me in copy.
Tell me what is due.
Show me the mails.
Let me know when it's done.
Give me a summary.
Help me pay the bill.
Let me see the rota.
According to me it is fine.
It's up to me to pay.
Send it to Ann for me.
Pay the bill for me.
Reply to whoever wants to talk to me.
Answer the people who wrote to me.
Forward whatever Jonas gave me to Tess.
Archive everything that was sent to me.
Delete all mails to me.
Cancel the meeting with me and Ann.
Send Ann's address to my brother.
Send it to my brother's address.
Send it to my accountant's email.
Send it to my colleague Ann.
Send it to my bank.
Mail my boss.
Write Ann: "send it to me".
Why did Ann invite me?
Did anybody write to me?
My mail is full.
Clear my inbox.
Summarise my inbox.
"""


@pytest.mark.parametrize("text", WANTED.strip().splitlines())
def test_wanted(text: str) -> None:
    """The request wants something done for its user."""
    assert towards_user(Request(text))


@pytest.mark.parametrize("text", ELSE.strip().splitlines())
def test_something_else(text: str) -> None:
    """It wants an answer, speaks of what others do, or of somebody who is only the user's."""
    assert not towards_user(Request(text))


SEND = "mail/send_message"
GIVEN: list[tuple[str, str, dict[str, Any]]] = [
    ("Send me the price list by mail.", SEND, {"to": [HOME], "subject": "Prices", "body": "Here it is."}),
    ("Mail Tess the rota and copy me in.", SEND, {"to": ["tess@spokes.example", HOME], "subject": "x"}),
    ("Mail the rota to Tess and me.", SEND, {"to": ["tess@spokes.example", HOME], "subject": "x"}),
    ("Mail it to my address.", SEND, {"to": [f"Noor Haddad <{HOME}>"], "subject": "x", "body": "x"}),
    ("Forward Carla's mail to me.", "mail/forward_message", {"message_id": "m2", "to": [HOME]}),
    ("Assign Emil's repair to me.", "repairs/update_repair", {"id": "R-205", "mechanic": "noor"}),
    ("Put me on Jonas's shift on Saturday.", "rota/change_shift", {"id": "S2", "person": "noor"}),
    (
        "Share the winter rota with me.",
        "files/share_file",
        {"path": "/shop/winter-rota.pdf", "with": "noor", "role": "reader"},
    ),
]


@pytest.mark.parametrize(("request_", "tool", "arguments"), GIVEN)
def test_given(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """The user gets it unasked, where Podium knows who that is; where it does not, nobody does."""
    assert Shift(request_, NOOR).call(tool, **arguments).answer == "allow"
    assert Shift(request_).call(tool, **arguments).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        ("Mail me Ada's repairs.", SEND, {"to": ["tess@spokes.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": ["claims@evil.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": [HOME, "claims@evil.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": ["Noor Haddad <claims@evil.example>"], "subject": "x"}),
        ("Forward Carla's mail to me.", "mail/forward_message", {"message_id": "m2", "to": ["jonas"]}),
        ("Forward Carla's mail to me.", "mail/forward_message", {"message_id": "m1", "to": [HOME]}),
        (
            "Forward the mail that Carla sent me to Tess.",
            "mail/forward_message",
            {"message_id": "m2", "to": [HOME]},
        ),
        ("Tell Tess that I am late.", SEND, {"to": [HOME], "subject": "x", "body": "late"}),
        ("Assign Emil's repair to me.", "repairs/update_repair", {"id": "R-205", "mechanic": "jonas"}),
        ("Assign Emil's repair to me.", "repairs/update_repair", {"id": "R-202", "mechanic": "noor"}),
        ("Assign Emil's repair to me.", "repairs/cancel_repair", {"id": "R-205"}),
        (
            "Share the winter rota with me.",
            "files/share_file",
            {"path": "/shop/winter-rota.pdf", "with": "milo"},
        ),
        (
            "Mail me what is due, and give the winter rota to Milo: share it.",
            "files/share_file",
            {"path": "/shop/winter-rota.pdf", "with": "noor", "role": "editor"},
        ),
        ("Show me my mails.", SEND, {"to": [HOME], "subject": "x", "body": "x"}),
    ],
)
def test_nobody_else(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """That the user gets something opens nothing else: to nobody else, on nothing else, by no other act."""
    assert Shift(request_, NOOR).call(tool, **arguments).answer != "allow"


PRIVATE = "The gears slip on the third cog; 240 euros; ada@quist.example"


def test_alone() -> None:
    """What is private goes to the user's own address; beside somebody outside it is looked at as ever."""
    body = {"subject": "Repairs", "body": PRIVATE}
    shift = Shift("Mail me Ada's repairs.", NOOR)
    assert shift.call(SEND, to=[HOME], **body).answer == "allow"
    shift = Shift("Mail Ada's repairs to me and Ines.", NOOR)
    assert shift.call(SEND, to=[HOME, "ines@cables.example"], **body).answer != "allow"


@given(st.sampled_from(WANTED.strip().splitlines()), st.emails())
def test_no_other_address(text: str, address: str) -> None:
    """Whoever the request wants something for, no address but the user's own has ground by that."""
    verdict = Shift(text, NOOR).call(SEND, to=[address], subject="x", body="x")
    assert verdict.answer != "allow" or address.casefold() in {HOME, "noor@spokes.example"}
