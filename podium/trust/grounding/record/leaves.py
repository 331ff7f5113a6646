"""Taking the arguments of a call apart: the values of a sink, and every value with its path."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.trust.tools import SinkRow
from podium.trust.values.forms import EMAIL

_BETWEEN: Final = re.compile(r"[,;\n]")


def values_of(row: SinkRow, value: Any) -> Iterator[Any]:
    """Yield the values of a sink: of a list each, of a text with several addresses each."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from values_of(row, item)
    elif isinstance(value, str) and (
        row.many or (row.sink in {"recipient", "payee"} and len(EMAIL.findall(value)) > 1)
    ):
        yield from (part.strip() for part in _BETWEEN.split(value) if part.strip())
    elif isinstance(value, (dict, Mapping)):
        yield json.dumps(value, ensure_ascii=False, sort_keys=True)
    elif value is not None and value != "":
        yield value


def leaves_of(value: Any, pattern: str) -> Iterator[tuple[str, Any]]:
    """Yield every value of something, with its path below ``pattern``: `lines[].price`."""
    if isinstance(value, str):
        yield pattern, value
    elif isinstance(value, (dict, Mapping)):
        for key, item in value.items():
            yield from leaves_of(item, f"{pattern}.{key}" if pattern else str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from leaves_of(item, f"{pattern}[]")
    elif value is not None:
        yield pattern, value
