"""The one error tree. Adapters wrap foreign errors with ``from``; HTTP statuses are chosen at the edge.

PodiumError
├── RequestError            the client's request cannot be served as it stands      (terminal)
│   ├── InvalidRequest          malformed, or a field has no meaning here
│   │   └── Inexpressible           the provider's wire format has no place for it
│   ├── Unauthenticated         no credential, or one that is not known
│   ├── Forbidden               known, and not allowed
│   │   └── SafetyPause             a breaker lets nothing through until a person has looked
│   ├── NotFound                no such route, path or record
│   └── Unbounded               the cost of the call cannot be bounded before it is sent
├── RateLimited             a limit of rate is used up; nothing was sent             (retryable)
├── BudgetExhausted         a limit is used up, and nothing smaller fits it           (terminal)
├── NotReady                Podium cannot decide now, so it refuses                  (retryable)
├── UpstreamError           a provider did not answer as it should                   (retryable)
│   ├── ConnectFailed           nothing was sent
│   ├── UpstreamTimeout         no first byte, no next byte, or too long in all
│   ├── BrokenReply             the connection or the framing broke
│   └── UpstreamRefused         a complete HTTP answer that says no
├── ManifestError           manifests that do not compile: every finding at once     (terminal)
├── StateError              the state directory, its lock, its schema                (terminal)
├── FetchFailed             a model's package could not be fetched                   (retryable)
└── JournalError            a journal that cannot be written or read                 (terminal)
"""

from typing import ClassVar


class PodiumError(Exception):
    """Base of every error of Podium's own.

    ``code`` is stable and goes to clients; ``fix`` says what to do; ``field`` names the culprit.
    """

    code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(
        self, message: str, *, fix: str = "", field: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix
        self.field = field
        self.error_code = code or self.code
        self.told: str | None = None
        """What a client is told instead, where the message names what is the operator's: hosts, files."""

    def __str__(self) -> str:
        """Return the message and what to do."""
        return f"{self.message} {self.fix}".rstrip()


class RequestError(PodiumError):
    """The client's request cannot be served as it stands."""

    code = "invalid_request"


class InvalidRequest(RequestError):
    """Malformed, or a field has no meaning here."""


class Inexpressible(InvalidRequest):
    """A part of the request has no place in the provider's wire format; nothing was sent."""

    code = "not_expressible"


class Unauthenticated(RequestError):
    """No credential, or one that is not known."""

    code = "invalid_api_key"


class Forbidden(RequestError):
    """Known, and not allowed."""

    code = "forbidden"


class SafetyPause(Forbidden):
    """A breaker lets nothing through: spend or steps are not what they should be, or a person has said so."""

    code = "safety_pause"


class NotFound(RequestError):
    """No such route, path or record."""

    code = "not_found"


class Unbounded(RequestError):
    """The cost of the call cannot be bounded before it is sent."""

    code = "unbounded_cost"


class BudgetExhausted(PodiumError):
    """A limit has no room for the call, nor for a smaller model; nothing was sent.

    ``retry_after_s``: when its window ends; None: it has no end, or what holds it may be free at any time.
    """

    code = "budget_exhausted"

    def __init__(self, message: str, *, limit: str, retry_after_s: float | None, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.limit = limit
        self.retry_after_s = retry_after_s


class NotReady(PodiumError):
    """Podium cannot decide now, so it refuses; nothing was sent."""

    code = "not_ready"
    retryable = True


class RateLimited(PodiumError):
    """A limit of rate is used up, and waiting for it was too long; nothing was sent."""

    code = "rate_limited"
    retryable = True

    def __init__(self, message: str, *, retry_after_s: float, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.retry_after_s = retry_after_s


class UpstreamError(PodiumError):
    """A provider did not answer as it should.

    ``sent``: whether any byte of the request went out. ``received``: whether an answer had begun, after
    which no other attempt is made.
    """

    code = "upstream_error"
    retryable = True

    def __init__(
        self, message: str, *, sent: bool, fix: str = "", field: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message, fix=fix, field=field, code=code)
        self.sent = sent
        self.received = False


class ConnectFailed(UpstreamError):
    """The connection could not be made: nothing was sent."""

    code = "upstream_unreachable"

    def __init__(self, message: str, *, fix: str = "", code: str | None = None) -> None:
        super().__init__(message, sent=False, fix=fix)
        self.error_code = code or self.code


class UpstreamTimeout(UpstreamError):
    """No first byte, no next byte, or too long in all; ``phase`` says which: first_byte, idle, total."""

    code = "upstream_timeout"

    def __init__(self, message: str, *, phase: str, sent: bool = True) -> None:
        super().__init__(message, sent=sent)
        self.phase = phase


class BrokenReply(UpstreamError):
    """The connection or the framing broke before the answer was whole."""

    code = "upstream_broken"


class UpstreamRefused(UpstreamError):
    """A complete HTTP answer that says no; ``status`` is the provider's."""

    code = "upstream_refused"

    def __init__(
        self, message: str, *, status: int, retry_after_s: float | None = None, fix: str = ""
    ) -> None:
        super().__init__(message, sent=True, fix=fix)
        self.status = status
        self.retry_after_s = retry_after_s
        self.passed: tuple[tuple[bytes, bytes], ...] = ()
        """Headers of the provider's that clients act on."""


class Finding(Exception):
    """One fault in a manifest: where, and what to do."""

    def __init__(
        self, message: str, *, file: str, line: int, field: str, fix: str = "", absent: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line
        self.field = field
        self.fix = fix
        self.absent = absent
        """What is named, and other files may hold, since none of its kind is here: `Route fast`."""

    def __str__(self) -> str:
        """``file:line: field: message fix``, the form that editors jump to."""
        place = f"{self.file}:{self.line}: " + (f"{self.field}: " if self.field else "")
        ended = not self.fix or self.message.endswith((".", "?", "!"))
        message = self.message if ended else f"{self.message}."
        return f"{place}{message} {self.fix}".rstrip()


class ManifestError(PodiumError):
    """Manifests that do not compile. ``findings`` holds every fault at once."""

    code = "invalid_manifest"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(f) for f in findings))
        self.findings = findings


class StateError(PodiumError):
    """The state directory, its lock, or its schema."""

    code = "state_error"


class FetchFailed(PodiumError):
    """A model's package could not be fetched, or is not what it should be."""

    code = "fetch_failed"
    retryable = True


class JournalError(PodiumError):
    """A journal that cannot be written or read."""

    code = "journal_error"
