"""What is allowed of tools and hardly meant is warned of, and nothing that is meant."""

from pathlib import Path

import pytest

from podium.manifest.compile import find_warnings

from .samples import document
from .test_tools_page import files

HERE = Path(__file__).parent
LEFT = {
    "backoffice": ["spec.tools.accountbook/log_activity"],
    "crew": ["spec.tools.crew-chat/invite_user", "spec.tools.crew-chat/list_users"],
    "deskwork": ["spec.tools.desk-drive/delete_file"],
    "founder": ["spec.tools.make_transfer.arguments.payee.sink"],
    "lab": ["spec.tools.datasets/grant_access"],
    "letting": ["spec.tools.letterbox/reply_mail"],
    "maintainer": [
        "spec.tools.create_gist.arguments.filename.sink",
        "spec.tools.slack_reply_to_thread.arguments.thread_ts.sink",
        "spec.tools.fam-github/get_file_contents",
    ],
    "marina": ["spec.tools.cradle/book_lift"],
    "office": ["spec.tools.mail/reply"],
    "outing": ["spec.tools.find_notes.returns.object.rows.author.Tilda"],
    "platform": ["spec.tools.gitcode/merge_pull_request"],
    "postroom": [
        "spec.tools.post-calendar/change_event",
        "spec.tools.post-calendar/create_event",
        "spec.tools.post-calendar/share_calendar",
    ],
    "till": ["spec.tools.read_file.returns.object.rows.owner.Ilka", "spec.tools.tl-drive/share_file"],
    "vet": ["spec.tools.read_channel.returns.where.channel.vets", "spec.tools.vetstock/move_stock"],
    "wayfare": ["spec.tools.wf-post/share_calendar"],
    "workroom": ["spec.tools.wr-chat/invite_to_channel"],
}
"""Warnings that authors have left: a name beside an account as free words; one secret channel of several;
replies that nobody asks for by *tell her*; an `enum` with a word by which its tool is asked for, or with
*read*; a name of a file that decides nothing; the thread of a reply as free words; people called by their
titles; two sites of one list; *invite Anna to a meeting*, which invites her into the workspace; *delete the
Lexica newsletter*, which may take a file of Lexica; a pattern that is forbidden, and null with it."""
POLICIES = sorted((HERE.parent / "hijack" / "policies").glob("*.yaml"))


def warned(tools: str, *granted: str, definitions: dict[str, dict] | None = None) -> list[str]:
    """Return where a server `x` with some tools is warned of, and of an agent that has some of them."""
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    grants = ", ".join(f"x/{name}: {{}}" for name in granted)
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{{grants}}}")
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)], definitions)
    return [f"{it.field.removeprefix('spec.tools.')}: {it.message}" for it in found]


def write(name: str, intents: str, arguments: str, effect: str = "write") -> str:
    return f"  {name}: {{effect: {effect}, intents: [{intents}], arguments: {{{arguments}}}}}\n"


def read(name: str, returns: str) -> str:
    return f"  {name}: {{effect: read, returns: {{{returns}}}}}\n"


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_what_is_meant_is_not_warned_of(path: Path) -> None:
    """No policy of a world in which hijacked agents are tried has a warning that was not left."""
    text = path.read_text(encoding="utf-8").replace("PORT", "8712")
    assert [it.field for it in find_warnings([(path.name, text)])] == LEFT.get(path.stem, [])


def test_nor_are_the_pages_policies() -> None:
    """Neither the examples of docs/tools.md nor the policies that were written by it have a warning."""
    worlds = (HERE / "unseen_worlds.yaml").read_text(encoding="utf-8")
    assert find_warnings([*files(), ("worlds.yaml", worlds)]) == []


# -- words that reach nothing


@pytest.mark.parametrize(
    ("intents", "expected"),
    [
        ("send, post", []),
        ("refund", []),
        ("set up", []),
        ("payment", []),
        ("absenden, send", []),
        ("trasnfer", ["t.intents: no English verb that Podium knows is among them: trasnfer."]),
        (
            "absenden, melden",
            ["t.intents: no English verb that Podium knows is among them: absenden, melden."],
        ),
        (
            "send, please",
            ["t.intents[1]: `please` stands in requests of every kind: it opens t for them too."],
        ),
    ],
)
def test_intents(intents: str, expected: list[str]) -> None:
    """Intents of which none is a verb that is known, and those that every request has, are warned of."""
    assert warned(write("t", intents, "id: {sink: object}")) == expected


