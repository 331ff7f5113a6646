import json
from hashlib import sha256

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey
from sqlalchemy import Engine

from podium.keeper.keyring import KNOWN_S, PUBLISHED_FIRST_S, TOKEN_S
from podium.keeper.tasks import LIFE_S, MAX_LIFE_S
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated
from podium.manifest.orders import Orders, TaskOrders
from podium.manifest.runs import RunRow
from podium.manifest.snapshot import AgentRow, Candidate, IssuerRow, RouteRow, Snapshot, encode_snapshot
from podium.ports.acts import BeginTask, By, RotateTaskKey, SteerTask
from podium.ports.link import IssueCredential, PutSnapshot
from podium.ports.tasks import DelegateTask, FinishTask, RenewTask, StartTask, TaskIs
from podium.trust.credentials.identity import Claims, Detail, parse_spiffe_id
from podium.trust.credentials.tokens import Keys, SigningKey, jwks, new_private_jwk
from tests.keeper.acting import ISSUER, House
from tests.keeper.samples import HandClock

SECRET = "podium_sk_triage"
RUN = RunRow(("true",))
OWN = new_private_jwk(b"a" * 32)
IAT_S = HandClock().wall_ns() / 1e9
CLUSTER = new_private_jwk(b"c" * 32)
PUBLIC = {name: OWN[name] for name in ("kty", "crv", "x", "kid")}


@pytest.fixture
def it(engine: Engine, clock: HandClock, tmp_path) -> House:
    """A keeper whose manifests have three agents: triage delegates to search, and boss is another."""
    house = House(engine, clock, tmp_path)
    now = house.authority.in_force
    assert now.snapshot_document is not None
    snapshot = msgspec.json.decode(now.snapshot_document, type=Snapshot)
    routes = {name: RouteRow(name, "chat", (Candidate("m"),)) for name in ("big", "small")}
    agents = {
        "triage": AgentRow(
            "triage",
            "support",
            "acme/support",
            frozenset(routes),
            delegates=("search",),
            public_keys=(PUBLIC,),
            run=RUN,
        ),
        "search": AgentRow("search", "support", "acme/support", frozenset({"small", "big"}), run=RUN),
        "boss": AgentRow(
            "boss", "acme", "acme", frozenset({"big"}), workload=("https://cluster", "system:sa:boss")
        ),
    }
    keys = ({name: CLUSTER[name] for name in ("kty", "crv", "x")},)
    snapshot = msgspec.structs.replace(
        snapshot,
        digest="d2",
        routes=routes,
        agents=agents,
        trust_domain="acme.podium",
        issuers=(IssuerRow("https://cluster", "podium", keys),),
    )
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    for agent in ("triage", "boss"):
        digest = sha256(f"podium_sk_{agent}".encode()).hexdigest()
        house.authority.issue(IssueCredential(agent, f"key_{agent}", digest))
    return house


def orders(it: House) -> TaskOrders:
    return msgspec.msgpack.decode(it.authority.in_force.orders_document, type=Orders).tasks


def claims(it: House, told: TaskIs) -> Claims:
    assert told.token is not None
    keys = Keys(orders(it).keys)
    return keys.verify(told.token, issuer=ISSUER, audience=ISSUER, now_s=it.clock.now_ns / 1e9)


def start(it: House, **wish: object) -> TaskIs:
    return it.tasks.do(StartTask(secret=SECRET, **wish))  # type: ignore[arg-type]


def assertion(private=OWN, **changes: object) -> str:
    key = OKPKey.import_key({**private})
    body = {"iss": "triage", "sub": "triage", "aud": ISSUER, "exp": 0, "jti": "1", "iat": IAT_S, **changes}
    return jws.serialize_compact({"alg": "Ed25519"}, msgspec.json.encode(body), key, algorithms=["Ed25519"])


def test_a_task_begins_with_its_agents_grants(it: House):
    """The token names the task by a SPIFFE id, grants what the agent has, and ends in minutes."""
    told = start(it, prompt_sha256="ab" * 32, jkt="t" * 43)
    said = claims(it, told)
    who = parse_spiffe_id(said.sub)
    assert (who.trust_domain, who.department, who.agent) == ("acme.podium", "acme/support", "triage")
    assert who.task_id == told.task_id == said.root
    assert said.authorization_details == (Detail("podium_models", routes=("big", "small")),)
    assert said.exp - said.iat == TOKEN_S
    assert (said.prompt_sha256, said.cnf.jkt if said.cnf else None) == ("ab" * 32, "t" * 43)
    assert told.token_type == "DPoP"


