"""How verbs speak of what others have named."""

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
