"""What must hold within a pipeline, each fault at its line: names, references, expressions, cycles, times."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError

from podium.kernel.addresses import ODD, WRITE_PLAINLY, forbidden, is_loopback, is_odd, parse_address
from podium.kernel.errors import Finding, InvalidRequest
from podium.kernel.nearest import nearest
from podium.manifest.check_limits import Index
from podium.manifest.expressions import Known, kind_of, parse, parse_template, references_in, type_of
from podium.manifest.kinds_pipeline import (
    OccurrenceTrigger,
    PipelineManifest,
    PipelineSpec,
    StepSpec,
    TriggerSpec,
)
from podium.manifest.load import Document
from podium.manifest.pipelines import PERSON, STEP_KINDS, TRIGGER_KINDS, steps_in, steps_of, trigger_names
from podium.manifest.text import Path

EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""Any time: only whether a schedule parses is asked."""
MAX_STEPS: Final = 100
RUN: Final[Known] = {"id": "text", "pipeline": "text", "trigger": "text", "started": "text"}
TRIGGER: Final[Known] = {"body": "any", "event": "any", "name": "text", "figure": "any"}
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_STEP: Final[Known] = {
    "state": "text",
    "reason": "text",
    "result": "any",
    "results": "list",
    "artifacts": "map",
    "failed": "number",
    "attempts": "number",
    "cost_usd": "number",
}
"""What others know of a step."""


def check_pipeline(document: Document, index: Index, *, sure: bool) -> Iterator[Finding]:
    """Yield what is wrong with a pipeline. ``sure``: what is not among the manifests is not anywhere."""
    manifest = document.drafted
    if not isinstance(manifest, PipelineManifest):
        return  # its shape is a finding already
    spec = manifest.spec
    yield from _inputs(document, spec)
    if len(spec.steps) > MAX_STEPS:
        yield document.finding(("spec", "steps"), f"there are more than {MAX_STEPS} steps.", "Split it.")
    names = [step.name for step in spec.steps]
    known = _known(spec)
    for place, step in enumerate(spec.steps):
        at: Path = ("spec", "steps", place)
        if step.name in names[:place]:
            yield document.finding((*at, "name"), f"there are two steps {step.name}.", "Rename one.")
        yield from _needs(document, at, step, names)
        yield from _kind(document, at, step)
        yield from _step(document, at, step, known)
        if sure:
            yield from _there(document, at, step, index)
            yield from _granted(document, at, step, spec, index)
    yield from _cycle(document, spec)
    yield from _triggers(document, spec, index, sure=sure)


def _known(spec: PipelineSpec) -> dict[str, Any]:
    steps = {step.name: _STEP for step in spec.steps}
    return {"inputs": {name: one.type for name, one in spec.inputs.items()}, "steps": steps, "run": RUN}


def _inputs(document: Document, spec: PipelineSpec) -> Iterator[Finding]:
    for name, one in spec.inputs.items():
        at: Path = ("spec", "inputs", name)
        if not _NAME.fullmatch(name):
            fix = "Use letters, digits, _ and -, a letter first."
            yield document.finding(at, "it is no name of an input.", fix)
        if one.default is not None and kind_of(one.default) != one.type:
            message = f"it is {kind_of(one.default)}, and the input is {one.type}."
            yield document.finding((*at, "default"), message, "Write a value of that type, or another type.")


def _needs(document: Document, at: Path, step: StepSpec, names: list[str]) -> Iterator[Finding]:
    for place, name in enumerate(step.needs):
        if name not in names:
            yield document.finding((*at, "needs", place), f"there is no step {name}.", nearest(name, names))


def _kind(document: Document, at: Path, step: StepSpec) -> Iterator[Finding]:
    kinds = [kind for kind in STEP_KINDS if getattr(step, kind) is not None]
    if len(kinds) != 1:
        said = f"it is {' and '.join(kinds)} at once." if kinds else "it does not say what it does."
        yield document.finding(at, said, f"Write one of {', '.join(STEP_KINDS)}.")
    if step.approval is not None and step.budget_usd is not None:
        yield document.finding((*at, "budgetUsd"), "an approval spends nothing.", "Remove it.")
    if step.approval is not None and step.timeout is not None:
        yield document.finding((*at, "timeout"), "an approval has its own time.", "Write `approval.expires`.")
    if step.http is not None:
        yield from _http(document, (*at, "http"), step)


