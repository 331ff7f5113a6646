"""Pipelines over the admin API: who looks, who runs, and what an unsigned message is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from podium.adapters.evidence_keys import FileKeys, good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.records import open_records
from podium.adapters.system import Entropy
from podium.admin.api import PREFIX, create_app
from podium.control.door import Door
from podium.control.incoming import Incoming
from podium.manifest.snapshot import encode_snapshot
from podium.ports.acts import ACTS
from podium.ports.link import PutSnapshot
from podium.views.evidence import Trust
from tests.admin.test_people import WallClock
from tests.control.test_incoming import PIPELINE, SECRET, Keys
from tests.keeper.acting import House
from tests.keeper.test_pipelines import HELPER, RELEASE, Works
from tests.manifest.samples import compiled

ADMIN = "an-admin-token"


class Keeper:
    def __init__(self, house: House) -> None:
        self.acts = house.acts

    async def ask(self, question: Any) -> Any:
        if isinstance(question, ACTS):
            return self.acts.do(question)
        return self.acts.pipelines.do(question, self.acts.as_person)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[TestClient, Works]]:
    engine, clock = open_records(tmp_path), WallClock()
    house = House(engine, clock, tmp_path)
    snapshot = compiled(f"{HELPER}---\n{RELEASE}---\n{PIPELINE}")
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    keeper = Keeper(house)
    app = create_app(
        engine=engine,
        keeper=keeper,
        door=Door(engine, ADMIN, clock),
        clock=clock,
        entropy=Entropy(),
        passwords=Argon2Passwords(),
        trust=Trust(FileKeys(tmp_path / "keys").public_keys, good_signature),
        incoming=Incoming(engine=engine, keeper=keeper, secrets=Keys(), clock=clock),
    )
    with TestClient(app) as client:
        client.headers["authorization"] = f"Bearer {ADMIN}"
        yield client, Works(house)
    engine.dispose()


def test_a_run_from_start_to_retry(place: tuple[TestClient, Works]) -> None:
    """Pipelines are listed, one is run, looked at, cancelled with a reason, and goes on."""
    client, works = place
    listed = client.get(f"{PREFIX}/pipelines").json()["pipelines"]
    assert [one["name"] for one in listed] == ["release", "told"]
    assert client.get(f"{PREFIX}/pipelines/told").json()["triggers"][0]["words"] == "webhook"
    wrong = client.post(f"{PREFIX}/pipelines/release/runs", json={"inputs": {"files": 7}})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "inputs.files")
    made = client.post(f"{PREFIX}/pipelines/release/runs", json={"inputs": {"files": ["x"]}})
    assert made.status_code == 201
    run_id = made.json()["run_id"]
    works.drive()
    shown = client.get(f"{PREFIX}/pipeline-runs/{run_id}").json()
    assert [step["state"] for step in shown["steps"]] == ["queued", "pending", "pending"]
    assert client.post(f"{PREFIX}/pipeline-runs/{run_id}/cancel", json={"reason": "No."}).status_code == 200
    works.drive()
    runs = client.get(f"{PREFIX}/pipeline-runs", params={"state": "cancelled"}).json()["runs"]
    assert [one["id"] for one in runs] == [run_id]
    again = client.post(f"{PREFIX}/pipeline-runs/{run_id}/retry", json={"reason": "Yes."})
    assert again.json()["state"] == "running"
    assert client.get(f"{PREFIX}/pipeline-runs/prun_none").status_code == 404


def test_the_door_for_messages_wants_a_signature(place: tuple[TestClient, Works]) -> None:
    """Whoever has no key learns nothing, with the admin token neither."""
    client, _ = place
    url = f"{PREFIX}/pipelines/told/triggers/webhook"
    answer = client.post(url, content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_signature")
    assert SECRET not in answer.text
    assert client.post(url, content=b"x" * 300_000).json()["code"] == "too_large"
    assert client.post(f"{PREFIX}/pipelines/told/triggers/none", content=b"{}").status_code == 404
    client.headers.pop("authorization")
    assert client.get(f"{PREFIX}/pipelines").status_code == 401
