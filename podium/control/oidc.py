"""Login by an issuer of OpenID Connect: the code flow with PKCE, a nonce, and a state bound to the browser.

Sources: OpenID Connect Core 1.0 (3.1, the code flow), Discovery 1.0, RFC 7636 (PKCE, S256 alone), RFC 9207
(the issuer in the answer). Only signatures by public keys are taken: ``none`` and shared secrets are not.
"""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from podium.control.door import sha256
from podium.kernel.addresses import is_loopback
from podium.kernel.errors import NotReady, PodiumError, Unauthenticated
from podium.ports import Clock, Entropy
from podium.ports.acts import Identity
from podium.trust.people import map_roles

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY_S: Final = 60
PENDING_NS: Final = 600 * 1_000_000_000
"""A login that was begun is to be finished within ten minutes."""
MOST_PENDING: Final = 1000
KEPT_NS: Final = 3600 * 1_000_000_000
"""What the issuer says of itself is asked again after an hour, and its keys when one is not known."""
TIMEOUT_S: Final = 10.0


@dataclass(frozen=True)
class Issuer:
    """Who vouches for people, and which roles its claims give (see `trust.people.map_roles`)."""

    url: str
    client_id: str
    client_secret: Callable[[], str | None]
    rules: tuple[tuple[str, str, str], ...]
    name_claim: str = "preferred_username"

    @property
    def label(self) -> str:
        """What the button says."""
        return urlsplit(self.url).hostname or self.url


@dataclass(frozen=True)
class _Pending:
    nonce: str
    verifier: str
    browser: str
    callback: str
    target: str
    until_ns: int