def _http(document: Document, at: Path, step: StepSpec) -> Iterator[Finding]:
    http = step.http
    if http is None:
        return
    fix = "Write https://HOST/PATH; references stand behind the host."
    try:
        parts = urlsplit(http.url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        yield document.finding((*at, "url"), "it is not a URL.", fix)
        return
    if parts.scheme not in {"http", "https"} or not host or "${{" in parts.netloc or parts.fragment:
        yield document.finding((*at, "url"), "it is not an http or https URL of a host.", fix)
        return
    if parts.username is not None:
        yield document.finding((*at, "url"), "a URL holds no credential.", "Write `credential`.")
    address = parse_address(host)
    why = forbidden(address, "private") if address is not None else None
    if why is not None:
        message = f"the address {host} is {why}: it is never connected to."
        yield document.finding((*at, "url"), message, "Write another host.")
    if is_odd(host):
        yield document.finding((*at, "url"), f"the host {host} is {ODD}.", WRITE_PLAINLY)
    open_to_all = address is None and http.network != "private"
    exposed = open_to_all or (address is not None and address.is_global)
    if parts.scheme == "http" and http.credential is not None and not is_loopback(host) and exposed:
        message = "the credential would cross the network unencrypted."
        yield document.finding((*at, "url"), message, "Write https://.")
    if http.credential is not None:
        yield from _one_place(document, (*at, "credential"))
    if http.body is not None and http.method in {"GET", "HEAD"}:
        yield document.finding((*at, "body"), f"{http.method} has no body.", "Write `method: POST`.")
    for name in http.headers:
        if http.credential is not None and name.lower() == http.auth_header.lower():
            message = "this header carries the credential."
            yield document.finding((*at, "headers", name), message, "Remove it.")


def _one_place(document: Document, at: Path) -> Iterator[Finding]:
    found = document.nodes(*(str(step) if not isinstance(step, int) else "*" for step in at))
    for path, node in found:
        if path == at and isinstance(node.value, dict):
            given = [name for name in ("env", "file") if name in node.value]
            if len(given) != 1:
                message = "exactly one of `env` and `file` names the credential."
                yield document.finding(at, message, "Write `env: NAME` or `file: PATH`.")


def _step(document: Document, at: Path, step: StepSpec, known: dict[str, Any]) -> Iterator[Finding]:
    inside = dict(known)
    if step.each is not None:
        inside["item"] = "any"
        yield from _each(document, (*at, "each"), step.each, known)
    if step.when is not None:
        try:
            kind = type_of(parse(step.when), known)
            if kind not in {"flag", "any"}:
                message = f"it is {kind}, neither true nor false."
                yield document.finding((*at, "when"), message, "Compare it: `... == ...`.")
        except InvalidRequest as error:
            yield document.finding((*at, "when"), error.message, error.fix)
    for kind_name in STEP_KINDS:
        body = getattr(step, kind_name)
        if body is not None:
            yield from check_written(document, (*at, kind_name), body.model_dump(by_alias=True), inside)


def _each(document: Document, at: Path, each: Any, known: Known) -> Iterator[Finding]:
    if isinstance(each, list):
        yield from check_written(document, at, each, known)
        return
    try:
        parts = parse_template(each) if isinstance(each, str) else ()
        kind = type_of(parts[0], known) if len(parts) == 1 and not isinstance(parts[0], str) else None
    except InvalidRequest as error:
        yield document.finding(at, error.message, error.fix)
        return
    if kind not in {"list", "any"}:
        fix = "Write a list, or one reference: ${{ inputs.files }}."
        yield document.finding(at, "it is not a list." if kind is None else f"it is {kind}, not a list.", fix)


def check_written(document: Document, at: Path, value: Any, known: Known) -> Iterator[Finding]:
    """Yield what is wrong with the references in a written value."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from check_written(document, (*at, name), each, known)
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            yield from check_written(document, (*at, place), each, known)
    elif isinstance(value, str):
        try:
            for found in references_in(value):
                type_of(found, known)
        except InvalidRequest as error:
            yield document.finding(at, error.message, error.fix)


def _granted(
    document: Document, at: Path, step: StepSpec, spec: PipelineSpec, index: Index
) -> Iterator[Finding]:
    """Yield what a step needs that its agent, or the pipeline's above it, is not granted."""
    root = index.get(("Agent", spec.agent))
    if root is None:
        return  # a finding already
    if step.tool is not None:
        for name in dict.fromkeys((step.tool.agent or spec.agent, spec.agent)):
            agent = index.get(("Agent", name))
            if agent is not None and step.tool.tool not in [key for _, key in agent.keys("spec", "tools")]:
                message = f"Agent {name} is not granted {step.tool.tool}."
                fix = f"Add it to spec.tools of Agent {name}."
                yield document.finding((*at, "tool", "tool"), message, fix)
    if step.task is not None:
        agent = index.get(("Agent", step.task.agent))
        if agent is None:
            return
        if not agent.has("spec", "run"):
            message = f"Podium does not run Agent {agent.name}."
            fix = f"Write spec.run of Agent {agent.name}."
            yield document.finding((*at, "task", "agent"), message, fix)
        if not _routes(agent) & _routes(root):
            message = f"Agents {agent.name} and {root.name} have no Route in common, so it may call none."
            fix = f"Add its routes to spec.routes of Agent {root.name}, whose grants bound all steps."
            yield document.finding((*at, "task", "agent"), message, fix)


def _routes(agent: Document) -> set[str]:
    return {text for _, text in agent.texts("spec", "routes", "*")}


def _there(document: Document, at: Path, step: StepSpec, index: Index) -> Iterator[Finding]:
    named: list[tuple[Path, str, str]] = []
    for kind in ("task", "tool", "command"):
        agent = getattr(getattr(step, kind), "agent", None)
        if agent is not None:
            named.append(((*at, kind, "agent"), "Agent", agent))
    if step.approval is not None and step.approval.department is not None:
        named.append(((*at, "approval", "department"), "Department", step.approval.department))
    for path, kind, name in named:
        yield from _exists(document, path, kind, name, index)
    if step.tool is not None:
        yield from _tool(document, (*at, "tool", "tool"), step.tool.tool, index)


def _exists(document: Document, at: Path, kind: str, name: str, index: Index) -> Iterator[Finding]:
    if (kind, name) not in index:
        names = sorted(other for other_kind, other in index if other_kind == kind)
        fix = nearest(name, names) or f"Write a manifest of kind {kind} with this name."
        absent = "" if names else f"{kind} {name}"
        yield document.finding(at, f"there is no {kind} {name}.", fix, absent=absent)


def _tool(document: Document, at: Path, tool: str, index: Index) -> Iterator[Finding]:
    server, _, name = tool.partition("/")
    found = index.get(("ToolServer", server))
    if found is None:
        yield from _exists(document, at, "ToolServer", server, index)
        return
    tools = [key for _, key in found.keys("spec", "tools")]
    if name not in tools:
        yield document.finding(at, f"ToolServer {server} has no tool {name}.", nearest(name, tools))


def needs_of(step: StepSpec) -> set[str]:
    """Return the steps that a step names and refers to; nothing where an expression does not parse."""
    found = set(step.needs)
    try:
        bodies = [getattr(step, kind) for kind in STEP_KINDS]
        found |= set(steps_in([body.model_dump() for body in bodies if body is not None]))
        found |= set(steps_in(step.each))
        found |= set(steps_of(step.when)) if step.when is not None else set()
    except InvalidRequest:
        return found
    return found


def _cycle(document: Document, spec: PipelineSpec) -> Iterator[Finding]:
    """Yield one finding for the first step that waits for itself."""
    needs = {step.name: needs_of(step) for step in spec.steps}
    done: set[str] = set()
    while ready := [name for name in needs if name not in done and needs[name] & needs.keys() <= done]:
        done.update(ready)
    left = [name for name in needs if name not in done]
    if not left:
        return
    circle = _circle(needs, left[0], set(left))
    place = next(number for number, step in enumerate(spec.steps) if step.name == circle[0])
    message = f"it waits for itself: {' -> '.join([*circle, circle[0]])}."
    field = "needs" if spec.steps[place].needs else "name"
    yield document.finding(("spec", "steps", place, field), message, "Break the circle.")


def _circle(needs: Mapping[str, set[str]], start: str, left: set[str]) -> list[str]:
    way, at = [start], start
    while True:
        at = min(needs[at] & left)
        if at in way:
            return way[way.index(at) :]
        way.append(at)


def _triggers(document: Document, spec: PipelineSpec, index: Index, *, sure: bool) -> Iterator[Finding]:
    names = trigger_names(spec.triggers)
    for place, trigger in enumerate(spec.triggers):
        at: Path = ("spec", "triggers", place)
        kinds = [kind for kind in TRIGGER_KINDS if getattr(trigger, kind) is not None]
        if len(kinds) != 1:
            said = f"it is {' and '.join(kinds)} at once." if kinds else "it does not say when."
            yield document.finding(at, said, f"Write one of {', '.join(TRIGGER_KINDS)}.")
        if names[place] in names[:place]:
            yield document.finding((*at, "name"), f"there are two triggers {names[place]}.", "Rename one.")
        if names[place] == PERSON:
            message = "what a person has started is called so."
            yield document.finding((*at, "name"), message, "Call it another way.")
        yield from _given(document, at, trigger, spec)
        if trigger.schedule is not None:
            yield from _cron(document, (*at, "schedule", "cron"), trigger.schedule.cron)
        for kind in ("webhook", "event"):
            if getattr(trigger, kind) is not None:
                yield from _one_place(document, (*at, kind, "credential"))
        yield from _condition(document, at, trigger, index, sure=sure)
        if trigger.occurrence is not None and sure:
            yield from _occurrence(document, (*at, "occurrence"), trigger.occurrence, index)


def _occurrence(document: Document, at: Path, spec: OccurrenceTrigger, index: Index) -> Iterator[Finding]:
    for field, kind in (("audit", "Audit"), ("agent", "Agent"), ("department", "Department")):
        named = getattr(spec, field)
        if named is not None:
            yield from _exists(document, (*at, field), kind, named, index)
    if spec.tool is not None:
        yield from _tool(document, (*at, "tool"), spec.tool, index)
    for field, of in (("audit", "audit.failed"), ("rule", "audit.failed"), ("tool", "tool.changed")):
        if getattr(spec, field) is not None and spec.type != of:
            message = f"`{field}` narrows {of} alone, and it is {spec.type}: it would never start a run."
            yield document.finding((*at, field), message, "Take it out, or write another `type`.")


def _given(document: Document, at: Path, trigger: TriggerSpec, spec: PipelineSpec) -> Iterator[Finding]:
    known = {"trigger": TRIGGER}
    for name, value in trigger.inputs.items():
        where = (*at, "inputs", name)
        if name not in spec.inputs:
            yield document.finding(where, f"there is no input {name}.", nearest(name, list(spec.inputs)))
        elif not _refers(value) and value is not None and kind_of(value) != spec.inputs[name].type:
            message = f"it is {kind_of(value)}, and the input is {spec.inputs[name].type}."
            yield document.finding(where, message, "Write a value of that type.")
        yield from check_written(document, where, value, known)
    for name, one in spec.inputs.items():
        if one.default is None and trigger.inputs.get(name) is None:
            fix = f"Write `{name}` here, or give the input a `default`."
            yield document.finding((*at, "inputs"), f"the input {name} has no value.", fix)


def _refers(value: Any) -> bool:
    return isinstance(value, str) and "${{" in value


def _cron(document: Document, at: Path, cron: str) -> Iterator[Finding]:
    fix = "Write minute, hour, day, month and weekday: `30 2 * * mon-fri`."
    if len(cron.split()) != 5:
        yield document.finding(at, "it has not five fields.", fix)
        return
    try:
        CronSim(cron, EPOCH)
    except CronSimError as error:
        yield document.finding(at, f"it is no schedule: {error}.", fix)


def _condition(
    document: Document, at: Path, trigger: TriggerSpec, index: Index, *, sure: bool
) -> Iterator[Finding]:
    condition = trigger.condition
    if condition is None:
        return
    here = (*at, "condition")
    if (condition.above is None) == (condition.below is None):
        message = "exactly one of `above` and `below` is its bound."
        yield document.finding(here, message, "Write `above: 0.2`.")
        return
    if condition.clear is not None:
        over = condition.above is not None and condition.clear > condition.above
        under = condition.below is not None and condition.clear < condition.below
        if over or under:
            message = "it would be clear while it still holds."
            yield document.finding((*here, "clear"), message, "Write a value on the other side of the bound.")
    if sure:
        for field, kind in (("agent", "Agent"), ("department", "Department"), ("route", "Route")):
            name = getattr(condition, field)
            if name is not None:
                yield from _exists(document, (*here, field), kind, name, index)
        if condition.tool is not None:
            yield from _tool(document, (*here, "tool"), condition.tool, index)
