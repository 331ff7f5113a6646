"""Users, sessions, tokens: each act by the right person, written into the chain."""

import msgspec
import pytest

from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, PodiumError, Unauthenticated
from podium.ports.acts import (
    AddUser,
    BeginSession,
    By,
    EndSession,
    Identity,
    IssueToken,
    NoteGuessing,
    NoteRefused,
    RevokeToken,
    SetDisabled,
    SetPassword,
    SetRoles,
)
from podium.ports.database import sessions, tokens, users
from podium.ports.link import IssueCredential
from tests.keeper.acting import HOUR_NS, House
from tests.keeper.samples import rows


@pytest.fixture
def house(engine, clock, tmp_path):
    return House(engine, clock, tmp_path)


def test_an_admin_makes_users(house):
    """A user has roles and a password's digest; the chain says who made them, and not the password."""
    house.acts.do(AddUser(By(), "ann", ("admin",), "$argon2id$x"))
    house.acts.do(AddUser(By(), "bob", ("approver:support", "viewer")))
    found = {row["name"]: row for row in rows(house.engine, users)}
    assert found["bob"]["roles"] == '["approver:support", "viewer"]'
    assert found["bob"]["password"] is None
    told = house.told("user.add")
    assert [(t["actor"], t["subject"]) for t in told] == [("command line", "ann"), ("command line", "bob")]
    assert "$argon2id$" not in str(told)


@pytest.mark.parametrize(
    "act",
    [
        AddUser(By(), "ann", ("viewer",)),
        AddUser(By(), "Eve", ("viewer",)),
        AddUser(By(), "eve", ("root",)),
        AddUser(By(), "eve", ("approver:legal",)),
        AddUser(By(), "eve", ("viewer",), "plain text"),
        SetRoles(By(), "ann", ()),
        SetRoles(By(), "nobody", ("viewer",)),
        SetDisabled(By(), "nobody"),
        IssueToken(By(), "ann", "x" * 64, "ci", 10**30),
        RevokeToken(By(), "tok_none"),
        EndSession(By(), "ses_none"),
    ],
)
def test_what_makes_no_sense_changes_nothing(house, act):
    """A name twice, roles that are none, what is not there: refused, and the database is as it was."""
    house.user("ann", "viewer")
    before = rows(house.engine, users), len(house.rows())
    with pytest.raises(PodiumError):
        house.acts.do(act)
    assert (rows(house.engine, users), len(house.rows())) == before


def test_only_admins_make_users(house):
    """Every other role is refused, and the refusal is in the chain with who tried."""
    for name, role in (("vera", "viewer"), ("otto", "operator"), ("anna", "approver:acme")):
        by = house.user(name, role)
        for act in (
            AddUser(by, "eve", ("admin",)),
            SetRoles(by, name, ("admin",)),
            SetDisabled(by, "vera"),
            SetPassword(by, "otto" if name != "otto" else "vera", "$argon2id$new"),
        ):
            with pytest.raises(Forbidden, match="wants the role admin"):
                house.acts.do(act)
    refused = [
        t for kind in ("user.add", "user.roles") for t in house.told(kind) if t["outcome"] == "refused"
    ]
    assert len(refused) == 6
    assert {t["actor"] for t in refused} == {"vera", "otto", "anna"}


def test_roles_change_at_once(house):
    """What a session may is looked up in each act: a role that is taken away is gone with the next one."""
    ann = house.user("ann", "admin")
    house.acts.do(SetRoles(By(), "ann", ("viewer",)))
    with pytest.raises(Forbidden):
        house.acts.do(AddUser(ann, "eve", ("viewer",)))
    assert house.told("user.roles")[0]["before"] == ["admin"]


def test_who_is_shut_out_is_out(house):
    """Sessions and tokens end with it, and letting in again does not bring them back."""
    house.user("ann", "admin")
    bob = house.user("bob", "admin")
    token = house.token(bob, "bob")
    house.acts.do(SetDisabled(By(), "bob"))
    for by in (bob, token):
        with pytest.raises(Unauthenticated):
            house.acts.do(AddUser(by, "eve", ("viewer",)))
    with pytest.raises(Unauthenticated):
        house.session("bob", "again")
    house.acts.do(SetDisabled(By(), "bob", disabled=False))
    for by in (bob, token):
        with pytest.raises(Unauthenticated):
            house.acts.do(AddUser(by, "eve", ("viewer",)))
    assert house.session("bob", "again")


def test_nobody_shuts_themselves_out(house):
    """An admin by mistake, or under threat, does not lock the door from outside."""
    with pytest.raises(Forbidden, match="themselves"):
        house.acts.do(SetDisabled(house.user("ann", "admin"), "ann"))


def test_a_new_password_ends_the_other_sessions(house):
    """The session that asks stays; the others end; the digest that is compared is the new one."""
    ann = house.user("ann", "viewer")
    other = house.session("ann", "other")
    house.acts.do(SetPassword(ann, "ann", "$argon2id$new"))
    ended = {row["sha256"]: row["ended_ns"] for row in rows(house.engine, sessions)}
    assert ended[ann.session] is None
    assert ended[other.session] is not None
    with pytest.raises(Unauthenticated, match="wrong"):
        house.session("ann", "late")  # was checked against the old digest


