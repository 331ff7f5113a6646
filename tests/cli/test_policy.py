"""`podium policy`: what a person sees, and the exit codes."""

import json
from types import SimpleNamespace

import pytest

from podium.cli import run
from tests.control.test_rehearsal import AGENT, RECORD, SERVER
from tests.manifest.samples import FLEET, DictPrices, document


@pytest.fixture
def composition():
    return SimpleNamespace(
        manifests=lambda given: given, price_list=DictPrices, clock=SimpleNamespace(wall_ns=lambda: 0)
    )


def write(folder, agent=AGENT):
    text = "---\n".join([FLEET, document("ToolServer", "mail", SERVER), document("Agent", "helper", agent)])
    (folder / "fleet.yaml").write_text(text, encoding="utf-8")
    return folder


def test_explain(composition, tmp_path, capsys) -> None:
    """It shows each granted tool, whether the request opens it, and how often."""
    folder = write(tmp_path)
    assert run(["policy", "explain", str(folder), "helper", "Send Bob an email."], composition) == 0
    assert "mail/send\tirreversible\tallow\t1\t" in capsys.readouterr().out
    assert run(["policy", "explain", str(folder), "helper", "What did Bob send?", "--json"], composition) == 0
    found = {it["tool"]: it["answer"] for it in json.loads(capsys.readouterr().out)}
    assert found == {"mail/contacts": "allow", "mail/search": "allow", "mail/send": "deny"}
    assert run(["policy", "explain", str(folder), "nobody", "Send."], composition) == 6
    assert "Choose from: helper" in capsys.readouterr().err


def test_test(composition, tmp_path, capsys) -> None:
    """It prints the verdicts that have changed, and says so by its exit code."""
    record = tmp_path / "record.yml.txt"
    record.write_text(RECORD, encoding="utf-8")
    folder = write(tmp_path)
    assert run(["policy", "test", str(folder), str(record)], composition) == 0
    out = capsys.readouterr()
    assert (out.out, out.err) == ("", "5 calls, 0 with another verdict\n")
    write(tmp_path, AGENT.replace(", mail/send: {}", ""))
    assert run(["policy", "test", str(folder), str(record)], composition) == 3
    assert "plan\t4\tmail/send\tallow\tdeny\tgrant" in capsys.readouterr().out
    assert run(["policy", "test", str(folder), str(record), "--json", "--all"], composition) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["calls"], found["changed"], len(found["verdicts"])) == (5, 1, 5)
