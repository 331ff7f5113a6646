"""`podium tool draft`: real MCP servers over both transports, recorded answers, and what a person is told."""

import json
import sys
from pathlib import Path

import pytest
from mcp.server import MCPServer

from podium.app.entry import Composition
from podium.cli import run
from podium.settings import read_settings
from tests.hijack.serving import serving
from tests.tools.library import Library

PROGRAM = """
import os
from mcp.server import MCPServer
server = MCPServer("post")

@server.tool()
def send_letter(to: str, body: str) -> str:
    '''Send a letter.'''
    return os.environ["STAMPS"]

@server.tool()
def list_letters(day: str = "") -> str:
    '''List letters.'''
    return ""

if os.environ.get("STAMPS"):
    server.run("stdio")
"""
TOOLS = [{"name": "search_pages", "inputSchema": {"properties": {"query": {"type": "string"}}}}]


@pytest.fixture
def composition(tmp_path, monkeypatch):
    monkeypatch.setenv("PODIUM_STATE", str(tmp_path / "state"))
    return Composition(read_settings())


def init(composition, folder):
    """Write the manifests of `podium init`: an organisation, a Route."""
    assert run(["init", str(folder)], composition) == 0


def test_what_is_offered_beside_tools(composition, tmp_path, capsys) -> None:
    """A real server's resources, templates and prompts are in its draft, which is accepted."""
    folder = tmp_path / "manifests"
    init(composition, folder)
    file = folder / "docs.yaml"
    with serving({"docs": Library().server()}) as port:
        words = ["tool", "draft", "docs", "--url", f"http://127.0.0.1:{port}/docs/mcp", "--out", str(file)]
        agent = ["--agent", "clerk", "--department", "my-organisation", "--route", "default"]
        assert run([*words, *agent], composition) == 0
    assert "2 tools (2 irreversible), 3 resources, 4 prompts;" in capsys.readouterr().err
    text = file.read_text(encoding="utf-8")
    assert 'uri: "docs://pages/{name}"' in text
    assert "docs/write-letter: {}" in text
    assert run(["validate", str(folder)], composition) == 0


def test_a_program(composition, tmp_path, monkeypatch, capsys) -> None:
    """It is asked over its standard streams, and gets the variables that are named, by name alone."""
    monkeypatch.setenv("STAMPS", "a-secret-stamp")
    folder = tmp_path / "manifests"
    init(composition, folder)
    file = folder / "post.yaml"
    agent = ["--agent", "clerk", "--department", "my-organisation", "--route", "default"]
    words = ["tool", "draft", "post", "--env", "STAMPS", "--out", str(file), *agent]
    program = tmp_path / "post.py"
    program.write_text(PROGRAM, encoding="utf-8")
    assert run([*words, "--", sys.executable, str(program)], composition) == 0
    told = capsys.readouterr()
    assert "2 tools (1 irreversible, 1 read)" in told.err
    assert f"podium validate {folder}" in told.err
    assert f"podium policy explain {folder} clerk" in told.err
    text = file.read_text(encoding="utf-8")
    assert "env: {STAMPS: {env: STAMPS}}" in text or "STAMPS: {env: STAMPS}" in text
    assert "a-secret-stamp" not in text
    assert run(["validate", str(folder)], composition) == 0
    assert (
        run(["policy", "explain", str(folder), "clerk", "Write to Ann that we are late."], composition) == 0
    )
    assert "post/send_letter" in capsys.readouterr().out


def test_a_server_over_http(composition, tmp_path, capsys) -> None:
    """It is asked at its address; the draft on standard output is the manifest, and nothing else."""
    server = MCPServer("shelf")

    @server.tool()
    def delete_book(book_id: str) -> str:
        """Delete a book for good."""
        return book_id

    with serving({"shelf": server}) as port:
        url = f"http://127.0.0.1:{port}/shelf/mcp"
        assert run(["tool", "draft", "shelf", "--url", url, "--credential-env", "HOME"], composition) == 0
    out = capsys.readouterr().out
    assert url in out
    assert "credential: {env: HOME}" in out
    assert "      effect: irreversible\n" in out
    assert "        book_id: {sink: object}\n" in out
    init(composition, tmp_path / "m")
    (tmp_path / "m" / "shelf.yaml").write_text(out, encoding="utf-8")
    assert run(["validate", str(tmp_path / "m")], composition) == 0


