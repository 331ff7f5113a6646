"""What every wire format offers, and what two of them make together.

A format is a module (or package) of this room whose functions are those of `Format`. It is used both ways:
for clients that speak it and for providers that do. Where both sides speak the same one, the body passes
through with the least change (`PassThrough`); else it goes through those of `kernel.chat` (`Translated`).
"""

from typing import Final, Protocol

import msgspec

from podium.kernel.call import CostTag, Reply, Request
from podium.kernel.chat import Answer, Chat, Embeddings, EmbedRequest, Event
from podium.kernel.errors import Inexpressible, InvalidRequest


class Outgoing(msgspec.Struct, frozen=True):
    """What Podium decides about a provider's body.

    ``max_output_tokens``: the limit of output to write, None where the client's own stays.
    """

    model: str
    max_output_tokens: int | None = None
    output_limit_field: str = "max_completion_tokens"
    """How an OpenAI-compatible provider calls the limit of output."""


class WireError(msgspec.Struct, frozen=True):
    """An error as a client is told it. ``code`` is Podium's, ``field`` the client's field at fault."""

    status: int
    code: str
    message: str
    field: str | None = None


class StreamReader(Protocol):
    """One upstream stream on its way to the client. Fed bytes as they come; what it returns may go on."""

    first_token: bool
    """The first piece of content, thought or tool call has passed."""
    done: bool
    """The stream is whole: whatever follows is ignored."""
    error: str | None
    """The provider's error inside the stream, or what is wrong with the stream itself."""

    def feed(self, data: bytes) -> bytes:
        """Return what may go to the client now; the end is held back for `finish`."""
        ...

    def end(self) -> None:
        """Take note that the provider has closed: sets ``done`` where the format ends so."""
        ...

    def reply(self) -> Reply:
        """Return what has been read so far; final once ``done``."""
        ...

    def finish(self, tag: CostTag) -> bytes:
        """Return the stream's end with its cost."""
        ...


class StreamDecoder(Protocol):
    """One upstream stream, read into neutral events."""

    first_token: bool
    done: bool
    error: str | None

    def feed(self, data: bytes) -> list[Event]:
        """Return the events that are now whole. Sets ``error`` instead of raising."""
        ...

    def end(self) -> list[Event]:
        """Take note that the provider has closed; return what that completes."""
        ...

    def reply(self) -> Reply:
        """Return usage, ids and finish reason read so far; final once ``done``."""
        ...


class StreamWriter(Protocol):
    """Neutral events, written as one client's stream."""

    def write(self, events: list[Event]) -> bytes:
        """Return the bytes of events. `Ended` is held back for `finish`."""
        ...

    def finish(self, reply: Reply, tag: CostTag) -> bytes:
        """Return the stream's end: finish reason, usage and cost."""
        ...


class ErrorFormat(Protocol):
    """How clients of a format are told errors."""

    def encode_error(self, error: WireError) -> bytes:
        """Return the body of an error."""
        ...

    def encode_stream_error(self, error: WireError) -> bytes:
        """Return the event of an error behind the first byte of a stream."""
        ...


