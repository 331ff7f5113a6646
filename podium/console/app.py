"""The console as part of the control process's application."""

import logging
from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from nicegui import Client, ui
from nicegui import app as nicegui_app
from nicegui.elements.sub_pages import SubPages
from sqlalchemy import Engine

from podium.console.agents_now import AgentsNowPage
from podium.console.audits import AuditsPage
from podium.console.breakers import BreakersPage
from podium.console.budgets import BudgetsPage
from podium.console.chain import ChainPage
from podium.console.document import ASSETS, ASSETS_PATH, asset, common_head
from podium.console.economics import EconomicsPage
from podium.console.fleet import FleetPage
from podium.console.fleet_start import StartPage
from podium.console.focus import add_focus
from podium.console.frame import Acting, Frame, Page
from podium.console.inbox import InboxPage
from podium.console.inbox_case import CasePage
from podium.console.inbox_figures import InboxFiguresPage
from podium.console.label_flow import LabelFlowPage
from podium.console.live import Feeds, Probe
from podium.console.login import add_login
from podium.console.lost import FailedPage, LostPage
from podium.console.money import MoneyPage, add_download
from podium.console.now import NowPage
from podium.console.override import OverridePage
from podium.console.people import PeoplePage
from podium.console.pipelines import PipelineRunPage, PipelinesPage
from podium.console.place import PlacePage
from podium.console.report import ReportPage
from podium.console.session import CALLER, COOKIE, Gate, SecurityHeaders, Sessions
from podium.console.ship import ShipPage
from podium.console.story import StoryPage
from podium.console.task import TaskPage
from podium.console.tools import ToolsPage
from podium.console.trace import TracePage
from podium.console.trace_diff import TraceDiffPage
from podium.console.traces import TracesPage
from podium.console.waterfall import add_waterfall
from podium.console.write_off import HeldPage
from podium.console.you import YouPage
from podium.control.door import Door
from podium.control.logins import Logins
from podium.control.oidc import OidcLogins
from podium.ports import Clock
from podium.views.traces import Collector

logger = logging.getLogger("podium.console")

OUT_OF_TOUCH_S: Final = 10.0
"""So long page and server may not hear of each other: then the page goes on, with what was typed into it."""
PAGES: Final[dict[str, type[Page]]] = {
    "/now": NowPage,
    "/inbox": InboxPage,
    "/fleet": FleetPage,
    "/money": MoneyPage,
    "/ship": ShipPage,
    "/place": PlacePage,
    "/now/calls/{id}": StoryPage,
    "/now/explain": StoryPage,
    "/now/explain/{id}": StoryPage,
    "/now/agents": AgentsNowPage,
    "/fleet/start": StartPage,
    "/fleet/traces": TracesPage,
    "/fleet/traces/diff": TraceDiffPage,
    "/fleet/traces/{id}": TracePage,
    "/fleet/audits": AuditsPage,
    "/fleet/tools": ToolsPage,
    "/fleet/{id}": TaskPage,
    "/fleet/{id}/labels": LabelFlowPage,
    "/inbox/figures": InboxFiguresPage,
    "/inbox/{id}": CasePage,
    "/money/budgets": BudgetsPage,
    "/money/breakers": BreakersPage,
    "/money/economics": EconomicsPage,
    "/money/held": HeldPage,
    "/money/override": OverridePage,
    "/money/report": ReportPage,
    "/ship/pipelines": PipelinesPage,
    "/ship/pipelines/{id}": PipelineRunPage,
    "/you": YouPage,
    "/you/people": PeoplePage,
    "/you/chain": ChainPage,
}
"""The page at each address; who sees some departments alone reads those alone in each."""


def add_files(app: FastAPI, engine: Engine, clock: Clock, collector: Collector) -> None:
    """Add what pages let a browser save or fetch beside them."""
    add_download(app, engine, clock.wall_ns)
    add_focus(app, engine, clock.wall_ns)
    add_waterfall(app, collector)


def mount(
    app: FastAPI,
    *,
    engine: Engine,
    door: Door,
    logins: Logins,
    acting: Acting,
    clock: Clock,
    probe: Probe | None = None,
    oidc: OidcLogins | None = None,
    public_url: str | None = None,
) -> None:
    """Add the console to an application, once in a process, after every other route of it.

    ``door`` knows who is there, ``logins`` lets in, ``acting`` is what pages act with.
    ``engine`` is only read. ``probe`` is awaited before each reading; when it raises a PodiumError or
    OSError, pages say that the keeper cannot be reached.
    """
    sessions = Sessions(door, clock)
    feeds = Feeds(engine, now_ns=clock.wall_ns, probe=probe)
    app.mount(ASSETS_PATH, _CachedFiles(directory=ASSETS), name="console-assets")
    add_login(app, sessions, logins, oidc=oidc, public_url=public_url)
    add_files(nicegui_app, engine, clock, acting.collector)
    nicegui_app.add_middleware(Gate, sessions=sessions, public_url=public_url)
    nicegui_app.add_middleware(SecurityHeaders)  # outermost: redirects carry them too

    @app.get("/favicon.ico", include_in_schema=False)
    def favicon() -> Response:
        return RedirectResponse(asset("podium.svg"))

    @nicegui_app.get("/session", include_in_schema=False)
    def session() -> Response:
        return Response(status_code=204)  # the gate lets nobody else here

    @nicegui_app.get("/", include_in_schema=False)
    def first() -> Response:
        return RedirectResponse("/now")

    @ui.page("/{path:path}", title="Podium", response_timeout=10)
    def root(client: Client) -> None:
        ui.add_head_html(common_head())
        client.run_javascript(f"podium.setServerTime({clock.wall_ns() // 1_000_000})")
        request = client.request
        cookie = request.cookies.get(COOKIE)
        frame = Frame(client, feeds, acting, request.scope[CALLER], lambda: sessions.caller(cookie))
        with frame.main:
            _Pages(frame)

    ui.run_with(
        app,
        title="Podium",
        favicon=ASSETS / "podium.svg",
        language="en-US",
        binding_refresh_interval=None,
        reconnect_timeout=OUT_OF_TOUCH_S,
        tailwind=False,
        show_welcome_message=False,
    )


class _Pages(SubPages):
    """Shows the page that belongs to the address; links within the console load no new document."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        super().__init__({path: self._enter(kind) for path, kind in PAGES.items()})

    def _enter(self, kind: type[Page]) -> Callable[[], None]:
        return lambda: self._frame.enter(kind(self._frame))

    def _render_404(self) -> None:
        self._frame.enter(LostPage(self._frame))

    def _render_error(self, error: Exception) -> None:
        logger.error("page %s could not be built", self._frame.address.path, exc_info=error)
        self._frame.enter(FailedPage(self._frame))


class _CachedFiles(StaticFiles):
    """Assets whose address changes with their content: browsers may keep them."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        """Return the file with a year to live."""
        response = super().file_response(*arguments, **options)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
