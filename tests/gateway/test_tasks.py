"""Tasks through a live gateway, with the keeper's own book behind it."""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import openai
import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey
from sqlalchemy import insert, update

from podium.adapters.records import open_records
from podium.adapters.system import SystemClock
from podium.gateway.tasks import TaskDoor
from podium.gateway.token_endpoint import CLIENT, EXCHANGE
from podium.gateway.wishes import ACCESS
from podium.manifest.orders import Orders
from podium.manifest.snapshot import AgentRow, encode_snapshot
from podium.ports.acts import By, SteerTask
from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_messages
from podium.ports.link import Answer, IssueCredential, PutSnapshot
from podium.ports.tasks import DelegateTask, TaskIs, TaskQuestion
from podium.trust.credentials.dpop import token_hash
from podium.trust.credentials.tokens import new_private_jwk
from tests.gateway.house import KEY, House, house
from tests.gateway.test_side_doors import BODIES
from tests.keeper.acting import ISSUER
from tests.keeper.acting import House as Keeper

ROOT = "/podium/v1/tasks"
BODY = {"model": "big", "messages": [{"role": "user", "content": "Hi"}]}
DPOP = OKPKey.import_key(new_private_jwk(b"d" * 32))


@dataclass
class Trusting:
    """A gateway, its keeper, and a client."""

    house: House
    keeper: Keeper
    http: httpx.AsyncClient

    def put_in_force(self) -> None:
        """Take to the worker what the keeper has in force, as a heartbeat does."""
        orders = msgspec.msgpack.decode(self.keeper.authority.in_force.orders_document, type=Orders)
        self.house.standing.apply_orders(orders)
        snapshot = self.house.standing.snapshot
        assert snapshot is not None
        self.house.standing.in_step(
            Answer(snapshot.version, orders.version), self.house.standing.clock.monotonic_ns()
        )

    async def start(self, key: str = KEY, **wish: object) -> dict[str, Any]:
        answer = await self.http.post(ROOT, json=wish, headers={"authorization": f"Bearer {key}"})
        assert answer.status_code == 201, answer.text
        self.put_in_force()
        return answer.json()

    async def call(self, token: str, **headers: str) -> httpx.Response:
        all_headers = {"authorization": f"Bearer {token}", **headers}
        return await self.http.post("/v1/chat/completions", json=BODY, headers=all_headers)


class BookLink:
    """Asks the keeper's book in this process."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    async def connect(self) -> None: ...

    async def ask(self, question: TaskQuestion) -> TaskIs:
        return self._keeper.tasks.do(question)

    async def close(self) -> None: ...


@asynccontextmanager
async def trusting(tmp_path: Path) -> AsyncIterator[Trusting]:
    state = tmp_path / "state"
    state.mkdir()
    engine = open_records(state)
    async with house(tmp_path) as it:
        keeper = Keeper(engine, SystemClock(), state)  # type: ignore[arg-type]
        now = it.standing.snapshot
        assert now is not None
        triage = msgspec.structs.replace(now.agents["triage"], delegates=("search",))
        search = AgentRow(
            "search", "support", "acme/support", frozenset({"two", "big"}), delegates=("search",)
        )
        agents = {"triage": triage, "search": search}
        it.standing.apply_snapshot(msgspec.structs.replace(now, agents=agents))
        keeper.authority.put_snapshot(
            PutSnapshot("dir", encode_snapshot(msgspec.structs.replace(now, agents=agents, digest="d9")))
        )
        for agent, key in (("triage", KEY), ("search", "podium_sk_search")):
            digest = hashlib.sha256(key.encode()).hexdigest()
            keeper.authority.issue(IssueCredential(agent, f"key_{agent}", digest))
        it.gateway._tasks = TaskDoor(it.standing, BookLink(keeper))  # type: ignore[arg-type]
        async with httpx.AsyncClient(base_url=it.url) as http:
            made = Trusting(it, keeper, http)
            made.put_in_force()
            yield made
    engine.dispose()


@pytest.fixture
async def it(tmp_path) -> AsyncIterator[Trusting]:
    async with trusting(tmp_path) as made:
        yield made


def code(answer: httpx.Response) -> str:
    return answer.json()["error"]["code"]


async def test_the_token_is_the_api_key_of_every_route(it: Trusting):
    """A task's token calls models in every format, and the charges stand under the task."""
    task = await it.start(request="Sort my mail.")
    for number, (path, body) in enumerate(BODIES.items(), 1):
        for headers in (
            {"authorization": f"Bearer {task['access_token']}"},
            {"x-api-key": task["access_token"]},
            {"x-goog-api-key": task["access_token"]},
        ):
            answer = await it.http.post(path, json=body, headers=headers)
            assert answer.status_code == 200, (path, answer.text)
        assert {hold.task_id for hold in it.house.holds()} == {task["task_id"]}, number
    client = openai.AsyncOpenAI(base_url=f"{it.house.url}/v1", api_key=task["access_token"], max_retries=0)
    said = await client.chat.completions.with_raw_response.create(**BODY)
    assert said.headers["x-podium-task"] == task["task_id"]
    await client.close()


