"""Where a request says that something is opened: hosts of links, and machines by address and port.

A machine without a name of its own (``localhost``, ``127.0.0.1:8080``) has a service on each port: who says
one opens no other.
"""

import re
from collections.abc import Iterable
from typing import Final

from podium.trust.values.forms import url_host

_ADDRESS: Final = r"localhost|\d{1,3}(?:\.\d{1,3}){3}"
_SAID: Final = re.compile(
    rf"(?<![\w.:/@-])(?:{_ADDRESS})(?::\d{{1,5}}(?![\w:.-]*\w)|:\d{{1,5}}(?=/)|(?=/(?!\d{{1,3}}(?![\w.]))\w))",
    re.IGNORECASE,
)
"""With a port or a path: an address alone may only be spoken of, and ``10.0.0.0/8`` is a net."""
_MACHINE: Final = re.compile(rf"({_ADDRESS})(:\d+)?", re.IGNORECASE)
_USUAL: Final = frozenset((":80", ":443"))


def place_of(form: str) -> str:
    """Return where a URL leads, by its form: its host, of a machine without a name with the port."""
    machine = _MACHINE.fullmatch(re.split(r"[/?#]", form, maxsplit=1)[0])
    if machine is None:
        return url_host(form)
    port = machine[2] or ""
    return machine[1].casefold() + ("" if port in _USUAL else port)


def places_of(text: str, entities: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return where a request says to look. ``entities``: its links among others."""
    machines = (match[0] for match in _SAID.finditer(text))
    links = (form for kind, form in entities if kind == "url")
    return frozenset(map(place_of, (*links, *machines)))
