"""What a person may do to a task: the choices that its state allows, their fields, and the act they make."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import Child, element, join
from podium.console.reason import reason_field, submit_row
from podium.kernel.errors import InvalidRequest
from podium.kernel.money import parse_amount
from podium.ports.acts import By, RetryTask, SteerTask, UndoTask
from podium.ports.run_states import OVER
from podium.ports.tasks import DEAD_STATES
from podium.trust.credentials.identity import MODELS, TOOLS, Detail

_NS_A_MINUTE: Final = 60_000_000_000
MAX_MINUTES: Final = 60 * 24 * 365


@dataclass(frozen=True)
class Choice:
    """What an act is called, what comes of it, and its tone."""

    label: str
    effect: str
    tone: str = ""


ACTS: Final[dict[str, Choice]] = {
    "message": Choice("Tell it something", "Its program reads it; what it may do stays as it is."),
    "pause": Choice(
        "Pause", "Its calls are refused, its program stands still, until somebody resumes it.", "good"
    ),
    "resume": Choice("Resume", "Its calls are answered again.", "good"),
    "limit": Choice("Give it another budget", "The most that it, and what it starts, may spend in all."),
    "deadline": Choice("Give it a deadline", "It must be over by then, with all that it has started."),
    "narrow": Choice(
        "Narrow its grant", "What is not ticked it may call no more; nothing gives it back.", "bad"
    ),
    "end": Choice("End", "It has done what it should; its tokens are dead."),
    "kill": Choice("Kill", "It must stop; its tokens are dead, and its program with them.", "bad"),
    "revoke": Choice("Revoke", "Somebody else has its tokens; they are dead.", "bad"),
    "retry": Choice("Retry", "The same request and input once more, as another task.", "good"),
    "undo": Choice("Undo", "What its tools can take back is taken back, the last act first.", "bad"),
}


@dataclass(frozen=True)
class Steerable:
    """What the form must know of a task: it is shown anew when this changes, and not before."""

    state: str
    """Of its run, or else of its identity."""
    is_run: bool
    has_begun: bool
    """It has an identity, and so a grant."""
    over: bool
    """Its identity, if it has one, is dead."""
    may_retry: bool
    budget_nano_usd: int | None = None
    routes: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()


def acts_of(task: Steerable) -> list[str]:
    """Return what may be done to a task, in the order in which it is offered."""
    if task.state in OVER or task.state in DEAD_STATES:
        found = ["retry"] if task.may_retry else []
        return found + (["undo"] if task.has_begun and task.over else [])
    found = ["resume" if task.state == "paused" else "pause"] if task.state != "unknown" else []
    if task.is_run:
        found = ["message", *found, "limit", "deadline"]
    if task.has_begun and (task.routes or task.tools):
        found.append("narrow")
    return [*found, "end", "kill", "revoke"] if task.has_begun else [*found, "kill"]


def act_of(
    by: By, task_id: str, fields: Mapping[str, str], grant: tuple[Detail, ...], *, now_ns: int
) -> SteerTask | RetryTask | UndoTask | None:
    """Return the act that a form asks for, None for none of ours. Raises InvalidRequest naming a field."""
    choice, reason = fields.get("choice", ""), fields.get("reason", "")
    if choice not in ACTS:
        return None
    if choice == "retry":
        return RetryTask(by, task_id, reason)
    if choice == "undo":
        return UndoTask(by, task_id, reason)
    more: dict[str, Any] = {}
    if choice == "message":
        more["text"] = fields.get("text", "")
    elif choice == "limit":
        more["amount_nano_usd"] = parse_amount(fields.get("usd", ""), "usd")
    elif choice == "deadline":
        more["deadline_ns"] = now_ns + minutes_of(fields.get("minutes", "")) * _NS_A_MINUTE
    elif choice == "narrow":
        more["details"] = _ticked(fields, grant)
    return SteerTask(by, task_id, choice, reason, **more)  # type: ignore[arg-type] # one of its acts


def minutes_of(text: str) -> int:
    """Return the minutes that a field holds. Raises InvalidRequest."""
    try:
        found = int(text.strip())
    except ValueError:
        found = 0
    if not 1 <= found <= MAX_MINUTES:
        raise InvalidRequest(
            "A deadline is a whole number of minutes from now.", fix="Write 30, or 120.", field="deadline"
        )
    return found


def _ticked(fields: Mapping[str, str], grant: tuple[Detail, ...]) -> tuple[Detail, ...]:
    """Return what is left of a grant: what is ticked of it."""
    routes = tuple(name for one in grant for name in one.routes if f"route:{name}" in fields)
    tools = tuple(name for one in grant for name in one.tools if f"tool:{name}" in fields)
    if len(routes) + len(tools) == sum(len(one.routes) + len(one.tools) for one in grant):
        raise InvalidRequest("Nothing is taken away.", fix="Untick what it may call no more.", field="narrow")
    return Detail(MODELS, routes=routes), Detail(TOOLS, tools=tools)


def steer_form(task: Steerable, *, may: bool) -> Markup:
    """Return the form; nothing where nothing may be done to a task any more."""
    names = acts_of(task)
    if not names:
        return Markup()
    if not may:
        words = "Operators pause, resume, steer, end, kill, revoke, retry and undo tasks."
        return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Steer")
    over = names[0] in {"retry", "undo"}
    title = "It is over" if over else "Steer it, and what it has started"
    return element(
        "section",
        element("header", element("h2", title)),
        element(
            "form",
            element(
                "fieldset",
                element("legend", "Act", class_="visually-hidden"),
                *(join(_choice(name, number), _fields(name, task)) for number, name in enumerate(names, 1)),
            ),
            reason_field(),
            submit_row("Do it", keys=True),
            class_="act body",
            data_act="steer",
        ),
        class_="panel",
        id="steer",
        aria_label="Steer",
    )


def _choice(name: str, number: int) -> Markup:
    one = ACTS[name]
    return element(
        "label",
        element("input", type="radio", name="choice", value=name, required=True, data_choice=number),
        element("kbd", str(number)),
        element("b", one.label),
        element("span", one.effect, class_="muted"),
        class_=f"choice {one.tone}".strip(),
        data_key=name,  # what somebody has chosen never becomes another act when the task's state changes
    )


def _fields(name: str, task: Steerable) -> Markup | None:
    """Return the fields of a choice, which show while it is chosen."""
    parts: tuple[Child, ...] = ()
    if name == "message":
        label = element("label", "What it is told", for_="text")
        parts = (label, element("textarea", id="text", name="text", rows=2, maxlength=8000))
    elif name == "limit":
        now = f" (now {figures.usd_text(task.budget_nano_usd)})" if task.budget_nano_usd is not None else ""
        field = element(
            "input", id="usd", name="usd", inputmode="decimal", autocomplete="off", placeholder="1.50"
        )
        parts = (element("label", f"USD in all{now}", for_="usd"), field)
    elif name == "deadline":
        field = element(
            "input", id="minutes", name="minutes", inputmode="numeric", autocomplete="off", placeholder="30"
        )
        parts = (element("label", "Minutes from now", for_="minutes"), field)
    elif name == "narrow":
        routes = (_tick(f"route:{it}", it, "route") for it in task.routes)
        parts = (*routes, *(_tick(f"tool:{it}", it, "tool") for it in task.tools))
    return element("div", *parts, class_="more-of", data_key=f"{name}-fields") if parts else None


def _tick(field: str, name: str, kind: str) -> Markup:
    box = element("input", type="checkbox", name=field, checked=True)
    return element(
        "label", box, element("code", name), element("span", kind, class_="muted"), class_="tick-of"
    )
