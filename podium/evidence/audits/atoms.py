"""What a sentence says of one step: a predicate on its fields, or on the run up to it.

An atom gives 0, 1 or 2 for a step (`formulas`). Those that remember are begun anew for each trace.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import translate
from typing import Any, Final

from podium.evidence import semconv
from podium.evidence.audits.formulas import FALSE, TRUE, UNKNOWN
from podium.evidence.audits.steps import ATTRIBUTES, CONTENTS, TOOL_CALL, UNSEEN, Seen, Step, content, reader
from podium.kernel.errors import InvalidRequest

Evaluator = Callable[[Step], int]


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that can be said of a step. ``begin`` gives the evaluator of one trace."""

    says: str
    begin: Callable[[Seen], Evaluator]
    attributes: frozenset[str] | None = None
    """The attributes of few values on which alone it hangs; None where it hangs on more."""


def wrong(message: str, fix: str, field: str | None = None) -> InvalidRequest:
    """Return the error of an audit that means nothing."""
    return InvalidRequest(message, fix=fix, field=field)


_COMPARISON: Final = re.compile(r"(>=|<=|!=|>|<|=)\s*(-?[0-9]+(?:\.[0-9]+)?)")
_ORDERS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def _matcher(wanted: object, field: str) -> Callable[[object], bool]:
    """Return what says whether a value fits what was written for a field."""
    if isinstance(wanted, list):
        choices = [_matcher(one, field) for one in wanted]
        return lambda value: any(fits(value) for fits in choices)
    if isinstance(wanted, bool):
        return lambda value: value is wanted
    if isinstance(wanted, (int, float)):
        number = Decimal(str(wanted))
        return lambda value: _is_number(value) and Decimal(str(value)) == number
    if not isinstance(wanted, str):
        raise wrong(
            f"{field}: {wanted!r} is nothing that a field can be.",
            'Write a text, a number, true, false, "> 5", "/an expression/", "names*" or a list of those.',
            field,
        )
    compared = _COMPARISON.fullmatch(wanted.strip())
    if compared is not None:
        order, bound = _ORDERS[compared[1]], Decimal(compared[2])
        return lambda value: _is_number(value) and order(Decimal(str(value)), bound)
    if len(wanted) > 1 and wanted[0] == wanted[-1] == "/":
        try:
            pattern = re.compile(wanted[1:-1])
        except re.error as error:
            raise wrong(f"{field}: {wanted} is no regular expression: {error}.", "Mend it.", field) from error
        return lambda value: any(pattern.search(text) for text in _as_texts(value))
    shell = re.compile(translate(wanted)) if any(sign in wanted for sign in "*?[") else None
    if shell is not None:
        return lambda value: any(shell.match(text) for text in _as_texts(value))
    return lambda value: wanted in _as_texts(value)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _as_texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, (list, tuple)):
        return [text for one in value for text in _as_texts(one)]
    return [json.dumps(value, sort_keys=True)] if isinstance(value, dict) else [str(value)]


def fields(name: str, written: Mapping[str, object]) -> Atom:
    """Return "every field of the step is as written". Raises InvalidRequest where a field is not one."""
    tests: list[tuple[Callable[[Step], object], Callable[[object], bool]]] = []
    hangs_on: set[str] | None = set()
    for field, wanted in written.items():
        read = reader(field)
        if read is None:
            known = ", ".join(sorted({*ATTRIBUTES, *CONTENTS, "status", "name", "duration_s", "cost_usd"}))
            raise wrong(
                f"{name}: {field!r} is no field of a step.",
                f"Fields are {known}, arguments.NAME, result.NAME, or an attribute by its full, dotted name.",
                field,
            )
        tests.append((read, _matcher(wanted, f"{name}.{field}")))
        if hangs_on is not None:
            attribute = ATTRIBUTES.get(field)
            hangs_on = {*hangs_on, attribute} if attribute is not None else None
    if not tests:
        raise wrong(f"{name}: it says nothing of a step.", "Name a field: {tool: send_email}.", name)

    def evaluate(step: Step) -> int:
        least = TRUE
        for read, fits in tests:
            value = read(step)
            if value is UNSEEN:
                least = min(least, UNKNOWN)
            elif value is None or not fits(value):
                return FALSE
        return least

    return Atom(name, lambda _: evaluate, None if hangs_on is None else frozenset(hangs_on))


