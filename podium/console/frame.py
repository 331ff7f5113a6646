"""What surrounds every page: navigation, banners, theme, shortcuts; and how a page lives in it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from markupsafe import Markup
from nicegui import Client, ui
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from podium.console import figures
from podium.console.address import Address
from podium.console.document import asset
from podium.console.fragment import Fragment
from podium.console.icons import icon
from podium.console.live import Ask, Feeds, Following, Reading
from podium.console.markup import element, join, link
from podium.console.session import Caller
from podium.ports import Entropy
from podium.ports.acts import Passwords
from podium.ports.artifacts import ArtifactStore
from podium.ports.content import ContentQuestion
from podium.ports.link import Question, Reply
from podium.ports.spans import SpanQuestion
from podium.views.evidence import Trust
from podium.views.inbox import open_count
from podium.views.known import check_names
from podium.views.traces import Collector, asked_by

PLACES: Final = (
    ("now", "Now", "n"),
    ("inbox", "Inbox", "i"),
    ("fleet", "Fleet", "f"),
    ("money", "Money", "m"),
    ("ship", "Ship", "s"),
    ("place", "Place", "p"),
)
"""The six places and no more: path, name, the key after ``g``."""


COUNT_EVERY_S: Final = 3.0


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Question) -> Reply:
        """Ask; raises the error that a refusal means."""
        ...


@dataclass(frozen=True)
class Acting:
    """What pages act with."""

    keeper: Keeper
    entropy: Entropy
    passwords: Passwords
    trust: Trust
    collector: Collector
    artifacts: ArtifactStore | None = None
    """Where inputs of tasks are kept; None: tasks start without."""


class Frame:
    """One browser tab. ``caller`` is who looks: every act is in their name, and looked up again there.

    ``who`` returns who has the tab's session now. It may raise SQLAlchemyError.
    """

    def __init__(
        self,
        client: Client,
        feeds: Feeds,
        acting: Acting,
        caller: Caller,
        who: Callable[[], Awaitable[Caller | None]],
    ) -> None:
        self.client = client
        self.feeds = feeds
        self.keeper, self.entropy, self.passwords = acting.keeper, acting.entropy, acting.passwords
        self.trust, self._collector = acting.trust, acting.collector
        self.artifacts = acting.artifacts
        self.caller, self._who = caller, who
        self._waiting = 0
        self.page: Page | None = None
        self.address = Address.parse(client.sub_pages_router.current_path)
        Fragment(element("a", "Skip to content", href="#content", class_="skip"))
        self._side = Fragment(self._navigation(), tag="aside").classes("side")
        self.main = ui.element("main").classes("page").props('id="content" tabindex="-1"')
        with self.main:
            self._banners = Fragment().props('aria-live="polite"')
        Fragment(_shortcuts())
        client.sub_pages_router.on_path_changed(self._moved)
        ui.on("podium_act", lambda event: self._act(event.args))
        self._counting = feeds.follow(
            "inbox", open_count, self._count, interval_s=COUNT_EVERY_S, who=caller[1]
        )
        ui.on("podium_visible", lambda event: self._visible(visible=bool(event.args)))
        client.on_connect(self._connected)
        client.on_disconnect(lambda: self._visible(visible=False))
        client.on_delete(self._gone)

    def enter(self, page: "Page") -> None:
        """Show a page in place of the one before."""
        self.leave()
        self.page = page
        page.build()
        page.follow()
        self._side.show(self._navigation())
        ui.page_title(f"{page.title} · Podium")
        if not self.client.sub_pages_router.is_initial_request:
            self.client.run_javascript("podium.arrived()")

    async def ask_collector(self, question: SpanQuestion | ContentQuestion) -> Any:
        """Ask about traces, of those that who looks may see. Raises the error that a refusal means."""
        if isinstance(question, ContentQuestion):
            return await self._collector.ask(question)  # it asks the keeper itself
        return await self._collector.ask(asked_by(self.caller[1], question))

    async def _connected(self) -> None:
        """Go on, as long as the session that has opened this tab is there, with the same roles."""
        try:
            lasts = await self._who() == self.caller
        except SQLAlchemyError:
            lasts = True  # the page says that nothing can be read
        if lasts:
            self._visible(visible=True)
            return
        self._counting.pause()
        self.leave()
        self.client.run_javascript("location.reload()")

    def _gone(self) -> None:
        self._counting.pause()
        self.leave()

    def _count(self, reading: Reading) -> None:
        if self.client.is_deleted:
            self._counting.pause()
        elif reading.read_ns is not None and reading.value is not None and reading.value != self._waiting:
            self._waiting = int(reading.value)
            self._side.show(self._navigation())

    async def _act(self, sent: Any) -> None:
        """Hand a form that was sent to the page that shows it."""
        if self.page is None or not isinstance(sent, dict):
            return
        fields = {str(name): str(value) for name, value in dict(sent.get("fields") or {}).items()}
        await self.page.act(str(sent.get("act")), fields)

    def leave(self) -> None:
        """End the page that is shown."""
        if self.page is not None:
            self.page.end()
            self.page = None

    def show_faults(self, reading: Reading) -> None:
        """Show what cannot be reached; what was read before stays on the page."""
        banners = Markup()
        stands = f" What you see was read at {figures.moment(reading.read_ns)}." if reading.read_ns else ""
        if reading.failed:
            banners += _banner(
                "This page could not be read",
                f"The fault is Podium's own; the log of the control process has it.{stands}",
            )
        if reading.database is not None:
            banners += _banner(
                "Database unreachable",
                f"{reading.database}.{stands} Podium tries again by itself; `podium doctor` finds the cause.",
            )
        if reading.collector is not None:
            banners += _banner(
                "Collector unreachable",
                f"{reading.collector}.{stands} `podium up` starts it again by itself; see `podium status`.",
            )
        if reading.keeper is not None:
            banners += _banner(
                "Keeper unreachable",
                f"{reading.keeper}. No new calls are admitted and figures do not move until it answers. "
                "`podium up` starts it again by itself; see `podium status`.",
            )
        self._banners.show(banners)

    def show_nothing(self, message: str) -> None:
        """Say that there is nothing of a name."""
        self._banners.show(_banner("There is nothing of that name", message))

    def _moved(self, url: str) -> None:
        before, self.address = self.address, Address.parse(url)
        if self.page is not None and self.address.path == before.path and self.address != before:
            self.page.follow()
            self._side.show(self._navigation())

    def _visible(self, *, visible: bool) -> None:
        if visible:
            self._counting.resume()
        else:
            self._counting.pause()
        if self.page is None or self.page.following is None:
            return
        if visible:
            self.page.following.resume()
        else:
            self.page.following.pause()

    def _navigation(self) -> Markup:
        here = self.address.path.split("/")[1]
        who = "the owner" if self.caller[1].owner else self.caller[1].name
        places = join(
            *(
                link(
                    f"/{path}",
                    icon(path),
                    element("span", name, class_="label"),
                    element("span", str(self._waiting), class_="count")
                    if path == "inbox" and self._waiting
                    else None,
                    aria_current=None if path != here else "page",
                    aria_label=f"{name}, {self._waiting} waiting"
                    if path == "inbox" and self._waiting
                    else name,
                    title=f"{name}  (g {key})",
                    data_go=key,
                )
                for path, name, key in PLACES
            )
        )
        return join(
            link(
                "/now",
                element("img", src=asset("podium.svg"), alt=""),
                element("span", "Podium"),
                class_="brand",
                aria_label="Podium",
            ),
            element("nav", places, class_="places", aria_label="Places"),
            element(
                "div",
                link("/you", icon("person"), element("span", who, class_="label"), class_="who", title=who),
                element("div", _themes(), class_="segments icons", role="group", aria_label="Theme"),
                element(
                    "div",
                    element(
                        "button",
                        "Shortcuts ",
                        element("kbd", "?"),
                        type="button",
                        class_="quiet",
                        data_keys=True,
                    ),
                    element(
                        "form",
                        element("button", "Log out", type="submit", class_="quiet"),
                        method="post",
                        action="/logout",
                    ),
                    class_="row",
                ),
                class_="side-foot",
            ),
        )


def _themes() -> Markup:
    """Return the three choices of a theme."""
    return join(
        *(
            element(
                "button", icon(theme), type="button", title=hint, aria_label=hint, data_theme_choice=theme
            )
            for theme, hint in (
                ("system", "Theme of the system"),
                ("light", "Light theme"),
                ("dark", "Dark theme"),
            )
        )
    )


class Page:
    """One page in one tab. A page reads by views, in a thread, and shows what was read."""

    title = ""
    knows_agents = True
    """Whether an agent of the address is one of the manifests; programs name others in their spans."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.following: Following | None = None
        self.address = frame.address

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 3.0

    def build(self) -> None:
        """Make the page's elements."""
        raise NotImplementedError

    def reader(self) -> Callable[[Connection], Any] | None:
        """Return what reads this page's data for its address, or None where there is nothing to read."""
        return None

    def asker(self) -> Ask | None:
        """Return what asks the collector beside the reading, or None; `show` is given a pair then."""
        return None

    def show(self, data: Any) -> None:
        """Show what was read."""

    def show_missing(self, message: str) -> None:
        """Show that the record asked for is not there, or a name of the filters."""
        self.frame.show_nothing(message)

    @property
    def readers_own(self) -> bool:
        """Whether what is read depends on who looks, so that no other tab shares it."""
        return False

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Do what a form of this page was sent for."""

    def follow(self) -> None:
        """Read for the address in force, now and from now on."""
        self.end()
        self.address = self.frame.address
        read, ask = self.reader(), self.asker()
        if read is not None:
            read = of_known(self.address, read, agents=self.knows_agents)
            key = (type(self).__name__, self.address, self.frame.caller if self.readers_own else None)
            self.following = self.frame.feeds.follow(
                key, read, self._tell, interval_s=self.interval_s, who=self.frame.caller[1], ask=ask
            )

    def end(self) -> None:
        """Read no more."""
        if self.following is not None:
            self.following.pause()
            self.following = None

    def _tell(self, reading: Reading) -> None:
        if self.frame.client.is_deleted:
            self.end()
            return
        self.frame.show_faults(reading)
        if reading.missing is not None:
            self.show_missing(reading.missing)
        elif reading.read_ns is not None and not (reading.database or reading.collector or reading.failed):
            self.show(reading.value)


def of_known(
    address: Address, read: Callable[[Connection], Any], *, agents: bool = True
) -> Callable[[Connection], Any]:
    """Return a reader that raises NotFound where the address names an agent or a department that is none."""
    agent, department = address.get("agent") if agents else None, address.get("department")
    if agent is None and department is None:
        return read

    def known(connection: Connection) -> Any:
        check_names(connection, agent=agent, department=department)
        return read(connection)

    return known


def live(read_ns: int) -> Markup:
    """Return the mark of a page that renews itself."""
    return element("span", element("span", "Live · ", figures.ago(read_ns)), class_="live")


def segments(
    label: str, choices: tuple[tuple[str, str], ...], chosen: str, href: Callable[[str], str]
) -> Markup:
    """Return links of which one is chosen: value and name each."""
    return element(
        "div",
        *(
            link(href(value), name, aria_current="true" if value == chosen else None)
            for value, name in choices
        ),
        class_="segments",
        role="group",
        aria_label=label,
    )


def reading() -> Markup:
    """Return what stands in the place of figures until the first reading."""
    lines = (element("div", class_="skeleton", style=f"width:{width}%") for width in (32, 72, 56))
    return element("section", *lines, class_="panel waiting", aria_busy="true", aria_label="Reading")


def crumbs(*ways: Markup) -> Markup:
    """Return the links that lead to a page, from its place on; the page's own title stands below."""
    between = element("span", "/", aria_hidden="true")
    parts = [part for way in ways for part in (between, way)]
    return element("nav", *parts[1:], class_="crumbs", aria_label="Where")


