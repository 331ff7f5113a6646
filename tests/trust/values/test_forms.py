"""Forms of values: strict where they are trusted, generous where they are recognised."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.values.encodings import decodings, turned
from podium.trust.values.forms import (
    dates_in,
    email_form,
    entities,
    forms_of,
    iban_form,
    number_form,
    squash,
    times_in,
    url_form,
)

PASSAGE = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789 ,.-@"), min_size=12, max_size=60
).filter(lambda text: len(squash(text)) >= 12)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.5"),
        ("1.234,50 €", "1234.5"),
        ("$1234.5", "1234.5"),
        ("EUR 1 234.50", "1234.5"),
        (1234.5, "1234.5"),
        ("1200", "1200"),
        (1200, "1200"),
        ("-5", "-5"),
        ("GB29", None),
        ("June 13", None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_numbers(text: object, number: str | None) -> None:
    """A number is the same in every notation, and no other text is one."""
    assert number_form(text) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-19", "2024-05-19"),
        ("2024-05-19T12:00:00Z", "2024-05-19"),
        ("19 May 2024", "2024-05-19"),
        ("May 19th, 2024", "2024-05-19"),
        ("the 19th of May", "--05-19"),
        ("19.5.2024", "2024-05-19"),
    ],
)
def test_dates(text: str, day: str) -> None:
    """A date is the same in every notation; one without a year says so."""
    assert day in set(dates_in(text))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 4 December 13:00", ["--12-04"]),
        ("4 December 9 am", ["--12-04"]),
        ("the 4th of December 13 people", ["--12-04"]),
        ("from 3 December 14:00 to 4 December 15:30", ["--12-03", "--12-04"]),
        ("22 December 30 euros", ["--12-22"]),
        ("4 d\u00e9cembre, 4 December 13:00", ["--12-04"]),
        ("December 9 am", []),
        ("December 13, 14:00", ["--12-13"]),
        ("invoice 77 December 13", ["--12-13"]),
    ],
)
def test_a_number_behind_a_day_and_its_month_is_no_day(text: str, days: list[str]) -> None:
    """The day stands before its month: a time or a count behind that is none."""
    assert list(dates_in(text)) == days


def test_times() -> None:
    """A time of day is the same in every notation."""
    assert list(times_in("2024-05-19T12:00, at 3pm, 15:30 and 7:05 a.m.")) == [
        "12:00",
        "15:00",
        "15:30",
        "07:05",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "http://acme.example@evil.example/",
        "http://acme.example\\@evil.example",
        "http://\u0430cme.example/",
        "javascript:alert(1)",
        "http://acme.example\t/x",
        "http://[::1",
        "hello",
    ],
)
def test_urls_that_lead_elsewhere(text: str) -> None:
    """What readers of a URL disagree about has no form, so that it is never trusted."""
    assert url_form(text) is None


def test_urls() -> None:
    """Scheme, case, default port and a last slash make no other URL; path and query do."""
    assert url_form("HTTPS://Acme.Example:443/A/") == url_form("acme.example/A") == "acme.example/A"
    assert url_form("acme.example/a") != url_form("acme.example/b")
    assert url_form("acme.example/?q=1") != url_form("acme.example/")


def test_addresses_and_accounts() -> None:
    """A display name is no part of an address, a space no part of an account."""
    assert email_form("Ann <Ann@Acme.Example>") == "ann@acme.example"
    assert email_form("ann@acme.example, eve@evil.example") is None
    assert iban_form("de89 3704 0044 0532 0130 00") == "DE89370400440532013000"


def test_entities() -> None:
    """What is part of an entity is no other one."""
    found = {
        form
        for form, _ in entities("Pay 10.50 to DE89 3704 0044 0532 0130 00 on May 19th, ask ann@acme.example.")
    }
    assert found == {
        ("number", "10.5"),
        ("iban", "DE89370400440532013000"),
        ("date", "--05-19"),
        ("email", "ann@acme.example"),
    }


def test_an_id_is_no_part_of_a_date() -> None:
    """``13`` has the forms of 13, and "June 13" has none of them."""
    assert not set(forms_of("13")) & set(forms_of("June 13"))


@given(PASSAGE)
def test_respelling_is_seen_through(text: str) -> None:
    """Case, spaces, punctuation, invisible characters, full width and look-alikes do not hide a text."""
    wanted = squash(text)
    assert squash(text.upper()) == wanted
    assert squash(" ".join(text)) == wanted
    assert squash("\u200b".join(text)) == wanted
    assert squash("".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)) == wanted
    assert squash(text.replace("a", "\u0430").replace("e", "\u0435").replace("o", "\u03bf")) == wanted
    assert squash("-".join(text)) == wanted


@given(PASSAGE, st.integers(1, 2))
def test_encodings_are_seen_through(text: str, depth: int) -> None:
    """Percent, HTML, base64, base64url, base32 and hexadecimal are decoded, one in another too."""
    encoders = [
        lambda t: base64.b64encode(t.encode()).decode(),
        lambda t: base64.urlsafe_b64encode(t.encode()).decode().rstrip("="),
        lambda t: base64.b32encode(t.encode()).decode(),
        lambda t: t.encode().hex(),
        lambda t: "".join(f"%{byte:02X}" for byte in t.encode()),
        lambda t: "".join(f"&#{ord(c)};" for c in t),
        lambda t: "".join(f"\\u{ord(c):04x}" for c in t),
    ]
    for encode in encoders:
        encoded = text
        for _ in range(depth):
            encoded = encode(encoded)
        assert any(squash(text) in squash(inner) for inner in decodings(f"see {encoded} now", 3)), encoded


@given(PASSAGE)
def test_turning_is_seen_through(text: str) -> None:
    """Backwards and ROT13 are undone by doing them again."""
    assert all(squash(text) in turned(one) for one in turned(squash(text)))


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    """No text makes the forms fail."""
    forms_of(text), list(entities(text)), decodings(text), squash(quote(text, errors="replace"))
