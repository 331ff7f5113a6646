"""Every endpoint with every role, with the real acts of the keeper behind it."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine

from podium.adapters.evidence_keys import good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.records import open_records
from podium.adapters.system import Entropy, SystemClock
from podium.admin.api import PREFIX, create_app
from podium.admin.guard import ROLE
from podium.control.door import Door
from podium.kernel.errors import NotFound
from podium.ports.acts import ACTS, AddUser, By, OpenCase
from podium.ports.link import Done, GetStatus, IssueCredential, Question, Reply, StatusIs
from podium.trust.people import Person, Right
from podium.views.evidence import Trust
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_desk import CALL
from tests.keeper.test_inbox import CASE

TOKEN = "podium_admin_test"
ROLES = ("viewer", "operator", "approver:acme", "admin")


class ActingKeeper:
    """The keeper's acts without its socket."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def ask(self, question: Question) -> Reply:
        if isinstance(question, GetStatus):
            return StatusIs(1, 1, 1, 1, 1, [], 0, "")
        if isinstance(question, ACTS):
            return self.house.acts.do(question)
        if isinstance(question, IssueCredential):
            return self.house.authority.issue(question)
        raise NotFound("There is no such credential.") if "Revoke" in type(question).__name__ else Done()


class WallClock(HandClock):
    """A hand clock that begins now, because the door has the system's."""

    def __init__(self) -> None:
        self.now_ns = SystemClock.wall_ns()


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    engine = open_records(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def house(engine: Engine, tmp_path: Path) -> House:
    return House(engine, WallClock(), tmp_path)


@pytest.fixture
def app(engine: Engine, house: House) -> FastAPI:
    return create_app(
        engine=engine,
        keeper=ActingKeeper(house),
        door=Door(engine, TOKEN, SystemClock()),
        clock=SystemClock(),
        entropy=Entropy(),
        passwords=Argon2Passwords(),
        trust=Trust(house.keys.public_keys, good_signature),
    )


@pytest.fixture
async def api(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://podium") as client:
        yield client


def owner() -> dict[str, str]:
    return {"authorization": f"Bearer {TOKEN}"}


async def bearer(api: httpx.AsyncClient, house: House, role: str) -> dict[str, str]:
    """Make a user of a role and a token for them, as the owner does."""
    name = role.replace(":", "-")
    house.acts.do(AddUser(By(), name, (role,)))
    made = await api.post(f"{PREFIX}/users/{name}/tokens", json={"label": "ci"}, headers=owner())
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    return {"authorization": f"Bearer {made.json()['token']}"}


def routes(app: FastAPI) -> list[tuple[str, str, Right]]:
    """Every endpoint with the right that it wants."""
    found = []
    for route in app.routes:
        if not isinstance(route, APIRoute) or not route.path.startswith(PREFIX):
            continue
        right = Right((route.openapi_extra or {})[ROLE])
        found += [(method, route.path, right) for method in route.methods]
    return found


async def test_every_endpoint_says_what_it_wants(app: FastAPI) -> None:
    """No endpoint is without a right, none that changes something is for all who look, but one's own."""
    found = routes(app)
    assert len(found) > 25
    open_to_all = {f"{method} {path}" for method, path, right in found if right is Right.LOOK}
    assert {one for one in open_to_all if not one.startswith("GET ")} == {
        f"DELETE {PREFIX}/tokens/{{token_id}}",
        f"DELETE {PREFIX}/sessions/{{session_id}}",
    }


@pytest.mark.parametrize("role", ROLES)
async def test_every_endpoint_with_every_role(
    app: FastAPI, api: httpx.AsyncClient, house: House, role: str
) -> None:
    """Each role gets into the endpoints whose right is its own, and 403 everywhere else, which is noted.

    The chain is exported whole: not by a role of a department.
    """
    headers = await bearer(api, house, role)
    person, refused = Person("x", (role,)), 0
    for method, path, right in routes(app):
        address = re.sub(r"\{\w+\}", "none", path)
        answer = await api.request(method, address, headers=headers)
        if path == f"{PREFIX}/evidence" and person.sees is not None:
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        elif person.may(right):
            assert answer.status_code not in {401, 403}, (method, path, answer.text)
        else:
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), (method, path)
            refused += method != "GET"
    noted = [row for row in house.rows() if row.outcome == "refused" and row.kind.startswith(("P", "D"))]
    assert len(noted) == refused
    assert {row.actor for row in noted} <= {role.replace(":", "-")}


@pytest.mark.parametrize(
    "header", [{}, {"authorization": "Bearer podium_ut_made-up"}, {"authorization": "Basic x"}]
)
async def test_every_endpoint_without_a_token(
    app: FastAPI, api: httpx.AsyncClient, header: dict[str, str]
) -> None:
    """Nobody is somebody: 401 everywhere."""
    for method, path, _ in routes(app):
        answer = await api.request(method, re.sub(r"\{\w+\}", "none", path), headers=header)
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_life(api: httpx.AsyncClient, house: House) -> None:
    """An admin's token makes and changes users; who is shut out is out with the next request."""
    admin = await bearer(api, house, "admin")
    made = await api.post(
        f"{PREFIX}/users",
        json={"name": "bob", "roles": ["viewer"], "password": "correct horse"},
        headers=admin,
    )
    assert made.status_code == 201, made.text
    assert (await api.get(f"{PREFIX}/me", headers=admin)).json()["name"] == "admin"
    bad = await api.post(f"{PREFIX}/users", json={"name": "eve", "roles": [], "password": "x"}, headers=admin)
    assert (bad.status_code, bad.json()["field"]) == (400, "password")
    roles = await api.put(f"{PREFIX}/users/bob/roles", json={"roles": ["operator"]}, headers=admin)
    assert roles.status_code == 204
    token = (await api.post(f"{PREFIX}/users/bob/tokens", json={"label": "x"}, headers=owner())).json()
    bob = {"authorization": f"Bearer {token['token']}"}
    assert (await api.get(f"{PREFIX}/status", headers=bob)).status_code == 200
    out = await api.put(f"{PREFIX}/users/bob/disabled", json={"disabled": True}, headers=admin)
    assert out.status_code == 204
    assert (await api.get(f"{PREFIX}/status", headers=bob)).status_code == 401
    users = {row["name"]: row for row in (await api.get(f"{PREFIX}/users", headers=admin)).json()["users"]}
    assert (users["bob"]["roles"], users["bob"]["login"]) == (["operator"], "password")
    assert "argon2" not in str(users)
    acts = (await api.get(f"{PREFIX}/acts", params={"kind": "user"}, headers=admin)).json()["acts"]
    assert [act["kind"] for act in acts][:2] == ["user.disabled", "user.roles"]
    assert {act["actor"] for act in acts[:3]} == {"admin"}


async def test_a_case_is_answered(api: httpx.AsyncClient, house: House) -> None:
    """A case is listed, shown with who may answer it, and answered with a reason, once."""
    case = house.acts.do(OpenCase(By(), CASE)).case
    viewer, operator = await bearer(api, house, "viewer"), await bearer(api, house, "operator")
    (listed,) = (await api.get(f"{PREFIX}/inbox", headers=viewer)).json()["cases"]
    assert listed["title"] == CASE.title
    shown = (await api.get(f"{PREFIX}/inbox/{case.id}", headers=viewer)).json()
    assert "it is for an operator" in shown["why_not"]
    where = f"{PREFIX}/inbox/{case.id}/answer"
    unreasoned = await api.post(where, json={"choice": "keep", "reason": " "}, headers=operator)
    assert (unreasoned.status_code, unreasoned.json()["code"]) == (400, "invalid_request")
    done = await api.post(where, json={"choice": "keep", "reason": "seen"}, headers=operator)
    assert (done.json()["state"], done.json()["answered_by"]) == ("answered", "operator")
    again = await api.post(where, json={"choice": "keep", "reason": "seen"}, headers=operator)
    assert again.status_code == 403
    assert (await api.get(f"{PREFIX}/inbox", headers=viewer)).json()["cases"] == []
    assert (
        len((await api.get(f"{PREFIX}/inbox", params={"state": "all"}, headers=viewer)).json()["cases"]) == 1
    )


async def test_the_chain_is_exported(api: httpx.AsyncClient, house: House) -> None:
    """What the endpoint gives is what `podium evidence verify --file` reads."""
    viewer = await bearer(api, house, "viewer")
    text = (await api.get(f"{PREFIX}/evidence", headers=viewer)).text
    assert len(text.splitlines()) == 1 + 2 * len(house.rows())


async def test_cases_are_answered_at_once(api: httpx.AsyncClient, house: House) -> None:
    """Denials go to several cases together, approvals do not; figures tell of them."""
    ids = [house.acts.do(OpenCase(By(), msgspec.structs.replace(CALL, key=key))).case.id for key in "ab"]
    operator = await bearer(api, house, "operator")
    where = f"{PREFIX}/inbox/answers"
    wrong = await api.post(
        where, json={"case_ids": ids, "choice": "approve", "reason": "x"}, headers=operator
    )
    assert (wrong.status_code, wrong.json()["code"]) == (403, "forbidden")
    done = await api.post(where, json={"case_ids": ids, "choice": "deny", "reason": "x"}, headers=operator)
    assert [case["answered_by"] for case in done.json()["cases"]] == ["operator", "operator"]
    figures = (await api.get(f"{PREFIX}/inbox/figures", headers=operator)).json()
    assert (figures["total"]["answered"], figures["people"][0]["name"]) == (2, "operator")
