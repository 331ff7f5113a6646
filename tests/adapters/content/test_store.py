"""The store of content: sealed, found again, erased for ever."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from podium.adapters.content.store import PIECES_A_KEY, SqliteContent
from podium.adapters.system import Entropy, SystemClock
from podium.kernel.errors import NotFound, StateError
from podium.ports.content import Erase, NewPiece, Where

WRAP = bytes(range(32))
MARK = "the marker that is planted"
DEPARTMENT = "acme/support"


def piece(
    number, *, task="task_a", user=None, trace=None, at_ns=None, agent="triage", until_ns=None, text=MARK
):
    where = Where(trace or f"{number:032x}", f"call_{number}", task, agent, DEPARTMENT, at_ns or number, user)
    return NewPiece(where, "gen_ai.input.messages", "full", msgspec.json.encode(text), False, until_ns)


def opened(folder, wrap=WRAP):
    return SqliteContent(folder / "content.db", wrap, SystemClock(), Entropy())


@pytest.fixture
def store(tmp_path):
    store = opened(tmp_path)
    yield store
    store.close()


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def texts(store, *traces):
    return [it.value for trace in traces for it in store.read(f"{trace:032x}")]


def rows(folder, statement):
    with sqlite3.connect(folder / "content.db") as connection:
        return connection.execute(statement).fetchall()


def test_what_is_added_is_read(store, tmp_path):
    """Pieces come back whole, by their trace; the file has neither a text nor a user's name in it."""
    store.add([piece(1, user="bob@example.com"), piece(2, trace=f"{1:032x}", text=["x", 1])])
    first, second = store.read(f"{1:032x}")
    assert (first.value, first.bound, first.department, first.cut) == (MARK, "call_1", DEPARTMENT, False)
    assert second.value == ["x", 1]
    assert first.key.startswith("cky_")
    assert first.key != second.key  # of another person
    assert store.departments(Erase(trace=f"{1:032x}")) == {DEPARTMENT: 2}
    store.close()
    assert MARK.encode() not in on_disk(tmp_path)
    assert b"bob" not in on_disk(tmp_path)
    assert texts(opened(tmp_path), 1) == [MARK, ["x", 1]]


def test_one_place_has_one_piece(store):
    """What is handed over again takes the place of what was there."""
    store.add([piece(1)])
    store.add([piece(1, text="again")])
    assert texts(store, 1) == ["again"]


def test_another_task_has_a_place_of_its_own(store, tmp_path):
    """What a task's program says under a trace and span of another task's leaves alone what that one said."""
    store.add([piece(1)])
    store.add([piece(1, task="task_b", text="forged")])
    assert texts(store, 1) == [MARK, "forged"]
    store.close()
    rows(tmp_path, "DELETE FROM pieces WHERE task = 'task_b'")
    for statement in (
        "DROP INDEX pieces_by_place",
        "CREATE UNIQUE INDEX pieces_by_place ON pieces (trace_id, bound, name)",
        "PRAGMA user_version = 1",
    ):
        rows(tmp_path, statement)
    again = opened(tmp_path)  # as an earlier Podium has made it
    again.add([piece(1, task="task_b", text="forged")])
    assert texts(again, 1) == [MARK, "forged"]
    again.close()


@pytest.mark.parametrize(
    ("what", "left"),
    [
        (Erase(task="task_a"), [4, 5]),
        (Erase(trace=f"{4:032x}"), [1, 2, 3, 5]),
        # 3 names nobody and is of a task of Bob's.
        (Erase(user="bob"), [2, 4, 5]),
        (Erase(agent="triage", before_ns=4), [4, 5]),
    ],
)
def test_erased_is_gone(store, tmp_path, what, left):
    """What is erased is in no file any more, and neither is its key; all else is read as before."""
    store.add(
        [piece(1, user="bob"), piece(2, user="eve"), piece(3), piece(4, task="task_b"), piece(5, task="c")]
    )
    sealed = dict(rows(tmp_path, "SELECT at_ns, sealed FROM pieces"))
    before = dict(rows(tmp_path, "SELECT id, wrapped FROM keys"))
    keys = dict(rows(tmp_path, "SELECT at_ns, key FROM pieces"))
    erased = store.erase(what)
    assert erased.pieces == 5 - len(left)
    assert texts(store, 1, 2, 3, 4, 5) == [MARK] * len(left)
    data = on_disk(tmp_path)
    for number in set(sealed) - set(left):
        assert sealed[number] not in data
        assert before[keys[number]] not in data
    assert store.departments(what) == {}