# -- arguments


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("to: {sink: recipient}, body: {sink: text}", []),
        ("to: {sink: date}, from: {sink: date}", []),
        ("from: {sink: text}, to: {sink: text}, id: {sink: object}", []),  # a span
        ("id: {sink: object}, to: {sink: value}", []),  # a state
        ("id: {sink: object}, email: {sink: value}", []),
        (
            "id: {sink: object}, to: {sink: text}",
            ["t.arguments.to.sink: a `to` is taken from anywhere as `text`"],
        ),
        (
            "id: {sink: object}, payeeIban: {sink: text}, iban: {sink: query}",
            ["t.arguments.iban.sink: a `iban`"],
        ),
        ("id: {sink: object}, webhookUrl: {sink: text}", ["t.arguments.webhookUrl.sink: a `webhook_url`"]),
        (
            "id: {sink: object}, 'guests[].email': {sink: text}",
            ["t.arguments.guests[].email.sink: a `email`"],
        ),
        (
            "to: {sink: value}, body: {sink: text}",
            ["t.arguments.to.sink: who reads what goes to a `to` is not looked at in a `value`"],
        ),
    ],
)
def test_arguments_that_decide_where_something_goes(arguments: str, expected: list[str]) -> None:
    """What by its name is an address, an account or a link and is taken from anywhere is warned of."""
    found = warned(write("t", "send", arguments))
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True))


def test_a_read_that_opens_an_address() -> None:
    """Of a read a link alone is: it may carry out what was read."""
    tools = (
        "  fetch: {effect: read, arguments: {url: {sink: query}, path: {sink: query}, to: {sink: text}}}\n"
    )
    assert [it.split(":")[0] for it in warned(tools)] == ["fetch.arguments.url.sink"]


# -- results


@pytest.mark.parametrize(
    ("name", "returns", "expected"),
    [
        ("find_mails", "object: {list: mails, id: id, names: [subject]}", []),
        (
            "find_mails",
            'fields: {"mails[].subject": {integrity: user}, "mails[].id": {integrity: organisation}}',
            ["find_mails.returns.fields.mails[].subject: whoever sends something fills `subject`"],
        ),
        (
            "list_reviews",
            "integrity: user, object: {list: reviews, id: id, names: [id, author], structured: [stars]}",
            ["list_reviews.returns.object.names[1]: whoever sends something fills `author`"],
        ),
        (
            "list_orders",  # who writes these comments, nobody can tell by their names
            'integrity: user, fields: {"orders[].comment": {integrity: organisation}}',
            [],
        ),
        (
            "list_orders",
            "object: {list: orders, id: id, names: [id], structured: [total, comment]}",
            ["list_orders.returns.object.structured[1]: `comment` is strangers' free text"],
        ),
        (
            "list_orders",  # the brackets of a list forgotten or not
            (
                "integrity: organisation, object: {list: orders, id: id, names: [id], structured: [notes]}, "
                'fields: {"orders.notes": {integrity: public}}'
            ),
            ["list_orders.returns.object.structured[0]: `notes` is strangers' free text"],
        ),
        (
            "list_trips",
            "integrity: user, object: {list: trips, id: id, names: [from], structured: [from]}",
            [],
        ),
    ],
)
def test_fields_that_strangers_fill(name: str, returns: str, expected: list[str]) -> None:
    """A field that whoever sends something fills is not trusted; free text is not structured."""
    found = warned(read(name, returns))
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True))


MADE = "integrity: organisation"


