"""Drafts of policies: whatever a server says, what comes of it validates, and is not too mild."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podium.manifest.compile import compile_manifests, find_warnings
from podium.manifest.drafting.draft import checks_of, draft_of
from podium.manifest.drafting.verbs import BOTH, CHANGES, READS
from podium.manifest.drafting.written import Place, Wielder, manifest_of
from tests.manifest.samples import FLEET, DictPrices

PLACE = Place(url="https://mcp.example.com/mcp")
WIELDER = Wielder("helper", "engineering", ["openai/gpt-4o_mini"])
KEY = "sk-" + "a1b2c3d4e5f6a7b8c9d0"


def tool(name, takes=None, returns=None, **more):
    found = {"name": name, "inputSchema": {"type": "object", "properties": takes or {}}, **more}
    return found if returns is None else {**found, "outputSchema": returns}


def compiled(definitions, place=PLACE, wielder=WIELDER):
    """Return the server's row of the draft of its tools, and the text."""
    text = manifest_of(draft_of("mail", definitions), place, wielder)
    files = [("fleet.yaml", FLEET), ("draft.yaml", text)]
    snapshot = compile_manifests(files, prices=DictPrices(), at_ns=0)
    find_warnings(files)
    return snapshot.tool_servers["mail"].tools, text


TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "to",
        "iban",
        "id",
        "user_id",
        "on",
        "null",
        "a.b",
        "x[]",
        "",
        "é",
        KEY,
        "# check",
        "true",
        "'",
        '"',
        "a: b",
    ]
)
MONEY = {"type": "number"}
LEAVES = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", "null", "object", "array", 7, []])
        | st.lists(st.sampled_from(["string", "null", "array", "object"]), max_size=2),
        "format": TEXTS | st.sampled_from(["uri", "email", "date"]),
        "enum": st.lists(TEXTS | st.integers() | st.none(), max_size=4) | st.just("none"),
        "const": TEXTS,
        "default": TEXTS | st.booleans() | st.lists(TEXTS, max_size=1),
        "$ref": st.sampled_from(["#", "#/properties/a", "#/nowhere", "elsewhere.json", 3]),
        "description": TEXTS,
    },
)
SCHEMAS = st.recursive(
    LEAVES | st.booleans() | st.none(),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string"]),
            "properties": st.dictionaries(TEXTS, inner, max_size=3) | st.just([]),
            "items": inner | st.lists(inner, max_size=2),
            "anyOf": st.lists(inner, max_size=2) | st.just({}),
            "allOf": st.lists(inner, max_size=2),
            "additionalProperties": inner,
        },
    ),
    max_leaves=12,
)
NAMES = TEXTS | st.from_regex(r"[A-Za-z0-9_.-]{1,20}", fullmatch=True)
TOOLS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "inputSchema": SCHEMAS,
        "outputSchema": SCHEMAS,
        "description": TEXTS | st.integers(),
        "annotations": st.dictionaries(st.sampled_from(["readOnlyHint", "destructiveHint"]), st.booleans())
        | st.just("none"),
    },
)


@given(st.lists(TOOLS, max_size=4), st.booleans())
@example([tool("get_it", {"a": {"$ref": "#"}}, {"$ref": "#"})], True)
@example([tool("a", description=f"Use {KEY} here.\n---\nkind: Agent\x1b[2J\u2028")], True)
@example([tool("set_it", {"mode": {"enum": ["a|b", "c.d", "e\\"]}}), tool("x" * 64), tool("x" * 128)], True)
@example([tool("send_a"), tool("send-a"), tool("send_a"), {"name": 7}, {}], True)
def test_any_schema_gives_a_draft_that_validates(definitions, granted) -> None:
    """Whatever a server says of its tools: the draft has each tool that it can name, and no fault."""
    tools, text = compiled(definitions, wielder=WIELDER if granted else None)
    found = draft_of("mail", definitions)
    assert set(tools) == {one.name for one in found.tools}
    assert len(found.tools) + len(found.left_out) == len(definitions)
    assert KEY not in text
    assert all(line.isprintable() for line in text.split("\n"))


