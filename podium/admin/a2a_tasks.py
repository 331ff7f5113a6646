"""The fleet's queue as the official A2A SDK wants it: what its protocol asks, done by the keeper."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

from a2a.server.context import ServerCallContext
from a2a.server.request_handlers.request_handler import RequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.routes.common import DefaultServerCallContextBuilder
from a2a.types import (
    CancelTaskRequest,
    GetTaskRequest,
    ListTasksRequest,
    ListTasksResponse,
    Message,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskArtifactUpdateEvent,
    TaskStatusUpdateEvent,
)
from a2a.utils.constants import DEFAULT_LIST_TASKS_PAGE_SIZE
from a2a.utils.errors import (
    ExtendedAgentCardNotConfiguredError,
    InvalidParamsError,
    PushNotificationNotSupportedError,
    TaskNotCancelableError,
    TaskNotFoundError,
    UnsupportedOperationError,
)
from a2a.utils.task import (
    ListTasksCursor,
    apply_history_length,
    decode_list_tasks_cursor,
    encode_list_tasks_cursor,
    validate_history_length,
    validate_page_size,
)
from sqlalchemy import Engine, and_, func, or_, select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from podium.admin.a2a_words import ASKED, FINAL, STATES, card_of, spec_of, tasks_of, text_and_input
from podium.admin.guard import Guard, Keeper, caller
from podium.kernel.errors import Forbidden, NotFound, PodiumError, RequestError, Unauthenticated
from podium.kernel.ids import ulid
from podium.manifest.snapshot import AgentRow
from podium.ports import Clock
from podium.ports.acts import SteerTask
from podium.ports.artifacts import ArtifactStore
from podium.ports.fleet_tables import task_runs
from podium.ports.runs import QueueTask
from podium.trust.people import Right, require
from podium.views.runs import waits_of_running
from podium.views.scope import seen_by

LOOK_EVERY_S: Final = 0.5
SAME_WITHIN_MS: Final = 24 * 3_600_000
"""A message that comes again within this time is the same one, by its id."""
Event = Message | Task | TaskStatusUpdateEvent | TaskArtifactUpdateEvent


class _Contexts(DefaultServerCallContextBuilder):
    """Hands the request on, with the agent that its path names."""

    def build(self, request: Request) -> ServerCallContext:
        context = super().build(request)
        context.state["request"] = request
        return context


@contextmanager
def _told() -> Iterator[None]:
    """Say errors of Podium's in A2A's words; what HTTP has a status for leaves the protocol, as its cause."""
    try:
        yield
    except NotFound as error:
        raise TaskNotFoundError(message=str(error)) from error
    except (Forbidden, Unauthenticated) as error:
        raise HTTPException(403, str(error)) from error
    except RequestError as error:
        raise InvalidParamsError(message=str(error)) from error
    except PodiumError as error:
        raise HTTPException(503, str(error)) from error


class Fleet(RequestHandler):
    """Tasks of agents that Podium runs. Which agent is meant, and who asks, the request says."""

    def __init__(
        self,
        engine: Engine,
        guard: Guard,
        *,
        prefix: str,
        keeper: Keeper,
        clock: Clock,
        store: ArtifactStore,
    ) -> None:
        self._engine, self._guard, self._prefix = engine, guard, prefix
        self._keeper, self._clock, self._store = keeper, clock, store
        self._starting = asyncio.Lock()
        self._answer = create_jsonrpc_routes(self, "/", context_builder=_Contexts(), enable_v0_3_compat=True)[
            0
        ].endpoint

    async def card(self, request: Request, agent: AgentRow, version: int) -> Response:
        """Return an agent's card."""
        url = f"{request.base_url}a2a/{agent.name}"
        answer: Response = await create_agent_card_routes(card_of(agent, version, url))[0].endpoint(request)
        return answer

    async def call(self, request: Request) -> Response:
        """Answer a call. Raises HTTPException, by a PodiumError, where it is refused."""
        answer: Response = await self._answer(request)
        return answer

    async def on_get_task(self, params: GetTaskRequest, context: ServerCallContext) -> Task:
        """Return a task. Raises TaskNotFoundError, as all that name one."""
        validate_history_length(params)
        return apply_history_length(await self._find(context, params.id), params)

    async def on_list_tasks(self, params: ListTasksRequest, context: ServerCallContext) -> ListTasksResponse:
        """Return the agent's tasks, the last changed first."""
        validate_history_length(params)
        size = params.page_size if params.HasField("page_size") else DEFAULT_LIST_TASKS_PAGE_SIZE
        validate_page_size(size)
        after = decode_list_tasks_cursor(params.page_token) if params.page_token else None
        if params.page_token and (after is None or after.timestamp_ns is None):
            raise InvalidParamsError(message="page_token is none that this server has given.")
        return await asyncio.to_thread(self._list, params, context, size, after)

    def _list(
        self, params: ListTasksRequest, context: ServerCallContext, size: int, after: ListTasksCursor | None
    ) -> ListTasksResponse:
        of = task_runs.c
        with seen_by(self._engine, caller(_request(context)).person).connect() as connection:
            where = [of.agent == _agent(context), of.kind == "agent"]
            if params.context_id:
                where.append(
                    or_(
                        of.spec == spec_of(params.context_id),
                        and_(of.root_id == params.context_id, of.spec.not_like('{"a2a_context"%')),
                    )
                )
            if params.HasField("status_timestamp_after"):
                where.append(of.changed_ns >= params.status_timestamp_after.ToNanoseconds())
            if params.status:
                running = connection.execute(select(of.task_id).where(*where, of.state == "running"))
                waits = waits_of_running(connection, list(running.scalars()))
                asked = [task_id for task_id, what in waits.items() if what == "person"]
                states = [state for state, said in STATES.items() if said == params.status]
                is_asked, stands = of.task_id.in_(asked), of.state.in_(states)
                where.append(or_(stands, is_asked) if params.status == ASKED else and_(stands, ~is_asked))
            total = connection.execute(select(func.count()).where(*where)).scalar_one()
            if after is not None:
                at = after.timestamp_ns
                same = and_(of.changed_ns == at, of.task_id < after.task_id)
                where.append(or_(of.changed_ns < at, same))
            order = (of.changed_ns.desc(), of.task_id.desc())
            rows = connection.execute(select(task_runs).where(*where).order_by(*order).limit(size + 1)).all()
            found = tasks_of(connection, rows[:size], self._bodies(context), self._url(context))
        following = ""
        if len(rows) > size:
            last = rows[size - 1]
            following = encode_list_tasks_cursor(ListTasksCursor(last.changed_ns, last.task_id))
        tasks = [apply_history_length(task, params) for task in found]
        return ListTasksResponse(
            tasks=tasks, next_page_token=following, page_size=len(tasks), total_size=total
        )

    async def on_cancel_task(self, params: CancelTaskRequest, context: ServerCallContext) -> Task:
        """Kill a task and what it has started."""
        with _told():
            await self._guard.check(Right.OPERATE)(_request(context))
            task = await self._find(context, params.id)
            if task.status.state in FINAL:
                raise TaskNotCancelableError(message=f"{params.id} is over.")
            by = caller(_request(context)).by
            await self._keeper.ask(SteerTask(by, params.id, "kill", "cancelled by A2A"))
        return await self._find(context, params.id)

    async def on_message_send(self, params: SendMessageRequest, context: ServerCallContext) -> Task:
        """Start a task, or tell one; wait until it is over or a person is asked, unless told not to."""
        validate_history_length(params.configuration)
        task_id = await self._send(params, context)
        task = await self._find(context, task_id)
        while not params.configuration.return_immediately and task.status.state not in FINAL | {ASKED}:
            if await _request(context).is_disconnected():
                break
            await asyncio.sleep(LOOK_EVERY_S)
            task = await self._find(context, task_id)
        return apply_history_length(task, params.configuration)

    async def on_message_send_stream(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event]:
        """Start a task, or tell one, and follow it."""
        async for event in self._follow(context, await self._send(params, context)):
            yield event

    async def on_subscribe_to_task(
        self, params: SubscribeToTaskRequest, context: ServerCallContext
    ) -> AsyncGenerator[Event]:
        """Follow a task that is not over."""
        if (await self._find(context, params.id)).status.state in FINAL:
            raise UnsupportedOperationError(message=f"{params.id} is over: get it instead.")
        async for event in self._follow(context, params.id):
            yield event

    async def _follow(self, context: ServerCallContext, task_id: str) -> AsyncGenerator[Event]:
        """Yield a task, then what changes, until it is over."""
        task = await self._find(context, task_id)
        yield task
        while task.status.state not in FINAL:
            await asyncio.sleep(LOOK_EVERY_S)
            before, task = task, await self._find(context, task_id)
            for artifact in task.artifacts[len(before.artifacts) :]:
                yield TaskArtifactUpdateEvent(
                    task_id=task_id, context_id=task.context_id, artifact=artifact, last_chunk=True
                )
            if (task.status.state, task.status.message) != (before.status.state, before.status.message):
                yield TaskStatusUpdateEvent(task_id=task_id, context_id=task.context_id, status=task.status)

    async def _send(self, params: SendMessageRequest, context: ServerCallContext) -> str:
        """Do what a message wishes; return the task that it is about."""
        message, who = params.message, caller(_request(context))
        if params.configuration.HasField("task_push_notification_config"):
            raise PushNotificationNotSupportedError
        if not message.message_id or not message.parts:
            raise InvalidParamsError(message="A message has a message_id and parts.")
        with _told():
            await self._guard.check(Right.OPERATE)(_request(context))
            text, body = text_and_input(message.parts)
            if message.task_id:
                await self._tell(message, text, body, context)
                return message.task_id
            agent = _agent(context)
            sha256 = await asyncio.to_thread(self._store.put, body) if body is not None else None
            digest = hashlib.sha256(f"{who.person.name}\n{agent}\n{message.message_id}".encode()).digest()
            async with self._starting:  # two that come at once are one, too
                now_ms = self._clock.wall_ns() // 1_000_000
                made = f"task_{ulid(now_ms, digest[:16])}"
                since = f"task_{ulid(max(now_ms - SAME_WITHIN_MS, 0), bytes(16))}"
                of = task_runs.c
                same = (of.task_id >= since, of.task_id.endswith(made[-16:]))
                with seen_by(self._engine, who.person).connect() as connection:
                    before = connection.execute(select(of.task_id).where(*same)).scalar()
                if before is not None:
                    return str(before)
                spec = spec_of(message.context_id)
                wish = QueueTask(who.by, agent, text, spec=spec, input_sha256=sha256, task_id=made)
                await self._keeper.ask(wish)
            return made

    async def _tell(
        self, message: Message, text: str | None, body: bytes | None, context: ServerCallContext
    ) -> None:
        """Tell a task that lives what somebody says."""
        task = await self._find(context, message.task_id)
        if message.context_id and message.context_id != task.context_id:
            raise InvalidParamsError(message=f"{task.id} is of the context {task.context_id}.")
        if task.status.state in FINAL:
            raise UnsupportedOperationError(message=f"{task.id} is over: send a message without its id.")
        if body is not None or text is None:
            raise InvalidParamsError(message="A task that lives is told text, and nothing else.")
        by = caller(_request(context)).by
        await self._keeper.ask(SteerTask(by, task.id, "message", "told by A2A", text=text))

    async def _find(self, context: ServerCallContext, task_id: str) -> Task:
        """Return a task of the agent. Raises TaskNotFoundError."""

        def look() -> Task:
            of = task_runs.c
            query = select(task_runs).where(
                of.task_id == task_id, of.agent == _agent(context), of.kind == "agent"
            )
            with seen_by(self._engine, caller(_request(context)).person).connect() as connection:
                row = connection.execute(query).first()
                if row is None:
                    raise TaskNotFoundError(message=f"{_agent(context)} has no task {task_id}.")
                return tasks_of(connection, [row], self._bodies(context), self._url(context))[0]

        return await asyncio.to_thread(look)

    def _bodies(self, context: ServerCallContext) -> ArtifactStore | None:
        """Return where bodies are, None for who may not see them by REST either."""
        try:
            require(caller(_request(context)).person, Right.OPERATE, "artifacts")
        except Forbidden:
            return None
        return self._store

    def _url(self, context: ServerCallContext) -> str:
        return f"{_request(context).base_url}{self._prefix.lstrip('/')}/runs"

    async def on_get_extended_agent_card(self, *_asked: object) -> NoReturn:
        """Refuse: the one card says everything."""
        raise ExtendedAgentCardNotConfiguredError

    async def _no_push(self, params: Any, context: ServerCallContext) -> Any:  # noqa: ARG002 - the SDK's names
        """Refuse: streams tell what changes."""
        raise PushNotificationNotSupportedError

    on_create_task_push_notification_config = _no_push
    on_get_task_push_notification_config = _no_push
    on_list_task_push_notification_configs = _no_push
    on_delete_task_push_notification_config = _no_push


def _request(context: ServerCallContext) -> Request:
    found: Request = context.state["request"]
    return found


def _agent(context: ServerCallContext) -> str:
    return str(_request(context).path_params["agent"])
