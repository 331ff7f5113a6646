"""`podium inbox show`: a case on a terminal."""

import re
from pathlib import Path

import pytest

from podium.cli import run
from podium.cli.inbox import _put_evidence
from podium.trust.cases import KINDS


def test_evidence_is_told_line_by_line(capsys):
    """A list is no JSON, and what strangers have written steers no terminal and makes no line of its own."""
    _put_evidence("words", ["iban: X", "subject: \x1b[2Jfee\namount: 1.00"])
    _put_evidence("request", "Pay\nthe bill.")
    _put_evidence("tool", "bank/\x9bpay")
    _put_evidence("known_ns", 0)
    assert capsys.readouterr().out.split("\n") == [
        "  words:",
        "    iban: X",
        "    subject: \\x1b[2Jfee\\x0aamount: 1.00",
        "  request:",
        "    Pay",
        "    the bill.",
        "  tool: bank/\\x9bpay",
        "  known: 1970-01-01T00:00:00Z",
        "",
    ]


@pytest.mark.parametrize("verb", ["list", "figures"])
def test_a_kind_that_is_none_is_told(capsys, verb):
    """An empty list would say that nothing waits."""
    assert run(["inbox", verb, "--kind", "tool.cal"], None) == 2
    assert "'tool.call'" in capsys.readouterr().err


def test_the_page_of_the_inbox_has_all_kinds():
    page = (Path(__file__).parents[2] / "docs" / "inbox.md").read_text()
    table = page.partition("## Kinds")[2].partition("**Overrides**")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`([a-z.]+)`", row)} == set(KINDS)
