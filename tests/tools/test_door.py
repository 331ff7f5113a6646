"""Who is let in, and what the others are told."""

import json
import os
from base64 import urlsafe_b64encode

import httpx2
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from podium.ports.tool_tables import task_requests
from podium.tools import door
from podium.trust.credentials.dpop import token_hash
from podium.trust.credentials.tokens import new_private_jwk
from tests.tools.rig import ISSUER, listening, rig, until
from tests.tools.test_approvals import REQUEST, TEXT, mail

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


async def post(it, token, body=INITIALIZE, **headers):
    async with httpx2.AsyncClient() as http:
        bearing = {"authorization": f"Bearer {token}"} if token is not None else {}
        return await http.post(it.url, headers={**HEADERS, **bearing, **headers}, content=json.dumps(body))


async def test_tokens_that_are_not_taken(tmp_path):
    """No token, an agent's key, a token for others, one of another key: 401, and where to get one."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        good = await it.task("clerk", REQUEST)
        assert (await post(it, good)).status_code == 200
        elsewhere = await it.task("clerk", REQUEST, resource=(ISSUER,))
        head, body, _ = good.split(".")
        forged = jws.serialize_compact(
            {"alg": "Ed25519", "kid": "x", "typ": "at+jwt"},
            b"{}",
            OKPKey.import_key(new_private_jwk(b"f" * 32)),
            algorithms=["Ed25519"],
        )
        none = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
        for token in (None, "podium_sk_clerk", elsewhere, forged, f"{none}.{body}.", f"{head}.{body}.AAAA"):
            answer = await post(it, token)
            assert answer.status_code == 401, token
            told = answer.headers["www-authenticate"]
            where = told.split('resource_metadata="')[1].rstrip('"')
            async with httpx2.AsyncClient() as http:
                metadata = (await http.get(where)).json()
            assert metadata["resource"] == it.url
            assert metadata["authorization_servers"] == [ISSUER]


async def test_pages_of_other_origins(tmp_path, monkeypatch):
    """A page may ask that is of the address by which clients call, or is named; no other, whatever its Host.

    A program, which says no Origin, may ask.
    """
    monkeypatch.setenv("PODIUM_TOOLS_ORIGINS", "https://app.example")
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        token, port = await it.task("clerk", REQUEST), it.url.split(":")[2].removesuffix("/mcp")
        for good in (f"http://127.0.0.1:{port}", f"http://localhost:{port}", "https://app.example:443"):
            assert (await post(it, token, origin=good)).status_code == 200, good
        strange = (
            "http://evil.example",
            "null",
            "",
            "http://app.example",
            f"https://127.0.0.1:{port}",
            "http://[",
        )
        for origin in (
            *strange,
            f"http://evil.example:{port}",
            "http://127.0.0.1:1",
            f"{it.url} https://app.example",
        ):
            answer = await post(it, token, origin=origin, host="evil.example")
            assert answer.status_code == 403, origin
            assert set(answer.json()) == {"jsonrpc", "error"}
            assert answer.json()["error"]["code"] == -32600
        async with httpx2.AsyncClient() as http:
            where = it.url.removesuffix("/mcp") + "/.well-known/oauth-protected-resource/mcp"
            twice = [("origin", "https://app.example"), ("origin", "http://evil.example")]
            for headers in ([("origin", "http://evil.example")], twice):
                assert (await http.get(where, headers=headers)).status_code == 403


async def test_what_a_page_of_elsewhere_may_read(tmp_path, monkeypatch):
    """A named one may ask, and read every answer, refusals too; no other may, and cookies are not let in."""
    monkeypatch.setenv("PODIUM_TOOLS_ORIGINS", "https://app.example")
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it, httpx2.AsyncClient() as http:
        token = await it.task("clerk", REQUEST)
        asks = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "authorization,mcp-protocol-version",
        }
        answer = await http.options(it.url, headers={"origin": "https://app.example", **asks})
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert answer.headers["access-control-allow-headers"] == asks["access-control-request-headers"]
        assert answer.headers["access-control-allow-methods"] == "GET, POST, DELETE"
        for bearing, status in ((token, 200), (None, 401)):
            answer = await post(it, bearing, origin="https://app.example")
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == "https://app.example"
            assert (answer.headers["access-control-expose-headers"], answer.headers["vary"]) == (
                "*",
                "Origin",
            )
            assert "access-control-allow-credentials" not in answer.headers
        answer = await http.options(it.url, headers={"origin": "https://evil.example", **asks})
        assert answer.status_code == 403
        assert not [name for name in answer.headers if name.startswith("access-control-")]
        answer = await post(it, token)
        assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_a_request_bears_one_token(tmp_path):
    """Of two nobody knows which is meant, though one is good."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it, httpx2.AsyncClient() as http:
        good = await it.task("clerk", REQUEST)
        twice = [*HEADERS.items(), *[("authorization", f"Bearer {token}") for token in (good, "other")]]
        answer = await http.post(it.url, headers=twice, content=json.dumps(INITIALIZE))
        assert answer.status_code == 400
        assert "more than one Authorization" in answer.json()["error"]["message"]


