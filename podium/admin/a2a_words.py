"""What a run is in words of A2A: a task with its status, history and artifacts; and what its card says."""

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec
from a2a.helpers import new_data_part, new_raw_part, new_text_message, new_text_part, new_url_part
from a2a.types import (
    AgentCapabilities,
    AgentCard,
    AgentInterface,
    AgentSkill,
    Artifact,
    HTTPAuthSecurityScheme,
    Message,
    Part,
    Role,
    SecurityRequirement,
    SecurityScheme,
    StringList,
    Task,
    TaskState,
    TaskStatus,
)
from google.protobuf.json_format import MessageToDict
from sqlalchemy import Connection, select

from podium import __version__
from podium.kernel.errors import NotFound
from podium.manifest.snapshot import AgentRow
from podium.ports.artifacts import ArtifactStore
from podium.ports.fleet_tables import artifacts, task_messages
from podium.ports.run_states import OVER
from podium.ports.runs import run_of
from podium.views.runs import WaitsFor, waits_of_running

ASKED: Final = TaskState.TASK_STATE_AUTH_REQUIRED
"""A person is asked, who is not the client: by the specification that is no INPUT_REQUIRED."""
STATES: Final[dict[str, TaskState]] = {
    "queued": TaskState.TASK_STATE_SUBMITTED,
    "running": TaskState.TASK_STATE_WORKING,
    "paused": TaskState.TASK_STATE_WORKING,
    "succeeded": TaskState.TASK_STATE_COMPLETED,
    "failed": TaskState.TASK_STATE_FAILED,
    "unknown": ASKED,  # not FAILED: that is final, and a client may send what has failed once more
    "killed": TaskState.TASK_STATE_CANCELED,
}
FINAL: Final = frozenset(STATES[state] for state in OVER)
INLINE_BYTES: Final = 64 << 10
"""Of an artifact that is told as it is; of a larger one its address is."""
MODES: Final = ("text/plain", "application/json", "application/octet-stream")
_SAID: Final = {
    "paused": "It is paused.",
    "unknown": "Whether its last act was done is not known. Do not send it once more before a person has said"
    " in Podium's Inbox how it goes on.",
}
_WAITS: Final[dict[WaitsFor, str]] = {
    "person": "A person is asked about it in Podium's Inbox.",
    "money": "It waits for money: its budget is used up.",
}


def context_of(row: Any) -> str:
    """Return the client's own context of a row of runs, else the task at its root."""
    return str(msgspec.json.decode(row.spec).get("a2a_context") or row.root_id)


def spec_of(context_id: str) -> str:
    """Return what a run keeps of a client's context."""
    return msgspec.json.encode({"a2a_context": context_id}).decode() if context_id else "{}"


def tasks_of(
    connection: Connection, rows: Sequence[Any], store: ArtifactStore | None, url: str
) -> list[Task]:
    """Return runs as tasks. ``store``: None where who asks may not see bodies; ``url``: of all runs."""
    waits = waits_of_running(connection, [row.task_id for row in rows if row.state == "running"])
    return [_task(connection, row, waits.get(row.task_id), store, url) for row in rows]


def _task(
    connection: Connection, row: Any, waits: WaitsFor | None, store: ArtifactStore | None, url: str
) -> Task:
    state = ASKED if waits == "person" else STATES[row.state]
    text = " ".join(filter(None, (_SAID.get(row.state), _WAITS.get(waits or "slot"), row.reason)))
    context_id = context_of(row)
    ids = {"context_id": context_id, "task_id": row.task_id}
    status = TaskStatus(state=state)
    if text:
        status.message.CopyFrom(new_text_message(text, **ids))
        status.message.message_id = f"{row.task_id}.{row.state}"
    status.timestamp.FromNanoseconds(row.changed_ns)
    of = task_messages.c
    query = select(of.seq, of.text).where(of.task_id == row.task_id).order_by(of.seq)
    said = [(0, row.request), *connection.execute(query).all()]
    history = [
        Message(message_id=f"{row.task_id}.{seq}", role=Role.ROLE_USER, parts=[new_text_part(it)], **ids)
        for seq, it in said
        if it
    ]
    left = _artifacts(connection, row, store, f"{url}/{row.task_id}/artifacts")
    return Task(id=row.task_id, context_id=context_id, status=status, history=history, artifacts=left)


