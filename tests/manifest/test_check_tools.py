"""Tool servers, grants, decoys and rules: what must hold of them, and what they compile to."""

import re

import pytest

from podium.manifest.compile import find_warnings
from podium.trust.request.user import User
from podium.trust.tools import DecoyRow, FieldLabel, GrantRow, ObjectRow, SinkRow, VouchedRow

from .samples import compiled, document, findings

MAIL = document(
    "ToolServer",
    "mail",
    """
url: https://mcp.example.com/mcp
credential: {env: MAIL_KEY}
tools:
  list_messages:
    effect: read
    arguments: {query: {sink: query}}
    returns:
      integrity: public
      object: {list: messages, id: id, names: [subject], structured: [date]}
      fields:
        "messages[].id": {integrity: organisation}
  send_email:
    effect: irreversible
    intents: [send, email, set up]
    arguments:
      to: {sink: recipient, many: true}
      password: {sink: value}
""",
)


def agent(body: str) -> str:
    return document("Agent", "helper", f"department: acme\nroutes: [openai/gpt-4o_mini]\n{body.strip()}")


def said(*documents: str) -> list[str]:
    return [f"{it.line} {it.field}: {it.message}" for it in findings(*documents)]


def test_rows() -> None:
    """Tools, grants, decoys and domains come into the snapshot as they are written."""
    body = """
tools:
  mail/send_email:
    uses: 3
    else: ask
    arguments: {properties: {to: {maxItems: 2, const: "5"}, flag: {const: true}, amount: {maximum: 1.5}}}
  mail/list_messages: {}
decoys:
  - {name: keys, tool: {name: vault_keys, description: All keys.}}
  - {name: file, document: {tool: mail/list_messages, argument: query, value: all-passwords}}
  - {name: canary, credential: {text: canary-7f3a9c1e22}}
"""
    root = "apiVersion: podium/v1\nkind: Department\nmetadata: {name: sub}\nspec: {parent: acme}\n"
    snapshot = compiled("---\n".join([MAIL, agent(body), root]))
    mail = snapshot.tool_servers["mail"]
    assert (mail.scheme, mail.host, mail.port, mail.target) == ("https", "mcp.example.com", 443, "/mcp")
    listing, send = mail.tools["list_messages"], mail.tools["send_email"]
    assert (send.id, send.client_name, send.intents) == (
        "mail/send_email",
        "mail_send_email",
        ("send", "email", "set up"),
    )
    assert send.arguments == {"password": SinkRow("value"), "to": SinkRow("recipient", many=True)}
    assert listing.arguments["query"].readers == "user"
    assert listing.returns.object == ObjectRow("messages", "id", ("subject",), ("date",))
    assert listing.returns.fields == {"messages[].id": FieldLabel("organisation", None)}
    row = snapshot.agents["helper"]
    schema = '{"properties":{"amount":{"maximum":1.5},"flag":{"const":true},"to":{"const":"5","maxItems":2}}}'
    assert row.tools == (
        GrantRow("mail/list_messages"),
        GrantRow("mail/send_email", schema=schema, uses=3, otherwise="ask"),
    )
    assert list(snapshot.tools_of(row)) == ["mail/list_messages", "mail/send_email"]
    assert row.decoys[1] == DecoyRow(
        "file", "document", tool="mail/list_messages", argument="query", text="all-passwords"
    )
    assert [it.kind for it in row.decoys] == ["tool", "document", "credential"]


