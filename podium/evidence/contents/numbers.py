"""Numbers that prove themselves: cards by Luhn's checksum, accounts by IBAN's.

Cards: ISO/IEC 7812-1, with the ranges of the networks. IBAN: ISO 13616, lengths of the SWIFT registry.
"""

import re
from collections.abc import Iterator
from typing import Final

Span = tuple[int, int]

_RUN: Final = re.compile(r"[0-9](?:[ .\-_/]{0,2}[0-9]){11,}")
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_NETWORKS: Final[tuple[tuple[re.Pattern[str], frozenset[int]], ...]] = tuple(
    (re.compile(prefix), frozenset(lengths))
    for prefix, lengths in (
        ("4", (13, 16, 19)),
        ("3[47]", (15,)),
        ("30|3[689]", range(14, 20)),
        ("35", range(16, 20)),
        ("5[1-5]|2[2-7]", (16,)),
        ("50|5[6-9]|6", range(12, 20)),
    )
)
"""Visa; American Express; Diners; JCB; Mastercard and Mir; Maestro, Discover and UnionPay."""
_ACCOUNT: Final = re.compile(r"(?=[A-Za-z]{2}[0-9]{2})")
_SEPARATORS: Final = " -."
_REGISTRY: Final = (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 "
    "DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 "
    "IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 "
    "MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 "
    "SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
)
_LENGTHS: Final = {entry[:2]: int(entry[2:]) for entry in _REGISTRY.split()}


def cards(text: str) -> Iterator[Span]:
    """Yield where numbers of cards stand, whatever digits stand around them.

    A number that is none passes Luhn's checksum one time in ten: what is no card may be found too.
    """
    for run in _RUN.finditer(text):
        places = [place for place in range(run.start(), run.end()) if text[place].isdigit()]
        digits = "".join(text[place] for place in places)
        sums = _sums(digits)
        for start in range(len(digits) - 11):
            for length in _lengths(digits, start):
                end = start + length
                odd = end & 1  # digits at this parity are not the last one's
                if end <= len(digits) and (sums[odd][end] - sums[odd][start]) % 10 == 0:
                    yield places[start], places[end - 1] + 1


def _lengths(digits: str, start: int) -> frozenset[int]:
    for prefix, lengths in _NETWORKS:
        if prefix.match(digits, start):
            return lengths
    return frozenset()


def _sums(digits: str) -> tuple[list[int], list[int]]:
    """Return Luhn's running sums: with the digits at even places doubled, and with those at odd ones."""
    sums: tuple[list[int], list[int]] = ([0], [0])
    for place, digit in enumerate(map(int, digits)):
        for parity in (0, 1):
            more = _DOUBLED[digit] if place & 1 == parity else digit
            sums[parity].append(sums[parity][-1] + more)
    return sums


def accounts(text: str) -> Iterator[Span]:
    """Yield where IBANs stand, in groups or not, in whatever case."""
    for found in _ACCOUNT.finditer(text):
        start = found.start()
        length = _LENGTHS.get(text[start : start + 2].upper())
        if length is None:
            continue
        signs, place = "", start
        while place < len(text) and len(signs) < length:
            sign = text[place]
            if sign.isascii() and sign.isalnum():
                signs += sign
            elif sign not in _SEPARATORS or text[place - 1] in _SEPARATORS:
                break
            place += 1
        if len(signs) == length and _is_account(signs):
            yield start, place


def _is_account(signs: str) -> bool:
    turned = signs[4:] + signs[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1
