"""What providers tell of their limits."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.wire.limit_headers import MAX_RESET_S, Remaining, read_remaining, read_seconds

NOW = datetime(2026, 1, 27, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1),
        ("6m0s", 360),
        ("20ms", 0.02),
        ("1m30.5s", 90.5),
        ("2h", 3600),
        ("17", 17),
        ("0.5", 0.5),
        ("2026-01-27T12:00:09Z", 9),
        ("2026-01-27T11:00:00Z", 0),
        ("Tue, 27 Jan 2026 12:01:00 GMT", 60),
        ("soon", None),
        ("", None),
        ("-1", None),
        ("9" * 400, None),
        ("2026-99-99T00:00:00Z", None),
    ],
)
def test_seconds(text: str, seconds: float | None) -> None:
    """Every form that providers write is read, and nothing else."""
    assert read_seconds(text, NOW) == seconds


def test_openai() -> None:
    """OpenAI's headers tell of requests and tokens."""
    headers = [
        (b"x-ratelimit-limit-requests", b"60"),
        (b"x-ratelimit-remaining-requests", b"59"),
        (b"x-ratelimit-reset-requests", b"1s"),
        (b"x-ratelimit-remaining-tokens", b"149984"),
        (b"x-ratelimit-reset-tokens", b"6m0s"),
    ]
    assert sorted(read_remaining(headers, NOW), key=lambda it: it.kind) == [
        Remaining("requests", 59, 1, 60, refills=True),
        Remaining("tokens", 149984, 360),
    ]


def test_anthropic() -> None:
    """Anthropic's headers tell of requests, and of input and output tokens by themselves."""
    headers = [
        (b"anthropic-ratelimit-requests-remaining", b"0"),
        (b"anthropic-ratelimit-requests-reset", b"2026-01-27T12:00:30Z"),
        (b"anthropic-ratelimit-output-tokens-remaining", b"100"),
        (b"anthropic-ratelimit-output-tokens-reset", b"2026-01-27T12:00:10Z"),
        (b"anthropic-ratelimit-output-tokens-limit", b"8000"),
        (b"anthropic-ratelimit-input-tokens-remaining", b"many"),
    ]
    assert sorted(read_remaining(headers, NOW), key=lambda it: it.kind) == [
        Remaining("output-tokens", 100, 10, 8000, refills=True),
        Remaining("requests", 0, 30),
    ]


def test_times_are_seen_from_the_answers_own() -> None:
    """A clock that is an hour fast, here or there, changes no reset."""
    headers = [
        (b"date", b"Tue, 27 Jan 2026 13:00:00 GMT"),
        (b"anthropic-ratelimit-requests-remaining", b"4"),
        (b"anthropic-ratelimit-requests-reset", b"2026-01-27T13:00:30Z"),
    ]
    assert read_remaining(headers, NOW) == [Remaining("requests", 4, 30)]


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"RateLimit": '"default";r=50;t=30'}, [Remaining("requests", 50, 30, name="default")]),
        (
            {
                "RateLimit-Policy": '"burst";q=100;w=60, "daily";q=1000;w=86400',
                "RateLimit": '"burst";r=5;t=9,"daily";r=900',
            },
            [
                Remaining("requests", 5, 9, 100, name="burst"),
                Remaining("requests", 900, MAX_RESET_S, 1000, name="daily"),
            ],
        ),
        ({"RateLimit-Policy": '"b";q=9;w=1;qu="content-bytes"', "RateLimit": '"b";r=5;t=9'}, []),
        ({"RateLimit": "limit=100, remaining=50, reset=9"}, [Remaining("requests", 50, 9, 100)]),
        (
            {"RateLimit-Limit": "10", "RateLimit-Remaining": "3", "RateLimit-Reset": "7"},
            [Remaining("requests", 3, 7, 10)],
        ),
        (
            {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "1769515207"},
            [Remaining("requests", 3, 7, 10)],
        ),
        (
            {"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "1769515207500"},
            [Remaining("requests", 3, 7.5)],
        ),
        ({"RateLimit": '"default";r=50'}, []),
        ({"RateLimit": '"default;r=50;t=3'}, []),
    ],
)
def test_other_headers(headers: dict[str, str], found: list[Remaining]) -> None:
    """The standard's, of each of its versions, and those of other servers are read."""
    pairs = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    assert read_remaining(pairs, NOW) == found


@given(st.text(max_size=60) | st.from_regex(r"[0-9dhms.:TZ+ -]{0,30}", fullmatch=True))
def test_any_text_is_read_or_left(text: str) -> None:
    """Whatever a provider writes, the answer is None or from 0 seconds to an hour."""
    seconds = read_seconds(text, NOW)
    assert seconds is None or 0 <= seconds <= MAX_RESET_S
