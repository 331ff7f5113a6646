"""A story as a tree: each node links to what it is, and to its own story."""

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import element, join, link
from podium.views.explain_tree import Node, Proof

_PAGES: Final = {"task": "/fleet/", "case": "/inbox/", "run": "/ship/pipelines/"}
"""Kinds that have a page of their own."""

_FOLDED: Final = 4
"""So many steps in a row that say the same are told in three lines."""
_TIME: Final = re.compile(r"^\d{4}-\d\d-\d\dT\S+ ")


def story_url(id_: str) -> str:
    """Return the address of an id's story."""
    return f"/now/explain?{urlencode({'id': id_})}"


def tree(node: Node, *, label: str) -> Markup:
    """Return a tree."""
    return element("ul", _node(node), class_="tree", aria_label=label)


def _node(node: Node) -> Markup:
    own = _PAGES.get(node.kind)
    href = f"{own}{node.id}" if own is not None else story_url(node.id)
    title = link(href, node.title, class_="plain") if node.id else element("span", node.title)
    line = join(
        element("span", node.kind, class_="what"),
        title,
        element("span", figures.usd(node.cost_nano_usd), " USD", class_="cost")
        if node.cost_nano_usd is not None
        else None,
        *(element("span", words, class_="more") for words in node.words),
    )
    if not node.children:
        return element("li", element("div", line, class_="node"), data_key=node.id or None)
    below = element("ul", *map(_node, folded(node.children)))
    return element("li", element("div", line, class_="node"), below, data_key=node.id or None)


def folded(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield siblings; of many in a row that say the same but for the time: the first, how many, the last."""
    for _, group in itertools.groupby(nodes, _says):
        alike = list(group)
        if len(alike) < _FOLDED:
            yield from alike
            continue
        between = alike[1:-1]
        costs = [node.cost_nano_usd for node in between if node.cost_nano_usd is not None]
        yield alike[0]
        yield Node(
            "more", "", f"the same {len(between)} times more", cost_nano_usd=sum(costs) if costs else None
        )
        yield alike[-1]


def _says(node: Node) -> tuple[object, ...]:
    return node.kind, _TIME.sub("", node.title), node.words, tuple(map(_says, node.children))


def proof(told: Proof | None) -> Markup | None:
    """Return what the chain says of a story, and whether it verifies."""
    if told is None:
        return None
    tone, word = {True: ("ok", "verifies"), False: ("bad", "does not verify"), None: ("", "not verified")}[
        told.verified
    ]
    badge = element("span", word, class_=f"badge {tone}".strip())
    return element(
        "section",
        element("header", element("h2", "What the chain says"), element("div", badge, class_="end")),
        element(
            "div",
            *(element("p", words) for words in told.sentences),
            element("p", told.words, class_="muted"),
            class_="prose",
        ),
        class_="panel",
        aria_label="Chain",
    )
