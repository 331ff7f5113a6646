"""What pipelines compile to. Names and expressions have been checked: see check_pipelines."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec

from podium.kernel.addresses import Network, parse_address
from podium.kernel.money import NANO_PER_USD, ceil_nano
from podium.manifest.expressions import names_of, parse, parse_template, references_in, text_of, value_of

if TYPE_CHECKING:  # rows are read where no manifest is: those processes go without pydantic
    from podium.manifest.kinds_pipeline import PipelineSpec, StepSpec, TriggerSpec

StepKind = Literal["task", "tool", "command", "approval", "http"]
TriggerKind = Literal["schedule", "webhook", "event", "condition", "occurrence"]
STEP_KINDS: Final = ("task", "tool", "command", "approval", "http")
TRIGGER_KINDS: Final = ("schedule", "webhook", "event", "condition", "occurrence")
MAX_ITEMS: Final = 1000
"""Entries of one `each`."""
MAX_REQUEST: Final = 10_000
"""Characters of what a run asks for: the tool gateway reads no more."""


class SecretRef(msgspec.Struct, frozen=True):
    """Where a secret is read from, as `snapshot.CredentialRef`. Exactly one is set."""

    env: str | None = None
    file: str | None = None


class InputRow(msgspec.Struct, frozen=True):
    """An input of a pipeline. ``needed``: it has no default."""

    type: str
    default: Any = None
    needed: bool = False
    description: str = ""


class StepRow(msgspec.Struct, frozen=True):
    """One step. Times are milliseconds, money nano-USD. ``spec``: what its kind wants, with references."""

    name: str
    kind: StepKind
    spec: dict[str, Any]
    agent: str = ""
    """Empty: it needs none."""
    needs: tuple[str, ...] = ()
    """Those that it names and those that it refers to."""
    when: str | None = None
    each: Any = None
    """A list, or a text with one reference; None: it is done once."""
    concurrency: int = 4
    attempts: int = 1
    backoff_ms: int = 10_000
    retry_on: tuple[str, ...] = ("failed", "timeout")
    timeout_ms: int | None = None
    budget_nano_usd: int | None = None
    may_fail: bool = False


class TriggerRow(msgspec.Struct, frozen=True):
    """What starts a run. ``spec``: what its kind wants; durations in milliseconds."""

    name: str
    kind: TriggerKind
    spec: dict[str, Any]
    inputs: dict[str, Any] = {}
    credential: SecretRef | None = None


class PipelineRow(msgspec.Struct, frozen=True):
    """A pipeline. ``department`` is the path of its agent's."""

    name: str
    agent: str
    department: str
    steps: tuple[StepRow, ...]
    inputs: dict[str, InputRow] = {}
    triggers: tuple[TriggerRow, ...] = ()
    budget_nano_usd: int | None = None
    timeout_ms: int = 86_400_000
    overlap: Literal["allow", "skip"] = "allow"
    description: str = ""

    def step(self, name: str) -> StepRow:
        """Return a step by its name. Raises StopIteration where there is none."""
        return next(step for step in self.steps if step.name == name)


def pipeline(name: str, spec: "PipelineSpec", departments: Mapping[str, str], path: str) -> PipelineRow:
    """Compile a pipeline. ``departments``: path by name; ``path``: of its agent's."""
    names = [step.name for step in spec.steps]
    return PipelineRow(
        name=name,
        agent=spec.agent,
        department=path,
        steps=tuple(_step(step, spec, names, departments, path) for step in spec.steps),
        inputs={
            key: InputRow(one.type, one.default, one.default is None, one.description or "")
            for key, one in spec.inputs.items()
        },
        triggers=tuple(
            _trigger(one, trigger, departments)
            for one, trigger in zip(trigger_names(spec.triggers), spec.triggers, strict=True)
        ),
        budget_nano_usd=None if spec.budget_usd is None else ceil_nano(spec.budget_usd * NANO_PER_USD),
        timeout_ms=spec.timeout,
        overlap=spec.overlap,
        description=spec.description or "",
    )


PERSON: Final = "person"
"""The trigger of a run that a person has started: no other one is called so."""


def trigger_names(triggers: "list[TriggerSpec]") -> list[str]:
    """Return what triggers are called: their own names, else what they are and a number."""
    found: list[str] = []
    for trigger in triggers:
        kind = next((kind for kind in TRIGGER_KINDS if getattr(trigger, kind) is not None), "trigger")
        count = 1 + sum(1 for before in found if before == kind or before.startswith(f"{kind}-"))
        found.append(trigger.name or (kind if count == 1 else f"{kind}-{count}"))
    return found


