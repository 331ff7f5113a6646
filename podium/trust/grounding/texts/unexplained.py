"""What of a text nothing explains: it may hold private data in a form that no matching knows.

Of an address or a search everything counts that neither the request nor public readings say: words, signs
beyond those that stand between words, and how plain ones are written. Of prose no more than runs and words
that are none, and characters that do not show.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from podium.trust.grounding.grounds import Grounds
from podium.trust.request.requests import stem
from podium.trust.values.forms import Form, email_form, forms_of, squash, url_form, url_host
from podium.trust.values.lookalikes import spelled_out
from podium.trust.values.runs import KINDS, runs, table

OPAQUE_CHARS: Final = 20
"""A run of so many characters that is no word is explained, or asked about."""
MAX_REPEATS: Final = 3
"""Times that a word which is explained stands in one address or search; more of it says something else."""
MAX_SIGNS: Final = 2
"""Signs that stand between two words."""
MAX_HIDDEN: Final = 8
"""Characters that do not show in a text: soft hyphens, marks of direction."""
_SHOWN: Final = table(r"\S")
_WORD: Final = re.compile(r"[^\W_]+")
_SIGNS: Final = re.compile(r"[\W_]+")
_TO_HOST: Final = re.compile(r"\A\s*(?:[A-Za-z]+://)?[^/?#\s]*")
_ESCAPE: Final = re.compile(r"%(?:2[dDeE]|3[0-9]|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")
"""Of a letter, a digit or a sign that needs none."""
_EDGE: Final = " .,;:!?()[]{}<>\"'*_~`\u201c\u201d\u2018\u2019\u2026\u00ab\u00bb|#=+"
_JOINTS: Final = re.compile(r"[-'\u2019/.&+@:,_\u2013\u2014]")
_PLAIN: Final = re.compile(r"[^\W\d_]*|\d+|[^\W\d_]{1,3}\d+|\d+[^\W\d_]{1,3}")
"""A part of a word: letters, a number, or one with a unit or a letter at it: `5kg`, `Q3`."""
_TURNS: Final = re.compile(r"[a-z][A-Z]")
_BYTES: Final = re.compile(r"(?<!\w)(?:[0-9a-fA-F]{2}\W{1,3}){11,}[0-9a-fA-F]{2}(?!\w)")
_MIXED: Final = re.compile(r"(?<!\w)(?:\d[a-fA-F]|[a-fA-F]\d)(?!\w)")
_SYMBOLS: Final = bytes(ord("x") if chr(c) in "\\^<>=%$#@{}[]|~`+*_&" else 32 for c in range(128)) + bytes(
    128
)
_SIGNS_ALONE: Final = re.compile(r"(?<!\S)[^\w\s]{2}")
_TELLING: Final = (b"aA", b"ad", b"da", b"Ad", b"dA")
_TAG: Final = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{1,6}\U000e007f")
"""The flag of a part of a country, which is spelled in characters that do not show."""
_DRAWN: Final = re.compile("(?<=[^\x00-\x7f])[\ufe0e\ufe0f\u200c\u200d]|(?<=[0-9#*])\ufe0f(?=\u20e3)")
"""How a symbol is drawn, and what joins letters of other scripts."""


def unexplained(grounds: Grounds, text: str) -> list[str]:
    """Return what of an address or a search neither the request nor public readings explain."""
    request, readings = grounds.request, grounds.readings
    if text.strip() in request.text:
        return []
    form = url_form(text)
    if form is not None:
        host, rest = url_host(form), _TO_HOST.sub("", text)
        said, fragment, more = rest.partition("#")
        if request.says(("url", form)) or any(p.label.trusted for p in readings.at(("url", form))):
            written = len(form) - len(host) if "/" in form or "?" in form else 0
            text = fragment + more + said[written + 1 :]
        else:
            text = rest if host in request.hosts else f"{form}{fragment}{more}"
    escapes = _ESCAPE.findall(text)
    for _ in range(3 if "%" in text else 0):
        text = unquote(text)
    text = unicodedata.normalize("NFC", text)
    left, often = escapes, Counter[str]()
    for word in _WORD.findall(text):
        often[low := word.casefold()] += 1
        if often[low] > MAX_REPEATS or not _is_known(grounds, word, low):
            left.append(word)
    return left + list(_signs(text))


def _is_known(grounds: Grounds, word: str, low: str) -> bool:
    """Return whether the request or public readings say a word, and it is written as words are."""
    request, readings = grounds.request, grounds.readings
    if _TURNS.search(word) and word not in request.text and not readings.written(word):
        return False
    if stem(low) in request.stems or low in request.bag or low in request.squashed:
        return True
    forms: tuple[Form, ...] = forms_of(word)
    if any(not place.label.guarded for form in forms for place in readings.at(form)):
        return True
    return len(low) >= 4 and any(not place.label.guarded for place, _ in readings.holds(word))


def _signs(text: str) -> Iterator[str]:
    """Yield the signs of a text beyond the one or two between words, and symbols of whatever kind."""
    for match in _SIGNS.finditer(text):
        signs = "".join(match[0].split())
        over = signs[MAX_SIGNS:] if signs.isascii() else "".join(c for c in signs if not c.isascii())
        if over:
            yield over


def opaque_runs(text: str) -> list[str]:
    """Return the runs of a text that are too long for a word."""
    if text.isascii():
        return runs(text, _SHOWN, OPAQUE_CHARS)
    return [run for run in text.split() if len(run) >= OPAQUE_CHARS]


def wordlike(run: str) -> bool:
    """Return whether a run of characters is made of words, addresses included."""
    parts = re.findall(r"[^\W\d_]+|\d+", run)
    if url_form(run.strip(".,;:()<>")) or email_form(run.strip(".,;:()<>")):
        return max((len(part) for part in parts), default=0) < OPAQUE_CHARS
    mixed = sum(1 for part in parts if part != part.lower() and part != part.upper() and part != part.title())
    if len(parts) < 2:
        return len(run) < 32 and not any(c.isdigit() for c in run)
    return mixed == 0 and len(run) / len(parts) > 2.5 and not any(c.isdigit() for c in run)


def odd_words(grounds: Grounds, text: str) -> list[str]:
    """Return the words of prose that are none: `aGVsb`, `|6C86C`, `U+0054`, dots and dashes.

    None that the request says, or that stands in what was read.
    """
    if not _may_be_odd(text):
        return []
    found = [match[0] for match in _BYTES.finditer(text) if _MIXED.search(match[0])]
    said, readings = grounds.request.squashed, grounds.readings
    odd = {word: squash(word) for word in text.split() if not _is_plain(word) and _is_odd(word)}
    known = {word for word, bare in odd.items() if (bare and bare in said) or any(readings.holds(word))}
    return found + [word for word in text.split() if word in odd and word not in known]


def _may_be_odd(text: str) -> bool:
    if not text.isascii():
        return True
    raw = text.encode()
    shape = raw.translate(KINDS)
    if any(part in shape for part in _TELLING) or b"x" in raw.translate(_SYMBOLS):
        return True
    return _SIGNS_ALONE.search(text) is not None


def _is_plain(word: str) -> bool:
    return word.isalpha() and (word.islower() or word.istitle())


def _is_odd(word: str) -> bool:
    """Return whether a word is neither made of letters or digits, nor an address, nor a sign or two."""
    bare = word.strip(_EDGE)
    if _is_plain(bare) or (bare.isalpha() and len(_TURNS.findall(bare)) < 2):
        return False
    if not bare or not any(map(str.isalnum, bare)):
        return len(set(word)) > 1 and not (word.isascii() and len(word) > 3 and word[0] == word[-2])
    if all(_PLAIN.fullmatch(part) and len(_TURNS.findall(part)) < 2 for part in _JOINTS.split(bare)):
        return False
    return not (url_form(bare) or email_form(bare))


def hidden(text: str) -> str:
    """Return the characters of a text that do not show, without those that belong to what shows."""
    if text.isascii():
        return ""
    text = _DRAWN.sub("", _TAG.sub("", text))
    return "".join(c for c in text if _is_hidden(c))


def bare(text: str) -> str:
    """Return a text in plain characters, without those that do not show and without marks."""
    if text.isascii():
        return text
    shown = unicodedata.normalize("NFKD", spelled_out(text))
    return "".join(c for c in shown if not _is_hidden(c) and not unicodedata.combining(c))


def _is_hidden(char: str) -> bool:
    at = ord(char)
    if 0xFE00 <= at <= 0xFE0F or at >= 0xE0000:
        return True
    return not char.isascii() and unicodedata.category(char) in {"Cf", "Cn", "Co", "Cs"}


def hides_much(text: str) -> bool:
    """Return whether characters that do not show may hold something: many, or one that nobody types."""
    found = hidden(text)
    return len(found) > MAX_HIDDEN or any(ord(c) >= 0xE0000 for c in found)
