"""The verdict on one tool call: allow, ask or deny, its rule and reason, and where each value came from.

In this order, and the worst answer counts: decoys, the grant, what goes into each sink, what would flow out,
the organisation's rules. An approval answers questions; it never lifts a denial. Whatever cannot be decided
is denied.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, Protocol

import msgspec

from podium.trust.approvals import arguments_sha256
from podium.trust.decoys import touched
from podium.trust.doubts import (
    GUESSED,
    TEXTS,
    UNASKED,
    Doubts,
    names_all,
    said_by_request,
    unasked_for,
)
from podium.trust.grants import Answer, Ask, Permit, decide_grant
from podium.trust.grounding.flows import Leak, Outgoing, decide_flow, opaque
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.addressed import spoken_of
from podium.trust.grounding.record.calling import Called
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.leaves import values_of
from podium.trust.grounding.record.readings import Readings, Sent
from podium.trust.grounding.sinks import Sinks
from podium.trust.grounding.sums.pairing import repeats
from podium.trust.grounding.texts.accepted import accepted, taken
from podium.trust.grounding.texts.own_words import OwnWords
from podium.trust.grounding.texts.texts_alone import says_nothing_of
from podium.trust.grounding.things.carts import objects_of
from podium.trust.grounding.things.holding import single_objects
from podium.trust.grounding.things.in_passing import towards
from podium.trust.grounding.things.overwriting import new_texts
from podium.trust.grounding.things.parting import given_to, takes_day
from podium.trust.grounding.times.another_day import says_day_for
from podium.trust.policies import RuledCall
from podium.trust.request.wordings.same import had_it
from podium.trust.tools import DecoyRow, GrantRow, ToolRow
from podium.trust.values.addresses import only_addresses
from podium.trust.values.forms import EMAIL, email_form, inside, url_form, url_host
from podium.trust.values.paths import select


class Verdict(msgspec.Struct, frozen=True):
    """What is decided about one call."""

    answer: Literal["allow", "ask", "deny"]
    rule: str
    reason: str
    findings: tuple[Finding, ...] = ()
    leaks: tuple[Leak, ...] = ()
    questions: tuple[str, ...] = ()
    """All that a person answers at once by an approval."""
    asked: tuple[str, ...] = ()
    """The rules by which they are asked."""
    pause: bool = False
    """The task is to be paused, its token dead: it touched a decoy."""
    arguments_sha256: str = ""
    sent: Sent | None = None
    """To be applied to the readings when the call goes out."""


class Ruler(Protocol):
    """The organisation's rules, as `podium.trust.policies.Rules` has them."""

    def decide(self, call: RuledCall) -> Answer:
        """Return what the rules say."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call. ``name``: as the client named the tool. ``tool``: None where there is no such tool."""

    agent: str
    name: str
    tool: ToolRow | None
    arguments: Mapping[str, Any]
    above: tuple[str, ...] = ()
    """The agents whose tasks have started this one: rules for them hold too."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands when it calls.

    ``grant``: the effective one, narrowed by the request. ``called``: how often each tool was let through.
    ``refusal``: what the request has against the act. ``domains``: of the organisation. ``approved``: hashes
    of the arguments that a person has approved for this tool and that were not spent. ``labels``: False
    leaves sinks and flows to the grant alone, to measure what they add.
    """

    readings: Readings
    grant: GrantRow | None
    uses_so_far: int = 0
    called: Mapping[str, int] = field(default_factory=dict)
    refusal: Answer | None = None
    above: Sequence[Answer] = ()
    """What the grants of the agents whose tasks have started this one say."""
    rules: Ruler | None = None
    domains: frozenset[str] = frozenset()
    decoys: Sequence[DecoyRow] = ()
    approved: Collection[str] = ()
    labels: bool = True


DECOY: Final = "it touched the decoy %s, which no honest task needs"


