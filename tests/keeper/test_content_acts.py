"""Who may read, erase and rotate what is stored of content, and what the chain says of it."""

import pytest

from podium.keeper.content_acts import ContentActs
from podium.kernel.errors import Forbidden
from podium.ports.acts import By
from podium.ports.content import ContentTouched, MayTouchContent
from tests.keeper.acting import House


@pytest.fixture
def house(engine, clock, tmp_path):
    return House(engine, clock, tmp_path)


def test_who_reads(house):
    """A reader reads of their department and those below, of all that a trace has or not at all."""
    acts = ContentActs(house.acts, house.chain)
    by = {
        "rita": house.user("rita", "reader:support"),
        "rolf": house.user("rolf", "reader:acme"),
        "adam": house.user("adam", "admin"),
    }

    def reads(name: str, *departments: str) -> bool:
        try:
            acts.may(MayTouchContent(by[name], "read", "a" * 32, departments, {"pieces": 2}))
        except Forbidden:
            return False
        return True

    assert reads("rita", "acme/support")
    assert not reads("rita", "acme/finance")
    assert not reads("rita", "acme/finance", "acme/support")
    assert reads("rolf", "acme/finance", "acme/support")
    for departments in (("acme/support",), ("",), ()):
        assert not reads("adam", *departments)
    told = [(row["actor"], row["outcome"]) for row in house.told("content.read")]
    assert told == [
        ("rita", "done"), *[("rita", "refused")] * 2, ("rolf", "done"), *[("adam", "refused")] * 3
    ]  # fmt: skip
    assert house.told("content.read")[0]["departments"] == ["acme/support"]


def test_who_erases(house):
    """Only an admin erases and rotates, whatever they read; before and after are rows of the chain."""
    acts = ContentActs(house.acts, house.chain)
    reader, admin = house.user("rita", "reader:acme"), house.user("adam", "admin")
    for act, done in (("erase", "erased"), ("rotate", "key_rotated")):
        with pytest.raises(Forbidden):
            acts.may(MayTouchContent(reader, act, "acme", ("acme",)))
        with pytest.raises(Forbidden):
            acts.touched(ContentTouched(reader, act, "acme"))
        for by in (admin, By()):
            acts.may(MayTouchContent(by, act, "acme", ("acme",)))
            acts.touched(ContentTouched(by, act, "acme", {"keys": 1}))
        assert [row["outcome"] for row in house.told(f"content.{act}")] == ["refused", "done", "done"]
        assert [row["keys"] for row in house.told(f"content.{done}") if row["outcome"] == "done"] == [1, 1]