def _step(
    spec: "StepSpec", whole: "PipelineSpec", names: list[str], departments: Mapping[str, str], path: str
) -> StepRow:
    kind: StepKind = next(kind for kind in STEP_KINDS if getattr(spec, kind) is not None)
    body: dict[str, Any] = getattr(spec, kind).model_dump(exclude_none=True)
    agent = body.pop("agent", None) or whole.agent
    if kind == "approval":
        body["department"] = departments.get(body.get("department", ""), path)
        agent = ""
    elif kind == "http":
        body["network"] = "private" if written_out(body["url"]) else body["network"]
        agent = ""
    referred = {*steps_in([body, spec.each]), *(steps_of(spec.when) if spec.when else ())}
    return StepRow(
        name=spec.name,
        kind=kind,
        spec=body,
        agent=agent,
        needs=tuple(name for name in names if name in referred or name in spec.needs),
        when=spec.when,
        each=spec.each,
        concurrency=spec.concurrency,
        attempts=spec.retry.attempts,
        backoff_ms=spec.retry.backoff,
        retry_on=tuple(spec.retry.on),
        timeout_ms=spec.timeout,
        budget_nano_usd=None if spec.budget_usd is None else ceil_nano(spec.budget_usd * NANO_PER_USD),
        may_fail=spec.may_fail,
    )


def _trigger(name: str, spec: "TriggerSpec", departments: Mapping[str, str]) -> TriggerRow:
    kind: TriggerKind = next(kind for kind in TRIGGER_KINDS if getattr(spec, kind) is not None)
    body: dict[str, Any] = getattr(spec, kind).model_dump(exclude_none=True)
    credential = body.pop("credential", None)
    if "department" in body:
        body["department"] = departments[body["department"]]
    ref = SecretRef(credential.get("env"), credential.get("file")) if credential else None
    return TriggerRow(name, kind, body, dict(spec.inputs), ref)


def request_text(row: PipelineRow, inputs: Mapping[str, Any] | None) -> str:
    """Return what the user asks for with a run, in words: what the manifest's author and they have written.

    This is what the tool gateway narrows by. What steps return is no part of it, nor what a trigger brings:
    ``inputs`` is None where no person gave them.
    """
    values = {"inputs": inputs} if inputs is not None else {}
    said = [row.description]
    for step in row.steps:
        said += _said(step.spec.get("request"), values) + _said(step.spec.get("arguments"), values)
        said += _said(step.each, values)
    said += [text_of(value) for value in (inputs or {}).values()]
    return "\n".join(one for one in said if one.strip(". \n"))[:MAX_REQUEST]


def _said(written: Any, values: Mapping[str, Any]) -> list[str]:
    """Return the texts of a written value, with what the user gave, and a gap for everything else."""
    if isinstance(written, dict):
        return [text for each in written.values() for text in _said(each, values)]
    if isinstance(written, list):
        return [text for each in written for text in _said(each, values)]
    if not isinstance(written, str):
        return [] if written is None else [text_of(written)]
    parts = []
    for part in parse_template(written):
        if isinstance(part, str):
            parts.append(part)
        elif all(name[0] in values for name in names_of(part)):
            parts.append(text_of(value_of(part, values)))
        else:
            parts.append("...")
    return ["".join(parts)]


def steps_in(value: Any) -> list[str]:
    """Return the steps that a written value refers to. Raises InvalidRequest where it does not parse."""
    named = [name for found in references_in(value) for name in names_of(found)]
    return [name[1] for name in named if len(name) > 1 and name[0] == "steps"]


def steps_of(when: str) -> list[str]:
    """Return the steps that an expression refers to. Raises InvalidRequest where it does not parse."""
    return [name[1] for name in names_of(parse(when)) if len(name) > 1 and name[0] == "steps"]


def written_out(url: str) -> bool:
    """Whether a URL's host is an address, or this machine."""
    host = urlsplit(url.split("${{", 1)[0]).hostname or ""
    return host == "localhost" or parse_address(host) is not None


def network_of(spec: Mapping[str, Any]) -> Network:
    """Return which addresses a step of HTTP may connect to."""
    return "private" if spec.get("network") == "private" else "public"
