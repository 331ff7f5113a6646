"""What an agent's grants lack, or have twice, is warned of."""

import pytest

from podium.manifest.compile import find_warnings

from .samples import document
from .test_warn_tools import MADE, read, warned, write


def opening(told: list[str]) -> list[str]:
    return [one for one in told if "opens" in one]


ROOM = "room_id: {sink: object}"


def test_two_tools_that_the_same_order_opens() -> None:
    """An order in the nouns of one tool that opens another of an agent, where the same values fit both."""
    tools = write("close_room", "close, lock", ROOM) + write("shut_room", "shut, lock", ROOM)
    (told,) = opening(warned(tools, "close_room", "shut_room"))
    assert told.startswith(
        "x/close_room: `lock the room` opens x/shut_room too, and the same values fit both"
    )
    assert opening(warned(tools, "close_room")) == []


@pytest.mark.parametrize(
    "other",
    [
        write("shut_room", "shut", ROOM),  # another word
        write("lock_bike", "lock", "bike_id: {sink: object}"),  # another noun
        write("lock_room_door", "lock", "door_id: {sink: object}"),  # another kind of object
        write("lock_room_until", "lock", f"{ROOM}, until: {{sink: date}}"),  # it takes more
        write("book_room", "lock", "room_id: {sink: text}, who: {sink: recipient}"),  # and other values
    ],
)
def test_words_and_values_that_tell(other: str) -> None:
    """Another verb, another noun and values of another kind tell two tools apart."""
    name = other.partition(":")[0].strip()
    assert opening(warned(write("close_room", "close, lock", ROOM) + other, "close_room", name)) == []


def test_whom_values_tell() -> None:
    """A person and a channel are told apart, two recipients are not."""
    direct = write("send_message", "send", "user: {sink: recipient}, text: {sink: text}")
    post = write("post_message", "post, send", "channel: {sink: recipient}, text: {sink: text}")
    again = write("send_message_again", "send", "to: {sink: recipient}, text: {sink: text}")
    assert warned(direct + post, "send_message", "post_message") == []
    assert len(warned(direct + again, "send_message", "send_message_again")) == 1


def test_objects_that_nothing_lists() -> None:
    """An agent that may act on objects is granted a lookup of their server, or one of their kind."""
    act = write("close_room", "close", ROOM)
    rooms = read("list_rooms", f"{MADE}, object: {{list: rooms, id: id, names: [id]}}")
    assert warned(act + rooms, "close_room", "list_rooms") == []
    (told,) = warned(act + rooms, "close_room")
    assert told.startswith("x/close_room: no tool that this agent is granted lists what `room_id` may be")
    assert warned(write("close_room", "close", "room: {sink: path}"), "close_room") == []
    other = document("ToolServer", "y", f"command: [mcp]\ntools:\n{rooms}")
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{act}")
    for tools, count in (("x/close_room: {}", 1), ("x/close_room: {}, y/list_rooms: {}", 0)):
        agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{{tools}}}")
        assert len(find_warnings([("x.yaml", server), ("y.yaml", other), ("a.yaml", agent)])) == count


