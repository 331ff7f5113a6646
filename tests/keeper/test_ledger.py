"""Rows of the ledger are built by position, so the positions are checked."""

from podium.keeper.ledger import CALL_COLUMNS, CHARGE_COLUMNS, Batch
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.spend.journal import Done, Hold, Settle
from tests.keeper.samples import as_mapping, done, hold, settle

RENAMED = {"upstream_model": "reported_model"}


def test_a_charge_has_every_field_of_its_records():
    """Each column of a charge is the field of its name of the hold, the settlement or the usage."""
    usage = Usage(*range(1, 10), tool_uses=(("web_search", 3),))
    held = hold(7, parent_span_id="p" * 16, session="s", draws=(3, 40, 9, 50), degraded_from="big")
    settled = settle(7, usage=usage, reason="why", window=(1, 20))
    row = as_mapping(Batch(41).add_charge(held, settled, "inc_1"))
    assert row.pop("seq") == 41
    assert row.pop("incarnation") == "inc_1"
    assert row.pop("draws") == "3:40 9:50"
    assert row.pop("filled") == "1 20"
    assert row.pop("unattributed") is False
    for name in set(Hold.__struct_fields__) - {"draws"}:
        assert row.pop(name) == getattr(held, name), name
    for name in TOKEN_FIELDS:
        assert row.pop(name) == getattr(usage, name), name
    assert row.pop("tool_uses") == '{"web_search":3}'
    for name in set(Settle.__struct_fields__) - {"charge_id", "usage", "done", "beyond", "window"}:
        assert row.pop(RENAMED.get(name, name)) == getattr(settled, name), name
    assert row == {}


def test_unknown_usage_is_null():
    """Where the provider did not say, every count of tokens is null and not zero."""
    row = as_mapping(Batch(1).add_charge(hold(), settle(usage=None), "inc_1"))
    assert all(row[name] is None for name in Usage.__struct_fields__)


def test_a_call_has_the_columns_of_its_end():
    """The table of calls is a call's end, field by field."""
    assert Done.__struct_fields__ == CALL_COLUMNS
    assert len(CHARGE_COLUMNS) == len(set(CHARGE_COLUMNS))


def test_a_task_spans_its_calls():
    """A batch's task begins with its first call and ends with its last, in whatever order they ended."""
    batch = Batch(1)
    for number in (6, 3, 9):
        batch.add_call(done(number))
    (task,) = batch.tasks.values()
    assert (task["first_ns"], task["last_ns"]) == (done(3).admitted_ns, done(9).admitted_ns)
