"""`podium init`, `validate` and `schema`: what a person sees, and the exit codes."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, insert

from podium.cli import run
from podium.control.reconcile import compile_folder
from podium.manifest.kinds import KINDS
from podium.manifest.reference import json_schema, markdown
from podium.manifest.snapshot import encode_snapshot
from podium.ports.database import metadata, snapshots
from podium.ports.tool_tables import tool_pins
from tests.manifest.samples import FLEET, DictPrices, document


@pytest.fixture
def composition():
    return SimpleNamespace(
        manifests=lambda given: given or Path("manifests"),
        price_list=DictPrices,
        clock=SimpleNamespace(wall_ns=lambda: 0),
    )


def test_init_writes_what_validates(composition, tmp_path, capsys):
    """The first manifests compile as they stand, and the next commands are named."""
    folder = tmp_path / "first"
    assert run(["init", str(folder)], composition) == 0
    said = capsys.readouterr().out
    assert f"wrote {folder}/providers.yaml" in said
    assert f"podium up --manifests {folder}" in said
    assert run(["validate", str(folder)], composition) == 0
    assert "2 providers, 2 models, 2 routes, 1 department, 1 agent; digest " in capsys.readouterr().out


def test_init_overwrites_nothing(composition, tmp_path, capsys):
    """If one of its files is there, none is written."""
    (tmp_path / "routes.yaml").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path)], composition) == 4
    assert "routes.yaml exists, and nothing is overwritten." in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["routes.yaml"]
    assert (tmp_path / "routes.yaml").read_text(encoding="utf-8") == "mine"


def test_init_where_nothing_can_be_written(composition, tmp_path, capsys):
    """A folder that cannot be made is an error in words."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["init", str(tmp_path / "file" / "x")], composition) == 4
    assert "cannot be written: Not a directory" in capsys.readouterr().err


def test_validate_prints_every_finding(composition, tmp_path, capsys):
    """Findings are lines that editors jump to, and the exit code is 3."""
    (tmp_path / "a.yaml").write_text(FLEET, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("kind: Rout\napiVersion: podium/v1\n", encoding="utf-8")
    (tmp_path / "c.yaml").write_text("a: [\n", encoding="utf-8")
    assert run(["validate", str(tmp_path)], composition) == 3
    said = capsys.readouterr()
    assert (
        said.out.splitlines()[0] == f"{tmp_path}/b.yaml:1: kind: there is no such kind. Did you mean `Route`?"
    )
    assert said.out.splitlines()[1].startswith(f"{tmp_path}/c.yaml:2: this is not YAML: ")
    assert said.err == f"2 findings in {tmp_path}\n"


def test_validate_one_file_of_several(composition, tmp_path, capsys):
    """What other files may hold is told once, after what is wrong here; else with the warnings and rules."""
    file = tmp_path / "mail.yaml"
    server = document("ToolServer", "mail", "command: [mcp]\ntools: {drop: {effect: write, intents: [the]}}")
    agent = document("Agent", "a", "department: office\nroutes: [fast, slow]\ntools: {mail/drop: {}}")
    policy = document("Policy", "p", 'cedar: forbid(principal in Department::"office", action, resource);')
    file.write_text(f"{server}---\n{agent}---\n{policy}", encoding="utf-8")
    assert run(["validate", str(file)], composition) == 3
    said = capsys.readouterr()
    assert said.out == (
        f"{file}:1: it needs the organisation, Department office, Route fast and Route slow, which other "
        "files may hold. Give the folder, to look at them together.\n"
    )
    assert "warning: " in said.err
    assert said.err.endswith(f"1 finding in {file}\n")
    assert run(["validate", str(tmp_path)], composition) == 3
    assert len(capsys.readouterr().out.splitlines()) == 4
    wrong = policy.replace('"office', '"offce')
    file.write_text(f"{server}---\n{agent}---\n{wrong}", encoding="utf-8")
    assert run(["validate", str(file)], composition) == 3
    first, last = capsys.readouterr().out.splitlines()
    assert 'there is no Department::"offce"' in first
    assert "it needs the organisation" in last
    file.write_text(f"{FLEET}---\n{agent}", encoding="utf-8")
    assert run(["validate", str(file)], composition) == 3
    assert "there is no Department office." in capsys.readouterr().out  # others are here: it may be misspelt


def test_every_kind_is_counted(composition, tmp_path, capsys):
    """Kinds that few fleets have are counted where they are."""
    more = [
        document("ToolServer", "mail", "command: [mcp]\ntools: {list: {effect: read}}"),
        document("Audit", "a", "ready: [no-loop]"),
        document("Pipeline", "p", "agent: reviewer\nsteps: [{name: a, command: {run: [x]}}]"),
        document("Policy", "p", "cedar: forbid(principal, action, resource);"),
    ]
    (tmp_path / "a.yaml").write_text("---\n".join([FLEET, *more]), encoding="utf-8")
    assert run(["validate", str(tmp_path)], composition) == 0
    assert "1 agent, 1 tool server, 1 policy, 1 pipeline, 1 audit; digest" in capsys.readouterr().out


def test_validate_json(composition, tmp_path, capsys):
    """Machines get the same as JSON, good or bad."""
    path = tmp_path / "a.yaml"
    path.write_text(FLEET, encoding="utf-8")
    assert run(["validate", str(path), "--json"], composition) == 0
    good = json.loads(capsys.readouterr().out)
    assert (good["ok"], good["counts"]["agents"], len(good["digest"])) == (True, 1, 64)
    path.write_text(FLEET.replace("parent", "parnet"), encoding="utf-8")
    assert run(["validate", str(path), "--json"], composition) == 3
    bad = json.loads(capsys.readouterr().out)
    assert bad["ok"] is False
    assert bad["findings"][0]["line"] == 8
    assert bad["findings"][0]["field"] == "spec.parnet"
    assert bad["findings"][0]["fix"] == "Did you mean `parent`?"


def test_schema(composition, tmp_path, capsys):
    """The schema of a kind, of all kinds, as files, and as the page."""
    assert run(["schema", "Model"], composition) == 0
    assert json.loads(capsys.readouterr().out) == json_schema("Model")
    assert run(["schema"], composition) == 0
    assert json.loads(capsys.readouterr().out) == json_schema()
    assert run(["schema", "--markdown"], composition) == 0
    assert capsys.readouterr().out == markdown()
    assert run(["schema", "--out", str(tmp_path / "s")], composition) == 0
    names = {path.name for path in (tmp_path / "s").iterdir()}
    assert names == {"podium.schema.json", *(f"{kind.lower()}.schema.json" for kind in KINDS)}
    assert run(["schema", "Tool"], composition) == 2
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["schema", "--out", str(tmp_path / "file" / "x")], composition) == 4


