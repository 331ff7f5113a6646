"""Tasks whose programs Podium runs, over the admin API: started, looked at, held, tried again; by whom."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.evidence_keys import FileKeys, good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.records import open_records
from podium.adapters.system import Entropy
from podium.admin.api import PREFIX, create_app
from podium.control.door import Door
from podium.ports.acts import ACTS, AddUser, By, IssueToken
from podium.ports.runs import Artifact
from podium.views.evidence import Trust
from tests.admin.test_people import WallClock
from tests.keeper.acting import House
from tests.keeper.test_runs import FIRST, claim, hello, report, with_agents

ADMIN = "an-admin-token"
TASK = "task_01AA0000000000000000000001"


class Keeper:
    """The keeper's acts and runs without its socket."""

    def __init__(self, house: House) -> None:
        self.acts = house.acts

    async def ask(self, question: Any) -> Any:
        return self.acts.do(question) if isinstance(question, ACTS) else self.acts.do_run(question)


@dataclass
class Place:
    """Who asks, what answers, and where bodies are."""

    client: TestClient
    house: House
    store: FileArtifacts

    def start(self, status: int = 202, **wish: Any) -> Any:
        answer = self.client.post(f"{PREFIX}/tasks", json={"agent": "triage", "request": "Sort it."} | wish)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path: str, status: int = 200, **body: Any) -> Any:
        answer = self.client.post(f"{PREFIX}/{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path: str, status: int = 200, **params: Any) -> Any:
        answer = self.client.get(f"{PREFIX}/{path}", params=params)
        assert answer.status_code == status, answer.text
        return answer.json()


@contextmanager
def running(state: Path) -> Iterator[tuple[FastAPI, House, FileArtifacts]]:
    """Yield the real app over a house with agents and a runner, and where bodies are."""
    engine, clock = open_records(state), WallClock()
    house = House(engine, clock, state)
    with_agents(house)
    hello(house, FIRST)
    store = FileArtifacts(state)
    app = create_app(
        engine=engine,
        keeper=Keeper(house),
        door=Door(engine, ADMIN, clock),
        clock=clock,
        entropy=Entropy(),
        passwords=Argon2Passwords(),
        trust=Trust(FileKeys(state / "keys").public_keys, good_signature),
        artifacts=store,
    )
    yield app, house, store
    engine.dispose()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running(tmp_path) as (app, house, store), TestClient(app) as client:
        client.headers["authorization"] = f"Bearer {ADMIN}"
        yield Place(client, house, store)


def test_a_run_of_a_user(place: Place) -> None:
    """Who the user is comes with the wish, is shown with the run, and is refused where it is nobody's."""
    noor = {"names": ["Noor Haddad"], "addresses": ["noor@spokes.example"]}
    made = place.start(user=noor)
    assert place.get(f"runs/{made['task_id']}")["user"] == noor | {"ids": []}
    assert place.get(f"runs/{place.start()['task_id']}")["user"] is None
    place.start(400, user={"names": ["N"]})
    place.start(400, user={})
    place.start(400, user={"name": "Noor Haddad"})


def test_a_run_from_its_start_to_another_try(place: Place) -> None:
    """A task is started once however often one asks; what it is given and leaves are bodies by digest."""
    body = b"\x00 a diff"
    wish = {"input": base64.b64encode(body).decode(), "input_base64": True, "task_id": TASK}
    made = place.start(budget_nano_usd=10**9, deadline_s=60, priority=3, **wish)
    assert place.start(**wish)["task_id"] == made["task_id"] == TASK
    assert place.store.read(made["input_sha256"]) == body
    assert (made["priority"], made["budget_nano_usd"], made["by"]) == (3, 10**9, "admin.token")
    assert [one["task_id"] for one in place.get("runs", agent="triage", state="queued")["runs"]] == [TASK]
    run = claim(place.house, TASK).run
    left = Artifact("notes.txt", place.store.put(b"all sorted"), "text/plain", 10)
    result = place.store.put(b"{}")
    report(place.house, run, "succeeded", exit_code=0, artifacts=(left,), result_sha256=result)
    detail = place.get(f"runs/{TASK}")
    assert (detail["run"]["state"], detail["request"]) == ("succeeded", "Sort it.")
    assert place.client.get(f"{PREFIX}/runs/{TASK}/artifacts/notes.txt").content == b"all sorted"
    assert place.client.get(f"{PREFIX}/runs/{TASK}/artifacts/result").content == b"{}"
    again = place.post(f"tasks/{TASK}/retry", 202, reason="Once more.")
    assert place.get(f"runs/{again['id']}")["run"]["retry_of"] == TASK
    listed = place.get("runs", living=False, limit=1)
    assert place.get("runs", living=False, before=listed["next"])["runs"][0]["task_id"] == TASK
    place.get("runs/task_none", 404)
    place.get(f"runs/{TASK}/artifacts/none", 404)


def test_what_is_wrong_names_its_field(place: Place) -> None:
    """An input that is no base64, an agent that is not run, a budget of nothing: 4xx with the field."""
    for wish, status, field in (
        ({"input": "%%%", "input_base64": True}, 400, "input"),
        ({"agent": "idle"}, 400, "agent"),
        ({"agent": "nobody"}, 404, "agent"),
        ({"budget_nano_usd": 0}, 400, "budget"),
        ({"deadline_s": -1}, 400, "deadline"),
        ({"budget_nano_usd": 10**23}, 400, "budget_nano_usd"),
        ({"deadline_s": 10**11}, 400, "deadline_s"),
        ({"priority": 101}, 400, "priority"),
        ({"task_id": "task_1"}, 400, "task_id"),
    ):
        assert place.start(status, **wish)["field"] == field


def test_several_are_paused_and_let_go_on(place: Place) -> None:
    """Each of those that are named or chosen says what became of it; a steered one shows what changed."""
    first, second = place.start()["task_id"], place.start()["task_id"]
    claim(place.house, first)
    told = place.post("tasks/pause", agent="triage", state="running", reason="Look first.")["tasks"]
    assert [(one["task_id"], one["done"]) for one in told] == [(first, True)]
    told = place.post("tasks/pause", task_ids=[first, second], reason="All of them.")["tasks"]
    assert [one["done"] for one in told] == [False, True]
    assert "paused" in told[0]["text"]
    told = place.post("tasks/resume", department="support", reason="Mended.")["tasks"]
    assert [one["done"] for one in told] == [True, True]
    assert place.post("tasks/pause", 400, reason="Which?")["field"] == "task_ids"
    place.post(f"tasks/{first}/steer", act="limit", budget_nano_usd=5, reason="Enough.")
    place.post(f"tasks/{first}/steer", act="message", text="Only the tests.", reason="It takes long.")
    detail = place.get(f"runs/{first}")
    assert (detail["run"]["budget_nano_usd"], detail["messages"][0]["text"]) == (5, "Only the tests.")


def test_a_viewer_looks_and_no_more(place: Place) -> None:
    """A viewer lists runs; whatever starts or changes one is refused, and the chain has that."""
    place.house.acts.do(AddUser(By(), "vera", ("viewer",), "$argon2id$vera"))
    task_id = place.start()["task_id"]
    secret = "podium_user_vera"
    digest = hashlib.sha256(secret.encode()).hexdigest()
    place.house.acts.do(IssueToken(By(), "vera", digest, "ci", place.house.clock.wall_ns() + 10**12))
    place.client.headers["authorization"] = f"Bearer {secret}"
    assert len(place.get("runs")["runs"]) == 1
    for path in ("tasks", "tasks/pause", "tasks/resume", f"tasks/{task_id}/retry", f"tasks/{task_id}/steer"):
        place.post(path, 403, agent="triage", reason="I want to.", act="pause")
    assert place.house.rows()[-1].outcome == "refused"
