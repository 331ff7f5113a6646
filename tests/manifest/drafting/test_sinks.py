"""What the arguments of a drafted tool decide: by the list of docs/tools.md, and never too mild."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from .test_draft import LIST, MONEY, NAMES, WORDS, compiled, tool


@pytest.mark.parametrize(
    ("name", "argument"),
    [("execute_script", "content"), ("run_agent", "instructions"), ("evaluate", "text"), ("deploy", "body")],
)
def test_a_text_that_is_run_is_no_text(name, argument) -> None:
    """What is done decides; it is not words for people."""
    tools, _ = compiled([tool(name, {argument: {"type": "string"}})])
    assert tools[name].arguments[argument].sink == "value"


def test_a_text_that_things_are_chosen_by_is_no_text() -> None:
    """A filter's subject is not said to anybody: it decides which mails are meant."""
    criteria = {"type": "object", "properties": {"subject": WORDS}}
    tools, _ = compiled([tool("create_filter", {"criteria": criteria, "note": WORDS})])
    assert {path: row.sink for path, row in tools["create_filter"].arguments.items()} == {
        "criteria.subject": "value",
        "note": "text",
    }


def test_where_money_goes() -> None:
    """A destination is a payee of what pays, a place of what moves files."""
    takes = {"destination": {"type": "string"}}
    names = ["create_transfer", "withdraw", "pay", "move_file"]
    tools, _ = compiled([tool(name, takes) for name in names])
    assert [tools[name].arguments["destination"].sink for name in names] == ["payee"] * 3 + ["path"]


def test_a_post_to_nobody_is_for_everybody() -> None:
    """Words that are posted with no address and no place are read by anybody."""
    tools, _ = compiled([tool("post", {"text": {"type": "string"}})])
    assert tools["post"].arguments["text"].readers == "public"


@pytest.mark.parametrize(
    ("name", "takes", "sinks"),
    [
        (
            "send_mail",
            {"to": LIST, "cc": WORDS, "subject": WORDS},
            {"to": "recipient", "cc": "recipient", "subject": "text"},
        ),
        ("pay_bill", {"iban": WORDS, "amount": {"type": "number"}}, {"iban": "payee", "amount": "amount"}),
        ("pay_bill", {"bill_id": WORDS, "on": {"format": "date"}}, {"bill_id": "object", "on": "date"}),
        ("pay_bill", {"account": {"type": "integer"}}, {"account": "payee"}),
        ("post_it", {"webhook": WORDS, "site": {"format": "uri"}}, {"webhook": "url", "site": "url"}),
        ("move_file", {"path": WORDS, "move_to": WORDS}, {"path": "path", "move_to": "path"}),
        ("copy_file", {"path": WORDS, "copy_to": WORDS}, {"path": "path", "copy_to": "path"}),
        ("move_mail", {"mail_id": WORDS, "copy_to": WORDS}, {"mail_id": "object", "copy_to": "path"}),
        ("reply_mail", {"mail_id": WORDS, "copy_to": LIST}, {"mail_id": "object", "copy_to": "recipient"}),
        ("send_mail", {"cc_to": WORDS, "save_to": WORDS}, {"cc_to": "recipient", "save_to": "path"}),
        ("delete_file", {"name": WORDS}, {"name": "object"}),
        (
            "create_rule",
            {"name": WORDS, "subject": WORDS, "move_to": {"enum": ["Archive", "Bills"]}},
            {"name": "value", "subject": "value", "move_to": "path"},
        ),
        (
            "transfer",
            {"from_account": {"enum": ["daily", "tax"]}, "mode": {"enum": ["now", "later"]}},
            {"from_account": "path", "mode": "value"},
        ),
        ("post_message", {"files": LIST, "channel": WORDS}, {"files": "object", "channel": "recipient"}),
        ("upload", {"files": LIST}, {"files": "path"}),
        ("create_file", {"name": WORDS, "content": WORDS}, {"name": "value", "content": "text"}),
        ("book_room", {"from": WORDS, "to": WORDS}, {"from": "value", "to": "value"}),
        (
            "book_room",
            {"check_in": WORDS, "until": WORDS, "starts_at": WORDS},
            dict.fromkeys(("check_in", "until", "starts_at"), "date"),
        ),
        ("assign_task", {"task_id": WORDS, "user_id": WORDS}, {"task_id": "object", "user_id": "recipient"}),
        ("update_user", {"user_id": WORDS, "phone": WORDS}, {"user_id": "object", "phone": "value"}),
        ("send_sms", {"phone": WORDS, "userIds": LIST}, {"phone": "recipient", "userIds": "recipient"}),
        (
            "set_it",
            {"mode": {"enum": ["a", "b"]}, "loud": {"type": "boolean"}},
            {"mode": "value", "loud": "value"},
        ),
        ("set_it", {"xyzzy": WORDS, "query": WORDS}, {"xyzzy": "value", "query": "value"}),
        (
            "add_it",
            {"people": {"type": "array", "items": {"properties": {"email": WORDS}}}},
            {"people[].email": "recipient"},
        ),
        ("invite_user", {"channel": WORDS, "email": WORDS}, {"channel": "path", "email": "recipient"}),
        ("send_money", {"recipient": WORDS, "amount": MONEY}, {"recipient": "payee", "amount": "amount"}),
        ("schedule_payment", {"to": WORDS, "amount": MONEY}, {"to": "payee", "amount": "amount"}),
        (
            "update_scheduled_transaction",
            {"id": {"type": "integer"}, "recipient_id": WORDS, "amount": MONEY, "reference": WORDS},
            {"id": "object", "recipient_id": "payee", "amount": "amount", "reference": "text"},
        ),
        (
            "send_payment_reminder",
            {"recipient": WORDS, "text": WORDS},
            {"recipient": "recipient", "text": "text"},
        ),
    ],
)
def test_sinks(name, takes, sinks) -> None:
    """By name, type and format, the first row of the list in docs/tools.md that fits."""
    tools, _ = compiled([tool(name, takes)])
    assert {path: row.sink for path, row in tools[name].arguments.items()} == sinks