STATE = {"inputSchema": {"properties": {"room_id": {}, "state": {"enum": ["open", "shut"]}}}}


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("{}", 1),
        ("{arguments: {properties: {state: {enum: [open, shut]}}}}", 0),
        ("{arguments: {properties: {state: {pattern: '^(open|shut)$'}}}}", 0),
        ("{arguments: {properties: {room_id: {maxLength: 4}}}}", 1),
    ],
)
def test_values_that_a_grant_does_not_list(grant: str, told: int) -> None:
    """A value of few words, by the tool's definition, belongs into the grant."""
    tools = write("set_room", "set", f"{ROOM}, state: {{sink: value}}")
    tools += read("list_rooms", f"{MADE}, object: {{list: rooms, id: id, names: [id]}}")
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    agent = document(
        "Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/list_rooms: {{}}, x/set_room: {grant}}}"
    )
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)], {"x/set_room": STATE})
    assert [it.fix for it in found] == [
        "Write `enum: [open, shut]` into the grant, or `pattern` where one of them would hurt."
    ] * told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("enum: [approved, declined]", "approved"),
        ("items: {enum: [viewer, owner]}", "owner"),
        ("enum: [approved]", ""),
        ("enum: [open, done]", ""),
        ("pattern: '^(approved|declined)$'", ""),
    ],
)
def test_values_that_hurt_and_need_not_be_said(state: str, told: str) -> None:
    """A list in a grant lets each of its values go unsaid, also one that is worse than the others."""
    server = document(
        "ToolServer", "x", f"command: [mcp]\ntools:\n{write('mark', 'mark', 'state: {sink: value}')}"
    )
    grant = f"{{arguments: {{properties: {{state: {{{state}}}}}}}}}"
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/mark: {grant}}}")
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)])
    assert [it.message for it in found] == [
        f"`state` goes as `{told}` where the request says none of its values."
    ] * bool(told)
    assert all("pattern: " in it.fix for it in found)


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ("enum: [merge, squash]", 1),
        ("enum: [merge]", 0),
        ("enum: [slow, fast]", 0),
        ("pattern: '^merge$'", 0),
    ],
)
def test_values_that_are_the_tools_own_words(way: str, told: int) -> None:
    """A technical switch beside a tool's verb is better a text, or has to be said."""
    server = document(
        "ToolServer", "x", f"command: [mcp]\ntools:\n{write('land', 'merge', 'way: {sink: value}')}"
    )
    grant = f"{{arguments: {{properties: {{way: {{{way}}}}}}}}}"
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/land: {grant}}}")
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)])
    message = "`way` may be `merge`, which is a word that asks for x/land too."
    assert [it.message for it in found] == [message] * told


@pytest.mark.parametrize(
    ("schema", "sink", "grant", "told"),
    [
        ({"default": "anyone"}, "value", "{}", 1),
        ({"default": "anyone"}, "value", "{arguments: {required: [link]}}", 0),
        ({"default": "anyone"}, "text", "{}", 0),
        ({"default": ""}, "value", "{}", 0),
        ({}, "value", "{}", 0),
    ],
)
def test_what_an_argument_is_that_no_call_says(schema: dict, sink: str, grant: str, told: int) -> None:
    """A default, by the tool's definition, is looked at by nobody: a grant may want it said."""
    tools = write("share", "share", f"file: {{sink: path}}, link: {{sink: {sink}}}")
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/share: {grant}}}")
    definition = {"inputSchema": {"properties": {"file": {}, "link": schema}}}
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)], {"x/share": definition})
    assert [it.fix for it in found] == [
        "Write `required: [link]` into the grant, if 'anyone' may hurt."
    ] * told


REPLY = "mail_id: {sink: object}, body: {sink: text}"


SENDS = write("send_mail", "send, tell", "to: {sink: recipient}, body: {sink: text}")


@pytest.mark.parametrize(
    ("name", "intents", "arguments", "told"),
    [
        ("reply_mail", "reply, answer", REPLY, True),
        ("reply_mail", "reply, answer, tell", REPLY, False),
        ("answer_review", "answer", REPLY, False),
        ("reply_mail", "reply", "body: {sink: text}", False),
    ],
)
def test_a_reply_that_nobody_is_told_by(name: str, intents: str, arguments: str, told: bool) -> None:
    """*Tell her that it is done* is no answer to her mail, where only the tool that sends lists `tell`."""
    found = [
        it for it in warned(SENDS + write(name, intents, arguments), "send_mail", name) if "*tell her*" in it
    ]
    assert bool(found) is told
    assert all("x/reply_mail lists none of send, tell, as x/send_mail does" in it for it in found)
    assert not [it for it in warned(write(name, intents, arguments), name) if "*tell her*" in it]


