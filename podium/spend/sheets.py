"""A task's cost sheet: what it has used, each with its price, and sums that agree with the ledger.

Every charge is split into the lines of its price sheet, in whole nano-USD that add up to it: so all lines of
the ledger's sections add up to the ledger. Machines and calls of tools stand beside: it does not have them.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import floor
from typing import Final, Literal

import msgspec

from podium.kernel.call import Usage
from podium.kernel.money import EXACT, ceil_nano
from podium.spend.machines import GPU_WORDS, GpuHow, MachinePrices
from podium.spend.prices import FREE, CostLine, PriceSheet, cost_lines, sheet_of

Section = Literal["answers", "failed", "embeddings", "tools", "corrections", "tool_calls", "machines"]
LEDGER: Final[tuple[Section, ...]] = ("answers", "failed", "embeddings", "tools", "corrections")
"""They add up to the ledger. ``failed``: attempts that did not end well. ``tools``: those of providers."""
BESIDE: Final[tuple[Section, ...]] = ("tool_calls", "machines")
Unit = Literal["token", "request", "use", "charge", "call", "cpu_second", "gigabyte_second", "gpu_second"]
_GIGABYTE: Final = 10**9
_NO_PRICE: Final = "no price"
Unknown = Literal["not measured", "no price"]


class Charged(msgspec.Struct, frozen=True):
    """One attempt as the ledger has it."""

    task_id: str
    model: str
    operation: str
    outcome: str
    attempt: int
    cost_nano_usd: int
    estimated: bool
    prices: PriceSheet | None = None
    """Those of its version of the manifests; None: it had none."""
    usage: Usage | None = None
    corrected_nano_usd: int = 0
    """What bills have changed, signed."""


class Called(msgspec.Struct, frozen=True):
    """One call of a tool that was made. ``price``: nano-USD; None: none is set."""

    task_id: str
    tool: str
    price: Decimal | None = None


class Ran(msgspec.Struct, frozen=True):
    """What a machine did for a task: a program of its own, or a share of a server."""

    task_id: str
    what: str
    """The agent, or the server's name."""
    prices: MachinePrices
    cpu_ms: Decimal | None = None
    """None: nobody has measured it."""
    memory_bytes: int | None = None
    """At most, at once."""
    time_ms: int | None = None
    """From its beginning to its end."""
    gpu_ms: Decimal | None = None
    """Of one GPU; of several it is added up."""
    gpu_how: GpuHow | None = None
    """How that is known, or why not."""
    estimated: bool = False


class Line(msgspec.Struct, frozen=True):
    """One line. ``amount_nano_usd`` None: quantity or price is not known, and so the amount is not."""

    section: Section
    kind: str
    what: str
    """The model, the tool, the agent or the server."""
    unit: Unit
    quantity: Decimal | None
    price_nano_usd: Decimal | None
    """Of a unit."""
    amount_nano_usd: int | None
    estimated: bool = False
    unknown: Unknown | None = None
    """Why there is no amount."""
    note: str | None = None
    """How its quantity is known, or why not."""

    @property
    def remarks(self) -> str:
        """What is to be said of it, in words; empty: nothing."""
        return ": ".join(it for it in (self.unknown, self.note) if it)


class Sheet(msgspec.Struct, frozen=True):
    """A cost sheet. Amounts are nano-USD."""

    lines: tuple[Line, ...]
    tokens: dict[str, int]
    """Of every attempt that had a usage, by kind; kinds are disjoint."""
    attempts: int
    failed_attempts: int
    retries: int
    """Attempts that were not their call's first."""
    ledger_nano_usd: int
    """What the ledger's own sums say."""
    lines_nano_usd: int
    """What the lines of the ledger's sections add up to."""
    beside_nano_usd: int
    """Of machines and calls of tools, as far as quantity and price are known."""
    total_nano_usd: int
    """The ledger and what is beside it."""
    unknown: int
    """Lines without an amount: the total is that of the others."""
    agrees: bool
    """Whether the lines add up to the ledger: not while a call is under way of which a part is charged."""


_TOKENS: Final = (
    "input", "cache_read", "cache_write", "cache_write_1h", "input_audio", "cache_audio_read",
    "output", "reasoning", "output_audio",
)  # fmt: skip


def cost_sheet(
    charged: Iterable[Charged], called: Iterable[Called], ran: Iterable[Ran], *, ledger_nano_usd: int
) -> Sheet:
    """Return the sheet of tasks. ``ledger_nano_usd``: what the ledger says of the same tasks."""
    found: list[Line] = []
    tokens: dict[str, int] = {}
    attempts = failed = retries = 0
    for one in charged:
        attempts += 1
        failed += one.outcome != "ok"
        retries += one.attempt > 1
        found += charge_lines(one)
        if one.usage is not None:
            for line in cost_lines(FREE, one.usage):
                tokens[line.kind] = tokens.get(line.kind, 0) + line.tokens
    found += [_call_line(one) for one in called]
    for it in ran:
        found += machine_lines(it)
    lines = added_up(found)
    of_ledger = sum(line.amount_nano_usd or 0 for line in lines if line.section in LEDGER)
    beside = sum(line.amount_nano_usd or 0 for line in lines if line.section in BESIDE)
    return Sheet(
        lines=lines,
        tokens={kind: tokens[kind] for kind in _TOKENS if kind in tokens},
        attempts=attempts,
        failed_attempts=failed,
        retries=retries,
        ledger_nano_usd=ledger_nano_usd,
        lines_nano_usd=of_ledger,
        beside_nano_usd=beside,
        total_nano_usd=ledger_nano_usd + beside,
        unknown=sum(line.amount_nano_usd is None for line in lines),
        agrees=of_ledger == ledger_nano_usd,
    )


