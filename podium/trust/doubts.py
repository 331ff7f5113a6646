"""What is asked of a person, and what is denied without a question.

A person is asked about one doubt: a value that the request leaves open, a text, an act. What a stranger has
composed has several, and whoever is asked about it can only lose.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.words import Token
from podium.trust.grants import Answer, Ask, Deny
from podium.trust.grounding.flows import Leak
from podium.trust.grounding.record.findings import ONE, TODAY, Finding
from podium.trust.request.unsaid import seeks
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import forms_of

GUESSED: Final = frozenset(("request.guess", "request.manner", "request.close"))
"""Rules of a request by which a tool seems to be meant."""
PLAIN_REASONS: Final = {
    "request": "the request does not ask for such an act",
    "request.forbids": "the request says not to",
    "request.other": "the request uses the tool's word of something else",
    "request.delegates": "the request leaves to a text what is to be done",
    "request.unclear": "the request may ask for it, in words that its author does not list",
    "request.guess": "the request seems to speak of it, in words that its author does not list",
    "request.close": "the request seems to ask for it, by a word as good as its author's",
    "request.unasked": "the request names all that the call takes, and does not plainly ask for it",
    "request.texts": "it is made of texts alone, and the request says nothing of what they make",
    "request.day": "the request says a day for it, and another tool of that server takes one",
    "request.manner": "the request seems to ask for it, in words that its author does not list",
}
"""What each rule of a request says, without a word of the request."""
UNASKED: Final = Ask(
    "request.unasked", "the request names all that the call takes, and does not plainly ask for such an act"
)
TEXTS: Final = Ask(
    "request.texts", "it is made of texts alone, and the request says nothing of what they make"
)
_TO_WHOM: Final[frozenset[Sink]] = frozenset(("recipient", "payee", "url"))
_WHERE: Final[frozenset[Sink]] = frozenset(("object", "path"))
"""Sinks that say on what an act is done."""
_ON: Final[frozenset[Sink]] = frozenset(("object", "path", "recipient", "payee"))
"""Sinks that say on what an act is done, or to whom."""

MAX_WORDS: Final = 3
"""Of a value that is no sentence."""


@dataclass(slots=True)
class Doubts:
    """What was said against a call so far: of each its rule and reason."""

    denials: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)

    def hear(self, answer: Answer) -> None:
        """Take in what the grant, the request or the organisation's rules say."""
        if isinstance(answer, Deny):
            self.denials.append((answer.rule, answer.reason))
        elif isinstance(answer, Ask):
            self.questions.append((answer.rule, answer.reason))

    def judge(
        self, findings: Sequence[Finding], leaks: Sequence[Leak], *, again: bool, delegated: bool
    ) -> None:
        """Take in what was found out about values and texts.

        ``again``: the act was done as often as the request asks for it. ``delegated``: the request leaves to
        a text what is done, so that what stands in it is one doubt.
        """
        for finding in findings:
            if not finding.trusted:
                reason = f"{finding.path} is {finding.value!r}, and {finding.why}"
                one = (f"labels.{finding.sink}", reason)
                (self.questions if finding.may_ask else self.denials).append(one)
        for leak in leaks:
            one = (leak.rule, f"{leak.path}: {leak.reason}")
            (self.denials if leak.firm else self.questions).append(one)
        if delegated:
            findings = [one for one in findings if not (one.within and one.may_ask)]
        if not self.denials and (why := _too_many(findings, leaks, again=again, delegated=delegated)):
            self.denials.append(why)

    def unfounded(
        self,
        findings: Sequence[Finding],
        leaks: Sequence[Leak],
        *,
        delegated: bool,
        guessed: bool = False,
        unclear: bool = False,
    ) -> None:
        """Deny what the request may not even ask for, where the values are not trusted either: no ground.

        Which genuine object it means is one doubt, if it says all else. So is a value where the request names
        or describes on what the act is done, or itself says something else that it takes. ``guessed``: it
        seems to mean the tool; then it need not say anything else. ``unclear``: nothing tells that it does.
        """
        if unclear and (where := _taken_alone(findings)) is not None:
            reason = f"{where.path} is {where.value!r}, and the request says nothing that it takes"
            self.denials.append((f"labels.{where.sink}", reason))
        excused = (not _names_another(findings)) if guessed else _says_rest(findings)
        if not leaks and _which(findings) and excused:
            return
        anchored = any(
            one.sink in _ON and (one.described or one.ground in {"request", "object"}) for one in findings
        )
        part = any(map(_is_said, findings))
        for finding in findings:
            genuine = finding.ground == "unnamed" and finding.sink not in {"object", "path"}
            if finding.sink in _TO_WHOM and not (guessed or delegated or anchored):
                genuine = genuine and bool(finding.called or finding.described or finding.within)
            told = (delegated and finding.within) or finding.handed
            known = anchored and not finding.settled and _known(finding, guessed=guessed)
            known = known or (part and _is_beside(finding)) or _is_spoken_of(finding)
            if (
                not finding.trusted
                and not genuine
                and not (
                    finding.may_ask and (told or known or finding.handed or (anchored and finding.listed))
                )
            ):
                reason = (
                    f"{finding.path} is {finding.value!r}, {finding.why}; "
                    "nor does it plainly ask for such an act"
                )
                self.denials.append((f"labels.{finding.sink}", reason))
        for leak in leaks:  # a text has no authority to have a secret told
            asked = leak.expected and leak.rule != "flow.secret"
            if not asked and (not delegated or leak.rule == "flow.secret"):
                self.denials.append((leak.rule, f"{leak.path}: {leak.reason}"))


