"""Templates of URIs, a small part of RFC 6570, and the values of their variables in a URI that was asked for.

``{name}`` stands for one part of a path, ``{+path}`` for the rest of it, ``{?q,lang}`` for a query. A URI is
one of a template's where each value is what its place says and nothing beside: no step to the side, no mark
of another part, no encoding within an encoding. What goes out is made of the values anew, in one spelling.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote_to_bytes

import msgspec

MAX_URI: Final = 2048
MAX_VARIABLES: Final = 16
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FOUND: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NETS: Final = frozenset({"http:", "https:", "ws:", "wss:", "ftp:", "file:"})
"""Schemes whose host says where: it is no variable."""
_CODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ANY: Final = r"[^/?#&%\\\x00-\x20\x7f]|%[0-9A-Fa-f]{2}"


class Template(msgspec.Struct, frozen=True):
    """A template that was read. ``path``: literals and variables in turn, a literal first."""

    path: tuple[str, ...]
    rest: bool = False
    """Whether the last variable stands for the rest of the path."""
    query: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """Their names, in order."""
        return (*self.path[1::2], *self.query)


class BadTemplate(ValueError):
    """A template is none; says why."""


@lru_cache(maxsize=4096)
def read_template(text: str) -> Template:
    """Return the template of a text. Raises BadTemplate."""
    if len(text) > MAX_URI or not _SCHEME.match(text):
        raise BadTemplate("it is no URI: it begins with a scheme, as `docs://handbook` does")
    if any(ord(char) <= 32 or ord(char) == 127 for char in text) or "\\" in text:
        raise BadTemplate("it has a blank, a control character or a `\\`")
    pieces = _FOUND.split(text)  # literals and what stands in braces, in turn
    if any("{" in it or "}" in it for it in pieces[::2]):
        raise BadTemplate("a brace has no partner")
    query: tuple[str, ...] = ()
    if len(pieces) > 1 and pieces[-2].startswith("?"):
        query, pieces = tuple(pieces[-2][1:].split(",")), [*pieces[:-3], pieces[-3] + pieces[-1]]
        if not text.endswith("}"):
            raise BadTemplate("`{?…}` stands at the end")
    names = pieces[1::2]
    rest = bool(names) and names[-1].startswith("+")
    if rest:
        names[-1] = pieces[-2] = names[-1][1:]
    found = Template(tuple(pieces), rest, query)
    _check(text, found)
    return found


def _check(text: str, found: Template) -> None:
    names, literals = found.path[1::2], found.path[::2]
    for name in found.variables:
        if not _NAME.fullmatch(name):
            raise BadTemplate(
                f"`{{{name}}}` is none of `{{name}}`, `{{+rest}}` at the end of a path, `{{?a,b}}`"
            )
    if len(set(found.variables)) < len(found.variables) or len(found.variables) > MAX_VARIABLES:
        raise BadTemplate(f"it has a variable twice, or more than {MAX_VARIABLES}")
    if not _SCHEME.match(literals[0]):
        raise BadTemplate("its scheme is a variable")
    if names and any("?" in it or "#" in it for it in literals):
        raise BadTemplate("a query that varies is written `{?a,b}`, and there is no fragment")
    if "#" in text or (found.query and "?" in literals[-1]):
        raise BadTemplate("it has a fragment, or two queries")
    scheme = literals[0].partition(":")[0].lower() + ":"
    if names and scheme in _NETS and not re.match(r"[^:]+://[^/]*/", literals[0]):
        raise BadTemplate("its host is a variable")
    if any(not it for it in literals[1:-1]) or (found.rest and literals[-1]):
        raise BadTemplate("two variables stand side by side, or something stands behind `{+rest}`")
    if found.rest and not literals[-2].endswith("/"):
        raise BadTemplate("`{+rest}` stands behind a `/`")
    if any(part in {".", ".."} for it in literals for part in re.split(r"[/?]", it)[1:-1]):
        raise BadTemplate("it has a part `.` or `..`")


def matched(text: str, uri: str) -> dict[str, str] | None:
    """Return the values of a template's variables in a URI, decoded; None: it is none of its URIs."""
    found = read_template(text)
    if len(uri) > MAX_URI:
        return None
    path, mark, query = uri.partition("?")
    if not found.variables:
        return {} if uri == text else None
    if "#" in uri or (mark and not found.query):
        return None
    match = _pattern(found).fullmatch(path)
    if match is None:
        return None
    values: dict[str, str] = {}
    for name, raw in zip(found.path[1::2], match.groups(), strict=True):
        rest = found.rest and name == found.path[-2]
        value = _decoded(raw)
        if value is None or not (_is_rest(value) if rest else _is_part(value)):
            return None
        values[name] = value
    return _queried(found, query, values) if mark else values


def expanded(text: str, values: dict[str, str]) -> str:
    """Return the URI of a template and values, each in the one spelling that `matched` takes apart again."""
    found = read_template(text)
    pieces = list(found.path)
    for at in range(1, len(pieces), 2):
        rest = found.rest and at == len(pieces) - 2
        pieces[at] = quote(values[pieces[at]], safe="/" if rest else "")
    asked = "&".join(f"{name}={quote(values[name], safe='')}" for name in found.query if name in values)
    return "".join(pieces) + (f"?{asked}" if asked else "")


@lru_cache(maxsize=4096)
def _pattern(found: Template) -> re.Pattern[str]:
    pieces = list(found.path)
    for at in range(0, len(pieces), 2):
        behind = pieces[at + 2] if at + 2 < len(pieces) else ""
        literal = re.escape(pieces[at])
        if at + 1 < len(pieces):
            last = at + 3 >= len(pieces) or "/" in behind
            if found.rest and at + 1 == len(pieces) - 2:
                literal += f"((?:{_ANY}|/)+)"
            else:
                # Between two variables of one part stands a mark that the first one does not have.
                literal += f"((?:{'' if last else f'(?!{re.escape(behind[0])})'}(?:{_ANY}))+)"
        pieces[at] = literal
    return re.compile("".join(pieces[::2]))


def _queried(found: Template, query: str, values: dict[str, str]) -> dict[str, str] | None:
    for pair in query.split("&"):
        name, mark, raw = pair.partition("=")
        value = _decoded(raw.replace("+", " "))
        if name not in found.query or name in values or not mark or value is None or not _is_plain(value):
            return None
        values[name] = value
    return values


def _decoded(raw: str) -> str | None:
    """Return a value without its encoding, None where that is none, or has another one within."""
    if "%" in _CODED.sub("", raw):
        return None
    try:
        value = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    return None if _CODED.search(value) else value


def _is_plain(value: str) -> bool:
    return not any(unicodedata.category(char) in {"Cc", "Cs", "Cf"} for char in value)


def _is_part(value: str) -> bool:
    """Return whether a value is one part of a path, however its server reads signs that look like others."""
    return _is_plain(value) and all(
        it not in {"", ".", ".."} and not any(mark in it for mark in "/\\?#") and ".." not in it.split(";")
        for it in (value, unicodedata.normalize("NFKC", value))
    )


def _is_rest(value: str) -> bool:
    return all(map(_is_part, value.split("/")))
