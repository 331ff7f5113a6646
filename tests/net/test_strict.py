"""Strictness of the server: what is ambiguous or malformed is refused, and the connection closes.

RFC 9112 (HTTP/1.1), sections 2.2, 3, 5 and 6. Every row is a message that some server somewhere reads in
another way than its neighbour: the material of request smuggling.
"""

import json

import pytest

from podium.net.server import Exchange, ServerLimits
from tests.net.sockets import connected, serving

HEAD = b"POST /x HTTP/1.1\r\nhost: x\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n"

ROWS = {
    "length-and-encoding": (HEAD + b"content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "encoding-and-length": (HEAD + b"transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n0\r\n\r\n", 400),
    "lengths-that-differ": (HEAD + b"content-length: 3\r\ncontent-length: 4\r\n\r\nabcd", 400),
    "lengths-that-agree": (HEAD + b"content-length: 3\r\ncontent-length: 3\r\n\r\nabc", 400),
    "list-of-lengths": (HEAD + b"content-length: 3, 3\r\n\r\nabc", 400),
    "length-with-plus": (HEAD + b"content-length: +3\r\n\r\nabc", 400),
    "negative-length": (HEAD + b"content-length: -3\r\n\r\nabc", 400),
    "hexadecimal-length": (HEAD + b"content-length: 0x3\r\n\r\nabc", 400),
    "empty-length": (HEAD + b"content-length: \r\n\r\n", 400),
    "length-of-words": (HEAD + b"content-length: three\r\n\r\nabc", 400),
    "length-that-overflows": (HEAD + b"content-length: 99999999999999999999999\r\n\r\n", 400),
    "length-of-many-zeros": (HEAD + b"content-length: " + b"0" * 5000 + b"3\r\n\r\nabc", 400),
    "space-inside-length": (HEAD + b"content-length: 1 2\r\n\r\nabc", 400),
    "chunked-not-last": (HEAD + b"transfer-encoding: chunked, gzip\r\n\r\n", 400),
    "chunked-twice": (
        HEAD + b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "chunked-in-quotes": (HEAD + b'transfer-encoding: "chunked"\r\n\r\n0\r\n\r\n', 501),
    "chunked-with-vertical-tab": (HEAD + b"transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n", 400),
    "unknown-encoding": (HEAD + b"transfer-encoding: gzip\r\n\r\n", 501),
    "gzip-then-chunked": (HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "encoding-in-1.0": (b"POST /x HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "bare-lf-in-request-line": (b"GET /x HTTP/1.1\nhost: x\r\n\r\n", 400),
    "bare-lf-behind-header": (b"GET /x HTTP/1.1\r\nhost: x\n\r\n", 400),
    "bare-lf-at-the-end": (b"GET /x HTTP/1.1\r\nhost: x\r\n\n" + SMUGGLED, 400),
    "bare-cr-in-header": (b"GET /x HTTP/1.1\r\nhost: x\rx-a: b\r\n\r\n", 400),
    "obs-fold": (b"GET /x HTTP/1.1\r\nhost: x\r\nx-a: b\r\n c\r\n\r\n", 400),
    "obs-fold-first": (b"GET /x HTTP/1.1\r\n host: x\r\n\r\n", 400),
    "space-before-colon": (b"GET /x HTTP/1.1\r\nhost: x\r\nx-a : b\r\n\r\n", 400),
    "tab-before-colon": (HEAD + b"content-length\t: 3\r\n\r\nabc", 400),
    "empty-name": (b"GET /x HTTP/1.1\r\nhost: x\r\n: b\r\n\r\n", 400),
    "no-colon": (b"GET /x HTTP/1.1\r\nhost: x\r\nx-a\r\n\r\n", 400),
    "nul-in-value": (b"GET /x HTTP/1.1\r\nhost: x\r\nx-a: b\0c\r\n\r\n", 400),
    "control-in-value": (b"GET /x HTTP/1.1\r\nhost: x\r\nx-a: b\x01c\r\n\r\n", 400),
    "delete-in-value": (b"GET /x HTTP/1.1\r\nhost: x\r\nx-a: b\x7fc\r\n\r\n", 400),
    "nul-in-name": (b"GET /x HTTP/1.1\r\nhost: x\r\nx\0a: b\r\n\r\n", 400),
    "no-host": (b"GET /x HTTP/1.1\r\n\r\n", 400),
    "two-hosts": (b"GET /x HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n", 400),
    "list-of-hosts": (b"GET /x HTTP/1.1\r\nhost: x, y\r\n\r\n", 400),
    "host-with-user": (b"GET /x HTTP/1.1\r\nhost: a@x\r\n\r\n", 400),
    "host-with-path": (b"GET /x HTTP/1.1\r\nhost: x/y\r\n\r\n", 400),
    "host-with-port-of-words": (b"GET /x HTTP/1.1\r\nhost: x:http\r\n\r\n", 400),
    "host-in-bad-brackets": (b"GET /x HTTP/1.1\r\nhost: [x\r\n\r\n", 400),
    "no-host-behind-1.0": (b"GET /x HTTP/1.0\r\nconnection: keep-alive\r\nhost: x y\r\n\r\n", 400),
    "fragment": (b"GET /x#y HTTP/1.1\r\nhost: x\r\n\r\n", 400),
    "space-in-target": (b"GET /x y HTTP/1.1\r\nhost: x\r\n\r\n", 400),
    "control-in-target": (b"GET /x\x01 HTTP/1.1\r\nhost: x\r\n\r\n", 400),
    "no-version": (b"GET /x\r\nhost: x\r\n\r\n", 505),
    "http-2-preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "http-0.9": (b"GET /x HTTP/0.9\r\nhost: x\r\n\r\n", 505),
    "http-1.2": (b"GET /x HTTP/1.2\r\nhost: x\r\n\r\n", 400),
    "http-1.10": (b"GET /x HTTP/1.10\r\nhost: x\r\n\r\n", 400),
    "unknown-method": (b"G@T /x HTTP/1.1\r\nhost: x\r\n\r\n", 400),
    "tls-hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "chunk-size-with-plus": (CHUNKED + b"+3\r\nabc\r\n0\r\n\r\n", 400),
    "chunk-size-with-minus": (CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n", 400),
    "chunk-size-with-0x": (CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n", 400),
    "chunk-size-empty": (CHUNKED + b"\r\nabc\r\n0\r\n\r\n", 400),
    "chunk-size-too-long": (CHUNKED + b"11111111111111111\r\nabc\r\n0\r\n\r\n", 400),
    "chunk-size-of-zeros": (CHUNKED + b"0" * 120_000 + b"3\r\nabc\r\n0\r\n\r\n", 431),
    "chunk-extension-too-long": (CHUNKED + b"3;" + b"a" * 120_000 + b"\r\nabc\r\n0\r\n\r\n", 431),
    "trailers-too-long": (CHUNKED + b"0\r\n" + b"x-a: " + b"b" * 120_000 + b"\r\n\r\n", 431),
    "space-behind-chunk-size": (CHUNKED + b"3 \r\nabc\r\n0\r\n\r\n", 400),
    "space-before-chunk-size": (CHUNKED + b" 3\r\nabc\r\n0\r\n\r\n", 400),
    "bare-lf-behind-chunk-size": (CHUNKED + b"3\nabc\r\n0\r\n\r\n", 400),
    "bare-lf-behind-chunk": (CHUNKED + b"3\r\nabc\n0\r\n\r\n", 400),
    "bare-lf-in-extension": (CHUNKED + b"3;a\nb\r\nabc\r\n0\r\n\r\n", 400),
    "chunk-longer-than-said": (CHUNKED + b"3\r\nabcd\r\n0\r\n\r\n", 400),
    "bare-lf-at-the-end-of-chunks": (CHUNKED + b"3\r\nabc\r\n0\n\r\n", 400),
    "bare-lf-in-trailers": (CHUNKED + b"0\r\nx-a: b\n\r\n", 400),
    "obs-fold-in-trailers": (CHUNKED + b"0\r\nx-a: b\r\n c\r\n\r\n", 400),
    "connect": (b"CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n", 405),
    "unknown-expectation": (HEAD + b"expect: tea\r\ncontent-length: 0\r\n\r\n", 417),
}


@pytest.mark.parametrize("name", ROWS)
async def test_what_is_ambiguous_is_refused(name: str) -> None:
    """One answer with a status, a code and a sentence; the connection closes; nothing behind it is served."""
    message, status = ROWS[name]
    served: list[str] = []

    async def handle(exchange: Exchange) -> None:
        served.append(exchange.path)
        await exchange.read_body()
        served.append("whole")
        exchange.respond(200, [], b"")

    limits = ServerLimits(header_timeout_s=60, body_timeout_s=60, idle_timeout_s=60)
    async with serving(handle, limits=limits) as server, connected(server.port) as client:
        client.send(message + SMUGGLED)
        answer = await client.response()
        assert answer.status == status, answer
        assert answer.headers["connection"] == "close"
        error = json.loads(answer.body)["error"]
        assert error["code"] not in {"header_timeout", "body_timeout"}
        assert len(error["message"]) > 10
        assert await client.rest() == b""
    assert "whole" not in served
    assert "/smuggled" not in served