@pytest.mark.parametrize(
    ("returns", "act", "told"),
    [
        ("object: {list: mails, id: id, names: [subject]}", "mail_id: {sink: object}", True),
        (
            "object: {list: mails, id: id, names: [subject]}",
            "room_id: {sink: object}",
            False,
        ),  # of another kind
        ("object: {list: mails, id: id, names: [subject]}", "mail_id: {sink: text}", False),
        (f"{MADE}, object: {{list: mails, id: id, names: [day]}}", "mail_id: {sink: object}", False),
        (
            f'object: {{list: mails, id: id, names: [s]}}, fields: {{"mails[].id": {{{MADE}}}}}',
            "mail_id: {sink: object}",
            False,
        ),
        (
            f'object: {{list: mails, id: id, names: [s]}}, fields: {{"mails[]": {{{MADE}}}}}',
            "mail_id: {sink: object}",
            False,
        ),
        (
            f'object: {{id: id, names: [s]}}, fields: {{"[].id": {{{MADE}}}}}',
            "mail_id: {sink: object}",
            False,
        ),
    ],
)
def test_an_identifier_that_anybody_may_have_written(returns: str, act: str, told: bool) -> None:
    """Where an act takes such objects, the server's own identifiers are to be labelled so."""
    name = "find_mail" if "list:" not in returns else "find_it"
    found = warned(read(name, returns) + write("file_it", "file", f"{act}, folder: {{sink: path}}"))
    found = [it for it in found if it.startswith(f"{name}.")]
    assert [it.startswith(f"{name}.returns.object.id: `id` is labelled as anybody's") for it in found] == [
        True
    ] * told


@pytest.mark.parametrize(("sink", "told"), [("recipient", 1), ("payee", 1), ("query", 0), ("object", 0)])
def test_people_by_whom_a_read_looks_things_up(sink: str, told: int) -> None:
    """A filter is no recipient."""
    tools = f"  list_tasks: {{effect: read, arguments: {{assignee: {{sink: {sink}}}}}}}\n"
    assert [one.partition(":")[0] for one in warned(tools)] == ["list_tasks.arguments.assignee.sink"] * told


@pytest.mark.parametrize(
    ("label", "fields", "told"),
    [
        ("integrity: user", "", True),
        ("confidentiality: public", "", True),
        ("confidentiality: secret", "", False),
        ("integrity: user", '"people[].source": {integrity: organisation}', False),
    ],
)
def test_rows_that_strangers_label(label: str, fields: str, told: bool) -> None:
    """A field that anybody may fill makes no row better, and that is hardly meant."""
    rows = f"{{source: {{own: {{{label}}}}}}}"
    people = f"object: {{list: people, id: id, names: [name], rows: {rows}}}, fields: {{{fields}}}"
    assert [one.partition(":")[0] for one in warned(read("list_people", people))] == [
        "list_people.returns.object.rows.source.own"
    ] * told


@pytest.mark.parametrize(
    ("whole", "sink", "entry", "told"),
    [
        ("private", "query", "{vets: {confidentiality: secret}}", True),
        ("private", "path", "{vets: {integrity: public}}", True),
        ("secret", "query", "{general: {confidentiality: private}}", False),
        ("private", "object", "{f-602: {confidentiality: secret}}", False),
    ],
)
def test_what_another_spelling_makes_better(whole: str, sink: str, entry: str, told: bool) -> None:
    """A place that is worse than all others is worse in one spelling alone; an identifier has but one."""
    returns = f"integrity: organisation, confidentiality: {whole}, where: {{place: {entry}}}"
    tools = f"  read_it: {{effect: read, arguments: {{place: {{sink: {sink}}}}}, returns: {{{returns}}}}}\n"
    places = [one.partition(":")[0].partition(".where")[0] for one in warned(tools)]
    assert places == ["read_it.returns"] * told


@pytest.mark.parametrize(
    ("server_sets", "vouched", "told"),
    [
        ("list_mails", "when: {from: '@acme.example'}, fields: [body]", ["vouched.when"]),
        ("list_mails", "when: {from.email: '@acme.example'}, fields: [body]", ["vouched.when"]),
        ("list_mails", "when: {from: '@acme.example', internal: true}, fields: [body]", []),
        ("list_comments_of_task", "when: {author: '@acme.example'}, fields: [body]", []),
        ("list_mails", "when: {internal: true}, fields: [body, cc]", ["vouched.fields[1]"]),
        ("list_mails", "when: {internal: true}, fields: ['attachments[].text']", ["vouched.fields[0]"]),
    ],
)
def test_whom_nobody_vouches_for(server_sets: str, vouched: str, told: list[str]) -> None:
    """What a sender writes himself proves nothing, and copies and attachments are not his own words."""
    entries = f"object: {{list: entries, id: id, names: [title], vouched: {{{vouched}}}}}"
    found = [one.partition(":")[0] for one in warned(read(server_sets, entries))]
    assert found == [f"{server_sets}.returns.object.{it}" for it in told]


