"""Attributes of OTLP's spans, read without a message for each.

Most attributes of a fleet's spans say what the ones before have said, byte for byte. So a request is read
with its official schema, but for one field: a span's attributes stay the bytes that they are on the wire,
where a message within a message is no different from bytes. What such bytes say is looked up, or read.
"""

from collections.abc import Iterable
from typing import Any, Final

from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.proto.trace.v1 import trace_pb2

MAX_DEPTH: Final = 8
"""Of values within values; what lies deeper is None."""
_KNOWN: Final = 4096
_MAX_KNOWN_BYTES: Final = 160
"""A pair that is longer is not remembered."""
_SHORT: Final = 0x80
"""Lengths below it are one byte."""
_KEY, _VALUE, _TEXT, _NUMBER = 0x0A, 0x12, 0x0A, 0x18
"""Tags on the wire: KeyValue.key and .value, AnyValue.string_value and .int_value."""
_MAX_NUMBER_BYTES: Final = 9
"""63 bits; a negative number takes ten bytes."""
Pair = tuple[str, Any]


def _request_of_pairs() -> Any:
    """Return ExportTraceServiceRequest with ``Span.attributes`` as bytes."""
    pool = DescriptorPool()
    for module in (common_pb2, resource_pb2, trace_pb2, trace_service_pb2):
        file = FileDescriptorProto()
        module.DESCRIPTOR.CopyToProto(file)
        for message in file.message_type:
            for field in message.field:
                if (message.name, field.name) == ("Span", "attributes"):
                    field.type = FieldDescriptorProto.TYPE_BYTES
                    field.ClearField("type_name")
        pool.Add(file)
    return GetMessageClass(
        pool.FindMessageTypeByName(trace_service_pb2.ExportTraceServiceRequest.DESCRIPTOR.full_name)
    )


RequestOfPairs: Final[Any] = _request_of_pairs()
_known: dict[bytes, Pair] = {}


def pairs_of(attributes: Iterable[bytes]) -> dict[str, Any]:
    """Return what the bytes of KeyValues say, the last of a name. Raises DecodeError for what is none."""
    known = _known.get
    return dict([known(raw) or _read(raw) for raw in attributes])


def _read(raw: bytes) -> Pair:
    found = _usual(raw)
    if found is None:
        found = _any(raw)
        if isinstance(found[1], list | dict):
            return found  # who is given it may change it
    if len(raw) <= _MAX_KNOWN_BYTES:
        if len(_known) >= _KNOWN:
            _known.clear()  # what is said often is soon there again
        _known[raw] = found
    return found


def _usual(raw: bytes) -> Pair | None:
    """Return a short name with a short text or a number, as exporters write it; None for all else."""
    size = len(raw)
    if size < 6 or raw[0] != _KEY or raw[1] >= _SHORT:
        return None
    value = 2 + raw[1]
    if size < value + 4 or raw[value] != _VALUE or raw[value + 1] != size - value - 2:
        return None
    kind, at = raw[value + 2], value + 3
    try:
        if kind == _TEXT and raw[at] == size - at - 1 < _SHORT:
            return raw[2:value].decode(), raw[at + 1 :].decode()
        if kind != _NUMBER or raw[-1] >= _SHORT or size - at > _MAX_NUMBER_BYTES:
            return None
        number = shift = 0
        for byte in raw[at:-1]:
            if byte < _SHORT:
                return None
            number |= (byte & 0x7F) << shift
            shift += 7
        return raw[2:value].decode(), number | raw[-1] << shift
    except UnicodeDecodeError:
        return None


def _any(raw: bytes) -> Pair:
    pair = KeyValue.FromString(raw)
    return pair.key, value_of(pair.value)


def value_of(value: AnyValue, depth: int = 0) -> Any:
    """Return an AnyValue as Python has it."""
    kind = value.WhichOneof("value")
    if kind == "string_value":
        return value.string_value
    if kind == "int_value":
        return value.int_value
    if kind == "double_value":
        return value.double_value
    if kind == "bool_value":
        return value.bool_value
    if kind is None or depth >= MAX_DEPTH:
        return None
    if kind == "array_value":
        return [value_of(one, depth + 1) for one in value.array_value.values]
    if kind == "kvlist_value":
        return {pair.key: value_of(pair.value, depth + 1) for pair in value.kvlist_value.values}
    return bytes(value.bytes_value) if kind == "bytes_value" else None
