"""An issuer of OpenID Connect over loopback: discovery, a login page, codes, PKCE, id tokens, keys."""

import hashlib
import socket
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "podium", "a-secret-of-the-client"


def _digest(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


@cache
def _first_key() -> RSAKey:
    """Return the key with which every issuer begins: to make one takes a third of a second."""
    return RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})


class Issuer:
    """What it vouches for is set by hand; ``wrong`` makes it misbehave in one way."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.claims: dict[str, Any] = {"sub": "1", "preferred_username": "Carol", "groups": ["eng"]}
        self.wrong: dict[str, Any] = {}
        self.key: Any = _first_key()
        self.algorithm = "RS256"
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.borne: list[str | None] = []
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.about),
                Route("/authorize", self.authorize, methods=["GET", "POST"]),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.jwks),
            ]
        )

    def rotate(self) -> None:
        self.key, self.algorithm = ECKey.generate_key("P-256", {"kid": "second", "use": "sig"}), "ES256"

    async def about(self, _request: Request) -> Response:
        self.asked.append("about")
        return JSONResponse(
            {
                "issuer": self.wrong.get("issuer", self.url),
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": self.wrong.get("token_endpoint", f"{self.url}/token"),
                "jwks_uri": f"{self.url}/jwks",
            }
        )

    async def authorize(self, request: Request) -> Response:
        """A page with one button; who presses it is whom `claims` name."""
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT or asked.get("code_challenge_method") != "S256":
            return Response("this client is not known, or sends no challenge", 400)
        if request.method == "GET":
            return HTMLResponse('<h1>The issuer</h1><form method="post"><button>Let me in</button></form>')
        answer = {"state": asked["state"], "iss": self.wrong.get("iss", self.url)}
        if "error" in self.wrong:
            answer |= {"error": "access_denied", "error_description": self.wrong["error"]}
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = asked
            answer["code"] = code
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def token(self, request: Request) -> Response:
        """Give the id token for a code, once, to who has the secret and the verifier."""
        form = dict(await request.form())
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic" or b64decode(given).decode() != f"{CLIENT}:{SECRET}":
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(str(form.get("code")), None)
        good = (
            asked is not None
            and _digest(str(form.get("code_verifier"))) == asked["code_challenge"]
            and form.get("redirect_uri") == asked["redirect_uri"]
        )
        if asked is None or not good:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.claims | self.wrong.get("claims", {})
        claims = {name: value for name, value in claims.items() if value is not None}
        token = {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(claims)}
        return JSONResponse(token)

    def signed(self, claims: dict[str, Any]) -> str:
        signing = self.wrong.get("signing")
        if signing == "none":
            head, body = (
                urlsafe_b64encode(text).decode().rstrip("=")
                for text in (b'{"alg":"none"}', JSONResponse(claims).body)
            )
            return f"{head}.{body}."
        if signing == "shared":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        if signing == "stranger":
            return jwt.encode({"alg": "RS256", "kid": "first"}, claims, RSAKey.generate_key(2048))
        return jwt.encode({"alg": self.algorithm, "kid": self.key.kid}, claims, self.key)

    async def jwks(self, request: Request) -> Response:
        self.asked.append("jwks")
        self.borne.append(request.headers.get("authorization"))
        return JSONResponse(KeySet([self.key]).as_dict(private=False))


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Run an issuer on a free port, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    issuer = Issuer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(issuer.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield issuer
    finally:
        server.should_exit = True
        thread.join(20)
