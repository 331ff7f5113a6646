"""Drafts for servers that everybody uses: definitions here are shaped as theirs, none of them is fetched."""

import pytest

from podium.manifest.drafting.draft import draft_of
from podium.manifest.drafting.written import Place, folders_of
from podium.trust.grants import Deny, Permit, decide_grant
from podium.trust.tools import GrantRow, ToolRow
from tests.manifest.drafting.test_draft import compiled, tool

TEXT = {"type": "string"}
READ_ONLY = {"readOnlyHint": True, "openWorldHint": False}
WRITES = {"readOnlyHint": False, "destructiveHint": True}
SAVED = {"type": "string", "description": "File name to save the page to. If not provided, it is returned."}


def effect(name, takes=None, required=(), **more):
    definition = tool(name, takes, **more)
    definition["inputSchema"]["required"] = list(required)
    return draft_of("mail", [definition, tool("list_x")]).tools[0].act


def granted(text, of):
    return next(line.partition(": ")[2] for line in text.splitlines() if line.startswith(f"    mail/{of}: "))


def test_files_in_a_folder() -> None:
    """What a call writes before the path is the command's: it stands in the draft, but for reads."""
    place = Place(command=["node", "/opt/files/index.js", "/srv/files"])
    tools, _ = compiled(
        [
            tool("read_text_file", {"path": TEXT, "head": {"type": "number"}}, annotations=READ_ONLY),
            tool("write_file", {"path": TEXT, "content": TEXT}, annotations=WRITES),
            tool("move_file", {"source": TEXT, "destination": TEXT}, annotations=WRITES),
        ],
        place,
    )
    assert tools["read_text_file"].arguments["path"].under == ()
    for name, path in (("write_file", "path"), ("move_file", "source"), ("move_file", "destination")):
        row = tools[name].arguments[path]
        assert (row.sink, row.under) == ("path", ("/srv/files",)), name


@pytest.mark.parametrize(
    ("command", "folders"),
    [
        (["node", "/opt/x/index.js", "/srv/a", "/srv/b", "/srv/a"], ("/srv/a", "/srv/b")),
        (["uvx", "git-mcp", "--repository", "/srv/repo"], ("/srv/repo",)),
        (["uvx", "excel-mcp", "stdio", "--allow-dir=/srv/books"], ("/srv/books",)),
        (["docker", "run", "-v", "/srv/files:/files", "image", "/files"], ("/files",)),
        (["browser-mcp", "--executable-path", "/usr/bin/chromium", "--headless"], ()),
        (["sqlite-mcp", "--db-path", "/srv/shop.db"], ()),
        (["/usr/local/bin/mcp"], ()),
        (["npx", "-y", "files-mcp", "files", "."], ()),
        ([], ()),
    ],
)
def test_the_folders_of_a_command(command, folders) -> None:
    """A folder stands by itself, or behind an option that is called so; no program and no database."""
    assert folders_of(command) == folders


def test_a_repository_that_each_call_says() -> None:
    """The grant says it: nobody does in a request. Another one is asked about."""
    place = Place(command=["uvx", "git-mcp", "--repository", "/srv/repo"])
    definitions = [
        tool("git_commit", {"repo_path": TEXT, "message": TEXT}, annotations={"readOnlyHint": False}),
        tool("git_log", {"repo_path": TEXT, "max_count": {"type": "integer"}}, annotations=READ_ONLY),
    ]
    tools, text = compiled(definitions, place)
    assert tools["git_commit"].arguments["repo_path"].under == ()
    rule = 'arguments: {properties: {repo_path: {enum: ["/srv/repo"]}}}, else: ask'
    assert rule in granted(text, "git_commit")
    assert (tools["git_log"].effect, granted(text, "git_log")) == ("read", "{}")


@pytest.mark.parametrize("name", ["git_log", "log", "open_nodes", "open_file", "openDocument"])
def test_what_is_only_looked_at(name: str) -> None:
    """A log, and a thing that is opened, are read where their server says so; and else they are no reads."""
    found = [tool(name, annotations=READ_ONLY)]
    found += [tool("git_status", annotations=READ_ONLY)] if name == "git_log" else []
    act = draft_of("mail", found).tools[0].act
    assert (act.effect, "readOnlyHint" in act.check) == ("read", True)
    for hints in ({}, {"readOnlyHint": False}, {"readOnlyHint": "yes"}):
        assert effect(name, annotations=hints).effect != "read", hints


