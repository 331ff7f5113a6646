"""The organisation's rules: what they say to a call, and what is a fault in them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust import policies
from podium.trust.grants import Ask, Deny, Permit
from podium.trust.grounding.record.readings import Readings
from podium.trust.policies import RuledCall, Rules, check_policy, fit, schema_text, split_rules
from podium.trust.tools import GrantRow, PolicyRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

SEND = ToolRow("mail", "send_email", "irreversible", arguments={"to": SinkRow("recipient", many=True)})
PAY = ToolRow(
    "bank", "pay", "irreversible", arguments={"payee": SinkRow("payee"), "amount": SinkRow("amount")}
)
LIST = ToolRow("mail", "list", "read")
TOOLS = (SEND, PAY, LIST)
DEPARTMENTS = {"acme": None, "finance": "acme", "interns": "finance"}
AGENTS = {"clerk": "finance", "intern": "interns"}


def rules(text: str, name: str = "p") -> Rules:
    return Rules([PolicyRow(name, text)], TOOLS, departments=DEPARTMENTS, agents=AGENTS)


def call(tool: ToolRow, agent: str = "clerk", arguments: Any = None, **more: Any) -> RuledCall:
    facts: dict[str, Any] = {
        "domains": frozenset(),
        "outside": False,
        "integrity": "user",
        "confidentiality": "public",
        "uses": 0,
    }
    return RuledCall(agent=agent, tool=tool, arguments=arguments or {}, **{**facts, **more})


def test_without_rules() -> None:
    """Without a rule the grants alone decide."""
    none = Rules([], TOOLS, departments=DEPARTMENTS, agents=AGENTS)
    assert none.decide(call(SEND)) == Permit("policies")


def test_forbid_wins_and_says_its_text() -> None:
    """A rule that forbids denies, with its name, its reason and its own text."""
    text = (
        '// Money\n@id("no-secrets") @reason("Secrets stay")\n'
        'forbid(principal, action in Action::"write", resource)\n'
        'when { context.outside && context.read.confidentiality == "secret" };'
    )
    own = rules(text)
    assert own.decide(call(SEND, outside=True)) == Permit("policies")
    found = own.decide(call(SEND, outside=True, confidentiality="secret"))
    assert isinstance(found, Deny)
    assert found.rule == "no-secrets"
    assert found.reason == "Secrets stay: " + text[text.index("forbid(") :]
    assert own.decide(call(LIST, outside=True, confidentiality="secret")) == Permit("policies")


def test_the_tree() -> None:
    """A rule for a department holds for everybody below it, and for nobody else."""
    own = rules('forbid(principal in Department::"interns", action == Action::"bank/pay", resource);')
    assert isinstance(own.decide(call(PAY, "intern")), Deny)
    assert own.decide(call(PAY, "clerk")) == Permit("policies")
    assert isinstance(
        rules('forbid(principal in Department::"acme", action, resource);').decide(call(PAY)), Deny
    )


@pytest.mark.parametrize(
    ("amount", "denied"),
    [(1000, False), (1000.01, True), ("1000.00005", True), ("999", False), (10**14, True), (-5, False)],
)
def test_amounts(amount, denied) -> None:
    """Amounts are compared as decimals, rounded away from zero."""
    own = rules(
        "forbid(principal, action, resource) when { context.arguments has amount && "
        'context.arguments.amount.greaterThan(decimal("1000.0")) };'.replace(
            "action, resource", 'action == Action::"bank/pay", resource'
        )
    )
    assert isinstance(own.decide(call(PAY, arguments={"amount": amount})), Deny) is denied


@pytest.mark.parametrize("amount", ["a lot", True, None, [1, 2], 10**30, float("nan"), {"a": 1}])
def test_an_argument_that_has_no_form_is_denied(amount) -> None:
    """Where rules cannot see an argument as it is, the call is denied; one that is not there is not seen."""
    own = rules('forbid(principal, action == Action::"bank/pay", resource) when { context.uses > 5 };')
    found = own.decide(call(PAY, arguments={"amount": amount}))
    assert isinstance(found, Permit if amount is None else Deny)


def test_lists() -> None:
    """An argument that holds several is a set, also where it is one text."""
    own = rules(
        'forbid(principal, action == Action::"mail/send_email", resource) '
        'when { context.arguments has to && context.arguments.to.contains("all@acme.example") };'
    )
    assert isinstance(own.decide(call(SEND, arguments={"to": ["a@b.c", "all@acme.example"]})), Deny)
    assert isinstance(own.decide(call(SEND, arguments={"to": "a@b.c, all@acme.example"})), Deny)
    assert own.decide(call(SEND, arguments={"to": ["a@b.c"]})) == Permit("policies")


def test_a_rule_that_asks() -> None:
    """`@else("ask")` leaves it to a person, unless another rule forbids outright."""
    soft = '@id("soft") @else("ask") forbid(principal, action == Action::"bank/pay", resource);'
    text = soft[soft.index("forbid(") :]
    assert rules(soft).decide(call(PAY)) == Ask("soft", text)
    why = soft.replace("@else", '@reason("A person reads it first") @else')
    assert rules(why).decide(call(PAY)) == Ask("soft", f"A person reads it first: {text}")
    odd = why.replace("reads it", r"\"; @x reads it").replace('("ask")', ' ( "ask" )\n')
    assert rules(odd).decide(call(PAY)) == Ask("soft", f'A person "; @x reads it first: {text}')
    assert rules(soft + "forbid(principal, action, resource);").decide(call(PAY)).rule == "p.2"


@pytest.mark.parametrize(
    "hidden", ["h\u200btt\u200bps://x.example", "\uff48ttps://x.example", "ht\u00adtps://x.example"]
)
def test_what_is_hidden_hides_nothing_from_a_rule(hidden: str) -> None:
    """Nor does it help where a rule spares what has a form: both readings have to pass."""
    head = 'forbid(principal, action == Action::"bank/pay", resource) when { context.arguments has payee'
    named = head + " && %s };"
    link = rules(named % 'context.arguments.payee like "*https:*"')
    assert isinstance(link.decide(call(PAY, arguments={"payee": hidden})), Deny)
    assert link.decide(call(PAY, arguments={"payee": "caf\u00e9 \u00bd"})) == Permit("policies")
    own = rules(named % '!(context.arguments.payee like "*@own.example")')
    assert own.decide(call(PAY, arguments={"payee": "a@own.example"})) == Permit("policies")
    assert isinstance(own.decide(call(PAY, arguments={"payee": "a\uff20own.example"})), Deny)
    asks = rules('@else("ask")\n' + named % 'context.arguments.payee like "*https:*"')
    assert isinstance(asks.decide(call(PAY, arguments={"payee": hidden})), Ask)


def test_an_unknown_agent_is_denied() -> None:
    """An agent or a tool that the rules do not know is not let through."""
    own = rules('forbid(principal in Department::"interns", action, resource);')
    assert isinstance(own.decide(call(ToolRow("x", "y", "read"))), Deny)


def test_a_tool_that_has_changed_is_denied() -> None:
    """A call that is read after another row than the rules were compiled with must fit their schema."""
    own = rules('forbid(principal, action == Action::"mail/send_email", resource) when { context.uses > 5 };')
    changed = ToolRow("mail", "send_email", "irreversible", arguments={"to": SinkRow("recipient")})
    assert own.decide(call(SEND, arguments={"to": "a@b.c"})) == Permit("policies")
    assert isinstance(own.decide(call(changed, arguments={"to": "a@b.c"})), Deny)


def test_a_text_that_cannot_be_written_is_denied() -> None:
    """Half a character has no form, whatever the rules look at."""
    own = rules("forbid(principal, action, resource) when { context.uses > 5 };")
    assert isinstance(own.decide(call(SEND, arguments={"to": ["\ud800"]})), Deny)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("permit(principal, action, resource);", 0, "a permit allows nothing here."),
        ("\n// a\nforbid(principal, action resource);", 2, "it is not Cedar: unexpected token `resource`."),
        (
            'forbid(principal in Department::"nobody", action, resource);',
            0,
            'there is no Department::"nobody".',
        ),
        ('forbid(principal, action, resource == Tool::"mail/x");', 0, 'there is no Tool::"mail/x".'),
        ('@else("deny") forbid(principal, action, resource);', 0, "`@else` is not deny."),
        ('@because("x") forbid(principal, action, resource);', 0, "there is no annotation @because."),
        ("// nothing", 0, "it holds no rule."),
    ],
)
def test_faults(text, line, message) -> None:
    """Each fault is told with its line and what to do."""
    faults = check_policy(PolicyRow("p", text), TOOLS, departments=list(DEPARTMENTS), agents=list(AGENTS))
    assert (line, message) in [(it.line, it.message) for it in faults]
    assert all(it.fix for it in faults)


def test_an_act_that_there_is_not_is_told_once() -> None:
    """A slip in an act's name is one fault, with the name that was meant."""
    text = 'forbid(principal, action == Action::"bank/pey", resource) when { context.arguments.iban == "x" };'
    (fault,) = check_policy(PolicyRow("p", text), TOOLS, departments=[], agents=[])
    assert fault.message == 'there is no Action::"bank/pey".'
    assert fault.fix == "Did you mean `bank/pay`?"


