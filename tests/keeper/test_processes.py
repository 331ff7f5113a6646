"""What processes tell of themselves: losses, as the keeper counts them."""

from pathlib import Path

from sqlalchemy import Engine, create_engine, select

from podium.cli.status import _put
from podium.console.traces import losses_panel
from podium.keeper.processes import CONTENT, EXPORT, ProcessBook
from podium.ports.database import metadata
from podium.ports.link import Goodbye, LookIn
from podium.ports.process_tables import losses
from podium.views.status import losses_of, status
from tests.keeper.samples import HandClock


def made(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'losses.db'}")
    metadata.create_all(engine)
    return engine


def test_losses_are_counted_once_and_last(tmp_path: Path, capsys) -> None:
    """What is said again adds nothing, lives add up, the next keeper knows it, and who asks is told."""
    engine, clock = made(tmp_path), HandClock()
    book = ProcessBook(engine, clock)
    book.open()
    for count in (0, 2, 5, 5, 3):
        book.told("inc_1", "edge-1/gateway-0", CONTENT, count)
        assert book.totals()[CONTENT, "edge-1/gateway-0"] >= count  # of none, too: a metric begins at zero
    book.told("inc_2", "edge-1/gateway-0", CONTENT, 1)
    book.ended(Goodbye("inc_3", 9))  # who has never spoken
    book.told("inc_4", "gateway-1", CONTENT, 0)
    book.ended(Goodbye("inc_4", 2))  # its journal may be at its end by then
    book.looked_in(LookIn(life="collector-01A", content_lost=7, export_lost=2000), None)
    book.looked_in(LookIn(life="collector-01B", content_lost=9), "edge-1")
    assert book.totals() == {
        (CONTENT, "edge-1/gateway-0"): 6,
        (CONTENT, "gateway-1"): 2,
        (CONTENT, "collector"): 7,
        (EXPORT, "collector"): 2000,
    }
    book.write()
    clock.now_ns += 1_000_000_000
    again = ProcessBook(engine, clock)
    again.open()
    assert again.totals() == book.totals()
    again.told("inc_1", "edge-1/gateway-0", CONTENT, 5)
    again.told("inc_2", "edge-1/gateway-0", CONTENT, 4)
    again.write()
    with engine.connect() as connection:
        known = status(connection)
        newest = losses_of(connection)[0]
        assert (newest.process, newest.what, newest.count) == ("edge-1/gateway-0", CONTENT, 9)
        query = select(losses.c.first_ns, losses.c.last_ns).where(losses.c.life == "inc_2")
        first, last = connection.execute(query).one()
    assert last - first == 1_000_000_000
    _put(None, known, "")
    said = capsys.readouterr().out
    shown = str(losses_panel(known.losses))
    words_of = ("content of 9 calls and spans was not kept", "2,000 spans were not sent on", "edge-1/")
    for words in words_of:
        assert words in said
        assert words in shown
    assert losses_panel([]) is None


def test_what_cannot_be_written_now_is_written_later(tmp_path: Path) -> None:
    """A database that fails loses no count of losses."""
    engine = create_engine(f"sqlite:///{tmp_path / 'losses.db'}")
    book = ProcessBook(engine, HandClock())
    book.told("inc_1", "gateway-0", CONTENT, 2)
    try:
        book.write()
    except Exception:  # noqa: BLE001 - the tables are not there
        metadata.create_all(engine)
    book.write()
    with engine.connect() as connection:
        assert [it.count for it in losses_of(connection)] == [2]
