"""The addresses at which tasks begin, renew their tokens, delegate and end; and the documents about them.

Sources: RFC 8414 and 9728 (metadata), RFC 7517 (JWKS). OAuth's own address is `token_endpoint`.
"""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import parse_qs

import msgspec

from podium.gateway import answers, outcomes, token_endpoint
from podium.gateway.answers import NO_STORE
from podium.gateway.endpoints import find_credential
from podium.gateway.identity import Caller, TaskIdentity
from podium.gateway.standing import Standing
from podium.gateway.token_endpoint import CLIENT, EXCHANGE, TokenEndpoint, read_client
from podium.gateway.wishes import read_wish, task_document
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, NotReady, PodiumError
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
from podium.trust.credentials import assertions, dpop
from podium.trust.credentials.identity import MODELS, TOOLS
from podium.trust.credentials.tokens import jwks

ROOT: Final = "/podium/v1/tasks"
SELF: Final = "self"
"""Stands for the id of the task whose token it is."""
MAX_DIGITS: Final = 9
HELD_S: Final = 7 * 86_400
"""How long ago a token may have expired that renews or ends its task: the keeper knows whether a pause has
kept it from being renewed in time.
"""
_Methods = dict[str, Callable[[Exchange], Awaitable[None]]]


class TaskDoor:
    """Serves these addresses. ``link``: a connection to the keeper of its own."""

    def __init__(self, standing: Standing, link: KeeperLink) -> None:
        self._standing = standing
        self._link = link
        self.reports = outcomes.Reports(self._tell)
        """What headers of model calls say."""
        self._documents: dict[str, Callable[[str], bytes]] = {
            "/.well-known/jwks.json": self._jwks,
            "/.well-known/oauth-authorization-server": _server_metadata,
            "/.well-known/oauth-protected-resource": _resource_metadata,
        }

        self._beginnings: dict[str, _Methods] = {
            ROOT: {"POST": self._start},
            token_endpoint.PATH: {"POST": TokenEndpoint(standing, self._ask).serve},
            outcomes.PATH: {"POST": self._report},
        }
        self._own_addresses: dict[str, _Methods] = {
            "": {"GET": self._show, "DELETE": self._finish},
            "token": {"POST": self._renew},
            "tasks": {"POST": self._delegate},
            "messages": {"GET": self._messages},
        }
        """By what follows a task's id, or ``self``."""

    def _jwks(self, _issuer: str) -> bytes:
        return jwks(self._standing.orders.tasks.keys, self._standing.clock.wall_ns() / 1e9)

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
            if status == 405:
                headers.append((b"allow", ", ".join(self._taken(exchange.path)).encode()))
            exchange.respond(status, headers, body)

    def _taken(self, path: str) -> tuple[str, ...]:
        """Return the methods that an address takes; none, where nothing is there."""
        if path in self._documents:
            return ("GET", "HEAD")
        return tuple(self._methods(path) or ())

    def _methods(self, path: str) -> _Methods | None:
        task_id, _, rest = path.removeprefix(ROOT + "/").partition("/")
        if path not in self._beginnings and path.startswith(ROOT + "/") and task_id:
            return self._own_addresses.get(rest)
        return self._beginnings.get(path)

    def _find(self, exchange: Exchange) -> Callable[[Exchange], Awaitable[None]]:
        path = exchange.path
        methods = self._methods(path)
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
        exchange.respond(200, [answers.JSON, NO_STORE], outcomes.outcome_document(told))

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

    def _own(self, exchange: Exchange, grace_s: float = 0) -> tuple[Caller, TaskIdentity]:
        """Return the task that the address names, which calls. Raises NotFound for another's.

        ``grace_s``: as of `Standing.own`.
        """
        credential = find_credential(exchange)
        caller = self._standing.own(credential, grace_s)
        task_id = exchange.path.removeprefix(ROOT + "/").partition("/")[0]
        if caller.task is None:
            raise Forbidden("This wants a task's own token.", code="task_required")
        if task_id not in {caller.task.task_id, SELF}:
            self._standing.own(credential)  # no expired token is told anything of another task
            raise NotFound(f"There is no task {task_id}.")
        self._standing.prove(exchange, caller)
        return caller, caller.task

    def _token(self, exchange: Exchange, grace_s: float = 0) -> str:
        return self._own(exchange, grace_s)[1].token

    async def _start(self, exchange: Exchange) -> None:
        secret, assertion = read_client(exchange)
        wish = read_wish(await exchange.read_body())
        if wish.agent is not None:
            raise InvalidRequest(
                "agent is for sub-agents; a task is of the agent whose credential starts it.", field="agent"
            )
        told = await self._ask(
            StartTask(
                secret=secret,
                assertion=assertion,
                details=wish.authorization_details,
                prompt_sha256=wish.digest,
                jkt=wish.jkt,
                life_s=wish.expires_in,
                resource=wish.resources,
                request=wish.request,
                user=wish.user,
            )
        )
        exchange.respond(201, [answers.JSON, NO_STORE], task_document(told))

    async def _delegate(self, exchange: Exchange) -> None:
        token = self._token(exchange)
        wish = read_wish(await exchange.read_body())
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
                prompt_sha256=wish.digest,
                jkt=wish.jkt,
                life_s=wish.expires_in,
                resource=wish.resources,
            )
        )
        exchange.respond(201, [answers.JSON, NO_STORE], task_document(told))

    async def _renew(self, exchange: Exchange) -> None:
        told = await self._ask(RenewTask(self._token(exchange, HELD_S)))
        exchange.respond(200, [answers.JSON, NO_STORE], task_document(told))

    async def _finish(self, exchange: Exchange) -> None:
        told = await self._ask(FinishTask(self._token(exchange, HELD_S)))
        exchange.respond(200, [answers.JSON, NO_STORE], task_document(told))

    async def _show(self, exchange: Exchange) -> None:
        caller, task = self._own(exchange)
        document = {
            "task_id": task.task_id,
            "agent": caller.agent.name,
            "department": caller.agent.department_path,
            "sub": task.sub,
            "authorization_details": task.details,
            "token_expires_at": task.until_s,
        }
        exchange.respond(200, [answers.JSON, NO_STORE], msgspec.json.encode(document))

    async def _messages(self, exchange: Exchange) -> None:
        """Tell a task what people have said to it, after a number where ``after`` names one."""
        token, after = self._token(exchange), parse_qs(exchange.query).get("after", ["0"])[-1]
        if not (after.isascii() and after.isdigit() and len(after) <= MAX_DIGITS):
            raise InvalidRequest("after is the seq of a message.", field="after")
        told = await self._tell(GetMessages(token, int(after)))
        if not isinstance(told, MessagesAre):
            raise NotReady(f"The keeper answered {type(told).__name__}.")
        exchange.respond(200, [answers.JSON, NO_STORE], msgspec.json.encode({"messages": told.messages}))


def _only(exchange: Exchange, *methods: str) -> None:
    if exchange.method not in methods:
        raise NotFound(
            f"{exchange.path} does not take {exchange.method}.",
            fix=f"Use {' or '.join(methods)}.",
            code="method_not_allowed",
        )


def _server_metadata(issuer: str) -> bytes:
    return msgspec.json.encode(
        {
            "issuer": issuer,
            "token_endpoint": issuer + token_endpoint.PATH,
            "jwks_uri": issuer + "/.well-known/jwks.json",
            "grant_types_supported": [CLIENT, EXCHANGE],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ],
            "token_endpoint_auth_signing_alg_values_supported": assertions.ALGORITHMS,
            "authorization_details_types_supported": [MODELS, TOOLS],
            "dpop_signing_alg_values_supported": dpop.ALGORITHMS,
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
            "dpop_signing_alg_values_supported": dpop.ALGORITHMS,
        }
    )
