import msgspec
import pytest

from podium.keeper.keyring import KNOWN_S, TOKEN_S
from podium.kernel.errors import Forbidden, Unauthenticated
from podium.manifest.orders import Orders
from podium.manifest.snapshot import Snapshot, encode_snapshot
from podium.ports.acts import BeginTask, By, SteerTask
from podium.ports.link import PutSnapshot
from podium.ports.tasks import DelegateTask, FinishTask, RenewTask, TaskIs
from podium.trust.credentials.identity import MODELS, Detail, routes_of
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.test_runs import claim, claims, it, queue, report  # noqa: F401 - a fixture

S = 1_000_000_000


def say(it: House, task_id: str, act: str, **more: object) -> None:  # noqa: F811 - a fixture
    it.acts.do(SteerTask(By(), task_id, act, "because", **more))  # type: ignore[arg-type]


def begin(it: House) -> tuple[str, str]:  # noqa: F811 - a fixture
    """Return the id and the token of a task that delegates to `search`."""
    told = it.acts.do(BeginTask(By(), "triage"))
    assert isinstance(told, TaskIs)
    return told.task_id, told.token or ""


def delegated(it: House, token: str, agent: str = "search") -> TaskIs:  # noqa: F811 - a fixture
    told = it.tasks.do(DelegateTask(token, agent))
    assert isinstance(told, TaskIs)
    return told


def in_force(it: House, **changes: object) -> None:  # noqa: F811 - a fixture
    """Bring manifests into force in which the agent triage is another."""
    now: Snapshot = it.tasks.in_force_snapshot()
    agents = {**now.agents, "triage": msgspec.structs.replace(now.agents["triage"], **changes)}  # type: ignore[arg-type]
    changed = msgspec.structs.replace(now, agents=agents, digest=f"d{now.version + 7}")
    it.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(changed)))


def test_a_narrowed_task_delegates_no_more_than_it_has_left(it: House):  # noqa: F811 - a fixture
    """A token from before it was narrowed, which says more, gives its sub-agents no more either."""
    task_id, token = begin(it)
    say(it, task_id, "narrow", details=(Detail(MODELS, routes=("big",)),))
    for agent, routes in (("triage", {"big"}), ("search", set())):
        child = delegated(it, token, agent)
        assert routes_of(claims(it, child.token).authorization_details) == routes
    with pytest.raises(Forbidden) as raised:
        it.tasks.do(DelegateTask(token, "search", (Detail(MODELS, routes=("small",)),)))
    assert raised.value.error_code == "grant_too_wide"


def test_a_task_delegates_nothing_that_its_own_agent_has_lost(it: House):  # noqa: F811 - a fixture
    """What the manifests have taken from it since it began, no sub-agent gets by it."""
    _, token = begin(it)
    in_force(it, routes=frozenset({"big"}))
    assert delegated(it, token).details == ()
    in_force(it, department_path="acme/finance")
    with pytest.raises(Forbidden) as raised:
        delegated(it, token)
    assert raised.value.error_code == "agent_unknown"


def test_an_attempt_that_is_over_starts_and_ends_nothing(it: House):  # noqa: F811 - a fixture
    """Its token is good to its end; the run that goes on in another attempt is not its to end."""
    run = queue(it)
    claimed = claim(it, run.task_id)
    report(it, claimed.run, "queued")
    assert claim(it, run.task_id).run.attempt == 2
    for question in (
        FinishTask(claimed.token or ""),
        DelegateTask(claimed.token or "", "search"),
        RenewTask(claimed.token or ""),
    ):
        with pytest.raises(Unauthenticated, match="attempt"):
            it.tasks.do(question)


def test_a_pause_that_outlasts_the_token_ends_nothing(it: House):  # noqa: F811 - a fixture
    """While it holds, that is what a renewal is told; resumed, the newest token brings another one."""
    task_id, older = begin(it)
    it.clock.now_ns += 10 * S
    newest = it.tasks.do(RenewTask(older)).token or ""  # type: ignore[union-attr]
    say(it, task_id, "pause")
    it.clock.now_ns += 2 * TOKEN_S * S
    with pytest.raises(Forbidden) as paused:
        it.tasks.do(RenewTask(newest))
    assert paused.value.error_code == "task_paused"
    in_force(it)
    say(it, task_id, "resume")
    for question in (RenewTask(older), FinishTask(older), DelegateTask(newest, "search")):
        with pytest.raises(Unauthenticated, match="expired"):
            it.tasks.do(question)
    again = it.tasks.do(RenewTask(newest)).token  # type: ignore[union-attr]
    assert claims(it, again).exp * S > it.clock.now_ns
    with pytest.raises(Unauthenticated, match="expired"):
        it.tasks.do(RenewTask(newest))  # it is not the newest any more


def test_who_does_not_come_back_after_a_pause_is_out(it: House):  # noqa: F811 - a fixture
    """A token that expired before the pause, or long before it is shown after one, renews nothing."""
    task_id, token = begin(it)
    say(it, task_id, "pause")
    it.clock.now_ns += 2 * TOKEN_S * S
    say(it, task_id, "resume")
    it.clock.now_ns += TOKEN_S * S
    with pytest.raises(Unauthenticated, match="expired"):
        it.tasks.do(RenewTask(token))
    task_id, token = begin(it)
    it.clock.now_ns += 2 * TOKEN_S * S
    say(it, task_id, "pause")
    with pytest.raises(Unauthenticated, match="expired"):
        it.tasks.do(RenewTask(token))


def test_a_task_that_was_killed_stays_dead_to_all_its_tokens(it: House):  # noqa: F811 - a fixture
    """Its last token may be the shorter one, where its deadline has come nearer since the first."""
    task_id = queue(it).task_id
    long = claim(it, task_id).token or ""
    say(it, task_id, "deadline", deadline_ns=it.clock.now_ns + 30 * S)
    short = it.tasks.do(RenewTask(long)).token  # type: ignore[union-attr]
    assert claims(it, short).exp < claims(it, long).exp
    say(it, task_id, "kill")
    it.clock.now_ns += 200 * S
    assert claims(it, long).exp * S > it.clock.now_ns
    it.authority.reload()
    orders = msgspec.msgpack.decode(it.authority.in_force.orders_document, type=Orders).tasks
    assert task_id in orders.dead


def test_a_revoked_task_is_told_apart_as_long_as_spans_are_taken(it: House):  # noqa: F811 - a fixture
    """It and what it has started; a killed one is not, whose program may send its spans yet."""
    (task_id, token), (other, _) = begin(it), begin(it)
    child = delegated(it, token)
    say(it, task_id, "revoke")
    say(it, other, "kill")

    def revoked() -> set[str]:
        it.authority.reload()
        return set(msgspec.msgpack.decode(it.authority.in_force.orders_document, type=Orders).tasks.revoked)

    it.clock.now_ns += (KNOWN_S + TOKEN_S - 1) * S
    assert revoked() == {task_id, child.task_id}
    it.clock.now_ns += S
    assert revoked() == set()
