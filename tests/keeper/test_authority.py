"""What is in force."""

import json

import msgspec
import pytest

from podium.adapters.evidence_keys import FileKeys
from podium.adapters.records import HEAD
from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.manifest.orders import Orders
from podium.manifest.snapshot import AgentRow, DepartmentRow, Snapshot, decode_snapshot, encode_snapshot
from podium.ports.database import reconciliations, snapshots
from podium.ports.link import IssueCredential, PutSnapshot, RevokeCredential
from tests.keeper.samples import rows


def document(digest="d1", agents=("reviewer",)):
    return encode_snapshot(
        Snapshot(
            version=0,
            digest=digest,
            organisation="acme",
            providers={},
            models={},
            routes={},
            departments={"acme": DepartmentRow("acme", None, "acme")},
            agents={name: AgentRow(name, "acme", "acme", frozenset()) for name in agents},
        )
    )


@pytest.fixture
def chain(tmp_path, clock):
    return Chain(FileKeys(tmp_path / "keys"), clock)


@pytest.fixture
def authority(engine, clock, chain):
    authority = Authority(engine, clock, chain)
    authority.open()
    return authority


def orders(authority):
    return msgspec.msgpack.decode(authority.in_force.orders_document, type=Orders)


def issue(authority, number=1, agent="reviewer"):
    return authority.issue(IssueCredential(agent, f"key_{number}", f"{number:064x}"))


def test_a_snapshot_comes_into_force(engine, authority):
    """A compiled snapshot gets the next version, is in force at once, and the old one is kept."""
    assert authority.put_snapshot(PutSnapshot("dir", document("d1"))).version == 1
    assert authority.put_snapshot(PutSnapshot("dir", document("d2", ("writer",)))).version == 2
    assert decode_snapshot(authority.in_force.snapshot_document).version == 2
    assert [(row["version"], row["digest"]) for row in rows(engine, snapshots)] == [(1, "d1"), (2, "d2")]
    assert decode_snapshot(rows(engine, snapshots)[0]["document"]).version == 1
    assert [row["ok"] for row in rows(engine, reconciliations)] == [True, True]


def test_equal_content_changes_nothing(engine, authority):
    """The digest in force put again is not a new version."""
    for _ in range(2):
        assert authority.put_snapshot(PutSnapshot("dir", document("d1"))).version == 1
    assert len(rows(engine, snapshots)) == 1
    assert len(rows(engine, reconciliations)) == 1


def test_findings_leave_the_old_version_in_force(engine, authority):
    """A bad new version is noted once, and the old one stays; that it is good again is noted too."""
    authority.put_snapshot(PutSnapshot("dir", document("d1")))
    for _ in range(2):
        assert authority.put_snapshot(PutSnapshot("dir", None, ("a.yaml:1: spec: bad",))).version == 1
    noted = rows(engine, reconciliations)[1:]
    assert [(row["ok"], row["version"], json.loads(row["findings"])) for row in noted] == [
        (False, 1, ["a.yaml:1: spec: bad"])
    ]
    assert authority.put_snapshot(PutSnapshot("dir", document("d1"))).version == 1
    assert rows(engine, reconciliations)[-1]["ok"]


def test_findings_before_any_version(engine, authority):
    """Without a version in force the answer is version 0 and the row has none."""
    assert authority.put_snapshot(PutSnapshot("dir", None, ("bad",))).version == 0
    assert rows(engine, reconciliations)[0]["version"] is None


def test_no_snapshot(authority):
    """Bytes that are no snapshot are refused."""
    with pytest.raises(InvalidRequest, match="no snapshot"):
        authority.put_snapshot(PutSnapshot("dir", b"{}"))


def test_credentials_are_orders(authority):
    """Issuing and revoking each make a new version of the orders."""
    authority.put_snapshot(PutSnapshot("dir", document()))
    issue(authority, 1)
    issue(authority, 2)
    assert orders(authority).version == authority.in_force.orders_version == 2
    assert [credential.id for credential in orders(authority).credentials] == ["key_1", "key_2"]
    authority.revoke(RevokeCredential("key_1"))
    assert orders(authority).version == 3
    assert [credential.id for credential in orders(authority).credentials] == ["key_2"]


def test_refused_credentials(authority):
    """Unknown agents, malformed or known hashes, unknown or ended credentials change nothing."""
    with pytest.raises(NotFound, match="no manifests are in force"):
        issue(authority)
    authority.put_snapshot(PutSnapshot("dir", document()))
    with pytest.raises(NotFound, match=r"no agent ghost .* Agents: reviewer"):
        issue(authority, agent="ghost")
    with pytest.raises(InvalidRequest, match="64"):
        authority.issue(IssueCredential("reviewer", "key_1", "ABC"))
    issue(authority)
    with pytest.raises(InvalidRequest, match="exists"):
        issue(authority)
    with pytest.raises(NotFound):
        authority.revoke(RevokeCredential("key_9"))
    authority.revoke(RevokeCredential("key_1"))
    with pytest.raises(Forbidden, match="revoked before"):
        authority.revoke(RevokeCredential("key_1"))
    assert authority.in_force.orders_version == 2


def test_a_restart(engine, clock, chain, authority):
    """A new keeper has a new epoch and the same in force."""
    authority.put_snapshot(PutSnapshot("dir", document()))
    issue(authority)
    again = Authority(engine, clock, chain)
    again.open()
    assert again.in_force.epoch == authority.in_force.epoch + 1
    assert msgspec.structs.replace(again.in_force, epoch=0) == msgspec.structs.replace(
        authority.in_force, epoch=0
    )
    assert again.schema == HEAD
