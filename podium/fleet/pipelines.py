"""Which move of a pipeline's run is next: a pure decision over its definition and how it stands.

It is asked again after every change, and after every crash: what it says follows from what is written alone.
A run fails with its first step that fails and may not: what is under way ends by itself, nothing more begins.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec

from podium.kernel.errors import InvalidRequest
from podium.manifest.expressions import parse, parse_template, render, text_of, truth, value_of
from podium.manifest.pipelines import MAX_ITEMS, PipelineRow, StepRow
from podium.ports.pipelines import (
    UNIT_BAD,
    UNIT_OVER,
    WHOLE,
    Again,
    Ask,
    Begin,
    Expand,
    Finish,
    Move,
    RunVerdict,
    Settle,
    Stop,
    UnitState,
)

LONGEST_BACKOFF_MS: Final = 3_600_000
MAX_REASON: Final = 500
_RUN_KINDS: Final = {"task": "agent", "tool": "tool", "command": "command", "http": "http"}


class Seen(msgspec.Struct, frozen=True):
    """How what a unit has begun is over: its task has ended, its case is answered."""

    state: UnitState
    reason: str = ""
    result_sha256: str | None = None


class Unit(msgspec.Struct, frozen=True):
    """A step, or one entry of a step's list, as it is written. ``seen``: what has become of it since."""

    step: str
    item: int
    state: UnitState
    attempt: int = 1
    allowed: int = 0
    """Attempts that do not count, because a person has let it be tried again after them."""
    reason: str = ""
    due_ns: int | None = None
    seen: Seen | None = None
    items: Sequence[Any] = ()
    """Of what is expanded."""
    result: Any = None
    """Of what has succeeded."""
    artifacts: Mapping[str, Any] = {}
    cost_nano_usd: int = 0


class Standing(msgspec.Struct, frozen=True):
    """A run as it is written. Times are Unix nanoseconds, money nano-USD."""

    run_id: str
    pipeline: str
    trigger: str
    inputs: Mapping[str, Any]
    started: str
    """In ISO 8601."""
    deadline_ns: int
    units: tuple[Unit, ...] = ()
    cancelling: str | None = None
    """Why nothing more of it begins: a person says so, its root task has ended. None: it goes on."""
    budget_nano_usd: int | None = None
    spent_nano_usd: int = 0


class Decision(msgspec.Struct, frozen=True):
    """The moves, and the bodies of inputs that they name by digest."""

    moves: tuple[Move, ...] = ()
    bodies: Mapping[str, bytes] = {}


class _Deciding:
    """One decision: the units as they will be after the moves so far."""

    def __init__(self, definition: PipelineRow, run: Standing, now_ns: int) -> None:
        self.definition, self.run, self.now_ns = definition, run, now_ns
        self.units = {(unit.step, unit.item): unit for unit in run.units}
        self.moves: list[Move] = []
        self.bodies: dict[str, bytes] = {}

    def put(self, move: Move, unit: Unit | None = None) -> None:
        """Make a move, after which a unit is so."""
        self.moves.append(move)
        if unit is not None:
            self.units[unit.step, unit.item] = unit

    def of(self, step: str) -> list[Unit]:
        """Return a step's entries, or itself."""
        return [unit for (name, item), unit in self.units.items() if name == step and self.counts(unit)]

    @staticmethod
    def counts(unit: Unit) -> bool:
        """Whether a unit is more than the head of a list."""
        return unit.state != "expanded"

    def state(self, step: StepRow) -> str | None:
        """Return how a step has ended, None where it has not."""
        head = self.units.get((step.name, WHOLE))
        if head is None:
            return None
        if head.state != "expanded":
            return head.state if head.state in UNIT_OVER else None
        found = [self.units.get((step.name, item)) for item in range(len(head.items))]
        states = [unit.state if unit is not None else "" for unit in found]
        if not all(state in UNIT_OVER for state in states):
            return None
        return "failed" if any(state in UNIT_BAD for state in states) else "succeeded"


