"""Recorded calls of tools: tasks with their requests, calls, results and verdicts, in YAML or JSON.

A record holds what tools were told and what they returned; it is as confidential as these.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Final, Literal

import msgspec
import yaml

from podium.kernel.errors import InvalidRequest
from podium.trust.request.user import User

VerdictWord = Literal["allow", "ask", "deny"]
Wanted = Literal["allow", "ask", "deny", "not allow", "not ask", "not deny"]
"""One verdict, or each but one."""
_WORDS: Final[tuple[VerdictWord, ...]] = ("allow", "ask", "deny")
_YAML_1_1: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("timestamp", "bool"))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where it is there
    """Leaves days, times, `on` and `no` the texts that they are: arguments are JSON (YAML 1.2)."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {
        first: [one for one in those if one[0] not in _YAML_1_1]
        for first, those in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


class RecordedCall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One call, in the order in which the agent made them."""

    tool: str
    """``SERVER/TOOL``."""
    arguments: dict[str, Any] = {}
    answer: Wanted | Annotated[tuple[VerdictWord, ...], msgspec.Meta(min_length=1)] = "allow"
    """What was decided, or what is expected; of several any will do."""
    rule: str = ""
    result: Any = None
    """The structured content that the tool returned, or its text; None: the call was not made."""
    at_ns: int = 0

    @property
    def answers(self) -> tuple[VerdictWord, ...]:
        """Return the verdicts that are as the record has them."""
        if not isinstance(self.answer, str):
            return self.answer
        word = self.answer.removeprefix("not ")
        return tuple(it for it in _WORDS if (it == word) is (word == self.answer))


class RecordedTask(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One task: whose it is, what the user asked for, what the agent did."""

    agent: str
    request: str
    calls: tuple[RecordedCall, ...]
    task: str = ""
    """Its id, or what it is called by."""
    user: User | None = None
    """Who *me* of the request is; None: whom the agent's manifest says."""
    day: date | None = None
    """On which it began, UTC: what `tomorrow` of its request is seen from; None: that of its first call."""

    @property
    def began(self) -> date | None:
        """The day on which it began, as far as the record tells."""
        at_ns = self.calls[0].at_ns if self.calls else 0
        return self.day or (datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).date() if at_ns else None)


def read_record(data: bytes, name: str = "record") -> tuple[RecordedTask, ...]:
    """Return the tasks of a record: a YAML or JSON list of them.

    Raises InvalidRequest with ``name``, of its file, the line, and what is wrong there.
    """
    fix = "Write a list of tasks, each with `agent`, `request` and `calls` (docs/tools-reference.md)."
    try:
        found = yaml.load(data, _Loader)  # noqa: S506  # a safe loader
        return msgspec.convert(found, type=tuple[RecordedTask, ...], strict=False)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        what = getattr(error, "problem", None) or "it is no text in UTF-8"
        raise InvalidRequest(f"{name}:{line}: this is no record of calls: {what}.", fix=fix) from error
    except msgspec.MsgspecError as error:
        what, _, place = str(error).partition(" - at `$")
        path = [int(number) if number else field for number, field in _STEPS.findall(place)]
        line = _line_of(yaml.compose(data, _Loader), [*path, *_NAMES.findall(what)])
        where = "".join(f"{place}: " for place in _places(path))
        if path and path[-1] == "answer":
            fix = "Write allow, ask or deny, a list of these, or `not allow`."
        raise InvalidRequest(f"{name}:{line}: {where}this is no record of calls: {what}.", fix=fix) from error


_STEPS: Final = re.compile(r"\[(\d+)\]|\.(\w+)")
_NAMES: Final = re.compile(r"unknown field `(.+)`")


def _places(path: list[int | str]) -> list[str]:
    """Return where a path of a record leads, in words: the second call of the first task."""
    kinds = iter(("task", "call"))
    return [f"{next(kinds, 'entry')} {it + 1}" if isinstance(it, int) else it for it in path if it != "calls"]


def _line_of(node: yaml.Node | None, path: list[int | str]) -> int:
    """Return the line of what a path leads to, or of what is there around it."""
    line = 1
    for step in [*path, None]:
        if node is None:
            break
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            node = None
    return line


def write_record(tasks: tuple[RecordedTask, ...]) -> bytes:
    """Return a record of tasks as JSON, which YAML's readers take too."""
    return msgspec.json.format(msgspec.json.encode(tasks), indent=2)