def test_validate_by_pinned_definitions(composition, tmp_path, capsys):
    """With `--pinned` what a tool does not have, by the definition that holds, is warned of."""
    query = "{effect: read, arguments: {query: {sink: query}}}"
    tools = f"tools: {{find: {query}, now: {query}, open: {query}, gone: {query}}}"
    server = document("ToolServer", "mail", f"command: [mcp]\n{tools}")
    (tmp_path / "all.yaml").write_text(f"{FLEET}---\n{server}", encoding="utf-8")
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[tool_pins, snapshots])
    row: dict[str, object] = {it.name: 0 if it.type.python_type is int else "" for it in tool_pins.columns}
    q = {"q": {"type": "string"}}
    takes = {
        "find": {"properties": q},
        "now": {"properties": {}},
        "open": {"properties": q, "additionalProperties": {"type": "string"}},
    }
    with engine.begin() as connection:
        for name, schema in takes.items():
            definition = json.dumps({"name": name, "inputSchema": schema})
            pin = row | {"server": "mail", "tool": name, "definition": definition}
            connection.execute(insert(tool_pins).values(pin))
    composition.engine = lambda: engine
    assert run(["validate", str(tmp_path)], composition) == 0
    assert "warning" not in capsys.readouterr().err
    assert run(["validate", str(tmp_path), "--pinned"], composition) == 0
    told = capsys.readouterr().err
    assert "the tool has no argument query, by its definition. Choose from: q." in told
    assert "tools.now.arguments.query: the tool has no argument query, by its definition. Look at" in told
    assert told.count("warning") == 2  # one takes any others too, one may be newer than what is in force
    found = compile_folder(tmp_path, prices=composition.price_list(), at_ns=0)
    row = {it.name: 0 if it.type.python_type is int else "" for it in snapshots.columns}
    with engine.begin() as connection:
        connection.execute(insert(snapshots).values(row | {"version": 1, "document": encode_snapshot(found)}))
    assert run(["validate", str(tmp_path), "--pinned"], composition) == 0
    assert "spec.tools.gone: its server has shown no tool gone" in capsys.readouterr().err