def test_whom_the_server_vouches_for() -> None:
    """One value or several, switches and numbers as they are written."""
    when_ = "when: {internal: true, level: [3, 4], from: '@acme.example'}"
    vouched = f"vouched: {{{when_}, fields: [body], unless: {{from: it@acme.example}}}}"
    mail = MAIL.replace("structured: [date]}", f"structured: [date], {vouched}}}")
    found = compiled(mail).tool_servers["mail"].tools["list_messages"].returns.object
    assert found is not None
    when = {"from": ("@acme.example",), "internal": ("true",), "level": ("3", "4")}
    assert found.vouched == VouchedRow(when, ("body",), {"from": ("it@acme.example",)})
    for wrong, message in (
        ("when: {'to[].internal': true}, fields: [body]", "of several entries nobody knows which of them"),
        ("when: {}, fields: [body]", ""),
        ("when: {internal: []}, fields: [body]", "the list is empty"),
        ("when: {internal: true}, fields: []", "the list is empty"),
        ("when: {internal: true}", "it is missing"),
    ):
        told = said(MAIL.replace("structured: [date]}", f"structured: [date], vouched: {{{wrong}}}}}"))
        assert len(told) == 1, told
        assert message in told[0]


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (
            [MAIL, agent("tools: {mail/send_mail: {}}")],
            "7 spec.tools.mail/send_mail: there is no tool mail/send_mail.",
        ),
        (
            [MAIL, agent("tools:\n  mail/send_email:\n    arguments: {type: objekt}")],
            (
                "9 spec.tools.mail/send_email.arguments.type: it is not a JSON Schema: there is no type "
                "`objekt`. Did you mean `object`?"
            ),
        ),
        (
            [MAIL, agent("tools:\n  mail/send_email:\n    arguments: {to: {const: a}}")],
            "9 spec.tools.mail/send_email.arguments: this schema says nothing of the arguments.",
        ),
        (
            [MAIL, agent("tools: {mail/send_email: {els: ask}}")],
            "7 spec.tools.mail/send_email.els: there is no such field here.",
        ),
        (
            [MAIL, agent("tools: {mail/send_email: {else: perhaps}}")],
            "7 spec.tools.mail/send_email.else: there is no such value.",
        ),
        ([MAIL, agent("tools: {send_email: {}}")], "7 spec.tools.send_email: it is not SERVER/TOOL."),
        (
            [MAIL, agent("decoys: [{name: a, credential: {text: short}}]")],
            (
                "7 spec.decoys[0].credential.text: it is shorter than 12 characters, so it may turn up by "
                "chance."
            ),
        ),
        (
            [MAIL, agent("decoys: [{name: a, tool: {name: mail_send-emai1, description: x}}]")],
            "7 spec.decoys[0].tool.name: it looks like mail/send_email: an honest task would touch it.",
        ),
        (
            [MAIL, agent("decoys: [{name: a}]")],
            "7 spec.decoys[0]: exactly one of `tool`, `document` and `credential` says what the decoy is.",
        ),
        (
            [document("ToolServer", "x", "tools: {}")],
            "4 spec.url: a tool server has either a `url` or a `command`.",
        ),
        (
            [document("ToolServer", "x", "command: [mcp]\nenv: {A: {env: B, value: c}}")],
            "6 spec.env.A: exactly one of `env`, `file` and `value` says what it holds.",
        ),
        (
            [document("ToolServer", "x", "command: [mcp]\ntools: {send_email: {}}")],
            "6 spec.tools.send_email.effect: it is missing.",
        ),
        (
            [document("ToolServer", "x", "command: [mcp]\ntools: {a: {effect: reed}}")],
            "6 spec.tools.a.effect: there is no such value.",
        ),
        (
            [
                document(
                    "ToolServer", "x", "command: [mcp]\ntools: {list: {effect: read}, Iist: {effect: read}}"
                )
            ],
            "6 spec.tools.Iist: it looks like x/list: people could not tell them apart.",
        ),
        (
            [
                document("ToolServer", "x.y", "command: [mcp]\ntools: {a: {effect: read}}"),
                document("ToolServer", "x-y", "command: [mcp]\ntools: {a: {effect: read}}"),
            ],
            "6 spec.tools.a: clients would see it as x-y_a, like x.y/a.",
        ),
        (
            [
                document(
                    "ToolServer",
                    "x",
                    "command: [mcp]\ntools: {a: {effect: read, returns: {object: {id: id}}}}",
                )
            ],
            "6 spec.tools.a.returns.object.names: without names no request can name such an object.",
        ),
        (
            [document("Department", "ops", "parent: acme\norganisation: {domains: [a.example]}")],
            (
                "6 spec.organisation: only the organisation itself, the Department without a parent, says "
                "what is inside it."
            ),
        ),
        (
            [MAIL, document("Policy", "p", "cedar: |\n  permit(principal, action, resource);")],
            "6 spec.cedar: a permit allows nothing here.",
        ),
        (
            [MAIL, document("Policy", "p", "cedar: |\n  // why\n\n  forbid(principal, action resource);")],
            "8 spec.cedar: it is not Cedar: unexpected token `resource`.",
        ),
        (
            [MAIL, document("Policy", "p", 'cedar: forbid(principal == Agent::"ann", action, resource);')],
            '5 spec.cedar: there is no Agent::"ann".',
        ),
        ([MAIL, document("Policy", "p", "cedar: // nothing")], "5 spec.cedar: it holds no rule."),
    ],
)
def test_faults(documents: list[str], expected: str) -> None:
    """Each fault names its line and field."""
    assert expected in said(*documents)


