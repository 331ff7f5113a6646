"""What a worker answers before it has a journal: that it lives, and that it takes no calls."""

from podium.gateway import answers
from podium.gateway.standing import Standing
from podium.kernel.errors import NotReady, PodiumError
from podium.net.server import Exchange


class Waiting:
    """Serves exchanges until the gateway can."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing

    async def handle(self, exchange: Exchange) -> None:
        """Answer one exchange: 200 for ``/livez``, else 503 with the reason. Nothing of it is read."""
        if exchange.path == "/livez" and exchange.method in {"GET", "HEAD"}:
            exchange.respond(200, [answers.JSON], b'{"status":"live"}')
            return
        error: PodiumError = NotReady(
            f"Podium takes no calls now: {self._standing.refusal() or 'it is starting'}.",
            fix="Try again soon.",
        )
        exchange.respond(*answers.refusal(error, []))
