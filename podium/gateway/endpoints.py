"""The paths that reach a provider, each with the wire format that it speaks. There is no other way out."""

from typing import Final, Protocol

import msgspec

from podium.kernel.call import CostTag, Operation, Reply, Request
from podium.wire import openai_chat, openai_embeddings


class Wire(Protocol):
    """What a wire format's module offers for one operation."""

    def decode_request(self, body: bytes) -> Request:
        """Raise InvalidRequest with a field."""
        ...

    def encode_request(
        self, request: Request, *, upstream_model: str, output_limit_field: str, max_output_tokens: int | None
    ) -> bytes:
        """Return the provider's body."""
        ...

    def decode_reply(self, body: bytes) -> Reply:
        """Read usage and ids. Raises BrokenReply or msgspec errors on a body that is no answer."""
        ...

    def tag_reply(self, body: bytes, tag: CostTag) -> bytes:
        """Return the body with its cost."""
        ...


class Endpoint(msgspec.Struct, frozen=True):
    """One path that reaches a provider."""

    operation: Operation
    wire: Wire
    upstream_path: str


MODEL_ENDPOINTS: Final = {
    "/v1/chat/completions": Endpoint("chat", openai_chat, "/chat/completions"),
    "/v1/embeddings": Endpoint("embeddings", openai_embeddings, "/embeddings"),
}