def empty(title: str, text: Markup | str) -> Markup:
    """Return what stands in the place of a table without rows."""
    return element("div", element("strong", title), element("p", text), class_="empty")


def _banner(title: str, text: str, kind: str = "") -> Markup:
    parts = text.split("`")
    body = join(*(element("code", part) if index % 2 else part for index, part in enumerate(parts)))
    return element(
        "div", element("strong", title), element("span", body), class_=f"banner {kind}".strip(), role="alert"
    )


def _shortcuts() -> Markup:
    rows: list[tuple[str, tuple[str, ...]]] = [(f"Go to {name}", ("g", key)) for _, name, key in PLACES]
    rows += [
        ("Next and previous row", ("j", "k")),
        ("Approve, or deny, a case", ("a", "d")),
        ("Choose in a case", ("1", "9")),
        ("Tick a row", ("x",)),
        ("Answer", ("Ctrl", "Enter")),
    ]
    rows += [("Search", ("/",)), ("Dark or light", ("t",)), ("These shortcuts", ("?",)), ("Close", ("Esc",))]
    pairs = join(
        *(
            join(element("dt", text), element("dd", *(join(element("kbd", key), " ") for key in keys)))
            for text, keys in rows
        )
    )
    return element(
        "dialog",
        element(
            "header",
            element("h2", "Keyboard shortcuts", id="keys-title"),
            element("form", element("button", "Close", class_="quiet"), method="dialog"),
        ),
        element("dl", pairs),
        class_="keys",
        aria_labelledby="keys-title",
    )
