"""What was said in a trace, where it is stored: shown to readers, who ask for it each time."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from markupsafe import Markup

from podium.console import figures
from podium.console.frame import empty
from podium.console.markup import Child, element, join
from podium.ports.content import Piece
from podium.trust.people import Person, Right

ACT: Final = "read-content"
MAX_SHOWN: Final = 100
"""Pieces on a page; the command line and the API have all."""
MAX_CHARS: Final = 20_000
"""Of one piece on a page."""
_NAMES: Final = {
    "gen_ai.system_instructions": "System instructions",
    "gen_ai.input.messages": "Asked",
    "gen_ai.output.messages": "Answered",
    "gen_ai.tool.call.arguments": "Arguments",
    "gen_ai.tool.call.result": "Result",
    "events": "Events",
}


def content_panel(who: Person) -> Markup:
    """Return what asks for content; nothing for whom it is not."""
    if not who.may(Right.READ_CONTENT):
        return Markup()
    body = element(
        "form",
        element(
            "p",
            "It is shown where the agent's manifest keeps it. That you read it is written into the chain.",
        ),
        element("button", "Read what was said", type="submit", class_="button"),
        class_="act body",
        data_act=ACT,
    )
    return _panel(body)


def content_shown(pieces: Sequence[Piece]) -> Markup:
    """Return the pieces, in the order in which they were said."""
    if not pieces:
        return _panel(empty("Nothing is stored", "It was not recorded, is too old, or was erased."))
    shown = [_piece(piece) for piece in pieces[:MAX_SHOWN]]
    if len(pieces) > MAX_SHOWN:
        shown.append(element("p", f"{len(pieces) - MAX_SHOWN} more: podium traces show --content."))
    return _panel(*shown)


def content_refused(message: str) -> Markup:
    """Return why nothing is shown."""
    return _panel(element("p", message, class_="field-error said", role="alert"))


def _panel(*body: Child) -> Markup:
    head = element("header", element("h2", "What was said"))
    return element("section", head, *body, class_="panel content", aria_label="What was said")


def _piece(piece: Piece) -> Markup:
    facts = [piece.agent, piece.record, piece.bound, *(["cut"] if piece.cut else [])]
    return element(
        "article",
        element("h3", _NAMES.get(piece.name, piece.name)),
        element("p", figures.moment(piece.at_ns), " · ", " · ".join(facts), class_="faint"),
        *_value(piece.value),
        class_="body",
    )


def _value(value: Any) -> Iterable[Markup]:
    messages = value if isinstance(value, list) else []
    if messages and all(isinstance(it, dict) and isinstance(it.get("parts"), list) for it in messages):
        for message in messages:
            yield join(element("h4", str(message.get("role"))), *(_part(part) for part in message["parts"]))
    else:
        yield _text(value)


def _part(part: Any) -> Markup:
    if isinstance(part, dict) and isinstance(part.get("content"), str):
        return _text(part["content"])
    return _text(part)


def _text(value: Any) -> Markup:
    text = value if isinstance(value, str) else msgspec.json.format(msgspec.json.encode(value)).decode()
    cut = f"… [{len(text) - MAX_CHARS} characters more]" if len(text) > MAX_CHARS else ""
    return element("pre", text[:MAX_CHARS] + cut, class_="mono")
