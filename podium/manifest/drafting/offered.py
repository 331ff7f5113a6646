"""The draft of what a server offers beside tools: resources and prompts, their text a stranger's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from podium.manifest.drafting.schemas import like_a_key
from podium.trust.tools import MAX_CLIENT_NAME, Kind, client_name
from podium.trust.values.uris import BadTemplate, read_template

LISTS: Final[tuple[tuple[str, Kind, str], ...]] = (
    ("resources", "resource", "uri"),
    ("resourceTemplates", "resource", "uriTemplate"),
    ("prompts", "prompt", "name"),
)
"""Members of a server's answers, what they list, and by what that is known."""
MOST: Final = 100
"""Resources of one list; a server that lists its files has a template for them, or needs one."""
_OTHER: Final = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class DraftOffer:
    """One resource or prompt."""

    kind: Kind
    name: str
    at: str
    """Its URI or template, or its server's name for it."""
    arguments: tuple[str, ...] = ()
    says: str = ""


def offers_of(
    server: str, answers: Mapping[str, Sequence[Mapping[str, Any]]], taken: Sequence[str]
) -> tuple[tuple[DraftOffer, ...], tuple[tuple[str, str], ...]]:
    """Return what is offered, and what no manifest can name, each with why. ``taken``: tools' names."""
    names, found, left_out = set(taken), list[DraftOffer](), list[tuple[str, str]]()
    for member, kind, known_by in LISTS:
        entries = answers.get(member, ())
        for entry in entries[:MOST]:
            at = entry.get(known_by)
            said = str(entry.get("name") or at)
            why = _why_not(kind, at, {(it.kind, it.at) for it in found})
            if why or not isinstance(at, str):
                left_out.append((said, why))
                continue
            name = _name(server, said, names, kind)
            names.add(name)
            says = entry.get("description")
            found.append(DraftOffer(kind, name, at, _arguments(entry), says if isinstance(says, str) else ""))
        if len(entries) > MOST:
            left_out.append((f"{len(entries) - MOST} {member}", f"more than {MOST}: write a template"))
    return tuple(found), tuple(left_out)


def _why_not(kind: Kind, at: object, seen: set[tuple[Kind, str]]) -> str:
    if not isinstance(at, str) or not at.isprintable() or like_a_key(at):
        return "no manifest can say what it is"
    if (kind, at) in seen:
        return "the server lists it twice"
    if kind == "resource":
        try:
            read_template(at)
        except BadTemplate as error:
            return str(error)
    return ""


def _name(server: str, said: str, names: set[str], kind: Kind) -> str:
    plain = _OTHER.sub("_", said).strip("_-") or kind
    room = MAX_CLIENT_NAME - len(client_name(server, "")) - 4
    plain = kind if like_a_key(plain) else plain[: max(room, 8)]
    found, number = plain, 2
    while found in names:
        found, number = f"{plain}_{number}", number + 1
    return found


def _arguments(entry: Mapping[str, Any]) -> tuple[str, ...]:
    listed = entry.get("arguments")
    names = [it.get("name") for it in listed if isinstance(it, dict)] if isinstance(listed, list) else []
    return tuple(it for it in names if isinstance(it, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", it))


def of_kind(offers: Sequence[DraftOffer], kind: Kind) -> Iterator[DraftOffer]:
    """Yield those of a kind."""
    return (one for one in offers if one.kind == kind)
