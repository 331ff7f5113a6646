"""The verdict on one tool call: allow, ask or deny, its rule and reason, and where each value came from.

In this order, and the worst answer counts: decoys, the grant, what goes into each sink, what would flow out,
the organisation's rules. An approval answers questions; it never lifts a denial. Whatever cannot be decided
is denied.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, Protocol

import msgspec

from podium.trust.approvals import arguments_sha256
from podium.trust.decoys import touched
from podium.trust.flows import Leak, Outgoing, Reach, borrowed, decide_flow, opaque, reach_of, widest
from podium.trust.forms import (
    DOMAIN,
    EMAIL,
    Form,
    date_form,
    email_form,
    forms_of,
    iban_form,
    inside,
    links,
    url_form,
    url_host,
)
from podium.trust.grants import Answer, Ask, Deny, decide_grant
from podium.trust.grounds import Finding, Grounds
from podium.trust.paths import pattern_of, select
from podium.trust.policies import RuledCall
from podium.trust.readings import Readings, Sent
from podium.trust.tools import GUARDED, DecoyRow, GrantRow, Sink, SinkRow, ToolRow

_READ_GUARDED: Final[frozenset[Sink]] = frozenset(("url", "recipient", "payee"))
"""Sinks that a mere read can misuse: what else it takes only chooses what is read."""
_FILES: Final = frozenset(
    [
        "bak",
        "bmp",
        "c",
        "conf",
        "cpp",
        "css",
        "csv",
        "db",
        "doc",
        "docx",
        "eml",
        "exe",
        "gif",
        "go",
        "gz",
        "h",
        "htm",
        "html",
        "ics",
        "ini",
        "java",
        "jpeg",
        "jpg",
        "js",
        "json",
        "key",
        "log",
        "md",
        "mov",
        "mp3",
        "mp4",
        "odt",
        "old",
        "pdf",
        "png",
        "ppt",
        "pptx",
        "ps1",
        "py",
        "rb",
        "rs",
        "rtf",
        "sh",
        "sql",
        "svg",
        "sys",
        "tar",
        "tex",
        "tmp",
        "toml",
        "ts",
        "tsv",
        "txt",
        "wav",
        "webp",
        "xls",
        "xlsx",
        "xml",
        "yaml",
        "yml",
        "zip",
    ]
)
"""Endings that make a word with a dot a file, not a host."""
MAX_VALUES: Final = 400
"""Values of sinks in one call; a call with more is denied."""


class Verdict(msgspec.Struct, frozen=True):
    """What is decided about one call."""

    answer: Literal["allow", "ask", "deny"]
    rule: str
    reason: str
    findings: tuple[Finding, ...] = ()
    leaks: tuple[Leak, ...] = ()
    questions: tuple[str, ...] = ()
    """All that a person answers at once by an approval."""
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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands when it calls.

    ``grant``: the effective one, narrowed by the request. ``refusal``: what the request has against the
    act. ``domains``: of the organisation. ``approved``: hashes of the arguments that a person has approved
    for this tool and that were not spent. ``labels``: False leaves sinks and flows to the grant alone, to
    measure what they add.
    """

    readings: Readings
    grant: GrantRow | None
    uses_so_far: int = 0
    refusal: Answer | None = None
    rules: Ruler | None = None
    domains: frozenset[str] = frozenset()
    decoys: Sequence[DecoyRow] = ()
    approved: Collection[str] = ()
    labels: bool = True


@dataclass(slots=True)
class _Said:
    """What was said against a call so far."""

    denials: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)

    def hear(self, answer: Answer) -> None:
        if isinstance(answer, Deny):
            self.denials.append((answer.rule, answer.reason))
        elif isinstance(answer, Ask):
            self.questions.append((answer.rule, answer.reason))


