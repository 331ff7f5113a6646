"""No wrong token reaches anything: every endpoint of every process that listens, as the code lists them.

An endpoint that is new and has no row here fails the test.
"""

import ast
import asyncio
import base64
import hashlib
import inspect
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from podium.adapters.records import open_records
from podium.adapters.system import SystemClock
from podium.gateway import endpoints, listing, outcomes
from podium.gateway.tasks import ROOT
from podium.gateway.token_endpoint import CLIENT, EXCHANGE
from podium.gateway.token_endpoint import PATH as TOKEN
from podium.gateway.wishes import ACCESS
from podium.ports.acts import By, SteerTask
from podium.ports.machines import RESOURCE
from podium.tools import door as tool_door
from podium.trust.credentials.dpop import token_hash
from podium.trust.credentials.identity import Claims
from podium.trust.credentials.tokens import new_private_jwk
from tests.gateway.house import KEY
from tests.gateway.test_side_doors import BODIES
from tests.gateway.test_tasks import DPOP, Trusting, code, trusting
from tests.keeper.acting import ISSUER
from tests.tools.rig import rig

ROOT_FOLDER = Path(__file__).parent.parent
MODELS = {("POST", path) for path in BODIES}
GOOGLES = {
    ("POST", f"/v1beta/models/big:{method}")
    for method in (
        "generateContent",
        "streamGenerateContent",
        "embedContent",
        "batchEmbedContents",
        "countTokens",
    )
}
LISTS = {
    ("GET", path)
    for path in ("/v1/models", "/v1beta/models", "/v1alpha/models", "/v1/models/big", "/v1beta/models/big")
} | {("GET", "/v1alpha/models/big")}
STARTS = {("POST", ROOT), ("POST", TOKEN)}
REPORTS = {("POST", outcomes.PATH)}
OWN = {("GET", ""), ("DELETE", ""), ("POST", "token"), ("POST", "tasks"), ("GET", "messages")}
"""Of a task alone: by what follows its id."""
OPEN = {
    ("GET", path)
    for path in (
        "/livez",
        "/readyz",
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-protected-resource",
    )
}
ADMIN = {"GET /podium/v1/status", "GET /podium/v1/traces", "POST /podium/v1/task-keys/rotate"}
A2A = {"POST /a2a/{agent}", "GET /a2a/{agent}/.well-known/agent-card.json"}
CONSOLE = {"GET /{path:path}", "WS /_nicegui_ws/x", "GET /metrics", "POST /login"}
OPEN_CONTROL = {
    "GET /console/assets/x": [404],
    "WS /console/assets/x": [1000],
    "GET /favicon.ico": [307],
    "GET /login": [200],
    "POST /login": [401, 429],  # who guesses is slowed down
    "POST /logout": [303],
    "POST /podium/v1/pipelines/{name}/triggers/{trigger}": [404],  # of a signed message, which is no token
}
"""What the control process answers to anybody, and how."""
LISTENING = {
    "Server",
    "LlamaServer",
    "start_server",
    "start_unix_server",
    "create_unix_server",
    "sock_accept",
    "uvicorn.Config",
}
"""What makes a listener, by the name that is called."""
LISTENERS = {
    "app/gateway.py": "tried here",
    "app/web.py": "with which app/control.py and app/tools.py listen",
    "app/tools.py": "tried here: its port, and the socket to which gateways elsewhere are carried",
    "tools/door.py": "the MCP protocol behind it",
    "app/control.py": "tried here",
    "app/collector.py": "tried in tests/collector/test_door.py",
    "app/carrier.py": "carries to the socket of tools, and decides nothing",
    "app/model.py": "a local model, on a loopback port, for the gateway alone",
    "adapters/models/llama.py": "the same",
    "keeper/connection.py": "a private socket, and TCP with certificates on both sides",
    "adapters/executors/doors.py": "the doors of a confined program, which lead to the ports above",
    "adapters/scripted/tickets.py": "an example",
    "adapters/link/serving.py": "private sockets: where our processes ask the keeper and the collector",
    "app/relay.py": "the same on another machine, for its gateways",
    "adapters/simulator/provider.py": "a simulated provider",
}


@pytest.fixture
async def it(tmp_path) -> AsyncIterator[Trusting]:
    async with trusting(tmp_path) as made:
        yield made


