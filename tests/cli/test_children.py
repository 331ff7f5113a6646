"""Children of a verb end with it."""

import signal
from pathlib import Path

import psutil
import pytest

from podium.cli.children import Children
from podium.kernel.errors import StateError
from tests.app.running import free_port, until


def processes(word: str) -> list[psutil.Process]:
    """Return the children of this process that have a word on their command line."""
    found = []
    for process in psutil.Process().children():
        try:
            if word in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_children_end_with_their_context_even_on_an_error(tmp_path: Path):
    """What the context raises comes out, and the child has ended by then."""
    port = free_port()
    with pytest.raises(ZeroDivisionError), Children(tmp_path) as children:  # noqa: PT012 - the error is the point
        children.start("sim", "simulate", "provider", "--port", str(port), grace_s=60)
        until(lambda: "simulated provider: http" in children.said("sim"), "the child")
        children.check()
        raise ZeroDivisionError
    assert processes(str(port)) == []


def ended(children: Children) -> bool:
    try:
        children.check()
    except StateError:
        return True
    return False


def test_a_child_that_ended_by_itself_is_told_with_its_last_words(tmp_path: Path):
    """`check` names it, its exit code and the end of its log."""
    with Children(tmp_path) as children:
        children.start("bad", "simulate", "provider", "--port", "none", grace_s=60)
        until(lambda: ended(children), "the child's end")
        with pytest.raises(StateError, match=r"bad ended with exit code 2[^$]*none"):
            children.check()
        assert children.end() == ["bad"]


def test_a_child_that_ends_in_good_order_is_not_reported(tmp_path: Path):
    """SIGTERM and exit code 0 is good order; a child that does not listen is killed and reported."""
    with Children(tmp_path) as children:
        children.start("sim", "simulate", "provider", "--port", "0", grace_s=60)
        until(lambda: "simulated provider: http" in children.said("sim"), "the child")
        assert children.end() == []
        children.start("deaf", "simulate", "provider", "--port", "0", grace_s=0.2)
        until(lambda: "simulated provider: http" in children.said("deaf"), "the child")
        (process,) = processes("simulate")
        process.send_signal(signal.SIGSTOP)
        assert children.end() == ["deaf"]