def test_types_are_checked() -> None:
    """A rule that reads what its action does not have, or compares what cannot be compared, is a fault."""
    for text in (
        'forbid(principal, action == Action::"mail/list", resource) when { context.arguments.to == "x" };',
        'forbid(principal, action, resource) when { context.uses == "3" };',
        'forbid(principal, action == Action::"bank/pey", resource);',
    ):
        assert check_policy(
            PolicyRow("p", text), TOOLS, departments=list(DEPARTMENTS), agents=list(AGENTS)
        ), text


def test_all_rules_fit_or_each_is_looked_at() -> None:
    """That all rules fit is said where each does, and is Cedar; what else is wrong with one is told."""
    good = PolicyRow("g", 'forbid(principal, action == Action::"bank/pay", resource);\n// the end')
    wrong = PolicyRow("w", 'forbid(principal, action, resource) when { context.uses == "3" };')
    assert fit([], TOOLS)
    assert fit([good, good], TOOLS)
    assert not fit([good, wrong, good], TOOLS)
    assert not fit([good, PolicyRow("n", "forbid(principal, action resource);")], TOOLS)
    assert not fit([PolicyRow("o", "forbid(principal, action, resource)"), good], TOOLS)
    permit = PolicyRow("p", 'permit(principal in Department::"nobody", action, resource);')
    assert fit([permit], TOOLS)
    known = {"departments": list(DEPARTMENTS), "agents": list(AGENTS)}
    assert check_policy(permit, TOOLS, **known, fits=True) == check_policy(permit, TOOLS, **known) != []


