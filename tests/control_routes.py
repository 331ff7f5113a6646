"""Tries every route of the control process, as `podium up` puts it together, with tokens that open none.

A process of its own (``python -m tests.control_routes STATE``): the console is mounted once in a process. It
reads a list of tokens from standard input, and writes for each route what statuses they got.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from podium.app.control import _built
from podium.console.session import COOKIE
from podium.ports.link import Done, Question, Reply

HOST = "192.0.2.1"
"""No address of this machine, so nothing is open because only this machine could connect."""


class ListeningKeeper:
    """A keeper that takes what it is told."""

    def __init__(self) -> None:
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Reply:
        self.asked.append(question)
        return Done()


def every(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield method and path of each route, those of what is mounted too."""
    for route in routes:
        if isinstance(route, Mount):
            below = getattr(route.app, "routes", None)
            path = prefix + route.path
            yield from (
                every(below, path) if below is not None else [("GET", f"{path}/x"), ("WS", f"{path}/x")]
            )
        elif isinstance(route, WebSocketRoute):
            yield "WS", prefix + route.path
        elif isinstance(route, Route):
            for method in route.methods or {"GET"}:
                yield method, prefix + route.path
        else:
            yield "?", f"{prefix} {type(route).__name__}"


async def socket(app: Any, path: str, headers: dict[str, str]) -> int:
    """Return with what code a WebSocket is closed; 0 where it is taken."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "subprotocols": [],
    }
    await app(scope, receive, send)
    return int(said[0].get("code", 0)) if said[0]["type"] == "websocket.close" else 0


async def main(tokens: list[str]) -> None:
    """Try them all."""
    keeper, state = ListeningKeeper(), Path(sys.argv[1])
    arguments = argparse.Namespace(host=HOST, port=1, metrics_token_file=None, front="{}")
    server, _ = _built(arguments, state, keeper)  # type: ignore[arg-type] # all that is asked of it
    app: Any = server.config.app
    found: dict[str, list[int]] = {}
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://podium") as http:
        for method, path in sorted(set(every(app.routes))):
            where = path.replace("{", "").replace("}", "").replace(":path", "")
            statuses = set()
            for token in tokens:
                headers = {"authorization": f"Bearer {token}", "cookie": f"{COOKIE}={token}"}
                if method == "WS":
                    statuses.add(await socket(app, where, headers))
                    continue
                answer = await http.request(method, where, json={}, headers=headers)
                statuses.add(answer.status_code)
            found[f"{method} {path}"] = sorted(statuses)
    print(json.dumps({"routes": found, "asked": [type(it).__name__ for it in keeper.asked]}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
