"""Where a thing stands that a call is about: the channel by which its messages were read.

A list of messages seldom says in which channel they are: that was what it was asked for. A call that takes
both takes a place which only the agent has said so far. It is no stranger's, and the server knows it; whether
it is meant a person can tell.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import email_form, forms_of, iban_form, url_form

WHY: Final = "nothing that was read says it, but it is where what the call is about was read"
_PLACES: Final[frozenset[Sink]] = frozenset(("recipient", "path", "object"))


def read_there(grounds: Grounds, tool: ToolRow, findings: list[Finding], texts: Iterable[str]) -> None:
    """Ask about a place that nothing says, if a thing of the same call was read there.

    ``texts``: what else the call has, as the time that tells a message from others.
    """
    readings, more = grounds.readings, tuple(texts)
    for at, one in enumerate(findings):
        if one.sink not in _PLACES or one.ground != "nowhere" or one.may_ask or _leads_out(one.value):
            continue
        said = [it.value for it in findings if it is not one and (it.trusted or it.may_ask)]
        indexes = (index for text in (*said, *more) for index in carriers(readings, forms_of(text)))
        for seen in (readings.objects[index] for index in indexes):
            result = readings.results[seen.result]
            own = seen.server == tool.server and not result.wrote and not result.failed
            if own and one.value in result.arguments:
                findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=WHY)
                break


def _leads_out(value: str) -> bool:
    """Return whether a value says by itself to whom something goes: such a one is no place."""
    return bool(email_form(value) or url_form(value) or iban_form(value)) or " " in value or "@" in value
