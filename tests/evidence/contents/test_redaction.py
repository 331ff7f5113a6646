"""Redaction: what was planted is gone, whatever stands around it."""

import ipaddress
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.evidence.contents.linear import check_regex
from podium.evidence.contents.redaction import Redactor
from podium.evidence.contents.rules import PATTERNS
from podium.kernel.errors import InvalidRequest

ALL = Redactor(PATTERNS, [("badge", "E-[0-9]{6}")])
_DIGITS = st.characters(categories=(), include_characters="0123456789")


def luhn(digits: str) -> str:
    """Return the digits with Luhn's check digit behind them."""
    total = sum(sum(divmod(int(sign) * (2 - place % 2), 10)) for place, sign in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def account(country: str, rest: str) -> str:
    number = int("".join(str(int(sign, 36)) for sign in f"{rest}{country}00"))
    return f"{country}{98 - number % 97:02d}{rest}"


def grouped(text: str, size: int, by: str) -> str:
    return by.join(text[place : place + size] for place in range(0, len(text), size))


names = st.text("abcdefghijklmnopqrstuvwxyz0123456789._%+-", min_size=1, max_size=20)
labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
emails = st.builds("{}@{}.{}".format, names, labels, st.sampled_from(["de", "com", "co.uk", "example"]))
cards = st.builds(
    lambda start, rest, by: grouped(luhn((start + rest)[:15]), 4, by),
    st.sampled_from(["4", "51", "55", "2221"]),
    st.text(_DIGITS, min_size=15, max_size=15),
    st.sampled_from(["", " ", "-", ".", "  ", "\u00a0", "\u2009", "\u200b"]),
)
accounts = st.builds(
    lambda rest, by, lower: (
        grouped(account(*rest), 4, by).swapcase() if lower else grouped(account(*rest), 4, by)
    ),
    st.one_of(
        st.tuples(st.just("DE"), st.text(_DIGITS, min_size=18, max_size=18)),
        st.tuples(st.just("GB"), st.builds("NWBK{}".format, st.text(_DIGITS, min_size=14, max_size=14))),
        st.tuples(st.just("NO"), st.text(_DIGITS, min_size=11, max_size=11)),
    ),
    st.sampled_from(["", " ", "-"]),
    st.booleans(),
)
phones = st.builds(
    lambda code, rest, by: f"+{code}{by}{grouped(rest, 3, by)}",
    st.sampled_from(["49", "1", "44", "353"]),
    st.text(_DIGITS, min_size=8, max_size=10),
    st.sampled_from(["", " ", "-", "."]),
)
_WORD = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=36, max_size=48)
keys = st.builds(
    str.format,
    st.sampled_from(
        ["sk-{0}", "podium_sk_{0}", "ghp_{0}", "glpat-{0}", "AIza{0}", "xoxb-{0}", "hf_{0}", "Bearer {0}",
         "eyJ{0}.eyJ{0}.{0}", "password={0}", '"api_key": "{0}"', "postgres://app:{0}@db"]
    ),
    _WORD,
)  # fmt: skip
addresses = (
    st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))
    .map(str)
    .filter(lambda text: not text.startswith("::") and ipaddress.ip_address(text))
)
badges = st.builds("E-{}".format, st.text(_DIGITS, min_size=6, max_size=6))
planted = st.one_of(emails, cards, accounts, phones, keys, addresses, badges)
around = st.text(max_size=30)


@settings(max_examples=60)
@given(around, planted, around)
def test_a_planted_secret_is_gone(before: str, secret: str, after: str) -> None:
    """Whatever stands before and behind it, no secret is left in what is kept."""
    # The end of a word before ``sk-`` says that it is no key.
    if re.search(r"(?:ta|di|de|ri|ma|a|fla|whi|du|tu|hu)$", before, re.IGNORECASE) and secret.startswith(
        "sk-"
    ):
        before += " "
    assert secret not in ALL.text(before + secret + after)


@settings(max_examples=30)
@given(planted, st.data())
def test_a_secret_in_two_parts(secret: str, data: st.DataObject) -> None:
    """A secret that begins in one part of a message and ends in the next is in neither."""
    at = data.draw(st.integers(1, len(secret) - 1))
    parts = [{"type": "text", "content": f"x {secret[:at]}"}, {"type": "text", "content": f"{secret[at:]} y"}]
    value = [{"role": "user", "parts": parts}]
    out = ALL.value(value)[0]["parts"]
    assert secret not in out[0]["content"] + out[1]["content"]
    assert out[0]["content"].startswith("x ")


@settings(max_examples=30)
@given(planted, st.booleans())
def test_a_secret_in_json(secret: str, escaped: bool) -> None:
    """JSON inside a text is looked at as its values, escapes and all, and as a name of a field."""
    inner = json.dumps({"to": [secret], f"k{secret}": 1}, ensure_ascii=escaped)
    if escaped:
        inner = inner.replace("@", "\\u0040")
    out = json.dumps(ALL.value({"arguments": inner}), ensure_ascii=False)
    assert secret not in out
    assert secret not in json.dumps(json.loads(json.loads(out)["arguments"]), ensure_ascii=False)
    # What is no whole JSON is a text with escapes.
    assert json.dumps(secret, ensure_ascii=escaped)[1:-1].replace("@", "\\u0040") not in ALL.text(inner[:-1])


def test_what_is_no_secret_stays() -> None:
    """Words, small numbers, times and Podium's own ids are left as they are."""
    text = "At 12:30:45 task_01M85ME4HS093C32W62N0SCHRC read 3 of 1,204 std::vector; risk-assessment-of-2026."
    assert ALL.text(text) == text
    assert ALL.value({"n": 20_261_126, "ok": True, "none": None, "x": 1.5}) == {
        "n": 20_261_126, "ok": True, "none": None, "x": 1.5
    }  # fmt: skip
    assert Redactor(["iban"]).text("a@b.de 4111111111111111") == "a@b.de 4111111111111111"


def test_what_stands_instead() -> None:
    """What was found is named; what overlaps is one; a number that is a card's is a text then."""
    assert ALL.text("to bob@example.com, call +49 30 1234567") == "to [email], call [phone]"
    assert ALL.value({"password": "x", "card": 4111111111111111, "list": ["E-123456"]}) == {
        "password": "[secret]", "card": "[card]", "list": ["[badge]"]
    }  # fmt: skip
    assert ALL.value([4111111111111111.0, 0.5, float("nan")])[:2] == ["[card].0", 0.5]


def test_regular_expressions_that_are_refused() -> None:
    """What RE2 cannot run in linear time, and what finds nothing at all, is no pattern."""
    assert check_regex("E-[0-9]+") is None
    for wrong in ("(", r"(a)\1", "(?=a)", "a*", "", "x" * 2000):
        assert check_regex(wrong)
    with pytest.raises(InvalidRequest, match="badge"):
        Redactor([], [("badge", "(")])
    evil = Redactor([], [("evil", r"(a+)+$")])
    assert evil.text("a" * 200_000 + "b") == "a" * 200_000 + "b"