@pytest.mark.parametrize(
    "form", [lambda x: x, lambda x: {"tools": x}, lambda x: {"id": 1, "result": {"tools": x}}]
)
def test_a_recorded_answer(composition, tmp_path, capsys, form) -> None:
    """A message, its result or the list alone; the address is to be filled in, unless it is said."""
    file = tmp_path / "tools.json"
    file.write_text(json.dumps(form(TOOLS)), encoding="utf-8")
    assert run(["tool", "draft", "wiki", "--file", str(file)], composition) == 0
    out = capsys.readouterr().out
    assert "# check: its address" in out
    assert "search_pages:" in out
    assert (
        run(["tool", "draft", "wiki", "--file", str(file), "--url", "https://w.example/mcp"], composition)
        == 0
    )
    assert "# check: its address" not in capsys.readouterr().out


def test_recorded_results(composition, tmp_path, capsys) -> None:
    """What a task has read tells the fields that schemas do not; what others returned says nothing."""
    file, record = tmp_path / "tools.json", tmp_path / "reads.json"
    file.write_text(json.dumps(TOOLS), encoding="utf-8")
    words = ["tool", "draft", "wiki", "--file", str(file)]
    assert run(words, composition) == 0
    assert "then draft with --record" in capsys.readouterr().err
    calls = [{"tool": "wiki/search_pages", "result": {"result": [{"id": "p1", "title": "Rota"}]}}]
    record.write_text(json.dumps([{"agent": "a", "request": "Look.", "calls": calls}]), encoding="utf-8")
    assert run([*words, "--record", str(record)], composition) == 0
    told = capsys.readouterr()
    assert "object: {id: id, names: [title, id]}" in told.out
    assert "Rota" not in told.out
    assert "--record" not in told.err
    assert run(["tool", "draft", "shelf", *words[3:], "--record", str(record)], composition) == 1
    assert "has no result of the server shelf" in capsys.readouterr().err


def test_nothing_is_overwritten(composition, tmp_path, capsys) -> None:
    """A file that is there stays as it is; the server is not even asked."""
    file = tmp_path / "wiki.yaml"
    file.write_text("mine", encoding="utf-8")
    assert run(["tool", "draft", "wiki", "--out", str(file), "--", "no-such-program"], composition) == 4
    assert "nothing is overwritten" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ([], 2, "Say where the server is"),
        (["--url", "https://x.example/mcp", "--", "ls"], 2, "Say where the server is"),
        (["--file", "none.json"], 6, "There is no file"),
        (["--url", "http://127.0.0.1:9/mcp"], 1, "cannot be reached"),
        (["--url", "not an address"], 3, "spec.url"),
        (["--", "no-such-program"], 1, "cannot be started"),
        (["--file", "none.json", "--agent", "a"], 2, "An Agent needs all three"),
    ],
)
def test_what_is_wrong_is_said(composition, capsys, words, code, told) -> None:
    """In one or two lines, with an exit code of its kind."""
    assert run(["tool", "draft", "wiki", *words], composition) == code
    assert told in capsys.readouterr().err


KEY = "sk-" + "a1b2c3d4e5f6a7b8c9d0"


@pytest.mark.parametrize(
    "words",
    [
        ["--credential-env", KEY, "--url", "https://x.example/mcp"],
        ["--url", f"https://x.example/mcp?key={KEY}"],
        ["--env", f"TOKEN={KEY}", "--", "ls"],
        ["--env", "TOKEN=hunter2", "--", "ls"],
        ["--", "npx", "--token", KEY],
        ["--agent", "a: b", "--department", "d", "--route", "r"],
    ],
)
def test_no_key_is_written(composition, tmp_path, capsys, words) -> None:
    """A key in the place of a name is refused before anything is written, of a recorded answer too."""
    file, out = tmp_path / "tools.json", tmp_path / "wiki.yaml"
    file.write_text(json.dumps(TOOLS), encoding="utf-8")
    assert run(["tool", "draft", "wiki", "--file", str(file), "--out", str(out), *words], composition) == 3
    assert not out.exists()
    assert capsys.readouterr().out == ""