def test_a_task_asks_for_less(it: House):
    """What a task asks for is what it gets, and never more than its agent has."""
    details = (Detail("podium_models", routes=("small",)),)
    assert claims(it, start(it, details=details)).authorization_details == details
    with pytest.raises(Forbidden, match="huge"):
        start(it, details=(Detail("podium_models", routes=("huge",)),))


@pytest.mark.parametrize("secret", ["podium_sk_nobody", "", "podium_sk_triage "])
def test_a_wrong_secret_begins_nothing(it: House, secret):
    """No other text than the key that was issued begins a task."""
    with pytest.raises(Unauthenticated):
        it.tasks.do(StartTask(secret=secret))


def test_a_wish_that_makes_no_sense(it: House):
    """A life of no length and a digest that is none are refused with their field."""
    for wish, field in (({"life_s": -1}, "expires_in"), ({"life_s": 0}, "expires_in"), ({"jkt": "x"}, "jkt")):
        with pytest.raises(InvalidRequest) as raised:
            start(it, **wish)
        assert raised.value.field == field
    with pytest.raises(InvalidRequest) as raised:
        start(it, prompt_sha256="xyz")
    assert raised.value.field == "prompt_sha256"


def test_an_agents_own_assertion_begins_a_task_once(it: House):
    """A JWT of the agent's registered key is taken, and only once; another key's and a stale one are not."""
    now_s = it.clock.now_ns / 1e9
    good = assertion(exp=now_s + 60)
    assert it.tasks.do(StartTask(assertion=good)).agent == "triage"
    for wrong in (
        good,
        assertion(CLUSTER, exp=now_s + 60, jti="2"),
        assertion(exp=now_s - 60, jti="3"),
        assertion(exp=now_s + 86_400, jti="4"),
        assertion(exp=now_s + 60, jti="5", aud="https://other.example"),
        assertion(exp=now_s + 60, jti=""),
        assertion(exp=now_s + 60, jti="6", iss="boss", sub="boss"),
    ):
        with pytest.raises(Unauthenticated) as raised:
            it.tasks.do(StartTask(assertion=wrong))
        assert raised.value.error_code == "invalid_assertion"


def test_an_assertion_from_before_the_keeper_began_is_refused(it: House):
    """What was used before a restart is not known, so an older one begins nothing; nor one without iat."""
    now_s = it.clock.now_ns / 1e9
    for wrong in (assertion(exp=now_s + 60, iat=now_s - 30), assertion(exp=now_s + 60, iat=None)):
        with pytest.raises(Unauthenticated) as raised:
            it.tasks.do(StartTask(assertion=wrong))
        assert raised.value.error_code == "invalid_assertion"


@pytest.mark.parametrize("kid", [None, "new"])
def test_an_agents_key_is_changed_without_an_outage(it: House, kid: str | None):
    """While the manifests have the old key and the new one, assertions of both are taken, named or not."""
    now_s = it.clock.now_ns / 1e9
    new = ECKey.generate_key("P-256")
    snapshot = it.tasks.in_force_snapshot()
    keys = (PUBLIC, {**new.as_dict(private=False), "kid": "new"})
    triage = msgspec.structs.replace(snapshot.agents["triage"], public_keys=keys)
    changed = msgspec.structs.replace(snapshot, digest="d3", agents={**snapshot.agents, "triage": triage})
    it.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(changed)))
    assert it.tasks.do(StartTask(assertion=assertion(exp=now_s + 60, jti="old"))).agent == "triage"
    body = {"iss": "triage", "sub": "triage", "aud": ISSUER, "exp": now_s + 60, "jti": "1", "iat": IAT_S}

    def signed(key: ECKey, kid: str | None) -> str:
        header = {"alg": "ES256"} | ({"kid": kid} if kid else {})
        return jws.serialize_compact(header, msgspec.json.encode(body), key, algorithms=["ES256"])

    for wrong, why in ((signed(ECKey.generate_key("P-256"), kid), "signature"), (signed(new, "x"), "kid")):
        with pytest.raises(Unauthenticated, match=why):
            it.tasks.do(StartTask(assertion=wrong))
    assert it.tasks.do(StartTask(assertion=signed(new, kid))).agent == "triage"


def test_steering_wants_a_reason(it: House):
    """An act without a reason is refused, and the task goes on."""
    told = start(it)
    with pytest.raises(InvalidRequest):
        it.acts.do(SteerTask(By(), told.task_id, "kill", " "))
    assert orders(it).dead == ()


