"""OTLP's protobuf: requests with traces, both ways, and what is answered.

Source: opentelemetry-proto, `opentelemetry/proto/collector/trace/v1/trace_service.proto`, read with its
official Python package; https://opentelemetry.io/docs/specs/otlp/#otlphttp.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from podium.kernel.errors import InvalidRequest
from podium.kernel.spans import Span
from podium.wire.otlp import KINDS, STATUSES
from podium.wire.otlp_pairs import RequestOfPairs, pairs_of, value_of

_TRACE_BYTES: Final = 16
_SPAN_BYTES: Final = 8
_LARGEST: Final = 1 << 63


def decode_request(data: bytes, *, events: bool = False) -> tuple[list[Span], int, str]:
    """Return the spans of a request with their resource's attributes beside their own, with events if wanted.

    Then how many were no spans (an id of another length or of zeros, a time beyond 2262), and why the first
    was none. Raises InvalidRequest for bytes that are no request.
    """
    try:
        return _decoded(data, events=events)
    except DecodeError as error:
        raise InvalidRequest(
            "The body is no ExportTraceServiceRequest.",
            fix="Send OTLP's protobuf, or JSON with its content type.",
        ) from error


def _decoded(data: bytes, *, events: bool) -> tuple[list[Span], int, str]:
    request = RequestOfPairs()
    request.ParseFromString(data)
    found: list[Span] = []
    wrong, why = 0, ""
    for resource in request.resource_spans:
        shared = _attributes(resource.resource.attributes)
        for scope in resource.scope_spans:
            for one in scope.spans:
                span = _span(one, shared, events=events)
                if span is None:
                    wrong, why = wrong + 1, why or "a span has no usable ids or times"
                else:
                    found.append(span)
    return found, wrong, why


def _span(span: Any, shared: dict[str, Any], *, events: bool) -> Span | None:
    trace_id, span_id, parent_id = span.trace_id, span.span_id, span.parent_span_id
    start_ns, end_ns = span.start_time_unix_nano, span.end_time_unix_nano
    if (
        len(trace_id) != _TRACE_BYTES
        or len(span_id) != _SPAN_BYTES
        or len(parent_id) not in {0, _SPAN_BYTES}
        or not any(trace_id)
        or not any(span_id)
        or max(start_ns, end_ns) >= _LARGEST
    ):
        return None
    attributes = pairs_of(span.attributes)
    status = span.status
    code = status.code
    if "error.type" not in attributes and span.events:
        kind = _exception_type(span.events)
        if kind is not None:
            attributes["error.type"] = kind
    return Span(
        trace_id=trace_id.hex(),
        span_id=span_id.hex(),
        parent_span_id=parent_id.hex() if any(parent_id) else None,
        name=span.name,
        kind=KINDS[span.kind] if 0 <= span.kind < len(KINDS) else KINDS[0],
        start_ns=start_ns,
        end_ns=end_ns,
        status=STATUSES[code] if 0 <= code < len(STATUSES) else STATUSES[0],
        status_message=status.message or None,
        attributes=attributes,
        resource=shared,
        events=tuple((one.name, _attributes(one.attributes)) for one in span.events) if events else (),
    )


def _exception_type(events: Any) -> str | None:
    for event in events:
        if event.name == "exception":
            for pair in event.attributes:
                if pair.key == "exception.type":
                    return str(pair.value.string_value)
    return None


def _attributes(pairs: Any) -> dict[str, Any]:
    return {pair.key: value_of(pair.value) for pair in pairs}


def encode_request(spans: Iterable[Span]) -> bytes:
    """Return a request with the spans, those of one resource together.

    Podium's own, which have no resource, are of the service ``podium``. Attributes without a value are left
    out; an integer beyond 64 bits is a text.
    """
    request = ExportTraceServiceRequest()
    resources: dict[str, Any] = {}
    for span in spans:
        key = repr(sorted(span.resource.items()))
        scope = resources.get(key)
        if scope is None:
            scope = resources[key] = _add_resource(request.resource_spans.add(), span.resource)
        _write_span(scope.spans.add(), span)
    return bytes(request.SerializeToString())


def _add_resource(resource: ResourceSpans, attributes: Mapping[str, Any]) -> Any:
    _write_attributes(resource.resource.attributes, attributes or {"service.name": "podium"})
    scope = resource.scope_spans.add()
    scope.scope.name = "podium"
    return scope


def _write_span(one: Any, span: Span) -> None:
    one.trace_id = bytes.fromhex(span.trace_id)
    one.span_id = bytes.fromhex(span.span_id)
    if span.parent_span_id is not None:
        one.parent_span_id = bytes.fromhex(span.parent_span_id)
    one.name = span.name
    one.kind = max(1, KINDS.index(span.kind)) if span.kind in KINDS else 1
    one.start_time_unix_nano = max(0, span.start_ns)
    one.end_time_unix_nano = max(0, span.end_ns)
    one.status.code = STATUSES.index(span.status) if span.status in STATUSES else 0
    if span.status_message:
        one.status.message = span.status_message
    _write_attributes(one.attributes, span.attributes)


def _write_attributes(pairs: Any, attributes: Mapping[str, Any]) -> None:
    for name, value in attributes.items():
        if value is not None:
            pair = pairs.add()
            pair.key = name
            _write_value(pair.value, value)


def _write_value(into: AnyValue, value: Any) -> None:
    match value:
        case bool():
            into.bool_value = value
        case int() if -_LARGEST <= value < _LARGEST:
            into.int_value = value
        case float():
            into.double_value = value
        case bytes():
            into.bytes_value = value
        case list() | tuple():
            into.array_value.SetInParent()
            for one in value:
                _write_value(into.array_value.values.add(), one)
        case dict():
            into.kvlist_value.SetInParent()
            _write_attributes(into.kvlist_value.values, value)
        case None:
            pass
        case _:
            into.string_value = str(value)


def read_answer(data: bytes) -> tuple[int, str]:
    """Return how many spans an answer rejects, and why; an answer that cannot be read rejects none."""
    answer = ExportTraceServiceResponse()
    try:
        answer.ParseFromString(data)
    except DecodeError:
        return 0, ""
    return max(0, answer.partial_success.rejected_spans), answer.partial_success.error_message


def encode_answer(rejected: int, why: str) -> bytes:
    """Return the answer to a request that was taken, but for so many spans."""
    answer = ExportTraceServiceResponse()
    if rejected or why:
        answer.partial_success.rejected_spans = rejected
        answer.partial_success.error_message = why
    return bytes(answer.SerializeToString())


def encode_status(message: str) -> bytes:
    """Return the body of a refusal: a google.rpc.Status with a message (its field 2) alone."""
    text = message.encode()
    length, size = bytearray(), len(text)
    while size >= 0x80:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    length.append(size)
    return b"\x12" + bytes(length) + text