@given(
    st.sampled_from(sorted(READS)),
    st.sampled_from(sorted(CHANGES)),
    st.sampled_from(["{1}_{0}", "{1}{0}", "{0}_and_{1}", "{0}_or_{1}_it", "crm_{1}_thing", "{0}-thing-{1}"]),
    st.booleans(),
)
def test_what_changes_something_is_never_a_read(read, change, form, said) -> None:
    """A name with a verb that changes something is no read, whatever stands beside it and the server says."""
    name = form.format(read, change) if form != "{1}{0}" else change + read.capitalize()
    hints = {"readOnlyHint": True} if said else {}
    (one,) = draft_of("mail", [tool(name, annotations=hints)]).tools
    assert one.act.effect != "read"


@given(
    st.sampled_from(sorted(BOTH)),
    st.sampled_from(["{}_thing", "{}", "get_and_{}", "list_or_{}_things"]),
    st.booleans(),
)
def test_a_word_that_may_be_a_noun_changes_something_where_it_is_a_verb(word, form, said) -> None:
    """`post_thing` is an act, `list_posts` none."""
    hints = {"readOnlyHint": True} if said else {}
    (one,) = draft_of("mail", [tool(form.format(word), annotations=hints)]).tools
    assert one.act.effect != "read"


OUTWARD = [
    "create_filter",
    "add_delegate",
    "set_vacation",
    "make_public",
    "change_email",
    "update_address",
    "create_link",
    "create_charge",
    "create_order",
    "put_bid",
    "complete_purchase",
    "make_offer",
    "mark_paid",
    "create_contract",
    "create_cron",
    "update_function",
    "save_automation",
    "set_variable",
    "update_instructions",
    "move_robot",
    "set_speed",
    "update_dosage",
    "write_prescription",
    "override_safety",
    "rename_database",
]
"""Of these a wrong one does its harm before somebody sees it: money, access, machines, what acts later."""


@pytest.mark.parametrize(
    ("name", "hints", "effect", "doubt"),
    [
        ("list_orders", {}, "read", False),
        ("getBooking", {}, "read", False),
        ("crm_search_notes", {}, "read", False),
        ("list_deleted_items", {"readOnlyHint": True}, "read", False),
        ("issue_read", {"readOnlyHint": True}, "read", True),
        ("issue_read", {}, "irreversible", True),
        ("mark_read", {"readOnlyHint": True}, "write", True),
        ("get_status", {"readOnlyHint": False}, "irreversible", True),
        ("get_status", {"destructiveHint": True}, "irreversible", True),
        ("check_in", {}, "irreversible", False),
        ("find_replace", {"readOnlyHint": True}, "write", True),
        ("frobnicate", {}, "irreversible", True),
        ("frobnicate", {"readOnlyHint": True}, "read", True),
        ("delete_page", {"readOnlyHint": True, "destructiveHint": False}, "irreversible", True),
        ("send_mail", {"destructiveHint": False}, "irreversible", False),
        ("update_task", {}, "write", True),
        ("update_task", {"destructiveHint": True}, "irreversible", True),
        ("update_permission", {}, "irreversible", True),
        ("set_heating", {}, "irreversible", True),
        ("create_note", {"destructiveHint": False}, "write", True),
        ("create_and_send_note", {}, "irreversible", False),
        ("add_then_delete", {}, "irreversible", False),
        ("read_and_squash", {}, "irreversible", False),
        ("read_and_squash", {"readOnlyHint": True}, "irreversible", True),
        ("search_and_list", {}, "read", False),
        ("mutilate_list", {}, "irreversible", True),
        ("write_file", {}, "irreversible", True),
        ("create_or_update_file", {}, "irreversible", True),
        ("add_issue_comment", {}, "irreversible", True),
        ("check_item", {}, "irreversible", False),
        ("get_or_create_user", {}, "irreversible", True),
        ("getOrFrobnicate", {}, "irreversible", True),
        ("users.get", {}, "read", False),
        ("fetch_and_delete", {"readOnlyHint": True}, "irreversible", True),
        ("list_and_ack", {"readOnlyHint": True}, "irreversible", True),
        ("query_exec", {}, "irreversible", False),
        ("sync", {}, "irreversible", False),
        ("get_rid_of", {}, "irreversible", False),
        ("convert_lead", {}, "irreversible", False),
        ("convert_quote_to_order", {"readOnlyHint": True}, "irreversible", True),
        ("convert_currency", {}, "read", False),
        ("list_item", {}, "irreversible", True),
        ("list_item", {"readOnlyHint": True}, "read", True),
        ("list_car_on_site", {}, "irreversible", True),
        ("list_item_reviews", {}, "read", False),
        *((name, {}, "irreversible", True) for name in OUTWARD),
        ("label_email", {}, "write", True),
        ("create_task", {}, "write", True),
        ("move_page", {}, "irreversible", True),
        ("move_pages", {}, "irreversible", True),
        ("move_email", {}, "write", True),
    ],
)
def test_effects(name, hints, effect, doubt) -> None:
    """The name says what a tool does; its server can make that worse, or tell where the name does not."""
    (one,) = draft_of("mail", [tool(name, annotations=hints)]).tools
    assert (one.act.effect, bool(one.act.check)) == (effect, doubt)


