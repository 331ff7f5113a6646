"""A provider that keeps limits of its own, tells of them in its answers, and refuses what is above them."""

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal

import msgspec

from podium.net.server import Exchange

ANSWER = (
    b'{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",'
    b'"message":{"role":"assistant","content":"ok"}}],"usage":{"prompt_tokens":9,"completion_tokens":1}}'
)
Style = Literal["openai", "anthropic", "standard", "old", "plain"]


class Quota:
    """Answers chats within a limit: of a window, or of a bucket that fills again all the time.

    Tokens are what the body allows as output, as OpenAI counts a call when it comes.
    """

    def __init__(
        self,
        style: Style,
        limit: int,
        window_s: float,
        *,
        bucket: bool = False,
        tokens: bool = False,
    ) -> None:
        self._style = style
        self.limit = limit
        self._window_s = window_s
        self._bucket = bucket
        self._tokens = tokens
        self.left = float(limit)
        self._at = self._now()
        self.came = self.served = self.refused = 0
        self.way_s = 0.0
        """So long a request is on its way before it is counted."""
        self.shown = limit
        """It tells of no more than this."""

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _refill(self) -> None:
        now = self._now()
        if self._bucket:
            self.left = min(self.limit, self.left + (now - self._at) * self.limit / self._window_s)
            self._at = now
        elif now - self._at >= self._window_s:
            self.left, self._at = self.limit, now

    async def __call__(self, exchange: Exchange) -> None:
        """Count a request, or refuse it."""
        body = msgspec.json.decode(await exchange.read_body())
        self.came += 1
        await asyncio.sleep(self.way_s)
        self._refill()
        need = body["max_tokens"] if self._tokens else 1
        if self.left < need:
            self.refused += 1
            exchange.respond(429, [(b"content-type", b"application/json")], b'{"error":{"message":"full"}}')
            return
        self.left -= need
        self.served += 1
        told = self._headers()
        await asyncio.sleep(0.02)
        exchange.respond(200, [(b"content-type", b"application/json"), *told], ANSWER)

    def _headers(self) -> list[tuple[bytes, bytes]]:
        left = min(int(self.left), self.shown)
        if self._bucket:
            reset_s = (self.limit - self.left) * self._window_s / self.limit
        else:
            reset_s = self._window_s - (self._now() - self._at)
        kind = "tokens" if self._tokens else "requests"
        now = datetime.now(UTC)
        if self._style == "openai":
            return _pairs(
                {
                    f"x-ratelimit-limit-{kind}": self.limit,
                    f"x-ratelimit-remaining-{kind}": left,
                    f"x-ratelimit-reset-{kind}": f"{reset_s * 1000:.0f}ms",
                }
            )
        if self._style == "anthropic":
            at = datetime.fromtimestamp(now.timestamp() + reset_s, UTC).isoformat()
            return _pairs(
                {
                    f"anthropic-ratelimit-{kind}-limit": self.limit,
                    f"anthropic-ratelimit-{kind}-remaining": left,
                    f"anthropic-ratelimit-{kind}-reset": at,
                    "date": format_datetime(now, usegmt=True),
                }
            )
        if self._style == "standard":
            return _pairs(
                {
                    "ratelimit-policy": f'"all";q={self.limit};w={self._window_s:.0f}',
                    "ratelimit": f'"all";r={left};t={reset_s:.3f}',
                }
            )
        prefix = "ratelimit" if self._style == "old" else "x-ratelimit"
        return _pairs(
            {f"{prefix}-limit": self.limit, f"{prefix}-remaining": left, f"{prefix}-reset": f"{reset_s:.3f}"}
        )


def _pairs(said: dict[str, object]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), str(value).encode()) for name, value in said.items()]