async def test_the_request_goes_no_further_than_its_digest(it: Trusting):
    """The user's text is not kept: the token bears its SHA-256."""
    text = "Sort my mail."
    task = await it.start(request=text)
    claims = json.loads(jws.extract_compact(task["access_token"].encode()).payload)
    assert claims["prompt_sha256"] == hashlib.sha256(text.encode()).hexdigest()


async def test_a_token_grants_only_what_was_asked_for(it: Trusting):
    """A task that asked for one route may not call another of its agent's."""
    task = await it.start(authorization_details=[{"type": "podium_models", "routes": ["two"]}])
    answer = await it.call(task["access_token"])
    assert (answer.status_code, code(answer)) in {(403, "route_not_allowed"), (404, "model_not_found")}
    listed = await it.http.get("/v1/models", headers={"authorization": f"Bearer {task['access_token']}"})
    assert [model["id"] for model in listed.json()["data"]] == ["two"]
    wide = await it.http.post(
        ROOT,
        json={"authorization_details": [{"type": "podium_models", "routes": ["forbidden"]}]},
        headers={"authorization": f"Bearer {KEY}"},
    )
    assert (wide.status_code, code(wide)) == (403, "grant_too_wide")


async def test_a_department_that_says_tasks(it: Trusting):
    """There an agent's key starts tasks and calls nothing."""
    now = it.house.standing.snapshot
    assert now is not None
    strict = msgspec.structs.replace(now.agents["triage"], keys_call=False)
    it.house.standing.apply_snapshot(msgspec.structs.replace(now, agents={**now.agents, "triage": strict}))
    answer = await it.call(KEY)
    assert (answer.status_code, code(answer)) == (403, "task_required")
    task = await it.start()
    assert (await it.call(task["access_token"])).status_code == 200


async def test_a_budget_that_is_given_later_holds_for_all_below(it: Trusting):
    """The orders say it of a task in the middle, and tokens that are out draw on it: its own, and those of
    what it has started, however deep; that of the task above it does not."""
    root = await it.start()
    tokens, ids = [root["access_token"]], [root["task_id"]]
    for _ in range(3):
        told = it.keeper.tasks.do(DelegateTask(tokens[-1], "search"))
        tokens.append(told.token)  # type: ignore[union-attr]
        ids.append(told.task_id)  # type: ignore[union-attr]
    it.put_in_force()
    identities, orders = it.house.standing._identities, it.house.standing.orders
    given = msgspec.structs.replace(orders.tasks, budgets=((ids[1], 5),))
    identities.apply(it.house.standing.snapshot, msgspec.structs.replace(orders, tasks=given))
    found = [identities.find(f"Bearer {token}".encode()).agent.restrained for token in tokens]
    assert [[limit.amount for limit in limits] for limits in found] == [[], [5], [5], [5]]


async def test_delegation_over_http_and_by_token_exchange(it: Trusting):
    """A sub-agent's task is begun by its parent's token, by path or by RFC 8693, and is narrower."""
    parent = await it.start(authorization_details=[{"type": "podium_models", "routes": ["big"]}])
    bearer = {"authorization": f"Bearer {parent['access_token']}"}
    by_path = await it.http.post(
        f"{ROOT}/{parent['task_id']}/tasks", json={"agent": "search"}, headers=bearer
    )
    form = {
        "grant_type": EXCHANGE,
        "subject_token": parent["access_token"],
        "subject_token_type": ACCESS,
        "agent": "search",
    }
    exchanged = await it.http.post("/podium/v1/token", data=form)
    for answer in (by_path, exchanged):
        child = answer.json()
        assert child["parent_id"] == parent["task_id"]
        assert child["authorization_details"] == [{"type": "podium_models", "routes": ["big"]}]
        assert (await it.call(child["access_token"])).status_code == 200
    answer = await it.http.request("DELETE", f"{ROOT}/{parent['task_id']}", headers=bearer)
    assert answer.json()["state"] == "ended"
    it.put_in_force()
    for token in (parent["access_token"], by_path.json()["access_token"], exchanged.json()["access_token"]):
        answer = await it.call(token)
        assert (answer.status_code, code(answer)) == (401, "task_ended")