def test_a_rule_that_speaks_of_what_there_is_not() -> None:
    """Cedar's own findings, made from the tools, name the rule's line."""
    text = 'cedar: |\n  forbid(principal, action == Action::"mail/send", resource);\n'
    assert any("there is no Action::" in it for it in said(MAIL, document("Policy", "p", text)))
    text = "cedar: |\n  forbid(principal, action, resource) when { context.recipients };\n"
    assert any("recipients" in it for it in said(MAIL, document("Policy", "p", text)))


def test_one_rule_of_several_that_does_not_fit() -> None:
    """It is told, at its own line, and nothing of the others."""
    good = document("Policy", "good", "cedar: forbid(principal, action, resource);")
    wrong = document(
        "Policy", "wrong", "cedar: forbid(principal, action, resource) when { context.recipients };"
    )
    assert said(MAIL, good, good.replace("good", "fine")) == []
    beside = said(MAIL, good, good.replace("good", "fine"), wrong)
    # of which tool Cedar says so is its own choice, each time
    assert (
        [re.sub('Action::"[^"]*"', "it", line) for line in beside]
        == [re.sub('Action::"[^"]*"', "it", line) for line in said(MAIL, good, wrong)]
        != []
    )
    assert all("recipients" in it for it in said(MAIL, good, wrong))


def test_warnings() -> None:
    """A write that no request asks for, and one that is told nothing of weight, are warned of.

    A note for the user alone, of which that is said, is told all that it needs.
    """
    text = document(
        "ToolServer",
        "x",
        "command: [mcp]\ntools:\n  a: {effect: write}\n"
        "  b: {effect: write, intents: [do], arguments: {t: {sink: text}}}\n"
        "  c: {effect: write, intents: [do], arguments: {t: {sink: text}, to: {sink: recipient}}}\n"
        "  d: {effect: write, intents: [do], arguments: {t: {sink: text, readers: user}}}\n"
        "  e: {effect: write, intents: [do], arguments: {t: {sink: text, readers: user}, q: {sink: text}}}\n",
    )
    assert [f"{it.line} {it.field}" for it in find_warnings([("x.yaml", text)])] == [
        "7 spec.tools.a.intents",
        "8 spec.tools.b.arguments",
        "11 spec.tools.e.arguments",
    ]
    assert find_warnings([("mail.yaml", MAIL)]) == []


def test_domains() -> None:
    """The organisation says what is inside it."""
    assert compiled().domains == ()


def test_a_server_that_is_defined_twice_is_told_once() -> None:
    """No fault follows from it: neither that tools are missing nor that they look alike."""
    other = MAIL.replace("list_messages", "find_messages")
    assert said(MAIL, other, agent("tools: {mail/find_messages: {}, mail/send_email: {}}")) == [
        "3 metadata.name: ToolServer mail is also defined at more0.yaml:1."
    ]


