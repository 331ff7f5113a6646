"""Narrowing: what a request asks for, how often, and that nothing widens."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grants import Ask, Deny, Permit, decide_grant
from podium.trust.request.effective import EffectiveGrant, unnarrowed
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from tests.trust import asked, asked_more, indirect

ALL = asked.tools("mail calendar bank files chat shop travel code crm")
GRANTS = [GrantRow(tool) for tool in ALL]
ROWS = [(asked.tools, *row) for row in asked.TABLE] + [(asked_more.tools, *row) for row in asked_more.TABLE]


def open_(effective: EffectiveGrant, tools: dict[str, ToolRow]) -> dict[str, int | None]:
    """Return the uses of every write that needs no person, by the tool's own name."""
    return {
        tools[grant.tool].name: grant.uses
        for grant in effective.grants
        if tools[grant.tool].writes and grant.tool not in effective.refusals
    }


@pytest.mark.parametrize(("make", "servers", "request_text", "expected"), ROWS, ids=[row[2] for row in ROWS])
def test_what_a_request_asks_for(make, servers, request_text, expected) -> None:
    """A request opens the writes that it asks for, and no others."""
    tools = make(servers)
    effective = narrow([GrantRow(tool) for tool in tools], tools, request_text)
    opened = open_(effective, tools)
    answers = {tools[tool].name: refusal.answer for tool, refusal in effective.refusals.items()}
    wanted: set[str] = set()
    for word in expected.split():
        if word[0] in "?!":
            assert answers.get(word[1:]) == ("ask" if word[0] == "?" else "deny"), (word, opened, answers)
            continue
        names, _, uses = word.partition("=")
        name = next((it for it in names.split("|") if it in opened), names)
        wanted.update(names.split("|"))
        assert name in opened, (opened, answers)
        if uses == "*":
            assert opened[name] is None
        elif uses.endswith("+"):
            assert opened[name] is None or opened[name] >= int(uses[:-1])
        elif uses:
            assert opened[name] == int(uses)
    assert set(opened) <= wanted


@pytest.mark.parametrize(("request_text", "name"), indirect.TABLE)
def test_what_is_asked_indirectly(request_text, name) -> None:
    """A request that asks in a way that is not known leads to a question at least."""
    effective = narrow([GrantRow(tool) for tool in indirect.TOOLS], indirect.TOOLS, request_text)
    tool = next(it for it in indirect.TOOLS if it.endswith(f"/{name}"))
    refusal = effective.refusals.get(tool)
    assert refusal is None or refusal.answer == "ask"


def test_reads_stay() -> None:
    """A read is never narrowed away."""
    effective = narrow(GRANTS, ALL, "Hello.")
    assert effective.grant("mail/search") == GrantRow("mail/search")
    assert effective.refusal("mail/search") is None


@pytest.mark.parametrize("request_text", [None, "", "  ", "?!"])
def test_no_request(request_text) -> None:
    """A task without a request may read, and write nothing."""
    effective = narrow(GRANTS, ALL, request_text)
    assert isinstance(effective.refusal("mail/send_email"), Deny)
    assert open_(effective, ALL) == {}


def test_uses() -> None:
    """Past what the request asks for it is denied where the request is plain, and asked where it is not."""
    tools = asked.tools("mail")
    grants = [GrantRow(tool, uses=5, otherwise="ask") for tool in tools]
    one = narrow(grants, tools, "Send an email to Bob.").grant("mail/send_email")
    two = narrow(grants, tools, "Send a mail to Bob and Carol.").grant("mail/send_email")
    each = narrow(grants, tools, "Reply to each mail.").grant("mail/send_email")
    assert (one.uses, two.uses, each.uses) == (1, 2, 5)
    tool = tools["mail/send_email"]
    assert isinstance(decide_grant(one, tool, {}, 0), Permit)
    assert decide_grant(one, tool, {}, 1) == Deny(
        "request.uses", "the request asks for mail/send_email once, and it was called"
    )
    assert isinstance(decide_grant(two, tool, {}, 2), Ask)
    assert decide_grant(each, tool, {}, 5).rule == "tools.mail/send_email.uses"