def charge_lines(one: Charged) -> list[Line]:
    """Return a charge's lines, in whole nano-USD that add up to it and its corrections."""
    section: Section = "answers"
    if one.outcome != "ok":
        section = "failed"
    elif one.operation == "embeddings":
        section = "embeddings"
    prices = sheet_of(one.operation, one.prices)
    found: list[Line] = []
    parts: tuple[CostLine, ...] = ()
    if prices is not None and one.usage is not None and not one.estimated:
        parts = cost_lines(prices, one.usage)
    exact = Decimal(0)
    for part in parts:
        exact = EXACT.add(exact, part.nano_usd)
    if ceil_nano(exact) != one.cost_nano_usd:
        kind = "estimate" if one.estimated else "charge"
        amount = one.cost_nano_usd
        found.append(Line(section, kind, one.model, "charge", Decimal(1), None, amount, one.estimated))
    else:
        amounts = whole_parts([part.nano_usd for part in parts], one.cost_nano_usd)
        for part, amount in zip(parts, amounts, strict=True):
            found.append(_token_line(section, one.model, part, amount))
    if one.corrected_nano_usd:
        found.append(
            Line("corrections", "bill", one.model, "charge", Decimal(1), None, one.corrected_nano_usd)
        )
    return found


def _token_line(section: Section, model: str, part: CostLine, amount: int) -> Line:
    kind, unit = part.kind, "token"
    if not part.of_tokens:
        kind, unit = part.kind.removeprefix("tool_uses."), "request" if part.kind == "request" else "use"
        section = section if part.kind == "request" or section == "failed" else "tools"
    return Line(section, kind, model, unit, Decimal(part.tokens), part.nano_usd_per_token, amount)  # type: ignore[arg-type] # one of the units


def whole_parts(exact: Sequence[Decimal], total: int) -> list[int]:
    """Return whole parts that add up to ``total``, which is the sum of the exact ones rounded up.

    Each is its exact part rounded down or up; those with the largest rest are rounded up.
    """
    parts = [floor(part) for part in exact]
    left = total - sum(parts)
    for at in sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))[:left]:
        parts[at] += 1
    return parts


def _call_line(one: Called) -> Line:
    line = Line("tool_calls", "call", one.tool, "call", Decimal(1), one.price, None, unknown=_NO_PRICE)
    if one.price is None:
        return line
    return msgspec.structs.replace(line, amount_nano_usd=ceil_nano(one.price), unknown=None)


def machine_lines(ran: Ran) -> list[Line]:
    """Return the lines of a machine's work; what nobody has measured is a line without a quantity."""
    memory = None
    if ran.memory_bytes is not None and ran.time_ms is not None:
        memory = Decimal(ran.memory_bytes) * ran.time_ms / 1000 / _GIGABYTE
    return [
        _machine_line(ran, "cpu", "cpu_second", _seconds(ran.cpu_ms), ran.prices.cpu_second),
        _machine_line(ran, "memory", "gigabyte_second", memory, ran.prices.gigabyte_second),
        _gpu_line(ran),
    ]


def _gpu_line(ran: Ran) -> Line:
    line = _machine_line(ran, "gpu", "gpu_second", _seconds(ran.gpu_ms), ran.prices.gpu_second)
    note = GPU_WORDS.get(ran.gpu_how, ran.gpu_how) if ran.gpu_how is not None else None
    estimated = ran.estimated or ran.gpu_how == "sampled"
    return msgspec.structs.replace(line, note=note, estimated=estimated)


def _seconds(milliseconds: Decimal | None) -> Decimal | None:
    return None if milliseconds is None else Decimal(milliseconds) / 1000


def _machine_line(ran: Ran, kind: str, unit: Unit, quantity: Decimal | None, price: Decimal | None) -> Line:
    amount: int | None = None
    unknown: Unknown | None = None
    if quantity is None:
        unknown = "not measured"
    elif not quantity:
        amount = 0
    elif price is None:
        unknown = _NO_PRICE
    else:
        amount = ceil_nano(EXACT.multiply(quantity, price))
    return Line("machines", kind, ran.what, unit, quantity, price, amount, ran.estimated, unknown)


def added_up(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return lines of the same thing at the same price as one, section by section.

    What is known and what is not stay apart: a line without a quantity or an amount is not hidden in a sum.
    """
    found: dict[tuple[object, ...], Line] = {}
    for line in lines:
        key = (
            line.section, line.what, line.kind, line.unit, line.price_nano_usd, line.estimated,
            line.quantity is None, line.amount_nano_usd is None, line.note,
        )  # fmt: skip
        before = found.get(key)
        if before is not None:
            line = msgspec.structs.replace(  # noqa: PLW2901 - the sum of both
                line, quantity=_sum(before.quantity, line.quantity),
                amount_nano_usd=_whole_sum(before.amount_nano_usd, line.amount_nano_usd),
            )  # fmt: skip
        found[key] = line
    order = {section: at for at, section in enumerate((*LEDGER, *BESIDE))}
    return tuple(sorted(found.values(), key=lambda line: (order[line.section], line.what, _place(line))))


def _place(line: Line) -> tuple[int, str, Decimal]:
    at = _TOKENS.index(line.kind) if line.kind in _TOKENS else len(_TOKENS)
    return at, line.kind, line.price_nano_usd or Decimal(0)


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else EXACT.add(one, other)


def _whole_sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
