"""What a tool returns: the objects in it that requests name, and the fields that nobody outside may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from podium.manifest.drafting.schemas import Field, Rows, words_of
from podium.trust.english.lexicon import word_set
from podium.trust.english.words import singular


@dataclass(frozen=True, slots=True)
class Thing:
    """One kind of object in a result."""

    at: str
    id: str
    names: tuple[str, ...]
    structured: tuple[str, ...]
    trusted: tuple[str, ...]
    """Paths, from the result's root, of what the server may have made itself: identifiers, states, dates."""
    addresses: tuple[str, ...]
    """Fields of it that say to whom or where, from it."""
    keys: str = ""
    """Of a map by names: the field as which its keys are read."""
    values: str = ""
    """And that of what is no object."""


SECRET: Final = word_set(
    "password passwords passcode passphrase pin secret secrets token tokens credential credentials apikey "
    "otp cvv ssn diagnosis diagnoses medical medication medications health allergy allergies therapy "
    "salary salaries wage wages payslip religion disability"
)
"""Words of fields that nobody else may read: keys, health, salaries."""
_NAMES: Final = word_set(
    "name title subject sender from label number day date start due customer client guest person author "
    "city patient supplier company organiser organizer owner email login username handle kind type room "
    "key code plate reference day_name filename path merchant counterparty payee donor partner tenant "
    "volunteer"
)
_SAID: Final = word_set("name title subject")
_DATES: Final = word_set(
    "date day start end starts ends due time at on until since created updated received sent month from "
    "to arrival departure deadline issued published expires"
)
_AMOUNTS: Final = word_set(
    "amount price total cost fee rent balance quantity rate sum limit hours minutes stars paid due monthly"
)
_STATES: Final = word_set("status state stage priority severity level unread read open done")
_ADDRESSES: Final = word_set("email phone iban account address url sender mobile bic wallet link website")
_IDS: Final = (
    "id",
    "uuid",
    "uid",
    "key",
    "number",
    "sku",
    "no",
    "code",
    "slug",
    "path",
    "login",
    "handle",
    "iban",
)
_FREE: Final = word_set(
    "body text content description note notes comment comments message snippet summary html remark "
    "remarks details"
)
_OWN: Final = word_set("id uuid uid no key number status state created updated received sent unread")
"""Words of fields that servers fill as a rule, whoever wrote the rest."""
_MOST_NAMES, _MOST_STRUCTURED = 6, 12


def thing_of(rows: Rows) -> Thing | None:
    """Return the objects in a list of things, None where nothing identifies one."""
    plain = [field for field in rows.fields if not field.many and not field.loose]
    found = plain[0] if rows.values else _identifier(rows, plain)
    if found is None:
        return None
    rest = [field for field in plain if field is not found]
    inside = (
        f"{rows.path}[]."
        if rows.listed and rows.path
        else "[]."
        if rows.listed
        else f"{rows.path}." * bool(rows.path)
    )
    names = [field for field in rest if _names_it(field)]
    names.sort(key=lambda field: not set(words_of(field.path)) & _SAID)
    called = [*[field.path for field in names][:_MOST_NAMES], found.path]
    facts = [field for field in rest if _is_fact(field)]
    own = [field for field in [found, *facts] if _servers_own(field) or (rows.values and field is found)]
    return Thing(
        rows.path,
        found.path,
        tuple(called),
        tuple(field.path for field in facts)[:_MOST_STRUCTURED],
        tuple(f"{inside}{field.path}" for field in own),
        tuple(field.path for field in rest if set(words_of(field.path)) & _ADDRESSES),
        found.path if rows.values else "",
        rows.values if rows.values in {field.path for field in rows.fields} else "",
    )


def _identifier(rows: Rows, plain: Sequence[Field]) -> Field | None:
    by_name = {field.path.casefold(): field for field in plain}
    noun = singular(words_of(rows.path)[-1]) if words_of(rows.path) else ""
    for name in _IDS:
        for one in (name, f"{noun}_{name}", f"{noun}{name}"):
            if (noun or one == name) and one in by_name:
                return by_name[one]
    ending = [field for field in plain if words_of(field.path)[-1:] in (["id"], ["no"], ["uuid"], ["number"])]
    if ending:
        return ending[0]
    return next((by_name[name] for name in ("email", "name", "title") if name in by_name), None)


def _names_it(field: Field) -> bool:
    words = words_of(field.path)
    return bool(words) and words[-1] in _NAMES and not _FREE & set(words) and not field.flag


def _is_fact(field: Field) -> bool:
    words = words_of(field.path)
    if not words or _FREE & set(words) or _ADDRESSES & set(words) or SECRET & set(words):
        return False
    if words[-1] in {"from", "to"} and len(words) == 1 and not field.format.startswith("date"):
        return field.number  # of a mail these are addresses, of a flight places
    return words[-1] in _DATES | _STATES | _AMOUNTS or field.number or field.format in {"date", "date-time"}


def _servers_own(field: Field) -> bool:
    words = words_of(field.path)
    return words[-1:] != [] and words[-1] in _OWN


def secrets_of(rows: Sequence[Rows]) -> tuple[str, ...]:
    """Return the paths of fields that hold what nobody else may read, by their names."""
    found = []
    for one in rows:
        inside = (
            f"{one.path}[]."
            if one.listed and one.path
            else "[]."
            if one.listed
            else f"{one.path}." * bool(one.path)
        )
        found += [f"{inside}{field.path}" for field in one.fields if _secret(field)]
    return tuple(dict.fromkeys(found))


def _secret(field: Field) -> bool:
    words = words_of(field.path)
    return (
        bool(SECRET & set(words))
        and not field.flag
        and words[-1:] not in (["id"], ["count"], ["at"], ["date"])
    )