def test_sessions_and_tokens_expire(house, clock):
    """Neither outlives its time, and neither may be made for longer than allowed."""
    ann = house.user("ann", "admin")
    token = house.token(ann, "ann", hours=2)
    clock.now_ns += HOUR_NS
    with pytest.raises(Unauthenticated, match="session has ended"):
        house.acts.do(AddUser(ann, "eve", ("viewer",)))
    house.acts.do(AddUser(token, "eve", ("viewer",)))
    clock.now_ns += HOUR_NS
    with pytest.raises(Unauthenticated, match="token is not known, or has ended"):
        house.acts.do(AddUser(token, "mallory", ("viewer",)))
    with pytest.raises(InvalidRequest, match="a week"):
        house.acts.do(
            BeginSession("0" * 64, clock.now_ns + 200 * HOUR_NS, "admin.token", "", "", owner_proof="1" * 64)
        )


def test_a_token_makes_no_token(house):
    """Who steals a token cannot make another that outlives it, nor change the password."""
    ann = house.user("ann", "admin")
    token = house.token(ann, "ann")
    for act in (
        IssueToken(token, "ann", "0" * 64, "mine", house.clock.now_ns + HOUR_NS),
        SetPassword(token, "ann", "$argon2id$mine"),
    ):
        with pytest.raises(Forbidden, match="token does not"):
            house.acts.do(act)


def test_sessions_and_tokens_are_their_own(house):
    """One ends one's own; an admin ends anybody's; for others they are not there."""
    ann, bob = house.user("ann", "admin"), house.user("bob", "operator")
    house.token(bob, "bob")
    (token,) = rows(house.engine, tokens)
    mine = {row["sha256"]: row["id"] for row in rows(house.engine, sessions)}
    with pytest.raises(NotFound):
        house.acts.do(EndSession(bob, mine[ann.session]))
    with pytest.raises(Forbidden):
        house.acts.do(IssueToken(bob, "ann", "0" * 64, "x", house.clock.now_ns + HOUR_NS))
    vera = house.user("vera", "viewer")
    with pytest.raises(NotFound):
        house.acts.do(RevokeToken(vera, token["id"]))
    house.acts.do(RevokeToken(bob, token["id"]))
    house.acts.do(EndSession(ann, mine[bob.session]))
    with pytest.raises(Unauthenticated):
        house.acts.do(RevokeToken(bob, token["id"]))


def oidc(house, name="carol", roles=("operator",), subject="1", secret="a"):
    identity = Identity("https://issuer", subject, name, roles)
    digest = f"{ord(secret[0]):064x}"
    until_ns = house.clock.now_ns + HOUR_NS
    house.acts.do(BeginSession(digest, until_ns, "oidc", "127.0.0.1", "", identity=identity))
    return By(session=digest)


def test_an_issuer_says_who_one_is(house):
    """The first login makes the user, each login gives today's roles, and no role means no way in."""
    oidc(house)
    oidc(house, roles=("admin",), secret="b")
    (user,) = rows(house.engine, users)
    assert (user["name"], user["roles"], user["password"]) == ("carol", '["admin"]', None)
    assert [t["roles"] for t in house.told("user.from_issuer")] == [["operator"], ["admin"]]
    with pytest.raises(Forbidden, match="no role"):
        oidc(house, roles=(), secret="c")
    with pytest.raises(InvalidRequest, match="logs in elsewhere"):
        house.acts.do(SetPassword(By(), "carol", "$argon2id$x"))


def test_an_issuer_does_not_take_a_name(house):
    """Who is called as a user of Podium's own is not that user."""
    house.user("ann", "admin")
    with pytest.raises(Forbidden, match="another user ann"):
        oidc(house, name="ann")
    house.acts.do(SetDisabled(By(), "ann"))
    oidc(house, name="dave", subject="2")
    house.acts.do(SetDisabled(By(), "dave"))
    with pytest.raises(Unauthenticated, match="shut out"):
        oidc(house, name="dave", subject="2", secret="e")


def test_agents_credentials_want_an_operator(house):
    """Issuing is an operator's act: by name in the chain, and refused to others."""
    vera, otto = house.user("vera", "viewer"), house.user("otto", "operator")
    snapshot = house.authority.in_force
    house.authority.in_force = msgspec.structs.replace(snapshot, agents=frozenset({"triage"}))
    with pytest.raises(Forbidden, match="operator"):
        house.authority.issue(IssueCredential("triage", "key_1", "0" * 64, vera))
    house.authority.issue(IssueCredential("triage", "key_1", "0" * 64, otto))
    assert [(t["actor"], t["agent"]) for t in house.told("agent_key.issue")] == [("otto", "triage")]


def test_what_a_face_refuses_is_noted(house):
    """A refusal at the door is a row too; what strangers say is short and plain in it."""
    by = house.user("vera", "viewer")
    house.acts.do(NoteRefused(by, "POST /podium/v1/users", "eve\n" * 100, "it wants the role admin"))
    house.acts.do(NoteGuessing("root\x00", "10.0.0.1"))
    (noted,) = house.told("POST /podium/v1/users")
    assert (noted["actor"], noted["outcome"], len(noted["subject"])) == ("vera", "refused", 200)
    assert "\n" not in noted["subject"]
    assert house.told("login.slowed")[0]["subject"] == "root?"


def test_every_act_is_in_the_chain(house):
    """Whatever was done: the chain has it, and verifies with the public key alone."""
    ann = house.user("ann", "admin")
    house.acts.do(AddUser(ann, "bob", ("viewer",)))
    house.token(ann, "ann")
    kinds = [row.kind for row in house.rows()]
    assert kinds == [
        "key.added",
        "manifests.in_force",
        "user.add",
        "session.begin",
        "user.add",
        "token.issue",
    ]
    assert house.verdict().fault is None
