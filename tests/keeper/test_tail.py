"""From journals to the ledger."""

import json

import pytest

from podium.keeper import remote
from podium.keeper import tail as tail_module
from podium.keeper.tail import Tail
from podium.kernel.errors import InvalidRequest, StateError
from podium.ports.database import calls, charges, holds, incarnations, tasks
from podium.ports.machines import Died, Ship
from tests.keeper.samples import NOW_NS, Pen, call, done, hello, hold, incarnation, rows, settle


def log_lines(state):
    return [json.loads(line) for line in (state / "log" / "calls.jsonl").read_text().splitlines()]


def settle_all(tail, suspects=()):
    while tail.step(suspects):
        pass


def test_a_call_becomes_rows(tmp_path, engine, tail):
    """A hold and its settlement become one charge, one call, one task and one log line."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1))
    settle_all(tail)
    (charge,), (one,), (task,) = rows(engine, charges), rows(engine, calls), rows(engine, tasks)
    assert (charge["seq"], charge["charge_id"], charge["cost_nano_usd"]) == (1, "chg_1", 3_000)
    assert (one["call_id"], one["cost_nano_usd"], one["outcome"]) == ("call_1", 3_000, "ok")
    assert (task["task_id"], task["first_ns"], task["last_ns"]) == (
        "task_1",
        one["admitted_ns"],
        one["admitted_ns"],
    )
    (line,) = log_lines(tmp_path)
    assert (line["call_id"], line["model"], line["output_tokens"]) == ("call_1", "small", 7)
    (life,) = rows(engine, incarnations)
    assert (life["segment"], life["offset"]) == (1, pen.path.stat().st_size)


def test_a_hold_within_one_batch_is_never_stored(tmp_path, engine, tail):
    """An attempt that is settled before its batch ends leaves no trace among the holds."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), hold(2))
    settle_all(tail)
    assert [row["charge_id"] for row in rows(engine, holds)] == ["chg_2"]
    pen.write(settle(2, end=done(2)))
    settle_all(tail)
    assert rows(engine, holds) == []
    assert [row["charge_id"] for row in rows(engine, charges)] == ["chg_1", "chg_2"]


def test_attempts_of_one_call(tmp_path, engine, tail):
    """A call of two attempts has two charges and one row."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(hold(1, call=1), settle(1, outcome="timeout", estimated=True, cost_nano_usd=5_000))
    settle_all(tail)
    pen.write(hold(2, call=1, attempt=2), settle(2, end=done(1, attempts=2, cost=8_000)))
    settle_all(tail)
    assert [row["attempt"] for row in rows(engine, charges)] == [1, 2]
    (one,) = rows(engine, calls)
    assert (one["attempts"], one["cost_nano_usd"]) == (2, 8_000)


def test_a_refused_call_has_no_charge(tmp_path, engine, tail):
    """A call that was refused before any attempt is seen, and costs nothing."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(done(1, cost=0, attempts=0, outcome="refused", http_status=401, error_code="invalid_api_key"))
    settle_all(tail)
    assert rows(engine, charges) == []
    assert rows(engine, calls)[0]["error_code"] == "invalid_api_key"
    assert "model" not in log_lines(tmp_path)[0]


def test_segments(tmp_path, engine, tail):
    """Reading goes on in the next segment, and a segment that was read through is deleted."""
    pen = Pen(tmp_path)
    tail.register(hello())
    first = pen.path
    pen.write(*call(1), hold(2))
    pen.roll()
    pen.write(settle(2, end=done(2)))
    settle_all(tail)
    assert not first.exists()
    assert pen.path.exists()
    assert len(rows(engine, charges)) == 2
    assert rows(engine, incarnations)[0]["segment"] == 2
    assert tail.lag_bytes() == 0


def test_a_good_end(tmp_path, engine, tail):
    """The final Roll ends an incarnation in good order, and its folder goes."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1))
    pen.end()
    settle_all(tail)
    assert rows(engine, incarnations)[0]["end"] == "clean"
    assert not pen.folder.exists()
    assert tail.lives == {}
    with pytest.raises(StateError, match="has ended"):
        tail.register(hello())


def test_a_dead_worker(tmp_path, engine, tail):
    """What a dead worker held is charged in full, marked, in words; its calls are seen."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), hold(2), hold(3, call=3), settle(3, outcome="timeout"), hold(4, call=3, attempt=2))
    pen.write_bytes(b"\x40\x00\x00\x00torn")
    settle_all(tail, [pen.name])
    assert len(rows(engine, charges)) == 2  # it lives: nothing is presumed
    pen.killed()
    settle_all(tail, [pen.name])
    found = {row["charge_id"]: row for row in rows(engine, charges)}
    assert set(found) == {"chg_1", "chg_2", "chg_3", "chg_4"}
    for lost in (found["chg_2"], found["chg_4"]):
        assert (lost["outcome"], lost["cost_nano_usd"], lost["estimated"]) == ("crashed", 5_000, True)
        assert "died" in lost["reason"]
        assert lost["input_tokens"] is None
    ends = {row["call_id"]: row for row in rows(engine, calls)}
    assert (ends["call_2"]["outcome"], ends["call_2"]["http_status"]) == ("crashed", 0)
    assert (ends["call_3"]["attempts"], ends["call_3"]["cost_nano_usd"]) == (2, 8_000)
    assert rows(engine, holds) == []
    assert rows(engine, incarnations)[0]["end"] == "crashed"
    assert not pen.folder.exists()
    assert len(log_lines(tmp_path)) == 3