def _is_said(finding: Finding) -> bool:
    """Return whether the request says a value, or names what has it: no default that it leaves unsaid."""
    return finding.ground in {"request", "object"} and finding.why not in {ONE, TODAY}


def _taken_alone(findings: Sequence[Finding]) -> Finding | None:
    """Return where a call goes of which the request says nothing, though all of it be trusted, or None."""
    if any(_is_said(one) or one.described for one in findings):
        return None
    return next((one for one in findings if one.ground == "field" and one.sink in {*_TO_WHOM, "path"}), None)


def _is_beside(finding: Finding) -> bool:
    """Return whether a value is one doubt of a call of which the request itself says something else.

    A genuine one, one that nobody has said, or what stands in a text that the request names: no account, no
    address of a page, and nothing that it is done on. Nor one in the place of another that the request says.
    """
    another = finding.settled and finding.sink not in _TO_WHOM
    if finding.ground == "unnamed":
        return not another or finding.within or bool(finding.described)
    if another or finding.sink in {"payee", "url", "object"}:
        return False
    return finding.ground == "nowhere" or (finding.within and finding.sink != "path")


def _is_spoken_of(finding: Finding) -> bool:
    """Return whether a value is a genuine thing that the request may describe."""
    return finding.ground == "unnamed" and finding.sink == "object" and bool(finding.described)


def _known(finding: Finding, *, guessed: bool) -> bool:
    """Return whether a value beside what an act is done on is one doubt, and not made up.

    ``guessed``: the request seems to mean the tool. Else it may be about anything.
    """
    if finding.described or finding.within:
        # On what it is done is a stranger's to say only where the request describes that.
        placed = finding.sink in _WHERE and finding.ground == "stranger" and not finding.described
        return not placed and (guessed or finding.sink not in _TO_WHOM)
    if finding.ground == "unnamed":
        return True
    return guessed and finding.sink not in _TO_WHOM and finding.sink not in {"object", "path"}


def unasked_for(refusal: Answer | None, tool: ToolRow | None, sentences: Sequence[Sequence[Token]]) -> bool:
    """Return whether no more is against a call than that nobody asks for it.

    ``sentences``: of the request: one that only wants to know something has nothing done.
    """
    denied = isinstance(refusal, Deny) and refusal.rule in {"request", "request.other"}
    return denied and tool is not None and not all(seeks(sentence) for sentence in sentences)


