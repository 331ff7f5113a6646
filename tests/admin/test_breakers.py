"""Breakers over the admin API."""

import httpx

from podium.ports.acts import SteerBreaker
from tests.admin.test_api import ListeningKeeper, api, keeper

__all__ = ["api", "keeper"]


async def test_breakers_are_read(api: httpx.AsyncClient) -> None:
    """Every agent and department with its velocities; one with its curve; none is a 404."""
    found = (await api.get("/podium/v1/breakers?all=true")).json()["breakers"]
    assert {"agent/", "department/"} == {it["key"].split("/")[0] + "/" for it in found}
    spending = (await api.get("/podium/v1/breakers")).json()["breakers"]
    assert 0 < len(spending) <= len(found)
    one = spending[0]
    assert one["state"] == "closed"
    assert one["long_nano_usd_per_hour"] > 0
    assert one["baseline_nano_usd_per_hour"] is None
    detail = (await api.get(f"/podium/v1/breakers/{one['key']}")).json()
    assert detail["breaker"]["key"] == one["key"]
    assert len(detail["curve"]) == 90
    assert sum(height for _, height in detail["curve"]) > 0
    assert (await api.get("/podium/v1/breakers/agent/nobody")).status_code == 404


async def test_decisions_reach_the_keeper(api: httpx.AsyncClient, keeper: ListeningKeeper) -> None:
    """A decision is the keeper's, in the name of who asked; what is none is refused."""
    body = {"on": "resume_limited", "pct": 10, "reason": "watch it"}
    assert (await api.post("/podium/v1/breakers/agent/a", json=body)).status_code == 200
    asked = keeper.asked[-1]
    assert isinstance(asked, SteerBreaker)
    assert (asked.key, asked.on, asked.pct, asked.reason) == ("agent/a", "resume_limited", 10, "watch it")
    assert (
        await api.post("/podium/v1/breakers/all", json={"on": "explode", "reason": "x"})
    ).status_code == 400


async def test_economics_are_read(api: httpx.AsyncClient) -> None:
    """What nobody has spoken of is unknown, and in no mean."""
    found = (await api.get("/podium/v1/economics?days=1&by=department")).json()
    assert found["rows"]
    assert found["total"]["succeeded"] == 0
    assert found["total"]["cost_per_success_nano_usd"] is None


async def test_focus_is_read(api: httpx.AsyncClient) -> None:
    """The columns of FOCUS as CSV, with a file's name; a period that is none is told."""
    told = await api.get("/podium/v1/focus?period=this-month&by=charge")
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert told.headers["content-disposition"] == 'attachment; filename="focus-this-month.csv"'
    assert "BilledCost" in told.text.splitlines()[0].split(",")
    assert (await api.get("/podium/v1/focus?period=soon")).status_code == 400