def test_what_shared_a_key_is_sealed_anew(store, tmp_path):
    """Where a key has sealed more than what goes, the rest gets another: the old one is destroyed."""
    store.add([piece(number, at_ns=number) for number in range(1, PIECES_A_KEY + 11)])
    old = rows(tmp_path, "SELECT wrapped FROM keys")
    assert len(old) == 2
    erased = store.erase(Erase(agent="triage", before_ns=11))
    assert (erased.pieces, erased.keys, erased.sealed_anew) == (10, 1, PIECES_A_KEY - 10)
    assert texts(store, *range(1, PIECES_A_KEY + 11)) == [MARK] * PIECES_A_KEY
    data = on_disk(tmp_path)
    assert sum(wrapped in data for (wrapped,) in old) == 1


def test_another_key_of_a_department(store, tmp_path):
    """After a rotation everything is read as before, and neither the old key nor what it wrapped is there."""
    with pytest.raises(NotFound):
        store.rotate(DEPARTMENT)
    store.add([piece(1), piece(2, task="b")])
    old = rows(tmp_path, "SELECT wrapped FROM department_keys UNION ALL SELECT wrapped FROM keys")
    made = store.rotate(DEPARTMENT)
    assert made.rewrapped == 2
    assert texts(store, 1, 2) == [MARK, MARK]
    store.add([piece(3)])
    assert rows(tmp_path, "SELECT id FROM department_keys") == [(made.key,)]
    data = on_disk(tmp_path)
    assert not [wrapped for (wrapped,) in old if wrapped in data]


def test_another_wrapping_key_opens_nothing(store, tmp_path):
    """With another key file the store says that it cannot be opened, and nothing is written."""
    store.add([piece(1)])
    other = opened(tmp_path, os.urandom(32))
    with pytest.raises(StateError, match="cannot be opened"):
        other.read(f"{1:032x}")
    with pytest.raises(StateError, match="cannot be opened"):
        other.add([piece(2)])
    other.close()
    assert texts(store, 1) == [MARK]


def test_old_and_too_much_goes(store, tmp_path):
    """What is older than it is kept goes, then the oldest while there is too much; the file gets smaller."""
    assert opened(tmp_path / "none").tidy(5, 1) == 0
    store.add([piece(1, until_ns=10), piece(2, until_ns=11), piece(3)])
    assert store.tidy(10, None) == 1
    assert texts(store, 1, 2, 3) == [MARK, MARK]
    store.add([piece(number, text="x" * 50_000, task=f"t{number % 3}") for number in range(10, 60)])
    assert store.tidy(11, 1_000_000) > 30
    assert (tmp_path / "content.db").stat().st_size < 1_000_000
    assert texts(store, 59) == ["x" * 50_000]
    assert texts(store, 2, 3) == []


def test_hash_keys_are_the_departments(store, tmp_path):
    """A department has one key for its digests, the same after a restart, and no other has it."""
    key = store.hash_key(DEPARTMENT)
    assert key != store.hash_key("acme")
    store.close()
    assert opened(tmp_path).hash_key(DEPARTMENT) == key
    assert key not in on_disk(tmp_path)


_WRITER = """
import sys
from pathlib import Path
from tests.adapters.content.test_store import opened, piece
store = opened(Path(sys.argv[1]))
for number in range(1, 100_000):
    store.add([piece(number)])
    print(number, flush=True)
"""


@pytest.mark.crash
def test_what_was_answered_survives(tmp_path):
    """kill -9 in the midst of writing loses nothing that add() has returned from."""
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = 0
        for line in writer.stdout:
            told = int(line)
            if told == 50:
                writer.kill()
    store = opened(tmp_path)
    assert texts(store, *range(1, told + 1)) == [MARK] * told
    store.close()