@pytest.mark.parametrize(
    ("default", "told"),
    [("owner", True), ("viewer", False), ("false", False), ("public link", True)],
)
def test_a_default_that_hurts(default: str, told: bool) -> None:
    """A default goes unsaid: one that opens something or ends something is warned of."""
    server = document(
        "ToolServer", "x", f"command: [mcp]\ntools:\n{write('share', 'share', 'role: {sink: value}')}"
    )
    grant = f"{{arguments: {{properties: {{role: {{default: {default}}}}}}}}}"
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/share: {grant}}}")
    found = [it.message for it in find_warnings([("x.yaml", server), ("a.yaml", agent)])]
    assert (
        found == [f"`role` goes as `{default}`, its default, where the request says no other value."] * told
    )


@pytest.mark.parametrize(
    ("arguments", "listed", "told"),
    [
        ("from_account, to_account", "to_account: {enum: [daily, taxes]}", "to_account"),
        ("fromAccount, toAccount", "fromAccount: {enum: [daily, taxes], default: daily}", "fromAccount"),
        ("from_account, to_account", "from_account: {pattern: '^(daily|taxes)$'}", ""),
        ("from_account, to_account", "from_account: {default: daily}", ""),
        ("from_account, to_account", "from_account: {enum: [daily]}", ""),
        ("from_account, to_person", "from_account: {enum: [daily, taxes]}", ""),
        ("account, amount", "account: {enum: [daily, taxes]}", ""),
    ],
)
def test_two_ends_out_of_one_list(arguments: str, listed: str, told: str) -> None:
    """*From daily to taxes* says two of a list, of which one goes into each end."""
    takes = ", ".join(f"{it}: {{sink: value}}" for it in arguments.split(", "))
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{write('transfer', 'transfer', takes)}")
    grant = f"{{arguments: {{properties: {{{listed}}}}}}}"
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/transfer: {grant}}}")
    found = [it.message for it in find_warnings([("x.yaml", server), ("a.yaml", agent)])]
    assert [it.startswith(f"a request that says both `{told}` and") for it in found] == [True] * bool(told)


@pytest.mark.parametrize(
    ("listed", "sink", "told"),
    [
        ("enum: [free_busy, read]", "recipient", 1),
        ("pattern: '^(free_busy|read)$'", "recipient", 1),
        ("anyOf: [{enum: [free_busy]}, {pattern: '^read$'}]", "recipient", 1),
        ("enum: [viewer, editor]", "recipient", 0),
        ("enum: [read, unread]", "object", 0),
    ],
)
def test_words_that_people_say_of_something_else(listed: str, sink: str, told: int) -> None:
    """*Mark it as read* lets nobody in."""
    takes = f"person: {{sink: {sink}}}, access: {{sink: value}}"
    tools = write("share", "share", takes) + read("find", f"{MADE}, object: {{list: people, id: person}}")
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    grant = f"{{arguments: {{properties: {{access: {{{listed}}}}}}}}}"
    agent = document(
        "Agent", "a", f"department: acme\nroutes: [r]\ntools: {{x/find: {{}}, x/share: {grant}}}"
    )
    found = [it.message for it in find_warnings([("x.yaml", server), ("a.yaml", agent)])]
    message = "`read` opens x/share where people say it of something else: *mark it as read*."
    assert found == [message] * told


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("properties: {note: {not: {pattern: '@'}}}", True),
        ("properties: {note: {not: {type: string, pattern: '@'}}}", False),
        ("properties: {note: {type: string, not: {pattern: '@'}}}", False),
        ("required: [note], properties: {note: {not: {pattern: '@'}}}", False),
        ("properties: {note: {pattern: '@'}}", False),
        ("properties: {note: {not: {enum: [all]}}}", False),
    ],
)
def test_a_spelling_that_is_forbidden_with_all_that_is_no_text(grant: str, told: bool) -> None:
    """A `pattern` under `not` refuses null too, unless it is said of texts alone."""
    tools = write("log_it", "log", "id: {sink: value}, note: {sink: text}")
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    granted = f"x/log_it: {{arguments: {{{grant}}}}}"
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{{granted}}}")
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)])
    assert [it.message for it in found] == [
        "`note` must not be null either: a `pattern` under `not` forbids what is no text."
    ] * told


