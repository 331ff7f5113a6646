"""The addresses at which tasks begin, renew their tokens, delegate and end; and the documents about them.

Sources: RFC 8693 (token exchange), RFC 6749 (section 4.4, client credentials; section 5.2, errors), RFC 7523
(client assertions), RFC 9396, RFC 8414 and 9728 (metadata), RFC 7517 (JWKS).
"""

import hashlib
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from podium.gateway import answers, outcomes
from podium.gateway.endpoints import find_credential
from podium.gateway.standing import Standing
from podium.kernel.errors import (
    Forbidden,
    InvalidRequest,
    NotFound,
    NotReady,
    PodiumError,
    Unauthenticated,
)
from podium.net.server import Exchange
from podium.ports.link import KeeperLink, Reply
from podium.ports.tasks import (
    DelegateTask,
    FinishTask,
    GetMessages,
    MessagesAre,
    OutcomeIs,
    RenewTask,
    StartTask,
    TaskIs,
    TaskQuestion,
)
from podium.trust.credentials.identity import MODELS, TOOLS, Detail
from podium.trust.credentials.tokens import ALGORITHM, jwks
from podium.trust.request.user import User

ROOT: Final = "/podium/v1/tasks"
TOKEN: Final = "/podium/v1/token"  # noqa: S105 - an address
EXCHANGE: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
CLIENT: Final = "client_credentials"
ACCESS: Final = "urn:ietf:params:oauth:token-type:access_token"
BEARER: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SELF: Final = "self"
"""Stands for the id of the task whose token it is."""
MAX_DIGITS: Final = 9
MAX_BODY_BYTES: Final = 1 << 20


