"""Workloads' tokens against a real issuer over loopback: discovery, cache, rotation, and what is refused."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from starlette.responses import RedirectResponse, Response

from podium.keeper import issuer_keys
from podium.keeper.issuer_keys import Beginning, IssuerKeys
from podium.kernel.errors import NotReady, StateError, Unauthenticated
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    CredentialRef,
    IssuerRow,
    KeySource,
    RouteRow,
    Snapshot,
    encode_snapshot,
)
from podium.net.upstream import Pool
from podium.ports.link import PutSnapshot
from podium.ports.tasks import StartTask, TaskIs
from podium.trust.credentials.issuers import FRESH_S, RETRY_S, STALE_S
from tests.control.issuer import Issuer, issuing
from tests.keeper.acting import House

SUBJECT = "system:serviceaccount:prod:triage"
S = 1_000_000_000


class Tokens:
    """What the keeper's host has of secrets."""

    def read(self, ref: CredentialRef) -> str:
        if ref.env != "CLUSTER_TOKEN":
            raise StateError(f"{ref.env} is not set")
        return "of-the-cluster"


class Cluster:
    """A keeper that knows one issuer, whose service account `triage` is an agent's workload."""

    def __init__(self, house: House, issuer: Issuer) -> None:
        self.house, self.issuer = house, issuer
        self.use(KeySource(issuer.url, discovers=True, network="private"))
        self.keys = IssuerKeys(Pool(), Tokens(), house.clock)
        self.beginning = Beginning(self.keys, house.tasks, self._do)

    async def _do(self, work, *arguments: object):
        return work(*arguments)

    def use(self, source: KeySource) -> None:
        now = self.house.authority.in_force
        assert now.snapshot_document is not None
        snapshot = msgspec.json.decode(now.snapshot_document, type=Snapshot)
        row = IssuerRow(self.issuer.url, "podium", source=source)
        agent = AgentRow(
            "triage", "support", "acme/support", frozenset({"big"}), workload=(self.issuer.url, SUBJECT)
        )
        snapshot = msgspec.structs.replace(
            snapshot,
            digest=str(source),
            agents={"triage": agent},
            routes={"big": RouteRow("big", "chat", (Candidate("m"),))},
            issuers=(row,),
            trust_domain="acme.podium",
        )
        self.house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))

    def token(self, **changes: object) -> str:
        now_s = self.house.clock.now_ns // S
        claims = {"iss": self.issuer.url, "sub": SUBJECT, "aud": ["podium"], "iat": now_s, "exp": now_s + 600}
        return self.issuer.signed(claims | changes)

    async def start(self, token: str | None = None) -> TaskIs:
        return await self.beginning.start(StartTask(assertion=token or self.token()))

    def pass_s(self, seconds: float) -> None:
        self.house.clock.now_ns += int(seconds * S)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing() as issuer:
        yield issuer


@pytest.fixture
async def it(engine, clock, tmp_path, issuer) -> AsyncIterator[Cluster]:
    cluster = Cluster(House(engine, clock, tmp_path), issuer)
    yield cluster
    await cluster.keys.close()


async def until(condition) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_workloads_token_is_proved_by_keys_that_are_found(it: Cluster):
    """The issuer's discovery says where its keys are; they are asked for once, and serve many tokens."""
    for _ in range(3):
        assert (await it.start()).agent == "triage"
    assert it.issuer.asked == ["about", "jwks"]


async def test_keys_rotate(it: Cluster):
    """A token of a new key is good at once; the issuer is asked again, and no more than every ten seconds."""
    await it.start()
    it.issuer.rotate()
    with pytest.raises(Unauthenticated):
        await it.start()
    assert it.issuer.asked.count("jwks") == 1
    it.pass_s(RETRY_S)
    await it.start()
    assert it.issuer.asked.count("jwks") == 2


