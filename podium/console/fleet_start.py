"""The form that starts a task of an agent whose program Podium runs."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from markupsafe import Markup
from sqlalchemy import Connection

from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, reading
from podium.console.markup import Child, element, join, link
from podium.console.reason import submit_row
from podium.console.task_form import minutes_of
from podium.kernel.errors import InvalidRequest, PodiumError
from podium.kernel.ids import ulid
from podium.kernel.money import parse_amount
from podium.manifest.runs import MAX_PRIORITY
from podium.ports.runs import MAX_REQUEST_BYTES, QueueTask, RunIs
from podium.trust.people import Right
from podium.trust.request.user import User, check_user
from podium.views.fleet_cells import newest_snapshot

START: Final = "start"
MAX_INPUT_CHARS: Final = 256 << 10
_NS_A_MINUTE: Final = 60_000_000_000


class Startable(msgspec.Struct, frozen=True):
    """An agent that Podium runs."""

    name: str
    department: str
    priority: int


class StartPage(Page):
    """Asks for a task in the name of who looks."""

    title = "Start a task"

    def build(self) -> None:
        """Make the page's elements. The form is shown anew when the agents change, or a field is wrong."""
        Fragment(
            join(
                crumbs(link("/fleet", "Fleet")),
                element("div", element("h1", "Start a task", tabindex="-1"), class_="page-head"),
            )
        )
        self._agents: list[Startable] = []
        self._sent: Mapping[str, str] | None = None
        self._error: PodiumError | None = None
        self._form = Fragment(reading())
        self._said = Fragment().props('aria-live="polite"')
        self._task_id = self._new_id()

    def _new_id(self) -> str:
        """Return the id that the next task gets: sent twice, the form starts one."""
        return "task_" + ulid(self.frame.feeds.now_ns() // 1_000_000, self.frame.entropy(16))

    @property
    def interval_s(self) -> float:
        """Seconds between two readings: manifests change rarely."""
        return 10.0

    def reader(self) -> Callable[[Connection], list[Startable]]:
        """Return what reads the agents that Podium runs."""

        def read(connection: Connection) -> list[Startable]:
            snapshot = newest_snapshot(connection)
            agents = snapshot.agents.values() if snapshot is not None else ()
            found = [
                Startable(one.name, one.department_path, one.run.priority)
                for one in agents
                if one.run is not None
            ]
            return sorted(found, key=lambda one: one.name)

        return read

    def show(self, data: list[Startable]) -> None:
        """Show the form; what is typed stays, and what was wrong with it when it was sent."""
        self._agents = data
        may = self.frame.caller[1].may(Right.OPERATE)
        fields = self._sent or {"agent": self.address.get("agent") or ""}
        self._form.show(start_form(data, fields, self._error) if may else _may_not())

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Put the task into the queue, and go to it."""
        if name != START:
            return
        try:
            wish = wish_of(fields, now_ns=self.frame.feeds.now_ns())
            text = fields.get("input", "")
            may = self.frame.caller[1].may(Right.OPERATE)  # else the keeper refuses: nothing is kept for it
            if text and may and self.frame.artifacts is not None:
                sha256 = await asyncio.to_thread(self.frame.artifacts.put, text.encode())
                wish["input_sha256"] = sha256
            told = await self.frame.keeper.ask(QueueTask(self.frame.caller[0], **wish, task_id=self._task_id))
        except PodiumError as error:
            self._sent, self._error = fields, error
            self.show(self._agents)
            known = error.field in FIELDS
            words = "The task is not started: see the field that is marked." if known else str(error)
            self._said.show(element("p", words, class_="field-error said", role="alert"))
            return
        self._sent = self._error = None
        self._task_id = self._new_id()
        self._said.show(element("p", "It is in the queue.", class_="said", role="status"))
        if isinstance(told, RunIs):
            where = json.dumps(f"/fleet/{told.task_id}")
            self.frame.client.run_javascript(f"podium.navigate({where})")


_USER: Final = (
    ("user_names", "Name", "Noor Haddad"),
    ("user_addresses", "Mail, telephone", "noor@acme.example, +49 30 123456"),
    ("user_ids", "Login, handle", "noor"),
)
"""Who the user is: each several, with commas between."""
FIELDS: Final = (
    "agent", "request", *(name for name, _, _ in _USER), "input", "budget", "deadline", "priority",
)  # fmt: skip


def wish_of(fields: Mapping[str, str], *, now_ns: int) -> dict[str, Any]:
    """Return the fields of a QueueTask that a form asks for. Raises InvalidRequest that names a field."""
    agent, request = fields.get("agent", "").strip(), fields.get("request", "").strip()
    if not agent:
        raise InvalidRequest("Choose an agent.", field="agent")
    if not request:
        raise InvalidRequest("Say what it shall do: that decides what it may.", field="request")
    if len(fields.get("input", "")) > MAX_INPUT_CHARS:
        raise InvalidRequest(
            f"Here an input has at most {MAX_INPUT_CHARS:,} characters.",
            fix="podium task start --input takes a file.",
            field="input",
        )
    found: dict[str, Any] = {"agent": agent, "request": request}
    budget, minutes, priority = (fields.get(name, "").strip() for name in ("budget", "deadline", "priority"))
    if budget:
        try:
            found["budget_nano_usd"] = parse_amount(budget, "usd")
        except InvalidRequest as error:
            raise InvalidRequest(f"{error} Write USD: 0.50", field="budget") from error
    if minutes:
        found["deadline_ns"] = now_ns + minutes_of(minutes) * _NS_A_MINUTE
    if (user := _user_of(fields)) is not None:
        found["user"] = user
    if priority:
        try:
            found["priority"] = int(priority)
        except ValueError as error:
            raise InvalidRequest(
                f"A priority is -{MAX_PRIORITY} to {MAX_PRIORITY}.", field="priority"
            ) from error
    return found


def _user_of(fields: Mapping[str, str]) -> User | None:
    """Return who the user is, None where nothing is said. Raises InvalidRequest that names a field."""
    said = {
        name: tuple(one.strip() for one in fields.get(name, "").split(",") if one.strip())
        for name, _, _ in _USER
    }
    user = User(said["user_names"], said["user_addresses"], said["user_ids"])
    if not user.told:
        return None
    try:
        return check_user(user)
    except InvalidRequest as error:
        name = (error.field or "").replace(".", "_").partition("[")[0]
        why = str(error).partition(": ")[2] or str(error)
        raise InvalidRequest(f"Not usable: {why}", field=name) from error


def start_form(agents: list[Startable], fields: Mapping[str, str], error: PodiumError | None) -> Markup:
    """Return the form with what was typed, and with what is wrong beside its field."""
    if not agents:
        words = join(
            "Podium runs no agent yet: write ",
            element("code", "spec.run.command"),
            " into the manifest of one (docs/tasks.md).",
        )
        return element("section", empty("No agent to start", words), class_="panel")
    options = (
        element(
            "option",
            f"{one.name} ({one.department})",
            value=one.name,
            selected=one.name == fields.get("agent"),
        )
        for one in agents
    )
    return element(
        "section",
        element(
            "form",
            element("label", "Agent", for_="agent"),
            element("select", *options, **_named("agent", error)),
            _error(error, "agent"),
            *_words("request", fields, error, _REQUEST, required=True, maxlength=MAX_REQUEST_BYTES),
            element(
                "fieldset",
                element("legend", "Who is asking"),
                element("p", _WHO, class_="muted"),
                element(
                    "div",
                    *(
                        _line(name, label, fields, error, hint=hint, mode="text")
                        for name, label, hint in _USER
                    ),
                    class_="pair",
                ),
            ),
            *_words("input", fields, error, _INPUT),
            element(
                "div",
                _line("budget", "Budget, USD", fields, error, hint="no limit of its own"),
                _line("deadline", "Deadline, minutes from now", fields, error, hint="none"),
                _line("priority", "Priority", fields, error, hint="the agent's"),
                class_="pair",
            ),
            submit_row("Start", keys=True),
            class_="act body",
            data_act=START,
        ),
        class_="panel",
        aria_label="Start a task",
    )


_REQUEST: Final = "What it shall do, in your own words. It decides what the task may do."
_WHO: Final = (
    "Whom “me” and “my” of the request mean; several with commas between. Left empty: whom the agent's "
    "manifest says, if it says anybody."
)
_INPUT: Final = "What its program finds in a file; may be left empty."


def _named(name: str, error: PodiumError | None) -> dict[str, Any]:
    """Return the attributes of a field."""
    return {"id": name, "name": name, "aria_invalid": "true" if _is_wrong(error, name) else None}


def _words(
    name: str, fields: Mapping[str, str], error: PodiumError | None, hint: str, **more: Any
) -> tuple[Child, ...]:
    """Return a field of several lines, with what is wrong."""
    typed = fields.get(name, "")
    field = element("textarea", typed, **_named(name, error), rows=3, placeholder=hint, **more)
    return element("label", name.capitalize(), for_=name), field, _error(error, name)


def _line(
    name: str,
    label: str,
    fields: Mapping[str, str],
    error: PodiumError | None,
    *,
    hint: str,
    mode: str = "decimal",
) -> Markup:
    """Return a field of one line, with what is wrong."""
    field = element(
        "input",
        **_named(name, error),
        inputmode=mode,
        autocomplete="off",
        placeholder=hint,
        value=fields.get(name) or None,
    )
    return element("div", element("label", label, for_=name), field, _error(error, name))


def _is_wrong(error: PodiumError | None, name: str) -> bool:
    return error is not None and error.field == name


def _error(error: PodiumError | None, name: str) -> Child:
    """Return what is wrong with a field."""
    return element("p", str(error), class_="field-error") if _is_wrong(error, name) else None


def _may_not() -> Markup:
    words = "Operators start tasks."
    return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Start a task")
