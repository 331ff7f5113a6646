"""Column types of the ledger that keep ids, digests and names in few bytes; in Python they are texts.

A ULID takes 16 bytes and not 26 characters, a hexadecimal digest half its digits. They are big-endian, so
that they sort as their texts do. What is not of that form is kept as it is, behind a byte that UTF-8 never
has.
What is stored is a format: what one of these functions has written, every later version reads.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TO_BASE_32: Final = bytes.maketrans(
    bytes(range(256)),
    bytes([b"0123456789ABCDEFGHIJKLMNOPQRSTUV!"[_CROCKFORD.find(chr(byte))] for byte in range(256)]),
)
"""To the digits that Python's `int` knows; any other byte to one that it does not know."""
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_ULID_BYTES: Final = 16
_ULID_DIGITS: Final = 26
_AS_IT_IS: Final = b"\xff"
"""Stands before a text that is kept whole."""
_TAIL: Final = re.compile(r"(.{0,40}?)((?:[0-9a-f]{2}){8,64})", re.DOTALL)
"""A short prefix and hexadecimal digits to the end: ``req_`` and 32 of them."""
_END: Final = re.compile(r"[0-9a-f]{16}")
"""What has no such end is told at once; `_TAIL` would try at every place."""
_UUID: Final = re.compile(
    r"(.{0,40}?)([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})", re.DOTALL
)
_WITH_TAIL: Final = 0xFF
_WITH_UUID: Final = 0xFE
_PAIRS: Final = [first + second for first in _CROCKFORD for second in _CROCKFORD]


def _whole(text: str, length: int) -> bytes:
    """Return a text kept as it is, in another number of bytes than ``length``."""
    data = _AS_IT_IS + text.encode("utf-8", "surrogatepass")
    return data if len(data) != length else data + _AS_IT_IS


def _of_whole(data: bytes) -> str:
    return data.strip(_AS_IT_IS).decode("utf-8", "surrogatepass")


def pack_ulid(text: str, prefix: str) -> bytes:
    """Return the bytes of an id that is ``prefix`` and a ULID, or is something else."""
    if len(text) == len(prefix) + _ULID_DIGITS and text.startswith(prefix):
        try:
            digits = text[len(prefix) :].encode("ascii").translate(_TO_BASE_32)
            return int(digits, 32).to_bytes(_ULID_BYTES, "big")
        except (ValueError, OverflowError):
            pass  # 26 other characters, or more than 128 bits
    return _whole(text, _ULID_BYTES)


def unpack_ulid(data: bytes, prefix: str) -> str:
    """Return the id that `pack_ulid` has packed."""
    if len(data) != _ULID_BYTES:
        return _of_whole(data)
    number = int.from_bytes(data, "big")
    return prefix + "".join([_PAIRS[(number >> shift) & 1023] for shift in range(120, -1, -10)])


def ulids_from(beginning: str, prefix: str) -> tuple[bytes, bytes] | None:
    """Return the least and the greatest packed id that begins so, or None where no ULID does."""
    digits = beginning.removeprefix(prefix).upper()
    if not digits or len(digits) > _ULID_DIGITS:
        return None
    least, greatest = digits.ljust(_ULID_DIGITS, "0"), digits.ljust(_ULID_DIGITS, "Z")
    if _ULID.fullmatch(least) is None:
        return None
    return pack_ulid(prefix + least, prefix), pack_ulid(prefix + greatest, prefix)


def pack_hex(text: str, length: int) -> bytes:
    """Return the bytes of a hexadecimal text of ``length`` bytes, or of something else."""
    if len(text) == 2 * length:
        try:
            data = bytes.fromhex(text)
        except ValueError:
            return _whole(text, length)
        if data.hex() == text:  # no blanks and no capitals, which `fromhex` takes too
            return data
    return _whole(text, length)


def unpack_hex(data: bytes, length: int) -> str:
    """Return the text that `pack_hex` has packed."""
    return data.hex() if len(data) == length else _of_whole(data)


