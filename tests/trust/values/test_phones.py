"""Telephone numbers in a text, and the dates, times and sums that look so."""

import pytest

from podium.trust.values.phones import phones_in


@pytest.mark.parametrize(
    "text",
    [
        "Pressure test of prototype 3 (2026-12-09). Petra",
        "A (2026-12-01), B 2 (2026-12-01), C 3 (2026-12-09)",
        "2026-12-01 2026-12-05",
        "9.12.2026-11.12.2026",
        "9.12.-11.12.2026",
        "09.12.2026 14.00-15.30",
        "1/12/2026 - 5/12/2026",
        "unit 3 2026-12-09 14:00 - 2026-12-10 15:00",
        "20261130T140000Z",
        "14.00-15.30",
        "in 2024-2026",
        "EUR 1 250 000",
        "2026-12-09 1.200.000,00 NOK",
        "12 000-15 000 EUR a year",
        "12 (12 500 hours)",
        "09/12/2026 (12 000 km)",
    ],
)
def test_dates_times_and_sums_are_nobodys_number(text: str) -> None:
    assert not list(phones_in(text))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("(020) 7946 0018", "020) 7946 0018"),
        ("+47 (0) 900 55 013", "+47 (0) 900 55 013"),
        ("ring 0207 (946 001)", "0207 (946 001"),
        ("call 020 7946 0018 (2026-12-09)", "020 7946 0018"),
        ("+47 2026-12-09", "+47 2026-12-09"),
        ("020 2026-12-09", "020 2026-12-09"),
        ("(2026-12-01) 7946 0018", "7946 0018"),
        ("2026-12-01 020 7946 0018", "020 7946 0018"),
        ("2026-12-09-7946001", "7946001"),
        ("2026-13-40 22", "2026-13-40 22"),
        ("01/12/34/56/78", "01/12/34/56/78"),
        ("EUR 020 7946 001", "020 7946 001"),
        ("900 55 013 EUR", "900 55 013"),
        ("2046-2018", "2046-2018"),
        ("555 0113 (12 hours)", "555 0113 (12"),
        ("25.10-99.30", "25.10-99.30"),
    ],
)
def test_a_number_beside_or_made_like_one_is_somebodys(text: str, number: str) -> None:
    assert [match[0] for match in phones_in(text)] == [number]