async def test_client_credentials(it: Trusting):
    """The token endpoint begins a task by client credentials: in the form, or in HTTP's own header."""
    for how in (
        {"data": {"grant_type": CLIENT, "client_secret": KEY}},
        {"data": {"grant_type": CLIENT}, "auth": ("triage", KEY)},
    ):
        answer = await it.http.post("/podium/v1/token", **how)
        told = answer.json()
        assert (answer.status_code, told["token_type"], told["expires_in"]) == (200, "Bearer", 600)
        assert answer.headers["cache-control"] == "no-store"
        assert (await it.call(told["access_token"])).status_code == 200


async def test_pause_and_kill(it: Trusting):
    """A paused task is refused with a code of its own until resumed; a killed one for ever."""
    task = await it.start()
    for act, expected in (("pause", (403, "task_paused")), ("resume", None), ("kill", (401, "task_ended"))):
        it.keeper.acts.do(SteerTask(By(), task["task_id"], act, "because"))
        it.put_in_force()
        answer = await it.call(task["access_token"])
        assert (answer.status_code if expected is None else (answer.status_code, code(answer))) == (
            expected or 200
        )


async def test_renewal_and_what_a_task_sees_of_itself(it: Trusting):
    """A task reads itself and gets another token; both work until their ends."""
    task = await it.start()
    bearer = {"authorization": f"Bearer {task['access_token']}"}
    seen = (await it.http.get(f"{ROOT}/{task['task_id']}", headers=bearer)).json()
    assert (seen["sub"], seen["agent"]) == (task["sub"], "triage")
    renewed = (await it.http.post(f"{ROOT}/{task['task_id']}/token", headers=bearer)).json()
    assert renewed["access_token"] != task["access_token"]
    assert (await it.call(renewed["access_token"])).status_code == 200


async def test_a_token_for_tools_alone_renews_itself(it: Trusting):
    """Its issuer takes it for what is the task's own, and it stays what it is: no model takes it."""
    tools = "http://127.0.0.1:8712/mcp"
    it.keeper.tasks._resources = (ISSUER, tools)
    it.keeper.authority.reload()
    it.put_in_force()
    task = await it.start(resource=tools)
    bearer = {"authorization": f"Bearer {task['access_token']}"}
    assert (await it.http.get(f"{ROOT}/self", headers=bearer)).json()["task_id"] == task["task_id"]
    renewed = (await it.http.post(f"{ROOT}/self/token", headers=bearer)).json()["access_token"]
    assert json.loads(jws.extract_compact(renewed.encode()).payload)["aud"] == tools
    for token in (task["access_token"], renewed):
        answer = await it.call(token)
        assert (answer.status_code, code(answer)) == (401, "invalid_token")
        assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    ended = await it.http.request("DELETE", f"{ROOT}/self", headers=bearer)
    assert ended.json()["state"] == "ended"


async def test_a_token_that_a_pause_has_outlasted_renews_itself_alone(it: Trusting):
    """It has expired for all else, and a task that was not paused gets nothing for it."""
    now_s = SystemClock().wall_ns() // 1_000_000_000
    tokens, ids = [], []
    for resumed_ns in (now_s * 1_000_000_000, 1):
        task = await it.start()
        claims = it.keeper.tasks._verify(task["access_token"])
        tokens.append(it.keeper.tasks.ring.sign(msgspec.structs.replace(claims, exp=now_s - 5)))
        ids.append(task["task_id"])
        with it.keeper.engine.begin() as connection:
            row = update(task_identities).where(task_identities.c.task_id == task["task_id"])
            connection.execute(row.values(changed_ns=resumed_ns, token_until_ns=(now_s - 5) * 1_000_000_000))

    async def ask(method: str, path: str, token: str) -> httpx.Response:
        return await it.http.request(
            method, f"{ROOT}/{path}", json={}, headers={"authorization": f"Bearer {token}"}
        )

    for method, path in (("GET", "self"), ("POST", "self/tasks"), ("POST", f"{ids[1]}/token")):
        answer = await ask(method, path, tokens[0])
        assert (answer.status_code, code(answer)) == (401, "invalid_token"), path
    assert (await ask("POST", "self/token", tokens[1])).status_code == 401
    again = await ask("POST", "self/token", tokens[0])
    assert (await it.call(again.json()["access_token"])).status_code == 200


