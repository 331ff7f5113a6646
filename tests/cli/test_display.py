"""What a replay shows, on a terminal and in a log."""

import io

from rich.console import Console

from podium.adapters.simulator.tally import Caller, Outcome, Tally
from podium.cli.display import Display, closing_lines, final_table, plain_line, rank


def tally() -> Tally:
    it = Tally(planned=10)
    scout, clerk = Caller("scout", "", "", "research"), Caller("clerk", "", "", "office")
    answered = Outcome("", 10, 300_000, 100_000, 1_000, 21, 1_234_567, "chg_1", 90)
    for caller in (scout, scout, clerk):
        it.add(caller, answered)
    it.add(clerk, Outcome("http_500", 60_000, 1_000))
    it.started, it.elapsed_s, it.late_starts = 4, 8.0, 1
    return it


def printed(renderable: object) -> str:
    console = Console(file=io.StringIO(), width=140, no_color=True)
    console.print(renderable)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_has_a_line_a_department_and_agent():
    """Calls, tokens, exact cost and its mean, times and pace, by department, agent and in all."""
    text = printed(final_table(tally()))
    lines = [line.split() for line in text.splitlines()]
    assert lines[1][:5] == ["office", "2", "1", "1,000", "21"]
    assert lines[2][:2] == ["clerk", "2"]
    assert " ".join(lines[-1]) == "all 4 1 3,000 63 $0.003703701 $0.000925 100 / 100 ms 100"


def test_a_figure_without_a_denominator_is_a_dash():
    """A department whose every call failed has no times and no pace."""
    it = Tally(planned=1)
    it.add(Caller("a", "", "", "d"), Outcome("http_500", 0, 10))
    assert printed(final_table(it)).splitlines()[-1].split()[-2:] == ["—", "—"]


def test_what_the_table_does_not_say_is_said_below():
    """Pace, overhead, late starts and errors by name."""
    text = "\n".join(closing_lines(tally()))
    assert "4 of 10 calls in 8.0 s" in text
    assert "p50 90 µs" in text
    assert "1 calls were sent more than 50 ms after they were due (the latest 60 ms)" in text
    assert "errors: http_500 1" in text


def test_a_log_gets_plain_lines_now_and_then(capsys):
    """Without a terminal a line is printed every five seconds, however often the display is called."""
    it = tally()
    with Display(Console(file=io.StringIO(), force_terminal=False)) as display:
        for elapsed_s in (1.0, 4.9, 5.1, 5.2, 9.0, 10.2):
            it.elapsed_s = elapsed_s
            display(it)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0] == plain_line_at(it, 5.1)


def plain_line_at(it: Tally, elapsed_s: float) -> str:
    it.elapsed_s = elapsed_s
    return plain_line(it)


def test_a_terminal_gets_a_live_display():
    """On a terminal the departments are drawn in place, and nothing of it stays."""
    file = io.StringIO()
    with Display(Console(file=file, force_terminal=True, width=140)) as display:
        display(tally())
    assert "research" in file.getvalue()
    assert "4 of 10 calls" in file.getvalue()


def test_percentiles_are_the_nearest_rank():
    """p50 of four is the second, p95 of twenty the nineteenth, and of none there is none."""
    assert rank([1, 2, 3, 4], 0.5) == 2
    assert rank(list(range(1, 21)), 0.95) == 19
    assert rank([7], 0.95) == 7
    assert rank([], 0.5) is None
