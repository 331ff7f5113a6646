"""OAuth's token endpoint: client credentials begin a task, token exchange begins a sub-agent's.

Sources: RFC 6749 (section 4.4, client credentials; 5.2, errors), RFC 7523 (client assertions), RFC 8693
(token exchange; section 2.2.2, errors), RFC 8707 (``resource``), RFC 9396 (``authorization_details``), RFC
9449 (section 5, DPoP at this endpoint; 8, its nonce).
"""

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qs

import msgspec

from podium.gateway import answers
from podium.gateway.answers import NO_STORE, Header
from podium.gateway.endpoints import find_credential
from podium.gateway.standing import Standing
from podium.gateway.wishes import ACCESS, MAX_BODY_BYTES, read_details, task_document
from podium.kernel.errors import InvalidRequest, NotReady, PodiumError, Unauthenticated
from podium.net.server import Exchange
from podium.ports.tasks import DelegateTask, StartTask, TaskIs, TaskQuestion
from podium.trust.credentials.dpop import NeedsNonce
from podium.trust.credentials.identity import Detail

PATH: Final = "/podium/v1/token"
EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
CLIENT: Final = "client_credentials"
JWT: Final = "urn:ietf:params:oauth:token-type:jwt"
BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MANY: Final = frozenset({"resource", "audience"})
"""Parameters that may be there several times (RFC 8693, section 2.1)."""
_NOT_TAKEN: Final = {
    "scope": "What a task may is said in authorization_details.",
    "actor_token": "A task acts for the task whose token is exchanged.",
}
_SAME: Final = frozenset({"invalid_target", "invalid_scope", "unsupported_grant_type", "invalid_dpop_proof"})
"""Codes of Podium's that are OAuth's."""
_WIDE: Final = frozenset({"grant_too_wide", "invalid_authorization_details"})
_NOT_ALLOWED: Final = frozenset({"delegation_not_allowed", "delegation_too_deep"})
_NOT_IN_A_DESCRIPTION: Final = re.compile(r"[^\x20-\x21\x23-\x5b\x5d-\x7e]")

_Form = dict[str, tuple[str, ...]]
_Ask = Callable[[TaskQuestion], Awaitable[TaskIs]]


class TokenEndpoint:
    """Serves this one address. ``ask`` asks the keeper."""

    def __init__(self, standing: Standing, ask: _Ask) -> None:
        self._standing = standing
        self._ask = ask

    async def serve(self, exchange: Exchange) -> None:
        """Serve one exchange. Only cancellation and net's own errors come out of it."""
        grant = ""
        try:
            form = _form(await exchange.read_body())
            grant = _one(form, "grant_type")
            _check(form)
            if grant == CLIENT:
                told = await self._ask(self._client(exchange, form))
            elif grant == EXCHANGE:
                told = await self._ask(self._exchanged(exchange, form))
            else:
                raise InvalidRequest(
                    f"The grant type {grant[:200]!r} is not served.",
                    fix=f"Use {CLIENT} or {EXCHANGE}.",
                    field="grant_type",
                    code="unsupported_grant_type",
                )
        except PodiumError as error:
            exchange.respond(*_refusal(exchange, error, of_client=grant == CLIENT))
            return
        exchange.respond(200, [answers.JSON, NO_STORE], task_document(told))

    def _key(self, exchange: Exchange) -> str | None:
        """Return the thumbprint of the key that the tokens are to be bound to. Raises Unauthenticated."""
        return self._standing.prove_key(exchange) if b"dpop" in exchange.headers else None

    def _client(self, exchange: Exchange, form: _Form) -> StartTask:
        secret, assertion = _maybe(form, "client_secret"), _maybe(form, "client_assertion")
        if secret is None and assertion is None:
            secret, assertion = read_client(exchange)
        elif b"authorization" in exchange.headers:
            raise InvalidRequest(
                "The client has authenticated itself in two ways.",
                fix="Leave out the authorization header, or client_secret and client_assertion.",
                field="client_secret" if assertion is None else "client_assertion",
            )
        if assertion is not None and _maybe(form, "client_assertion_type") not in {None, BEARER}:
            raise InvalidRequest(
                "That type of client assertion is not taken.",
                fix=f"Send client_assertion_type={BEARER}.",
                field="client_assertion_type",
            )
        return StartTask(
            secret=secret,
            assertion=assertion,
            details=_details(form),
            resource=_resource(form),
            jkt=self._key(exchange),
        )

    def _exchanged(self, exchange: Exchange, form: _Form) -> DelegateTask:
        if _maybe(form, "subject_token_type") != ACCESS:
            raise InvalidRequest(
                "The subject token must be an access token of a task.",
                fix=f"Send subject_token_type={ACCESS}.",
                field="subject_token_type",
            )
        token, agent = _one(form, "subject_token"), _one(form, "agent")
        caller = self._standing.own(b"Bearer " + token.encode())
        bound = caller.task.jkt if caller.task is not None else None
        key = self._key(exchange)
        if bound is not None and key != bound:
            why = "no DPoP proof came with it" if key is None else "the DPoP proof is of another one"
            raise Unauthenticated(
                f"The subject token is bound to a key, and {why}.",
                fix="Send a dpop header that the key of the subject token has signed.",
                code="invalid_dpop_proof",
            )
        return DelegateTask(
            token=token, agent=agent, details=_details(form), resource=_resource(form), jkt=key
        )


