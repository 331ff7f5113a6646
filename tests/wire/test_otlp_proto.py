"""OTLP's protobuf: every value comes out as it was put in, and bytes that are none are refused."""

import pytest
from google.protobuf.message import DecodeError
from google.rpc.status_pb2 import Status
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from podium.kernel.errors import InvalidRequest
from podium.kernel.spans import Span
from podium.wire.otlp import KINDS, STATUSES
from podium.wire.otlp_pairs import MAX_DEPTH, pairs_of, value_of
from podium.wire.otlp_proto import (
    decode_request,
    encode_answer,
    encode_request,
    encode_status,
    read_answer,
)

values = st.recursive(
    st.text()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.booleans()
    | st.none()
    | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def put(value, found):
    match found:
        case bool():
            value.bool_value = found
        case str():
            value.string_value = found
        case int():
            value.int_value = found
        case float():
            value.double_value = found
        case bytes():
            value.bytes_value = found
        case list():
            value.array_value.SetInParent()
            for one in found:
                put(value.array_value.values.add(), one)
        case dict():
            value.kvlist_value.SetInParent()
            for name, one in found.items():
                pair = value.kvlist_value.values.add(key=name)
                put(pair.value, one)


@settings(max_examples=40)
@given(
    trace=st.binary(min_size=16, max_size=16).filter(any),
    span_id=st.binary(min_size=8, max_size=8).filter(any),
    parent=st.just(b"") | st.binary(min_size=8, max_size=8),
    name=st.text(),
    kind=st.integers(0, 9),
    times=st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1)),
    attributes=st.dictionaries(st.text(), values, max_size=4),
    shared=st.dictionaries(st.text(), values, max_size=2),
)
def test_what_was_put_in_comes_out(trace, span_id, parent, name, kind, times, attributes, shared):
    """Ids, name, times and every kind of value, nested too, are what the official encoder was given."""
    message = ExportTraceServiceRequest()
    holder = message.resource_spans.add()
    span = holder.scope_spans.add().spans.add(
        trace_id=trace, span_id=span_id, parent_span_id=parent, name=name, kind=kind,
        start_time_unix_nano=times[0], end_time_unix_nano=times[1],
    )  # fmt: skip
    for target, given_ in ((span, attributes), (holder.resource, shared)):
        for key, value in given_.items():
            put(target.attributes.add(key=key).value, value)
    (found,), wrong, why = decode_request(message.SerializeToString())
    assert (wrong, why) == (0, "")
    assert (found.trace_id, found.span_id) == (trace.hex(), span_id.hex())
    assert found.parent_span_id == (parent.hex() if any(parent) else None)
    assert (found.name, found.start_ns, found.end_ns) == (name, *times)
    assert (
        found.kind
        == ("INTERNAL", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER", *["INTERNAL"] * 4)[kind]
    )
    assert (found.attributes, found.resource) == (attributes, shared)


@settings(max_examples=300)
@given(
    st.text(max_size=130),
    values | st.text(max_size=3) | st.integers(0, 20_000),
    st.none() | st.tuples(st.integers(0), st.integers(0, 255)),
)
def test_an_attribute_is_what_the_official_decoder_says(name, value, change):
    """An attribute, one with a changed byte too, is read or refused as by the official decoder, twice."""
    pair = KeyValue(key=name)
    put(pair.value, value)
    raw = bytearray(pair.SerializeToString())
    if change is not None and raw:
        raw[change[0] % len(raw)] = change[1]
    raw = bytes(raw)
    try:
        official = KeyValue.FromString(raw)
    except DecodeError:
        with pytest.raises(DecodeError):
            pairs_of([raw])
        return
    for _ in range(2):
        assert repr(pairs_of([raw])) == repr({official.key: value_of(official.value)})


@given(st.binary(max_size=200))
def test_any_bytes(data):
    """Any bytes are a request or are refused as none."""
    try:
        spans, wrong, _ = decode_request(data)
    except InvalidRequest:
        return
    assert len(spans) + wrong >= 0


def test_spans_that_are_none_are_counted():
    """Ids of another length or of zeros, and times beyond what can be kept."""
    message = ExportTraceServiceRequest()
    spans = message.resource_spans.add().scope_spans.add().spans
    spans.add(trace_id=b"t" * 16, span_id=b"s" * 8)
    for change in (
        {"trace_id": b"t"}, {"trace_id": b"\0" * 16}, {"span_id": b""}, {"span_id": b"\0" * 8},
        {"parent_span_id": b"x"}, {"end_time_unix_nano": 2**63},
    ):  # fmt: skip
        spans.add(**{"trace_id": b"t" * 16, "span_id": b"s" * 8, **change})
    found, wrong, why = decode_request(message.SerializeToString())
    assert (len(found), wrong, why) == (1, 6, "a span has no usable ids or times")


def test_values_that_lie_too_deep():
    """A value within too many others is None: nobody's recursion ends the process."""
    message = ExportTraceServiceRequest()
    span = message.resource_spans.add().scope_spans.add().spans.add(trace_id=b"t" * 16, span_id=b"s" * 8)
    value = span.attributes.add(key="deep").value
    for _ in range(MAX_DEPTH + 2):
        value = value.array_value.values.add()
    value.string_value = "bottom"
    ((found,), _, _) = decode_request(message.SerializeToString())
    assert "bottom" not in str(found.attributes)


@given(st.text(max_size=300), st.integers(0, 10**9))
def test_answers_are_read_by_the_official_package(text, rejected):
    """What is rejected, and the message of a refusal, are what the official decoders find."""
    partial = ExportTraceServiceResponse.FromString(encode_answer(rejected, text)).partial_success
    assert (partial.rejected_spans, partial.error_message) == (rejected, text)
    assert Status.FromString(encode_status(text)).message == text
    assert encode_answer(0, "") == b""


def test_junk_is_refused():
    """Bytes that are no message say what to send."""
    with pytest.raises(InvalidRequest, match="no ExportTraceServiceRequest"):
        decode_request(b"\xff")


ids = st.integers(1, 2**64 - 1)
attributes = st.dictionaries(
    st.text(), values.filter(lambda it: it is not None and "None" not in repr(it)), max_size=4
)
spans = st.builds(
    Span,
    trace_id=ids.map(lambda n: f"{n:032x}"),
    span_id=ids.map(lambda n: f"{n:016x}"),
    parent_span_id=st.none() | ids.map(lambda n: f"{n:016x}"),
    name=st.text(),
    kind=st.sampled_from(sorted({*KINDS})),
    start_ns=st.integers(0, 2**63 - 1),
    end_ns=st.integers(0, 2**63 - 1),
    status=st.sampled_from(STATUSES),
    status_message=st.none() | st.text(min_size=1),
    attributes=attributes,
    resource=st.just({"service.name": "podium"}) | attributes.filter(bool),
)


@given(st.lists(spans, max_size=5))
@settings(max_examples=50)
def test_what_is_written_is_read(given_spans):
    """Spans that are encoded come out as they were, those of one resource together."""
    found, wrong, _ = decode_request(encode_request(given_spans))
    assert wrong == 0
    assert sorted(map(repr, found)) == sorted(map(repr, given_spans))


def test_what_otlp_cannot_say():
    """No value is left out, an integer beyond 64 bits is a text, and Podium's own spans have a service."""
    span = Span("1" * 32, "2" * 16, None, "a", "CLIENT", 1, 2, "OK", None, {"a": None, "b": 2**70, "c": []})
    [found], _, _ = decode_request(encode_request([span]))
    assert found.attributes == {"b": str(2**70), "c": []}
    assert found.resource == {"service.name": "podium"}


def test_an_answer_is_read():
    """A partial success says how many and why; an empty answer, and one that is none, reject nothing."""
    assert read_answer(encode_answer(3, "too old")) == (3, "too old")
    assert read_answer(b"") == (0, "")
    assert read_answer(b"\xff\xff") == (0, "")