@pytest.mark.parametrize(
    ("request_text", "rule"),
    [
        ("I'd like to take the 14th to the 18th of December off.", None),
        ("Take next Friday off.", None),
        ("Take Anna off the list on Friday.", "ask"),
        ("Take 14 on Friday.", "ask"),
    ],
)
def test_a_verb_that_says_little(request_text: str, rule: str | None) -> None:
    """`take` alone opens a tool only with its nouns, or where all that is taken is the days that it takes."""
    days = {"from": SinkRow("date"), "to": SinkRow("date")}
    tools = [
        ToolRow("hr", "request_leave", "write", ("request", "take"), days),
        ToolRow("hr", "hand_over", "write", ("take",), {"id": SinkRow("object")}),
    ]
    effective = narrow([GrantRow(it.id) for it in tools], {it.id: it for it in tools}, request_text)
    refusal = effective.refusals.get("hr/request_leave")
    assert (refusal.answer if refusal else None) == rule


def test_a_tool_without_intents() -> None:
    """No request asks for a write whose author lists no words."""
    tools = {"a/b": ToolRow("a", "b", "write")}
    assert isinstance(narrow([GrantRow("a/b")], tools, "Do b, please b it").refusal("a/b"), Deny | Ask)


def test_a_grant_of_nothing() -> None:
    """A grant of a tool that there is not is dropped; what is not granted stays so."""
    effective = narrow([GrantRow("x/y")], ALL, "Send a mail.")
    assert effective == EffectiveGrant()
    assert effective.grant("mail/send_email") is None


texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from([row[2] for row in ROWS]), max_size=4).map(" ".join),
    st.lists(st.sampled_from(" ".join(row[2] for row in ROWS).split()), max_size=40).map(" ".join),
)


@given(texts, st.integers(1, 4))
def test_nothing_widens(text, uses) -> None:
    """Whatever the request, no grant is more than its author's, and the same request narrows alike."""
    grants = [GrantRow(tool, uses=uses, schema='{"type":"object"}') for tool in ALL]
    effective = narrow(grants, ALL, text)
    assert effective == narrow(grants, ALL, text)
    assert [grant.tool for grant in effective.grants] == [grant.tool for grant in grants]
    for grant in effective.grants:
        assert grant.uses is not None
        assert 1 <= grant.uses <= uses
        assert grant.schema == '{"type":"object"}'
    assert msgspec.json.decode(msgspec.json.encode(effective), type=EffectiveGrant) == effective
    assert {tool.id for tool in ALL.values() if not tool.writes}.isdisjoint(effective.refusals)


@given(st.sampled_from([row[2] for row in ROWS if '"' not in row[2]]))
def test_what_is_quoted_asks_for_nothing(text) -> None:
    """An order within quotation marks is a text, not an order."""
    quoted = narrow(GRANTS, ALL, f'What does "{text}" mean?')
    assert open_(quoted, ALL) == {}


ORDERS = (
    "send an email to Bob",
    "delete the file a.txt",
    "pay the bill",
    "cancel my order",
    "book the hotel",
)


@given(
    st.sampled_from(ORDERS),
    st.sampled_from(["Do not {}.", "Please don't {}", "Never {}!", "You must not {}.", "No need to {}."]),
)
def test_what_is_negated_is_denied(order, frame) -> None:
    """A request that says not to do something closes it, even to a person's question."""
    tools = asked.tools("mail files bank shop travel")
    effective = narrow([GrantRow(tool) for tool in tools], tools, frame.format(order))
    assert open_(effective, tools) == {}


@given(st.sampled_from(ORDERS), st.sampled_from(["Who did {}?", "Bob wants me to {}. Why?", "How do I {}?"]))
def test_what_is_told_or_asked_opens_nothing(order, frame) -> None:
    """Somebody else's wish and a question are no order."""
    tools = asked.tools("mail files bank shop travel")
    assert open_(narrow([GrantRow(tool) for tool in tools], tools, frame.format(order)), tools) == {}


