"""Providers' exports of usage and costs: bytes to the neutral model of a bill.

OpenAI: ``GET /v1/organization/usage/completions`` (and ``embeddings``), ``GET /v1/organization/costs``; pages
of buckets, times in Unix seconds, amounts in USD. Source:
https://platform.openai.com/docs/api-reference/usage. Anthropic: ``GET
/v1/organizations/usage_report/messages`` and ``GET /v1/organizations/cost_report``; RFC 3339, amounts in
cents as decimal texts. Source: https://platform.claude.com/docs/en/api/admin-api/usage-cost. A file holds one
page, a JSON list of pages, or pages one a line. Of a file whose last page says ``has_more`` the rest is
missing, which is refused.

CSV: a header and a line a request or a bucket; `CSV_FIELDS` are the fields, and a mapping says which columns
hold them. Amounts are USD, times ISO 8601 (UTC unless they say) or Unix seconds.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

import msgspec

from podium.kernel.bill import Bill, BillLine
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.kernel.errors import InvalidRequest
from podium.kernel.money import EXACT, NANO_PER_USD

Format = Literal["csv", "openai", "anthropic"]
FORMATS: Final[tuple[Format, ...]] = ("csv", "openai", "anthropic")
CSV_FIELDS: Final = (
    "request_id", "time", "until", "model", "requests", "cost_usd", *TOKEN_FIELDS,
)  # fmt: skip
_SECOND_NS: Final = 1_000_000_000
_LARGEST: Final = 1 << 53
_DIGITS: Final = 40
_MOST_QUANTUM: Final = Decimal(1_000)
_NANO_PER_CENT: Final = NANO_PER_USD // 100


def decode_bill(data: bytes, format_: Format, columns: Mapping[str, str] | None = None) -> Bill:
    """Return what an export says. ``columns``: field to the CSV's column, where that is named otherwise.

    Raises InvalidRequest naming the line or the result that cannot be read.
    """
    if format_ == "csv":
        return _csv(data, columns or {})
    lines: list[BillLine] = []
    covers: list[tuple[int, int]] = []
    read = _openai_bucket if format_ == "openai" else _anthropic_bucket
    for bucket in _buckets(data):
        since_ns, until_ns, found = read(bucket, len(lines))
        covers.append((since_ns, until_ns))
        lines += found
    return Bill(tuple(lines), tuple(covers))


def _buckets(data: bytes) -> Iterator[dict[str, Any]]:
    pages: list[Any]
    try:
        decoded = msgspec.json.decode(data)
        pages = decoded if isinstance(decoded, list) else [decoded]
    except msgspec.DecodeError as whole:
        try:
            pages = msgspec.json.Decoder().decode_lines(data)
        except msgspec.DecodeError:
            raise InvalidRequest(f"The export is no JSON: {whole}.", field="file") from whole
    for number, page in enumerate(pages, 1):
        if not isinstance(page, dict) or not isinstance(page.get("data"), list):
            raise InvalidRequest(
                f"Page {number} of the export has no list 'data'.",
                fix="Save what the provider's API answers as it is.",
                field="file",
            )
        yield from page["data"]
    if not pages or pages[-1].get("has_more"):
        raise InvalidRequest(
            "The export is not complete: its last page says that there are more.",
            fix="Fetch every page (next_page) and put them into one file, one a line.",
            field="file",
        )


def _openai_bucket(bucket: dict[str, Any], before: int) -> tuple[int, int, list[BillLine]]:
    try:
        since_ns = _whole(bucket["start_time"]) * _SECOND_NS
        until_ns = _whole(bucket["end_time"]) * _SECOND_NS
        lines = []
        for number, result in enumerate(bucket["results"], before + 1):
            kind = result["object"]
            if kind == "organization.costs.result":
                item = result.get("line_item")
                lines.append(
                    _money_line(
                        number,
                        (since_ns, until_ns),
                        # "gpt-5-mini-2025-08-07, input": the model, then what of it was billed.
                        item.partition(",")[0].strip() if item else None,
                        result["amount"]["value"],
                        result["amount"]["currency"],
                        NANO_PER_USD,
                    )
                )
                continue
            lines.append(
                BillLine(
                    number,
                    since_ns,
                    until_ns,
                    result.get("model"),
                    requests=_whole(result.get("num_model_requests")) or None,
                    usage=Usage(
                        input_tokens=_whole(result.get("input_tokens")),
                        output_tokens=_whole(result.get("output_tokens")),
                        cache_read_tokens=_whole(result.get("input_cached_tokens")),
                        input_audio_tokens=_whole(result.get("input_audio_tokens")),
                        output_audio_tokens=_whole(result.get("output_audio_tokens")),
                    ),
                )
            )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _unreadable(before, error) from error
    return since_ns, until_ns, lines


def _anthropic_bucket(bucket: dict[str, Any], before: int) -> tuple[int, int, list[BillLine]]:
    try:
        since_ns, until_ns = _moment_ns(bucket["starting_at"]), _moment_ns(bucket["ending_at"])
        lines = []
        for number, result in enumerate(bucket["results"], before + 1):
            if "amount" in result:
                lines.append(
                    _money_line(
                        number,
                        (since_ns, until_ns),
                        result.get("model"),
                        result["amount"],
                        result["currency"],
                        _NANO_PER_CENT,
                    )
                )
                continue
            written = result.get("cache_creation") or {}
            hour = _whole(written.get("ephemeral_1h_input_tokens"))
            write = hour + (_whole(written.get("ephemeral_5m_input_tokens")))
            read = _whole(result.get("cache_read_input_tokens"))
            lines.append(
                BillLine(
                    number,
                    since_ns,
                    until_ns,
                    result.get("model"),
                    usage=Usage(
                        input_tokens=_whole(result["uncached_input_tokens"]) + write + read,
                        output_tokens=_whole(result["output_tokens"]),
                        cache_read_tokens=read,
                        cache_write_tokens=write,
                        cache_write_1h_tokens=hour,
                    ),
                )
            )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise _unreadable(before, error) from error
    return since_ns, until_ns, lines


def _money_line(
    number: int, when: tuple[int, int], model: str | None, value: object, currency: str, unit: int
) -> BillLine:
    if currency.lower() != "usd":
        raise InvalidRequest(f"Result {number} is in {currency}; the ledger is in USD.", field="file")
    amount = _decimal(str(value), f"result {number}")
    return BillLine(
        number,
        *when,
        model,
        cost_nano_usd=EXACT.multiply(amount, Decimal(unit)),
        # A JSON number has been rounded to a float on its way, so its last digit says nothing.
        quantum_nano_usd=_quantum(amount, unit) if isinstance(value, str) else Decimal(1),
    )


def _whole(value: object) -> int:
    """Return a count, 0 where it is left out. Raises ValueError for anything else."""
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LARGEST:
        raise ValueError(f"{value!r} is no whole number")
    return value


def _unreadable(before: int, error: Exception) -> InvalidRequest:
    return InvalidRequest(
        f"A bucket behind result {before} has not the provider's shape: {error!r}.",
        fix="Name the right --format, and save what the provider's API answers as it is.",
        field="file",
    )


def _csv(data: bytes, columns: Mapping[str, str]) -> Bill:
    unknown = set(columns) - set(CSV_FIELDS)
    if unknown:
        raise InvalidRequest(
            f"{', '.join(sorted(unknown))}: no field of a bill.",
            fix=f"Fields are {', '.join(CSV_FIELDS)}.",
            field="columns",
        )
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").rstrip("\n")
    reader = csv.DictReader((f"{line}\n" for line in text.split("\n")), strict=True)
    try:
        names = list(reader.fieldnames or [])
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise InvalidRequest(f"Line {reader.line_num + 1} is no CSV: {error}.", field="file") from error
    column = {field: columns.get(field, field) for field in CSV_FIELDS}
    for field in ("time", *columns):
        if column[field] not in names:
            raise InvalidRequest(
                f"The CSV has no column {column[field]!r} for {field}.",
                fix=f"Its columns are {', '.join(names) or 'none'}: say which with --column {field}=NAME.",
                field="columns",
            )
    lines = [
        _csv_line(number, {field: row.get(column[field]) for field in CSV_FIELDS}) for number, row in rows
    ]
    covers = tuple((line.since_ns, line.until_ns) for line in lines if not line.request_ids)
    return Bill(tuple(lines), covers)


def _csv_line(number: int, row: Mapping[str, str | None]) -> BillLine:
    cells = {field: (value or "").strip() for field, value in row.items()}
    where = f"line {number}"
    try:
        since_ns = _moment_ns(cells["time"])
        until_ns = _moment_ns(cells["until"]) if cells["until"] else since_ns + 1
        tokens: dict[str, Any] = {name: _whole(int(cells[name])) for name in TOKEN_FIELDS if cells[name]}
        requests = int(cells["requests"]) if cells["requests"] else None
    except ValueError as error:
        raise InvalidRequest(f"{where} of the CSV: {error}.", field="file") from error
    amount = _decimal(cells["cost_usd"], where) if cells["cost_usd"] else None
    if not cells["request_id"] and not cells["until"]:
        raise InvalidRequest(
            f"{where} of the CSV has neither a request_id nor an until.",
            fix="A line is of one request (request_id) or of all from time to until.",
            field="file",
        )
    return BillLine(
        number,
        since_ns,
        until_ns,
        cells["model"] or None,
        request_ids=(cells["request_id"],) if cells["request_id"] else (),
        requests=requests,
        cost_nano_usd=EXACT.multiply(amount, Decimal(NANO_PER_USD)) if amount is not None else None,
        quantum_nano_usd=_quantum(amount, NANO_PER_USD) if amount is not None else Decimal(0),
        usage=Usage(**tokens) if tokens else None,
    )


def _decimal(text: str, where: str) -> Decimal:
    try:
        amount = EXACT.create_decimal(text)
    except InvalidOperation as error:
        raise InvalidRequest(f"{where}: {text!r} is no amount.", field="file") from error
    if not amount.is_finite() or abs(amount) >= _LARGEST or int(amount.as_tuple().exponent) < -_DIGITS:
        raise InvalidRequest(f"{where}: {text!r} is no amount.", field="file")
    return amount


def _quantum(amount: Decimal, unit: int) -> Decimal:
    """Return the unit of the last digit printed, a micro-USD at the most: many exports leave zeros away."""
    last = EXACT.multiply(Decimal(1).scaleb(int(amount.as_tuple().exponent)), Decimal(unit))
    return min(last, _MOST_QUANTUM)


def _moment_ns(text: str) -> int:
    """Return Unix nanoseconds of ISO 8601, or of seconds. Raises ValueError."""
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        whole = int(moment.timestamp())
        return whole * _SECOND_NS + moment.microsecond * 1000
    if not seconds.is_finite() or not 0 <= seconds < _LARGEST:
        raise ValueError(f"{text!r} is no moment") from None
    return int(seconds * _SECOND_NS)
