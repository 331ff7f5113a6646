"""Journals of version 1, as they were written once, are read for ever."""

import json
from pathlib import Path

import msgspec

from podium.spend.journal import VERSION, check_preamble, decode

FOLDER = Path(__file__).parent


def test_a_journal_of_version_1_is_read():
    """The bytes of an old journal give the records that were written; fields that came later have defaults.

    Whoever changes what these bytes mean breaks every journal on disk: add a field at a record's end with a
    default, or count VERSION up and keep reading the old one.
    """
    data = bytes.fromhex((FOLDER / "journal-v1.hex").read_text())
    assert data[4] == 1 <= VERSION
    expected = json.loads((FOLDER / "journal-v1.json").read_text())
    found = [record for record, _ in decode(data, check_preamble(data))]
    assert [type(record).__name__ for record in found] == [one["record"] for one in expected]
    for record, one in zip(found, expected, strict=True):
        fields = msgspec.to_builtins(_named(record))
        assert _known(fields, one["fields"]) == one["fields"]


def _known(fields: dict[str, object], expected: dict[str, object]) -> dict[str, object]:
    """Return the fields that are expected, those within them too."""
    return {
        name: _known(fields[name], within) if isinstance(within, dict) else fields[name]  # type: ignore[arg-type] # a struct's
        for name, within in expected.items()
    }


def _named(record: object) -> dict[str, object]:
    """Return a record's fields by name, those within it too."""
    return {
        name: _named(value) if isinstance(value, msgspec.Struct) else value
        for name, value in msgspec.structs.asdict(record).items()  # type: ignore[arg-type] # a record is a Struct
    }