def test_rules_are_split_by_statement() -> None:
    """A semicolon in a text or a comment ends no rule."""
    rule = "forbid(principal, action, resource);"
    text = f'// a; b\n@reason("x; y")\n{rule}\n\n@id("z") {rule}'
    found = split_rules(PolicyRow("p", text))
    assert [(it.name, it.line) for it in found] == [("p.1", 1), ("z", 4)]
    assert found[0].reason == "x; y"


def test_the_schema_speaks_of_every_tool() -> None:
    """Each tool is an action with its own arguments."""
    text = schema_text(TOOLS)
    assert 'action "bank/pay" in ["irreversible"]' in text
    assert '"amount"?: decimal' in text


LOOKS_AT_ALL = (
    "forbid(principal, action, resource) when { context.uses < -1 && context.outside && context has arguments"
    ' && context.called.contains("") && context.domains.contains("") && context.read.integrity == "" };'
)
"""Never true."""
LOOKING = (
    'forbid(principal, action, resource) when { context.domains.contains("b.example") };',
    'forbid(principal, action, resource) when { context["outside"] && context.read.integrity == "public" };',
    """forbid(principal, action, resource) unless {
    if context.uses > 1 then principal in Department::"interns" else context.called.contains("mail/list")
    };""",
    """forbid(principal, action == Action::"bank/pay", resource)
    when { context has arguments.amount && context.arguments.amount.lessThan(decimal("5.0")) };""",
    """@else("ask") forbid(principal, action == Action::"mail/send_email", resource)
    when { context.arguments has to && context.arguments.to.contains("a@b.example") };""",
    """forbid(principal, action == Action::"mail/list", resource)
    when { [{"a": context}].contains({"a": 1}) };""",
    'forbid(principal in Department::"interns", action, resource);',
)
MADE = st.builds(
    call,
    st.sampled_from(TOOLS),
    st.sampled_from(tuple(AGENTS)),
    st.fixed_dictionaries(
        {},
        optional={
            "to": st.lists(st.sampled_from(("a@b.example", "c@b.example"))) | st.text(max_size=3),
            "amount": st.integers(-9, 9) | st.text(max_size=3),
            "payee": st.text(max_size=3) | st.lists(st.text(max_size=3)),
        },
    ),
    domains=st.frozensets(st.sampled_from(("a.example", "b.example"))),
    outside=st.booleans(),
    integrity=st.sampled_from(("user", "public")),
    uses=st.integers(0, 3),
    called=st.frozensets(st.sampled_from(("mail/list", "bank/pay"))),
)


