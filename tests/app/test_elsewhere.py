"""A gateway on another machine, with real processes: content of its calls."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.app.elsewhere import Elsewhere, elsewhere
from tests.app.running import until

MARK = "Wolpertinger"
MORE = """
---
apiVersion: podium/v1
kind: Agent
metadata: {name: kept}
spec: {department: support, routes: [large], content: {record: full}}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    with elsewhere(tmp_path_factory.mktemp("e"), MORE) as it:
        yield it


def pieces(it: Elsewhere, trace: str) -> list[dict[str, object]]:
    bearing = {"authorization": f"Bearer {(it.keeper.state / 'admin.token').read_text().strip()}"}
    url = f"http://127.0.0.1:{it.keeper.admin_port}/podium/v1/traces/{trace}/content"
    try:
        found = httpx.get(url, headers=bearing, timeout=120)
    except httpx.TransportError:  # control begins behind the gateway
        return []
    return found.json()["pieces"] if found.status_code == 200 else []


def test_content_reaches_the_keepers_machine(house: Elsewhere) -> None:
    """What is said through a gateway elsewhere is kept beside the keeper, sealed, where manifests want it;
    on the gateway's machine it is in no file."""
    for number, agent in ((1, "triage"), (2, "kept")):
        done = httpx.post(
            f"{house.url}/v1/chat/completions",
            json={
                "model": "large",
                "max_completion_tokens": 8,
                "messages": [{"role": "user", "content": MARK}],
            },
            headers={
                "authorization": f"Bearer {house.keeper.key(agent)}",
                "traceparent": f"00-{number:032x}-00f067aa0ba902b7-01",
            },
        )
        assert done.status_code == 200, done.text
    until(lambda: len(pieces(house, f"{2:032x}")) == 2, "the content")
    found = pieces(house, f"{2:032x}")
    assert json.dumps(found).count(MARK) >= 1
    assert {it["agent"] for it in found} == {"kept"}
    assert pieces(house, f"{1:032x}") == []
    files = [
        path for state in (house.state, house.keeper.state) for path in state.rglob("*") if path.is_file()
    ]
    assert [path for path in files if MARK.encode() in path.read_bytes()] == []
