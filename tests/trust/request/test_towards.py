"""Where a request wants something for its own user, and where it only speaks of the user."""

import pytest

from podium.trust.request.requests import Request
from podium.trust.request.towards import towards_user

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
Send it to Ann (me in bcc).
Send it to Ann with me in bcc.
Send it to Ann, me on copy.
Write to Ann, me in cc, that it is done.
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
Send it to Ann, who has me in copy.
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