def test_a_worker_that_died_between_two_attempts(tmp_path, engine, tail):
    """A call whose attempts are settled and which never ended is closed when its worker is found dead."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(hold(1), settle(1, outcome="timeout"))
    settle_all(tail)
    pen.killed()
    settle_all(tail, [pen.name])
    (one,) = rows(engine, calls)
    assert (one["outcome"], one["cost_nano_usd"]) == ("crashed", 3_000)


def test_a_restart_of_the_keeper_knows_what_was_open(tmp_path, engine, tail, clock):
    """A new keeper goes on at the cursor, with the holds and the unfinished calls of the one before."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), hold(2), hold(3), settle(3, outcome="timeout", cost_nano_usd=1_000))
    settle_all(tail)
    tail.close()
    again = Tail(tmp_path, engine, clock)
    again.open()
    pen.write(settle(2, end=done(2)), hold(4, call=3, attempt=2))
    pen.killed()
    settle_all(again, list(again.lives))
    again.close()
    assert [row["charge_id"] for row in rows(engine, charges)] == ["chg_1", "chg_3", "chg_2", "chg_4"]
    assert [row["seq"] for row in rows(engine, charges)] == [1, 2, 3, 4]
    ends = {row["call_id"]: row for row in rows(engine, calls)}
    assert (ends["call_3"]["attempts"], ends["call_3"]["cost_nano_usd"]) == (2, 6_000)
    assert len(log_lines(tmp_path)) == 3


def test_a_journal_of_which_nobody_told(tmp_path, engine, clock):
    """A worker that died before its hello is found by its folder, and what it held is charged."""
    pen = Pen(tmp_path, 2)
    pen.write(hold(1))
    pen.killed()
    clock.now_ns = pen.folder.stat().st_mtime_ns + 10_000_000_000
    tail = Tail(tmp_path, engine, clock)
    tail.open()
    settle_all(tail, list(tail.lives))
    tail.close()
    assert rows(engine, charges)[0]["outcome"] == "crashed"
    assert rows(engine, incarnations)[0]["worker"] == "gateway-2"


def test_a_folder_that_is_just_being_made(tmp_path, engine, clock):
    """A young folder without hello is left alone: its worker may be about to take the lock."""
    pen = Pen(tmp_path, 2, header=False)
    clock.now_ns = pen.folder.stat().st_mtime_ns
    tail = Tail(tmp_path, engine, clock)
    tail.open()
    tail.close()
    assert pen.folder.exists()
    assert rows(engine, incarnations) == []


def test_an_empty_folder_of_a_dead_worker_goes(tmp_path, engine, clock):
    """A worker that died before its first record leaves nothing to account for."""
    pen = Pen(tmp_path, 2, header=False)
    pen.killed()
    clock.now_ns = pen.folder.stat().st_mtime_ns + 10_000_000_000
    tail = Tail(tmp_path, engine, clock)
    tail.open()
    tail.close()
    assert not pen.folder.exists()


def test_damage(tmp_path, engine, tail):
    """A damaged journal: the holds it shows are charged, it is named, its file is kept, and nothing loops."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1), hold(2))
    settle_all(tail)
    pen.write_bytes(b"\x05\x00\x00\x00\x00\x00\x00\x00hello" + b"x" * 20)
    settle_all(tail)
    found = {row["charge_id"]: row for row in rows(engine, charges)}
    assert found["chg_2"]["outcome"] == "crashed"
    assert "damaged" in found["chg_2"]["reason"]
    assert rows(engine, incarnations)[0]["end"] == "damaged"
    assert pen.path.exists()
    assert pen.name in tail.damaged
    assert tail.step() is False


@pytest.mark.parametrize("fault", ["gone", "short", "foreign"])
def test_damage_of_the_file(tmp_path, engine, tail, fault):
    """A segment that is gone, became shorter, or belongs to another incarnation is damage as well."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(hold(1))
    if fault == "foreign":
        other = Pen(tmp_path, 2)
        other.path.replace(pen.path)
    else:
        settle_all(tail)
        if fault == "gone":
            tail.lives[pen.name].close()
            pen.path.unlink()
        else:
            pen.path.write_bytes(b"PODJ")
    settle_all(tail)
    assert rows(engine, incarnations)[0]["end"] == "damaged"