_TAKING: Final = word_set(
    "archive ban block cancel clear close deactivate decline delete disable discard dismiss drop end erase "
    "freeze kick leave lock purge refund reject remove return revoke stop suspend terminate trash unshare "
    "void wipe withdraw"
)
"""Words of tools that take something away: of what, anybody speaks."""
_PAYING: Final = word_set("charge pay reimburse remit settle transfer wire")


def _takes_or_pays(tool: ToolRow) -> bool:
    """Return whether a tool takes something away, by its name or its author's first word for it, or pays."""
    own = {*re.findall("[a-z]+", tool.name.casefold()), *" ".join(tool.intents[:1]).split()}
    payee = any(row.sink == "payee" for row in tool.arguments.values())
    return payee or bool((_TAKING | _PAYING) & own)


def names_all(
    tool: ToolRow, findings: Sequence[Finding], leaks: Sequence[Leak], unjudged: Sequence[str]
) -> bool:
    """Return whether the request says every value that a call takes, and it is clear on what it is done.

    It names that, or says what is written there, or what else it takes and describes that. Of an act that
    cannot be undone it has to say one value, or two where that takes something away or pays, and the rest has
    to be genuine.
    """
    if leaks or unjudged or not findings:
        return False
    said_at = {one.path for one in findings if _is_said(one)}
    open_ = [one for one in findings if not one.trusted]
    if said_at and open_ and all(map(_is_spoken_of, open_)):
        return True
    if tool.effect != "write":
        return len(said_at) > _takes_or_pays(tool) and all(
            one.ground == "unnamed" and one.may_ask for one in open_
        )
    doubts = [one for one in findings if one.ground not in {"request", "object"}]
    on = any(one.ground == "object" and one.sink in {"object", "path"} for one in findings)
    said = any(one.ground == "request" and one.why != ONE for one in findings)
    return (on and not doubts) or (said and _which(findings) and not _names_another(findings))


def said_by_request(
    guess: Ask,
    tool: ToolRow,
    findings: Sequence[Finding],
    leaks: Sequence[Leak],
    unjudged: Sequence[str],
) -> bool:
    """Return whether the request itself gives the ground for all of a call whose tool it seems to mean.

    Where it does not speak of what the tool is about, it has to name on what it is done, or to say two values
    of different kinds. Of what is made new, and can be undone, words that the grant lists may go unsaid.
    ``unjudged``: arguments that steer the call, and are no sinks.
    """
    if tool.effect == "write" and not any(row.sink in _WHERE for row in tool.arguments.values()):
        findings = [one for one in findings if one.ground != "grant" or one.sink != "value"]
    if _hands_out(tool) and not any(one.sink in _WHERE for one in findings):
        return False
    if leaks or unjudged or not findings or any(one.ground not in {"request", "object"} for one in findings):
        return False
    if guess.rule == "request.guess" or any(one.ground == one.sink == "object" for one in findings):
        return True
    return len({(one.sink, next(iter(forms_of(one.value)), ("", ""))[0]) for one in findings}) > 1


def _hands_out(tool: ToolRow) -> bool:
    """Return whether a tool only lets somebody get at something, in some role: then the call says at what."""
    sinks = {row.sink for row in tool.arguments.values()}
    return {"recipient", "value"} <= sinks and bool(sinks & _WHERE) and "text" not in sinks


def _which(findings: Sequence[Finding]) -> bool:
    """Return whether one doubt is left: which genuine object is meant, or an amount that the request leaves.

    Beside such an amount the request itself says the rest, or names what has it.
    """
    doubts = [one for one in findings if not one.trusted]
    rest = [one for one in findings if one.trusted]
    if len(doubts) != 1 or not doubts[0].may_ask:
        return False
    if _is_left(doubts[0]):
        known = len({one.path for one in rest}) > (0 if doubts[0].follows else 1)
        return known and all(one.ground in {"request", "object"} for one in rest)
    genuine = doubts[0].sink == "object" and doubts[0].ground == "unnamed"
    return genuine and all(one.ground != "field" for one in rest)


