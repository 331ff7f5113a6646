"""The organisation's rules in Cedar: a schema made from the tools, and what the rules say to one call.

Every rule is a `forbid`; the grants are what permits. Whatever goes wrong is a denial: Cedar itself passes
over a rule that fails, so a rule that failed counts here as one that forbade.
Cedar's language and schema: https://docs.cedarpolicy.com, by `cedarpy`.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal, InvalidOperation
from typing import Any, Final
from unicodedata import normalize

import cedarpy
import msgspec

from podium.kernel.nearest import nearest
from podium.trust.grants import Answer, Ask, Deny, Permit
from podium.trust.tools import Confidentiality, Integrity, PolicyRow, SinkRow, ToolRow
from podium.trust.values.paths import select

_BASE: Final = "permit(principal, action, resource);"
EFFECTS: Final = frozenset(("read", "write", "irreversible"))
"""The groups of acts; `write` holds the irreversible ones too."""
_FOUR_DECIMALS: Final = Decimal("0.0001")  # what Cedar's decimal holds
_MAX_AMOUNT: Final = Decimal(900_000_000_000_000)
_ANNOTATIONS: Final = re.compile(r'\A(?:@\w+\s*(?:\(\s*"(?:\\.|[^"\\])*"\s*\))?\s*)+', re.DOTALL)
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
"""What is shown as nothing: `Default_Ignorable_Code_Point` of Unicode's DerivedCoreProperties."""
_CONTEXT: Final = frozenset(("arguments", "called", "domains", "outside", "read", "uses"))
"""What a request's context has."""
MAX_KEPT: Final = 1024
"""Answers that are kept of one snapshot's rules; none about more than so many characters of context."""
MAX_KEPT_CHARS: Final = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """One `forbid`. ``line`` counts from 0 within its policy's text."""

    name: str
    text: str
    reason: str
    asks: bool
    line: int
    reads: frozenset[str] = _CONTEXT
    """What of the context it looks at."""
    names: frozenset[str] | None = None
    """Which arguments it names; None: it takes them as a whole."""


@dataclass(frozen=True, slots=True)
class RuledCall:
    """What rules can look at besides the agent's place in the tree."""

    agent: str
    tool: ToolRow
    arguments: Mapping[str, Any]
    domains: frozenset[str]
    """Of the addresses and URLs among the sinks."""
    outside: bool
    """Whether anybody outside the organisation is told anything."""
    integrity: Integrity
    """The least trusted that this task has read."""
    confidentiality: Confidentiality
    """The most guarded that this task has read."""
    uses: int
    """Calls of this tool that were let through in this task."""
    called: frozenset[str] = frozenset()
    """Tools that were let through in this task, ``server/tool``."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a rule. ``line`` counts from 0 within its policy's text."""

    line: int
    message: str
    fix: str