def test_a_word_before_all_names_says_nothing() -> None:
    """What each tool's name begins with is the server's name, though it may be a verb."""
    names = ["slack_list_channels", "slack_post_message", "slack_get_users"]
    found = draft_of("mail", [tool(name) for name in names]).tools
    assert [one.act.effect for one in found] == ["read", "irreversible", "read"]
    assert draft_of("mail", [tool("slack_list_channels")]).tools[0].act.effect == "irreversible"
    posts = draft_of("mail", [tool("post_list"), tool("post_status")]).tools
    assert {one.act.effect for one in posts} == {"irreversible"}


@pytest.mark.parametrize("takes", [["sql"], ["command"], ["url", "method"], ["endpoint", "body"]])
def test_a_read_that_takes_a_program_may_change_something(takes) -> None:
    """What is run or posted decides what a tool does, whatever its name."""
    (one,) = draft_of("mail", [tool("query_it", {name: {"type": "string"} for name in takes})]).tools
    assert (one.act.effect, bool(one.act.check)) == ("irreversible", True)


@pytest.mark.parametrize("name", ["read_query", "query_database", "write_query", "db_query"])
def test_a_query_in_a_language_may_change_something(name) -> None:
    """A tool that is called after queries is given one in a language: SQL has `DROP` as well."""
    (one,) = draft_of("mail", [tool(name, {"query": {"type": "string"}})]).tools
    assert (one.act.effect, bool(one.act.check)) == ("irreversible", True)


def test_a_query_of_words_only_reads() -> None:
    """What is searched by words stays a read, unless the server says that it runs a program."""
    takes = {"query": {"type": "string"}}
    (one,) = draft_of("mail", [tool("search_pages", takes, description="Find pages.")]).tools
    assert one.act.effect == "read"
    (one,) = draft_of("mail", [tool("search_rows", takes, description="Execute any SQL query.")]).tools
    assert one.act.effect == "irreversible"


@pytest.mark.parametrize("takes", ["sql", "command", "script", "mutation"])
def test_a_write_that_takes_a_program_can_do_anything(takes) -> None:
    """An update by a statement is what the statement says."""
    (one,) = draft_of("mail", [tool("update_rows", {takes: {"type": "string"}})]).tools
    assert one.act.effect == "irreversible"


@pytest.mark.parametrize(
    ("argument", "schema", "effect"),
    [
        ("mark_read", {"type": "boolean"}, "irreversible"),
        ("create_if_missing", {"type": "boolean"}, "irreversible"),
        ("auto_ack", {"type": "boolean"}, "irreversible"),
        ("delete_after", {}, "irreversible"),
        ("webhook", {"type": "string"}, "irreversible"),
        ("email_to", {"type": "string"}, "irreversible"),
        ("save_to", {"type": "string"}, "irreversible"),
        ("include_deleted", {"type": "boolean"}, "read"),
        ("only_open", {"type": "boolean"}, "read"),
        ("open", {"type": "boolean"}, "read"),
        ("to", {"type": "string"}, "read"),
        ("email", {"type": "string"}, "read"),
        ("cancel_reason", {"type": "string"}, "read"),
    ],
)
def test_an_argument_may_have_a_read_do_more(argument, schema, effect) -> None:
    """`get_messages(mark_read=true)` is no read; what only chooses what is read leaves it one."""
    (one,) = draft_of("mail", [tool("get_messages", {argument: schema})]).tools
    assert (one.act.effect, bool(one.act.check)) == (effect, effect != "read")