def decide_tool_call(call: ToolCall, task: Standing) -> Verdict:
    """Return the verdict on a call. Pure: the caller applies ``sent`` and spends uses and approvals."""
    decoy = touched(task.decoys, call.tool.id if call.tool else call.name, call.arguments) or touched(
        task.decoys, call.name, call.arguments
    )
    digest = arguments_sha256(call.arguments)
    if decoy is not None:
        why = f"it touched the decoy {decoy.name}, which no honest task needs"
        return Verdict("deny", "decoy", why, pause=True, arguments_sha256=digest)
    said = _Said()
    if task.refusal is not None:
        said.hear(task.refusal)
    granted = decide_grant(task.grant, call.tool, call.arguments, task.uses_so_far)
    said.hear(granted)
    if call.tool is None or task.grant is None or said.denials:
        rule, reason = said.denials[0] if said.denials else ("grant", "there is no grant for it")
        return Verdict("deny", rule, reason, arguments_sha256=digest)
    findings: list[Finding] = []
    leaks: list[Leak] = []
    sent = None
    outgoing: list[Outgoing] = []
    if task.labels:
        grounds = Grounds(task.readings, plural=task.grant.uses != 1, domains=task.domains)
        looked = _Sinks(call.tool, task.grant, grounds, task.domains)
        if not looked.look(call.arguments):
            return Verdict("deny", "labels", "the call has too many values to judge", arguments_sha256=digest)
        findings, outgoing = looked.findings, looked.outgoing
        for finding in findings:
            _judge(finding, said)
        leaks, sent = decide_flow(grounds, call.tool, outgoing)
        leaks = (leaks or list(opaque(grounds, outgoing))) + looked.leaks
        for leak in leaks:
            (said.denials if leak.firm else said.questions).append((leak.rule, f"{leak.path}: {leak.reason}"))
    if isinstance(task.refusal, Ask):
        _unfounded(findings, leaks, said, delegated=task.refusal.rule == "request.delegates")
    if task.rules is not None:
        said.hear(task.rules.decide(_ruled(call, task, outgoing)))
    return _conclude(said, digest, call, task, tuple(findings), tuple(leaks), sent)


