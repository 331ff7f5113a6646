"""Messages from outside: who signs starts one run, and nobody else starts any."""

import asyncio
import json
from typing import Any

import pytest

from podium.adapters.records import open_records
from podium.control.incoming import Incoming, Message, check_signature, fits, read_event
from podium.control.webhooks import signature
from podium.kernel.errors import InvalidRequest, NotFound, Unauthenticated
from podium.manifest.snapshot import CredentialRef, encode_snapshot
from podium.ports.link import PutSnapshot
from podium.ports.pipelines import PipelineRunIs
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.manifest.samples import compiled, document

SECRET = "a-secret-of-the-hook"
NOW_S = 1_000_000
PIPELINE = document(
    "Pipeline",
    "told",
    """
agent: reviewer
inputs: {ref: {}}
steps:
  - {name: a, command: {run: [x]}}
triggers:
  - webhook: {credential: {env: KEY}, window: 5m}
    inputs: {ref: "${{ trigger.body.ref }}"}
  - event: {type: com.acme.*, source: /ci, credential: {env: KEY}}
    inputs: {ref: "${{ trigger.event.subject }}"}
""",
)
CE = {
    "ce-specversion": "1.0",
    "ce-id": "1",
    "ce-source": "/ci",
    "ce-type": "com.acme.push",
    "ce-subject": "main",
}


class Keys:
    def read(self, ref: CredentialRef) -> str:
        assert ref == CredentialRef("KEY")
        return SECRET


class Gatehouse:
    """A house with a pipeline, and what takes messages in."""

    def __init__(self, folder: Any) -> None:
        self.clock = HandClock()
        self.house = House(open_records(folder), self.clock, folder)
        self.house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(compiled(PIPELINE))))
        self.incoming = Incoming(engine=self.house.engine, keeper=self, secrets=Keys(), clock=self.clock)

    async def ask(self, question: Any) -> Any:
        return self.house.acts.pipelines.do(question, self.house.acts.as_person)

    def tell(self, trigger: str, message: Message) -> PipelineRunIs | None:
        return asyncio.run(self.incoming.take("told", trigger, message))

    def signed(
        self, body: bytes, headers: dict[str, str] | None = None, head: bytes = b"", ago_s: int = 0
    ) -> Message:
        at_s = self.clock.now_ns // 10**9 - ago_s
        return Message({**(headers or {}), "podium-signature": signature(SECRET, at_s, head + body)}, body)


@pytest.fixture
def it(tmp_path):  # type: ignore[no-untyped-def] # a fixture
    found = Gatehouse(tmp_path)
    yield found
    found.house.engine.dispose()


def binary(it: Gatehouse, headers: dict[str, str] = CE) -> Message:
    head = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers)).encode()
    return it.signed(b'{"x": 1}', {**headers, "content-type": "application/json"}, head)


def test_a_signed_message_starts_one_run(it: Gatehouse) -> None:
    """A replay starts nothing, nor does the same message that was sent again with its key."""
    headers = {"idempotency-key": "k1"}
    message = it.signed(b'{"ref": "main"}', headers)
    first = it.tell("webhook", message)
    assert first is not None
    assert first.started
    replayed = Message({**message.headers, "idempotency-key": "k2"}, message.body)
    it.clock.now_ns += 10**9
    for again in (message, replayed, it.signed(b'{"ref": "main"}', headers)):
        told = it.tell("webhook", again)
        assert told is not None
        assert (told.run_id, told.started) == (first.run_id, False)


@pytest.mark.parametrize("ago_s", [301, -61])
def test_what_is_old_or_of_the_future_is_refused(it: Gatehouse, ago_s: int) -> None:
    """Outside of its window a signature is none."""
    with pytest.raises(Unauthenticated):
        it.tell("webhook", it.signed(b'{"ref": "main"}', ago_s=ago_s))


def test_what_is_not_signed_is_refused(it: Gatehouse) -> None:
    """Another body, another key, no signature."""
    good = it.signed(b'{"ref": "main"}')
    wrong = signature("another", it.clock.now_ns // 10**9, good.body)
    for message in (
        Message(good.headers, b'{"ref": "evil"}'),
        Message({"podium-signature": wrong}, good.body),
        Message({}, good.body),
        Message({"podium-signature": "t=1,v1=zz"}, good.body),
    ):
        with pytest.raises(Unauthenticated):
            it.tell("webhook", message)


def test_a_key_that_changes_may_be_used_with_the_old_one() -> None:
    """Of several signatures one must hold."""
    both = f"t={NOW_S},v1={'0' * 64},v1={signature(SECRET, NOW_S, b'x').rpartition('=')[2]}"
    message = Message({"podium-signature": both}, b"x")
    assert check_signature(message, SECRET, now_s=NOW_S, window_s=1, event=False) == both[-64:]


def test_events_in_both_modes(it: Gatehouse) -> None:
    """One of the same source and id starts one run, in whichever mode it comes."""
    first = it.tell("event", binary(it))
    assert first is not None
    assert first.started
    event = {"specversion": "1.0", "id": "1", "source": "/ci", "type": "com.acme.push", "subject": "main"}
    body = json.dumps(event).encode()
    structured = it.signed(body, {"content-type": "application/cloudevents+json; charset=utf-8"})
    told = it.tell("event", structured)
    assert told is not None
    assert (told.run_id, told.started) == (first.run_id, False)


def test_the_headers_of_an_event_are_signed(it: Gatehouse) -> None:
    """Who changes a header has no signature."""
    message = binary(it)
    with pytest.raises(Unauthenticated):
        it.tell("event", Message({**message.headers, "ce-subject": "evil"}, message.body))
    with pytest.raises(Unauthenticated):
        it.tell("event", Message({**message.headers, "ce-more": "x"}, message.body))


def test_another_event_starts_nothing(it: Gatehouse) -> None:
    """Type and source are the trigger's; a star stands for any rest."""
    assert it.tell("event", binary(it, {**CE, "ce-type": "com.other.push"})) is None
    assert it.tell("event", binary(it, {**CE, "ce-source": "/cd"})) is None
    assert fits("com.acme.*", "com.acme.x")
    assert not fits("com.acme", "com.acme.x")


def test_what_is_no_event_is_refused(it: Gatehouse) -> None:
    """Missing attributes, other versions, bodies that are no JSON."""
    for headers, body in (
        ({**CE, "ce-id": ""}, b""),
        ({**CE, "ce-specversion": "0.3"}, b""),
        ({"content-type": "application/cloudevents+json"}, b"["),
        ({"content-type": "application/cloudevents+xml"}, b"<x/>"),
    ):
        with pytest.raises(InvalidRequest):
            read_event(Message(headers, body))
    with pytest.raises(InvalidRequest, match="no value"):
        it.tell("webhook", it.signed(b'{"rref": "main"}'))
    with pytest.raises(NotFound):
        it.tell("schedule", it.signed(b"{}"))