async def test_a_token_for_tools_alone(tmp_path):
    """A task may ask for tokens that are for the tool gateway alone (RFC 8707)."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        token = await it.task("clerk", REQUEST, resource=(it.url,))
        assert (await post(it, token)).status_code == 200
        with pytest.raises(Exception, match="Tokens are not for"):
            await it.task("clerk", REQUEST, resource=("https://elsewhere.example",))


async def test_a_task_has_its_share_of_sessions(tmp_path, monkeypatch):
    """The oldest session of a task gives way to a new one, and nobody else's does."""
    monkeypatch.setattr(door, "MAX_TASK_SESSIONS", 5)
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        mine, theirs = await it.task("clerk", REQUEST), await it.task("clerk", REQUEST)
        other = (await post(it, theirs)).headers["mcp-session-id"]
        first, *later = [(await post(it, mine)).headers["mcp-session-id"] for _ in range(6)]
        known = [(mine, first, 404), *((mine, session, 200) for session in later), (theirs, other, 200)]
        for token, session, status in known:
            headers = {"mcp-session-id": session, "mcp-protocol-version": "2025-11-25"}
            assert (await post(it, token, PING, **headers)).status_code == status


async def test_a_session_is_its_tasks(tmp_path):
    """A session of one task is not found by another one's token."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        mine, theirs = await it.task("clerk", REQUEST), await it.task("clerk", REQUEST)
        session = (await post(it, mine)).headers["mcp-session-id"]
        headers = {"mcp-session-id": session, "mcp-protocol-version": "2025-11-25"}
        assert (await post(it, mine, PING, **headers)).status_code == 200
        assert (await post(it, theirs, PING, **headers)).status_code == 404


async def test_a_bound_token_is_proved(tmp_path):
    """A token that is bound to a key is taken with a proof of it, and a nonce is honoured once."""
    key = OKPKey.import_key(new_private_jwk(b"d" * 32))

    def proof(token, nonce, url=None):
        claims = {
            "htm": "POST",
            "htu": url or it.url,
            "iat": it.house.standing.clock.wall_ns() / 1e9,
            "jti": os.urandom(8).hex(),
            "ath": token_hash(token),
            "nonce": nonce,
        }
        header = {"typ": "dpop+jwt", "alg": "Ed25519", "jwk": key.as_dict(private=False)}
        return jws.serialize_compact(header, json.dumps(claims).encode(), key, algorithms=["Ed25519"])

    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        token = await it.task("clerk", REQUEST, jkt=key.thumbprint())
        assert (await post(it, token)).status_code == 401
        asked = await post(it, token, dpop=proof(token, ""))
        assert asked.headers["www-authenticate"].startswith('DPoP error="use_dpop_nonce", algs="')
        good = proof(token, asked.headers["dpop-nonce"])
        assert (await post(it, token, dpop=good)).status_code == 200
        assert (await post(it, token, dpop=good)).status_code == 401
        # Carried from another machine it is proved for the address that was called there.
        there = "https://rack-1.example/mcp"

        async def carried(scope, receive, send):
            await it.house.door.carried(scope, receive, send)

        async with listening(carried) as port, httpx2.AsyncClient() as http:
            for url, status in ((it.url, 401), (there, 200)):
                nonce = (await post(it, token, dpop=proof(token, ""))).headers["dpop-nonce"]
                bearing = {"authorization": f"Bearer {token}", "dpop": proof(token, nonce, url)}
                answer = await http.post(
                    f"http://127.0.0.1:{port}/mcp",
                    headers={**HEADERS, **bearing, "podium-resource": there},
                    content=json.dumps(INITIALIZE),
                )
                assert answer.status_code == status


async def test_the_request_reaches_nobody_else(tmp_path):
    """What the user asked for is kept while the task lives, and gone from the disk after."""
    secret = "Send a mail to xylophone@acme.example"
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        told = await it.start("clerk", secret)
        async with it.client(told.token) as client:
            assert not (await client.call_tool("mail_list_messages", {})).is_error
        await it.end(told.token)
        await it.calls(1)

        def files():
            return [
                path for path in (it.state / "tools").glob("*.journal") if b"xylophone" in path.read_bytes()
            ]

        await until(lambda: not files())
        with it.engine.connect() as connection:
            assert connection.execute(task_requests.select()).all() == []
