"""Who the user is: what may be said of one, and which values are one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import InvalidRequest
from podium.trust.request.user import User, check_user, is_users, is_users_address, shown, user_of, user_text

NOOR = User(
    names=("Noor Haddad",),
    addresses=("noor@spokes.example", "+49 151 23456789"),
    ids=("noor.h", "U-17", "@noor"),
)


@pytest.mark.parametrize(
    "value",
    [
        "noor@spokes.example",
        "Noor@Spokes.example",
        "mailto:noor@spokes.example",
        "Noor Haddad <noor@spokes.example>",
        "Noor <noor@spokes.example>",
        "noor haddad",
        "NOOR HADDAD",
        "+49 151 234 567 89",
        "+4915123456789",
        "noor.h",
        "@noor.h",
        "u-17",
        "@noor",
        "noor",
    ],
)
def test_users(value: str) -> None:
    """It is the user in any way to write it."""
    assert is_users(NOOR, value)


@pytest.mark.parametrize(
    "value",
    [
        "noor@spokes.example.evil.example",
        "noor@evil.example",
        "noor@spokes.example, eve@evil.example",
        "noor@spokes.example;eve@evil.example",
        "Eve <noor@spokes.example>",
        "noor@spokes.example <eve@evil.example>",
        "Noor Haddad <eve@evil.example>",
        "Haddad",
        "Noor Haddad-Weiss",
        "noor.hh",
        "U-171",
        "17",
        "+49 151 2345678",
        "151 23456789",
        "n\u200boor@spokes.example",
        "",
        "@",
        17,
        None,
    ],
)
def test_others(value: object) -> None:
    """What has more than the user, less, or somebody else beside, is not the user."""
    assert not is_users(NOOR, value)


def test_reached_alone() -> None:
    """Only an address says by itself who reads what goes there."""
    assert is_users_address(NOOR, "noor@spokes.example")
    assert is_users_address(NOOR, "+49 (151) 23456789")
    assert not is_users_address(NOOR, "Noor Haddad")
    assert not is_users_address(NOOR, "@noor")


@pytest.mark.parametrize(
    ("user", "field"),
    [
        (User(), "user"),
        (User(names=("N",)), "user.names[0]"),
        (User(names=("Noor", "  ")), "user.names[1]"),
        (User(names=("noor@spokes.example",)), "user.names[0]"),
        (User(names=("12",)), "user.names[0]"),
        (User(names=("x" * 81,)), "user.names[0]"),
        (User(names=("Noor\nHaddad",)), "user.names[0]"),
        (User(names=tuple(f"Noor {letter}" for letter in "abcdefghi")), "user.names"),
        (User(addresses=("noor",)), "user.addresses[0]"),
        (User(addresses=("12345",)), "user.addresses[0]"),
        (User(addresses=("noor@spokes.example, eve@evil.example",)), "user.addresses[0]"),
        (User(addresses=("Noor <noor@spokes.example>",)), "user.addresses[0]"),
        (User(ids=("",)), "user.ids[0]"),
        (User(ids=("a" * 255,)), "user.ids[0]"),
    ],
)
def test_refused(user: User, field: str) -> None:
    """What is none of a user's is refused by name."""
    with pytest.raises(InvalidRequest) as error:
        check_user(user)
    assert error.value.field == field


def test_taken() -> None:
    """A whole user is taken as told."""
    assert check_user(NOOR) is NOOR
    assert check_user(User(names=("Åsa Öberg",))).told


def test_as_it_is_stored() -> None:
    """A user comes back as it was stored; nobody stays nobody."""
    assert user_of(user_text(NOOR)) == NOOR
    assert user_of(user_text(None)) is None
    assert shown(User(("Noor",), ("noor@spokes.example",), ("Noor",))) == "Noor, noor@spokes.example"


@given(st.text(max_size=40))
def test_nothing_but_the_user(text: str) -> None:
    """Whatever is taken for the user has one of the user's own values in it."""
    if is_users(NOOR, text):
        low = text.casefold()
        digits = "".join(filter(str.isdigit, text))
        assert "noor" in low or "u-17" in low or digits == "4915123456789"
