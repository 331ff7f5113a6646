"""Place: where calls run, by provider and region, and where routes go."""

import time

import pytest

from podium.views.places import places
from tests.console import seed
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console


def test_places_have_what_they_have_served(tmp_path) -> None:
    """Attempts and money are the ledger's; a provider without calls is there; a route says where it goes."""
    engine = seed.create(tmp_path / "podium.db")
    now_ns = time.time_ns()
    seed.seed_fleet(engine, now_ns, hours=0.3)
    with engine.connect() as connection:
        found = places(connection, since_ns=0)
        none = places(connection, since_ns=now_ns + 1)
        count, cost = connection.exec_driver_sql("SELECT count(*), sum(cost_nano_usd) FROM charges").one()
    engine.dispose()
    rows = {row.provider: row for row in found.places}
    assert {name: row.region for name, row in rows.items()} == {"sim-east": "us-east", "sim-west": "eu-west"}
    assert sum(row.attempts for row in rows.values()) == count
    assert sum(row.cost_nano_usd for row in rows.values()) == cost
    assert set(rows["sim-west"].models) == {"small"}
    leading = {name: row.routes for name, row in rows.items()}
    assert leading == {"sim-east": ["chat", "code"], "sim-west": ["chat", "extract"]}
    assert all(row.in_force and row.attempts == 0 for row in none.places)
    assert len(none.places) == 2
    routes = {row.route: row for row in found.routes}
    assert all(row.fallbacks and row.shares for row in routes.values())
    assert {region for row in routes.values() for region in row.regions} == {"us-east", "eu-west"}


@pytest.mark.browser
def test_the_page_says_where_calls_run(visitor: Browser, console: Console) -> None:
    """Regions, routes, and the next step."""
    visitor.log_in(console.url, TOKEN)
    visitor.open("/place")
    visitor.heading("Place")
    visitor.sees("us-east", "tr[data-key=sim-east]")
    assert "0.000000000" not in visitor.text("tr[data-key=sim-east]")
    visitor.sees("eu-west", "section[aria-label=Routes]")
    assert "Nothing here yet" not in visitor.text("main")
    visitor.click("section[aria-label=Routes] a.button")
    visitor.at("/ship?show=routes")
    assert visitor.complaints() == []


@pytest.mark.browser
def test_without_providers_it_says_how_one_is_named(visitor: Browser, empty_console: Console) -> None:
    """Without manifests the page names the command that writes some."""
    visitor.log_in(empty_console.url, TOKEN)
    visitor.open("/place")
    visitor.sees("podium init", "section[aria-label=Providers]")