class OidcLogins:
    """Begins and finishes logins with one issuer. Belongs to one event loop."""

    def __init__(self, issuer: Issuer, clock: Clock, entropy: Entropy) -> None:
        self.issuer = issuer
        self._clock = clock
        self._entropy = entropy
        self._pending: dict[str, _Pending] = {}
        self._about: tuple[int, dict[str, Any]] | None = None
        self._keys: KeySet | None = None

    async def begin(self, callback: str, target: str) -> tuple[str, str]:
        """Return where the browser goes to log in, and the secret that binds the login to it.

        Raises NotReady where the issuer does not answer as it should.
        """
        about = await self._metadata()
        state, nonce, verifier, browser = (self._secret() for _ in range(4))
        now_ns = self._clock.monotonic_ns()
        for old in [key for key, it in self._pending.items() if it.until_ns <= now_ns]:
            del self._pending[old]
        while len(self._pending) >= MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        self._pending[state] = _Pending(
            nonce, verifier, sha256(browser), callback, target, now_ns + PENDING_NS
        )
        async with self._client(callback) as client:
            url, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return url, browser

    async def finish(self, query: Mapping[str, str], browser: str) -> tuple[Identity, str]:
        """Return who it is, as the issuer says, and where they wanted to go.

        Raises Unauthenticated, NotReady.
        """
        pending = self._pending.pop(query.get("state", ""), None)
        if (
            pending is None
            or pending.until_ns <= self._clock.monotonic_ns()
            or not hmac.compare_digest(pending.browser, sha256(browser))
        ):
            raise _no("This login was not begun in this browser, or too long ago")
        if query.get("iss", self.issuer.url) != self.issuer.url:
            raise _no("Another issuer has answered than the one that was asked")
        if "code" not in query:
            why = query.get("error_description") or query.get("error") or "it gave no code"
            raise _no(f"{self.issuer.label} did not log you in: {why[:200]}")
        about = await self._metadata()
        try:
            async with asyncio.timeout(TIMEOUT_S), self._client(pending.callback) as client:
                token = await client.fetch_token(
                    about["token_endpoint"], code=query["code"], code_verifier=pending.verifier
                )
        except OAuthError as error:
            raise _no(f"{self.issuer.label} does not take the code back: {error}") from error
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            raise self._away(error) from error
        claims = await self._claims(str(token.get("id_token", "")), pending.nonce, token.get("access_token"))
        return self._identity(claims), pending.target

    def _identity(self, claims: dict[str, Any]) -> Identity:
        for name_claim in (self.issuer.name_claim, "email", "sub"):
            name = claims.get(name_claim)
            if isinstance(name, str) and name:
                break
        else:
            raise _no("The issuer does not say who you are")
        roles = map_roles(claims, self.issuer.rules)
        return Identity(self.issuer.url, str(claims["sub"]), name.lower(), roles)

    async def _claims(self, id_token: str, nonce: str, access_token: object) -> dict[str, Any]:
        """Return the claims of an id token that was checked. Raises Unauthenticated."""
        known = self._keys is not None
        try:
            try:
                token = jwt.decode(id_token, await self._key_set(), algorithms=list(ALGORITHMS))
            except (JoseError, ValueError):
                if not known:
                    raise
                self._keys = None  # it may have new ones
                token = jwt.decode(id_token, await self._key_set(), algorithms=list(ALGORITHMS))
            checked = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.issuer.url},
                    "aud": {"essential": True, "value": self.issuer.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                {"nonce": nonce, "client_id": self.issuer.client_id, "access_token": access_token},
            )
            checked.validate(now=self._clock.wall_ns() // 1_000_000_000, leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise _no(f"The issuer's id token is refused: {error or type(error).__name__}") from error
        return dict(token.claims)

    async def _metadata(self) -> dict[str, Any]:
        """Return what the issuer says of itself: Discovery 1.0, 4. Raises NotReady."""
        now_ns = self._clock.monotonic_ns()
        if self._about is not None and now_ns - self._about[0] < KEPT_NS:
            return self._about[1]
        about = await self._get(self.issuer.url.rstrip("/") + "/.well-known/openid-configuration")
        if about.get("issuer") != self.issuer.url:
            raise NotReady(
                f"{self.issuer.url} calls itself {about.get('issuer')!r}.",
                fix="Write PODIUM_OIDC_ISSUER exactly as the issuer calls itself.",
            )
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._check_address(str(about.get(name, "")), name)
        self._about = (now_ns, about)
        return about

    async def _key_set(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(await self._get((await self._metadata())["jwks_uri"]))  # type: ignore[arg-type] # checked by it
        return self._keys

    async def _get(self, url: str) -> dict[str, Any]:
        self._check_address(url, "the issuer's address")
        try:
            async with asyncio.timeout(TIMEOUT_S), httpx2.AsyncClient(timeout=TIMEOUT_S) as client:
                answer = await client.get(url, follow_redirects=False)
                answer.raise_for_status()
                found = answer.json()
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            raise self._away(error) from error
        if not isinstance(found, dict):
            raise self._away(ValueError("it answers no JSON object"))
        return found

    def _check_address(self, url: str, what: str) -> None:
        """Refuse plain HTTP, but on this machine where the issuer is there too. Raises NotReady."""
        parts = urlsplit(url)
        here = is_loopback(parts.hostname or "") and is_loopback(urlsplit(self.issuer.url).hostname or "")
        if parts.scheme != "https" and not (parts.scheme == "http" and here):
            raise NotReady(
                f"{what} is {url!r}: it must be https.", fix="Name an issuer that is reached over TLS."
            )

    def _client(self, callback: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.issuer.client_id,
            self.issuer.client_secret(),
            token_endpoint_auth_method="client_secret_basic" if self.issuer.client_secret() else "none",
            scope="openid profile email",
            redirect_uri=callback,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    def _away(self, error: Exception) -> NotReady:
        return NotReady(
            f"{self.issuer.label} cannot be asked: {error or type(error).__name__}.",
            fix="Try again soon, or log in as the owner.",
        )

    def _secret(self) -> str:
        return urlsafe_b64encode(self._entropy(32)).decode("ascii").rstrip("=")


def _no(why: str) -> PodiumError:
    return Unauthenticated(f"{why}.", fix="Log in again.", code="login_failed")