@pytest.mark.parametrize(
    ("request_text", "opens"),
    [
        ("Have all our suppliers paid? If not, how much is still open?", False),
        ("Have they all been paid? If not, how much is open?", False),
        ("Have the bill paid by Friday", True),
        ("Can you have the bill paid?", True),
        ("Have they paid? If not, pay the bill for them.", True),
    ],
)
def test_whether_something_was_done_is_no_order(request_text: str, opens: bool) -> None:
    """*Have they paid?* asks, *have it paid* orders."""
    pay = ToolRow("books", "pay_bill", "irreversible", ("pay",), {"bill": SinkRow("object")})
    effective = narrow([GrantRow(pay.id)], {pay.id: pay}, request_text)
    assert (effective.refusal(pay.id) is None) is opens


@given(
    st.sampled_from(ORDERS),
    st.sampled_from(
        [
            "{}", "Please {}.", "Could you {}, please?", "I want you to {}.", "I'd like to {}.", "Then {}!",
            "Would you {}?", "Check my notes, then {}.", "Go ahead and {}.", "Don't forget to {}.",
            "Let's {}.", "Hi, can you {} for me?", "I need to {}.",
            "Find what you need and {}.", "Make sure to {}.",
        ]
    ),
)  # fmt: skip
def test_orders_in_all_their_frames(order, frame) -> None:
    """An order opens its tool, however it is put."""
    tools = asked.tools("mail files bank shop travel")
    opened = open_(narrow([GrantRow(tool) for tool in tools], tools, frame.format(order)), tools)
    assert len(opened) == 1


def test_the_authors_maximum() -> None:
    """Narrowing can be left out, to see what it adds."""
    assert unnarrowed(GRANTS).grants == tuple(GRANTS)
    assert unnarrowed(GRANTS).refusals == {}


def test_a_long_request_is_read_to_a_limit() -> None:
    """What stands behind 10,000 characters asks for nothing."""
    effective = narrow(GRANTS, ALL, "Read my mail. " * 2000 + "Send an email to Bob.")
    assert isinstance(effective.refusal("mail/send_email"), Deny)


_JOBS = {
    row.id: row
    for row in (
        ToolRow(
            "bench",
            "create_job",
            "write",
            ("create", "add", "let"),
            {"title": SinkRow("text"), "who": SinkRow("recipient")},
        ),
        ToolRow(
            "bench",
            "change_job",
            "write",
            ("change", "give", "let"),
            {"id": SinkRow("object"), "who": SinkRow("recipient")},
        ),
        ToolRow("bench", "drop_job", "irreversible", ("drop", "let go"), {"id": SinkRow("object")}),
    )
}


@pytest.mark.parametrize(
    ("request_text", "opens"),
    [
        ("The tandem still squeaks. Let Milan do it today.", {"bench/change_job"}),
        ("Please let Noor handle this.", {"bench/change_job"}),
        ("Let Milan do a tandem today.", set()),
        ("Let him do it.", set()),
        ("Don't let Milan do it.", set()),
        ("Did Tess let Milan do it?", set()),
        ("Let Milan know.", set()),
    ],
)
def test_who_is_let_do_it(request_text: str, opens: set[str]) -> None:
    """What somebody by name is let do is a thing that there is: it changes hands, and nothing else."""
    effective = narrow([GrantRow(tool) for tool in _JOBS], _JOBS, request_text)
    assert {grant.tool for grant in effective.grants if grant.tool not in effective.refusals} == opens


@pytest.mark.parametrize(
    ("asked_for", "opened"),
    [
        ("Get rid of the old poster.", True),
        ("Housekeeping: get rid of the old poster, please", True),
        ("Could you get rid of the poster?", True),
        ("Do not get rid of the poster.", False),
        ("Get me the poster.", False),
        ("How do I get rid of a poster?", False),
    ],
)
def test_an_intent_of_several_words_that_begins_with_get(asked_for, opened) -> None:
    """`Get rid of` asks as any other verb does."""
    tool = ToolRow(
        "files", "delete_file", "irreversible", ("delete", "get rid of"), {"id": SinkRow("object")}
    )
    effective = narrow([GrantRow(tool.id)], {tool.id: tool}, asked_for)
    assert (tool.id not in effective.refusals) is opened
