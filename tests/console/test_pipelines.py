"""Ship's pipelines in the browser: the runs, one run's graph, live, by mouse and keyboard."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from podium.adapters.records import open_records
from podium.manifest.snapshot import encode_snapshot
from podium.ports.link import PutSnapshot
from tests.console.browser import Browser
from tests.console.conftest import TOKEN, Console, serving
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_pipelines import HELPER, RELEASE, Works
from tests.manifest.samples import compiled

pytestmark = pytest.mark.browser


class Now(HandClock):
    """The wall's time when it was made."""

    def __init__(self) -> None:
        self.now_ns = time.time_ns()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Console, Works]]:
    with serving(tmp_path / "podium.db") as console:
        engine = open_records(tmp_path)
        house = House(engine, Now(), tmp_path)
        house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(compiled(HELPER, RELEASE))))
        yield console, Works(house)
        engine.dispose()


def test_a_run_is_seen_and_steered(place: tuple[Console, Works], visitor: Browser) -> None:
    """The list leads to a run; its cards are links that the keyboard reaches, and change as steps end."""
    console, works = place
    run = works.start(note="now")
    works.end("build/-1.1", result={"version": 7})
    visitor.log_in(console.url, TOKEN)
    visitor.open("/ship")
    visitor.click(".page-head a", "Pipelines")
    visitor.at("/ship/pipelines")
    visitor.sees("release", "section[aria-label=Pipelines]")
    visitor.click(f"tr[data-key={run.run_id}] a.row")
    visitor.heading("Run of release")
    assert [card.get_attribute("data-key") for card in visitor.all(".graph .node")] == [
        "build",
        "review",
        "go",
    ]
    visitor.wait(lambda: len(visitor.all(".graph svg path")) == 3, "the lines")
    visitor.sees("succeeded", ".graph [data-key=build]")
    visitor.sees("0/2", ".graph [data-key=review]")
    works.end("review/0.1")
    visitor.sees("1/2", ".graph [data-key=review]")
    visitor.script("document.querySelector('.graph [data-key=review]').focus()")
    visitor.press(Keys.ENTER)
    visitor.at(f"/ship/pipelines/{run.run_id}?step=review")
    visitor.wait(lambda: len(visitor.all("section[aria-label=Steps] tbody tr")) == 2, "its entries alone")
    visitor.find("#reason").send_keys("It is the wrong branch.")
    visitor.click("form.act button[type=submit]")
    visitor.sees("cancelling", ".page-head .badge")
    works.drive()
    visitor.sees("cancelled", ".page-head .badge")
    visitor.sees("Retry", "section[aria-label=Act] h2")
    visitor.open("/ship/pipelines/prun_none")
    visitor.heading("Not found")
    assert visitor.complaints() == []