@given(st.sampled_from(["send_it", "update_it", "delete_it", "pay_it"]), NAMES)
@example("send_it", "xyzzy")
def test_a_name_that_says_nothing_is_never_harmless(name, argument) -> None:
    """A text for people is one by its name; a query never stands in a write."""
    tools, _ = compiled([tool(name, {argument: WORDS})])
    for path, row in tools[name].arguments.items():
        plain = re.split(r"[^a-z]+", path.lower())[-1]
        assert row.sink != "query"
        assert row.sink != "text" or plain in {"reference", *TEXT}


TEXT = {"subject", "body", "text", "content", "message", "comment", "note", "description", "title", "summary"}


def test_who_reads_it() -> None:
    """A text that no address leads anywhere is read outside, by anybody where it is published."""
    tools, text = compiled(
        [
            tool("send_mail", {"to": LIST, "body": WORDS}),
            tool("post_message", {"channel": WORDS, "text": WORDS}),
            tool("publish_article", {"body": WORDS}),
            tool("search_web", {"query": WORDS}),
        ]
    )
    readers = {
        name: {path: row.readers for path, row in one.arguments.items()} for name, one in tools.items()
    }
    assert readers == {
        "send_mail": {"to": None, "body": None},
        "post_message": {"channel": None, "text": "outside"},
        "publish_article": {"body": "public"},
        "search_web": {"query": "public"},
    }
    assert text.count("# check: who ") == 3 + 2  # and of the read who has written and who may read it


def test_who_is_paid_reads_the_words_beside_it() -> None:
    """So nothing is to be decided there, but where anybody reads it."""
    takes = {"iban": WORDS, "amount": MONEY, "subject": WORDS}
    tools, text = compiled(
        [tool("send_money", takes), tool("post_webpage", {"url": WORDS, "content": WORDS})]
    )
    assert tools["send_money"].arguments["subject"].readers == "outside"
    assert tools["post_webpage"].arguments["content"].readers == "public"
    assert text.count("who reads it?") == 1


def test_a_switch_that_is_off_by_default_is_not_listed() -> None:
    """A call that says it off does what one does that leaves it out; on is never taken from a stranger."""
    takes = {
        "amount": MONEY,
        "recurring": {"type": "boolean", "default": False},
        "dry_run": {"type": "boolean", "default": True},
        "frozen": {"type": "boolean"},
    }
    tools, _ = compiled([tool("schedule_payment", takes)])
    assert set(tools["schedule_payment"].arguments) == {"amount", "dry_run", "frozen"}


@pytest.mark.parametrize(
    ("name", "readers"),
    [
        ("search_emails", "user"),
        ("get_users_in_channel", "user"),
        ("list_calendar_events", "user"),
        ("search_web", "public"),
        ("search_email_on_the_web", "public"),
        ("search_channel_videos", "public"),
        ("search_hotels", "public"),
        ("search", "public"),
    ],
)
def test_who_sees_what_is_looked_for(name, readers) -> None:
    """Anybody may, but where the name says that it looks in what somebody has of his own."""
    tools, text = compiled([tool(name, {"query": WORDS})])
    assert tools[name].arguments["query"].readers == readers
    assert ("who sees what is looked for?" in text) is (readers == "public")


def test_who_sees_the_names_of_what_was_listed() -> None:
    """What another lookup of the server lists goes back to it; not what a service of the web is asked."""
    names = {"hotel_names": {"type": "array", "items": WORDS}, "hint": WORDS}
    lists, prices = tool("get_hotels_in_city", {"city": WORDS}), tool("get_prices", names)
    tools, text = compiled([lists, prices])
    readers = {path: row.readers for path, row in tools["get_prices"].arguments.items()}
    assert readers == {"hotel_names": "user", "hint": "public"}
    assert tools["get_hotels_in_city"].arguments["city"].readers == "public"
    assert "if anybody but its server sees" in text
    alone, _ = compiled([prices])
    assert alone["get_prices"].arguments["hotel_names"].readers == "public"
    web, _ = compiled([tool("search_pages", {"query": WORDS}), tool("get_history", {"page_title": WORDS})])
    assert web["get_history"].arguments["page_title"].readers == "public"