def _is_left(one: Finding) -> bool:
    """Return whether a value is an amount that the request leaves open, and no stranger says."""
    return one.sink == "amount" and one.may_ask and (one.follows or one.ground == "nowhere")


def _names_another(findings: Sequence[Finding]) -> bool:
    """Return whether the request names another thing than a call is about, and describes that in no way."""
    return any(one.settled and not one.described for one in findings if one.sink == "object")


def _says_rest(findings: Sequence[Finding]) -> bool:
    """Return whether the request itself says what else a call takes, and there is such.

    Beside an amount that it leaves, what it names may have that.
    """
    rest = [one for one in findings if one.trusted]
    left = any(map(_is_left, findings))
    said = {"request", "object"} if left else {"request"}
    return bool(rest) and all(one.ground in said for one in rest)


def _too_many(
    findings: Sequence[Finding], leaks: Sequence[Leak], *, again: bool, delegated: bool
) -> tuple[str, str] | None:
    """Return the rule and reason of a call in which doubts of several kinds come together, or None."""
    strangers = [one for one in findings if one.ground in {"stranger", "nowhere"}]
    if (astray := _goes_astray(findings, leaks, delegated=delegated) or _by_strangers(findings)) is not None:
        return astray
    whom = next((one for one in strangers if one.sink in _TO_WHOM), None)
    told = any(one.within and one.may_ask for one in strangers if one.sink in _TO_WHOM)
    known = {"flow.private", "flow.secret"} if told else {"flow.private"}  # to whoever wrote where it goes
    flow = next(
        (it for it in leaks if it.rule.startswith("flow.") and not (it.beside and it.rule in known)), None
    )
    text = next((leak for leak in leaks if leak.rule == "labels.text"), None)
    unknown = next((one for one in strangers if one.sink in _TO_WHOM and not one.called), None)
    if whom is not None and flow is not None and (unknown or flow.rule != "flow.private"):
        return flow.rule, f"{whom.path} is {whom.value!r}, which only strangers say, and {flow.reason}"
    if text is not None and flow is not None and flow.public and not text.expected:
        return text.rule, f"{text.path}: {text.reason}, and {flow.reason}"
    said = whom is not None and whom.ground == "nowhere" and bool(whom.described)  # by the request, in part
    said = said or (flow is None and all(it.colleague for it in strangers if it.sink in _TO_WHOM))
    if text is not None and whom is not None and not (said or (whom.handed and text.expected)):
        return text.rule, f"{text.path}: {text.reason}, and leads to {whom.value!r}"
    made_up = next(
        (one for one in findings if one.ground == "nowhere" and one.sink in {"date", "amount"}), None
    )
    if whom is not None and made_up is not None:
        reason = (
            f"{whom.path} is {whom.value!r}, which only strangers say, and nothing says {made_up.value!r}"
        )
        return f"labels.{whom.sink}", reason
    more = (it for it in findings if not it.trusted and (it.settled or not it.described))
    if again and (first := next(more, None)) is not None:
        reason = f"{first.path} is {first.value!r}, {first.why}; and it was done as often as the request asks"
        return f"labels.{first.sink}", reason
    if again and (leak := next(iter(leaks), None)) is not None:
        return leak.rule, f"{leak.path}: {leak.reason}; and it was done as often as the request asks"
    return None


