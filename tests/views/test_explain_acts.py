"""The stories of what people have done, from the acts themselves."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text, update

from podium.adapters.evidence_keys import good_signature
from podium.adapters.records import open_records
from podium.evidence.chain import Entry
from podium.keeper.limits import LimitBook
from podium.kernel.errors import NotFound
from podium.ports.acts import AnswerCase, AskOverride, SetDisabled
from podium.ports.database import cases, overrides
from podium.spend.breaker import State
from podium.views.acts import act_words
from podium.views.evidence import Trust
from podium.views.explain_acts import explain_acts, tells_of
from tests.keeper.acting import HOUR_NS, House
from tests.keeper.samples import HandClock, rows
from tests.keeper.test_limits import DAY, snapshot


@pytest.fixture
def house(tmp_path):
    engine, clock = open_records(tmp_path), HandClock()
    book = LimitBook(engine, clock)
    book.know(snapshot(10**9))
    yield House(engine, clock, tmp_path, limits=book)
    engine.dispose()


@pytest.fixture
def asked(house):
    """Otto has asked for more; anna may approve. Returns the override's id, the case's, and anna."""
    otto, anna = house.user("otto", "operator"), house.user("anna", "approver:acme")
    until_ns = house.clock.now_ns + HOUR_NS
    done = house.acts.do(AskOverride(otto, DAY, 2 * 10**9, until_ns, "launch day"))
    (case,) = rows(house.engine, cases)
    return done.id, case["id"], anna


def story(house, id_, keys=None):
    trust = Trust(keys or house.keys.public_keys, good_signature)
    with house.engine.connect() as connection:
        assert tells_of(connection, id_)
        return explain_acts(connection, id_, trust, now_ns=house.clock.now_ns)


def test_an_override_from_asking_to_giving(house, asked):
    """Who asked, why, who approved, why, what it changed, and a chain that verifies over all of it."""
    override_id, case_id, anna = asked
    house.acts.do(AnswerCase(anna, case_id, "approve", "go ahead"))
    for id_ in (override_id, case_id):
        told = story(house, id_)
        words = " ".join(told.words)
        for part in ("otto asked", "anna answered", "Approve", "go ahead", "2.00 USD more", "in force now"):
            assert part in words, (id_, part)
        assert {row.kind for row in told.rows} == {"case.opened", "case.answered", "override.granted"}
        assert (told.verified, told.differences) == (True, [])
    assert "launch day" in " ".join(story(house, override_id).words)
    house.clock.now_ns += HOUR_NS
    assert ": over." in " ".join(story(house, override_id).words)


def test_a_case_that_waits(house, asked):
    """Of an open case it is told until when it waits, and what happens if nobody answers."""
    words = " ".join(story(house, asked[1]).words)
    assert "Nobody has answered yet" in words
    assert "nothing is given yet" in words


def test_a_row_and_what_a_row_is_about(house, asked):
    """A row by its number, and everything that was done to a user, in words, refusals included."""
    with pytest.raises(Exception, match="may not"):
        house.acts.do(SetDisabled(asked[2], "otto"))
    told = story(house, "otto")
    assert "command line made the user otto with the roles operator" in told.words[0]
    assert "It was refused" in told.words[-1]
    row = story(house, str(told.rows[0].seq))
    assert (row.kind, row.words, row.verified) == ("act", told.words[:1], True)
    with house.engine.connect() as connection:
        assert not tells_of(connection, "nobody")
    with pytest.raises(NotFound):
        story(house, "99999")
    with pytest.raises(NotFound):
        story(house, "case_none")


def test_what_was_changed_by_hand(house, asked):
    """A table that says otherwise than the chain, and a row of the chain that was changed, both show."""
    override_id, case_id, anna = asked
    house.acts.do(AnswerCase(anna, case_id, "approve", "go ahead"))
    with house.engine.begin() as connection:
        connection.execute(update(cases).values(answered_by="eve"))
        connection.execute(update(overrides).values(amount=9 * 10**9))
    assert story(house, case_id).differences == ["The table says answered_by 'eve', the chain 'anna'."]
    assert any("amount" in words for words in story(house, override_id).differences)
    seq = story(house, case_id).rows[-1].seq
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE chain SET actor = 'eve' WHERE seq = :seq"), {"seq": seq})
    told = story(house, case_id)
    assert (told.verified, f"Row {seq}" in told.verdict) == (False, True)
    early = story(house, "1")
    assert (early.verified, "stand before that, and verify" in early.verdict) == (True, True)


def test_without_a_key(house, asked):
    """Without a public key nothing is called verified."""
    told = story(house, asked[1], keys=dict)
    assert (told.verified, "no public key" in told.verdict) == (None, True)


def test_every_row_has_words(house, asked):
    """Each row of the chain reads as a sentence, whatever its kind."""
    house.acts.do(AnswerCase(asked[2], asked[1], "deny", "no"))
    for row in house.rows():
        words = act_words(row)
        assert words.endswith(".")
        assert row.actor in words or row.kind in {"key.added", "manifests.in_force"}


def test_how_a_task_was_steered():
    """A message, a budget, a deadline and a narrower grant are told as what they are."""
    for how, words in (("message", "tell something to"), ("narrow", "narrow the grant of"), ("kill", "kill")):
        row = Entry(1, 0, "task.steer", "ann", "task_1", "done", f'{{"how": "{how}"}}', "", "")
        assert act_words(row) == f"ann chose to {words} the task task_1."


def test_every_kind_that_is_done_has_words():
    """What the keeper's source names as a kind of row, or as a state of a breaker, reads as a sentence."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path("podium/keeper").glob("*.py"))
    kinds = set(re.findall(r'kind="([a-z_]+\.[a-z_]+)"', source))
    kinds |= set(re.findall(r'^    [A-Z]\w+: "([a-z_]+\.[a-z_]+)",$', source, re.MULTILINE))
    kinds |= {f"breaker.{state.value}" for state in State}
    refused_or_noted_as_others = {
        "act.refused", "case.open", "case.answer", "override.ask", "session.end", "breaker.steer",
        "user.disabled",
    }  # fmt: skip
    assert "tool.pinned" in kinds
    for kind in kinds - refused_or_noted_as_others:
        words = act_words(Entry(1, 0, kind, "ann", "it", "done", "{}", "", ""))
        assert not words.startswith(f"ann: {kind}"), kind
