"""What a request asks for once is done by one of the tools that its words open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grants import Answer, Ask, Permit, decide_grant
from podium.trust.request.narrowing import narrow
from podium.trust.request.sharing import parted
from podium.trust.tools import GrantRow, SharedRow, ToolRow
from tests.trust.test_authors import tool

SEND = tool("mail/send_mail", "send, mail, write, tell, ask", to="recipient", body="text")
REPLY = tool("mail/reply_mail", "reply, answer, write, tell, send", mail_id="object", body="text")
POST = tool("chat/post_message", "post, write, tell, send", channel="recipient", text="text")
FILE = tool("mail/move_mail", "move, file", effect="write", mail_id="object", folder="path")
MOVE = tool("disk/move_file", "move, rename", path="object", to="path")
CANCEL = tool("diary/cancel_event", "cancel, delete", event_id="object")
CALL_OFF = tool("trips/cancel_booking", "cancel", booking_id="object")
CART = tool("shop/set_quantity", "order, put", effect="write", product_id="object", quantity="amount")
ORDER = tool("shop/checkout", "order", address="value")
TOOLS = {it.id: it for it in (SEND, REPLY, POST, FILE, MOVE, CANCEL, CALL_OFF, CART, ORDER)}


def answer(request: str, what: ToolRow, **called: int) -> Answer:
    """Return what the grant says to a call, after so many of other tools."""
    found = narrow([GrantRow(it) for it in TOOLS], TOOLS, request)
    done = {it: called.get(TOOLS[it].name, 0) for it in TOOLS}
    assert found.refusal(what.id) is None
    return decide_grant(found.grant(what.id), what, {}, done[what.id], done)


@pytest.mark.parametrize(
    ("request_", "what", "called"),
    [
        ("Write Nora a friendly reminder.", SEND, {"reply_mail": 1}),
        ("Write Nora a friendly reminder.", REPLY, {"send_mail": 1}),
        ("Write Nora a friendly reminder.", REPLY, {"post_message": 1}),
        ("Write a reminder to Nora with the number and the sum.", REPLY, {"send_mail": 1}),
        ("Tell Nora and Piet that the hall is booked.", REPLY, {"send_mail": 1, "post_message": 1}),
        ("Ask Nora for the key, and write Piet a note.", REPLY, {"post_message": 1}),
    ],
)
def test_done_by_another(request_: str, what: ToolRow, called: dict[str, int]) -> None:
    """Words for a mail, an answer and a message are used up by any of them; past that a person is asked."""
    assert isinstance(answer(request_, what), Permit)
    found = answer(request_, what, **called)
    assert isinstance(found, Ask)
    assert found.rule == "request.uses"
    assert found.reason.startswith("the request asks ")
    assert all(name in found.reason for name in called)


ANSWER = tool("mail/answer_mail", "answer, respond", mail_id="object", body="text")


@pytest.mark.parametrize(
    ("request_", "after"),
    [
        ("Tell Nora that the hall is booked.", "ask"),
        ("Tell Nora that the hall is booked, and write Piet a note.", "permit"),
        ("Tell everybody that the hall is booked.", "permit"),
    ],
)
def test_an_answer_that_is_only_meant(request_: str, after: str) -> None:
    """What somebody is told by a mail is no answer to another one as well."""
    tools = {SEND.id: SEND, ANSWER.id: ANSWER}
    found = narrow([GrantRow(it) for it in tools], tools, request_)
    refusal = found.refusal(ANSWER.id)
    assert isinstance(refusal, Ask)
    assert refusal.rule == "request.guess"
    grant = found.grant(ANSWER.id)
    assert isinstance(decide_grant(grant, ANSWER, {}, 0, {SEND.id: 0}), Permit)
    told = decide_grant(grant, ANSWER, {}, 0, {SEND.id: 1})
    assert isinstance(told, Ask if after == "ask" else Permit)


@pytest.mark.parametrize(
    ("request_", "what", "called"),
    [
        ("Tell Nora and Piet that the hall is booked.", REPLY, {"send_mail": 1}),
        ("Write to each of them that the hall is booked.", REPLY, {"send_mail": 4}),
        ("Write Nora a reminder, and answer Piet's mail.", REPLY, {"send_mail": 1}),
        ("Ask Nora for the key, and write Piet a note.", REPLY, {"send_mail": 1}),
        ("Move them to the archive.", MOVE, {"move_mail": 1}),
        ("Move it to the archive.", MOVE, {"move_mail": 1}),
        ("Cancel both.", CALL_OFF, {"cancel_event": 1}),
        ("Cancel the dinner on Friday.", CALL_OFF, {"cancel_event": 1}),
        ("Order the lamp.", ORDER, {"set_quantity": 1}),
    ],
)
def test_asked_for_of_each(request_: str, what: ToolRow, called: dict[str, int]) -> None:
    """Several acts, tools of two kinds on two servers, and what only prepares another act share nothing."""
    assert isinstance(answer(request_, what, **called), Permit)


def _possible(calls: dict[str, int], acts: list[tuple[frozenset[str], int]]) -> bool:
    """Return whether each call can be one that some act asks for, by trying."""
    left = next((one for one, count in calls.items() if count), None)
    if left is None:
        return True
    for at, (tools, most) in enumerate(acts):
        if left in tools and most:
            rest = [*acts[:at], (tools, most - 1), *acts[at + 1 :]]
            if _possible(calls | {left: calls[left] - 1}, rest):
                return True
    return False


names = st.sampled_from("abcd")
groups = st.tuples(st.frozensets(names, min_size=1, max_size=3), st.integers(1, 2))


@given(st.lists(groups, min_size=1, max_size=4), st.dictionaries(names, st.integers(0, 3)))
def test_every_call_is_one_that_is_asked_for(
    acts: list[tuple[frozenset[str], int]], calls: dict[str, int]
) -> None:
    """The limits of tools together and of each alone hold where the calls can be divided among the acts."""
    tools = [ToolRow("s", name, "irreversible") for name in "abcd"]
    opened = [{f"s/{it}": most for it in group} for group, most in acts]
    wanted = {it.id: sum(act.get(it.id, 0) for act in opened) for it in tools}
    rows = parted([GrantRow(it.id) for it in tools], tools, opened, wanted)
    limits = {row for grant in rows for row in grant.shared}
    calls = {f"s/{it}": count for it, count in calls.items()}
    held = all(count <= wanted[it] for it, count in calls.items())
    held = held and all(sum(calls.get(it, 0) for it in row.tools) <= row.most for row in limits)
    assert held == _possible(
        calls, [(frozenset(act), most) for act in opened for most in [max(act.values())]]
    )


def test_many_tools() -> None:
    """Of many that one word opens only all together are looked at."""
    tools = [ToolRow("s", f"t{at}", "irreversible") for at in range(9)]
    ids = tuple(it.id for it in tools)
    rows = list(parted(map(GrantRow, ids), tools, [dict.fromkeys(ids, 1)], dict.fromkeys(ids, 1)))
    assert {row.shared for row in rows} == {(SharedRow(ids, 1),)}
