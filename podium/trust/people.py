"""People and what they may: roles, and who decides what for which department.

=================  ====================================================================================
``viewer``         looks
``operator``       also issues and revokes agents' credentials, asks for more, answers operators' cases
``viewer:NAME``    looks at what is department NAME's, or of those below it
``approver:NAME``  looks at the same; decides, and asks for more, in those departments
``reader:NAME``    looks at the same; reads what is stored of content of those departments
``admin``          everything, people included; to read content it wants ``reader`` too
=================  ====================================================================================

The owner of the machine is who has the state directory: the admin token, and the command line beside it. The
owner may what an admin may, but bears no name; see `cases.decide_answer`.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from podium.kernel.errors import Forbidden, InvalidRequest

OWNER: Final = "admin.token"
"""The principal of who bears the admin token."""
ITSELF: Final = "podium"
"""Who acts where Podium does so by itself: the chain, and cases, have it where a person's name would be."""
COMMAND_LINE: Final = "command line"
"""The principal of who asks beside the state directory, without a token."""
MIN_PASSWORD: Final = 12
MAX_PASSWORD_BYTES: Final = 1024
MAX_TEXT: Final = 2000
"""Characters of a reason."""
_APPROVER: Final = "approver:"
_READER: Final = "reader:"
_VIEWER: Final = "viewer:"
_OF_DEPARTMENTS: Final = (_APPROVER, _READER, _VIEWER)
_NAME: Final = re.compile(r"^[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?$")
_DEPARTMENT: Final = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$")


class Right(StrEnum):
    """The least that an act wants; its value is how messages call those who have it."""

    LOOK = "viewer"
    ASK = "operator or approver"
    OPERATE = "operator"
    ADMINISTER = "admin"
    READ_CONTENT = "reader"


class Person(msgspec.Struct, frozen=True):
    """Who acts: a user by name, or the owner."""

    name: str
    roles: tuple[str, ...]
    owner: bool = False
    via: str = ""
    """How they were known: ``session``, ``token``, ``admin.token``, ``command line``."""

    def may(self, right: Right) -> bool:
        """Return whether a right is theirs."""
        if right is Right.READ_CONTENT:
            return self.owner or any(role.startswith(_READER) for role in self.roles)
        if self.owner or "admin" in self.roles:
            return True
        if right is Right.LOOK:
            return bool(self.roles)
        if right is Right.OPERATE:
            return "operator" in self.roles
        if right is Right.ASK:
            return "operator" in self.roles or any(role.startswith(_APPROVER) for role in self.roles)
        return False

    def decides(self, department_path: str) -> bool:
        """Return whether they decide for a department: they approve it, or one above it."""
        if self.owner or "admin" in self.roles:
            return True
        return self._has(_APPROVER, department_path)

    def reads(self, department_path: str) -> bool:
        """Return whether they read content of a department: an admin does not, as long as no role says so."""
        return self.owner or self._has(_READER, department_path)

    def looks_at(self, department_path: str) -> bool:
        """Return whether what is of a department is theirs to see; else it is to them as if it were not."""
        return self.sees is None or not set(self.sees).isdisjoint(department_path.split("/"))

    def _has(self, kind: str, department_path: str) -> bool:
        above = department_path.split("/")
        return any(role.removeprefix(kind) in above for role in self.roles if role.startswith(kind))

    @property
    def sees(self) -> tuple[str, ...] | None:
        """Names of the departments of which all is theirs to see, with those below; None: of everybody."""
        if self.owner or not {"admin", "operator", "viewer"}.isdisjoint(self.roles):
            return None
        return tuple(
            dict.fromkeys(role.partition(":")[2] for role in self.roles if role.startswith(_OF_DEPARTMENTS))
        )


def require(person: Person, right: Right, what: str) -> None:
    """Raise Forbidden where a right is not theirs; ``what`` completes "may not"."""
    if not person.may(right):
        raise Forbidden(
            f"{person.name} may not {what}: it wants the role {right.value}.",
            fix="Ask an admin for the role (podium user role).",
        )


