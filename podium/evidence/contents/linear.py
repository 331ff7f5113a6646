"""Regular expressions whose search takes linear time, whatever is written: RE2's, as Arrow has it.

Source of the syntax: https://github.com/google/re2/wiki/Syntax. Arrow is imported at the first use, because
that takes a while.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from podium.evidence.contents.numbers import Span

MAX_REGEX_CHARS: Final = 1000
_BEGIN, _END = "\ue000", "\ue001"  # of private use: no text has them but by accident
_MARKS: Final = re.compile(f"[{_BEGIN}{_END}]")


def _marked(regex: str, text: str) -> str:
    """Return a text with a mark before and behind each match."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import
    import pyarrow.compute as pc  # noqa: PLC0415 - slow to import

    texts: Any = pa.array([text], pa.string())
    found: Any = pc.replace_substring_regex(texts, pattern=f"({regex})", replacement=rf"{_BEGIN}\1{_END}")
    return str(found[0].as_py())


def finder(regex: str) -> Callable[[str], list[Span]]:
    """Return what finds a regular expression in a text without lone surrogates."""

    def find(text: str) -> list[Span]:
        marked = _marked(regex, _MARKS.sub(" ", text))
        places = [mark.start() - number for number, mark in enumerate(_MARKS.finditer(marked))]
        return list(zip(places[::2], places[1::2], strict=True))

    return find


def check_regex(regex: str) -> str | None:
    """Return in words why a regular expression cannot be used, None where it can."""
    if not regex or len(regex) > MAX_REGEX_CHARS:
        return f"it has not 1 to {MAX_REGEX_CHARS} characters"
    try:
        empty = _marked(regex, "")
    except (ValueError, UnicodeEncodeError) as error:
        return f"RE2 does not take it: {str(error).removeprefix('Invalid regular expression: ')}"
    return "it matches the empty text" if empty else None