class Rules:
    """All policies, compiled once per snapshot."""

    __slots__ = ("_entities", "_kept", "_named", "_policies", "_reads", "_rules", "_schema", "_tools")

    def __init__(
        self,
        policies: Sequence[PolicyRow],
        tools: Sequence[ToolRow],
        *,
        departments: Mapping[str, str | None],
        agents: Mapping[str, str],
    ) -> None:
        """``departments``: the parent of each; ``agents``: the department of each. Raises ValueError."""
        self._rules = [rule for policy in policies for rule in split_rules(policy)]
        self._reads = frozenset(name for rule in self._rules for name in rule.reads)
        whole = any(rule.names is None for rule in self._rules)
        named = frozenset[str]().union(*(rule.names or () for rule in self._rules))
        self._named = None if whole else named
        text = "\n".join([_BASE, *(rule.text for rule in self._rules)])
        self._policies = cedarpy.PolicySet.from_str(text)
        self._schema = cedarpy.Schema.from_str(schema_text(tools))
        entities = _entities(tools, departments, agents)
        self._entities = cedarpy.Entities.from_json_str(json.dumps(entities), self._schema)
        self._tools = {tool.id: tool for tool in tools}
        self._kept: dict[tuple[str, str, str], Answer] = {}
        """What the rules said, by agent, tool and what they look at: nothing else decides."""

    def decide(self, call: RuledCall) -> Answer:
        """Return what the rules say: the text of the rule that decided is the reason, without annotations.

        Nothing is hidden from them: of arguments with invisible characters, or letters in another form, those
        without are looked at too, and the stricter answer counts.
        """
        if not self._rules:
            return Permit("policies")
        answer, plain = self._decide(call), plainly(call.arguments)
        if isinstance(answer, Deny) or plain == call.arguments:
            return answer
        other = self._decide(replace(call, arguments=plain))
        return answer if isinstance(other, Permit) else other

    def _decide(self, call: RuledCall) -> Answer:
        # A request is made after the tool's own row, as the schema is: another one's is validated, whole.
        schema = None if self._tools.get(call.tool.id) == call.tool else self._schema
        try:
            request = _request(call, self._reads if schema is None else _CONTEXT, self._named)
        except ValueError as error:
            return Deny("policies", f"the rules cannot be applied: {error}")
        key = call.agent, call.tool.id, request["context"]
        if schema is None and (kept := self._kept.get(key)) is not None:
            return kept
        try:
            answer = self._ask(request, schema)
        except Exception as error:  # noqa: BLE001 - rules that cannot be judged must not let anything through
            return Deny("policies", f"the rules could not be applied ({type(error).__name__})")
        if schema is None and len(key[2]) <= MAX_KEPT_CHARS:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[key] = answer
        return answer

    def _ask(self, request: dict[str, Any], schema: cedarpy.Schema | None) -> Answer:
        """Return what Cedar says. Raises what it raises where it cannot read the request."""
        said = cedarpy.is_authorized(request, self._policies, self._entities, schema)
        errors, reasons = list(said.diagnostics.errors), list(said.diagnostics.reasons)
        if errors:
            return Deny("policies", f"the rules could not be applied: {errors[0]}")
        if said.decision is cedarpy.Decision.Allow:
            return Permit("policies")
        deciding = [
            self._rules[number] for it in reasons if (number := int(it.removeprefix("policy")) - 1) >= 0
        ]
        if not deciding:
            return Deny("policies", "no rule allows it")
        firm = [rule for rule in deciding if not rule.asks]
        rule = (firm or deciding)[0]
        text = _ANNOTATIONS.sub("", rule.text)
        reason = f"{rule.reason}: {text}" if rule.reason else text
        return Deny(rule.name, reason) if firm else Ask(rule.name, reason)


def split_rules(policy: PolicyRow) -> list[Rule]:
    """Return the rules of one policy with their own texts. Raises ValueError where they are not Cedar."""
    rules: list[Rule] = []
    for line, text in _statements(policy.cedar):
        try:
            parsed = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        except (ValueError, KeyError) as error:
            raise ValueError(f"{line}:{error}") from error
        for body in parsed.values():
            notes = body.get("annotations", {})
            name = notes.get("id") or f"{policy.name}.{len(rules) + 1}"
            asks = notes.get("else") == "ask"
            reason = notes.get("reason") or ""
            rules.append(Rule(name, text, reason, asks, line, _looks_at(body), _names(body)))
    return rules


def _looks_at(part: Any) -> frozenset[str]:
    """Return what of the context a rule in Cedar's JSON looks at, all where it takes it as a whole."""
    if part == {"Var": "context"}:
        return _CONTEXT
    if isinstance(part, dict) and len(part) == 1:
        inner = part.get(".", part.get("has"))
        if isinstance(inner, dict) and inner.get("left") == {"Var": "context"} and inner["attr"] in _CONTEXT:
            return frozenset((inner["attr"],))
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return frozenset(name for one in inside for name in _looks_at(one))


