"""Keys with which programs send spans."""

import pytest

from podium.keeper.collector_keys import CollectorKeys
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.ports.link import IssueCollectorKey, PutSnapshot, RevokeCollectorKey
from podium.views.status import collector_key_rows
from tests.keeper.test_authority import authority, chain, document, orders  # noqa: F401 - fixtures


def test_keys_are_in_force_until_they_are_revoked(engine, clock, authority, chain):  # noqa: F811 - fixtures
    """A key of a department of the manifests is in the orders, a revoked one no more; both are listed."""
    authority.put_snapshot(PutSnapshot("dir", document()))
    keys = CollectorKeys(engine, authority, chain, clock)
    keys.issue(IssueCollectorKey("lab", "acme", "ckey_1", "a" * 64))
    keys.issue(IssueCollectorKey("ci", "acme", "ckey_2", "b" * 64))
    assert [(key.name, key.department) for key in orders(authority).collector_keys] == [
        ("lab", "acme"),
        ("ci", "acme"),
    ]
    keys.revoke(RevokeCollectorKey("ckey_1"))
    assert [key.id for key in orders(authority).collector_keys] == ["ckey_2"]
    with engine.connect() as connection:
        assert {row.id: row.revoked_ns is not None for row in collector_key_rows(connection)} == {
            "ckey_1": True,
            "ckey_2": False,
        }
    for wrong, error in (
        (IssueCollectorKey("x", "nowhere", "ckey_3", "c" * 64), NotFound),
        (IssueCollectorKey("x", "acme", "ckey_3", "C"), InvalidRequest),
        (IssueCollectorKey(" ", "acme", "ckey_3", "c" * 64), InvalidRequest),
        (IssueCollectorKey("x", "acme", "ckey_2", "d" * 64), InvalidRequest),
    ):
        with pytest.raises(error):
            keys.issue(wrong)
    with pytest.raises(Forbidden):
        keys.revoke(RevokeCollectorKey("ckey_1"))
    with pytest.raises(NotFound):
        keys.revoke(RevokeCollectorKey("ckey_9"))
