"""HTML from Python values: everything is escaped unless it is markup already."""

from typing import Final

from markupsafe import Markup, escape

Child = Markup | str | int | None
"""What an element may hold. None and the empty string are left out."""

_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})


def element(tag: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """Return one element.

    An attribute's name loses a trailing underscore, and its other underscores become hyphens:
    ``class_``, ``aria_label``. True is an attribute without a value; None and False leave it out.
    """
    opening = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")  # noqa: PLW2901 - the same name, as HTML spells it
        opening.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    opening.append(">")
    if tag in _VOID:
        return Markup("".join(opening))  # noqa: S704 - each part is escaped above
    return Markup("".join(opening)) + join(*children) + Markup(f"</{tag}>")  # noqa: S704 - as above


def join(*children: Child) -> Markup:
    """Return the children one after another."""
    return Markup("").join("" if child is None else escape(child) for child in children)


def link(href: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """Return a link."""
    return element("a", *children, href=href, **attributes)