def decide_next(definition: PipelineRow, run: Standing, now_ns: int) -> Decision:
    """Return what is to be done now; nothing where something is waited for. ``now_ns``: Unix nanoseconds."""
    deciding = _Deciding(definition, run, now_ns)
    for unit in run.units:
        if unit.state == "running" and unit.seen is not None:
            _settle(deciding, unit, unit.seen)
    halt = _halt(deciding)
    if halt is not None:
        _end(deciding, *halt)
    else:
        failed = _failed(deciding)
        if failed is None:
            for step in definition.steps:
                _advance(deciding, step)
            failed = _failed(deciding)
        if failed is not None:
            if not any(unit.state == "running" for unit in deciding.units.values()):
                deciding.put(Finish("failed", failed))
        elif all(deciding.state(step) is not None for step in definition.steps):
            deciding.put(Finish("succeeded", ""))
    return Decision(tuple(deciding.moves), deciding.bodies)


def _settle(deciding: _Deciding, unit: Unit, seen: Seen) -> None:
    """Write down how a unit has ended, or that it is tried again."""
    step = deciding.definition.step(unit.step)
    tries_again = seen.state in step.retry_on and unit.attempt - unit.allowed < step.attempts
    if tries_again and deciding.run.cancelling is None:
        tried = unit.attempt - unit.allowed
        pause_ms = min(step.backoff_ms * 2 ** min(tried - 1, 30), LONGEST_BACKOFF_MS)
        due_ns = deciding.now_ns + pause_ms * 1_000_000
        move = Again(unit.step, unit.item, unit.attempt, seen.state, seen.reason, due_ns)
        deciding.put(move, msgspec.structs.replace(unit, state="again", due_ns=due_ns, seen=None))
        return
    move_ = Settle(unit.step, unit.item, unit.attempt, seen.state, seen.reason, seen.result_sha256)
    deciding.put(move_, msgspec.structs.replace(unit, state=seen.state, reason=seen.reason, seen=None))


def _halt(deciding: _Deciding) -> tuple[RunVerdict, str, UnitState] | None:
    """Return why all of it ends now, or None where it goes on."""
    run = deciding.run
    if run.cancelling is not None:
        return "cancelled", run.cancelling, "killed"
    if all(deciding.state(step) is not None for step in deciding.definition.steps):
        return None
    if deciding.now_ns >= run.deadline_ns:
        return "failed", "The time of the whole run is over.", "timeout"
    if run.budget_nano_usd is not None and run.spent_nano_usd >= run.budget_nano_usd:
        return "failed", "The budget of the whole run is used up.", "killed"
    return None


def _end(deciding: _Deciding, verdict: RunVerdict, reason: str, state: UnitState) -> None:
    for unit in list(deciding.units.values()):
        if unit.state == "running":
            stop = Stop(unit.step, unit.item, unit.attempt, reason, state)
            deciding.put(stop, msgspec.structs.replace(unit, state=state, reason=reason))
    deciding.put(Finish(verdict, reason))


def _failed(deciding: _Deciding) -> str | None:
    """Return why the run fails, None where it does not."""
    for step in deciding.definition.steps:
        if step.may_fail:
            continue
        for unit in deciding.of(step.name):
            if unit.state in UNIT_BAD:
                where = f"{step.name}[{unit.item}]" if unit.item != WHOLE else step.name
                return f"Step {where} has {_WORDS[unit.state]}: {unit.reason or 'it says no more'}"[
                    :MAX_REASON
                ]
    return None


_WORDS: Final = {
    "failed": "failed",
    "timeout": "taken too long",
    "killed": "been killed",
    "denied": "been denied",
}


