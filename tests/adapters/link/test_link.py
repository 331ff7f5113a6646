"""Both clients of the keeper against a keeper that answers what it is told to."""

import asyncio
import contextlib
import socket

import pytest

from podium.adapters.link import KeeperClient, KeeperClients, answering, call
from podium.kernel.errors import (
    Forbidden,
    Inexpressible,
    InvalidRequest,
    NotFound,
    NotReady,
    PodiumError,
    SafetyPause,
    StateError,
    Unauthenticated,
)
from podium.ports.link import (
    FRAME,
    Answer,
    Ask,
    Done,
    GetStatus,
    Goodbye,
    Refused,
    decode_question,
    encode,
    payload_bytes,
    refused,
)


class Scripted:
    """Listens where a keeper would, and answers each question with the next thing in its script."""

    def __init__(self, path):
        self.path = path
        self.script = []
        self.questions = []
        self.connections = 0
        self.asked = asyncio.Event()

    async def start(self):
        self._server = await asyncio.start_unix_server(self._serve, str(self.path))
        return self

    async def _serve(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                payload = await reader.readexactly(payload_bytes(await reader.readexactly(FRAME.size)))
                self.questions.append(decode_question(payload))
                self.asked.set()
                answer = self.script.pop(0)
                if answer is None:
                    break
                writer.write(answer if isinstance(answer, bytes) else encode(answer))
                await writer.drain()
        writer.close()

    async def end(self):
        self._server.close()
        await self._server.wait_closed()


@pytest.fixture
async def keeper(tmp_path):
    keeper = await Scripted(tmp_path / "keeper.sock").start()
    yield keeper
    await keeper.end()


@contextlib.asynccontextmanager
async def asking(by, path, timeout_s):
    if by == "verb":
        yield lambda question: asyncio.to_thread(call, path, question, timeout_s=timeout_s)
        return
    client = KeeperClient(path, answer_timeout_s=timeout_s)
    yield client.ask
    await client.close()


@pytest.fixture(params=["process", "verb"])
async def ask(request, tmp_path):
    """Ask by either client."""
    async with asking(request.param, tmp_path / "keeper.sock", 60) as by:
        yield by


@pytest.fixture(params=["process", "verb"])
async def ask_once(request, tmp_path):
    """Ask by either client, with a short time-out."""
    async with asking(request.param, tmp_path / "keeper.sock", 0.3) as by:
        yield by


async def test_an_answer(keeper, ask):
    """A question reaches the keeper as it is, and so does its answer the client."""
    keeper.script = [Answer(3, 4)]
    question = Ask("inc_1", 1, 2, 3, 4)
    assert await ask(question) == Answer(3, 4)
    assert keeper.questions == [question]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("not_found", NotFound),
        ("not_ready", NotReady),
        ("state_error", StateError),
        ("brand_new", PodiumError),
    ],
)
async def test_a_refusal(keeper, ask, code, kind):
    """A refusal is raised as the error of its code, with what to do."""
    keeper.script = [Refused(code, "no", "do that")]
    with pytest.raises(kind, match="no do that") as caught:
        await ask(GetStatus())
    assert caught.value.error_code == code


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Unauthenticated("no", fix="do that", code="invalid_assertion"), Unauthenticated),
        (Forbidden("no", fix="do that", field="agent", code="grant_too_wide"), Forbidden),
        (SafetyPause("no", fix="do that"), Forbidden),
        (Inexpressible("no", fix="do that", field="resource", code="invalid_target"), InvalidRequest),
        (NotFound("no", fix="do that", code="gone"), NotFound),
        (NotReady("no", fix="do that", code="issuer_away"), NotReady),
        (StateError("no", fix="do that", code="key_file_unusable"), StateError),
        (PodiumError("no", fix="do that", code="odd"), PodiumError),
    ],
)
async def test_an_error_is_the_same_on_both_ends(keeper, ask, error, kind):
    """A refusal with a code of its own is raised as what it is, with its field: so it gets its status."""
    keeper.script = [refused(error)]
    with pytest.raises(PodiumError, match="no do that") as caught:
        await ask(GetStatus())
    assert type(caught.value) is kind
    assert (caught.value.error_code, caught.value.field) == (error.error_code, error.field)


async def test_no_keeper(ask):
    """Where nobody listens, Podium is not running there."""
    with pytest.raises(StateError, match="not running") as caught:
        await ask(GetStatus())
    assert caught.value.error_code == "not_running"


async def test_a_socket_that_was_left_behind(keeper, ask):
    """A socket without a listener is no keeper either."""
    await keeper.end()
    if not keeper.path.exists():
        with socket.socket(socket.AF_UNIX) as left:
            left.bind(str(keeper.path))
    with pytest.raises(StateError, match="not running"):
        await ask(GetStatus())


@pytest.mark.parametrize(
    "answer", [None, FRAME.pack(8) + b"half", b"\xff\xff\xff\xff", FRAME.pack(1) + b"\x00"]
)
async def test_a_broken_answer(keeper, ask_once, answer):
    """No answer, half of one, one too large, and one that is none: not ready, and nothing hangs."""
    keeper.script = [answer]
    with pytest.raises(NotReady):
        await ask_once(GetStatus())


async def test_a_path_that_is_too_long(tmp_path):
    """A path that no socket can have is refused in words by both."""
    path = tmp_path / ("x" * 120)
    with pytest.raises(StateError, match="too long"):
        call(path, GetStatus())
    with pytest.raises(StateError, match="too long"):
        await KeeperClient(path).connect()


async def test_one_connection(keeper, tmp_path):
    """Questions of many tasks share a connection, and each gets its own answer."""
    keeper.script = [Answer(number, 0) for number in range(20)]
    client = KeeperClient(tmp_path / "keeper.sock")
    answers = await asyncio.gather(*(client.ask(Goodbye(f"inc_{n}")) for n in range(20)))
    assert [answer.snapshot_version for answer in answers] == list(range(20))
    assert keeper.connections == 1
    await client.close()


async def test_a_question_that_was_given_up(keeper, tmp_path):
    """After a cancelled question the next one gets its own answer, on another connection."""
    client = KeeperClient(tmp_path / "keeper.sock")
    keeper.script = [b"", Done()]  # the first is never answered
    asking = asyncio.create_task(client.ask(GetStatus()))
    await keeper.asked.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await client.ask(Goodbye("inc_1")) == Done()
    assert keeper.connections == 2
    await client.close()
    await client.close()


async def test_a_quick_question_does_not_wait_for_a_slow_one(tmp_path):
    """Over a few connections a question is answered while another waits; one more than there are waits."""
    slow = asyncio.Event()

    async def answer(question):
        if question.incarnation == "slow":
            await slow.wait()
        return Answer(question.segment, 0)

    path = tmp_path / "collector.sock"
    async with answering(path, answer), asyncio.timeout(60):
        clients = KeeperClients(path, connections=2)
        waits = [asyncio.create_task(clients.ask(Ask("slow", 1, 0, 0, 0)))]
        assert (await clients.ask(Ask("quick", 2, 0, 0, 0))).snapshot_version == 2
        waits += [asyncio.create_task(clients.ask(Ask(name, 3, 0, 0, 0))) for name in ("slow", "quick")]
        await asyncio.wait(waits, timeout=0.1)
        assert not any(wait.done() for wait in waits)
        slow.set()
        assert [(await wait).snapshot_version for wait in waits] == [1, 3, 3]
        await clients.close()
