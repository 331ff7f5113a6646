"""The admin API, over its ASGI interface."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from podium.adapters.evidence_keys import good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.system import Entropy, SystemClock
from podium.admin.api import create_app
from podium.control.door import Door
from podium.kernel.errors import NotReady
from podium.ports.content import ContentQuestion
from podium.ports.link import (
    Correct,
    Done,
    GetStatus,
    IssueCredential,
    Question,
    Reply,
    RevokeCredential,
    StatusIs,
)
from podium.ports.spans import GetStats, SearchTraces, SpanQuestion, StatsAre, TraceRow, TracesAre
from podium.views.evidence import Trust
from tests.console import seed

NOW_NS = 1_800_000_123_000_000_000
TOKEN = "podium_admin_test"


class FixedClock:
    """It is a second after the last seeded call."""

    def wall_ns(self) -> int:
        return NOW_NS + 1_000_000_000

    def monotonic_ns(self) -> int:
        return NOW_NS


class ListeningKeeper:
    """A keeper that takes what it is told."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.down = False

    async def ask(self, question: Question) -> Reply:
        if self.down:
            raise NotReady("The keeper went away.", fix="Try again soon.")
        self.asked.append(question)
        if isinstance(question, GetStatus):
            return StatusIs(1, 1, 1, 3, 1, [], 0, "0001")
        return Done()


ROW = TraceRow("a" * 32, "chat", 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, ("night-shift",), (), (), (), (), ())


class SpansOfOne:
    """A collector that has spans of one agent, which no manifest names."""

    async def ask(self, question: SpanQuestion | ContentQuestion) -> Any:
        known = question.where.agent if isinstance(question, SearchTraces) else None
        if isinstance(question, GetStats):
            return StatsAre(())
        return TracesAre((ROW,) if known == "night-shift" else (), None)


@pytest.fixture
def keeper() -> ListeningKeeper:
    return ListeningKeeper()


@pytest.fixture
async def api(tmp_path: Path, keeper: ListeningKeeper) -> AsyncIterator[httpx.AsyncClient]:
    engine = seed.create(tmp_path / "podium.db")
    seed.seed_fleet(engine, NOW_NS, hours=0.2)
    door = Door(engine, TOKEN, SystemClock())
    app = create_app(
        engine=engine,
        keeper=keeper,
        door=door,
        clock=FixedClock(),
        entropy=Entropy(),
        passwords=Argon2Passwords(),
        trust=Trust(dict, good_signature),
        collector=SpansOfOne(),
    )
    transport = httpx.ASGITransport(app=app)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://podium", headers=headers) as client:
        yield client
    engine.dispose()


PATHS = (
    "status",
    "now",
    "ledger",
    "totals",
    "report",
    "calls",
    "explain/x",
    "manifests",
    "agents",
    "openapi.json",
)


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_shown_without_the_token(api: httpx.AsyncClient, path: str) -> None:
    """Every path wants the token, and says so as a problem."""
    for header in ("", "Bearer wrong", f"Basic {TOKEN}"):
        answer = await api.get(f"/podium/v1/{path}", headers={"authorization": header})
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "invalid_api_key"


async def test_a_parameter_that_there_is_not(api: httpx.AsyncClient) -> None:
    """A filter by another name is refused, whatever is read, for it would let all through."""
    paths = (await api.get("/podium/v1/openapi.json")).json()["paths"]
    reads = {path: one["get"].get("parameters", []) for path, one in paths.items() if "get" in one}
    assert len(reads) > 40
    for path, parameters in reads.items():
        names = [it["name"] for it in parameters if it["in"] == "query"]
        answer = await api.get(path, params={"since": "2h", **dict.fromkeys(names, "1")})
        assert answer.status_code == 400, path
        if not answer.json()["detail"].startswith(tuple(f"{name}: " for name in names)):
            assert answer.json()["detail"] == "There is no parameter since here.", path
    wrong = await api.get("/podium/v1/traces", params={"verdit": "deny"})
    assert wrong.json()["fix"] == "Did you mean `verdict`?"
    assert (await api.get("/podium/v1/traces", params={"verdict": "denied"})).status_code == 400


async def test_agents_that_only_programs_name(api: httpx.AsyncClient) -> None:
    """Traces of an agent that no manifest names are found; one of which there is nothing is told."""
    found = await api.get("/podium/v1/traces", params={"agent": "night-shift"})
    assert [row["trace_id"] for row in found.json()["traces"]] == [ROW.trace_id]
    for path in ("traces", "traces/stats"):
        missing = await api.get(f"/podium/v1/{path}", params={"agent": "nobody"})
        assert (missing.status_code, missing.json()["detail"]) == (404, "There is no agent nobody.")
    assert (await api.get("/podium/v1/tasks/task_none/windows")).status_code == 404


async def test_reads(api: httpx.AsyncClient) -> None:
    """The ledger, its totals and one explanation agree with each other."""
    page = (await api.get("/podium/v1/ledger", params={"limit": 1000})).json()
    (total,) = (await api.get("/podium/v1/totals")).json()["totals"]
    assert total["cost_nano_usd"] == sum(row["cost_nano_usd"] for row in page["charges"])
    row = next(row for row in page["charges"] if row["outcome"] == "ok")
    story = (await api.get(f"/podium/v1/explain/{row['charge_id']}")).json()
    assert story["charges"][0]["verified"] is True
    call = (await api.get(f"/podium/v1/calls/{row['call_id']}")).json()
    assert call["attempts"][-1]["charge_id"] == row["charge_id"]
    assert (await api.get("/podium/v1/status")).json()["charges"] == len(page["charges"])
    assert (await api.get("/podium/v1/manifests")).json()["in_force"]["version"] == 3
    assert len((await api.get("/podium/v1/agents")).json()["agents"]) == 6
    assert (await api.get("/podium/v1/now", params={"window_s": 60})).status_code == 200


