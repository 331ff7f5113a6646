"""A scripted agent: a real program of a real task, whose part is written down. No model decides anything.

It asks models and calls tools in turn, as its script says, and plays one of six parts:

- ``normal``: does its steps and ends.
- ``slow``: the same, with a pause before each step.
- ``loop``: repeats its first question and its first call of a tool until somebody stops it.
- ``hijacked``: after what a tool returns it does everything that the text tells it to: each line
  ``CALL tool {"json": "arguments"}`` in it is carried out exactly.
- ``crash``: kills itself with SIGKILL in the middle of its task's first attempt, and goes through the next.
- ``flaky``: each step fails by chance; the chance is drawn from the task's id, so it is the same each time.

Exit codes: 0 all done; 1 refused or failed; 75 nobody knows whether an act was done.
"""

import json
import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal, get_args

from podium.adapters.scripted.doors import Doors, Refused
from podium.settings import program_variables

Behaviour = Literal["normal", "slow", "loop", "hijacked", "crash", "flaky"]
BEHAVIOURS: Final = get_args(Behaviour)
UNKNOWN: Final = 75
"""Exit code (EX_TEMPFAIL of sysexits.h)."""
MOST_LOOPS: Final = 10_000
FIRST_PAUSE_S: Final = 0.5
MOST_PAUSE_S: Final = 10.0
"""While a person is asked: each repetition is one more call in the trace."""
_ORDER: Final = re.compile(r"CALL\s+(?P<tool>[\w.-]+)\s+(?P<arguments>\{.*\})")
_DECISION: Final = "podium/decision"


@dataclass(frozen=True)
class Script:
    """What the agent does."""

    behaviour: Behaviour = "normal"
    model: str = "default"
    questions: int = 3
    """How often a model is asked: before the first tool, between them, and at the end."""
    tools: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Names as MCP lists them, and their arguments: called one after another."""
    tokens: int = 64
    pause_s: float = 2.0
    """Before each step of ``slow``, and between two rounds of ``loop``."""
    failure_rate: float = 0.2
    """Of one step of ``flaky``."""
    patience_s: float = 600.0
    """For an answer, a person's included."""


@dataclass
class Agent:
    """One life of the program. ``variables``: its environment; ``say``: gets a line for each step."""

    script: Script
    variables: Mapping[str, str]
    say: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    die: Callable[[], None] = lambda: os.kill(os.getpid(), signal.SIGKILL)
    steps: int = 0
    read: list[str] = field(default_factory=list)
    """What tools have returned."""
    unknown: bool = False

    def run(self) -> int:
        """Play the part; return the exit code."""
        try:
            self._doors = Doors(self.variables, patience_s=self.script.patience_s)
            self._attempt = self._doors.attempt()
            self._request = self.variables.get("PODIUM_REQUEST", "Do what your script says.")
            if self.script.behaviour == "loop":
                self._loop()
            else:
                self._play()
        except Refused as refusal:
            self.say(f"refused: {refusal}")
            return 1
        self._result()
        return UNKNOWN if self.unknown else 0

    def _play(self) -> None:
        script = self.script
        whole = script.questions + len(script.tools)
        for act in self._acts():
            self.steps += 1
            if script.behaviour == "slow":
                self.sleep(script.pause_s)
            if script.behaviour == "crash" and self._attempt == 1 and self.steps > whole // 2:
                self.say(f"step {self.steps}: crashes, as its script says")
                self.die()
            if script.behaviour == "flaky" and self._drawn() < script.failure_rate:
                raise Refused(f"step {self.steps} fails, as its script says")
            act(f"step-{self.steps}")

    def _acts(self) -> Iterator[Callable[[str | None], None]]:
        """Yield the steps: questions and calls in turn, and what the texts that were read order."""
        questions, tools = self.script.questions, list(self.script.tools)
        while questions or tools:
            if questions > (1 if tools else 0):
                questions -= 1
                yield self._question
            if tools:
                tool, arguments = tools.pop(0)
                before = len(self.read)
                yield partial(self._call, tool, arguments)
                if self.script.behaviour == "hijacked":
                    for order in self._orders(before):
                        yield partial(self._obey, *order)
            elif not questions:
                return

    def _orders(self, since: int) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for text in self.read[since:]:
            for match in _ORDER.finditer(text):
                try:
                    found.append((match["tool"], dict(json.loads(match["arguments"]))))
                except ValueError:
                    self.say(f"an order that cannot be read: {match[0][:100]}")
        return found

    def _loop(self) -> None:
        for self.steps in range(1, MOST_LOOPS + 1):
            self._question(None)
            for tool, arguments in self.script.tools[:1]:
                self._call(tool, arguments, None)
            self.sleep(self.script.pause_s)

    def _question(self, key: str | None) -> None:
        looping = self.script.behaviour == "loop"
        said = self._request if looping else f"{self._request} (Step {self.steps}.)"
        messages = [{"role": "user", "content": said}]
        read = () if looping else self.read[-2:]
        messages += [{"role": "user", "content": f"A tool returned: {text[:2000]}"} for text in read]
        text = self._doors.ask(self.script.model, messages, tokens=self.script.tokens, key=key)
        self.say(f"step {self.steps}: {self.script.model} answered {len(text)} characters")

    def _obey(self, tool: str, arguments: dict[str, Any], key: str | None) -> None:
        self.say(f"step {self.steps}: the text orders {tool} {json.dumps(arguments)}")
        try:
            self._call(tool, arguments, key)
        except Refused as refusal:
            self.say(f"refused: {refusal}")

    def _call(self, tool: str, arguments: dict[str, Any], key: str | None) -> None:
        """Call a tool; where a person is asked, wait for the answer by asking again."""
        until, told, pause_s = time.monotonic() + self.script.patience_s, False, FIRST_PAUSE_S
        while True:
            result = self._doors.call(tool, arguments, key=key)
            if not result.get("isError"):
                text = "\n".join(_strings(result.get("structuredContent") or result.get("content")))
                self.read.append(text)
                self.say(f"step {self.steps}: {tool} returned {len(text)} characters")
                return
            decision = result.get("_meta", {}).get(_DECISION, {})
            if decision.get("outcome") == "unknown":
                self.say(f"step {self.steps}: nobody knows whether {tool} was done")
                self.unknown = True
                return
            waits = decision.get("verdict") == "ask" or decision.get("rule") == "not_ready"
            if not waits or time.monotonic() > until:
                why = decision.get("reason") or json.dumps(result.get("content"))[:300]
                raise Refused(f"{tool}: {decision.get('rule', 'error')}: {why}")
            if not told and decision.get("verdict") == "ask":
                self.say(f"step {self.steps}: {tool} waits for a person ({decision.get('approval_id')})")
                told = True
            self.sleep(pause_s)
            pause_s = min(2 * pause_s, MOST_PAUSE_S)

    def _drawn(self) -> float:
        name = f"{self.variables.get('PODIUM_TASK_ID')} {self._attempt} {self.steps}"
        return random.Random(name).random()  # noqa: S311 - a part that is played, no secret

    def _result(self) -> None:
        path = self.variables.get("PODIUM_RESULT")
        if path:
            told = {"steps": self.steps, "tools": len(self.read), "behaviour": self.script.behaviour}
            Path(path).write_text(json.dumps(told), encoding="utf-8")


def _strings(value: Any) -> Iterator[str]:
    """Yield all texts within a result, each as it is and not as JSON writes it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def play(say: Callable[[str], None], **settings: Any) -> int:
    """Play a part in this process; ``settings`` are those of `Script`."""
    return Agent(Script(**settings), program_variables(), say).run()