def _advance(deciding: _Deciding, step: StepRow) -> None:
    """Begin what of a step can begin."""
    head = deciding.units.get((step.name, WHOLE))
    if head is None:
        _enter(deciding, step)
        head = deciding.units.get((step.name, WHOLE))
    elif head.state == "again" and _due(deciding, head):
        _begin(deciding, step, WHOLE, head)
    if head is None or head.state != "expanded":
        return
    under_way = sum(1 for unit in deciding.of(step.name) if unit.state == "running")
    for item in range(len(head.items)):
        if under_way >= step.concurrency:
            return
        unit = deciding.units.get((step.name, item))
        if unit is None or (unit.state == "again" and _due(deciding, unit)):
            _begin(deciding, step, item, unit)
            began = deciding.units.get((step.name, item))
            under_way += began is not None and began.state == "running"


def _due(deciding: _Deciding, unit: Unit) -> bool:
    return unit.due_ns is None or unit.due_ns <= deciding.now_ns


def _enter(deciding: _Deciding, step: StepRow) -> None:
    """Begin, expand or skip a step that has not begun, once all that it needs is over."""
    states = [deciding.state(deciding.definition.step(name)) for name in step.needs]
    if None in states:
        return
    try:
        if step.when is not None:
            if not truth(value_of(parse(step.when), _values(deciding, step))):
                _skip(deciding, step, f"`{step.when}` is false.")
                return
        elif "skipped" in states:
            _skip(deciding, step, "A step that it needs was skipped.")
            return
        if step.each is None:
            _begin(deciding, step, WHOLE, None)
            return
        items = _items(step, _values(deciding, step))
    except InvalidRequest as error:
        _refuse(deciding, step, WHOLE, None, str(error))
        return
    unit = Unit(step.name, WHOLE, "expanded", 0, items=items)
    deciding.put(Expand(step.name, msgspec.json.encode(items).decode()), unit)


def _items(step: StepRow, values: Mapping[str, Any]) -> list[Any]:
    """Return the entries of a step's list. Raises InvalidRequest."""
    items = render(step.each, values)
    if not isinstance(items, list):
        raise InvalidRequest("`each` did not become a list.")
    if len(items) > MAX_ITEMS:
        raise InvalidRequest(f"`each` has {len(items)} entries; at most {MAX_ITEMS} are done.")
    return items


def _skip(deciding: _Deciding, step: StepRow, why: str) -> None:
    unit = Unit(step.name, WHOLE, "skipped", 0, reason=why)
    deciding.put(Settle(step.name, WHOLE, 0, "skipped", why), unit)


def _refuse(deciding: _Deciding, step: StepRow, item: int, unit: Unit | None, why: str) -> None:
    """Let what cannot even begin fail: trying again would change nothing."""
    attempt = unit.attempt if unit is not None else 0
    failed = Unit(step.name, item, "failed", attempt, reason=why[:MAX_REASON])
    deciding.put(Settle(step.name, item, attempt, "failed", why[:MAX_REASON]), failed)


def _begin(deciding: _Deciding, step: StepRow, item: int, before: Unit | None) -> None:
    """Begin an attempt of a step or of one entry of its list."""
    attempt = before.attempt + 1 if before is not None else 1
    values = _values(deciding, step)
    if item != WHOLE:
        values["item"] = deciding.units[step.name, WHOLE].items[item]
    try:
        move = _move(deciding, step, item, attempt, values)
    except InvalidRequest as error:
        _refuse(deciding, step, item, before, str(error))
        return
    allowed = before.allowed if before is not None else 0
    deciding.put(move, Unit(step.name, item, "running", attempt, allowed))


def _move(
    deciding: _Deciding, step: StepRow, item: int, attempt: int, values: Mapping[str, Any]
) -> Begin | Ask:
    spec, run = step.spec, deciding.run
    if step.kind == "approval":
        return Ask(
            step.name,
            item,
            attempt,
            text_of(render(spec["title"], values))[:200],
            text_of(render(spec["why"], values))[:2000],
            spec["department"],
            min(spec["expires"] * 1_000_000, max(1, run.deadline_ns - deciding.now_ns)),
        )
    deadline_ns = run.deadline_ns
    if step.timeout_ms is not None:
        deadline_ns = min(deadline_ns, deciding.now_ns + step.timeout_ms * 1_000_000)
    budget = step.budget_nano_usd
    if run.budget_nano_usd is not None:
        left = run.budget_nano_usd - run.spent_nano_usd
        budget = left if budget is None else min(budget, left)
    request = text_of(render(spec["request"], values)) if "request" in spec else None
    return Begin(
        step.name,
        item,
        attempt,
        _RUN_KINDS[step.kind],  # type: ignore[arg-type] # one of them
        step.agent,
        request,
        msgspec.json.encode(_spec(step, values)).decode(),
        _input(deciding, spec.get("input"), values),
        budget,
        deadline_ns,
    )


