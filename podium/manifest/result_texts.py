"""Results that are texts, read as their tool's manifest says that the server writes."""

import re
from collections.abc import Callable
from typing import Any, Final

from podium.manifest.text import Quoted, read_text
from podium.trust.tools import TextForm
from podium.trust.values.contents import read_json

_DOUBTFUL: Final = re.compile(r"""<<["']?\s*:|[\x85\u2028\u2029]""")
"""Merges; and what breaks lines in YAML 1.1 alone: a writer of 1.2 leaves it bare in a stranger's text."""
_FLAGS: Final = {"true": True, "false": False}


def read_yaml(text: str) -> Any:
    """Return the value of a text that is a mapping or a list in YAML, else the text.

    Scalars stay texts as they were written (``1.10``, ``0123``), but for ``true``, ``false`` and null (YAML
    1.2). What is over the bounds of `podium.manifest.text`, has a key twice, takes one mapping into another
    (``<<``) or breaks lines as YAML 1.1 alone does, stays a text as a whole.
    """
    value = read_json(text)
    if not isinstance(value, str):
        return value
    if _DOUBTFUL.search(text):
        return text
    read = read_text("", text)
    if not read.whole or read.findings or len(read.roots) != 1:
        return text
    found = read.roots[0].plain()
    return _bare(found) if isinstance(found, (dict, list)) else text


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _bare(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if isinstance(value, Quoted):
        return str(value)
    return _FLAGS.get(value, value)


READERS: Final[dict[TextForm, Callable[[str], Any]]] = {"json": read_json, "yaml": read_yaml}


def read_recorded(content: Any, form: TextForm) -> Any:
    """Return a result that somebody has written down as the gateway reads it: a text may have fields."""
    if isinstance(content, dict) and list(content) == ["result"] and isinstance(content["result"], str):
        return {"result": READERS[form](content["result"])}
    return READERS[form](content) if isinstance(content, str) else content
