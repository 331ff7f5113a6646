"""Endpoints of the Inbox: cases, answers, figures; and asking for overrides."""

from typing import Annotated, Any

import msgspec
from fastapi import Body, Depends, FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from podium.admin.guard import Guard, Keeper, caller
from podium.ports import Clock
from podium.ports.acts import AnswerCase, AnswerCases, AskOverride
from podium.trust.people import Right
from podium.views import inbox as inbox_view
from podium.views.inbox_figures import DAY_NS, inbox_figures

Text = Annotated[str | None, Query()]
Whole = Annotated[int | None, Query(ge=0)]
Limit = Annotated[int, Query(ge=1, le=1000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Answer(_Given):
    """An answer to a case. A notice needs no reason."""

    choice: str
    reason: str = ""


class Answers(_Given):
    """One answer to several cases of a kind: to all, or to none."""

    case_ids: list[str]
    choice: str
    reason: str = ""


class NewOverride(_Given):
    """More of a limit. ``amount``: nano-USD where the limit's unit is usd, else tokens."""

    limit: str
    amount: int = Field(gt=0)
    until_ns: int
    reason: str


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _mark(before: Annotated[str | None, Query(pattern=r"^\d+:\w+$")] = None) -> tuple[int, str] | None:
    """Read a page's mark: ``<created_ns>:<id>`` of the last row seen."""
    if before is None:
        return None
    created, _, id_ = before.partition(":")
    return int(created), id_


def add_inbox(app: FastAPI, db: Any, guard: Guard, *, prefix: str, keeper: Keeper, clock: Clock) -> None:
    """Add the Inbox, and asking for overrides."""
    _add_figures(app, db, guard, prefix=prefix, clock=clock)

    @app.get(f"{prefix}/inbox", **guard.wants(Right.LOOK))
    def inbox(
        request: Request,
        connection: db,
        before: Annotated[tuple[int, str] | None, Depends(_mark)],
        state: Annotated[str, Query(pattern="^(open|answered|expired|all)$")] = "open",
        kind: Text = None,
        department: Text = None,
        task: Text = None,
        mine: bool = False,
        limit: Limit = 100,
    ) -> Response:
        """Return cases: open ones by their end, others newest first. ``mine``: those with you."""
        me = caller(request).person.name if mine else None
        wanted = None if state == "all" and not mine else state
        filters = inbox_view.InboxFilters(wanted, kind, department, task, me)
        rows = inbox_view.case_rows(connection, filters, limit=limit, before=before)
        more = len(rows) == limit and state != "open"
        place = f"{rows[-1].created_ns}:{rows[-1].id}" if more else None
        return _json({"cases": rows, "with_now": inbox_view.with_now(connection, rows), "before": place})

    @app.get(f"{prefix}/inbox/{{case_id}}", **guard.wants(Right.LOOK))
    def case(request: Request, connection: db, case_id: str) -> Response:
        """Return one case: evidence, choices, who may answer it, what webhooks were told."""
        return _json(inbox_view.case_detail(connection, case_id, caller(request).person))

    @app.post(f"{prefix}/inbox/{{case_id}}/answer", **guard.wants(Right.ASK))
    async def answer(request: Request, case_id: str, given: Annotated[Answer, Body()]) -> Response:
        """Answer a case. Nobody answers their own request."""
        done: Any = await keeper.ask(AnswerCase(caller(request).by, case_id, given.choice, given.reason))
        return _json(done.case)

    @app.post(f"{prefix}/inbox/answers", **guard.wants(Right.ASK))
    async def answers(request: Request, given: Annotated[Answers, Body()]) -> Response:
        """Answer several cases of a kind at once, where the choice denies or can be taken back."""
        act = AnswerCases(caller(request).by, tuple(given.case_ids), given.choice, given.reason)
        done: Any = await keeper.ask(act)
        return _json({"cases": done.cases})

    @app.post(f"{prefix}/overrides", status_code=202, **guard.wants(Right.ASK))
    async def override(request: Request, given: NewOverride) -> JSONResponse:
        """Ask for more of a limit: given at once, or after somebody else's approval."""
        act = AskOverride(caller(request).by, given.limit, given.amount, given.until_ns, given.reason)
        done: Any = await keeper.ask(act)
        return JSONResponse({"id": done.id, "text": done.text}, 202)


def _add_figures(app: FastAPI, db: Any, guard: Guard, *, prefix: str, clock: Clock) -> None:
    @app.get(f"{prefix}/inbox/figures", **guard.wants(Right.LOOK))
    def figures(
        request: Request,
        connection: db,
        since_ns: Whole = None,
        until_ns: Whole = None,
        kind: Text = None,
        department: Text = None,
    ) -> Response:
        """Return waiting times, load by person and shares approved; of the last seven days by default."""
        until = until_ns if until_ns is not None else clock.wall_ns()
        found = inbox_figures(
            connection,
            since_ns=since_ns if since_ns is not None else until - 7 * DAY_NS,
            until_ns=until,
            kind=kind,
            department=department,
            who=caller(request).person,
        )
        return _json(found)
