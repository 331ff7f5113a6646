"""Whether a colleague has written an object of a result, and how much of a text is his own.

The server vouches for the writer, not for what he quotes: where a quoted or forwarded text begins, somebody
else speaks. What is pasted without any mark cannot be told from his own words.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from podium.trust.tools import VouchedRow
from podium.trust.values.forms import email_form, inside, words
from podium.trust.values.paths import select

_FORWARD: Final = r"(?:fwd?|fw|wg|tr|rv|enc|vb|vl|doorst|i/f)"
_REPLY: Final = r"(?:re|aw|antw|sv|odp|r[\u00e9e]f)"
_PREFIX: Final = r"\s*(?:\[[^\]\n]{0,40}\]\s*)*"
_FORWARDED: Final = re.compile(
    rf"{_PREFIX}(?:{_REPLY}\s*(?:\[\d+\])?:\s*)*{_FORWARD}\s*(?:\[\d+\])?:", re.IGNORECASE
)
"""How the title of what somebody passes on begins: `Fwd:`, `WG:`."""
_WROTE: Final = r"\b(?:wrote|writes|schrieb|schreibt|\u00e9crit|escribi\u00f3|scritto|schreef|skrev)\b"
_ENDS: Final = r"[^\n]{0,200}:[^\S\n]{0,20}$"
_QUOTED: Final = re.compile(
    rf"\A{_PREFIX}(?:{_REPLY}|{_FORWARD})\s*(?:\[\d+\])?:"  # the title of what is answered is another's
    r"|^[^\S\n]*(?:[>|\u203a\u00bb\u2502\u2503]|&gt;|&#62;)"
    r"|^[^\S\n]*(?:[-_=*\u2013\u2014~+][^\S\n]?){3,}"
    r"|^[^\S\n]*\*{0,2}(?:from|von|de|van|da|od|fra|fr\u00e5n|sent|subject|betreff|objet|asunto|oggetto)\*{0,2}[^\S\n]*:"
    rf"|^(?:on|am|le|el|il|op|den)\b[^\n]{{0,200}}\n[^\n]{{0,200}}{_WROTE}{_ENDS}"
    rf"|^[^\n]*{_WROTE}{_ENDS}"
    rf"|^[^\n]*<[^<>\s@]+@[^<>\s@]+>{_ENDS}"
    r"|\b(?:original|forwarded|quoted|weitergeleitete|urspr\u00fcngliche)[^\S\n]+(?:message|mail|e-mail|email|"
    r"text|from|nachricht)\b"
    # on one line, where a server has joined them
    rf"|\b(?:on|am|le|el|il|op|den)\b[^\n]{{0,120}}{_WROTE}[^\n]{{0,60}}:"
    r"|\bfrom:[^\n]{0,120}\b(?:sent|date|to|subject):"
    r"|<(?:blockquote|hr|q)\b|gmail_quote|divrplyfwdmsg|moz-cite",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a text begins that somebody else has written."""
_AUTOMATIC: Final = frozenset(
    (
        *("noreply", "donotreply", "reply", "notification", "notifications", "notify", "alert", "alerts"),
        *("mailer", "daemon", "postmaster", "bounce", "bounces", "form", "forms", "webform", "contact"),
        *("feedback", "automated", "automation", "robot", "bot", "system"),
    )
)
"""Words of addresses from which systems send, also what strangers have typed into them."""
_BREAKS: Final = str.maketrans(dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
_TAG: Final = re.compile(r"</?[a-z][^<>@]*>", re.IGNORECASE)
_UNSEEN: Final = re.compile(
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
MAX_TITLE: Final = 300
"""Characters of a field that may be the title of something."""


def vouches(rule: VouchedRow, row: Mapping[str, Any]) -> bool:
    """Return whether the server vouches for the writer of an object, and it passes on nobody else's."""
    if any(
        isinstance(value, str) and len(value) <= MAX_TITLE and _FORWARDED.match(_folded(value))
        for value in row.values()
    ):
        return False
    if any(_is_like(values, one) for path, values in rule.unless.items() for _, one in select(row, path)):
        return False
    return bool(rule.when) and all(
        "[]" not in path and any(_is_one(values, one) for _, one in select(row, path))
        for path, values in rule.when.items()
    )


def own_length(text: str) -> int | None:
    """Return where the first text begins that somebody else has written; None: nowhere."""
    found = _QUOTED.search(_folded(text))
    return None if found is None else found.start()


def _is_one(values: tuple[str, ...], found: Any) -> bool:
    if isinstance(found, (dict, list)) or found is None:
        return False
    text = str(found).lower() if isinstance(found, bool) else str(found)
    if text in values:
        return True
    name, _, domain = (email_form(text) or "").rpartition("@")
    ours = frozenset(one[1:].casefold() for one in values if one[:1] == "@" and len(one) > 1)
    return bool(domain and ours) and inside(domain, ours) and _AUTOMATIC.isdisjoint(words(name))


def _is_like(values: tuple[str, ...], found: Any) -> bool:
    """Return whether a value is one of some in any spelling, or a list that holds one."""
    if isinstance(found, list):
        return any(_is_like(values, one) for one in found)
    text = str(found).strip().casefold()
    address = email_form(str(found)) or ""
    known = frozenset(one.strip().casefold() for one in values)
    domains = frozenset(one[1:] for one in known if one[:1] == "@" and len(one) > 1)
    return not known.isdisjoint((text, address)) or bool(
        address and domains and inside(address.rpartition("@")[2], domains)
    )


def _folded(text: str) -> str:
    """Return a text of the same length: its breaks as line feeds, tags and what shows nothing blank."""
    text = _UNSEEN.sub(" ", text.translate(_BREAKS))
    if "<" not in text:
        return text
    return _TAG.sub(_break, text)


def _break(tag: re.Match[str]) -> str:
    """Return a tag as a line break of its length; one that quotes stays."""
    return tag[0] if _QUOTED.search(tag[0]) else "\n" * len(tag[0])
