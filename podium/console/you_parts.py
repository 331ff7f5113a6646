"""What You, People and Chain share: the way between them, forms, and tables of sessions and tokens."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.frame import segments
from podium.console.markup import Child, element, join
from podium.console.reason import submit_row
from podium.console.tables import Column, Row, table
from podium.views.people import SessionRow, TokenRow

VIEWS: Final = (("/you", "You"), ("/you/people", "People"), ("/you/chain", "Chain"))


def you_tabs(here: str) -> Markup:
    """Return the links between the pages about people; ``here`` is the path of the one that is shown."""
    return segments("About", VIEWS, here, str)


@dataclass(frozen=True)
class Field:
    """One field of a form; ``kind`` is an input's type."""

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    value: str = ""


def form(name: str, title: str, button: str, fields: tuple[Field, ...]) -> Markup:
    """Return a form; ``name`` is what its page is asked to do."""
    return element(
        "section",
        element("header", element("h2", title)),
        element(
            "form",
            *(
                join(
                    element("label", field.label, for_=f"{name}-{field.name}"),
                    element(
                        "input",
                        id=f"{name}-{field.name}",
                        name=field.name,
                        type=field.kind,
                        required=field.required,
                        value=field.value or None,
                        autocomplete="new-password" if field.kind == "password" else "off",
                        spellcheck="false",
                    ),
                )
                for field in fields
            ),
            submit_row(button),
            class_="act body",
            data_act=name,
        ),
        class_="panel",
        aria_label=title,
    )


def said(*words: Child) -> Markup:
    """Return what was done, in words."""
    return element("p", *words, class_="said", role="status")


def wrong(words: str) -> Markup:
    """Return what was refused, in words."""
    return element("p", words, class_="field-error said", role="alert")


def ending(act: str, id_: str, label: str) -> Markup:
    """Return a button that ends something."""
    return element(
        "form",
        element("input", type="hidden", name="id", value=id_),
        element("button", label, type="submit", class_="quiet"),
        data_act=act,
    )


def sessions_table(rows: list[SessionRow]) -> Markup:
    """Return sessions, each with the button that ends it."""
    cells: list[tuple[str, tuple[Child, ...]]] = [
        (
            row.id,
            (
                element("code", row.id),
                row.method,
                row.address,
                element("span", row.device, title=row.device),
                figures.ago(row.created_ns),
                figures.moment(row.expires_ns),
                ending("end", row.id, "End"),
            ),
        )
        for row in rows
    ]
    columns = [
        Column(name, style="clip" if name == "Device" else "")
        for name in ("Session", "By", "From", "Device", "Began", "Ends", "")
    ]
    return element(
        "section",
        element("header", element("h2", "Sessions")),
        table(columns, (Row(row, key=key) for key, row in cells), label="Sessions"),
        class_="panel",
        aria_label="Sessions",
    )


def tokens_table(rows: list[TokenRow]) -> Markup:
    """Return tokens, each with the button that ends it."""
    columns = [Column(name) for name in ("Token", "For", "Made", "Ends", "")]
    lines = (
        Row(
            (
                element("code", row.id),
                row.label,
                figures.ago(row.created_ns),
                figures.moment(row.expires_ns),
                "revoked" if row.revoked_ns else ending("revoke", row.id, "Revoke"),
            ),
            key=row.id,
        )
        for row in rows
    )
    body = table(columns, lines, label="Tokens") if rows else element("p", "No tokens.", class_="prose muted")
    return element(
        "section", element("header", element("h2", "Tokens")), body, class_="panel", aria_label="Tokens"
    )