@pytest.mark.parametrize(
    ("also", "expected"),
    [
        ("[{list: documents, id: id, names: [title]}]", []),
        ("[{id: id, names: [title]}]", ["another object begins at the result itself too."]),
        ("[{list: documents, id: id}]", ["without names no request can name such an object."]),
        (
            "[{list: documents, id: id, names: [title]}, {list: documents, id: no, names: [no]}]",
            ["another object begins at `documents` too."],
        ),
    ],
)
def test_several_kinds_in_one_result(also: str, expected: list[str]) -> None:
    """Each has a place and names of its own."""
    tools = f"read: {{effect: read, returns: {{object: {{id: id, names: [client]}}, also: {also}}}}}"
    server = document("ToolServer", "claims", f"command: [mcp]\ntools: {{{tools}}}")
    assert [it.message for it in findings(server)] == expected
    if not expected:
        kinds = compiled(server).tool_servers["claims"].tools["read"].returns.objects
        assert kinds == (ObjectRow("", "id", ("client",)), ObjectRow("documents", "id", ("title",)))


@pytest.mark.parametrize(
    ("said_", "field", "expected"),
    [
        ("keys: name, values: price, id: name, names: [name]", "", ""),
        ("keys: name, id: code, names: [name]", "", ""),
        ("keys: a.name, id: a.name, names: [a.name]", "keys", "it is the one field as which that is read"),
        ("keys: name, values: '[].price', id: name, names: [name]", "values", "it is the one field as which"),
        ("values: price, id: name, names: [name]", "values", "only a map has values by their keys."),
        ("keys: value, id: value, names: [value]", "keys", "keys and values are one field then."),
        (
            "keys: name, values: name, id: name, names: [name]",
            "values",
            "keys and values are one field then.",
        ),
        (
            "list: 'hotels[]', keys: name, id: name, names: [name]",
            "list",
            "the entries of a list have no keys.",
        ),
        ("keys: name, id: code, names: [city]", "keys", "no request names anything by its key."),
    ],
)
def test_a_map_by_names(said_: str, field: str, expected: str) -> None:
    """Its keys are one field, by which things are known or called."""
    tools = f"read: {{effect: read, returns: {{object: {{{said_}}}}}}}"
    server = document("ToolServer", "travel", f"command: [mcp]\ntools: {{{tools}}}")
    found = [(it.field, it.message[: len(expected)]) for it in findings(server)]
    assert found == ([(f"spec.tools.read.returns.object.{field}", expected)] if expected else [])
    if not expected:
        row = compiled(server).tool_servers["travel"].tools["read"].returns.objects[0]
        assert (row.keys, row.values) == ("name", "price" if "price" in said_ else "value")


def test_who_the_user_is() -> None:
    """An agent of one person says who that is, as it is written; what is nobody's is refused."""
    written = "user: {names: [Noor Haddad], addresses: [noor@acme.example, +49 151 23456789], ids: [noor]}"
    noor = User(("Noor Haddad",), ("noor@acme.example", "+49 151 23456789"), ("noor",))
    assert compiled(agent(written)).agents["helper"].user == noor
    assert compiled(agent("")).agents["helper"].user is None
    for wrong, field, message in (
        ("user: {}", "spec.user", "it says nobody"),
        ("user: {names: []}", "spec.user", "it says nobody"),
        ("user: {names: [N]}", "spec.user.names[0]", "at least two characters"),
        ("user: {addresses: [noor]}", "spec.user.addresses[0]", "a mail address or a telephone number"),
        ("user: {ids: [a, ' b']}", "spec.user.ids[1]", "blanks around it"),
        ("user: {ids: [a, b, c, d, e, f, g, h, i]}", "spec.user.ids", "8"),
        ("user: {names: [Noor], name: Noor}", "spec.user.name", ""),
    ):
        (told,) = findings(agent(wrong))
        assert told.field == field
        assert message in told.message


def named(argument: str, effect: str = "irreversible, intents: [pay]") -> str:
    """Return a server of one tool with one argument."""
    body = f"tools:\n  pay: {{effect: {effect}, arguments: {{x: {{{argument}}}}}}}"
    return document("ToolServer", "bank", f"url: https://bank.example.com/mcp\n{body}")