async def test_a_task_reads_what_it_is_told(it: Trusting):
    """By its own token, as `self` or by its id, after what it has seen; never what another task is told."""
    task, other = await it.start(), await it.start()
    with it.keeper.engine.begin() as connection:
        for seq, text in ((1, "Only the tests."), (2, "Be quick.")):
            row = {"task_id": task["task_id"], "seq": seq, "at_ns": seq, "by": "anna", "text": text}
            connection.execute(insert(task_messages).values(**row))
    bearer = {"authorization": f"Bearer {task['access_token']}"}
    told = (await it.http.get(f"{ROOT}/self/messages", headers=bearer)).json()["messages"]
    assert [one["text"] for one in told] == ["Only the tests.", "Be quick."]
    assert told[0] == {"seq": 1, "at_ns": 1, "by": "anna", "text": "Only the tests."}
    by_id = await it.http.get(f"{ROOT}/{task['task_id']}/messages?after=1", headers=bearer)
    assert [one["seq"] for one in by_id.json()["messages"]] == [2]
    assert (await it.http.get(f"{ROOT}/self", headers=bearer)).json()["task_id"] == task["task_id"]
    wrong = await it.http.get(f"{ROOT}/self/messages?after=x", headers=bearer)
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "after")
    theirs = {"authorization": f"Bearer {other['access_token']}"}
    assert (await it.http.get(f"{ROOT}/self/messages", headers=theirs)).json() == {"messages": []}
    assert (await it.http.get(f"{ROOT}/{task['task_id']}/messages", headers=theirs)).status_code == 404
    key = {"authorization": f"Bearer {KEY}"}
    assert (await it.http.get(f"{ROOT}/self/messages", headers=key)).status_code == 403


