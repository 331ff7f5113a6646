"""Who may what."""

import pytest

from podium.kernel.errors import Forbidden, InvalidRequest
from podium.trust.people import (
    Person,
    Right,
    check_name,
    check_password,
    check_reason,
    check_roles,
    map_roles,
    parse_role_rules,
    require,
)

RIGHTS = {
    "viewer": {Right.LOOK},
    "operator": {Right.LOOK, Right.ASK, Right.OPERATE},
    "approver:support": {Right.LOOK, Right.ASK},
    "reader:support": {Right.LOOK, Right.READ_CONTENT},
    "admin": set(Right) - {Right.READ_CONTENT},
}


@pytest.mark.parametrize("role", RIGHTS)
def test_rights(role: str) -> None:
    """Each role has its rights and no other."""
    assert {right for right in Right if Person("ann", (role,)).may(right)} == RIGHTS[role]


def test_who_reads_content() -> None:
    """Content is read by readers of its department or one above, and by the owner: not by an admin alone."""
    assert Person("ann", ("reader:acme",)).reads("acme/support")
    assert not Person("ann", ("reader:support",)).reads("acme")
    assert not Person("ann", ("admin", "approver:acme")).reads("acme/support")
    assert Person("admin.token", (), owner=True).reads("acme")
    assert parse_role_rules("groups=dpo:reader:acme") == (("groups", "dpo", "reader:acme"),)


def test_who_has_no_role_may_nothing() -> None:
    """Unknown means no."""
    nobody = Person("ann", ())
    assert not any(nobody.may(right) for right in Right)
    assert not nobody.decides("acme")
    with pytest.raises(Forbidden, match="ann may not look"):
        require(nobody, Right.LOOK, "look")


@pytest.mark.parametrize(
    ("path", "decides"),
    [("acme/support", True), ("acme/support/mail", True), ("acme", False), ("acme/supporters", False)],
)
def test_an_approver_decides_below(path: str, decides: bool) -> None:
    """An approver decides for their department and those below it, not for those above or beside it."""
    assert Person("ann", ("approver:support",)).decides(path) is decides


def test_admin_and_owner_decide_everywhere() -> None:
    """An admin and the owner decide for every department; an operator for none."""
    assert Person("ann", ("admin",)).decides("acme/x")
    assert Person("admin.token", (), owner=True).decides("acme/x")
    assert not Person("ann", ("operator", "viewer")).decides("acme/x")


@pytest.mark.parametrize("role", ["root", "approver", "approver:", "approver:Support", "", "admin "])
def test_roles_that_are_none(role: str) -> None:
    """What is no role is refused by its name."""
    with pytest.raises(InvalidRequest, match=r"no role|at least one"):
        check_roles([role] if role else [])


def test_a_department_must_be_there() -> None:
    """An approver is of a department that there is, where the departments are known."""
    assert check_roles(["viewer", "approver:support", "viewer"], ["support"]) == (
        "approver:support",
        "viewer",
    )
    with pytest.raises(InvalidRequest, match="no department legal"):
        check_roles(["approver:legal"], ["support"])


@pytest.mark.parametrize(
    "name", ["podium", "", "Ann", "a b", "-ann", "admin.token", "x" * 65, "command line"]
)
def test_names_that_are_none(name: str) -> None:
    """Nobody is called as the owner is or Podium itself, or in a way that a log could not hold."""
    with pytest.raises(InvalidRequest):
        check_name(name)
    assert check_name("ann.lee@example.com")


@pytest.mark.parametrize("password", ["short", "aaaabbbbaaaabbbb", "x" * 2000, "annabel-annabel"])
def test_passwords_that_are_refused(password: str) -> None:
    """Short, long, repeated, or the name itself."""
    with pytest.raises(InvalidRequest, match="refused"):
        check_password(password, "annabel")
    check_password("correct horse battery", "annabel")


def test_a_reason_is_wanted() -> None:
    """Blanks are no reason."""
    assert check_reason(" launch day ") == "launch day"
    for text in ("", "  ", "x" * 3000):
        with pytest.raises(InvalidRequest, match="reason"):
            check_reason(text)


def test_claims_give_roles() -> None:
    """All rules that match count, by a value or by a member of a list."""
    rules = parse_role_rules("groups=eng:operator; groups=urn:fin:leads:approver:finance;hd=*:viewer")
    assert rules == (
        ("groups", "eng", "operator"),
        ("groups", "urn:fin:leads", "approver:finance"),
        ("hd", "*", "viewer"),
    )
    assert map_roles({"groups": ["eng", "urn:fin:leads"]}, rules) == ("approver:finance", "operator")
    assert map_roles({"groups": "eng", "hd": "example.com"}, rules) == ("operator", "viewer")
    assert map_roles({"groups": ["engineers"]}, rules) == ()


@pytest.mark.parametrize("rule", ["groups", "groups=eng", "groups=eng:root", "=x:viewer", "groups=:viewer"])
def test_rules_that_are_none(rule: str) -> None:
    """A rule without claim, value or role is refused, not passed over."""
    with pytest.raises(InvalidRequest):
        parse_role_rules(rule)