def decide_tool_call(call: ToolCall, task: Standing) -> Verdict:
    """Return the verdict on a call. Pure: the caller applies ``sent`` and spends uses and approvals."""
    decoy = touched(task.decoys, call.tool.id if call.tool else call.name, call.arguments) or touched(
        task.decoys, call.name, call.arguments
    )
    digest = arguments_sha256(call.arguments)
    if decoy is not None:
        return Verdict("deny", "decoy", DECOY % decoy.name, pause=True, arguments_sha256=digest)
    said = Doubts()
    guessed = task.labels and isinstance(task.refusal, Ask) and task.refusal.rule in GUESSED
    unasked = task.labels and unasked_for(task.refusal, call.tool, task.readings.request.sentences)
    delegated = isinstance(task.refusal, Ask) and task.refusal.rule == "request.delegates"
    if task.refusal is not None and not guessed and not unasked:
        said.hear(task.refusal)
    granted = decide_grant(task.grant, call.tool, call.arguments, task.uses_so_far, task.called)
    for answer in (granted, *task.above):
        said.hear(answer)
    if call.tool is None or task.grant is None or said.denials:
        rule, reason = said.denials[0] if said.denials else ("grant", "there is no grant for it")
        return Verdict("deny", rule, reason, arguments_sha256=digest)
    findings, leaks, unjudged = list[Finding](), list[Leak](), list[str]()
    sent, outgoing = None, list[Outgoing]()
    if task.labels:
        grounds = _grounds(call.tool, call.arguments, task, plural=task.grant.uses != 1)
        looked = Sinks(call.tool, task.grant, grounds, task.domains)
        if not looked.look(call.arguments):
            return Verdict("deny", "labels", "the call has too many values to judge", arguments_sha256=digest)
        own, unjudged = OwnWords(grounds, call.tool, looked.findings), looked.unjudged
        asked = task.refusal is None or delegated  # what it only seems to ask for it says itself, in full
        findings = own.lent() if asked else looked.findings
        if delegated and own.asks_for(findings, task.uses_so_far):
            task, delegated = replace(task, refusal=None), False
            said.questions = [one for one in said.questions if one[0] != "request.delegates"]
        to = towards(task.readings, findings)
        outgoing = [msgspec.structs.replace(one, towards=to) for one in looked.outgoing]
        leaks, sent = decide_flow(grounds, call.tool, outgoing)
        leaks = (leaks or list(opaque(grounds, outgoing))) + looked.leaks
        again = isinstance(granted, Ask) and granted.rule == "request.uses"
        if not again and repeats(task.readings, call.tool, call.arguments):
            said.questions.append(("request.again", f"{call.tool.id} was called so before in this task"))
            again = True
        said.hear(_on_another_day(task.grant, call.tool, task.readings))
        if task.refusal is None and not (again or leaks or said.questions):
            findings = accepted(grounds, call.tool, findings)
            sent = _with_sums(sent, taken(findings))
        if unasked and task.refusal is not None:
            named = names_all(call.tool, findings, leaks, unjudged)
            said.hear(UNASKED if named else task.refusal)
        said.judge(findings, leaks, again=again, delegated=delegated)
        if task.refusal is None and says_nothing_of(
            task.readings.request, call.tool, call.arguments, findings
        ):
            said.hear(TEXTS)
    if isinstance(task.refusal, Ask):
        _hear_unsure(said, call.tool, task.refusal, findings, leaks, unjudged, labels=task.labels)
    if task.rules is not None:
        ruled = _ruled(call, task, outgoing)
        for agent in (call.agent, *call.above):
            said.hear(task.rules.decide(replace(ruled, agent=agent)))
    return _conclude(said, digest, call, task, tuple(findings), tuple(leaks), sent)


def _on_another_day(grant: GrantRow | None, tool: ToolRow, readings: Readings) -> Answer:
    """Return what a request that says a day has against a tool that takes none, where another one does."""
    if grant is None or not grant.dated or not says_day_for(readings.request, tool):
        return Permit("request")
    why = f"the request says a day for it, which {grant.dated} takes, and this tool does not"
    return Ask("request.day", why)


