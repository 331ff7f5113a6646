"""Read models as text for files: CSV with stable columns, times as ISO 8601 UTC."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from podium.kernel.money import usd_text
from podium.views.ledger import ChargeRow

CSV_COLUMNS = ("admitted_at", "cost_usd", *ChargeRow.__struct_fields__)
"""Columns of the ledger's CSV: two for people, then every field of a charge."""


def iso(time_ns: int) -> str:
    """Return ISO 8601 UTC with microseconds."""
    moment = datetime.fromtimestamp(time_ns // 1_000_000_000, UTC).replace(
        microsecond=time_ns // 1000 % 1_000_000
    )
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def charges_csv(rows: Iterable[ChargeRow]) -> Iterator[str]:
    """Yield the lines of a CSV, its header first. An unknown value is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        values = [getattr(row, name) for name in ChargeRow.__struct_fields__]
        cells = ["" if value is None else _cell(value) for value in values]
        writer.writerow([iso(row.admitted_ns), usd_text(row.cost_nano_usd), *cells])
        yield buffer.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    # A cell that begins so would be a formula in a spreadsheet.
    return "'" + text if text[:1] in {"=", "+", "-", "@"} and not isinstance(value, int) else text