def proof(nonce: str, token: str, path: str = "/v1/chat/completions") -> str:
    now_s = SystemClock().wall_ns() / 1e9
    body = {
        "htm": "POST",
        "htu": ISSUER + path,
        "iat": now_s,
        "jti": nonce or "x",
        "ath": token_hash(token),
        "nonce": nonce,
    }
    header = {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": DPOP.as_dict(private=False)}
    return jws.serialize_compact(header, json.dumps(body).encode(), DPOP, algorithms=["Ed25519"])


async def test_a_bound_token_needs_its_proof(it: Trusting):
    """A token that is bound to a key is of no use without it, and a proof is of use once."""
    task = await it.start(jkt=DPOP.thumbprint())
    token = task["access_token"]
    assert task["token_type"] == "DPoP"
    bare = await it.call(token)
    assert (bare.status_code, code(bare)) == (401, "invalid_dpop_proof")
    asked = await it.call(token, dpop=proof("", token))
    assert (asked.status_code, code(asked)) == (401, "use_dpop_nonce")
    good = proof(asked.headers["dpop-nonce"], token)
    assert (await it.call(token, dpop=good)).status_code == 200
    replayed = await it.call(token, dpop=good)
    assert (replayed.status_code, code(replayed)) == (401, "use_dpop_nonce")
    assert len(it.house.holds()) == 1


async def test_no_lateral_movement(it: Trusting):
    """No wrong token reaches anything: another task's, another agent's, forged, expired or dead ones."""
    mine, other = await it.start(), await it.start()
    stranger = await it.start("podium_sk_search")
    dead = await it.start()
    it.keeper.acts.do(SteerTask(By(), dead["task_id"], "revoke", "stolen"))
    it.put_in_force()
    head, payload, mark = mine["access_token"].split(".")
    claims = json.loads(jws.extract_compact(mine["access_token"].encode()).payload)
    kid = jws.extract_compact(mine["access_token"].encode()).headers()["kid"]
    wrong_key = OKPKey.import_key(new_private_jwk(b"w" * 32))

    def sign(key: Any, alg: str, **changes: object) -> str:
        header = {"alg": alg, "kid": kid, "typ": "at+jwt"}
        body = json.dumps({**claims, **changes}).encode()
        return jws.serialize_compact(header, body, key, algorithms=["Ed25519", "HS256"])

    none = msgspec.json.encode({"alg": "none", "typ": "at+jwt", "kid": kid})
    none_head = base64.urlsafe_b64encode(none).decode().rstrip("=")
    forged = {
        "none": f"{none_head}.{payload}.",
        "wrong key": sign(wrong_key, "Ed25519"),
        "wrong algorithm": sign(
            OctKey.import_key(it.house.standing.orders.tasks.keys[0].x.encode()), "HS256"
        ),
        "another audience": sign(wrong_key, "Ed25519", aud="https://other"),
        "cut": f"{head}.{payload}.{mark[:-4]}",
        "dead": dead["access_token"],
        "junk": "a.b.c",
    }
    own = [("GET", ""), ("DELETE", ""), ("POST", "/token"), ("POST", "/tasks")]
    for name, token in forged.items():
        bearer = {"authorization": f"Bearer {token}"}
        for path, body in BODIES.items():
            assert (await it.http.post(path, json=body, headers=bearer)).status_code == 401, (name, path)
        for method, rest in own:
            answer = await it.http.request(method, f"{ROOT}/{mine['task_id']}{rest}", headers=bearer)
            assert answer.status_code == 401, (name, method, rest)
        assert (await it.http.get("/v1/models", headers=bearer)).status_code == 401, name
        assert (await it.http.post(ROOT, headers=bearer)).status_code == 401, name
    for name, token in (("another task", other["access_token"]), ("another agent", stranger["access_token"])):
        bearer = {"authorization": f"Bearer {token}"}
        for method, rest in own:
            answer = await it.http.request(method, f"{ROOT}/{mine['task_id']}{rest}", headers=bearer)
            assert answer.status_code == 404, (name, method, rest)
    # A task's token starts no task of its own agent, and an agent's key is nobody's task.
    bearer = {"authorization": f"Bearer {mine['access_token']}"}
    assert (await it.http.post(ROOT, headers=bearer)).status_code == 401
    key = {"authorization": f"Bearer {KEY}"}
    answer = await it.http.get(f"{ROOT}/{mine['task_id']}", headers=key)
    assert (answer.status_code, code(answer)) == (403, "task_required")
    assert it.house.holds() == []


async def test_an_expired_token_is_refused(it: Trusting):
    """A token that was good a moment ago is refused from its end on, though it was remembered."""
    for life_s in (1, 4, 16, 64):  # a machine may be so busy that a short life has passed before the call
        task = await it.start(expires_in=life_s)
        if (await it.call(task["access_token"])).status_code == 200:
            break
    else:
        pytest.fail("no token was good for a call")
    await asyncio.sleep(life_s + 0.1)
    answer = await it.call(task["access_token"])
    assert (answer.status_code, code(answer)) == (401, "invalid_token")


async def test_documents(it: Trusting):
    """Keys and metadata are served to anybody, and name only public things."""
    keys = (await it.http.get("/.well-known/jwks.json")).json()["keys"]
    assert all("d" not in key for key in keys)
    server = (await it.http.get("/.well-known/oauth-authorization-server")).json()
    assert server["issuer"] == ISSUER
    assert EXCHANGE in server["grant_types_supported"]
    resource = (await it.http.get("/.well-known/oauth-protected-resource")).json()
    assert resource["authorization_servers"] == [ISSUER]


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        (ROOT, b"{", 400, None),
        (ROOT, b'{"requst": "x"}', 400, None),
        (ROOT, b'{"expires_in": "long"}', 400, "expires_in"),
        (ROOT, b'{"agent": "search"}', 400, "agent"),
        (ROOT, b'{"request": "a", "prompt_sha256": "b"}', 400, "prompt_sha256"),
        (ROOT, b'{"user": {"names": ["Eva Berg"]}}', 400, "user"),
        (ROOT, b'{"request": "a", "user": {"name": "Eva Berg"}}', 400, "user"),
        (ROOT, b'{"request": "a", "user": {"names": "Eva Berg"}}', 400, "user.names"),
        (ROOT, b'{"request": "a", "user": {"names": []}}', 400, "user"),
        (ROOT, b'{"request": "a", "user": {"addresses": ["eva"]}}', 400, "user.addresses[0]"),
        (ROOT, b'{"authorization_details": [{"type": "payment"}]}', 400, "authorization_details"),
        (ROOT, b'{"expires_in": 0}', 400, "expires_in"),
        (ROOT, b'{"expires_in": -1}', 400, "expires_in"),
        (ROOT, b'{"jkt": "foo"}', 400, "jkt"),
        ("/podium/v1/nothing", b"", 404, None),
    ],
)
async def test_senseless_requests(it: Trusting, path, body, status, field):
    """What makes no sense is refused with the field at fault."""
    answer = await it.http.post(path, content=body, headers={"authorization": f"Bearer {KEY}"})
    assert answer.status_code == status
    assert answer.json()["error"]["param"] == field


async def test_a_keeper_that_does_not_answer(it: Trusting, monkeypatch):
    """No keeper, no new task: 503, and a token that is good goes on."""
    task = await it.start()

    async def silent(_link: BookLink, _question: TaskQuestion) -> TaskIs:
        raise OSError("gone")

    monkeypatch.setattr(BookLink, "ask", silent)
    answer = await it.http.post(ROOT, headers={"authorization": f"Bearer {KEY}"})
    assert (answer.status_code, code(answer)) == (503, "not_ready")
    assert (await it.call(task["access_token"])).status_code == 200
