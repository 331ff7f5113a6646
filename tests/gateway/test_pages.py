"""Which pages of browsers may call models, and read the answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from podium.net.origins import for_pages, read_origins
from tests.gateway.house import KEY, House, house

PAGE, OTHER = "https://app.example", "https://evil.example"
BODY = {"model": "big", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 9}
ASKS = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-stainless-os",
}


@asynccontextmanager
async def open_to(tmp_path: Path, *pages: str) -> AsyncIterator[tuple[House, httpx.AsyncClient]]:
    """Yield a gateway that pages of these origins may call, as a worker makes it, and a client."""
    async with house(tmp_path) as it:
        origins = read_origins(pages)
        it.server.handler, it.gateway.lane.for_pages = for_pages(it.gateway.handle, origins), bool(origins)
        it.server.at_once = it.gateway.at_once
        base = f"http://127.0.0.1:{it.server.port}"
        async with httpx.AsyncClient(base_url=base, timeout=60) as client:
            yield it, client


def told(reply: httpx.Response) -> dict[str, str]:
    """Return what an answer says to browsers."""
    return {
        name: value
        for name, value in reply.headers.items()
        if name.startswith("access-control-") or name == "vary"
    }


async def test_nothing_by_default(tmp_path: Path) -> None:
    """No preflight is answered, and no page may read anything."""
    async with open_to(tmp_path) as (_, client):
        asked = await client.options("/v1/chat/completions", headers={"origin": PAGE, **ASKS})
        headers = {"authorization": f"Bearer {KEY}", "origin": PAGE}
        called = await client.post("/v1/chat/completions", headers=headers, json=BODY)
        assert (asked.status_code, called.status_code) == (405, 200)
        assert told(asked) == told(called) == {}


async def test_a_preflight(tmp_path: Path) -> None:
    """Of a named origin: all headers that the page's SDK sends are let in, cookies are not."""
    async with open_to(tmp_path, PAGE) as (_, client):
        for path in ("/v1/chat/completions", "/v1/messages", "/v1/models", "/podium/v1/tasks"):
            reply = await client.options(path, headers={"origin": PAGE, **ASKS})
            assert (reply.status_code, reply.content) == (204, b"")
            assert told(reply) == {
                "access-control-allow-origin": PAGE,
                "access-control-allow-methods": "GET, POST, DELETE",
                "access-control-allow-headers": ASKS["access-control-request-headers"],
                "access-control-expose-headers": "*",
                "access-control-max-age": "600",
                "vary": "Origin",
            }
        odd = {**ASKS, "access-control-request-headers": "a;b"}
        assert "access-control-allow-headers" not in told(
            await client.options("/v1/models", headers={"origin": PAGE, **odd})
        )


@pytest.mark.parametrize(
    "origin", [OTHER, "null", "", "http://app.example", f"{PAGE}:444", f"{PAGE}, {OTHER}"]
)
async def test_a_page_of_no_named_origin(tmp_path: Path, origin: str) -> None:
    """It may read nothing; whether somebody may call is not a browser's to say."""
    async with open_to(tmp_path, PAGE) as (_, client):
        asked = await client.options("/v1/chat/completions", headers={"origin": origin, **ASKS})
        headers = {"authorization": f"Bearer {KEY}", "origin": origin}
        called = await client.post("/v1/chat/completions", headers=headers, json=BODY)
        assert (asked.status_code, called.status_code) == (405, 200)
        assert told(asked) == told(called) == {"vary": "Origin"}


async def test_every_answer_to_a_page(tmp_path: Path) -> None:
    """Whole, streamed, refused: it may be read. Also where calls of programs take the lane beside it."""
    async with open_to(tmp_path, PAGE) as (it, client):
        good = {"authorization": f"Bearer {KEY}"}
        for _ in range(4):
            for headers, body, status in (
                (good, BODY, 200),
                (good, {**BODY, "stream": True}, 200),
                (good, {**BODY, "model": "none"}, 404),
                ({"authorization": "Bearer podium_sk_no"}, BODY, 401),
            ):
                reply = await client.post(
                    "/v1/chat/completions", headers={**headers, "origin": PAGE}, json=body
                )
                assert reply.status_code == status
                assert told(reply) == {
                    "access-control-allow-origin": PAGE,
                    "access-control-expose-headers": "*",
                    "vary": "Origin",
                }
                assert told(await client.post("/v1/chat/completions", headers=headers, json=body)) == {}
        assert it.gateway.lane.went > 0
        assert it.gateway.lane.left["caller"] > 0
