"""The address at which agents report what became of a task or a call."""

from decimal import Decimal
from typing import Final, Literal

import msgspec

from podium.gateway.identity import Caller
from podium.kernel.errors import InvalidRequest
from podium.kernel.money import EXACT, NANO_PER_USD, usd_text
from podium.ports.tasks import OutcomeIs, ReportOutcome

PATH: Final = "/podium/v1/outcomes"


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
    value = None
    if given.value_usd is not None:
        exact = EXACT.multiply(given.value_usd, NANO_PER_USD)
        if not exact.is_finite() or exact != exact.to_integral_value():
            raise InvalidRequest("The value has at most nine decimals.", field="value_usd")
        value = int(exact)
    secret = (authorization or b"").partition(b" ")[2].strip().decode("latin-1")
    token = caller.task.token if caller.task is not None else None
    return ReportOutcome(
        given.task or given.call or "", given.outcome, value, None if token is not None else secret, token
    )


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