def test_records_behind_a_damaged_length_are_not_taken_for_torn(tmp_path, engine, tail):
    """A dead worker's journal with whole records behind a wrong length is damaged, not torn."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write_bytes(b"\x00\x08\x00\x00\x00\x00\x00\x00")
    pen.write(*call(1))
    pen.killed()
    settle_all(tail, [pen.name])
    assert rows(engine, incarnations)[0]["end"] == "damaged"


def test_a_settlement_without_a_hold(tmp_path, engine, tail):
    """What cannot be, is kept for a person, and does not stop the rest."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(settle(9), *call(1))
    settle_all(tail)
    assert [row["charge_id"] for row in rows(engine, charges)] == ["chg_1"]
    (letter,) = (tmp_path / "log" / "dead-letter.jsonl").read_text().splitlines()
    assert json.loads(letter)["record"]["charge_id"] == "chg_9"


def test_rows_that_no_ledger_can_take(tmp_path, engine, tail):
    """A second charge of one id and amounts beyond a column are kept aside, the rest is booked."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(*call(1))
    settle_all(tail)
    huge = done(3, cost=2**64 - 1, admitted_ns=2**64 - 1)
    pen.write(
        *call(1), hold(2), settle(2, cost_nano_usd=2**63, end=huge), *call(4), hold(5, hold_nano_usd=2**63)
    )
    settle_all(tail)
    assert [(row["seq"], row["charge_id"]) for row in rows(engine, charges)] == [(1, "chg_1"), (2, "chg_4")]
    assert [row["call_id"] for row in rows(engine, calls)] == ["call_1", "call_4"]
    letters = [json.loads(line) for line in (tmp_path / "log" / "dead-letter.jsonl").read_text().splitlines()]
    assert len(letters) == 5
    pen.write(*call(6))
    settle_all(tail)
    assert rows(engine, charges)[-1]["seq"] == 3


def test_who_may_say_hello(tmp_path, tail):
    """A name that is no incarnation's, and a journal that is not in this state, are refused."""
    with pytest.raises(InvalidRequest, match="no incarnation"):
        tail.register(type(hello())(1, "w", "../../etc", 1, "boot"))
    with pytest.raises(StateError, match="keeps no journal"):
        tail.register(hello(5))


def test_hello_again(tmp_path, engine, tail):
    """A worker may say hello again after its connection broke."""
    Pen(tmp_path)
    tail.register(hello())
    tail.register(hello())
    assert [row["id"] for row in rows(engine, incarnations)] == [incarnation()]


def test_batches_are_bounded_and_fair(tmp_path, engine, tail, monkeypatch):
    """One transaction takes in a bounded part, and the next begins with whoever did not have a turn."""
    monkeypatch.setattr(tail_module, "BATCH_BYTES", 100)
    for number in (1, 2):
        pen = Pen(tmp_path, number)
        tail.register(hello(number))
        pen.write(*call(number))
    assert tail.step()
    assert [row["incarnation"] for row in rows(engine, charges)] == [incarnation(1)]
    assert tail.step()
    assert [row["incarnation"] for row in rows(engine, charges)] == [incarnation(1), incarnation(2)]


def test_the_lag(tmp_path, tail):
    """The lag is what journals hold beyond the ledger, over all segments."""
    pen = Pen(tmp_path)
    tail.register(hello())
    settle_all(tail)
    before = pen.path.stat().st_size
    pen.write(*call(1))
    first = pen.path.stat().st_size - before
    assert tail.lag_bytes() == first
    pen.roll()
    assert tail.lag_bytes() > first
    settle_all(tail)
    assert tail.lag_bytes() == 0


def test_a_text_with_a_nul(tmp_path, engine, tail):
    """A text that a database cannot store is stored without its NUL: its money is in the ledger."""
    pen = Pen(tmp_path)
    tail.register(hello())
    pen.write(hold(1), settle(1, end=done(1, message="a\0b"), upstream_id="x\0y"), *call(2))
    tail.step()
    assert [row["charge_id"] for row in rows(engine, charges)] == ["chg_1", "chg_2"]
    assert len(rows(engine, calls)) == 2


@pytest.mark.parametrize(("boot_id", "lost"), [("boot", False), ("another boot", True)])
def test_the_boot_of_another_machine(tmp_path, engine, tail, boot_id, lost):
    """Whether a worker elsewhere may have lost what it wrote last is told by its own machine's boot."""
    tail.boot_id = "the keeper's boot"
    pen, endings = Pen(tmp_path / "elsewhere"), []
    pen.write(*call(1), hold(2))
    tail.on_write = lambda _connection, batch: endings.extend(batch.endings)
    tail.register(hello(), "rack-1")
    life, data = tail.lives[pen.name], pen.path.read_bytes()
    remote.append(life, Ship(pen.name, 1, 0, data))
    life.dead = Died(pen.name, 1, len(data), NOW_NS + 5_000_000, boot_id)
    tail.step((pen.name,))
    assert [(ending.end, ending.lost) for ending in endings] == [("crashed", lost)]
    assert [row["end_us"] for row in rows(engine, charges)] == [1_000, 4_999]
