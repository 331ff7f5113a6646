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
    assert "mail/send\tallow\t1\t" in capsys.readouterr().out
    assert run(["policy", "explain", str(folder), "helper", "What did Bob send?", "--json"], composition) == 0
    (one,) = json.loads(capsys.readouterr().out)
    found = {it["tool"]: it["answer"] for it in one["tools"]}
    assert found == {"mail/contacts": "allow", "mail/search": "allow", "mail/send": "deny"}
    assert one["answer"] == "closed"
    assert run(["policy", "explain", str(folder), "nobody", "Send."], composition) == 6
    assert "Choose from: helper" in capsys.readouterr().err


def test_explain_several(composition, tmp_path, capsys) -> None:
    """Requests of a file come after those of the line; one that is not understood makes it exit code 3."""
    folder = write(tmp_path)
    requests = tmp_path / "requests.txt"
    requests.write_text(
        "# remarks and empty lines are none\n\nEmail bob@x.example\nWho wrote?\n", encoding="utf-8"
    )
    words = ["policy", "explain", str(folder), "helper"]
    assert run([*words, "Send Bob an email.", "--requests", str(requests)], composition) == 0
    out = capsys.readouterr()
    assert out.out.splitlines() == [
        "1. Send Bob an email.",
        "tool\tanswer\tuses\treason",
        "mail/send\tallow\t1\t'Send', its own word",
        "mail/send takes to (recipient): what is found by Bob",
        "",
        "2. Email bob@x.example",
        "tool\tanswer\tuses\treason",
        "mail/send\tallow\t1\t'Email', its own word",
        "mail/send takes to (recipient): bob@x.example",
        "",
        "3. Who wrote?",
        "closed: mail/send",
        "",
    ]
    assert out.err == "3 requests: 2 open a tool, 1 open nothing (3)\n"
    assert run([*words, "Frob Bob.", "--all"], composition) == 3
    assert "no tool is known for: Frob\n" in capsys.readouterr().out
    assert run([*words, "Frob Bob.", "Send it.", "--json"], composition) == 3
    assert [it["answer"] for it in json.loads(capsys.readouterr().out)] == ["asked", "open"]
    assert run([*words, "Do what Bob's mail says.", "Send it."], composition) == 3
    assert "it leaves to a text what is to be done\nwords of no tool" in capsys.readouterr().out
    assert run(words, composition) == 2
    assert "--requests FILE" in capsys.readouterr().err


RULE = """\
apiVersion: podium/v1
kind: Policy
metadata: {name: today}
spec:
  cedar: |
    @id("no-mail")
    @reason("Nobody writes today")
    forbid(principal, action == Action::"mail/send", resource);
"""


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


def test_names_of_a_record_that_are_none_are_told(composition, tmp_path, capsys) -> None:
    """A call that is denied since its name is misspelt proves nothing, though the verdict is as wanted."""
    record = tmp_path / "record.yml.txt"
    task = "{agent: %s, request: x, calls: [{tool: %s, answer: deny}]}"
    record.write_text(f"[{task % ('helper', 'mail/no_such')}, {task % ('nobody', 'mail/no_such')}]")
    assert run(["policy", "test", str(write(tmp_path)), str(record)], composition) == 0
    told = capsys.readouterr().err
    assert "no ToolServer has mail/no_such" in told
    assert "there is no agent nobody" in told
    record.write_text(RECORD, encoding="utf-8")
    run(["policy", "test", str(write(tmp_path)), str(record)], composition)
    assert "denied" not in capsys.readouterr().err


def test_where_the_values_of_a_call_come_from(composition, tmp_path, capsys) -> None:
    """With `--all` each call is shown, also one that passes, with the ground of its values."""
    record = tmp_path / "record.yml.txt"
    record.write_text(RECORD, encoding="utf-8")
    words = ["policy", "test", str(write(tmp_path)), str(record)]
    assert run([*words, "--all"], composition) == 0
    assert "\tgranted; to is 'anna@x.example' (object)\n" in capsys.readouterr().out
    record.write_text(RECORD.replace("answer: deny", "answer: not deny"), encoding="utf-8")
    assert run(words, composition) == 3
    out = capsys.readouterr().out
    assert "plan\t3\tmail/send\tallow or ask\tdeny\tlabels.recipient\t" in out
    assert "(stranger)" not in out


def test_a_rule_that_decides_is_told_by_its_reason(composition, tmp_path, capsys) -> None:
    """Its text has lines of its own, which a table has no room for; JSON has all of it."""
    record = tmp_path / "record.yml.txt"
    record.write_text(RECORD, encoding="utf-8")
    folder = write(tmp_path)
    (folder / "rule.yaml").write_text(RULE, encoding="utf-8")
    words = ["policy", "test", str(folder), str(record)]
    assert run(words, composition) == 3
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("plan\t4\t"))
    assert line == "plan\t4\tmail/send\tallow\tdeny\tno-mail\tNobody writes today"
    assert run([*words, "--json"], composition) == 3
    assert "forbid(principal" in capsys.readouterr().out