def test_a_workloads_token_begins_its_agents_task(it: House):
    """A token of a configured issuer proves the agent whose workload its subject is, and no other."""
    until = it.clock.now_ns / 1e9 + 3600
    of_boss = {"iss": "https://cluster", "sub": "system:sa:boss", "aud": ["podium"], "exp": until}
    assert it.tasks.do(StartTask(assertion=assertion(CLUSTER, **of_boss))).agent == "boss"
    for change in ({"sub": "system:sa:other"}, {"aud": ["other"]}, {"iss": "https://evil"}):
        with pytest.raises(Unauthenticated):
            it.tasks.do(StartTask(assertion=assertion(CLUSTER, **{**of_boss, **change})))
    with pytest.raises(Unauthenticated):
        it.tasks.do(StartTask(assertion=assertion(OWN, **of_boss)))


def test_delegation_narrows_and_nests(it: House):
    """A child has a part of its parent's grants, names its parent, and lives no longer."""
    parent = start(it, details=(Detail("podium_models", routes=("small",)),), life_s=1200)
    child = it.tasks.do(DelegateTask(parent.token or "", "search", life_s=LIFE_S))
    said = claims(it, child)
    assert said.authorization_details == (Detail("podium_models", routes=("small",)),)
    assert said.act is not None
    assert said.act.sub == parent.sub
    assert (child.parent_id, said.root) == (parent.task_id, parent.task_id)
    assert child.until_s == parent.until_s
    with pytest.raises(Forbidden) as raised:
        it.tasks.do(DelegateTask(parent.token or "", "search", (Detail("podium_models", routes=("big",)),)))
    assert raised.value.error_code == "grant_too_wide"
    with pytest.raises(Forbidden) as raised:
        it.tasks.do(DelegateTask(parent.token or "", "boss"))
    assert raised.value.error_code == "delegation_not_allowed"
    with pytest.raises(NotFound):
        it.tasks.do(DelegateTask(parent.token or "", "nobody"))


def test_a_task_that_has_ended_takes_its_children_along(it: House):
    """Its end reaches the orders, with all that it has started; nothing of it can be renewed."""
    parent = start(it)
    child = it.tasks.do(DelegateTask(parent.token or "", "search"))
    grandchild = it.tasks.do(DelegateTask(child.token or "", "search"))
    before = it.authority.in_force.orders_version
    it.tasks.do(FinishTask(parent.token or ""))
    assert set(orders(it).dead) == {parent.task_id, child.task_id, grandchild.task_id}
    assert it.authority.in_force.orders_version == before + 1
    for told in (parent, child, grandchild):
        with pytest.raises(Unauthenticated) as raised:
            it.tasks.do(RenewTask(told.token or ""))
        assert raised.value.error_code == "task_ended"
    with pytest.raises(Unauthenticated):
        it.tasks.do(DelegateTask(child.token or "", "search"))


def test_the_dead_are_forgotten_when_their_tokens_have_expired(it: House):
    """Orders name a dead task as long as a token of it could still be borne."""
    told = start(it)
    it.tasks.do(FinishTask(told.token or ""))
    it.clock.now_ns += (TOKEN_S + 61) * 1_000_000_000
    other = start(it)
    it.tasks.do(FinishTask(other.token or ""))
    assert orders(it).dead == (other.task_id,)


def test_a_task_is_told_of_as_dead_though_its_token_has_expired(it: House):
    """A call that was admitted with it may be under way: workers have to hear that it is to be cut."""
    told = start(it)
    it.clock.now_ns += (TOKEN_S + 3600) * 1_000_000_000
    assert orders(it).dead == ()
    it.acts.do(SteerTask(it.user("anna", "operator"), told.task_id, "kill", "Enough."))
    assert orders(it).dead == (told.task_id,)


def test_renewal(it: House):
    """A living task gets token after token, none of which outlives it."""
    told = start(it, life_s=900)
    it.clock.now_ns += 500 * 1_000_000_000
    again = it.tasks.do(RenewTask(told.token or ""))
    assert claims(it, again).exp == told.until_s
    it.clock.now_ns += 401 * 1_000_000_000
    with pytest.raises(Unauthenticated):
        it.tasks.do(RenewTask(again.token or ""))


