"""The canonical log line and its file."""

import gzip
import json

from podium.keeper.ledger import Batch
from podium.keeper.loglines import FILE, KEEP, CallLog, decide_line
from tests.keeper.samples import NOW_NS, done, hold, settle


def test_a_line():
    """A line has its time in UTC, the call's end, and what is known of its last attempt."""
    row = Batch(1).add_charge(hold(), settle(), "inc_1")
    line = json.loads(decide_line(done(admitted_ns=NOW_NS + 1_234_000), row))
    assert line["time"] == "2026-09-21T14:13:20.001234Z"
    assert (line["event"], line["call_id"], line["model"]) == ("call", "call_1", "small")
    assert (line["input_tokens"], line["reasoning_tokens"], line["ttft_us"]) == (12, 0, 500)
    assert "error_code" not in line
    assert "estimated" not in line


def test_a_call_without_attempts():
    """A call that was refused has no model, and says why."""
    line = json.loads(decide_line(done(outcome="refused", error_code="forbidden", attempts=0), None))
    assert line["error_code"] == "forbidden"
    assert "model" not in line


def test_what_no_transaction_holds_is_cut_off(tmp_path):
    """Lines behind the committed length are gone at the next start."""
    log = CallLog(tmp_path)
    log.open(0)
    log.committed(log.append([b"one\n"]))
    log.append([b"two\n"])
    log.close()
    again = CallLog(tmp_path)
    again.open(4)
    again.committed(again.append([b"three\n"]))
    again.close()
    assert (tmp_path / FILE).read_bytes() == b"one\nthree\n"


def test_a_failed_transaction(tmp_path):
    """Lines of a transaction that failed are taken back."""
    log = CallLog(tmp_path)
    log.open(0)
    log.append([b"one\n"])
    log.undo()
    log.committed(log.append([b"two\n"]))
    log.close()
    assert (tmp_path / FILE).read_bytes() == b"two\n"


def test_a_lost_log(tmp_path):
    """A log that somebody deleted is begun again."""
    log = CallLog(tmp_path)
    log.open(100)
    assert log.length == 0
    log.close()


def test_rotation(tmp_path):
    """A full file becomes number 1, compressed and its owner's alone; older ones move up, the oldest goes."""
    log = CallLog(tmp_path, max_bytes=2)
    log.open(0)
    for number in range(KEEP + 2):
        if log.full:
            log.rotate()
        log.committed(log.append([b"%d\n" % number]))
    log.close()
    assert (tmp_path / FILE).read_text() == f"{KEEP + 1}\n"
    kept = {path.name: gzip.decompress(path.read_bytes()) for path in tmp_path.glob("*.gz")}
    assert kept == {f"{FILE}.{number}.gz": b"%d\n" % (KEEP + 1 - number) for number in range(1, KEEP + 1)}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert len(list(tmp_path.iterdir())) == KEEP + 1
