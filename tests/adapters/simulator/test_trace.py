import itertools
from pathlib import Path

import pytest

from podium.adapters.simulator.trace import Arrival, cut_trace, parse_trace, read_trace
from podium.kernel.errors import InvalidRequest

HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens\n"


def test_the_bundled_trace_is_read_whole():
    """azure-code holds 3,958 arrivals in time order, the first at zero, all with tokens."""
    arrivals = read_trace("azure-code")
    assert len(arrivals) == 3958
    assert arrivals[0] == Arrival(0, 757, 7)
    assert arrivals[1] == Arrival(2_203, 7432, 13)
    assert all(a.at_us <= b.at_us for a, b in itertools.pairwise(arrivals))
    assert all(a.input_tokens > 0 for a in arrivals)


def test_arrivals_count_from_the_first():
    """Times are microseconds from the earliest line, whatever the order of lines."""
    text = HEADER + "2023-11-16 00:00:01.5000000,1,2\n\n2023-11-16 00:00:00.25,3,4\n"
    assert parse_trace(text, "t") == [Arrival(0, 3, 4), Arrival(1_250_000, 1, 2)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv:1: the header is nothing"),
        ("A,B,C\n", "t.csv:1: the header is A,B,C"),
        (HEADER, "t.csv: the trace holds no arrival"),
        (HEADER + "2023-11-16 00:00:01,1\n", "t.csv:2: 2 columns"),
        (HEADER + "2023-11-16 00:00:01,1,2\nsoon,1,2\n", "t.csv:3: TIMESTAMP: 'soon' is no time"),
        (HEADER + "2023-11-16 00:00:01,-1,2\n", "t.csv:2: ContextTokens: '-1' is no count"),
        (HEADER + "2023-11-16 00:00:01,1,1.5\n", "t.csv:2: GeneratedTokens: '1.5' is no count"),
    ],
)
def test_what_is_no_trace_is_refused_with_file_and_line(text: str, message: str):
    """Every fault names the file, the line and the column."""
    with pytest.raises(InvalidRequest, match=message.replace("(", r"\(").replace("+", r"\+")):
        parse_trace(text, "t.csv")


def test_a_file_that_is_not_there_says_what_to_give(tmp_path: Path):
    """A missing file is refused with what a trace is and which one comes with Podium."""
    with pytest.raises(InvalidRequest, match="azure-code"):
        read_trace(str(tmp_path / "none.csv"))


def test_a_trace_is_cut_by_minutes_and_by_count():
    """Minutes count from the first arrival and exclude their end; the limit counts what is left."""
    arrivals = [Arrival(i * 30_000_000, 1, 1) for i in range(6)]
    assert cut_trace(arrivals, minutes=1) == arrivals[:2]
    assert cut_trace(arrivals, minutes=2, limit=3) == arrivals[:3]
    assert cut_trace(arrivals) == arrivals
