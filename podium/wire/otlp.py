"""OTLP's JSON: traces as collectors and SDKs write them into files.

Protocol Buffers' JSON mapping with OTLP's own exceptions: ids are hexadecimal, enums are numbers
(https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). A file has one request, or one a line as
the Collector's file exporter writes it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from podium.kernel.errors import InvalidRequest
from podium.kernel.spans import Span

KINDS: Final = ("INTERNAL", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER")
STATUSES: Final = ("UNSET", "OK", "ERROR")


def decode_request_json(data: bytes, *, events: bool = False) -> list[Span]:
    """Return the spans of one request, with their resource's attributes beside their own; events if wanted.

    Raises InvalidRequest that names the field.
    """
    try:
        request = msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"The body is no JSON: {error}.", fix="Send OTLP's JSON.") from error
    return list(_spans(request, "the body", merged=False, events=events))


def decode_traces(data: bytes) -> list[Span]:
    """Return the spans of a file, with their resource's attributes below their own.

    Raises InvalidRequest that names the line and the field.
    """
    try:
        whole = msgspec.json.decode(data)
    except msgspec.DecodeError:
        return [span for number, line in _lines(data) for span in _spans(line, f"line {number}")]
    return list(_spans(whole, "the file"))


def _lines(data: bytes) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield number, msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise InvalidRequest(
                f"line {number} is no JSON: {error}.",
                fix="A file of traces is OTLP's JSON, whole or one request a line.",
                field=f"line {number}",
            ) from error


def _spans(request: Any, place: str, *, merged: bool = True, events: bool = False) -> Iterator[Span]:
    if not isinstance(request, dict) or not isinstance(request.get("resourceSpans"), list):
        raise InvalidRequest(
            f"{place} has no resourceSpans.", fix="Write traces as OTLP's JSON (ExportTraceServiceRequest)."
        )
    for r, resource in enumerate(request["resourceSpans"]):
        shared = _attributes(_get(resource, "resource", {}), f"{place}: resourceSpans[{r}].resource")
        for s, scope in enumerate(_get(resource, "scopeSpans", [])):
            for n, span in enumerate(_get(scope, "spans", [])):
                where = f"{place}: resourceSpans[{r}].scopeSpans[{s}].spans[{n}]"
                found = _span(span, shared if merged else {}, where)
                if events:
                    found = msgspec.structs.replace(found, events=_events(span, where))
                yield found if merged else msgspec.structs.replace(found, resource=shared)


def _events(span: Any, place: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    return tuple(
        (_get(one, "name", ""), _attributes(one, f"{place}.events[{n}]"))
        for n, one in enumerate(_get(span, "events", []))
    )


def _get(value: Any, name: str, default: Any) -> Any:
    found = value.get(name, default) if isinstance(value, dict) else default
    return found if isinstance(found, type(default)) else default


def _span(span: Any, shared: Mapping[str, Any], place: str) -> Span:
    if not isinstance(span, dict):
        raise InvalidRequest(f"{place} is no span.", fix="Write an object.", field=place)
    status = _get(span, "status", {})
    return Span(
        trace_id=_id(span, "traceId", 32, place),
        span_id=_id(span, "spanId", 16, place),
        parent_span_id=_id(span, "parentSpanId", 16, place) if span.get("parentSpanId") else None,
        name=_get(span, "name", ""),
        kind=_enum(span.get("kind", 0), KINDS, "SPAN_KIND_", f"{place}.kind"),
        start_ns=_time(span, "startTimeUnixNano", place),
        end_ns=_time(span, "endTimeUnixNano", place),
        status=_enum(status.get("code", 0), STATUSES, "STATUS_CODE_", f"{place}.status.code"),
        status_message=_get(status, "message", "") or None,
        attributes={**shared, **_attributes(span, place)},
    )


def _id(span: Mapping[str, Any], name: str, length: int, place: str) -> str:
    value = span.get(name)
    if isinstance(value, str) and len(value) == length and set(value.lower()) <= set("0123456789abcdef"):
        return value.lower()
    raise InvalidRequest(
        f"{place}.{name} is {value!r}.", fix=f"Write {length} hexadecimal digits.", field=f"{place}.{name}"
    )


def _time(span: Mapping[str, Any], name: str, place: str) -> int:
    value = span.get(name)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
        return value
    raise InvalidRequest(
        f"{place}.{name} is {value!r}.", fix="Write nanoseconds since 1970.", field=f"{place}.{name}"
    )


def _enum(value: Any, names: tuple[str, ...], prefix: str, place: str) -> str:
    if isinstance(value, str) and value.removeprefix(prefix) in (*names, "UNSPECIFIED"):
        name = value.removeprefix(prefix)
        return names[0] if name == "UNSPECIFIED" else name
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(names):
        return names[value]
    raise InvalidRequest(f"{place} is {value!r}.", fix=f"Write 0 to {len(names) - 1}.", field=place)


def _attributes(holder: Any, place: str) -> dict[str, Any]:
    found = {}
    for n, pair in enumerate(_get(holder, "attributes", [])):
        if not isinstance(pair, dict) or not isinstance(pair.get("key"), str):
            raise InvalidRequest(
                f"{place}.attributes[{n}] has no key.", fix='Write {"key": …, "value": {…}}.', field=place
            )
        found[pair["key"]] = _value(pair.get("value"), f"{place}.attributes[{n}].value")
    return found


def _value(value: Any, place: str) -> Any:
    """Return an AnyValue as Python has it; bytes stay base64."""
    match value:
        case None:
            return None
        case {"stringValue": str(text)} | {"bytesValue": str(text)}:
            return text
        case {"boolValue": bool(flag)}:
            return flag
        case {"intValue": int(number)}:
            return number
        case {"intValue": str(digits)} if digits.removeprefix("-").isdecimal():
            return int(digits)
        case {"doubleValue": float(number) | int(number)}:
            return float(number)
        case {"doubleValue": ("NaN" | "Infinity" | "-Infinity") as text}:
            return text
        case {"arrayValue": dict(inner)}:
            return [_value(one, place) for one in _get(inner, "values", [])]
        case {"kvlistValue": dict(inner)}:
            return {
                one["key"]: _value(one.get("value"), place)
                for one in _get(inner, "values", [])
                if "key" in one
            }
        case dict() if not value:
            return None
    raise InvalidRequest(
        f"{place} is {value!r}.", fix="Write one of stringValue, boolValue, intValue, …", field=place
    )