def combined(name: str, parts: Sequence[Atom], how: str) -> Atom:
    """Return that all, any or none of the parts hold."""
    unknown = any(part.attributes is None for part in parts)
    hangs_on = None if unknown else frozenset().union(*(part.attributes or () for part in parts))

    def begin(seen: Seen) -> Evaluator:
        evaluators = [part.begin(seen) for part in parts]
        match how:
            case "all":
                return lambda step: min(evaluate(step) for evaluate in evaluators)
            case "any":
                return lambda step: max(evaluate(step) for evaluate in evaluators)
            case _:
                return lambda step: TRUE - max(evaluate(step) for evaluate in evaluators)

    return Atom(name, begin, hangs_on)


def _of(says: str, **written: str) -> Atom:
    return fields(says, written)


READY: Final = {
    "step": Atom("step", lambda _: lambda _: TRUE, frozenset()),
    "tool_call": _of("tool_call", operation=TOOL_CALL),
    "model_call": _of("model_call", operation="chat"),
    "retrieval": _of("retrieval", operation="retrieval"),
    "error": _of("error", status="error"),
    "irreversible": _of("irreversible", effect="irreversible"),
    "writes": fields("writes", {"effect": ["write", "irreversible"]}),
    "denied": _of("denied", verdict="deny"),
    "asked": _of("asked", verdict="ask"),
}
"""Atoms that every audit may name."""


def total(what: str, bound: Decimal) -> Atom:
    """Return "the run has by now more than so much of": cost (USD), time (s), tokens or steps."""

    def begin(_: Seen) -> Evaluator:
        spent, nano = 0, bound * 1_000_000_000
        began_ns: int | None = None

        def evaluate(step: Step) -> int:
            nonlocal spent, began_ns
            match what:
                case "cost":
                    spent += step.attributes.get(semconv.COST_NANO_USD) or 0
                    return TRUE if spent > nano else FALSE
                case "tokens":
                    spent += step.attributes.get(semconv.INPUT_TOKENS) or 0
                    spent += step.attributes.get(semconv.OUTPUT_TOKENS) or 0
                case "time":
                    began_ns = step.start_ns if began_ns is None else began_ns
                    spent = max(spent, step.end_ns - began_ns)
                    return TRUE if spent > nano else FALSE
                case _:
                    spent += 1
            return TRUE if spent > bound else FALSE

        return evaluate

    return Atom(f"{what} above {bound.normalize():f}", begin)


def _arguments(step: Step) -> str | None:
    """Return what makes the arguments of two calls the same, None where it was not recorded."""
    of = step.attributes
    given = (
        of.get(semconv.TOOL_ARGUMENTS) or of.get(semconv.ARGUMENTS_DIGEST) or of.get(semconv.REQUEST_DIGEST)
    )
    if isinstance(given, str) and semconv.TOOL_ARGUMENTS in of:
        given = json.dumps(content(step, "arguments"), sort_keys=True)
    return None if given is None else str(given)