def _conclude(
    said: _Said,
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
        if digest in task.approved:
            reason = f"a person approved it, once: {reason}"
            return Verdict(
                "allow", "approved", reason, findings, leaks, questions, arguments_sha256=digest, sent=sent
            )
        return Verdict("ask", rule, reason, findings, leaks, questions, arguments_sha256=digest, sent=sent)
    name = call.tool.id if call.tool else call.name
    return Verdict("allow", f"tools.{name}", "granted", findings, leaks, arguments_sha256=digest, sent=sent)


def _judge(finding: Finding, said: _Said) -> None:
    if finding.trusted:
        return
    reason = f"{finding.path} is {finding.value!r}, and {finding.why}"
    (said.questions if finding.may_ask else said.denials).append((f"labels.{finding.sink}", reason))


def _unfounded(findings: Sequence[Finding], leaks: Sequence[Leak], said: _Said, *, delegated: bool) -> None:
    """Deny what the request may not even ask for, where the values are not trusted either: no ground."""
    for finding in findings:
        genuine = finding.ground == "unnamed" and finding.sink not in {"object", "path"}
        if not finding.trusted and not genuine and not (delegated and finding.within and finding.may_ask):
            reason = (
                f"{finding.path} is {finding.value!r}, {finding.why}; nor does it plainly ask for such an act"
            )
            said.denials.append((f"labels.{finding.sink}", reason))
    said.denials.extend((leak.rule, f"{leak.path}: {leak.reason}") for leak in leaks)


class _Sinks:
    """Looks at every value of one call."""

    def __init__(self, tool: ToolRow, grant: GrantRow, grounds: Grounds, domains: frozenset[str]) -> None:
        self.tool, self.grounds, self.domains = tool, grounds, domains
        self.fixed = fixed_values(grant.schema) if grant.schema else {}
        self.findings: list[Finding] = []
        self.outgoing: list[Outgoing] = []
        self.leaks: list[Leak] = []
        self._reaches: list[Reach] = []
        self._machines: list[tuple[str, str, Reach, bool]] = []
        self._prose: list[tuple[str, str, SinkRow | None]] = []

    def look(self, arguments: Mapping[str, Any]) -> bool:
        """Fill in what was found. Returns False where there is too much of it."""
        declared: set[str] = set()
        count = 0
        for path, row in self.tool.arguments.items():
            for steps, value in select(arguments, path):
                declared.add(pattern_of(steps))
                for one in values_of(row, value):
                    self._value(path, row, one)
                    count += 1
        for pattern, value in _leaves(arguments, ""):
            if not any(
                pattern == known or pattern.startswith((f"{known}[", f"{known}.")) for known in declared
            ):
                self._undeclared(pattern, value)
                count += 1
        if count > MAX_VALUES:
            return False
        self._same_day()
        self._go_out()
        return True

    def _value(self, path: str, row: SinkRow, value: Any) -> None:
        guarded = row.sink in (GUARDED if self.tool.writes else _READ_GUARDED)
        finding = None
        if guarded:
            fixed = self.fixed.get(path, self.fixed.get(path.removesuffix("[]"), frozenset()))
            finding = self.grounds.find(self.tool, path, row, value, fixed)
            self.findings.append(finding)
        text = value if isinstance(value, str) else str(value)
        reach = reach_of(self.tool, row, finding, value, self.domains)
        if reach is not None:
            self._reaches.append(reach)
        if row.sink == "object" and finding is not None and row.readers is None:
            self._reaches.extend(self._takers(finding))
        if row.sink in {"url", "query"}:
            said = row.sink == "url" and finding is not None and finding.trusted
            own: Reach = "public" if reach in {None, "named"} else reach
            self._machines.append((path, text, own, said))
        elif row.sink in {"text", "value", "date", "amount"}:
            self._prose.append((path, text, row))

    def _takers(self, finding: Finding) -> Iterator[Reach]:
        """Yield who reads what is written to an object: those whose addresses it has, a mail's sender."""
        forms = set(forms_of(finding.value))
        for seen in self.grounds.readings.objects:
            if seen.server == self.tool.server and forms & set(seen.id):
                for _, has, _ in seen.fields:
                    for kind, address in has:
                        if kind == "email" and inside(address.rpartition("@")[2], self.domains):
                            yield "organisation"
                        elif kind == "email":
                            yield "named" if finding.trusted else "public"

    def _undeclared(self, path: str, value: Any) -> None:
        """Judge an argument that nobody declared: by its form a copy to somebody, a link, an account.

        Whatever else is there must, in a write, be the user's.
        """
        row = None
        if not isinstance(value, str):
            pass
        elif email_form(value):
            row = SinkRow("recipient")
        elif re.match(r"(?i)[a-z][a-z0-9+.-]*://|www\.", value) and url_form(value):
            row = SinkRow("url")
        elif self.tool.writes and iban_form(value) and any(c.isdigit() for c in value[4:]):
            row = SinkRow("payee")
        if row is None and self.tool.writes and value != "":
            row = SinkRow("value")
        if row is not None:
            self._value(path, row, value)
        elif isinstance(value, str):
            self._prose.append((path, value, None))

    def _go_out(self) -> None:
        """Work out who reads what, now that all sinks are known."""
        for path, text, own, said in self._machines:
            form = url_form(text)
            asked = form is not None and url_host(form) in self.grounds.request.hosts
            self.outgoing.append(Outgoing(path, text, own, True, said, asked))
        around = widest(self._reaches)
        for path, text, row in self._prose:
            reach = widest([around, row.readers]) if row is not None and row.readers else around
            trusted = all(finding.trusted for finding in self.findings)
            self.outgoing.append(Outgoing(path, text, reach, False, trusted))
            if self.tool.writes and reach != "user" and (row is None or row.sink == "text"):
                self._links(path, text)
                if (words_of := borrowed(self.grounds, path, text)) is not None:
                    self.leaks.append(words_of)

    def _same_day(self) -> None:
        """Let an end follow from its beginning: where another date of the call is trusted for its day."""
        days = {date_form(one.value) for one in self.findings if one.sink == "date" and one.trusted} - {None}
        ids = {form for one in self.findings if one.sink == "object" for form in forms_of(one.value)}
        for seen in self.grounds.named.values():  # an event that is moved within its day
            if ids & set(seen.id):
                days |= {form for _, has, ok in seen.fields if ok for kind, form in has if kind == "date"}
        for index, one in enumerate(self.findings):
            if one.sink == "date" and not one.trusted and date_form(one.value) in days:
                why = "it is on the day of another trusted date"
                self.findings[index] = msgspec.structs.replace(one, ground="request", why=why)

    def _links(self, path: str, text: str) -> None:
        """Ask about links and accounts in prose for others: strangers give no reason to click or pay."""
        if self.grounds.readings.context.trusted:
            return
        for (kind, form), words_there in links(text):
            if kind == "url" and not _is_file(form) and not inside(url_host(form), self.domains):
                found = self.grounds.find(self.tool, path, SinkRow("url"), words_there, frozenset())
            elif kind == "iban":
                found = self.grounds.find(self.tool, path, SinkRow("payee"), words_there, frozenset())
            else:
                continue
            if not found.trusted:
                self.findings.append(found)


def values_of(row: SinkRow, value: Any) -> Iterator[Any]:
    """Yield the values of a sink: of a list each, of a text with several addresses each."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from values_of(row, item)
    elif isinstance(value, Mapping):
        yield json.dumps(value, ensure_ascii=False, sort_keys=True)
    elif isinstance(value, str) and (
        row.many or (row.sink in {"recipient", "payee"} and len(EMAIL.findall(value)) > 1)
    ):
        yield from (part.strip() for part in re.split(r"[,;\n]", value) if part.strip())
    elif value is not None and value != "":
        yield value


@lru_cache(maxsize=4096)
def fixed_values(schema: str) -> dict[str, frozenset[Form]]:
    """Return by path the values that a grant's schema names: constants and lists of them."""
    found: dict[str, frozenset[Form]] = {}

    def walk(part: Any, path: str) -> None:
        if not isinstance(part, dict):
            return
        named = [part["const"]] if "const" in part else part.get("enum", [])
        forms = frozenset(form for value in named for form in forms_of(value))
        if forms:
            found[path] = forms
        for key, inner in (part.get("properties") or {}).items():
            walk(inner, f"{path}.{key}" if path else key)
        walk(part.get("items"), f"{path}[]")

    walk(json.loads(schema), "")
    return found | {path.removesuffix("[]"): forms for path, forms in found.items() if path.endswith("[]")}


def _ruled(call: ToolCall, task: Standing, outgoing: Sequence[Outgoing]) -> RuledCall:
    assert call.tool is not None  # noqa: S101 - decided before
    domains: set[str] = set()
    for path, row in call.tool.arguments.items():
        if row.sink in {"recipient", "payee", "url"}:
            for _, value in select(call.arguments, path):
                for one in values_of(row, value):
                    text = str(one)
                    address, url = email_form(text), url_form(text)
                    if address:
                        domains.add(address.rpartition("@")[2])
                    elif url:
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
    )


def _leaves(value: Any, pattern: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{pattern}.{key}" if pattern else str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item, f"{pattern}[]")
    elif value is not None and not isinstance(value, bool):
        yield pattern, value


def _is_file(form: str) -> bool:
    host, slash, _ = form.partition("/")
    return not slash and DOMAIN.fullmatch(host) is not None and host.rpartition(".")[2] in _FILES
