"""Approvals of tool calls: the act in words, where each value came from, and what an approval is bound to.

An approval is for one call: this task, this tool, these arguments by the hash of their canonical JSON
(RFC 8785), once, until it expires. It answers the questions about that call; it endorses neither the tool
nor the same value in another call.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from podium.trust.request.requests import Request
from podium.trust.tools import ToolRow

if TYPE_CHECKING:
    from podium.trust.grounding.record.findings import Finding, Origin
    from podium.trust.verdict import Verdict

EXPIRES_AFTER_NS: Final = 15 * 60 * 1_000_000_000
SHOWN_CHARS: Final = 600
"""Of one argument's value in an act's description; a longer one says how much was left out."""

State = Literal["open", "approved", "refused", "spent", "expired"]


class Approval(msgspec.Struct, frozen=True):
    """One question about one call. Times are Unix nanoseconds."""

    id: str
    task: str
    tool: str
    arguments_sha256: str
    created_ns: int
    expires_ns: int
    state: State = "open"


def honours(approval: Approval, task: str, tool: str, digest: str, now_ns: int) -> bool:
    """Return whether an approval lets this very call through now."""
    return (
        approval.state == "approved"
        and (approval.task, approval.tool, approval.arguments_sha256) == (task, tool, digest)
        and now_ns < approval.expires_ns
    )


def answered(approval: Approval, *, yes: bool, now_ns: int) -> Approval:
    """Return an approval after a person's answer; one that is not open or has expired stays as it is."""
    if approval.state != "open":
        return approval
    if now_ns >= approval.expires_ns:
        return msgspec.structs.replace(approval, state="expired")
    return msgspec.structs.replace(approval, state="approved" if yes else "refused")


def spent(approval: Approval) -> Approval:
    """Return an approval whose call is about to go out. Written down before it does: once, across crashes."""
    return msgspec.structs.replace(approval, state="spent")


class Act(msgspec.Struct, frozen=True):
    """What a person is shown. Everything in it is text of the page, never markup."""

    title: str
    words: tuple[str, ...]
    """The act, argument by argument."""
    sources: tuple[str, ...]
    """Where each value came from."""
    irreversible: str
    differs: tuple[str, ...]
    """What is not as the request has it."""
    questions: tuple[str, ...]
    request: str


def describe(tool: ToolRow, arguments: Mapping[str, Any], verdict: "Verdict", request: Request) -> Act:
    """Return a call in words."""
    lines = tuple(f"{path}: {shown(value)}" for path, value in arguments.items() if value is not None)
    end = {
        "irreversible": "It cannot be taken back.",
        "write": "It changes something, and can be undone by another act.",
        "read": "It changes nothing, but what it sends cannot be called back.",
    }[tool.effect]
    return Act(
        title=f"{tool.id}: {_aim(verdict.findings) or tool.effect}",
        words=lines,
        sources=tuple(line for finding in verdict.findings for line in _source(finding))
        + tuple(
            f"{leak.path}: shares with {_place(origin)}" for leak in verdict.leaks for origin in leak.origins
        ),
        irreversible=end,
        differs=tuple(_differences(verdict.findings, request)),
        questions=verdict.questions or (verdict.reason,),
        request=request.text,
    )


def shown(value: Any) -> str:
    """Return a value as a person sees it: invisible characters spelled out, a long text cut and counted."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = spelled(text)
    left = len(text) - SHOWN_CHARS
    return text if left <= 0 else f"{text[:SHOWN_CHARS]}… ({left} more characters)"


def spelled(text: str) -> str:
    """Return a text with what nobody sees, or what turns its direction, spelled out."""
    return "".join(c if c.isprintable() or c in "\n\t" else f"\\u{ord(c):04x}" for c in text)


def _aim(findings: Sequence["Finding"]) -> str:
    # An object is called as the tool calls it: a number, a channel.
    aims = [
        f"{one.path if one.sink == 'object' else one.sink} {shown(one.value)}"
        for one in findings
        if one.sink != "text"
    ]
    return ", ".join(aims[:3])


def _source(finding: "Finding") -> list[str]:
    head = f"{finding.path} = {shown(finding.value)}: {finding.why}"
    return [head] + [f"{finding.path}: {_place(origin)}" for origin in finding.origins]


def _place(origin: "Origin") -> str:
    where = f"{origin.tool}, {origin.path}" if origin.path else origin.tool
    return f'{where} at {_when(origin.at_ns)} ({origin.label}): "{shown(origin.quote)}"'


def _differences(findings: Sequence["Finding"], request: Request) -> list[str]:
    kinds = {
        "recipient": ("email",),
        "payee": ("iban", "email"),
        "url": ("url",),
        "amount": ("number",),
        "date": ("date",),
    }
    out = []
    for finding in findings:
        if finding.trusted:
            continue
        said = sorted(text for kind, text in request.entities if kind in kinds.get(finding.sink, ()))
        instead = f"; it says {', '.join(said[:4])}" if said else ""
        out.append(f"The request does not say {shown(finding.value)} for {finding.path}{instead}.")
    return out


def _when(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%SZ")


# -- RFC 8785


def canonical(value: Any) -> str:
    """Return the canonical JSON of a value (RFC 8785).

    Integers keep all their digits where the RFC would round them to a double: two calls that differ must not
    have one hash. Raises ValueError for what JSON has no place for.
    """
    if isinstance(value, str):
        return _string(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, (dict, Mapping)):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key is not a string")
        keys = sorted(value)
        if not "".join(keys).isascii():
            keys.sort(key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_string(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical(item) for item in value) + "]"
    raise ValueError(f"JSON has no place for {type(value).__name__}")


def arguments_sha256(arguments: Mapping[str, Any]) -> str:
    """Return the hash that an approval is bound to, hexadecimal."""
    return hashlib.sha256(canonical(arguments).encode("utf-8", "surrogatepass")).hexdigest()


_string: Final = json.JSONEncoder(ensure_ascii=False).encode


def _number(value: float) -> str:
    """Return a double as ECMAScript does (ECMA-262, Number::toString). Raises ValueError for no number."""
    if not math.isfinite(value):
        raise ValueError("a number is not finite")
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    figures = "".join(map(str, digits))
    point = len(figures) + int(exponent)
    minus = "-" if sign else ""
    if 0 < point <= 21:
        whole = figures.ljust(point, "0")
        return minus + (whole if len(figures) <= point else f"{figures[:point]}.{figures[point:]}")
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{figures}"
    mantissa = figures[0] + (f".{figures[1:]}" if len(figures) > 1 else "")
    power = point - 1
    return f"{minus}{mantissa}e{'+' if power >= 0 else '-'}{abs(power)}"