def pack_name(text: str) -> bytes:
    """Return a provider's id of a request: a UUID or a hexadecimal end takes half, the rest is as it is."""
    match = _UUID.fullmatch(text) if "-" in text else None
    if match is not None:
        mark, digits = _WITH_UUID, "".join(match.groups()[1:])
    else:
        match = _TAIL.fullmatch(text) if _END.fullmatch(text, len(text) - 16) is not None else None
        if match is None:
            return text.encode("utf-8", "surrogatepass")
        mark, digits = _WITH_TAIL, match[2]
    head = match[1].encode("utf-8", "surrogatepass")
    return bytes((mark, len(head))) + head + bytes.fromhex(digits)


def unpack_name(data: bytes) -> str:
    """Return the text that `pack_name` has packed."""
    if not data or data[0] < _WITH_UUID:
        return data.decode("utf-8", "surrogatepass")
    end = 2 + data[1]
    head, digits = data[2:end].decode("utf-8", "surrogatepass"), data[end:].hex()
    if data[0] == _WITH_UUID:
        digits = "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    return head + digits


def pack_draws(text: str) -> bytes:
    """Return what a charge drew, SLICE:AMOUNT with blanks between, as numbers of 7 bits a byte (LEB128)."""
    data = bytearray()
    for number in text.replace(":", " ").split():
        left = int(number)
        while left > 0x7F:
            data.append(left & 0x7F | 0x80)
            left >>= 7
        data.append(left)
    return bytes(data)


def unpack_draws(data: bytes) -> str:
    """Return the text that `pack_draws` has packed."""
    numbers = _unpack(data)
    return " ".join([f"{it}:{amount}" for it, amount in zip(numbers[::2], numbers[1::2], strict=True)])


def _unpack(data: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in data:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    return numbers


def pack_numbers(text: str) -> bytes:
    """Return numbers with blanks between as numbers of 7 bits a byte (LEB128)."""
    return pack_draws(text)


def unpack_numbers(data: bytes) -> str:
    """Return the text that `pack_numbers` has packed."""
    return " ".join(map(str, _unpack(data)))


class Packed(TypeDecorator[str]):
    """A text in packed form. Comparing for equality and by order works in SQL; looking into it does not."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, form: str, of: str | int | None = None) -> None:
        super().__init__()
        self.form = form
        self.of = of

    def packing(self) -> Callable[[str], bytes]:
        """Return what packs a text."""
        pack, of = _FORMS[self.form][0], self.of
        if of is None:
            return pack
        return lambda text: pack(text, of)

    def process_bind_param(self, value: str | bytes | None, dialect: Dialect) -> bytes | None:
        """Pack what goes into SQL; what is packed already (the ends of a range) is left alone."""
        del dialect
        return self.packing()(value) if isinstance(value, str) else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None]:
        """Return what unpacks a value that comes out: each of every row, so it is one call."""
        del dialect, coltype
        unpack = _FORMS[self.form][1]
        of = () if self.of is None else (self.of,)
        return lambda value: None if value is None else unpack(bytes(value), *of)


_FORMS: Final[dict[str, tuple[Callable[..., bytes], Callable[..., str]]]] = {
    "ulid": (pack_ulid, unpack_ulid),
    "hex": (pack_hex, unpack_hex),
    "name": (pack_name, unpack_name),
    "draws": (pack_draws, unpack_draws),
    "numbers": (pack_numbers, unpack_numbers),
}

CALL_ID: Final = Packed("ulid", "call_")
CHARGE_ID: Final = Packed("ulid", "chg_")
TASK_ID: Final = Packed("ulid", "task_")
TRACE_ID: Final = Packed("hex", 16)
SPAN_ID: Final = Packed("hex", 8)
DIGEST: Final = Packed("hex", 16)
NAME: Final = Packed("name")
DRAWS: Final = Packed("draws")
NUMBERS: Final = Packed("numbers")