def _hear_unsure(
    said: Doubts,
    tool: ToolRow,
    refusal: Ask,
    findings: Sequence[Finding],
    leaks: Sequence[Leak],
    unjudged: Sequence[str],
    *,
    labels: bool,
) -> None:
    """Take in that the request may ask for a call, or only seems to, unless it says all of it."""
    guessed = labels and refusal.rule in GUESSED
    if guessed and said_by_request(refusal, tool, findings, leaks, unjudged):
        return
    if guessed:
        said.hear(refusal)
    said.unfounded(
        findings,
        leaks,
        delegated=refusal.rule == "request.delegates",
        guessed=guessed and refusal.rule != "request.close",
        unclear=refusal.rule == "request.unclear",
    )


def _grounds(tool: ToolRow, arguments: Mapping[str, Any], task: Standing, *, plural: bool) -> Grounds:
    """Return what a task has ground for in one call."""
    request = task.readings.request
    given = given_to(task.readings, tool, arguments) | spoken_of(request, tool)
    given |= had_it(request.text, request.today)
    day, new = takes_day(request, tool, arguments), new_texts(tool, arguments)
    every, on = objects_of(tool, arguments), single_objects(tool, arguments)
    about = Called(tool, given, day, new, every, on)
    return Grounds(task.readings, plural=plural, domains=task.domains, call=about)


def _with_sums(sent: Sent | None, sums: tuple[str, ...]) -> Sent | None:
    """Return what goes out, with the sums that it takes from texts."""
    if not sums:
        return sent
    return Sent(sent.text, sent.unexplained, sums) if sent else Sent("", 0, sums)


def _conclude(
    said: Doubts,
    digest: str,
    call: ToolCall,
    task: Standing,
    findings: tuple[Finding, ...],
    leaks: tuple[Leak, ...],
    sent: Sent | None,
) -> Verdict:
    questions = tuple(dict.fromkeys(reason for _, reason in said.questions))
    if said.denials:
        rule, reason = said.denials[0]
        return Verdict("deny", rule, reason, findings, leaks, questions, arguments_sha256=digest)
    if said.questions:
        rule, reason = said.questions[0]
        asked = tuple(dict.fromkeys(rule for rule, _ in said.questions))
        answer: Literal["allow", "ask"] = "ask"
        if digest in task.approved:
            answer, rule, reason = "allow", "approved", f"a person approved it, once: {reason}"
        return Verdict(
            answer, rule, reason, findings, leaks, questions, asked, arguments_sha256=digest, sent=sent
        )
    name = call.tool.id if call.tool else call.name
    named = [f"{one.path} is {one.value!r}: {one.why}" for one in findings if one.ground == "text"]
    reason = "; ".join(("granted", *named))
    return Verdict("allow", f"tools.{name}", reason, findings, leaks, arguments_sha256=digest, sent=sent)


def _ruled(call: ToolCall, task: Standing, outgoing: Sequence[Outgoing]) -> RuledCall:
    assert call.tool is not None  # noqa: S101 - decided before
    domains: set[str] = set()
    for path, row in call.tool.arguments.items():
        leads = row.sink in {"recipient", "payee", "url"}
        if not leads and (row.sink != "value" or call.tool.effect == "read"):
            continue
        for _, value in select(call.arguments, path):
            for one in values_of(row, value):
                text = str(one)
                if only_addresses(text):  # also where it is a value: the target of a filter
                    domains |= {address.casefold().rpartition("@")[2] for address in EMAIL.findall(text)}
                elif leads and (address := email_form(text)):
                    domains.add(address.rpartition("@")[2])
                elif leads and (url := url_form(text)):
                    domains.add(url_host(url))
    context = task.readings.context
    return RuledCall(
        agent=call.agent,
        tool=call.tool,
        arguments=call.arguments,
        domains=frozenset(domains),
        outside=any(not inside(domain, task.domains) for domain in domains)
        or any(one.reach in {"named", "public"} for one in outgoing),
        integrity=context.integrity,
        confidentiality=context.confidentiality,
        uses=task.uses_so_far,
        called=frozenset(task.called),
    )