def fit(policies: Sequence[PolicyRow], tools: Sequence[ToolRow]) -> bool:
    """Whether Cedar finds that all rules fit the tools.

    It is asked once for all of them: what it takes is nearly all for reading what it is told of the tools.
    """
    rules = "\n".join(text for policy in policies for _, text in _statements(policy.cedar))
    return not rules or bool(cedarpy.validate_policies(rules, schema_text(tools)).validation_passed)


_ARGUMENTS: Final = {".": {"left": {"Var": "context"}, "attr": "arguments"}}


def _names(part: Any) -> frozenset[str] | None:
    """Return the arguments that a rule in Cedar's JSON names, None where it takes them as a whole."""
    if part in ({"Var": "context"}, _ARGUMENTS):
        return None
    if isinstance(part, dict) and len(part) == 1:
        inner = part.get(".", part.get("has"))
        if isinstance(inner, dict) and inner.get("left") == _ARGUMENTS:
            return frozenset((inner["attr"],))
        if isinstance(inner, dict) and inner.get("left") == {"Var": "context"}:
            return frozenset()
    found: set[str] = set()
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        if (names := _names(one)) is None:
            return None
        found |= names
    return frozenset(found)


def check_policy(
    policy: PolicyRow,
    tools: Sequence[ToolRow],
    *,
    departments: Sequence[str],
    agents: Sequence[str],
    fits: bool = False,
) -> list[Fault]:
    """Return what is wrong with a policy, rule by rule. ``fits``: what `fit` has said of it."""
    faults: list[Fault] = []
    known = {tool.id for tool in tools}
    names = {
        "Department": set(departments),
        "Agent": set(agents),
        "Tool": known,
        "Action": known | EFFECTS,
    }
    schema = None if fits else schema_text(tools)
    found = False
    for line, text in _statements(policy.cedar):
        found = True
        try:
            parsed = json.loads(cedarpy.policies_to_json_str(text))
        except ValueError as error:
            said = str(error).splitlines()[0]
            faults.append(Fault(line, f"it is not Cedar: {said}.", "See https://docs.cedarpolicy.com."))
            continue
        faults += [Fault(line, *words) for words in _complaints(text, parsed, names, schema)]
    if not found:
        faults.append(
            Fault(0, "it holds no rule.", "Write `forbid(principal, action, resource) when {...};`.")
        )
    return faults


def unbounded(policy: PolicyRow) -> list[tuple[int, str]]:
    """Return the rules that hold for every agent and a whole group of acts: line, and effect of the group.

    An empty effect: acts of every kind. Rules that are not Cedar are left to `check_policy`.
    """
    found: list[tuple[int, str]] = []
    for line, text in _statements(policy.cedar):
        try:
            parsed = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        except (ValueError, KeyError):
            continue
        for body in parsed.values():
            action, effect = body["action"], body["action"].get("entity", {}).get("id", "")
            if body["principal"]["op"] == "All" and (action["op"] == "All" or effect in EFFECTS):
                found.append((line, effect))
    return found


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom and what one rule is about. ``line`` counts from 0 within its policy's text."""

    line: int
    agents: frozenset[str]
    tools: frozenset[str]
    conditions: tuple[Mapping[str, Any], ...]
    """As Cedar's JSON has them."""


def reaches(
    policy: PolicyRow, tools: Sequence[ToolRow], *, above: Mapping[str, frozenset[str]]
) -> Iterator[Reach]:
    """Yield whom each rule is about, by what it says before `when`. ``above``: departments of each agent.

    Rules that are not Cedar are left to `check_policy`.
    """
    for line, text in _statements(policy.cedar):
        try:
            parsed = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
        except (ValueError, KeyError):
            continue
        for body in parsed.values():
            who = _named_in(body["principal"])
            acts, things = _named_in(body["action"]), _named_in(body["resource"])
            yield Reach(
                line,
                frozenset(it for it, up in above.items() if _meant(who, {it, *up})),
                frozenset(it.id for it in tools if _meant(acts, _groups(it)) and _meant(things, {it.id})),
                tuple(body["conditions"]),
            )


