"""`podium inbox show`: a case on a terminal."""

from podium.cli.inbox import _put_evidence


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