@pytest.mark.parametrize("text", LOOKING)
def test_what_no_rule_looks_at_changes_nothing(text) -> None:
    """Rules say the same whether or not Cedar is told what none of them looks at, at first and again."""
    own, whole = rules(text), rules(text + LOOKS_AT_ALL)

    @given(MADE)
    def same(one: RuledCall) -> None:
        assert own.decide(one) == whole.decide(one) == own.decide(one)

    same()


def test_rules_keep_no_more_answers_than_they_may(monkeypatch) -> None:
    """What rules have said is forgotten when it is too much, and they say it again."""
    monkeypatch.setattr(policies, "MAX_KEPT", 2)
    own = rules("forbid(principal, action, resource) when { context.uses > 2 };")
    said = [isinstance(own.decide(call(LIST, uses=uses)), Deny) for uses in (0, 1, 2, 3, 4, 0, 3)]
    assert said == [False, False, False, True, True, False, True]
    assert len(own._kept) <= 2


LABELLED = ToolRow(
    "code",
    "create_issue",
    "write",
    arguments={"repo": SinkRow("path"), "labels": SinkRow("text"), "to": SinkRow("recipient")},
)


@pytest.mark.parametrize(
    ("when", "arguments", "denied"),
    [
        ('context.arguments has repo && context.arguments.repo == "infra"', {"labels": ["bug", "p1"]}, False),
        ("context.outside", {"labels": ["bug"]}, False),
        ('context.arguments has labels && context.arguments.labels like "*p1*"', {"labels": ["bug"]}, True),
        ('context["arguments"] has labels && context["arguments"]["labels"] == "x"', {"labels": []}, True),
        ('context["arguments"]["labels"] == "x"', {"labels": ["x", "y"]}, True),
        ("context.outside", {"to": ["eve", "bob"]}, True),
    ],
)
def test_a_list_of_words_that_no_rule_names(when: str, arguments: dict[str, Any], denied: bool) -> None:
    """Words that come as a list stop no call where no rule names them; of one that does, and all else, so."""
    text = f"forbid(principal, action, resource) when {{ {when} }};"
    own = Rules([PolicyRow("p", text)], (LABELLED,), departments=DEPARTMENTS, agents=AGENTS)
    answer = own.decide(call(LABELLED, arguments={"repo": "site", **arguments}))
    assert isinstance(answer, Deny if denied else Permit), answer
    if isinstance(answer, Deny):
        assert "many: true" in answer.reason


class _Heard:
    """A ruler that keeps what it is told of a call."""

    def __init__(self) -> None:
        self.calls: list[RuledCall] = []

    def decide(self, call: RuledCall) -> Permit:
        self.calls.append(call)
        return Permit("policies")


@pytest.mark.parametrize(
    ("target", "effect", "outside"),
    [
        ("eve@evil.example", "write", True),
        ("Eve <eve@Evil.example>", "write", True),
        ("ann@acme.example, eve@evil.example", "write", True),
        ("ann@acme.example", "write", False),
        ("reading", "write", False),
        ("letters to eve@evil.example", "write", False),
        ("eve@evil.example", "read", False),
    ],
)
def test_an_address_that_is_a_value_goes_outside(target: str, effect: Any, outside: bool) -> None:
    """What a filter forwards leaves the firm, whatever sink its target has; a word of a search does not."""
    tool = ToolRow("mail", "add_rule", effect, ("add",), {"target": SinkRow("value")})
    heard = _Heard()
    task = Standing(
        Readings("Add the rule"), GrantRow(tool.id, None, 1), rules=heard, domains=frozenset(["acme.example"])
    )
    decide_tool_call(ToolCall("clerk", tool.client_name, tool, {"target": target}), task)
    assert [one.outside for one in heard.calls] == [outside]