async def test_an_old_key_ends(it: Cluster):
    """A key that its issuer publishes no more proves nothing once the keys were asked for again."""
    await it.start()
    old = it.token(exp=it.house.clock.now_ns // S + 86_400)
    it.issuer.rotate()
    it.pass_s(FRESH_S)
    await it.start(old)
    await until(lambda: not it.keys._asking)
    with pytest.raises(Unauthenticated):
        await it.start(old)


async def test_an_issuer_that_is_away(it: Cluster, monkeypatch):
    """Its keys are used for an hour more; then its tokens begin nothing, and it is not asked without end."""
    await it.start()
    monkeypatch.setattr(it.keys, "_get", _away)
    it.pass_s(FRESH_S)
    await it.start()
    it.pass_s(STALE_S)
    for _ in range(2):
        with pytest.raises(NotReady) as raised:
            await it.start()
        assert raised.value.error_code == "issuer_away"


async def _away(*_: object) -> bytes:
    raise OSError("no route to host")


async def test_nobody_waits_long(it: Cluster, monkeypatch):
    """An issuer that hangs holds a question up for a moment; the next ones are refused at once."""
    hanging = asyncio.Event()

    async def hang(*_: object) -> bytes:
        await hanging.wait()
        return b""

    monkeypatch.setattr(it.keys, "_get", hang)
    monkeypatch.setattr(issuer_keys, "WAIT_S", 0.05)
    for _ in range(3):
        with pytest.raises(NotReady):
            await it.start()
    assert len(it.keys._asking) == 1


@pytest.mark.parametrize(
    "changes", [{"aud": "another"}, {"sub": "system:serviceaccount:prod:other"}, {"exp": 1}, {"iss": "x"}]
)
async def test_what_a_token_must_say(it: Cluster, changes):
    """Another audience, subject or issuer, and a time that is over, prove nothing."""
    with pytest.raises(Unauthenticated):
        await it.start(it.token(**changes))


@pytest.mark.parametrize("signing", ["none", "shared", "stranger"])
async def test_how_a_token_must_be_signed(it: Cluster, signing):
    """No signature, one with a shared secret and one of a stranger's key prove nothing."""
    it.issuer.wrong = {"signing": signing}
    with pytest.raises(Unauthenticated):
        await it.start()


async def test_an_issuer_that_calls_itself_otherwise(it: Cluster, caplog):
    """Discovery that names another issuer is not believed."""
    it.issuer.wrong = {"issuer": "https://elsewhere.example"}
    with pytest.raises(NotReady):
        await it.start()
    assert "It calls itself 'https://elsewhere.example'" in caplog.text


@pytest.mark.parametrize(
    ("jwks_uri", "words"),
    [
        ("http://keys.example/jwks", "is not https"),
        ("file:///etc/passwd", "is not https"),
        ("https://169.254.169.254/latest/meta-data", "metadata service"),
        ("https://127.0.0.1:1/jwks", "this machine's own"),
        ("https://10.0.0.1/jwks", "is private"),
        ("https://[::ffff:10.0.0.1]/jwks", "is private"),
        ("https://keys.example:port/jwks", "Port could not be cast"),
    ],
)
async def test_where_keys_are_not_fetched(it: Cluster, caplog, jwks_uri, words):
    """An issuer cannot send the keeper to an address that its manifest does not allow."""
    it.use(KeySource(it.issuer.url, discovers=True))

    async def about(url: str, source: KeySource, get=it.keys._get) -> bytes:
        if url.endswith("/openid-configuration"):
            return msgspec.json.encode({"issuer": it.issuer.url, "jwks_uri": jwks_uri})
        return await get(url, source)

    it.keys._get = about  # type: ignore[method-assign]
    with pytest.raises(NotReady):
        await it.start()
    assert words in caplog.text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (RedirectResponse("http://169.254.169.254/"), "answered 307"),
        (Response(b"x" * (300 << 10)), "longer than"),
        (Response(b"no", 500), "answered 500"),
    ],
)
async def test_answers_that_are_not_taken(it: Cluster, caplog, answer, words):
    """A redirect is not followed, and an answer has an end."""

    async def serve(scope, receive, send) -> None:
        await answer(scope, receive, send)

    it.issuer.app.router.routes.clear()
    it.issuer.app.router.default = serve
    with pytest.raises(NotReady):
        await it.start()
    assert words in caplog.text


async def test_a_credential_goes_to_its_issuer_alone(it: Cluster):
    """The bearer token of the manifest is sent to the address that the manifest names, and to no other."""
    credential = CredentialRef(env="CLUSTER_TOKEN")
    it.use(KeySource(f"{it.issuer.url}/jwks", network="private", credential=credential))
    await it.start()
    assert it.issuer.borne == ["Bearer of-the-cluster"]
    with issuing() as other:
        source = KeySource(it.issuer.url, discovers=True, network="private", credential=credential)
        await it.keys._get(f"{other.url}/jwks", source)
        assert other.borne == [None]


async def test_keys_that_stand_in_the_manifest_are_not_fetched(it: Cluster):
    """Written-out keys need no network."""
    row = IssuerRow("https://cluster", "podium", ({"kty": "OKP", "crv": "Ed25519", "x": "eA"},))
    assert (await it.keys.of(row, "any")).keys == row.keys
    assert it.issuer.asked == []


async def test_what_issuers_are_kept_is_bounded(it: Cluster, monkeypatch):
    """Changing manifests do not fill the keeper's memory."""
    monkeypatch.setattr(issuer_keys, "MOST_KEPT", 2)
    for number in range(5):
        row = IssuerRow(it.issuer.url, f"a{number}", source=KeySource(f"{it.issuer.url}/jwks?{number}"))
        with contextlib.suppress(NotReady):
            await it.keys.of(row, None)
    assert len(it.keys._kept) <= 2