class _Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request that begins a task."""

    request: str | None = None
    prompt_sha256: str | None = None
    authorization_details: tuple[Detail, ...] | None = None
    expires_in: int | None = None
    jkt: str | None = None
    agent: str | None = None
    resource: str | tuple[str, ...] = ()
    user: User | None = None


_Methods = dict[str, Callable[[Exchange], Awaitable[None]]]
_wish_decoder = msgspec.json.Decoder(_Wish)
_details_decoder = msgspec.json.Decoder(tuple[Detail, ...])


class TaskDoor:
    """Serves these addresses. ``link``: a connection to the keeper of its own."""

    def __init__(self, standing: Standing, link: KeeperLink) -> None:
        self._standing = standing
        self._link = link
        self.reports = outcomes.Reports(self._tell)
        """What headers of model calls say."""
        self._documents: dict[str, Callable[[str], bytes]] = {
            "/.well-known/jwks.json": lambda _: jwks(standing.orders.tasks.keys),
            "/.well-known/oauth-authorization-server": _server_metadata,
            "/.well-known/oauth-protected-resource": _resource_metadata,
        }

        self._beginnings: dict[str, _Methods] = {
            ROOT: {"POST": self._start},
            TOKEN: {"POST": self._exchange},
            outcomes.PATH: {"POST": self._report},
        }
        self._own_addresses: dict[str, _Methods] = {
            "": {"GET": self._show, "DELETE": self._finish},
            "token": {"POST": self._renew},
            "tasks": {"POST": self._delegate},
            "messages": {"GET": self._messages},
        }
        """By what follows a task's id, or ``self``."""

    @staticmethod
    def serves(path: str) -> bool:
        """Return whether an address is one of these."""
        return path.startswith(("/podium/v1/", "/.well-known/"))

    async def handle(self, exchange: Exchange) -> None:
        """Serve one exchange. Only cancellation and net's own errors come out of it."""
        try:
            await self._standing.admit()
            document = self._documents.get(exchange.path)
            if document is not None:
                _only(exchange, "GET", "HEAD")
                body = document(self._standing.orders.tasks.issuer)
                exchange.respond(200, [answers.JSON, (b"cache-control", b"max-age=60")], body)
                return
            await self._find(exchange)(exchange)
        except PodiumError as error:
            status, headers, body = answers.refusal(error, [])
            exchange.respond(status, headers, body)

    def _find(self, exchange: Exchange) -> Callable[[Exchange], Awaitable[None]]:
        path = exchange.path
        methods = self._beginnings.get(path)
        task_id, _, rest = path.removeprefix(ROOT + "/").partition("/")
        if methods is None and path.startswith(ROOT + "/") and task_id:
            methods = self._own_addresses.get(rest)
        if methods is None:
            raise NotFound(f"There is nothing at {exchange.method} {path}.", fix="See docs/identity.md.")
        _only(exchange, *methods)
        return methods[exchange.method]

    async def _report(self, exchange: Exchange) -> None:
        credential = find_credential(exchange)
        caller = self._standing.caller(credential)
        self._standing.prove(exchange, caller)
        told = await self._tell(outcomes.read_outcome(await exchange.read_body(), credential, caller))
        if not isinstance(told, OutcomeIs):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        exchange.respond(200, [answers.JSON, _NO_STORE], outcomes.outcome_document(told))

    async def _tell(self, question: TaskQuestion) -> Reply:
        try:
            return await self._link.ask(question)
        except OSError as error:
            raise NotReady("The keeper cannot be reached.", fix="Try again soon.") from error

    async def _ask(self, question: TaskQuestion) -> TaskIs:
        told = await self._tell(question)
        if not isinstance(told, TaskIs):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        return told

    def _own(self, exchange: Exchange) -> str:
        """Return the token of the task that the address names. Raises NotFound for another's."""
        caller = self._standing.caller(find_credential(exchange))
        task_id = exchange.path.removeprefix(ROOT + "/").partition("/")[0]
        if caller.task is None:
            raise Forbidden("This wants a task's own token.", code="task_required")
        if task_id not in {caller.task.task_id, SELF}:
            raise NotFound(f"There is no task {task_id}.")
        self._standing.prove(exchange, caller)
        return caller.task.token

    async def _start(self, exchange: Exchange) -> None:
        secret, assertion = _credential(exchange)
        wish = _wish(await exchange.read_body())
        if wish.agent is not None:
            raise InvalidRequest(
                "agent is for sub-agents; a task is of the agent whose credential starts it.", field="agent"
            )
        told = await self._ask(
            StartTask(
                secret=secret,
                assertion=assertion,
                details=wish.authorization_details,
                prompt_sha256=_prompt(wish),
                jkt=wish.jkt,
                life_s=wish.expires_in,
                resource=_resource(wish),
                request=wish.request,
                user=wish.user,
            )
        )
        exchange.respond(201, [answers.JSON, _NO_STORE], _task_document(told))

    async def _delegate(self, exchange: Exchange) -> None:
        token = self._own(exchange)
        wish = _wish(await exchange.read_body())
        if wish.agent is None:
            raise InvalidRequest("agent is missing.", fix="Name the sub-agent.", field="agent")
        if wish.user is not None:
            raise InvalidRequest(
                "A sub-agent's task works for the user of its parent.", fix="Leave user out.", field="user"
            )
        told = await self._ask(
            DelegateTask(
                token=token,
                agent=wish.agent,
                details=wish.authorization_details,
                prompt_sha256=_prompt(wish),
                jkt=wish.jkt,
                life_s=wish.expires_in,
                resource=_resource(wish),
            )
        )
        exchange.respond(201, [answers.JSON, _NO_STORE], _task_document(told))

    async def _renew(self, exchange: Exchange) -> None:
        told = await self._ask(RenewTask(self._own(exchange)))
        exchange.respond(200, [answers.JSON, _NO_STORE], _task_document(told))

    async def _finish(self, exchange: Exchange) -> None:
        told = await self._ask(FinishTask(self._own(exchange)))
        exchange.respond(200, [answers.JSON, _NO_STORE], _task_document(told))

    async def _show(self, exchange: Exchange) -> None:
        self._own(exchange)
        caller = self._standing.caller(find_credential(exchange))
        task = caller.task
        if task is None:
            raise NotFound("There is no such task.")
        document = {
            "task_id": task.task_id,
            "agent": caller.agent.name,
            "department": caller.agent.department_path,
            "sub": task.sub,
            "authorization_details": task.details,
            "token_expires_at": task.until_s,
        }
        exchange.respond(200, [answers.JSON, _NO_STORE], msgspec.json.encode(document))

    async def _messages(self, exchange: Exchange) -> None:
        """Tell a task what people have said to it, after a number where ``after`` names one."""
        token, after = self._own(exchange), parse_qs(exchange.query).get("after", ["0"])[-1]
        if not (after.isascii() and after.isdigit() and len(after) <= MAX_DIGITS):
            raise InvalidRequest("after is the seq of a message.", field="after")
        told = await self._tell(GetMessages(token, int(after)))
        if not isinstance(told, MessagesAre):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        exchange.respond(200, [answers.JSON, _NO_STORE], msgspec.json.encode({"messages": told.messages}))

    async def _exchange(self, exchange: Exchange) -> None:
        """Serve the token endpoint: client credentials begin a task, token exchange begins a sub-agent's."""
        form = _form(await exchange.read_body())
        details = _form_details(form)
        grant = form.get("grant_type", "")
        resource = (form["resource"],) if "resource" in form else ()
        if grant == CLIENT:
            secret, assertion = form.get("client_secret"), form.get("client_assertion")
            if secret is None and assertion is None:
                secret, assertion = _credential(exchange)
            if assertion is not None and form.get("client_assertion_type", BEARER) != BEARER:
                raise InvalidRequest(
                    "That type of client assertion is not taken.", field="client_assertion_type"
                )
            told = await self._ask(
                StartTask(secret=secret, assertion=assertion, details=details, resource=resource)
            )
        elif grant == EXCHANGE:
            if form.get("subject_token_type") != ACCESS:
                raise InvalidRequest(
                    "The subject token must be an access token of a task.",
                    fix=f"Send subject_token_type={ACCESS}.",
                    field="subject_token_type",
                )
            token, agent = form.get("subject_token"), form.get("agent")
            if token is None or agent is None:
                name = "subject_token" if token is None else "agent"
                raise InvalidRequest(f"{name} is missing.", field=name)
            told = await self._ask(DelegateTask(token=token, agent=agent, details=details, resource=resource))
        else:
            raise InvalidRequest(
                f"The grant type {grant!r} is not served.",
                fix=f"Use {CLIENT} or {EXCHANGE}.",
                field="grant_type",
            )
        exchange.respond(200, [answers.JSON, _NO_STORE], _task_document(told))


