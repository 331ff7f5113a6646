"""Recorded arrivals: when calls came, how many tokens each brought and how many it got.

The format is that of the Azure LLM inference traces (https://github.com/Azure/AzurePublicDataset): CSV with
the columns TIMESTAMP, ContextTokens, GeneratedTokens. `azure-code` comes with Podium; see data/NOTICE.
"""

import csv
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import msgspec

from podium.kernel.errors import InvalidRequest

COLUMNS = ["TIMESTAMP", "ContextTokens", "GeneratedTokens"]
BUNDLED = ("azure-code",)


class Arrival(msgspec.Struct, frozen=True):
    """One recorded call. ``at_us`` counts microseconds from the first arrival of the trace."""

    at_us: int
    input_tokens: int
    output_tokens: int


def read_trace(name: str) -> list[Arrival]:
    """Return the arrivals of a bundled trace or of a CSV file, in order of time.

    Raises InvalidRequest naming file and line of what is no trace, and what to do.
    """
    if name in BUNDLED:
        text = (resources.files(__package__) / "data" / f"{name}.csv").read_text(encoding="ascii")
        return parse_trace(text, name)
    try:
        text = Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequest(
            f"{name}: the trace cannot be read: {error}.",
            fix=f"Give a CSV file with the columns {','.join(COLUMNS)}, or a trace that comes with Podium: "
            f"{', '.join(BUNDLED)}.",
            field="TRACE",
        ) from error
    return parse_trace(text, name)


def parse_trace(text: str, file: str) -> list[Arrival]:
    """Return the arrivals of a CSV text; ``file`` names it in errors. Raises InvalidRequest."""
    rows = csv.reader(text.splitlines())
    header = next(rows, None)
    if header != COLUMNS:
        found = ",".join(header) if header else "nothing"
        raise InvalidRequest(
            f"{file}:1: the header is {found}.", fix=f"It must be {','.join(COLUMNS)}.", field="TRACE"
        )
    found_rows: list[tuple[int, int, int]] = []
    for row in rows:
        if not row:
            continue
        place = f"{file}:{rows.line_num}"
        if len(row) != len(COLUMNS):
            raise InvalidRequest(
                f"{place}: {len(row)} columns.",
                fix=f"A line has {len(COLUMNS)}: {','.join(COLUMNS)}.",
                field="TRACE",
            )
        tokens = [_tokens(value, place, column) for value, column in zip(row[1:], COLUMNS[1:], strict=True)]
        found_rows.append((_microseconds(row[0], place), tokens[0], tokens[1]))
    if not found_rows:
        raise InvalidRequest(
            f"{file}: the trace holds no arrival.", fix="Give one with lines.", field="TRACE"
        )
    found_rows.sort(key=lambda found: found[0])
    start = found_rows[0][0]
    return [Arrival(at - start, taken, given) for at, taken, given in found_rows]


def _microseconds(value: str, place: str) -> int:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidRequest(
            f"{place}: TIMESTAMP: {value!r} is no time.", fix="Write 2023-11-16 18:17:03.979.", field="TRACE"
        ) from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _tokens(value: str, place: str, column: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise InvalidRequest(
            f"{place}: {column}: {value!r} is no count of tokens.", fix="Write a whole number.", field="TRACE"
        )
    return int(value)


def cut_trace(
    arrivals: list[Arrival], *, minutes: float | None = None, limit: int | None = None
) -> list[Arrival]:
    """Return the first recorded minutes of a trace, and of these at most ``limit`` arrivals."""
    until_us = None if minutes is None else minutes * 60_000_000
    kept = [arrival for arrival in arrivals if until_us is None or arrival.at_us < until_us]
    return kept if limit is None else kept[:limit]
