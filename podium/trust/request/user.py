"""Who the user of a task is: what *me* and *my* of the request stand for.

It is told out of band of the agent, as the request is. Nothing that a task reads adds to it.
"""

import re
from functools import lru_cache
from typing import Final

import msgspec

from podium.kernel.errors import InvalidRequest
from podium.trust.values.forms import EMAIL, email_form, forms_of, plain, words

MAX_EACH: Final = 8
"""Names, addresses and identifiers of one user."""
MAX_NAME_CHARS: Final = 80
MAX_CHARS: Final = 254
LEAST_DIGITS: Final = 6
"""Of a telephone number."""
PHONE: Final = re.compile(r"\+?[\d ()./-]{5,30}")
_SHOWN: Final = re.compile(r"[^\x00-\x1f\x7f\u0080-\u009f\u2028\u2029<>]+")
FIELDS: Final = ("names", "addresses", "ids")


class User(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who the user is. At most `MAX_EACH` of each."""

    names: tuple[str, ...] = ()
    """As lists have them: ``Noor Haddad``."""
    addresses: tuple[str, ...] = ()
    """By which the user is reached: mail addresses, telephone numbers."""
    ids: tuple[str, ...] = ()
    """As systems know the user: logins, handles, identifiers."""

    @property
    def told(self) -> bool:
        """Whether anything is said."""
        return bool(self.names or self.addresses or self.ids)


_decoder: Final = msgspec.json.Decoder(User)


def user_text(user: User | None) -> str | None:
    """Return a user as it is stored."""
    return msgspec.json.encode(user).decode() if user is not None else None


def user_of(text: str | None) -> User | None:
    """Return a stored user again."""
    return _decoder.decode(text) if text is not None else None


def shown(user: User) -> str:
    """Return a user in a line: names, addresses, identifiers, each once."""
    return ", ".join(dict.fromkeys((*user.names, *user.addresses, *user.ids)))


def fault_of(field: str, value: str) -> str:
    """Return what keeps a value from being one of a user's, empty where nothing does."""
    most = MAX_NAME_CHARS if field == "names" else MAX_CHARS
    if not value.strip() or value != value.strip():
        return "it is empty, or has blanks around it"
    if len(value) > most:
        return f"it is longer than {most} characters"
    if not _SHOWN.fullmatch(value):
        return "it has characters that no such value has"
    if field == "names" and (len(plain(value)) < 2 or not any(map(str.isalpha, value)) or "@" in value):
        return "a name has at least two characters, letters among them, and no @"
    if field == "addresses" and not (EMAIL.fullmatch(value) or _digits(value)):
        return "an address is a mail address or a telephone number"
    return ""


def check_user(user: User) -> User:
    """Return a user as told. Raises InvalidRequest naming the value that is none."""
    for field in FIELDS:
        values = getattr(user, field)
        if len(values) > MAX_EACH:
            raise InvalidRequest(
                f"user.{field} has more than {MAX_EACH} values.",
                fix="Name those that requests mean.",
                field=f"user.{field}",
            )
        for index, value in enumerate(values):
            if why := fault_of(field, value):
                raise InvalidRequest(
                    f"user.{field}[{index}] is not usable: {why}.",
                    fix="See docs/identity.md.",
                    field=f"user.{field}[{index}]",
                )
    if not user.told:
        raise InvalidRequest("user says nothing.", fix="Name names, addresses or ids.", field="user")
    return user


def is_users(user: User, value: object) -> bool:
    """Return whether a value is one of the user's names, addresses or identifiers, and nothing besides."""
    text = value if isinstance(value, str) else str(value)
    if (address := email_form(text)) is not None:
        beside = words(text.strip().partition("<")[0]) if text.strip().endswith(">") else ()
        known = {word for name in user.names for word in words(name)}
        return address in _known(user) and known.issuperset(beside)
    digits = _digits(text)
    if digits and any(digits == _digits(one) for one in user.addresses):
        return True
    return plain(text).strip() in _known(user) or plain(text).strip().lstrip("@") in _handles(user)


def is_users_address(user: User, value: object) -> bool:
    """Return whether a value is an address by which the user alone is reached."""
    text = value if isinstance(value, str) else str(value)
    return (email_form(text) is not None or bool(_digits(text))) and is_users(user, text)


@lru_cache(maxsize=64)
def users_words(user: User) -> frozenset[str]:
    """Return the words of a user's names."""
    return frozenset(word for name in user.names for word in words(name))


@lru_cache(maxsize=64)
def _known(user: User) -> frozenset[str]:
    values = (*user.names, *user.addresses, *user.ids)
    return frozenset(text for value in values for kind, text in forms_of(value) if kind in {"email", "text"})


@lru_cache(maxsize=64)
def _handles(user: User) -> frozenset[str]:
    return frozenset(plain(value).strip().lstrip("@") for value in user.ids)


def _digits(text: str) -> str:
    """Return the digits of a telephone number, empty for anything else."""
    digits = "".join(filter(str.isdigit, text)) if PHONE.fullmatch(text.strip()) else ""
    return digits if len(digits) >= LEAST_DIGITS else ""