class _Repeats:
    """How often the calls of one tool were the same; those without arguments may be any of them."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._unseen = 0
        self._unseen_last = 0

    def add(self, arguments: str | None, *, in_a_row: bool) -> tuple[int, int]:
        """Take a call; return how often it was made by now, surely and possibly."""
        if arguments is None:
            self._unseen += 1
            self._unseen_last += 1
            return 1, self._unseen + max(self._counts.values(), default=0)
        if in_a_row and arguments not in self._counts:
            self._counts.clear()
            self._unseen = self._unseen_last
        self._unseen_last = 0
        times = self._counts[arguments] = self._counts.get(arguments, 0) + 1
        return times, times + self._unseen


def repeated(times: int, *, in_a_row: bool) -> Atom:
    """Return "this call of a tool, with these arguments, was made so many times by now"."""

    def begin(_: Seen) -> Evaluator:
        tools: dict[object, _Repeats] = {}

        def evaluate(step: Step) -> int:
            if step.attributes.get(semconv.OPERATION) != TOOL_CALL:
                return FALSE
            tool = step.attributes.get(semconv.TOOL)
            if in_a_row and tool not in tools:
                tools.clear()
            sure, possible = tools.setdefault(tool, _Repeats()).add(_arguments(step), in_a_row=in_a_row)
            return TRUE if sure >= times else UNKNOWN if possible >= times else FALSE

        return evaluate

    return Atom(f"same call repeated {times} times{' in a row' if in_a_row else ''}", begin)


def no_progress(steps: int) -> Atom:
    """Return "the last so many calls of tools were no news": arguments and results that were seen before."""

    def begin(_: Seen) -> Evaluator:
        calls: set[object] = set()
        results: set[object] = set()
        stale, doubtful = 0, False

        def evaluate(step: Step) -> int:
            nonlocal stale, doubtful
            if step.attributes.get(semconv.OPERATION) != TOOL_CALL:
                return FALSE
            arguments = _arguments(step)
            call = None if arguments is None else (step.attributes.get(semconv.TOOL), arguments)
            result = step.attributes.get(semconv.TOOL_RESULT) or step.attributes.get(semconv.RESULT_DIGEST)
            key = (step.attributes.get(semconv.TOOL), str(result))
            news = (call is not None and call not in calls) or (result is not None and key not in results)
            calls.add(call)
            results.add(key if result is not None else None)
            if news:
                stale, doubtful = 0, False
                return FALSE
            stale += 1
            doubtful = doubtful or call is None or result is None
            if stale < steps:
                return FALSE
            return UNKNOWN if doubtful else TRUE

        return evaluate

    return Atom(f"no progress for {steps} steps", begin)


def judged(name: str, verdicts: Mapping[str, bool | None]) -> Atom:
    """Return what judges found of a step, by its span's id; unknown where they did not look or agree.

    ``verdicts`` hold for every trace that brings none of its own.
    """

    def begin(seen: Seen) -> Evaluator:
        found_of = verdicts if seen.judged is None else seen.judged.get(name, {})

        def evaluate(step: Step) -> int:
            found = found_of.get(step.span_id)
            return UNKNOWN if found is None else TRUE if found else FALSE

        return evaluate

    return Atom(f"{JUDGED}{name}", begin)


JUDGED: Final = "judged "


Judged = Mapping[str, Mapping[str, bool | None]]
"""By the judge's name: what it found, by span id."""


def pack(atoms: Sequence[Atom]) -> Callable[[Judged | None], Callable[[Step], int]]:
    """Return what begins a trace and then gives all atoms' values at a step, two bits each, as one number.

    Atoms that hang on attributes of few values are worked out once for each combination of them.
    """
    cheap = [(place, atom) for place, atom in enumerate(atoms) if atom.attributes is not None]
    dear = [(2 * place, atom) for place, atom in enumerate(atoms) if atom.attributes is None]
    names = sorted(frozenset().union(*(atom.attributes or () for _, atom in cheap)))
    known: dict[tuple[Any, ...], int] = {}

    def begin(judged: Judged | None) -> Callable[[Step], int]:
        seen = Seen(judged)
        once = [(2 * place, atom.begin(seen)) for place, atom in cheap]
        each = [(shift, atom.begin(seen)) for shift, atom in dear]

        def evaluate(step: Step) -> int:
            attributes = step.attributes
            key = tuple([_plain(attributes.get(name)) for name in names])
            letter = known.get(key)
            if letter is None:
                letter = sum(one(step) << shift for shift, one in once)
                if len(known) < _LARGEST:
                    known[key] = letter
            for shift, one in each:
                letter |= one(step) << shift
            return letter

        return evaluate

    return begin


_LARGEST: Final = 100_000


def _plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
