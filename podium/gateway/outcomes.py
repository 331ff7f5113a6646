"""How agents report what became of a task or a call: at an address, or in a header of a model call."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final, Literal

import msgspec

from podium.gateway.identity import Caller
from podium.kernel.errors import InvalidRequest, NotFound, NotReady, PodiumError
from podium.kernel.money import EXACT, NANO_PER_USD, usd_text
from podium.ports.link import Reply
from podium.ports.tasks import OutcomeIs, ReportOutcome

PATH: Final = "/podium/v1/outcomes"
HEADER: Final = b"x-podium-outcome"
MAX_HEADER_BYTES: Final = 512
TRIES: Final = 15
PAUSE_S: Final = 1.0
AT_MOST: Final = 1000
"""Reports of headers that one worker has under way."""

logger = logging.getLogger(__name__)


class _Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is reported: of exactly one, a task or a call."""

    outcome: Literal["success", "failure"]
    task: str | None = None
    call: str | None = None
    value_usd: Decimal | None = None


_decoder = msgspec.json.Decoder(_Body)


def read_outcome(body: bytes, authorization: bytes | None, caller: Caller) -> ReportOutcome:
    """Return the question for the keeper, which proves the credential itself. Raises InvalidRequest."""
    try:
        given = _decoder.decode(body)
    except msgspec.MsgspecError as error:
        raise InvalidRequest(
            f"The body is no report of an outcome: {error}.",
            fix='Send {"task": "task_...", "outcome": "success", "value_usd": "1.25"}.',
        ) from error
    if (given.task is None) == (given.call is None):
        raise InvalidRequest("An outcome is of a task or of a call.", field="task", fix="Name one of them.")
    value = _nano_usd(given.value_usd, "value_usd") if given.value_usd is not None else None
    return _question(given.task or given.call or "", given.outcome, value, authorization, caller)


def read_header(value: bytes, authorization: bytes | None, caller: Caller, task_id: str) -> ReportOutcome:
    """Return the question of a header: ``success; value=1.20; call=call_...``.

    It is of ``task_id``, the task of the call that bears it, where it names neither task nor call. Raises
    InvalidRequest.
    """
    name = HEADER.decode()
    first, *rest = (part.strip() for part in value.decode("latin-1").split(";"))
    given: dict[str, str] = {}
    for part in rest:
        key, equals, text = (it.strip() for it in part.partition("="))
        if not equals or not text or key in given or key not in {"value", "task", "call"}:
            raise _unusable(name, f"{part!r} is none of value=, task= and call=, each once")
        given[key] = text
    if len(value) > MAX_HEADER_BYTES or first not in {"success", "failure"}:
        raise _unusable(name, "it begins with success or failure")
    if "task" in given and "call" in given:
        raise _unusable(name, "an outcome is of a task or of a call")
    worth = None
    if "value" in given:
        try:
            worth = _nano_usd(Decimal(given["value"]), name)
        except ArithmeticError as error:
            raise _unusable(name, f"{given['value']!r} is no amount of USD") from error
    outcome: Literal["success", "failure"] = "success" if first == "success" else "failure"
    subject = given.get("task") or given.get("call") or task_id
    return _question(subject, outcome, worth, authorization, caller)


def _unusable(name: str, why: str) -> InvalidRequest:
    return InvalidRequest(
        f"The {name} header is not usable: {why}.", fix="Send `success; value=1.25`.", field=name
    )


def _nano_usd(usd: Decimal, field: str) -> int:
    exact = EXACT.multiply(usd, NANO_PER_USD)
    if not exact.is_finite() or exact != exact.to_integral_value():
        raise InvalidRequest("The value has at most nine decimals.", field=field)
    return int(exact)


def _question(
    subject: str,
    outcome: Literal["success", "failure"],
    value: int | None,
    authorization: bytes | None,
    caller: Caller,
) -> ReportOutcome:
    secret = (authorization or b"").partition(b" ")[2].strip().decode("latin-1")
    token = caller.task.token if caller.task is not None else None
    return ReportOutcome(subject, outcome, value, None if token is not None else secret, token)


class Reports:
    """Tells the keeper what headers said, beside the calls that bore them, which wait for nothing."""

    def __init__(self, ask: Callable[[ReportOutcome], Awaitable[Reply]], *, pause_s: float = PAUSE_S) -> None:
        """``ask`` raises PodiumError. ``pause_s``: until the next try."""
        self._ask = ask
        self._pause_s = pause_s
        self._under_way: set[asyncio.Task[None]] = set()

    def tell(self, question: ReportOutcome) -> None:
        """Tell it soon, and again while the ledger does not know of what it is."""
        if len(self._under_way) >= AT_MOST:
            logger.warning("the outcome of %s is not told: too many wait", question.subject)
            return
        task = asyncio.create_task(self._tell(question))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _tell(self, question: ReportOutcome) -> None:
        for left in reversed(range(TRIES)):
            try:
                await self._ask(question)
            except PodiumError as error:
                if not left or not isinstance(error, (NotFound, NotReady)):
                    logger.warning("the outcome of %s was not taken: %s", question.subject, error)
                    return
            else:
                return
            await asyncio.sleep(self._pause_s)


def outcome_document(told: OutcomeIs) -> bytes:
    """Return the answer: what is written."""
    value = told.value_nano_usd
    return msgspec.json.encode(
        {
            "subject": told.subject,
            "agent": told.agent,
            "outcome": told.outcome,
            "value_usd": None if value is None else usd_text(value) if value >= 0 else f"-{usd_text(-value)}",
        }
    )