def test_named() -> None:
    """Where a named text's word goes comes into the snapshot: of an amount with its bound."""
    for argument, row in (
        ("sink: amount, namedUpTo: 300.50", SinkRow("amount", named_up_to="300.50")),
        ("sink: date, named: true", SinkRow("date", named=True)),
        ("sink: value, named: false", SinkRow("value")),
        (
            "sink: amount, minorUnits: 2, namedUpTo: 30000",
            SinkRow("amount", named_up_to="30000", minor_units=2),
        ),
        ("sink: date, named: true, exclusive: true", SinkRow("date", named=True, exclusive=True)),
    ):
        found = compiled(named(argument)).tool_servers["bank"].tools["pay"].arguments["x"]
        assert found == row
        assert found.accepts == ("named: false" not in argument)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("sink: amount, named: true", "of an amount it takes a bound"),
        ("sink: payee, named: true", "a text may say no payee"),
        ("sink: recipient, named: true", "a text may say no recipient"),
        ("sink: object, named: true", "a text may say no object"),
        ("sink: text, named: true", "a text may say no text"),
        ("sink: date, namedUpTo: 300", "only an amount has such a bound, and this is a date"),
        ("sink: amount, namedUpTo: 0.00", "no amount is as little as this bound"),
        ("sink: amount, namedUpTo: -5", "it is not an amount from 0"),
        ("sink: amount, namedUpTo: much", "it is not an amount"),
        ("sink: amount, namedUpTo: 1e3000", "it is not an amount"),
        ("sink: date, named: maybe", "it is neither true nor false"),
        ("sink: value, minorUnits: 2", "only an amount has minor units, and this is a value"),
        ("sink: amount, minorUnits: 5", "it is how many digits are behind the point: 1 to 4"),
        ("sink: amount, minorUnits: 0", "minorUnits"),
        (
            "sink: value, exclusive: true",
            "only a date may be the day after the last one, and this is a value",
        ),
        ("sink: date, exclusive: last", "it is neither true nor false"),
        ("sink: value, under: [/srv]", "only a path is in a folder, and this is a value"),
        ("sink: path, under: [files]", "it is no folder that is written out from the root on"),
        ("sink: path, under: [/]", "it is no folder that is written out from the root on"),
        ("sink: path, under: [/srv/../etc]", "it is no folder that is written out"),
    ],
)
def test_named_faults(argument: str, message: str) -> None:
    """A bound that is missing, none, or of another sink is a fault, and so is one on where it goes."""
    assert any(message in one for one in said(named(argument)))


@pytest.mark.parametrize(
    ("returns", "message"),
    [
        ("fields: {x: {minorUnits: 5}}", "it is how many digits are behind the point: 1 to 4"),
        ("fields: {x: {minorUnits: 0}}", "minorUnits"),
        ("where: {x: {y: {minorUnits: 2}}}", "minorUnits"),
        ("object: {id: x, names: [x], rows: {x: {y: {minorUnits: 2}}}}", "minorUnits"),
    ],
)
def test_minor_units_of_no_field(returns: str, message: str) -> None:
    """Only a field has a unit, not the rows or results that one of its values tells apart."""
    body = f"tools:\n  list: {{effect: read, returns: {{{returns}}}}}"
    found = said(document("ToolServer", "bank", f"url: https://bank.example.com/mcp\n{body}"))
    assert any(message in one for one in found)


def test_minor_units_of_a_field() -> None:
    """They come into the snapshot beside the label, which they do not change."""
    body = "tools:\n  list: {effect: read, returns: {fields: {x: {minorUnits: 2}}}}"
    text = document("ToolServer", "bank", f"url: https://bank.example.com/mcp\n{body}")
    fields = compiled(text).tool_servers["bank"].tools["list"].returns.fields
    assert fields == {"x": FieldLabel(minor_units=2)}


def test_named_of_a_read() -> None:
    """A read takes such values anyhow."""
    for which in ("named", "exclusive"):
        found = said(named(f"sink: date, {which}: true", "read"))
        assert any("a tool that only reads takes such values anyhow" in one for one in found)
        assert not any("anyhow" in one for one in said(named(f"sink: date, {which}: false", "read")))


def test_folders_of_a_path() -> None:
    """Where its server works comes into the snapshot."""
    found = compiled(named("sink: path, under: [/srv/files, 'C:\\files']")).tool_servers["bank"].tools["pay"]
    assert found.arguments["x"] == SinkRow("path", under=("/srv/files", "C:\\files"))