def read_client(exchange: Exchange) -> tuple[str | None, str | None]:
    """Return the client secret or the assertion that a request bears. Raises Unauthenticated."""
    value = find_credential(exchange)
    scheme, _, text = (value or b"").partition(b" ")
    kind, credential = scheme.lower(), text.strip().decode("latin-1")
    if kind == b"basic":
        try:
            credential = b64decode(credential, validate=True).decode().partition(":")[2]
        except ValueError as error:
            raise Unauthenticated("The credential is not readable.") from error
    elif kind != b"bearer" or not credential:
        raise Unauthenticated(
            "This call bears no credential.", fix="Send the agent's key: `Authorization: Bearer <key>`."
        )
    return (None, credential) if credential.count(".") == 2 else (credential, None)


def _form(body: bytes) -> _Form:
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest(f"The body is longer than {MAX_BODY_BYTES} bytes.")
    try:
        found = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=32) if body else {}
    except ValueError as error:
        raise InvalidRequest(
            "The body is no form.", fix="Send application/x-www-form-urlencoded (RFC 6749)."
        ) from error
    for name, values in found.items():
        if len(values) != 1 and name not in _MANY:
            raise InvalidRequest(f"{name[:200]} is there twice.", field=name[:200])
    return {name: tuple(values) for name, values in found.items()}


def _maybe(form: _Form, name: str) -> str | None:
    return form[name][0] if name in form else None


def _one(form: _Form, name: str) -> str:
    if name not in form:
        raise InvalidRequest(f"{name} is missing.", field=name)
    return form[name][0]


def _check(form: _Form) -> None:
    """Raise InvalidRequest for what would change the token and is not taken: nothing of it is passed over."""
    for name, fix in _NOT_TAKEN.items():
        if name in form:
            code = "invalid_scope" if name == "scope" else None
            raise InvalidRequest(f"{name} is not taken.", fix=fix, field=name, code=code)
    if _maybe(form, "requested_token_type") not in {None, ACCESS, JWT}:
        raise InvalidRequest(
            "That type of token is not issued.",
            fix=f"Leave requested_token_type out, or send {ACCESS}.",
            field="requested_token_type",
        )


def _resource(form: _Form) -> tuple[str, ...]:
    """Return for whom the tokens shall be: ``audience`` names the same as ``resource``."""
    return (*form.get("resource", ()), *form.get("audience", ()))


def _details(form: _Form) -> tuple[Detail, ...] | None:
    text = _maybe(form, "authorization_details")
    return None if text is None else read_details(text.encode())


def _refusal(exchange: Exchange, error: PodiumError, *, of_client: bool) -> tuple[int, list[Header], bytes]:
    """Return an error as OAuth's clients read it, with Podium's own ``code`` and ``param`` beside it."""
    name, status = _oauth(error, of_client=of_client)
    said = (error.told or str(error)).replace('"', "'")
    document = {
        "error": name,
        "error_description": _NOT_IN_A_DESCRIPTION.sub("?", said),
        "code": error.error_code,
    }
    if error.field is not None:
        document["param"] = error.field
    headers = [answers.JSON, NO_STORE]
    if isinstance(error, NeedsNonce):
        headers.append((b"dpop-nonce", error.nonce.encode()))
    if status == 401:
        scheme = exchange.headers.get(b"authorization", b"").partition(b" ")[0].lower()
        headers.append((b"www-authenticate", b"Bearer" if scheme == b"bearer" else b'Basic realm="podium"'))
    if status == 503:
        headers.append((b"retry-after", b"1"))
    return status, headers, msgspec.json.encode(document)


def _oauth(error: PodiumError, *, of_client: bool) -> tuple[str, int]:
    """Return OAuth's name of an error, and its status."""
    code = error.error_code
    if code in _SAME or isinstance(error, NeedsNonce):
        return code, 400
    if code in _WIDE:
        return "invalid_authorization_details", 400
    if code in _NOT_ALLOWED:
        return "unauthorized_client", 400
    if isinstance(error, NotReady):
        return "temporarily_unavailable", 503
    if isinstance(error, Unauthenticated) and of_client:
        return "invalid_client", 401
    status = answers.status_of(error)
    # Of a subject token that is not good or not acceptable: RFC 8693, section 2.2.2.
    return ("invalid_request", 400) if status < 500 else ("server_error", status)