def forgeries(token: str, public: str) -> dict[str, str]:
    """Tokens that say what a good one says, and are not."""
    head, payload, mark = token.split(".")
    said = jws.extract_compact(token.encode())
    claims, kid = said.payload, said.headers()["kid"]
    header = {"alg": "Ed25519", "kid": kid, "typ": "at+jwt"}

    def encoded(text: bytes) -> str:
        return base64.urlsafe_b64encode(text).decode().rstrip("=")

    def unsigned(**changes: object) -> str:
        return encoded(msgspec.json.encode({**header, **changes}))

    def twice(said: dict[str, str]) -> str:
        return encoded(b'{"alg":"none",' + msgspec.json.encode(said)[1:])

    other = OKPKey.import_key(new_private_jwk(b"w" * 32))
    shared = OctKey.import_key(public.encode())
    own = {"jwk": other.as_dict(private=False)}
    odd: dict[str, dict[str, Any]] = {
        "the key in it": own,
        "the key in it, no other": own | {"kid": other.thumbprint()},
        "the key elsewhere": {"jku": "http://127.0.0.1:1/jwks.json"},
        "a path for a key": {"kid": "../../keys/wrap.key"},
        "no key": {"kid": ""},
    }
    return {
        name: jws.serialize_compact(header | more, claims, other, algorithms=["Ed25519"])
        for name, more in odd.items()
    } | {
        "critical": f"{unsigned(crit=['b64'], b64=False)}.{payload}.{mark}",
        "more in its head": f"{unsigned(cty='JWT')}.{payload}.{mark}",
        "a key twice": f"{twice(header)}.{payload}.{mark}",
        "none": f"{unsigned(alg='none')}.{payload}.",
        "none with the mark": f"{unsigned(alg='none')}.{payload}.{mark}",
        "wrong key": jws.serialize_compact(header, claims, other, algorithms=["Ed25519"]),
        "wrong algorithm": jws.serialize_compact(
            header | {"alg": "HS256"}, claims, shared, algorithms=["HS256"]
        ),
        "another type": jws.serialize_compact(header | {"typ": "JWT"}, claims, other, algorithms=["Ed25519"]),
        "cut": f"{head}.{payload}.{mark[:-4]}",
        "junk": "a.b.c",
    }


async def wrong_tokens(it: Trusting) -> dict[str, str]:
    """Every wrong token that is nobody's anywhere."""
    mine, dead = await it.start(), await it.start()
    it.keeper.acts.do(SteerTask(By(), dead["task_id"], "revoke", "stolen"))
    it.put_in_force()
    token = mine["access_token"]
    signer = it.keeper.tasks.ring
    claims = msgspec.json.decode(jws.extract_compact(token.encode()).payload, type=Claims)
    return forgeries(token, it.house.standing.orders.tasks.keys[0].x) | {
        "another audience": signer.sign(msgspec.structs.replace(claims, aud="https://elsewhere.example")),
        "another issuer": signer.sign(msgspec.structs.replace(claims, iss="https://elsewhere.example")),
        "expired": signer.sign(msgspec.structs.replace(claims, exp=claims.iat - 1)),
        "from the future": signer.sign(msgspec.structs.replace(claims, iat=claims.iat + 600)),
        "revoked": dead["access_token"],
    }


def test_every_endpoint_of_the_gateway_has_a_row():
    """What the code serves is what these tests try."""
    assert {path for _, path in MODELS} == set(endpoints.MODEL_ENDPOINTS)
    assert {path.rpartition(":")[2] for _, path in GOOGLES} == set(endpoints._GOOGLES_METHODS)
    lists = {path for _, path in LISTS}
    assert {*listing._LISTS, *(f"{one}big" for one in listing._ONES)} == lists


async def test_the_gateways_other_addresses_have_rows(it: Trusting):
    """So do the addresses of tasks, the documents, and what says how it is."""
    door = it.house.gateway._tasks
    assert door is not None
    found = {(method, rest) for rest, methods in door._own_addresses.items() for method in methods}
    assert found == OWN
    assert {
        (method, path) for path, methods in door._beginnings.items() for method in methods
    } == STARTS | REPORTS
    assert {("GET", path) for path in (*door._documents, *it.house.gateway._plain)} == OPEN