@pytest.mark.parametrize(
    "name",
    [
        "log_call",
        "log_out",
        "open_account",
        "open_door",
        "open_url",
        "open_ticket",
        "send",
        "charge",
        "delete_log",
    ],
)
def test_what_is_not_looked_at(name: str) -> None:
    """The server's word makes no read of what has a name that says a change."""
    assert effect(name, annotations=READ_ONLY).effect != "read"


@pytest.mark.parametrize(
    ("takes", "told"),
    [
        ({"webhook": TEXT}, "`webhook` may change or send"),
        ({"url": TEXT, "body": TEXT}, "may send something to where it is told"),
        ({"command": TEXT}, "`command` says may change something"),
        ({"mark_read": {"type": "boolean"}}, "`mark_read` may change or send"),
    ],
)
def test_arguments_count_whatever_the_server_says(takes, told) -> None:
    """Of a name that says nothing its word makes a read, but not of arguments that do more than read."""
    act = effect("day_sheet", takes, annotations=READ_ONLY)
    assert act.effect == "irreversible"
    assert told in act.check
    assert effect("day_sheet", {"day": TEXT}, annotations=READ_ONLY).effect == "read"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("filename", "File name to save the screenshot to. Relative names are resolved."),
        ("filename", "Save results to a file instead of returning them in the response."),
        ("output_path", "Where the report is written to."),
        ("outputFile", "If given, the log is stored in this file."),
    ],
)
def test_a_read_that_writes_a_file(name: str, said: str) -> None:
    """Its grant forbids the argument that says where; where each call has it, it is no read."""
    takes = {"level": TEXT, name: {"type": "string", "description": said}}
    for verb in ("get_console", "console_messages"):
        tools, text = compiled([tool(verb, takes, annotations=READ_ONLY), tool("list_x")])
        assert tools[verb].effect == "read"
        assert granted(text, verb) == f"{{arguments: {{properties: {{{name}: false}}}}}}"
        assert "only where each grant forbids that" in text
        assert effect(verb, takes, [name], annotations=READ_ONLY).effect == "irreversible"
    row, grant = ToolRow("mail", "x", "read"), GrantRow("mail/x", f'{{"properties": {{"{name}": false}}}}')
    assert isinstance(decide_grant(grant, row, {"level": "info"}, 0), Permit)
    assert isinstance(decide_grant(grant, row, {name: "todo.md"}, 0), Deny)


@pytest.mark.parametrize("said", ["The file to read.", "Name of the file that is shown", ""])
def test_a_file_that_is_read(said: str) -> None:
    """It is where the result comes from."""
    act = effect("read_log", {"filename": {"type": "string", "description": said}}, annotations=READ_ONLY)
    assert (act.effect, act.barred) == ("read", ())


@pytest.mark.parametrize(
    ("name", "intent"),
    [
        ("browser_file_upload", "upload"),
        ("file_delete", "delete"),
        ("issue_create", "create"),
        ("order_cancel", "cancel"),
        ("file_report", "file"),
    ],
)
def test_a_thing_before_its_verb(name: str, intent: str) -> None:
    """`file_upload` files nothing."""
    more = [tool("browser_close")] if name.startswith("browser") else []
    drafted = draft_of("mail", [tool(name), *more]).tools[0]
    assert (drafted.act.effect, drafted.intents[0]) == (
        "irreversible" if "create" not in name else drafted.act.effect,
        intent,
    )


def test_an_environment_is_secret() -> None:
    """All variables of a server hold its keys."""
    for name, secret in (
        ("get-env", True),
        ("getEnv", True),
        ("list_envs", False),
        ("get_env_status", False),
    ):
        drafted = draft_of("mail", [tool(name)]).tools[0]
        assert (drafted.confidentiality == "secret") is secret, name


@pytest.mark.parametrize(
    ("returns", "told"),
    [
        ({"type": "object", "properties": {"content": TEXT}, "required": ["content"]}, "a text"),
        ({"type": "object", "properties": {"result": TEXT}}, "a text"),
        (
            {"type": "object", "properties": {"content": TEXT, "pages": {"type": "integer"}}},
            "no identifier in it",
        ),
        (
            {"type": "object", "properties": {"content": {"type": "array", "items": {"type": "object"}}}},
            "a list",
        ),
        ({"type": "object", "properties": {"content": {"type": "object"}}}, "no identifier in it"),
    ],
)
def test_a_text_in_a_wrapper(returns, told) -> None:
    """What says the same as the text beside it is a text: nobody looks for objects in it."""
    unknown = draft_of("mail", [tool("read_text_file", returns=returns)]).tools[0].unknown
    assert unknown.startswith(told)