def test_a_name_that_is_none(composition, tmp_path, capsys) -> None:
    """The server's name is looked at first, of a recorded answer too."""
    file = tmp_path / "tools.json"
    file.write_text(json.dumps(TOOLS), encoding="utf-8")
    assert run(["tool", "draft", "../wiki", "--file", str(file)], composition) == 3
    assert "metadata.name" in capsys.readouterr().err


def test_a_server_that_lists_without_end(composition, tmp_path, monkeypatch, capsys) -> None:
    """Pages upon pages end by a time for all of them."""
    monkeypatch.setattr("podium.app.drafting.MAX_S", 0.5)
    program = tmp_path / "endless.py"
    program.write_text(ENDLESS, encoding="utf-8")
    assert run(["tool", "draft", "w", "--", sys.executable, str(program)], composition) == 1
    assert "did not list its tools in 0.5 s" in capsys.readouterr().err


ENDLESS = """
import json, sys, time
for line in sys.stdin:
    asked = json.loads(line)
    if asked.get("method") == "initialize":
        version = asked["params"]["protocolVersion"]
        info = {"name": "x", "version": "1"}
        told = {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info}
    elif asked.get("method") == "tools/list":
        time.sleep(0.1)
        told = {"tools": [], "nextCursor": "more"}
    elif "id" in asked:
        error = {"code": -32601, "message": "no"}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": error}), flush=True)
        continue
    else:
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": told}), flush=True)
"""


@pytest.mark.parametrize("text", ["no json", "{}", "[1]", '{"tools": {}}'])
def test_an_answer_that_is_none(composition, tmp_path, capsys, text) -> None:
    """It is said what should be in it."""
    file = tmp_path / "tools.json"
    file.write_text(text, encoding="utf-8")
    assert run(["tool", "draft", "wiki", "--file", str(file)], composition) == 1
    assert "answer to tools/list" in capsys.readouterr().err


def test_the_documented_summary(composition, tmp_path, capsys) -> None:
    """docs/tool-draft.md shows what is said of three tools."""
    words = {"type": "string"}
    row = {"properties": {"id": words, "title": words}}
    tools = [
        {
            "name": "list_tasks",
            "inputSchema": {"properties": {"query": words}},
            "outputSchema": {"properties": {"tasks": {"type": "array", "items": row}}},
        },
        {"name": "update_task", "inputSchema": {"properties": {"task_id": words, "label": words}}},
        {"name": "delete_task", "inputSchema": {"properties": {"task_id": words}}},
    ]
    file, out = tmp_path / "tools.json", tmp_path / "manifests" / "tasks.yaml"
    out.parent.mkdir()
    file.write_text(json.dumps(tools), encoding="utf-8")
    assert run(["tool", "draft", "tasks", "--file", str(file), "--out", str(out)], composition) == 0
    told = capsys.readouterr().err.replace(f"{tmp_path}/", "")
    page = (Path(__file__).parents[2] / "docs" / "tool-draft.md").read_text(encoding="utf-8")
    assert told.strip() in page


def test_the_summary_names_the_weightiest_first(composition, tmp_path, capsys) -> None:
    """What a tool does comes before what its arguments decide, and who has written its results last."""
    tools = [
        {"name": "frobnicate", "inputSchema": {"properties": {"xyzzy": {}}}},
        *[{"name": f"get_{one}"} for one in "abcdefghij"],
        {"name": "two words"},
    ]
    file = tmp_path / "tools.json"
    file.write_text(json.dumps({"tools": tools}), encoding="utf-8")
    assert run(["tool", "draft", "wiki", "--file", str(file)], composition) == 0
    lines = capsys.readouterr().err.splitlines()
    heads = [line.split(":")[0].strip() for line in lines if line.startswith("  ") and line[2] != " "]
    assert heads[:5] == ["left out", "effect", "arguments", "objects", "results"]
    assert "    get_a, get_b, get_c, get_d, get_e, get_f, get_g, get_h and 2 more" in lines
