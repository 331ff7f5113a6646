"""The waterfall of a trace: an element that fetches its rows, and the addresses from which it does."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from nicegui.element import Element

from podium.console.session import CALLER
from podium.console.span_facts import span_facts
from podium.kernel.errors import NotFound, PodiumError
from podium.ports.spans import GetOutline, GetTrace, SpanQuestion
from podium.views.traces import Collector, asked_by, trace_question
from podium.views.waterfall import waterfall

PATH: Final = "/data/traces"
_HEADERS: Final = {"cache-control": "no-store"}


class WaterfallRows(Element, component="waterfall.js"):
    """The rows of one trace; they are fetched again where it has another number of spans than they are."""

    def __init__(self, trace_id: str, chosen: str | None) -> None:
        super().__init__()
        self._props["url"] = f"{PATH}/{trace_id}"
        self._props["version"] = 0
        self._props["marks"] = {}
        self._props["chosen"] = chosen

    def renew(self, spans: int, marks: Mapping[str, list[str]]) -> None:
        """Say how many spans the trace has now, and which decided verdicts: verdict and rules by id."""
        if self._props["version"] != spans or self._props["marks"] != marks:
            self._props["version"], self._props["marks"] = spans, marks
            self.update()


def add_waterfall(app: FastAPI, collector: Collector) -> None:
    """Add the rows of a trace and the facts of a span, of those that who asks may see."""

    async def ask(request: Request, question: SpanQuestion) -> Any:
        _, person = request.scope[CALLER]
        return await collector.ask(asked_by(person, question))

    async def answer(made: Callable[[], Any]) -> Response:
        try:
            found: Response = await made()
        except NotFound as error:
            return Response(str(error), status_code=404, media_type="text/plain", headers=_HEADERS)
        except (PodiumError, OSError, TimeoutError) as error:
            words = str(error) or "The collector did not answer."
            return Response(words, status_code=503, media_type="text/plain", headers=_HEADERS)
        return found

    @app.get(f"{PATH}/{{trace_id}}", include_in_schema=False)
    async def rows(request: Request, trace_id: str) -> Response:
        async def made() -> Response:
            id_ = trace_question(trace_id).trace_id
            spans = (await ask(request, GetOutline(id_))).spans
            if not spans:
                raise NotFound(f"There is no trace {id_}, or it is not yours to see.")
            body = msgspec.json.encode(waterfall(id_, spans))
            return Response(body, media_type="application/json", headers=_HEADERS)

        return await answer(made)

    @app.get(f"{PATH}/{{trace_id}}/{{span_id}}", include_in_schema=False)
    async def one(request: Request, trace_id: str, span_id: str) -> Response:
        async def made() -> Response:
            id_ = trace_question(trace_id).trace_id
            spans = (await ask(request, GetTrace(id_, span_id, veiled=True))).spans
            if not spans:
                raise NotFound(f"There is no span {span_id} in it.")
            return HTMLResponse(span_facts(spans[0]), headers=_HEADERS)

        return await answer(made)