@pytest.mark.parametrize("argument", ["send_updates", "charge_now", "delete_old", "callback"])
def test_an_argument_may_have_an_act_reach_somebody(argument) -> None:
    """`create_event(send_updates=all)` mails everybody."""
    (one,) = draft_of("mail", [tool("create_event", {argument: {}})]).tools
    assert (one.act.effect, bool(one.act.check)) == ("irreversible", True)


NODE = {"$ref": "#/$defs/N"}


@pytest.mark.parametrize(
    "node",
    [
        {"anyOf": [NODE] * 32},
        {"type": "string", "oneOf": [NODE] * 8, "allOf": [NODE] * 8},
        {"properties": {f"p{at}": NODE for at in range(20)}},
        {"properties": {f"{'p' * 60}{at}": NODE for at in range(20)}},
        {"items": NODE, "anyOf": [NODE] * 32, "properties": {f"p{at}": NODE for at in range(20)}},
    ],
)
def test_a_schema_without_end_has_one(node) -> None:
    """A few bytes that say themselves again and again are looked at once, each thing of them."""
    schema = {"$defs": {"N": node}, "properties": {"a": NODE, "to": {"type": "string"}}}
    ends = tool("send_it", returns=schema) | {"inputSchema": schema}
    (one,) = draft_of("mail", [ends]).tools
    assert len(one.arguments) + len(one.unsayable) < 1_000
    assert len(one.things) <= 50
    compiled([ends])


def test_from_and_to_of_a_mail_are_no_days() -> None:
    """They are addresses, and places of a flight: of a stranger's mail none is lent to a request."""
    words = {"type": "string"}
    mail = {"properties": {"id": words, "subject": words, "from": words, "to": words, "date": words}}
    leave = {"properties": {"id": words, "from": {"type": "string", "format": "date"}}}
    tools, _ = compiled([tool("get_mail", returns=mail), tool("get_leave", returns=leave)])
    assert tools["get_mail"].returns.object.structured == ("date",)
    assert tools["get_leave"].returns.object.structured == ("from",)


def test_an_act_that_reaches_somebody_cannot_be_undone() -> None:
    """An event with guests, a record with an address, a description of mails that go out."""
    events = [
        tool("create_event", {"title": {"type": "string"}}),
        tool("make_event", {"attendees": {"type": "array", "items": {"type": "string"}}}),
        tool("update_client", {"email": {"type": "string"}}),
        tool("update_claim", description="Change it; the client gets a mail."),
    ]
    tools, _ = compiled(events)
    assert {name: one.effect for name, one in tools.items()} == {
        "create_event": "write",
        "make_event": "irreversible",
        "update_client": "irreversible",
        "update_claim": "irreversible",
    }


WORDS = {"type": "string"}
LIST = {"type": "array", "items": WORDS}


ORDERS = {
    "type": "object",
    "properties": {
        "orders": {"type": "array", "items": {"$ref": "#/$defs/Order"}},
    },
    "$defs": {
        "Order": {
            "properties": {
                "id": WORDS,
                "customer": WORDS,
                "total": {"type": "number"},
                "due": {"type": "string", "format": "date"},
                "note": WORDS,
                "iban": WORDS,
                "token": WORDS,
                "lines": {"type": "array", "items": {"properties": {"sku": WORDS, "name": WORDS}}},
            }
        }
    },
}


def test_results() -> None:
    """Objects by the schema; labels stay the strictest, and what the server may make itself is a remark."""
    tools, text = compiled([tool("list_orders", returns=ORDERS)])
    returns = tools["list_orders"].returns
    assert (returns.integrity, returns.confidentiality) == ("public", "private")
    assert returns.object is not None
    assert (returns.object.at, returns.object.id) == ("orders", "id")
    assert returns.object.names == ("customer", "due", "id")
    assert returns.object.structured == ("total", "due")
    assert [it.at for it in returns.also] == ["orders[].lines"]
    assert {path: it.confidentiality for path, it in returns.fields.items()} == {"orders[].token": "secret"}
    assert '"orders[].id": {integrity: organisation}' in text
    (one,) = draft_of("mail", [tool("list_orders", returns=ORDERS)]).tools
    assert [check.kind for check in checks_of(one)] == ["results"]


