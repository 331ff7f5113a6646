from hypothesis import given
from hypothesis import strategies as st

from podium.ports.run_states import EVENTS, OVER, STATES, Standing, decide_move

standings = st.builds(
    Standing,
    st.sampled_from(STATES),
    st.booleans(),
    st.integers(1, 3),
    st.integers(3, 4),
)


@given(standings, st.sampled_from(EVENTS))
def test_every_move_keeps_to_the_rules(now, event):
    """Nothing follows on an end, only a claim gives a run to a runner, and attempts only grow."""
    after = decide_move(now, event)
    if after is None:
        return
    assert now.state not in OVER
    assert after.attempts >= now.attempts
    assert now.attempt <= after.attempt <= after.attempts
    assert after.held <= (after.state in {"running", "paused"})
    if after.held and not now.held:
        assert event == "claim"
    if after.state == "running":
        assert after.held
    if after.attempt > now.attempt:
        assert event in {"lose", "let_go", "go_on"}
        assert not after.held


def test_a_run_that_loses_its_runner_too_often_fails():
    """Each death of the runner uses up an attempt; the last one's makes it fail."""
    run, seen = Standing("queued", attempts=3), []
    for _ in range(3):
        claimed = decide_move(run, "claim")
        assert claimed is not None
        lost = decide_move(claimed, "lose")
        assert lost is not None
        run = lost
        seen.append((run.state, run.attempt))
    assert seen == [("queued", 2), ("queued", 3), ("failed", 3)]


def test_a_run_that_is_let_go_loses_no_attempt():
    """What ends with its runner in good order goes on with as many attempts as it had left."""
    after = decide_move(Standing("running", held=True, attempt=3, attempts=3), "let_go")
    assert after == Standing("queued", held=False, attempt=4, attempts=4)


def test_a_paused_run_goes_on_where_it_stood():
    """With its program it runs on; without one it waits for its turn."""
    with_program = Standing("paused", held=True)
    assert decide_move(with_program, "resume") == Standing("running", held=True)
    assert decide_move(Standing("paused"), "resume") == Standing("queued")
    assert decide_move(with_program, "lose") == Standing("failed")
    assert decide_move(Standing("paused", held=True, attempts=2), "lose") == Standing(
        "paused", held=False, attempt=2, attempts=2
    )