def test_people_steer_tasks(it: House):
    """A pause is refused with a code of its own until resumed, a kill is for ever; the chain has both."""
    told = start(it)
    anna = it.user("anna", "operator")
    it.acts.do(SteerTask(anna, told.task_id, "pause", "It loops."))
    assert orders(it).paused == (told.task_id,)
    with pytest.raises(Forbidden) as raised:
        it.tasks.do(RenewTask(told.token or ""))
    assert raised.value.error_code == "task_paused"
    it.acts.do(SteerTask(anna, told.task_id, "resume", "Mended."))
    assert it.tasks.do(RenewTask(told.token or "")).state == "running"
    it.acts.do(SteerTask(anna, told.task_id, "kill", "Enough."))
    assert orders(it).dead == (told.task_id,)
    with pytest.raises(Forbidden):
        it.acts.do(SteerTask(anna, told.task_id, "resume", "No."))
    steered = [row for row in it.rows() if row.kind == "task.steer" and row.outcome == "done"]
    assert [msgspec.json.decode(row.body)["how"] for row in steered] == ["pause", "resume", "kill"]
    with pytest.raises(NotFound):
        it.acts.do(SteerTask(anna, "task_none", "kill", "?"))


def test_who_only_looks_steers_nothing(it: House):
    """A viewer is refused, the task lives on, and the refusal stands in the chain."""
    told = start(it)
    with pytest.raises(Forbidden):
        it.acts.do(SteerTask(it.user("vera", "viewer"), told.task_id, "kill", "?"))
    assert orders(it).dead == ()


def test_keys_rotate_without_an_outage(it: House):
    """A new key is published before it signs; old tokens are good to their end; then the old key is gone."""
    old = start(it)
    it.acts.do(RotateTaskKey(By()))
    assert len(orders(it).keys) == 2
    before = start(it)
    assert claims(it, before).jti  # signed with the old key, which every worker has
    it.clock.now_ns += (PUBLISHED_FIRST_S + 1) * 1_000_000_000
    new = start(it)
    kids = [jws.extract_compact((told.token or "").encode()).headers()["kid"] for told in (old, before, new)]
    assert kids[0] == kids[1] != kids[2]
    assert claims(it, old).jti != claims(it, new).jti
    it.clock.now_ns += 2 * TOKEN_S * 1_000_000_000
    now_s = it.clock.now_ns / 1e9
    assert [key["kid"] for key in json.loads(jwks(orders(it).keys, now_s))["keys"]] == [kids[2]]


def test_a_key_that_has_ended_proves_nothing(it: House):
    """Whoever has stolen it signs nothing with it, though nothing has happened here since it has ended."""
    told = start(it, life_s=MAX_LIFE_S)
    stolen = SigningKey(it.tasks.ring._stored[0].jwk)
    forged = stolen.sign(msgspec.structs.replace(claims(it, told), exp=2 * told.until_s))
    it.acts.do(RotateTaskKey(By()))
    workers = Keys(orders(it).keys)
    ends_s = orders(it).keys[0].ends_s
    assert ends_s is not None
    # What has remembered the token forgets it then: it says when its key ends.
    assert workers.verify(forged, issuer=ISSUER, audience=ISSUER, now_s=ends_s - 1).exp == ends_s
    it.clock.now_ns = ends_s * 1_000_000_000
    with pytest.raises(Unauthenticated, match="key is not in force"):
        workers.verify(forged, issuer=ISSUER, audience=ISSUER, now_s=ends_s)
    for question in (RenewTask(forged), FinishTask(forged), DelegateTask(forged, "search")):
        with pytest.raises(Unauthenticated, match="key is not in force"):
            it.tasks.do(question)
    # For the spans of its task a token is good a day longer; then the key is known no more.
    late_s = told.token_until_s + KNOWN_S - 1
    grace = {"now_s": late_s, "grace_s": KNOWN_S, "key_grace_s": KNOWN_S}
    assert workers.verify(told.token or "", issuer=ISSUER, audience=ISSUER, **grace)
    it.clock.now_ns += KNOWN_S * 1_000_000_000
    it.authority.reload()
    assert len(orders(it).keys) == 1


def test_a_person_who_may_starts_a_task(it: House):
    """The owner and operators start tasks of any agent; it is a row of the chain. A viewer does not."""
    operator, viewer = it.user("olga", "operator"), it.user("vera", "viewer")
    told = it.acts.do(BeginTask(operator, "triage", request="Sort my mail.", life_s=60))
    assert isinstance(told, TaskIs)
    assert claims(it, told).sub.endswith(f"/triage/task/{told.task_id.removeprefix('task_')}")
    row = it.told("task.begin")[-1]
    assert (row["actor"], row["subject"]) == ("olga", told.task_id)
    with pytest.raises(Forbidden):
        it.acts.do(BeginTask(viewer, "triage"))
    with pytest.raises(NotFound):
        it.acts.do(BeginTask(By(), "nobody"))
