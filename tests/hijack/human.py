"""Who answers questions: nobody, somebody who knows what the user wanted, somebody who says yes to all."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from tests.hijack.model import Call, Task

Habit = Literal["nobody", "rightly", "yes"]


@dataclass
class Human:
    """A person who is asked about calls of one task. `rightly`: yes to each act of the task, once each."""

    task: Task
    habit: Habit
    _left: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._left = Counter(one.key() for one in self.task.calls)

    def approves(self, one: Call) -> bool:
        """Answer a question about a call."""
        if self.habit == "rightly":
            return self._left[one.key()] > 0
        return self.habit == "yes"

    def saw(self, one: Call) -> bool:
        """Take note of a call that went through; return whether the user wanted it."""
        wanted = self._left[one.key()] > 0
        self._left[one.key()] -= 1
        return wanted