def _spec(step: StepRow, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a step does, its references replaced."""
    spec = step.spec
    if step.kind == "tool":
        return {"tool": spec["tool"], "arguments": render(spec.get("arguments", {}), values)}
    if step.kind == "command":
        return {"command": [text_of(render(part, values)) for part in spec["run"]]}
    if step.kind == "http":
        kept = {name: value for name, value in spec.items() if name not in {"url", "headers", "body"}}
        headers = {name: text_of(render(each, values)) for name, each in spec.get("headers", {}).items()}
        return {
            **kept,
            "url": render_url(spec["url"], values),
            "headers": headers,
            "body": render(spec.get("body"), values),
        }
    return {}


def render_url(url: str, values: Mapping[str, Any]) -> str:
    """Return a URL whose references are replaced and percent-encoded: none leaves its place in the path.

    Raises InvalidRequest for one that would mean another folder.
    """
    parts = []
    for part in parse_template(url):
        if isinstance(part, str):
            parts.append(part)
            continue
        text = text_of(value_of(part, values))
        if text in {".", ".."}:
            raise InvalidRequest(f"A part of a URL cannot be {text!r}.")
        parts.append(quote(text, safe=""))
    return "".join(parts)


def _input(deciding: _Deciding, written: Any, values: Mapping[str, Any]) -> str | None:
    """Return the digest of a step's input: that of an artifact, or of a body that is made here."""
    if written is None:
        return None
    value = render(written, values)
    if isinstance(value, dict) and value.keys() == {"artifact", "sha256", "media_type", "bytes"}:
        return str(value["sha256"])
    body = value.encode() if isinstance(value, str) else msgspec.json.encode(value)
    digest = hashlib.sha256(body).hexdigest()
    deciding.bodies[digest] = body
    return digest


def _values(deciding: _Deciding, step: StepRow) -> dict[str, Any]:
    """Return what the expressions of a step can name."""
    run = deciding.run
    above = _above(deciding.definition, step)
    return {
        "inputs": run.inputs,
        "run": {"id": run.run_id, "pipeline": run.pipeline, "trigger": run.trigger, "started": run.started},
        "steps": {name: _told(deciding, name) for name in above},
    }


def _above(definition: PipelineRow, step: StepRow) -> list[str]:
    found: dict[str, None] = {}
    level = list(step.needs)
    while level:
        name = level.pop()
        if name not in found:
            found[name] = None
            level += definition.step(name).needs
    return list(found)


def _told(deciding: _Deciding, name: str) -> dict[str, Any]:
    """Return what others know of a step that is over."""
    step = deciding.definition.step(name)
    units = sorted(deciding.of(name), key=lambda unit: unit.item)
    state = deciding.state(step) or ""
    reasons = [unit.reason for unit in units if unit.state in UNIT_BAD]
    return {
        "state": state,
        "reason": reasons[0] if reasons else "",
        "result": units[0].result if len(units) == 1 and units[0].item == WHOLE else None,
        "results": [unit.result for unit in units],
        "artifacts": {key: each for unit in units for key, each in unit.artifacts.items()},
        "failed": sum(1 for unit in units if unit.state in UNIT_BAD),
        "attempts": sum(unit.attempt for unit in units),
        "cost_usd": sum(unit.cost_nano_usd for unit in units) / 1e9,  # for comparing; never for counting
    }
