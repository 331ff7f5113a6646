"""Explain: any id's story, in words and as a tree, and whether the chain over it verifies."""

from collections.abc import Callable

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console.call import call_story
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, reading
from podium.console.markup import element, join, link
from podium.console.tree import proof, tree
from podium.views.explain import Explanation, tell
from podium.views.explain_acts import ActStory, sentence
from podium.views.explain_tree import Proof, Whole


class StoryPage(Page):
    """The story of one id, which stands in the address: as its last part, or as ``id``."""

    title = "Explain"

    def build(self) -> None:
        """Make the page's elements; the story comes with the first reading."""
        self._id = self.frame.address.get("id") or ""
        if not self._id and self.frame.address.path != "/now/explain":
            self._id = self.frame.address.path.rsplit("/", 1)[-1]
        self._search = Fragment(_search(self._id))
        self._body = Fragment(reading() if self._id else _nothing())

    @property
    def interval_s(self) -> float:
        """Seconds between two readings: a task's story grows; others verify the whole chain."""
        return 5.0 if self._id.startswith(("task_", "prun_", "call_")) else 60.0

    def reader(self) -> Callable[[Connection], Explanation | ActStory | Whole] | None:
        """Return what reads the story."""
        id_, trust, now_ns = (
            self.frame.address.get("id") or self._id,
            self.frame.trust,
            self.frame.feeds.now_ns,
        )
        if not id_:
            return None
        self._id = id_
        return lambda connection: tell(connection, id_, trust, now_ns=now_ns())

    def show(self, data: Explanation | ActStory | Whole) -> None:
        """Show the story."""
        if isinstance(data, Explanation):
            self._body.show(join(call_story(data), _tree(data), proof(data.proof)))
        elif isinstance(data, ActStory):
            told = Proof(
                [row.seq for row in data.rows],
                [sentence(row) for row in data.rows],
                data.verified,
                data.verdict,
            )
            self._body.show(join(_head(data.kind, data.id), _words(data), _tree(data), proof(told)))
        else:
            self._body.show(join(_head(data.kind, data.id), _words(data), _tree(data), proof(data.proof)))

    def show_missing(self, message: str) -> None:
        """Say that nothing has this id."""
        self._body.show(element("section", empty("Nothing has this id", message), class_="panel"))


def _search(id_: str) -> Markup:
    return element(
        "form",
        element("span", link("/now", "Now"), element("span", " / Explain"), class_="crumbs"),
        element(
            "input",
            type="search",
            name="id",
            value=id_,
            placeholder="Any id",
            aria_label="Any id",
            autocomplete="off",
            spellcheck="false",
            class_="id-field",
        ),
        class_="filters bar-above",
        method="get",
        action="/now/explain",
        role="search",
        data_asks=True,
    )


def _head(kind: str, id_: str) -> Markup:
    return element(
        "div",
        element("h1", id_, class_="id", tabindex="-1"),
        element("span", kind, class_="sub"),
        class_="page-head",
    )


def _nothing() -> Markup:
    words = (
        "A charge, call, tool call, trace or task; a case, an override, a run of a pipeline; v3 or a digest "
        "of manifests, agent/NAME, a credential, a user; the number of a row of the chain."
    )
    return join(
        element("h1", "Explain", tabindex="-1", class_="visually-hidden"),
        element("section", empty("Write an id", words), class_="panel"),
    )


def _words(data: ActStory | Whole) -> Markup:
    differences = data.differences if isinstance(data, ActStory) else []
    return element(
        "section",
        element("header", element("h2", "What happened")),
        element(
            "div",
            *(element("p", words) for words in data.words),
            *(element("p", words, class_="field-error") for words in differences),
            class_="prose",
        ),
        class_="panel",
        aria_label="Story",
    )


def _tree(data: Explanation | ActStory | Whole) -> Markup | None:
    if data.tree is None:
        return None
    head = element("header", element("h2", "What led to what"))
    body = tree(data.tree, label="What led to what")
    return element("section", head, body, class_="panel", aria_label="Tree")