async def test_pages_and_csv(api: httpx.AsyncClient) -> None:
    """``before`` leads from page to page; CSV comes by format or by Accept."""
    whole = (await api.get("/podium/v1/ledger", params={"limit": 1000})).json()["charges"]
    paged, before = [], None
    while True:
        params = {"limit": 10} | ({"before": before} if before else {})
        page = (await api.get("/podium/v1/ledger", params=params)).json()
        paged += page["charges"]
        before = page["before"]
        if before is None:
            break
    assert paged == whole
    csv = await api.get("/podium/v1/ledger", params={"format": "csv", "limit": 1000})
    assert len(csv.text.splitlines()) == len(whole) + 1
    assert (await api.get("/podium/v1/ledger", headers={"accept": "text/csv"})).text.startswith(
        "admitted_at,"
    )


async def test_the_report_is_the_ledgers(api: httpx.AsyncClient) -> None:
    """The report of the period that holds the ledger has the ledger's sum, as JSON and as CSV."""
    (total,) = (await api.get("/podium/v1/totals")).json()["totals"]
    params = {"period": "2020-01-01..2100-01-01", "against": "none", "by": "agent"}
    found = (await api.get("/podium/v1/report", params=params)).json()
    assert found["total"]["now"]["charges"] == total["charges"]
    assert found["total"]["now"]["cost_nano_usd"] == total["cost_nano_usd"]
    assert sum(row["now"]["cost_nano_usd"] for row in found["rows"]) == total["cost_nano_usd"]
    csv = await api.get("/podium/v1/report", params={**params, "format": "csv"})
    assert len(csv.text.splitlines()) == len(found["rows"]) + 2


async def test_a_bill_is_held_against_the_ledger(api: httpx.AsyncClient, keeper: ListeningKeeper) -> None:
    """A dry run asks the keeper nothing; with ``apply`` the keeper gets what the bill settles."""
    where = "/podium/v1/reconcile?provider=sim-east&column=cost_usd=USD&complete=true"
    bill = f"time,until,USD\n{NOW_NS // 10**9 - 86400},{NOW_NS // 10**9},0\n".encode()
    found = (await api.post(where, content=bill)).json()
    assert found["applied"] is None
    assert [one["state"] for one in found["findings"]] == ["different"]
    assert keeper.asked == []
    assert (await api.post(f"{where}&apply=true", content=bill)).status_code == 200
    assert isinstance(keeper.asked[0], Correct)
    refused = await api.post("/podium/v1/reconcile?provider=nobody", content=b"time\n")
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
    assert (await api.post(where, headers={"authorization": ""})).status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("explain/nonsense", 404, "not_found"),
        ("calls/call_none", 404, "not_found"),
        ("ledger?agent=nobody", 404, "not_found"),
        ("traces?department=no/where", 404, "not_found"),
        ("nothing", 404, "not_found"),
        ("ledger?limit=0", 400, "invalid_request"),
        ("ledger?since_ns=x", 400, "invalid_request"),
        (f"ledger?since_ns={10**30}", 400, "invalid_request"),
        ("totals?by=colour", 400, "invalid_request"),
        ("report?by=colour", 400, "invalid_request"),
        ("report?period=soon", 400, "invalid_request"),
        ("report?zone=Mars/Olympus", 400, "invalid_request"),
    ],
)
async def test_errors_are_problems(api: httpx.AsyncClient, path: str, status: int, code: str) -> None:
    """Every error is RFC 9457 with a code."""
    answer = await api.get(f"/podium/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_keys_are_shown_once_and_stored_as_hashes(
    api: httpx.AsyncClient, keeper: ListeningKeeper
) -> None:
    """The answer bears the key, the keeper gets its hash alone, and revoking names the key's id."""
    answer = await api.post("/podium/v1/agents/ticket-triage/keys")
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    key = answer.json()["key"]
    told = next(question for question in keeper.asked if isinstance(question, IssueCredential))
    assert key not in repr(told)
    assert (told.agent, told.credential_id) == ("ticket-triage", answer.json()["id"])
    assert (await api.delete(f"/podium/v1/keys/{answer.json()['id']}")).status_code == 204
    assert any(isinstance(question, RevokeCredential) for question in keeper.asked)


async def test_a_keeper_that_is_away_is_503(api: httpx.AsyncClient, keeper: ListeningKeeper) -> None:
    """Writing without a keeper is refused with what to do; reading goes on."""
    keeper.down = True
    answer = await api.post("/podium/v1/agents/ticket-triage/keys")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert (await api.get("/podium/v1/status")).status_code == 200


async def test_openapi_is_3_1(api: httpx.AsyncClient) -> None:
    """The API describes itself, and offers no page that would load from elsewhere."""
    document = (await api.get("/podium/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    assert "/podium/v1/ledger" in document["paths"]
    assert (await api.get("/docs")).status_code == 404


async def test_a_database_that_is_away(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database does not answer, a reader is told so, and to try again."""

    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("the server\nis away"))

    monkeypatch.setattr("sqlalchemy.engine.Connection.execute", away)
    answer = await api.get("/podium/v1/ledger")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "the server is away" in answer.json()["detail"]
