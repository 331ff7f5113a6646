"""The chain: the latest acts with their checkpoints, the story of one of them, and a verdict over all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, table
from podium.console.you_parts import you_tabs
from podium.evidence.chain import Checkpoint, Entry, Verdict
from podium.views.acts import act_words, outcome_words
from podium.views.evidence import ActFilters, act_rows, pins_of, verdict_of, verdict_words
from podium.views.explain_acts import ActStory, explain_acts, tells_of

ROWS: Final = 100
VERIFY_S: Final = 60.0
"""A page that verifies the whole chain does so again after so long."""
KINDS: Final = (
    "agent_key", "case", "key", "ledger", "login", "manifests", "model", "override", "session", "slices",
    "task", "token", "user",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """What one reading holds. ``checked``: whether the chain was verified at all."""

    rows: list[Entry]
    pins: dict[int, Checkpoint]
    story: ActStory | None
    checked: bool
    verdict: Verdict | None
    read_ns: int


class ChainPage(Page):
    """Who did what, newest first."""

    title = "Chain"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return VERIFY_S if self.address.get("verify") or self.address.get("about") else 3.0

    def build(self) -> None:
        """Make the page's elements; rows come with the first reading."""
        self._head = Fragment(_header(None))
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the acts; it verifies them where that was asked for."""
        get, now_ns, trust = self.address.get, self.frame.feeds.now_ns, self.frame.trust
        about, checks = get("about"), get("verify") is not None
        outcome = "refused" if get("outcome") == "refused" else None
        before = int(get("before") or 0) if (get("before") or "").isdigit() else None
        filters = ActFilters(get("kind"), get("actor"), None, outcome)

        def read(connection: Connection) -> Seen:
            story = None
            if about and tells_of(connection, about):
                story = explain_acts(connection, about, trust, now_ns=now_ns())
            rows = story.rows[::-1] if story else act_rows(connection, filters, limit=ROWS, before=before)
            verdict = verdict_of(connection, trust) if checks else None
            return Seen(rows, pins_of(connection, rows), story, checks, verdict, now_ns())

        return read

    def show(self, data: Seen) -> None:
        """Show a reading."""
        self._head.show(_header(data.read_ns))
        self._body.show(join(self._verdict(data), _story(data.story), self._acts(data)))

    def show_missing(self, message: str) -> None:
        """Say that there is nothing of that id."""
        self._body.show(element("section", empty("Nothing of it", message), class_="panel"))

    def _verdict(self, data: Seen) -> Markup:
        again = link(self.address.but(verify="now"), "Verify the chain", class_="button primary")
        if not data.checked:
            words: Child = (
                "Each row holds the digest of the one before, and is signed. Verifying reads them all."
            )
            badge = None
        elif data.verdict is None:
            words = "There is no public key in this state (keys/evidence.pub): nothing can be verified."
            badge = element("span", "not verified", class_="badge warn")
        else:
            good = data.verdict.fault is None
            words = verdict_words(data.verdict)
            badge = element(
                "span", "verifies" if good else "was changed", class_=f"badge {'ok' if good else 'bad'}"
            )
            again = Markup()
        return element(
            "section",
            element("header", element("h2", "Verdict"), element("div", badge, again, class_="end")),
            element("p", words, class_="prose", role="status"),
            class_="panel",
            aria_label="Verdict",
        )

    def _acts(self, data: Seen) -> Markup:
        columns = (
            Column("Row", number=True),
            Column("When"),
            Column("Who"),
            Column("What", style="words"),
            Column("About", style="clip"),
            Column("Signed by", hint="The key of the row's checkpoint"),
        )
        rows = (_row(row, data.pins.get(row.seq)) for row in data.rows)
        body = (
            table(columns, rows, label="Acts") if data.rows else empty("No acts", "None fits these filters.")
        )
        choices = (Choice("kind", "Any kind", KINDS), Choice("outcome", "Any outcome", ("refused",)))
        last = data.rows[-1].seq if len(data.rows) == ROWS and data.story is None else None
        return element(
            "section",
            element(
                "header",
                element("h2", "Rows that tell of it" if data.story else "Acts"),
                element("div", None if data.story else filter_form(self.address, choices), class_="end"),
            ),
            body,
            element(
                "footer",
                element("span", f"{len(data.rows)} {'act' if len(data.rows) == 1 else 'acts'}, newest first"),
                element(
                    "span",
                    link(self.address.but(before=None), "Newest", class_="button")
                    if self.address.get("before")
                    else None,
                    link(self.address.but(before=str(last)), "Older", class_="button", rel="next")
                    if last is not None
                    else None,
                    class_="end",
                ),
            ),
            class_="panel",
            aria_label="Acts",
        )


def _header(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Chain", tabindex="-1"),
        you_tabs("/you/chain"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _story(story: ActStory | None) -> Markup:
    if story is None:
        return Markup()
    tone, word = {
        True: ("ok", "verifies"),
        False: ("bad", "does not verify"),
        None: ("warn", "not verified"),
    }[story.verified]
    if story.differences:
        tone, word = "bad", "changed by hand"
    own = link(f"/inbox/{story.id}", "The case", class_="button") if story.kind == "case" else None
    return element(
        "section",
        element(
            "header",
            element("h2", "What became of ", element("code", story.id)),
            element(
                "div",
                element("span", word, class_=f"badge {tone}"),
                own,
                link("/you/chain", "Close", class_="button"),
                class_="end",
            ),
        ),
        element(
            "div",
            *(element("p", words) for words in story.words),
            *(element("p", words, class_="field-error") for words in story.differences),
            element("p", story.verdict, class_="muted"),
            class_="prose",
        ),
        class_="panel",
        aria_label="Story",
    )


def _about(subject: str) -> str:
    return f"/you/chain?{urlencode({'about': subject})}"


def _row(row: Entry, pin: Checkpoint | None) -> Row:
    words = act_words(row) + outcome_words(row)
    return Row(
        (
            str(row.seq),
            figures.moment(row.at_ns),
            row.actor,
            element(
                "span",
                element("span", "refused", class_="badge bad") if row.outcome == "refused" else None,
                " " if row.outcome == "refused" else "",
                words,
                title=words,
            ),
            link(_about(row.subject), element("code", row.subject)) if row.subject else "",
            element("code", pin.key_id) if pin is not None else figures.NOTHING,
        ),
        key=str(row.seq),
    )