def test_rows_of_mail_that_an_address_makes_better() -> None:
    """The whole of such a mail would be trusted, with what it quotes."""
    rows = "rows: {from: {'@acme.example': {integrity: organisation}}}"
    returns = (
        f"object: {{list: m, id: id, names: [title], {rows}}}, fields: {{'m[].from': {{integrity: user}}}}"
    )
    told = [one for one in warned(read("list_mails", returns)) if "attaches" in one]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("integrity", "field", "own", "told"),
    [
        ("public", "sender", "Marit", True),
        ("public", "sender", "marit@acme.example", True),
        ("public", "source", "Marit", False),
        ("organisation", "sender", "Marit", False),
        ("public", "reporter", "marit", False),  # a login: others' are, too
    ],
)
def test_rows_by_whose_they_are(integrity: str, field: str, own: str, told: bool) -> None:
    """A field by which one's own papers are told from others' makes the address of each sender trusted."""
    rows = f"rows: {{{field}: {{{own}: {{integrity: user}}}}}}"
    returns = (
        f"integrity: {integrity}, object: {{list: papers, id: id, names: [title], {rows}}}, "
        f"fields: {{'papers[].{field}': {{integrity: user}}}}"
    )
    found = [one for one in warned(read("list_papers", returns)) if "is trusted by that" in one]
    assert len(found) == told
    mails = [one for one in warned(read("list_mails", returns)) if "is trusted by that" in one]
    assert len(mails) == (told or field == "reporter")  # who sends a mail says of himself what he likes


# -- definitions


TOOLS = """
  list_files:
    effect: read
    arguments: {repo: {sink: path, readersOf: {sdk: public, sdkk: public}}}
    returns:
      object: {list: files, id: path, names: [title, owner.name], structured: [owner.mail]}
      fields: {"files[].sizes": {integrity: organisation}}
      where: {repo: {sdk: {confidentiality: public}}, branch: {main: {integrity: organisation}}}
"""
FILE = {
    "type": "object",
    "properties": {
        "path": {"type": "string"},
        "size": {"type": "integer"},
        "title": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "owner": {"anyOf": [{"type": "object", "properties": {"name": {}, "email": {}}}, {"type": "null"}]},
    },
}
DEFINITION = {
    "name": "list_files",
    "inputSchema": {"type": "object", "properties": {"repo": {"$ref": "#/$defs/Repo"}}, "$defs": {"Repo": {
        "enum": ["sdk", "docs"]
    }}},
    "outputSchema": {
        "type": "object",
        "properties": {"files": {"type": "array", "items": {"$ref": "#/$defs/File"}}},
        "$defs": {"File": FILE},
    },
}  # fmt: skip


def test_what_a_definition_lacks() -> None:
    """Arguments, their values and fields of results that a tool does not have are told, with what is near."""
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{TOOLS}")
    found = find_warnings([("x.yaml", server)], {"x/list_files": DEFINITION})
    assert [(it.field.removeprefix("spec.tools.list_files."), it.message, it.fix) for it in found] == [
        ("returns.where.branch", "the tool has no argument branch, by its definition.", "Choose from: repo."),
        (
            "arguments.repo.readersOf.sdkk",
            "repo is never 'sdkk', by the tool's definition.",
            "Did you mean `sdk`?",
        ),
        (
            "returns.fields.files[].sizes",
            "its result has no field files[].sizes, by its definition.",
            "Did you mean `size`?",
        ),
        (
            "returns.object.structured[0]",
            "its result has no field files[].owner.mail, by its definition.",
            "Did you mean `email`?",
        ),
    ]


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"inputSchema": {"type": "object"}, "outputSchema": {"type": "object"}},
        {"inputSchema": {"properties": {"q": {}}, "additionalProperties": True}, "outputSchema": None},
        {"inputSchema": {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}},
        {"outputSchema": {"properties": {"files": {"type": "array"}}}},
        {"inputSchema": {"anyOf": [{"properties": {"repo": {}, "branch": {}}}, {"properties": {"id": {}}}]}},
    ],
)
def test_what_a_definition_leaves_open(definition: dict) -> None:
    """Where a definition does not say what there is, nothing is told."""
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{TOOLS}")
    assert find_warnings([("x.yaml", server)], {"x/list_files": definition}) == []


