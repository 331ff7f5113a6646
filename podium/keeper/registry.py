"""Which questions are answered in the database thread, and by whom."""

from collections.abc import Callable
from typing import Any

from podium.keeper.acts import Acts
from podium.keeper.tasks import TaskBook
from podium.ports.pipelines import PIPELINE_QUESTIONS
from podium.ports.runs import RUN_QUESTIONS
from podium.ports.tasks import TASK_QUESTIONS
from podium.ports.tools import TOOL_QUESTIONS


def in_database(acts: Acts, tasks: TaskBook) -> dict[type[Any], Callable[[Any], Any]]:
    """Return who answers each question; all of them are called in the database thread."""
    return {
        **dict.fromkeys(TOOL_QUESTIONS, acts.do_tool),
        **dict.fromkeys(TASK_QUESTIONS, tasks.do),
        **dict.fromkeys(RUN_QUESTIONS, acts.do_run),
        **dict.fromkeys(PIPELINE_QUESTIONS, lambda asked: acts.pipelines.do(asked, acts.as_person)),
    }