async def test_wrong_tokens_at_the_gateway(it: Trusting):
    """Forged, expired and dead tokens, and those for somebody else, are refused at every endpoint."""
    mine = await it.start()
    own = {(method, f"{ROOT}/{mine['task_id']}/{rest}".rstrip("/")) for method, rest in OWN}
    for name, token in (await wrong_tokens(it)).items():
        bearer = {"authorization": f"Bearer {token}"}
        for method, path in sorted(MODELS | GOOGLES | LISTS | REPORTS | own | {("POST", ROOT)}):
            answer = await it.http.request(method, path, json=BODIES.get(path, {}), headers=bearer)
            assert answer.status_code == 401, (name, method, path, answer.text)
        for form in (
            {"grant_type": CLIENT, "client_secret": token},
            {"grant_type": CLIENT, "client_assertion": token},
            {"grant_type": EXCHANGE, "subject_token": token, "subject_token_type": ACCESS, "agent": "search"},
        ):
            answer = await it.http.post(TOKEN, data=form)
            assert answer.status_code in {400, 401}, (name, form, answer.text)
        for method, path in OPEN:
            assert token not in (await it.http.request(method, path, headers=bearer)).text or not token
    assert it.house.holds() == []


async def test_a_task_reaches_no_other(it: Trusting):
    """Another task's token, another agent's and an agent's key reach nothing that is a task's own."""
    mine, other = await it.start(), await it.start()
    stranger = await it.start("podium_sk_search")
    bearer = {"authorization": f"Bearer {mine['access_token']}"}
    started = await it.http.post(f"{ROOT}/{mine['task_id']}/tasks", json={"agent": "search"}, headers=bearer)
    child = started.json()
    report = {"task": mine["task_id"], "outcome": "success"}
    for token in (other["access_token"], stranger["access_token"], child["access_token"]):
        answer = await it.http.post(outcomes.PATH, json=report, headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, code(answer)) == (404, "not_found")
    for method, rest in OWN:
        path = f"{ROOT}/{mine['task_id']}/{rest}".rstrip("/")
        for token in (other["access_token"], stranger["access_token"], child["access_token"]):
            answer = await it.http.request(method, path, headers={"authorization": f"Bearer {token}"})
            assert answer.status_code == 404, (method, path)
        answer = await it.http.request(method, path, headers={"authorization": f"Bearer {KEY}"})
        assert (answer.status_code, code(answer)) == (403, "task_required")


async def test_a_proof_is_of_use_once_everywhere(it: Trusting):
    """A token that is bound to a key is refused without a proof, and with one that was used."""
    task = await it.start(jkt=DPOP.thumbprint())
    token = task["access_token"]
    own = {(method, f"{ROOT}/{task['task_id']}/{rest}".rstrip("/")) for method, rest in OWN}
    for method, path in sorted(
        MODELS | GOOGLES | LISTS | REPORTS | own, key=lambda row: (row[0] == "DELETE", row)
    ):
        body = BODIES.get(path, {"agent": "search"})

        async def ask(method=method, path=path, body=body, **headers: str) -> httpx.Response:
            headers |= {"authorization": f"DPoP {token}"}
            return await it.http.request(method, path, json=body, headers=headers)

        bare = await ask()
        assert bare.status_code == 401, (method, path)
        asked = await ask(dpop=proof("", token, method, path))
        proved = proof(asked.headers["dpop-nonce"], token, method, path)
        first = await ask(dpop=proved)
        assert first.status_code != 401, (method, path, first.text)
        assert (await ask(dpop=proved)).status_code == 401, (method, path)