def _named_in(scope: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the entities of a scope; None where it names none, so that all are meant."""
    entities = scope.get("entities") or [it for it in (scope.get("entity"),) if it]
    return frozenset(it["id"] for it in entities) or None


def _meant(named: frozenset[str] | None, those: Collection[str]) -> bool:
    return named is None or not named.isdisjoint(those)


def _groups(tool: ToolRow) -> frozenset[str]:
    return frozenset((tool.id, tool.effect, *(("write",) if tool.writes else ())))


def schema_text(tools: Sequence[ToolRow]) -> str:
    """Return Cedar's schema of what rules can speak of: one action for each tool, in groups by effect."""
    lines = [
        "entity Department in [Department];",
        "entity Agent in [Department];",
        "entity Tool { server: String, name: String, effect: String };",
        'action "read";',
        'action "write";',
        'action "irreversible" in ["write"];',
    ]
    for tool in tools:
        fields = ", ".join(f'"{path}"?: {_type(sink)}' for path, sink in tool.arguments.items())
        lines.append(
            f'action "{tool.id}" in ["{tool.effect}"] appliesTo {{ principal: [Agent], resource: [Tool], '
            f"context: {{ arguments: {{ {fields} }}, domains: Set<String>, outside: Bool, uses: Long, "
            "called: Set<String>, "
            "read: { integrity: String, confidentiality: String } } };"
        )
    return "\n".join(lines)


def _type(sink: SinkRow) -> str:
    if sink.sink == "amount" and not sink.many:
        return "decimal"
    return "Set<String>" if sink.many else "String"


def _complaints(
    text: str, parsed: Any, names: Mapping[str, set[str]], schema: str | None
) -> Iterator[tuple[str, str]]:
    for body in parsed["staticPolicies"].values():
        if body["effect"] != "forbid":
            yield "a permit allows nothing here.", "Grants allow, in `Agent.spec.tools`; write `forbid`."
        for note, value in body.get("annotations", {}).items():
            if note == "else" and value != "ask":
                yield f"`@else` is not {value}.", 'Write `@else("ask")`, or leave it out to deny.'
            elif note not in ("id", "reason", "else"):
                yield f"there is no annotation @{note}.", "Choose from: @id, @reason, @else."
    unknown = [(kind, id_) for kind, id_ in _mentions(parsed) if kind in names and id_ not in names[kind]]
    for kind, id_ in unknown:
        fix = nearest(id_, sorted(names[kind])) or "Write its manifest."
        yield f'there is no {kind}::"{id_}".', fix
    if schema is None or any(kind == "Action" for kind, _ in unknown):
        return  # of an act that there is not Cedar knows no arguments
    result = cedarpy.validate_policies(text, schema)
    for error in result.errors:
        said = re.sub(r"^\[policy\d+\] |for policy `policy\d+`, ", "", str(error))
        said = re.sub(r"for policy `policy\d+`, ", "", said)
        yield f"{said.rstrip('.')}.", "See what rules can look at in docs/tools-reference.md."


def _mentions(parsed: Any) -> Iterator[tuple[str, str]]:
    """Yield type and id of every entity that a rule names."""
    if isinstance(parsed, dict):
        if set(parsed) == {"type", "id"} and isinstance(parsed["id"], str):
            yield parsed["type"], parsed["id"]
        for value in parsed.values():
            yield from _mentions(value)
    elif isinstance(parsed, list):
        for value in parsed:
            yield from _mentions(value)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each statement with the line where it begins; `;` ends one outside of strings and comments."""
    start, line = 0, 0
    pattern = re.compile(r'"(?:\\.|[^"\\])*"|//[^\n]*|;', re.DOTALL)
    for match in pattern.finditer(text):
        if match[0] == ";":
            yield _trimmed(text[start : match.end()], line)
            line += text[start : match.end()].count("\n")
            start = match.end()
    if re.sub(r"//[^\n]*", "", text[start:]).strip():
        yield _trimmed(text[start:], line)


def _trimmed(text: str, line: int) -> tuple[int, str]:
    """Drop comments and empty lines before a statement."""
    lead = re.match(r"(?:\s|//[^\n]*\n)*", text)
    skipped = lead[0] if lead else ""
    return line + skipped.count("\n"), text[len(skipped) :].strip()


def _entities(
    tools: Sequence[ToolRow], departments: Mapping[str, str | None], agents: Mapping[str, str]
) -> list[dict[str, Any]]:
    def entity(kind: str, id_: str, above: str | None, **attributes: str) -> dict[str, Any]:
        parents = [{"type": "Department", "id": above}] if above is not None else []
        return {"uid": {"type": kind, "id": id_}, "attrs": attributes, "parents": parents}

    return [
        *(entity("Department", name, parent) for name, parent in departments.items()),
        *(entity("Agent", name, department) for name, department in agents.items()),
        *(entity("Tool", it.id, None, server=it.server, name=it.name, effect=it.effect) for it in tools),
    ]


def _request(call: RuledCall, reads: frozenset[str], named: frozenset[str] | None) -> dict[str, Any]:
    """Return the request as Cedar takes it, with what rules look at: Cedar is slow to read it.

    Raises ValueError where an argument has no form in Cedar, whether or not a rule looks at it: but for mere
    words, of which it matters where rules name them (``named``; None: all).
    """
    arguments = {
        path: _value(path, sink, found, looked_at=named is None or path in named)
        for path, sink in call.tool.arguments.items()
        if (found := [value for _, value in select(call.arguments, path) if value is not None])
    }
    context = {
        "arguments": arguments,
        "domains": sorted(call.domains),
        "outside": call.outside,
        "uses": call.uses,
        "called": sorted(call.called),
        "read": {"integrity": call.integrity, "confidentiality": call.confidentiality},
    }
    text = msgspec.json.encode(context)
    if not reads.issuperset(context):
        text = msgspec.json.encode({name: value for name, value in context.items() if name in reads})
    return {
        "principal": {"type": "Agent", "id": call.agent},
        "action": {"type": "Action", "id": call.tool.id},
        "resource": {"type": "Tool", "id": call.tool.id},
        "context": text.decode(),
    }


def _value(path: str, sink: SinkRow, found: Sequence[Any], *, looked_at: bool) -> Any:
    flat = [item for value in found for item in (value if isinstance(value, list) else [value])]
    if sink.many:
        texts = [_text(item) for item in flat]
        return sorted({part.strip() for text in texts for part in re.split(r"[,;]", text) if part.strip()})
    if len(flat) != 1 or isinstance(found[0], list):
        if sink.sink in {"text", "query"} and not looked_at:
            return _text(found)
        raise ValueError(f"the argument {path} holds several values; say `many: true` of it")
    return _decimal(flat[0], path) if sink.sink == "amount" else _text(flat[0])


def plainly(value: Any) -> Any:
    """Return arguments without invisible characters, and letters that have a plain form in that (NFKC)."""
    if isinstance(value, str):
        return value if value.isascii() else normalize("NFKC", _UNSEEN.sub("", value))
    if isinstance(value, dict):
        return {key: plainly(item) for key, item in value.items()}
    return [plainly(item) for item in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _decimal(value: Any, path: str) -> dict[str, Any]:
    """Return an amount as Cedar's decimal, rounded away from zero. Raises ValueError where it is not one."""
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if isinstance(value, bool) or not amount.is_finite() or abs(amount) > _MAX_AMOUNT:
        raise ValueError(f"the argument {path} is not an amount")
    return {"__extn": {"fn": "decimal", "arg": f"{amount.quantize(_FOUR_DECIMALS, rounding=ROUND_UP):f}"}}