def _artifacts(connection: Connection, row: Any, store: ArtifactStore | None, url: str) -> list[Artifact]:
    if row.state not in OVER or row.erased_ns is not None:
        return []
    run, of = run_of(row), artifacts.c
    query = select(of.name, of.sha256, of.media_type, of.bytes).where(of.task_id == row.task_id)
    left = [tuple(it) for it in connection.execute(query.order_by(of.name))]
    if run.result_sha256 is not None and all(name != "result" for name, *_ in left):
        left.insert(0, ("result", run.result_sha256, "", 0))
    made = []
    for name, sha256, media_type, size in left:
        body = _body(store, sha256) if store is not None and size <= INLINE_BYTES else None
        part = _part(name, body, media_type, f"{url}/{quote(name)}")
        made.append(Artifact(artifact_id=name, name=name, parts=[part]))
    return made


def _body(store: ArtifactStore, sha256: str) -> bytes | None:
    """Return a body, None where it is not kept any more: then its address says why."""
    try:
        return store.read(sha256)
    except NotFound:
        return None


def _part(name: str, body: bytes | None, media_type: str, url: str) -> Part:
    """Return a body as JSON that loses nothing, as text, as bytes, or as where it is."""
    if body is None or len(body) > INLINE_BYTES:
        return new_url_part(url, media_type or None, name)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return new_raw_part(body, media_type or None, name)
    try:
        data = json.loads(text)
        part = new_data_part(data, media_type or "application/json")
        if isinstance(data, dict | list) and MessageToDict(part.data) == data:
            return part
    except (ValueError, RecursionError):  # no JSON, or none that a Value can hold
        pass
    return new_text_part(text, media_type or "text/plain")


def text_and_input(parts: Sequence[Part]) -> tuple[str | None, bytes | None]:
    """Return what parts of a message ask for in words, and the rest as one body.

    One part of bytes or of data is the body; more, or an address, which nobody opens, is a JSON array of the
    parts as A2A writes them.
    """
    text = "\n".join(part.text for part in parts if part.HasField("text"))
    rest = [part for part in parts if not part.HasField("text")]
    if len(rest) == 1 and rest[0].HasField("raw"):
        return text or None, rest[0].raw
    if len(rest) == 1 and rest[0].HasField("data"):
        return text or None, json.dumps(_whole(MessageToDict(rest[0].data))).encode()
    body = json.dumps([_whole(MessageToDict(part)) for part in rest]).encode() if rest else None
    return text or None, body


def _whole(value: Any) -> Any:
    """Return JSON in which whole numbers are whole again: a Value has only floating ones."""
    if isinstance(value, dict):
        return {key: _whole(it) for key, it in value.items()}
    if isinstance(value, list):
        return [_whole(it) for it in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def card_of(agent: AgentRow, version: int, url: str) -> AgentCard:
    """Return the card of an agent. ``version``: of the manifests in force."""
    says = f"The agent {agent.name} of {agent.department_path}. Podium runs it, and bounds what it spends."
    return AgentCard(
        name=agent.name,
        description=says,
        version=f"{__version__}+{version}",
        supported_interfaces=[
            AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version=number)
            for number in ("1.0", "0.3")
        ],
        capabilities=AgentCapabilities(streaming=True, push_notifications=False),
        security_schemes={
            "bearer": SecurityScheme(
                http_auth_security_scheme=HTTPAuthSecurityScheme(
                    scheme="bearer", description="A token of `podium user token`, or the admin token."
                )
            )
        },
        security_requirements=[SecurityRequirement(schemes={"bearer": StringList()})],
        default_input_modes=MODES,
        default_output_modes=MODES,
        skills=[
            AgentSkill(id="task", name="A task", description=says, tags=["podium", agent.department_path])
        ],
    )
