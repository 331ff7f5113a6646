"""What outside systems tell pipelines: signed webhooks and CloudEvents. Who cannot sign starts nothing.

A message is signed as Podium signs its own (`webhooks.signature`). Of a CloudEvent in binary mode the headers
say half, so they are signed too: what is signed is then `SECONDS.`, a line ``name:value`` for each header
``ce-...`` by name, and the body. Source: CloudEvents 1.0.2 and its HTTP binding.
"""

import asyncio
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine, select

from podium.control.webhooks import signature
from podium.kernel.errors import InvalidRequest, NotFound, PodiumError, Unauthenticated
from podium.manifest.pipelines import PipelineRow, TriggerRow
from podium.manifest.snapshot import CredentialRef, decode_snapshot
from podium.ports import Clock, Secrets
from podium.ports.database import snapshots
from podium.ports.pipelines import PipelineRunIs, start_of

MAX_BODY_BYTES: Final = 256 << 10
SIGNATURE: Final = "podium-signature"
_SIGNATURE: Final = re.compile(r"t=([0-9]{1,12})((?:,v1=[0-9a-f]{64}){1,4})")
_STRUCTURED: Final = "application/cloudevents"
_NEEDED: Final = ("specversion", "id", "source", "type")
_AHEAD_S: Final = 60
"""A sender's clock may be so much fast."""


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Any) -> Any:
        """Ask; raises the error that a refusal means."""
        ...


class Message(msgspec.Struct, frozen=True):
    """What has come: header names in lower case."""

    headers: Mapping[str, str]
    body: bytes


def check_signature(message: Message, secret: str, *, now_s: int, window_s: float, event: bool) -> str:
    """Return the signature that holds, by which a message is known again.

    Raises Unauthenticated, which does not say more than that.
    """
    found = _SIGNATURE.fullmatch(message.headers.get(SIGNATURE, ""))
    no = Unauthenticated(
        "The message is not signed, or not by this key, or not now.",
        fix="See docs/pipelines.md, Webhooks.",
        code="bad_signature",
    )
    if found is None:
        raise no
    at_s = int(found[1])
    expected = signature(secret, at_s, _signed(message, event=event)).rpartition("=")[2]
    given = [one for one in found[2].split(",v1=") if one]
    good = [one for one in given if hmac.compare_digest(one, expected)]
    if not good or not now_s - window_s <= at_s <= now_s + _AHEAD_S:
        raise no
    return good[0]


def _signed(message: Message, *, event: bool) -> bytes:
    if not event or _is_structured(message):
        return message.body
    own = sorted(name for name in message.headers if name.startswith("ce-"))
    head = "".join(f"{name}:{message.headers[name]}\n" for name in own)
    return head.encode("utf-8", "surrogateescape") + message.body


def _is_structured(message: Message) -> bool:
    return message.headers.get("content-type", "").lower().startswith(_STRUCTURED)


def read_event(message: Message) -> dict[str, Any]:
    """Return a CloudEvent as its JSON form has it, in either mode. Raises InvalidRequest."""
    if _is_structured(message):
        if not message.headers["content-type"].lower().startswith(f"{_STRUCTURED}+json"):
            raise InvalidRequest("Of structured events only JSON is read.", field="content-type")
        event = _json(message.body)
    else:
        event = {name[3:]: value for name, value in message.headers.items() if name.startswith("ce-")}
        kind = message.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind:
            event["datacontenttype"] = kind
        if message.body:
            is_json = kind.endswith(("/json", "+json")) or not kind
            event["data"] = _json(message.body) if is_json else message.body.decode("utf-8", "replace")
    if not isinstance(event, dict):
        raise InvalidRequest("An event is a JSON object.")
    for name in _NEEDED:
        if not isinstance(event.get(name), str) or not event[name]:
            raise InvalidRequest(f"The event has no {name}.", field=name)
    if event["specversion"] != "1.0":
        raise InvalidRequest("Only CloudEvents 1.0 are read.", field="specversion")
    return event


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidRequest("The body is not JSON.") from error


def fits(pattern: str | None, text: str) -> bool:
    """Return whether a text is what a trigger names; a star at the end stands for any rest."""
    if pattern is None:
        return True
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern


class Incoming:
    """Starts runs for messages that are signed."""

    def __init__(self, *, engine: Engine, keeper: Keeper, secrets: Secrets, clock: Clock) -> None:
        self._engine, self._keeper, self._secrets, self._clock = engine, keeper, secrets, clock

    async def take(self, pipeline: str, trigger: str, message: Message) -> PipelineRunIs | None:
        """Start a run, or return the one that this message has started; None: it is not for this trigger.

        Raises NotFound, Unauthenticated, InvalidRequest, and what the keeper refuses.
        """
        row, found = await asyncio.to_thread(self._find, pipeline, trigger)
        event = found.kind == "event"
        mac = check_signature(
            message,
            self._secret(found),
            now_s=self._clock.wall_ns() // 1_000_000_000,
            window_s=found.spec["window"] / 1000,
            event=event,
        )
        if event:
            read = read_event(message)
            if not (
                fits(found.spec["type"], read["type"]) and fits(found.spec.get("source"), read["source"])
            ):
                return None
            told, name = {"event": read, "body": read.get("data")}, f"{read['source']} {read['id']}"
        else:
            told, name = {"body": _json(message.body)}, message.headers.get("idempotency-key", "")
        message_key = f"{trigger}:{name[:500]}" if name else None
        answer = await self._keeper.ask(start_of(row, found, told, f"{trigger}:{mac}", message_key))
        return answer if isinstance(answer, PipelineRunIs) else None

    def _find(self, pipeline: str, trigger: str) -> tuple[PipelineRow, TriggerRow]:
        query = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
        with self._engine.connect() as connection:
            document = connection.execute(query).scalar()
        row = decode_snapshot(document).pipelines.get(pipeline) if document is not None else None
        found = [one for one in row.triggers if one.name == trigger] if row is not None else []
        if row is None or not found or found[0].kind not in {"webhook", "event"}:
            raise NotFound(f"Pipeline {pipeline} has no trigger {trigger} that is told from outside.")
        return row, found[0]

    def _secret(self, trigger: TriggerRow) -> str:
        ref = trigger.credential
        if ref is None:
            raise NotFound("The trigger has no key.")
        try:
            return self._secrets.read(CredentialRef(ref.env, ref.file))
        except PodiumError as error:
            error.told = "The trigger's key cannot be read."
            raise
