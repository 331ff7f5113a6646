import msgspec
import pytest

from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.manifest.orders import Orders, TaskOrders
from podium.ports.acts import RetryTask, SteerTask
from podium.ports.tasks import DelegateTask, RenewTask
from podium.trust.credentials.identity import MODELS, Detail, routes_of
from podium.trust.people import COMMAND_LINE
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.test_runs import OWNER, claim, claims, it, now, queue, report  # noqa: F401 - a fixture
from tests.keeper.test_runs import steer as end


def change(it: House, task_id: str, act: str, **more: object) -> str:  # noqa: F811 - a fixture
    return it.acts.do(SteerTask(OWNER, task_id, act, "It is better.", **more)).text  # type: ignore[arg-type,union-attr,return-value]


def orders(it: House) -> TaskOrders:  # noqa: F811 - a fixture
    return msgspec.msgpack.decode(it.authority.in_force.orders_document, type=Orders).tasks


def test_a_narrower_grant_holds_for_what_it_has_started_too(it: House):  # noqa: F811 - a fixture
    """Orders say it of tokens that are out, those that come say it themselves, and nothing widens it."""
    run = queue(it)
    token = claim(it, run.task_id).token or ""
    child = it.tasks.do(DelegateTask(token, "search"))
    change(it, run.task_id, "narrow", details=(Detail(MODELS, routes=("big",)),))
    assert dict(orders(it).narrowed) == {
        run.task_id: (Detail(MODELS, routes=("big",)),),
        child.task_id: (),  # type: ignore[union-attr]
    }
    renewed = it.tasks.do(RenewTask(token))
    assert routes_of(claims(it, renewed.token).authorization_details) == {"big"}  # type: ignore[union-attr]
    change(it, run.task_id, "narrow", details=(Detail(MODELS, routes=("*",)),))
    assert dict(orders(it).narrowed)[run.task_id] == (Detail(MODELS, routes=("big",)),)
    it.clock.now_ns += 3600 * 1_000_000_000
    it.authority.reload()
    assert orders(it).narrowed == ()


def test_a_budget_stands_in_tokens_of_it_and_of_what_it_starts(it: House):  # noqa: F811 - a fixture
    """One that is set later stands in the orders, for tokens that do not say it."""
    run = queue(it, budget_nano_usd=5)
    token = claim(it, run.task_id).token or ""
    assert claims(it, token).budgets == ((run.task_id, 5),)
    child = it.tasks.do(DelegateTask(token, "search"))
    assert claims(it, child.token).budgets == ((run.task_id, 5),)  # type: ignore[union-attr]
    change(it, run.task_id, "limit", amount_nano_usd=9)
    assert orders(it).budgets == ((run.task_id, 9),)
    assert it.acts.runs.budget(run.task_id) == 9
    report(it, claim(it, run.task_id).run, "succeeded")
    assert orders(it).budgets == ()


def test_what_makes_no_sense_changes_nothing(it: House):  # noqa: F811 - a fixture
    """A run that is over is not steered; an empty message and a deadline that is over are refused."""
    run = queue(it)
    for act, more in (
        ("message", {"text": " "}),
        ("limit", {"amount_nano_usd": 0}),
        ("deadline", {"deadline_ns": 1}),
        ("narrow", {}),
    ):
        with pytest.raises(InvalidRequest):
            change(it, run.task_id, act, **more)
    with pytest.raises(NotFound):
        change(it, "task_nobody", "message", text="Hello.")
    with pytest.raises(Forbidden, match="not over"):
        it.acts.do(RetryTask(OWNER, run.task_id, "Once more."))
    end(it, run.task_id, "kill")
    with pytest.raises(Forbidden, match="killed"):
        change(it, run.task_id, "message", text="Hello.")


def test_a_run_that_is_over_is_tried_again_as_another(it: House):  # noqa: F811 - a fixture
    """The second one has the same request and is named in the chain; the first one stays as it was."""
    run = queue(it, request="Sort it.", budget_nano_usd=7)
    end(it, run.task_id, "kill")
    again = now(it, it.acts.do(RetryTask(OWNER, run.task_id, "Once more.")).id)  # type: ignore[union-attr]
    assert (again.retry_of, again.state, again.budget_nano_usd) == (run.task_id, "queued", 7)
    assert claim(it, again.task_id).request == "Sort it."
    assert now(it, run.task_id).state == "killed"
    (row,) = it.told("task.retry")
    assert (row["actor"], row["subject"], row["again"]) == (COMMAND_LINE, run.task_id, again.task_id)


def test_what_a_person_took_stays_taken(it: House):  # noqa: F811 - a fixture
    """By a further attempt, a retry, and a retry of that, also of one that never began."""
    run = queue(it)
    assert routes_of(claims(it, claim(it, run.task_id).token).authorization_details) == {"big", "small"}
    change(it, run.task_id, "narrow", details=(Detail(MODELS, routes=("small",)),))
    report(it, now(it, run.task_id), "queued")
    further = claim(it, run.task_id)
    assert routes_of(claims(it, further.token).authorization_details) == {"small"}
    report(it, further.run, "failed")
    again = it.acts.do(RetryTask(OWNER, run.task_id, "Once more."))
    assert again.text.endswith("It may no more than what was left to that one.")  # type: ignore[union-attr]
    end(it, again.id, "kill")  # type: ignore[union-attr]
    third = it.acts.do(RetryTask(OWNER, again.id, "Once more.")).id  # type: ignore[union-attr]
    assert routes_of(claims(it, claim(it, third).token).authorization_details) == {"small"}
    other = queue(it)
    end(it, other.task_id, "kill")
    whole = it.acts.do(RetryTask(OWNER, other.task_id, "Once more."))
    assert "left" not in whole.text  # type: ignore[union-attr]
    assert routes_of(claims(it, claim(it, whole.id).token).authorization_details) == {"big", "small"}  # type: ignore[union-attr]