def _goes_astray(
    findings: Sequence[Finding], leaks: Sequence[Leak], *, delegated: bool
) -> tuple[str, str] | None:
    """Return the rule and reason of a call that goes where the request has not said, with more that is open.

    A file or thing that only strangers say, with data or words that should not go there. A place, or the
    account that it is taken from, with to whom, on what or how much. One whom the request neither names nor
    describes, with a secret, or in the place of another with anything private: not where it is left to a text
    what is to be done (``delegated``), for then who is named has written that.
    """
    doubts = [one for one in findings if one.ground in {"stranger", "unnamed"} and not one.trusted]
    at = next((one for one in doubts if one.sink == "path" and not one.described), None)
    beside = next((one for one in doubts if one.sink in {*_TO_WHOM, "object", "amount"}), None)
    if at is not None and beside is not None:
        reason = f"{at.path} is {at.value!r}, and {beside.path} is {beside.value!r}: the request says neither"
        return f"labels.{at.sink}", reason
    where = next((one for one in findings if one.sink in _WHERE and one.ground == "stranger"), None)
    if where is not None and leaks:
        reason = f"{where.path} is {where.value!r}, which only strangers say, and {leaks[0].reason}"
        return f"labels.{where.sink}", reason
    if (astray := _on_any(findings, leaks)) is not None:
        return astray
    flow = next((leak for leak in leaks if leak.rule.startswith("flow.")), None)
    if flow is None:
        return None
    secret = flow.rule == "flow.secret"
    unnamed = (one for one in findings if one.sink in _TO_WHOM and one.ground == "unnamed")
    instead = (one for one in unnamed if (secret or (one.settled and not delegated)) and not one.called)
    whom = next(instead, None)
    if whom is None:
        return None
    return flow.rule, f"{whom.path} is {whom.value!r}, whom the request does not name, and {flow.reason}"


def _on_any(findings: Sequence[Finding], leaks: Sequence[Leak]) -> tuple[str, str] | None:
    """Return the rule and reason of a call on a genuine thing that the request does not speak of, with more.

    With a value that nothing says; with somebody in the place of one who is named; with a secret for anybody
    to read, or strangers' words and private data in one.
    """
    unnamed = (one for one in findings if one.sink in _WHERE and one.ground == "unnamed")
    on = next((one for one in unnamed if not (one.described or one.within)), None)
    if on is None:
        return None
    more = next(
        (
            one
            for one in findings
            if (one.sink == "value" and one.ground == "nowhere" and not one.listed and _is_word(one.value))
            or (one.sink in _TO_WHOM and one.ground == "unnamed" and one.settled and not one.called)
        ),
        None,
    )
    if more is not None:
        reason = f"the request does not name {on.value!r}, nor is there ground for {more.value!r}"
        return f"labels.{on.sink}", f"{on.path}, {more.path}: {reason}"
    flow = [it for it in leaks if it.rule.startswith("flow.")]
    if any(it.rule == "flow.secret" and it.public for it in flow) or (
        flow and any(it.rule == "labels.text" and not it.expected for it in leaks)
    ):
        return flow[
            0
        ].rule, f"{on.path} is {on.value!r}, which the request does not name, and {flow[0].reason}"
    return None


def _is_word(value: str) -> bool:
    """Return whether a value is a word or a name, rather than a sentence that a call is to say."""
    return len(value.split()) <= MAX_WORDS


def _by_strangers(findings: Sequence[Finding]) -> tuple[str, str] | None:
    """Return the rule and reason of a call of which strangers say to whom it goes, and what else it does.

    Somebody, with what is noted of him; an account, for a thing that the request does not name, and in a text
    that it does not name either.
    """
    whom = next((one for one in findings if one.sink in _TO_WHOM and one.ground == "stranger"), None)
    if whom is None or whom.sink == "url":
        return None
    more = next(
        (
            one
            for one in findings
            if not ((whom.handed and one.handed) or whom.beside or _in_one_text(whom, one))
            if (one.sink == "value" and one.ground == "stranger" and whom.sink == "recipient")
            or (one.sink in _WHERE and one.ground == "unnamed" and whom.sink == "payee" and not whom.within)
        ),
        None,
    )
    if more is None:
        return None
    reason = f"{whom.path} is {whom.value!r}, which only strangers say, and {more.path} is {more.value!r}"
    return f"labels.{whom.sink}", f"{reason}, and {more.why}"


def _in_one_text(whom: Finding, other: Finding) -> bool:
    """Return whether a value stands beside the address of whom the request speaks, in a text that it names.

    *Put Mr Abara in, with an invitation*: of one who writes from `emeka.abara@` his street is no other doubt.
    """
    texts = {(one.tool, one.at_ns, one.path) for one in whom.origins}
    there = {(one.tool, one.at_ns, one.path) for one in other.origins}
    return whom.bears_name and other.within and bool(there) and there <= texts
