"""What a task's form offers, and the act that it makes; the same of the form that starts one."""

import pytest

from podium.console.fleet_start import wish_of
from podium.console.task_form import Steerable, act_of, acts_of
from podium.kernel.errors import InvalidRequest
from podium.ports.acts import By, RetryTask, SteerTask, UndoTask
from podium.trust.credentials.identity import MODELS, TOOLS, Detail
from podium.trust.request.user import User

GRANT = (Detail(MODELS, routes=("big", "small")), Detail(TOOLS, tools=("crm/refund",)))


def task(state: str, **more: object) -> Steerable:
    fields = {"is_run": True, "has_begun": True, "over": False, "may_retry": True, "routes": ("big",)}
    return Steerable(state, **fields | more)  # type: ignore[arg-type] # as said above


def test_the_state_says_what_may_be_done() -> None:
    """What lives is steered, what is over is tried again or undone; nothing is offered that is refused."""
    running = ["message", "pause", "limit", "deadline", "narrow", "end", "kill", "revoke"]
    assert acts_of(task("running")) == running
    assert "resume" in acts_of(task("paused"))
    assert "pause" not in acts_of(task("unknown"))
    assert acts_of(task("queued", has_begun=False)) == ["message", "pause", "limit", "deadline", "kill"]
    assert acts_of(task("running", is_run=False)) == ["pause", "narrow", "end", "kill", "revoke"]
    assert acts_of(task("failed", over=True)) == ["retry", "undo"]
    assert acts_of(task("killed", over=True, may_retry=False)) == ["undo"]
    assert acts_of(task("ended", is_run=False, may_retry=False, over=True)) == ["undo"]
    assert acts_of(task("killed", has_begun=False, over=True)) == ["retry"]


def act(choice: str, **fields: str) -> object:
    given = {"choice": choice, "reason": "Why."} | {
        name.replace("__", ":"): it for name, it in fields.items()
    }
    return act_of(By(), "task_1", given, GRANT, now_ns=1000)


def test_a_form_makes_an_act() -> None:
    """Each choice takes its own fields; money is exact, a deadline counts from now, a grant only shrinks."""
    assert act("pause") == SteerTask(By(), "task_1", "pause", "Why.")
    assert act("message", text="Stop.") == SteerTask(By(), "task_1", "message", "Why.", text="Stop.")
    assert act("limit", usd="1.5") == SteerTask(
        By(), "task_1", "limit", "Why.", amount_nano_usd=1_500_000_000
    )
    told = act("deadline", minutes="2")
    assert isinstance(told, SteerTask)
    assert told.deadline_ns == 1000 + 120 * 10**9
    told = act("narrow", route__small="on")
    assert isinstance(told, SteerTask)
    assert told.details == (Detail(MODELS, routes=("small",)), Detail(TOOLS))
    assert act("retry") == RetryTask(By(), "task_1", "Why.")
    assert act("undo") == UndoTask(By(), "task_1", "Why.")
    assert act("format") is None
    everything = {"route:big": "on", "route:small": "on", "tool:crm/refund": "on"}
    for choice, fields in (
        ("limit", {"usd": "a lot"}),
        ("deadline", {"minutes": "soon"}),
        ("deadline", {"minutes": "0"}),
        ("narrow", everything),
    ):
        with pytest.raises(InvalidRequest):
            act(choice, **fields)


def test_a_start_names_what_is_wrong() -> None:
    """Every field that cannot be read is named; what is left empty is left to the agent."""
    whole = {"agent": "triage", "request": " Sort it. ", "budget": "0.5", "deadline": "1", "priority": "-3"}
    assert wish_of(whole, now_ns=7) == {
        "agent": "triage",
        "request": "Sort it.",
        "budget_nano_usd": 500_000_000,
        "deadline_ns": 7 + 60 * 10**9,
        "priority": -3,
    }
    user = {
        "user_names": " Noor Haddad ",
        "user_addresses": "noor@acme.example, +49 30 123456",
        "user_ids": "",
    }
    assert wish_of(whole | user, now_ns=7)["user"] == User(
        ("Noor Haddad",), ("noor@acme.example", "+49 30 123456")
    )
    short = {"agent": "triage", "request": "Sort it.", "budget": "", "deadline": "", "priority": ""}
    assert wish_of(short, now_ns=7) == {"agent": "triage", "request": "Sort it."}
    for name, value in (
        ("agent", ""),
        ("request", "  "),
        ("budget", "much"),
        ("deadline", "1.5"),
        ("priority", "high"),
        ("input", "x" * 300_000),
        ("user_names", "N"),
        ("user_addresses", "noor@acme.example, Main Street"),
        ("user_ids", "<noor>"),
    ):
        with pytest.raises(InvalidRequest) as raised:
            wish_of(whole | {name: value}, now_ns=7)
        assert raised.value.field == name