def test_a_list_that_is_not_there_is_told_once() -> None:
    """What would be in it is not told too."""
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{TOOLS}")
    other = {"outputSchema": {"properties": {"result": {"properties": {"items": {}}}}}}
    found = find_warnings([("x.yaml", server)], {"x/list_files": other})
    assert [it.message for it in found] == ["its result has no field files, by its definition."]


def test_a_list_that_is_said_to_be_one_value() -> None:
    """What holds several by its definition has `many: true`: rules could not be applied to it."""
    arguments = "labels: {sink: text}, to: {sink: recipient, many: true}, title: {sink: text}"
    lists = {"type": "array", "items": {"type": "string"}}
    takes = {"properties": {"labels": lists, "to": lists, "title": {"type": "string"}}}
    found = warned(write("open", "open", arguments), "open", definitions={"x/open": {"inputSchema": takes}})
    said = "labels is a list, by the tool's definition: a rule that names it denies each call."
    assert found == [f"open.arguments.labels: {said}"]


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("thread_ts", True),
        ("ts", True),
        ("discussion_id", True),
        ("message", False),
        ("title", False),
        ("starts", False),
    ],
)
def test_an_identifier_that_is_called_a_text(argument: str, told: bool) -> None:
    """What a lookup tells things apart by, and what is called an identifier, binds nothing as a text."""
    listed = read("history", f"{MADE}, object: {{list: messages, id: ts, names: [user]}}")
    reply = f"channel: {{sink: recipient}}, {argument}: {{sink: text}}"
    found = warned(listed + write("reply", "reply", reply))
    said = f"`{argument}` is called as an identifier, and a `text` may name any thing to act on."
    assert found == ([f"reply.arguments.{argument}.sink: {said}"] if told else [])


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"enum": ["completed", "not_planned", "duplicate"]}, True),
        ({"anyOf": [{"enum": ["completed", "duplicate"]}, {"type": "null"}]}, True),
        ({"anyOf": [{"$ref": "#/$defs/Why"}, {"type": "null"}]}, True),
        ({"anyOf": [{"enum": ["completed", "duplicate"]}, {"type": "string"}]}, False),
        ({"enum": ["issue"]}, False),
        ({"type": "string"}, False),
    ],
)
def test_words_of_a_definition_that_are_called_a_text(schema: dict, told: bool) -> None:
    """One of a few words decides what comes of a call; as a text any stranger chooses which."""
    takes = {"properties": {"number": {}, "why": schema}, "$defs": {"Why": {"enum": ["yes", "no"]}}}
    tools = write("close", "close", "number: {sink: object}, why: {sink: text}")
    found = warned(tools, definitions={"x/close": {"inputSchema": takes}})
    assert [it.startswith("close.arguments.why.sink: why is one of") for it in found] == [True] * told


@pytest.mark.parametrize(
    ("names", "also", "told"),
    [
        ("[lines]", True, True),
        ("['lines[]']", True, True),
        ("[lines.title]", True, True),
        ("['lines[].title']", True, False),
        ("[lines]", False, True),
        ("[seller]", True, False),
        ("[tags]", True, False),
    ],
)
def test_a_list_of_things_is_no_name(names: str, also: bool, told: bool) -> None:
    """What is called by what stands in it is called by a field of that."""
    more = ", also: [{list: 'orders[].lines', id: product, names: [title]}]" if also else ""
    fields = "{'orders[].id': {integrity: organisation}, 'orders[].lines[].title': {integrity: public}}"
    returns = f"{{object: {{list: orders, id: id, names: {names}}}, fields: {fields}{more}}}"
    tools = f"  list: {{effect: read, returns: {returns}}}"
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    found = [(it.field, it.fix) for it in find_warnings([("x.yaml", server)], {})]
    here = ("spec.tools.list.returns.object.names[0]", "Write the field of theirs: `lines[].title`.")
    assert found == ([here] if told else [])