def check_roles(roles: Iterable[str], departments: Iterable[str] | None = None) -> tuple[str, ...]:
    """Return roles, sorted and once each. Raises InvalidRequest naming the one that is none.

    ``departments``: names that there are; None where that is not known.
    """
    known = None if departments is None else set(departments)
    found = sorted(set(roles))
    if not found:
        raise InvalidRequest("A user has at least one role.", field="roles", fix=_ROLES_FIX)
    for role in found:
        if role in {"viewer", "operator", "admin"}:
            continue
        kind, _, department = role.partition(":")
        if f"{kind}:" not in _OF_DEPARTMENTS or not _DEPARTMENT.match(department):
            raise InvalidRequest(f"{role!r} is no role.", field="roles", fix=_ROLES_FIX)
        if known is not None and department not in known:
            raise InvalidRequest(
                f"There is no department {department}. Departments: {', '.join(sorted(known)) or 'none'}.",
                field="roles",
                fix="Name one of these, or add a Department manifest first.",
            )
    return tuple(found)


_ROLES_FIX: Final = (
    "Roles are viewer, operator, viewer:DEPARTMENT, approver:DEPARTMENT, reader:DEPARTMENT and admin."
)


def check_name(name: str) -> str:
    """Return a user's name. Raises InvalidRequest for what is none, or would pass for the owner or Podium."""
    if name == ITSELF:
        raise InvalidRequest(
            f"{name!r} is what Podium's own acts are told under.", field="name", fix="Choose another name."
        )
    if not _NAME.match(name) or name == OWNER:
        raise InvalidRequest(
            f"{name!r} is no name of a user.",
            field="name",
            fix="Use up to 64 of a-z, 0-9 and . _ @ + -, beginning and ending with a letter or digit.",
        )
    return name


def check_password(password: str, name: str) -> None:
    """Raise InvalidRequest for a password that is too short, too long, or too easy.

    Length is what NIST SP 800-63B asks for; composition rules it advises against.
    """
    if len(password) < MIN_PASSWORD:
        why = f"it has fewer than {MIN_PASSWORD} characters"
    elif len(password.encode("utf-8", "surrogatepass")) > MAX_PASSWORD_BYTES:
        why = f"it has more than {MAX_PASSWORD_BYTES} bytes"
    elif len(set(password)) < 5:
        why = "it repeats a few characters"
    elif len(name) >= 4 and name.lower() in password.lower():
        why = "it holds the name"
    else:
        return
    raise InvalidRequest(f"This password is refused: {why}.", field="password", fix="Choose a longer phrase.")


def check_reason(reason: str) -> str:
    """Return a reason without blanks around it. Raises InvalidRequest where there is none."""
    text = reason.strip()
    if not text or len(text) > MAX_TEXT:
        raise InvalidRequest(
            "A reason is wanted." if not text else f"A reason has at most {MAX_TEXT} characters.",
            field="reason",
            fix="Say in a sentence why; it is kept for ever.",
        )
    return text


def map_roles(claims: dict[str, object], rules: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    """Return the roles that an issuer's claims give: rules are (claim, value, role).

    All that match count. A claim that is a list matches by any of its members; ``*`` matches any value.
    """
    found = set()
    for claim, wanted, role in rules:
        value = claims.get(claim)
        values = value if isinstance(value, list) else [value]
        if value is not None and (wanted == "*" or wanted in values):
            found.add(role)
    return tuple(sorted(found))


def parse_role_rules(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return the rules of ``CLAIM=VALUE:ROLE; ...``. Raises InvalidRequest naming the rule that is none."""
    rules = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        claim, equals, rest = part.partition("=")
        # The role is the last one or two words between colons; a value may hold colons itself.
        value, colon, role = rest.rpartition(":")
        for kind in _OF_DEPARTMENTS:
            if value.endswith(f":{kind[:-1]}"):
                value, role = value.removesuffix(f":{kind[:-1]}"), f"{kind}{role}"
        if not (claim and equals and value and colon):
            raise InvalidRequest(
                f"{part!r} is no rule.",
                fix="Write CLAIM=VALUE:ROLE, for example groups=finance:approver:finance.",
            )
        check_roles([role])
        rules.append((claim.strip(), value, role))
    return tuple(rules)