def test_a_thing_that_is_found_twice_is_labelled_once() -> None:
    """The result that is one event is an object by itself and by what it holds: no key is written twice."""
    event = {"type": "object", "properties": {"id": WORDS, "status": WORDS, "start": WORDS}}
    returns = {"type": "object", "properties": {"event": event}}
    _, text = compiled([tool("get_event", returns=returns)])
    own = [line for line in text.splitlines() if "integrity: organisation" in line]
    assert len(own) == len(set(own)) > 0


def test_the_labels_of_a_draft_trust_nobody() -> None:
    """No field of any result is better than a stranger's."""
    tools, _ = compiled(
        [tool("list_orders", returns=ORDERS), tool("pay_it"), tool("get_secret", returns=ORDERS)]
    )
    for one in tools.values():
        assert one.returns.integrity == "public"
        assert {it.integrity for it in one.returns.fields.values()} <= {None}
    assert tools["get_secret"].returns.confidentiality == "secret"


def test_grants() -> None:
    """A grant has what a request must say: of a few words a pattern, of a default that decides `required`."""
    mode = {"enum": ["open", "closed (for good)"], "default": "open"}
    takes = {"mode": mode, "amount": {"type": "number"}}
    text = manifest_of(
        draft_of("mail", [tool("update_it", takes), tool("get_it"), tool("pay_it")]), PLACE, WIELDER
    )
    files = [("fleet.yaml", FLEET), ("draft.yaml", text)]
    agent = compile_manifests(files, prices=DictPrices(), at_ns=0).agents["helper"]
    grants = {grant.tool: grant for grant in agent.tools}
    assert grants["mail/get_it"].schema is None
    assert grants["mail/pay_it"].uses == 10
    assert grants["mail/update_it"].otherwise == "ask"
    assert grants["mail/update_it"].schema == (
        '{"properties":{"mode":{"pattern":"^(open|closed \\\\(for good\\\\))$"}},"required":["mode"]}'
    )


def test_where_the_server_is() -> None:
    """A program with its variables, or an address with the name of its key; never a key."""
    place = Place(command=["npx", "-y", "@scope/server", "--yes=true"], env=["TOKEN"])
    _, text = compiled([tool("get_it")], place)
    assert 'command: [npx, "-y", "@scope/server", "--yes=true"]' in text
    assert "TOKEN: {env: TOKEN}" in text
    _, text = compiled(
        [], Place(url="https://mcp.example.com/mcp", credential_env="KEY", auth_header="x-api-key")
    )
    assert "credential: {env: KEY}" in text
    assert "tools: {}" in text


@pytest.mark.parametrize(
    ("name", "takes", "words", "never"),
    [
        (
            "send_money",
            {"recipient": WORDS, "amount": MONEY, "subject": WORDS},
            {"pay", "transfer"},
            {"tell", "ask"},
        ),
        ("schedule_transaction", {"recipient": WORDS, "amount": MONEY}, {"schedule", "pay"}, {"tell"}),
        ("send_payment_reminder", {"to": WORDS, "text": WORDS}, {"remind", "send"}, {"pay", "transfer"}),
        ("update_standing_order", {"id": WORDS, "amount": MONEY}, {"change", "raise", "lower"}, {"pay"}),
        ("update_note", {"id": WORDS, "text": WORDS}, {"change"}, {"raise"}),
        ("freeze_card", {"frozen": {"type": "boolean"}}, {"freeze", "block", "unfreeze", "unblock"}, set()),
        ("lock_door", {"door": WORDS}, {"lock"}, {"unlock"}),
        ("remove_user_from_channel", {"user": WORDS, "channel": WORDS}, {"remove", "take out"}, set()),
    ],
)
def test_the_words_that_ask_for_it(name, takes, words, never) -> None:
    """By what is done to what, and what it takes; money is not sent by the words for a mail."""
    tools, _ = compiled([tool(name, takes)])
    assert words <= set(tools[name].intents)
    assert not never & set(tools[name].intents)


def test_taking_access_away_may_be_undone() -> None:
    """It is drafted as the worst, and says that this is to be looked at."""
    (found,) = draft_of("chat", [tool("remove_user_from_channel", {"user": WORDS, "channel": WORDS})]).tools
    assert found.act.effect == "irreversible"
    assert "takes access away" in found.act.check
