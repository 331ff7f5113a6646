"""How verbs speak of what others have named."""

import re
import sys

import pytest

from podium.cli.output import put_table

EVIL = "a\x1b[31m\tb\nc \u202ed [/bar] [red]x :smile:"


@pytest.mark.parametrize("terminal", [True, False])
def test_names_steer_no_terminal(
    terminal: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Control characters stand as their numbers, so that a cell is one cell; markup is text."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal)
    monkeypatch.setenv("COLUMNS", "200")
    put_table(("name", "n"), [(EVIL, "1")])
    _, row = capsys.readouterr().out.splitlines()
    assert row.split() == [r"a\x1b[31m\x09b\x0ac", r"\x202ed", r"[/bar]", r"[red]x", r":smile:", r"1"]


def test_a_narrow_terminal_loses_no_column(capsys, monkeypatch):
    """What is said in words is cut; an id, by which one goes on, and the columns beside it stay."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    id_ = "case_01M8H269RWZXN9BAFTE9S5KVMM"
    row = (id_, "mail/send: " + "word " * 60, "open", "2026-11-28T12:30:58Z")
    for width in ("30", "60", "120", "400"):
        monkeypatch.setenv("COLUMNS", width)
        put_table(("case", "what", "state", "opened"), [row])
        head, line = re.sub("\x1b\\[[0-9;]*m", "", capsys.readouterr().out).splitlines()
        assert head.split() == ["case", "what", "state", "opened"]
        assert line.startswith(f"{id_}  mail/send: word")
        assert line.split()[-2:] == ["open", "2026-11-28T12:30:58Z"]
        assert ("…" in line) is (width != "400")
        assert len(line) <= max(int(width), 31 + 24 + 5 + 20 + 6)
