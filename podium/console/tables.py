"""Tables, filters and paging, the same on every page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from podium.console import figures
from podium.console.address import Address
from podium.console.markup import Child, element, join, link


@dataclass(frozen=True)
class Column:
    """A column's head; ``number`` aligns right, ``style`` is a class of its cells."""

    name: str
    number: bool = False
    style: str = ""
    hint: str | None = None

    @property
    def css(self) -> str | None:
        """Classes of head and cells."""
        return " ".join(filter(None, ("number" if self.number else "", self.style))) or None


@dataclass(frozen=True)
class Row:
    """A row's cells; ``key`` is how the browser recognises it when it moves."""

    cells: Sequence[Child]
    key: str | None = None


def table(columns: Sequence[Column], rows: Iterable[Row], *, label: str, foot: Row | None = None) -> Markup:
    """Return a table that scrolls by itself where it is wider than the page."""
    head = join(*(element("th", one.name, class_=one.css, scope="col", title=one.hint) for one in columns))

    def cells(row: Row) -> Markup:
        return element(
            "tr",
            *(element("td", cell, class_=one.css) for one, cell in zip(columns, row.cells, strict=True)),
            data_key=row.key,
        )

    return element(
        "div",
        element(
            "table",
            element("thead", element("tr", head)),
            element("tbody", *(cells(row) for row in rows)),
            element("tfoot", cells(foot)) if foot is not None else None,
            aria_label=label,
        ),
        class_="scroll",
    )


def bar(part: int, whole: int) -> Markup:
    """Return a bar that shows a share; the figure stands in a cell beside it."""
    share = 100 * part / whole if whole else 0.0
    return element("span", element("i", style=f"width:{share:.1f}%"), class_="bar", aria_hidden="true")


@dataclass(frozen=True)
class Choice:
    """A filter of which one value is chosen: the query's name, what it is called, its values."""

    name: str
    label: str
    values: Sequence[str]
    ordered: bool = False
    """The values stand in their order, not in that of the alphabet."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What a value is called, where not by itself."""


def filter_form(
    address: Address, choices: Sequence[Choice], *, search: str | None = None, keep: Sequence[str] = ()
) -> Markup:
    """Return the filters; what is chosen stands in the address.

    ``search`` is the hint in the field of free text (query ``q``); ``keep`` names what else stays.
    """
    fields = []
    if search is not None:
        text = address.get("q") or ""
        fields.append(
            element(
                "input",
                type="search",
                name="q",
                value=text,
                placeholder=search,
                aria_label=search,
                autocomplete="off",
                spellcheck="false",
                class_="set" if text else None,
            )
        )
    fields += [_select(address, choice) for choice in choices]
    hidden = [
        element("input", type="hidden", name=name, value=address.get(name))
        for name in keep
        if address.get(name)
    ]
    names = [choice.name for choice in choices] + (["q"] if search is not None else [])
    clear = None
    if any(address.get(name) for name in names):
        clear = link(address.but(**dict.fromkeys(names)), "Clear", class_="chip")
    return element(
        "form",
        *fields,
        *hidden,
        clear,
        class_="filters",
        method="get",
        action=address.path,
        role="search",
        data_filters=True,
    )


def _select(address: Address, choice: Choice) -> Markup:
    chosen = address.get(choice.name) or ""
    values = list(dict.fromkeys([*choice.values, *filter(None, [chosen])]))
    if not choice.ordered:
        values.sort()
    options = (
        element("option", choice.words.get(value, value), value=value, selected=value == chosen)
        for value in values
    )
    return element(
        "select",
        element("option", choice.label, value="", selected=not chosen),
        *options,
        name=choice.name,
        aria_label=choice.label,
        class_="set" if chosen else None,
    )


def parse_place(text: str | None) -> tuple[int, str] | None:
    """Return where a page begins: ``ADMITTED_NS:ID`` of the last row before it. None for anything else."""
    admitted, _, row_id = (text or "").partition(":")
    if not row_id or not (admitted.isascii() and admitted.isdigit() and len(admitted) < 20):
        return None
    return int(admitted), row_id


def older(address: Address, *, shown: int, noun: str, place: str | None) -> Markup:
    """Return the foot of a table, newest first: how many rows, and the links to the newest and to older ones.

    ``place`` is where the page after this one begins; None: there is none.
    """
    text = join(figures.count(shown), f" {noun}, newest first")
    newest = (
        link(address.but(before=None), "Newest", class_="button")
        if address.get("before")
        else element("span", "Newest", class_="button", aria_disabled="true")
    )
    further = (
        link(address.but(before=place), "Older", class_="button", rel="next")
        if place is not None
        else element("span", "Older", class_="button", aria_disabled="true")
    )
    return element("footer", element("span", text), element("span", newest, further, class_="end"))
