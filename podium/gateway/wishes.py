"""What those who begin tasks wish for, as the bodies of their requests say it, and what they are told.

Sources: RFC 9396, section 5 (details that are not of their type are refused), RFC 6749, section 5.1 (the
answer's names).
"""

import hashlib
from typing import Any, Final

import msgspec

from podium.kernel.errors import InvalidRequest
from podium.ports.tasks import TaskIs
from podium.trust.credentials.identity import MODELS, TOOLS, Detail
from podium.trust.request.user import User

ACCESS: Final = "urn:ietf:params:oauth:token-type:access_token"
MAX_BODY_BYTES: Final = 1 << 20
_OTHERS: Final = {MODELS: "tools", TOOLS: "routes"}
"""By type of detail: the field that is the other type's."""


class _Asked(Detail, frozen=True, forbid_unknown_fields=True):
    """A detail as a client asks for it."""


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request that begins a task."""

    request: str | None = None
    prompt_sha256: str | None = None
    authorization_details: tuple[_Asked, ...] | None = None
    expires_in: int | None = None
    jkt: str | None = None
    agent: str | None = None
    resource: str | tuple[str, ...] = ()
    user: User | None = None

    @property
    def digest(self) -> str | None:
        """The digest of the user's request. Raises InvalidRequest where another one is said."""
        if self.request is None:
            return self.prompt_sha256
        digest = hashlib.sha256(self.request.encode()).hexdigest()
        if self.prompt_sha256 not in {None, digest}:
            raise InvalidRequest("prompt_sha256 is not the digest of request.", field="prompt_sha256")
        return digest

    @property
    def resources(self) -> tuple[str, ...]:
        """For whom the tokens shall be."""
        return (self.resource,) if isinstance(self.resource, str) else self.resource


_wish_decoder = msgspec.json.Decoder(Wish)
_details_decoder = msgspec.json.Decoder(tuple[_Asked, ...])


def read_wish(body: bytes) -> Wish:
    """Return what a JSON body wishes for. Raises InvalidRequest that names the field."""
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest(f"The body is longer than {MAX_BODY_BYTES} bytes.")
    if not body:
        return Wish()
    try:
        wish = _wish_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        words, _, place = str(error).partition(" - at `$.")
        field = place.rstrip("`") or None
        of_details = field is not None and field.startswith("authorization_details")
        raise InvalidRequest(
            f"The body is not usable: {words}.",
            fix="See docs/identity.md.",
            field=field,
            code="invalid_authorization_details" if of_details else None,
        ) from error
    _check(wish.authorization_details or ())
    return wish


def read_details(text: bytes) -> tuple[Detail, ...]:
    """Return what the parameter ``authorization_details`` of a form asks for. Raises InvalidRequest."""
    try:
        details = _details_decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest(
            f"authorization_details is not usable: {error}.",
            fix="See docs/identity.md.",
            field="authorization_details",
            code="invalid_authorization_details",
        ) from error
    _check(details)
    return details


def _check(details: tuple[Detail, ...]) -> None:
    """Raise InvalidRequest where a detail has what its type has not."""
    for place, detail in enumerate(details):
        other = _OTHERS.get(detail.type)
        if other is not None and getattr(detail, other):
            raise InvalidRequest(
                f"A detail of type {detail.type} has no {other}.",
                fix=f"Write {MODELS} with routes, and {TOOLS} with tools.",
                field=f"authorization_details[{place}].{other}",
                code="invalid_authorization_details",
            )


def task_document(told: TaskIs) -> bytes:
    """Return a task as clients read it: RFC 6749's names beside Podium's."""
    document: dict[str, Any] = {
        "task_id": told.task_id,
        "agent": told.agent,
        "department": told.department,
        "sub": told.sub,
        "state": told.state,
        "expires_at": told.until_s,
        "authorization_details": told.details,
    }
    if told.parent_id is not None:
        document["parent_id"] = told.parent_id
    if told.token is not None:
        document |= {
            "access_token": told.token,
            "issued_token_type": ACCESS,
            "token_type": told.token_type,
            "token_expires_at": told.token_until_s,
            "expires_in": told.token_expires_in_s,
        }
    return msgspec.json.encode(document)