class SameFormat(ErrorFormat, Protocol):
    """What client and provider of one and the same format need."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """The format's name: ``openai``."""
        ...

    @property
    def HEADERS(self) -> tuple[tuple[bytes, bytes | None], ...]:  # noqa: N802 - a module's constant
        """Headers of a request to such a provider, with their value where the client says none.

        A client of the same format may set them itself; None: left out unless it does.
        """
        ...

    def decode_request(self, body: bytes, path: str = "") -> Request:
        """Return what admission must know of a client's body. Raises InvalidRequest with a field.

        ``path``: where it came to, with its query, for formats that put model and method there.
        """
        ...

    def target(self, operation: str, model: str, *, stream: bool) -> str:
        """Return path and query behind the provider's base path."""
        ...

    def encode_request(self, request: Request, outgoing: Outgoing) -> bytes:
        """Return the provider's body for a client of this format: the client's, with the least change."""
        ...

    def decode_reply(self, body: bytes) -> Reply:
        """Return what Podium reads from a whole answer. Raises BrokenReply."""
        ...

    def tag_reply(self, body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:
        """Return a whole answer with its cost, for a client of this same format.

        ``usage_text``: that of `Reply`, where `decode_reply` has it.
        """
        ...


class Format(SameFormat, Protocol):
    """A wire format of chats, both ways."""

    def stream_reader(self, request: Request) -> StreamReader:
        """Return a reader of one stream for a client of this same format."""
        ...

    # For clients that speak it, whose provider speaks another.
    def decode_chat(self, request: Request) -> Chat:
        """Return the whole request in neutral terms.

        Raises Inexpressible, with the client's field, for anything that has no neutral meaning.
        """
        ...

    def field_of(self, name: str) -> str:
        """Return the client's field that an attribute of `Chat` came from."""
        ...

    def encode_answer(self, answer: Answer, request: Request, tag: CostTag) -> bytes:
        """Return a whole answer with its cost, as this format's clients read it."""
        ...

    def stream_writer(self, request: Request) -> StreamWriter:
        """Return a writer of one stream."""
        ...

    # For providers that speak it, whose client speaks another.
    def encode_chat(self, chat: Chat, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
        """Return the provider's body, and the names of what was left out by choice (the documented list).

        Raises Inexpressible, whose field is an attribute of `Chat` or a message's ``at``.
        """
        ...

    def decode_answer(self, body: bytes) -> Answer:
        """Return a whole answer in neutral terms. Raises BrokenReply."""
        ...

    def stream_decoder(self) -> StreamDecoder:
        """Return a decoder of one stream."""
        ...


class EmbeddingsFormat(SameFormat, Protocol):
    """A wire format of embeddings, both ways."""

    def decode_embed(self, request: Request) -> EmbedRequest:
        """Return a client's request in neutral terms. Raises Inexpressible with the client's field."""
        ...

    def encode_embeddings(self, embeddings: Embeddings, request: Request, tag: CostTag) -> bytes:
        """Return the answer for a client of this format."""
        ...

    def encode_embed(self, embed: EmbedRequest, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
        """Return the provider's body, and what was left out by choice. Raises Inexpressible."""
        ...

    def decode_embeddings(self, body: bytes) -> Embeddings:
        """Return the answer in neutral terms. Raises BrokenReply."""
        ...


class CountFormat(SameFormat, Protocol):
    """A wire format of counts of tokens."""

    def estimate(self, request: Request, tokens_per_byte: float) -> int:
        """Return about how many tokens a request has, for a provider that does not count in this format."""
        ...

    def encode_count(self, tokens: int) -> bytes:
        """Return a count as a provider answers it."""
        ...


class Codec(Protocol):
    """What the path uses: one client's format and one provider's, together."""

    passes: bool
    """Both sides speak the same format, so the client's own headers of `headers` pass too."""
    headers: tuple[tuple[bytes, bytes | None], ...]
    """Headers of the provider's format; see `SameFormat.HEADERS`."""

    def encode_request(self, request: Request, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
        """Return the provider's body and what was left out by choice. Raises Inexpressible."""
        ...

    def target(self, operation: str, model: str, *, stream: bool) -> str:
        """Return path and query behind the provider's base path."""
        ...

    def decode_reply(self, body: bytes) -> Reply:
        """Return what Podium reads from a whole answer. Raises BrokenReply."""
        ...

    def tag_reply(self, body: bytes, reply: Reply, request: Request, tag: CostTag) -> bytes:
        """Return the client's body with its cost. ``reply`` is that of `decode_reply`."""
        ...

    def stream_reader(self, request: Request) -> StreamReader:
        """Return a reader of one stream."""
        ...


class PassThrough:
    """Both sides speak the same format."""

    passes = True

    def __init__(self, same: SameFormat) -> None:
        self._same = same
        self.headers = same.HEADERS
        self.target = same.target
        self.decode_reply = same.decode_reply

    def stream_reader(self, request: Request) -> StreamReader:
        """Return a reader of one stream."""
        reader: StreamReader = self._same.stream_reader(request)  # type: ignore[attr-defined]  # chats stream
        return reader

    def encode_request(self, request: Request, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
        """Return the client's body with the least change.

        Thoughts that a provider of another format has signed are left out, and named: this one would refuse
        them. They are there where a talk has moved from one provider to another.
        """
        if request.operation == "chat" and _bears_foreign_thoughts(request):
            return self._same.encode_chat(self._same.decode_chat(request), outgoing)  # type: ignore[attr-defined,no-any-return]  # chats have them
        return self._same.encode_request(request, outgoing), ()

    def tag_reply(self, body: bytes, reply: Reply, request: Request, tag: CostTag) -> bytes:  # noqa: ARG002 - every codec has it
        """Return the provider's body with its cost."""
        return self._same.tag_reply(body, tag, reply.usage_text)


_SEALS: Final = (b'"podium.', b'"cG9kaXVt')
"""How a sealed signature begins: as text, and in base64, as Gemini has it."""
_FOREIGN: Final = tuple(before + seal for seal in _SEALS for before in (b":", b": "))
"""How such a value stands in its object. A search of a megabyte takes 0.4 ms, so these follow the others."""


def _bears_foreign_thoughts(request: Request) -> bool:
    raw = request.fields.get(request.content_field)
    if raw is None:
        return False
    turns = bytes(raw)
    # `find`, as `in` raises and catches an error inside before it looks for bytes in bytes.
    if turns.find(_SEALS[0]) < 0 > turns.find(_SEALS[1]):
        return False
    return any(mark in turns for mark in _FOREIGN)


class Translated:
    """A client of one format is served by a provider of another."""

    passes = False

    def __init__(self, client: Format, provider: Format) -> None:
        self._client = client
        self._provider = provider
        self.headers = provider.HEADERS
        self.target = provider.target

    def encode_request(self, request: Request, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
        """Return the provider's body. Raises Inexpressible that names the client's field."""
        chat = self._client.decode_chat(request)
        try:
            body, dropped = self._provider.encode_chat(chat, outgoing)
        except Inexpressible as error:
            field = error.field or ""
            raise Inexpressible(
                error.message,
                fix=error.fix or f"Leave it out, or call a route whose model speaks {self._client.NAME}.",
                field=self._client.field_of(field) if field.isidentifier() else field,
            ) from error
        return body, (*chat.dropped, *(self._client.field_of(name) for name in dropped))

    def decode_reply(self, body: bytes) -> Reply:
        """Return what Podium reads, and the whole answer beside it. Raises BrokenReply."""
        answer = self._provider.decode_answer(body)
        return Reply(answer.usage, answer.id, answer.model, answer.finish, answer)

    def tag_reply(self, body: bytes, reply: Reply, request: Request, tag: CostTag) -> bytes:  # noqa: ARG002 - every codec has it
        """Return the answer in the client's format, with its cost."""
        if not isinstance(reply.answer, Answer):
            raise TypeError("a translated reply without its answer")
        return self._client.encode_answer(reply.answer, request, tag)

    def stream_reader(self, request: Request) -> StreamReader:
        """Return a reader of the provider's stream that gives the client's."""
        return TranslatedStream(self._provider.stream_decoder(), self._client.stream_writer(request))


class TranslatedEmbeddings:
    """A client of one format is embedded for by a provider of another."""

    passes = False

    def __init__(self, client: EmbeddingsFormat, provider: EmbeddingsFormat) -> None:
        self._client = client
        self._provider = provider
        self.headers = provider.HEADERS
        self.target = provider.target

    def encode_request(self, request: Request, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
        """Return the provider's body. Raises Inexpressible."""
        return self._provider.encode_embed(self._client.decode_embed(request), outgoing)

    def decode_reply(self, body: bytes) -> Reply:
        """Return what Podium reads, and the vectors beside it. Raises BrokenReply."""
        answer = self._provider.decode_embeddings(body)
        return Reply(answer.usage, upstream_model=answer.model, answer=answer)

    def tag_reply(self, body: bytes, reply: Reply, request: Request, tag: CostTag) -> bytes:  # noqa: ARG002 - every codec has it
        """Return the answer in the client's format, with its cost."""
        if not isinstance(reply.answer, Embeddings):
            raise TypeError("a translated reply without its vectors")
        return self._client.encode_embeddings(reply.answer, request, tag)

    def stream_reader(self, request: Request) -> StreamReader:  # noqa: ARG002 - every codec has it
        """Raise: embeddings do not stream."""
        raise TypeError("embeddings do not stream")


class TranslatedStream:
    """One stream, read in one format and written in another."""

    def __init__(self, decoder: StreamDecoder, writer: StreamWriter) -> None:
        self._decoder = decoder
        self._writer = writer
        self._late: list[Event] = []
        self.first_token = False
        self.done = False
        self.error: str | None = None
        self.reply = decoder.reply

    def feed(self, data: bytes) -> bytes:
        """Return the client's bytes of what is now whole."""
        return self._pass(self._decoder.feed(data))

    def end(self) -> None:
        """Take note that the provider has closed."""
        self._late = self._decoder.end()
        self._look()

    def finish(self, tag: CostTag) -> bytes:
        """Return the stream's end with its cost."""
        late = self._writer.write(self._late) if self._late else b""
        return late + self._writer.finish(self._decoder.reply(), tag)

    def _pass(self, events: list[Event]) -> bytes:
        self._look()
        return self._writer.write(events) if events else b""

    def _look(self) -> None:
        decoder = self._decoder
        self.first_token, self.done, self.error = decoder.first_token, decoder.done, decoder.error


SEALED: Final = "podium."
"""How a signature begins that was made for another format than the one that it travels in."""


def seal(signature: str, signed_by: str, *, native: str) -> str:
    """Return a signature as it travels in the format ``native``: as it is, or marked with its own format."""
    return signature if signed_by == native else f"{SEALED}{signed_by}.{signature}"


def unseal(text: str, *, native: str) -> tuple[str, str]:
    """Return a signature and the format whose provider can verify it."""
    if text.startswith(SEALED):
        signed_by, _, signature = text[len(SEALED) :].partition(".")
        return signature, signed_by
    return text, native


def inexpressible(what: str, field: str, *, fix: str = "") -> Inexpressible:
    """Return what to raise for something that has no place in the other format."""
    return Inexpressible(f"{what} cannot be expressed in the provider's format.", fix=fix, field=field)


def unknown_field(name: str, *, native: str) -> InvalidRequest:
    """Return what to raise for a client's field that is not part of the neutral model."""
    return Inexpressible(
        f"{name} cannot be carried to a provider of another format.",
        fix=f"Leave it out, or call a route whose model speaks {native}.",
        field=name,
    )