def proof(nonce: str, token: str, method: str, path: str) -> str:
    body = {
        "htm": method,
        "htu": ISSUER + path,
        "iat": SystemClock().wall_ns() / 1e9,
        "jti": hashlib.sha256(f"{nonce}{path}{method}".encode()).hexdigest(),
        "ath": token_hash(token),
        "nonce": nonce,
    }
    header = {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": DPOP.as_dict(private=False)}
    return jws.serialize_compact(header, json.dumps(body).encode(), DPOP, algorithms=["Ed25519"])


async def test_no_token_of_a_task_reaches_the_control_process(it: Trusting, tmp_path: Path):
    """Not a good one either, as a bearer or as a cookie: every route that `podium up` serves there wants a
    person, those of A2A, of the metrics, of the console and its sockets too; the keeper is asked for nothing.
    """
    state = tmp_path / "control"
    (state / "keys").mkdir(parents=True)
    (state / "admin.token").write_text("podium_admin_test")
    open_records(state).dispose()
    tokens = [*(await wrong_tokens(it)).values(), (await it.start())["access_token"], KEY]
    run = [sys.executable, "-m", "tests.control_routes", str(state)]
    done = await asyncio.to_thread(
        subprocess.run, run, input=json.dumps(tokens), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    found: dict[str, list[int]] = told["routes"]
    for names in (ADMIN, A2A, CONSOLE):
        assert names <= set(found)
    refused = {route for route, statuses in found.items() if statuses in ([401], [1008])}
    assert {route: found[route] for route in set(found) - refused} == OPEN_CONTROL
    assert told["asked"] == ["NoteGuessing"]  # of the login, for the chain


def test_every_listener_is_known():
    """What accepts connections is one of these files; a new one belongs into the tests here first."""
    found = set()
    for file in (ROOT_FOLDER / "podium").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _names(node.func) & LISTENING:
                found.add(str(file.relative_to(ROOT_FOLDER / "podium")))
    assert found == set(LISTENERS)


def _names(function: ast.expr) -> set[str]:
    whole = ast.unparse(function)
    return {whole, whole.rpartition(".")[2]}


MANIFESTS = """
apiVersion: podium/v1
kind: Department
metadata: {name: acme}
---
apiVersion: podium/v1
kind: Provider
metadata: {name: p}
spec: {baseUrl: "http://127.0.0.1:1/v1"}
---
apiVersion: podium/v1
kind: Model
metadata: {name: m}
spec: {provider: p, price: {inputPerMillionTokens: 1, outputPerMillionTokens: 1}}
---
apiVersion: podium/v1
kind: Route
metadata: {name: r}
spec: {candidates: [{model: m}]}
---
apiVersion: podium/v1
kind: Agent
metadata: {name: clerk}
spec: {department: acme, routes: [r]}
"""
TOOLS_OPEN = {
    "/.well-known/oauth-protected-resource",
    "/.well-known/jwks.json",  # of the gateway, which the metadata names
    "/healthz",
    "/readyz",
}


async def test_wrong_tokens_at_the_tool_gateway(tmp_path: Path):
    """Its one address that does anything refuses every wrong token, a good one for models alone too."""
    source = ast.parse(inspect.getsource(tool_door))
    texts = (it.value for it in ast.walk(source) if isinstance(it, ast.Constant))
    paths = {text for text in texts if isinstance(text, str) and text.startswith("/")}
    assert paths - TOOLS_OPEN == {tool_door.PATH}
    async with rig(tmp_path, MANIFESTS) as it:
        told = await it.start("clerk")
        dead, bound = await it.start("clerk"), await it.task("clerk", jkt=DPOP.thumbprint())
        short = await it.task("clerk", life_s=1)
        await it.steer(dead.task_id, "revoke")
        keys = it.house.standing.orders.tasks.keys
        tokens = forgeries(told.token, keys[0].x) | {
            "revoked": dead.token,
            "expired": short,
            "for models alone": await it.task("clerk", resource=("http://127.0.0.1:8710",)),
            "bound, without a proof": bound,
            "an agent's key": "podium_sk_clerk",
        }
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        carried = httpx.ASGITransport(app=it.house.door.carried)
        async with (
            httpx.AsyncClient(timeout=120) as http,
            httpx.AsyncClient(transport=carried, timeout=120) as elsewhere,
        ):

            async def ask(
                token: str, method: str = "POST", http: httpx.AsyncClient = http, **more: str
            ) -> httpx.Response:
                headers = {"authorization": f"Bearer {token}", "accept": "application/json", **more}
                return await http.request(method, it.url, json=body, headers=headers)

            async with asyncio.timeout(60):
                while (await ask(dead.token)).status_code != 401 or (await ask(short)).status_code != 401:
                    await asyncio.sleep(0.05)
            assert (await ask(told.token)).status_code != 401
            there = {RESOURCE.decode(): "http://10.0.0.7:8712/mcp"}
            for name, token in tokens.items():
                for method in ("POST", "GET", "DELETE", "PUT"):
                    assert (await ask(token, method)).status_code == 401, (name, method)
                    answer = await ask(token, method, elsewhere, **there)
                    assert answer.status_code == 401, (name, method, "carried")