_NO_STORE: Final = (b"cache-control", b"no-store")


def _only(exchange: Exchange, *methods: str) -> None:
    if exchange.method not in methods:
        raise NotFound(
            f"{exchange.path} does not take {exchange.method}.",
            fix=f"Use {' or '.join(methods)}.",
            code="method_not_allowed",
        )


def _credential(exchange: Exchange) -> tuple[str | None, str | None]:
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


def _wish(body: bytes) -> _Wish:
    if len(body) > MAX_BODY_BYTES:
        raise InvalidRequest(f"The body is longer than {MAX_BODY_BYTES} bytes.")
    if not body:
        return _Wish()
    try:
        return _wish_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        words, _, place = str(error).partition(" - at `$.")
        raise InvalidRequest(
            f"The body is not usable: {words}.", fix="See docs/identity.md.", field=place.rstrip("`") or None
        ) from error


def _prompt(wish: _Wish) -> str | None:
    """Return the digest of the user's request, whose text goes to the tool gateway alone."""
    if wish.request is None:
        return wish.prompt_sha256
    digest = hashlib.sha256(wish.request.encode()).hexdigest()
    if wish.prompt_sha256 not in {None, digest}:
        raise InvalidRequest("prompt_sha256 is not the digest of request.", field="prompt_sha256")
    return digest


def _resource(wish: _Wish) -> tuple[str, ...]:
    return (wish.resource,) if isinstance(wish.resource, str) else wish.resource


def _form(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("ascii"), strict_parsing=True, max_num_fields=32) if body else {}
    except ValueError as error:
        raise InvalidRequest(
            "The body is no form.", fix="Send application/x-www-form-urlencoded (RFC 6749)."
        ) from error
    for name, values in found.items():
        if len(values) != 1:
            raise InvalidRequest(f"{name} is there twice.", field=name)
    return {name: values[0] for name, values in found.items()}


def _form_details(form: dict[str, str]) -> tuple[Detail, ...] | None:
    text = form.get("authorization_details")
    if text is None:
        return None
    try:
        return _details_decoder.decode(text)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(
            f"authorization_details is not usable: {error}.", field="authorization_details"
        ) from error


def _task_document(told: TaskIs) -> bytes:
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


def _server_metadata(issuer: str) -> bytes:
    return msgspec.json.encode(
        {
            "issuer": issuer,
            "token_endpoint": issuer + TOKEN,
            "jwks_uri": issuer + "/.well-known/jwks.json",
            "grant_types_supported": [CLIENT, EXCHANGE],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": [
                "Ed25519",
                "EdDSA",
                "ES256",
                "RS256",
                "PS256",
            ],
            "authorization_details_types_supported": [MODELS, TOOLS],
            "dpop_signing_alg_values_supported": [ALGORITHM, "ES256"],
        }
    )


def _resource_metadata(issuer: str) -> bytes:
    return msgspec.json.encode(
        {
            "resource": issuer,
            "authorization_servers": [issuer],
            "jwks_uri": issuer + "/.well-known/jwks.json",
            "bearer_methods_supported": ["header"],
            "authorization_details_types_supported": [MODELS, TOOLS],
            "dpop_signing_alg_values_supported": [ALGORITHM, "ES256"],
        }
    )