@pytest.mark.parametrize(
    ("switch", "listed", "granted", "told"),
    [
        ("private", "", "", True),
        ("dry_run", "", "", True),
        ("wrap", "", "", False),
        ("private", ", private: {sink: value}", "", False),
        ("private", "", "{arguments: {properties: {private: {const: true}}}}", False),
    ],
)
def test_a_switch_that_hurts_when_it_is_off(switch: str, listed: str, granted: str, told: bool) -> None:
    """What nobody lists is looked at only where it turns something on."""
    takes = {"properties": {"name": {}, switch: {"anyOf": [{"type": "boolean"}, {"type": "null"}]}}}
    server = document(
        "ToolServer",
        "x",
        f"command: [mcp]\ntools:\n{write('make', 'make', f'name: {{sink: value}}{listed}')}",
    )
    agent = document(
        "Agent", "a", f"department: everybody\nroutes: [none]\ntools: {{x/make: {granted or '{}'}}}"
    )
    found = find_warnings([("x.yaml", server), ("a.yaml", agent)], {"x/make": {"inputSchema": takes}})
    said = [f"`{switch}` is a switch that its manifest does not list: `false` goes unsaid."]
    assert [it.message for it in found if "switch" in it.message] == said * told


@pytest.mark.parametrize(
    ("schema", "sink", "told"),
    [
        ({"type": "object", "additionalProperties": {"type": "string"}}, "value, many: true", True),
        ({"anyOf": [{"type": "object"}, {"type": "null"}]}, "value", True),
        ({"type": "array", "items": {"type": "object"}}, "value, many: true", True),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "text", False),
        ({"type": "object", "properties": {"colour": {"type": "string"}}}, "value", False),
        ({"type": "array", "items": {"type": "string"}}, "value, many: true", False),
    ],
)
def test_an_argument_of_free_keys(schema: dict[str, object], sink: str, told: bool) -> None:
    """An object as a whole is what nothing says; each of its keys may be."""
    tools = write("make", "make", f"name: {{sink: text}}, fields: {{sink: {sink}}}")
    takes = {"properties": {"name": {"type": "string"}, "fields": schema}}
    found = warned(tools, definitions={"x/make": {"inputSchema": takes}})
    said = "fields has keys of any name, by the tool's definition: as a whole nothing ever says it."
    assert [it for it in found if "keys" in it] == [f"make.arguments.fields.sink: {said}"] * told


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ("{properties: {amount: {maximum: 2000}}}", []),
        ("{properties: {amount: {x-note: 1, $comment: a, default: 3}}, required: [amount]}", []),
        ("{properties: {note: {maxLength: 9}}}", []),  # the server may have what the manifest does not list
        (
            "{properties: {amuont: {maximum: 2000}}}",
            ["x/pay.arguments.properties: the tool lists no argument `amuont`, so that this says nothing of"],
        ),
        ("{required: [amout]}", ["x/pay.arguments.required: the tool lists no argument `amout`"]),
        (
            "{properties: {amount: {maximun: 2000}}}",
            ["x/pay.arguments.properties.amount.maximun: `maximun` is no keyword of JSON Schema, so that it"],
        ),
        (
            "{properties: {iban: {anyOf: [{patern: '^DE'}, {const: x}]}}}",
            ["x/pay.arguments.properties.iban.anyOf.patern: `patern` is no keyword"],
        ),
        ("{properties: {properties: {enum: [maximun]}, amount: {const: {maximun: 1}}}}", []),
    ],
)
def test_limits_that_limit_nothing(schema: str, told: list[str]) -> None:
    """A misspelt argument or keyword would leave a grant without the limit that somebody meant."""
    tools = write("pay", "pay", "iban: {sink: payee}, amount: {sink: amount}", "irreversible")
    server = document("ToolServer", "x", f"command: [mcp]\ntools:\n{tools}")
    spec = f"department: acme\nroutes: [r]\ntools: {{x/pay: {{arguments: {schema}}}}}"
    found = find_warnings([("x.yaml", server), ("a.yaml", document("Agent", "a", spec))])
    lines = [f"{it.field.removeprefix('spec.tools.')}: {it.message}" for it in found]
    assert len(lines) == len(told)
    assert all(line.startswith(begins) for line, begins in zip(lines, told, strict=True))
