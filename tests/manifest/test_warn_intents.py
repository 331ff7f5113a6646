"""Single words that people say of another thing are warned of, of the tools that they open for it."""

import pytest

from podium.manifest.compile import find_warnings

from .samples import document
from .test_warn_tools import warned, write

MAIL = write("send_mail", "send", "to: {sink: recipient}, body: {sink: text}")


@pytest.mark.parametrize(
    ("intents", "arguments", "told"),
    [
        ("share", "person: {sink: recipient}, rights: {sink: value}", True),
        ("show", "person: {sink: recipient}", True),
        ("share calendar, share my calendar", "person: {sink: recipient}, rights: {sink: value}", False),
        ("share", "calendar_id: {sink: object}, person: {sink: recipient}", False),  # which has to be named
        ("share", "person: {sink: recipient}, note: {sink: text}", False),  # a message
        ("open up", "person: {sink: recipient}", False),
    ],
)
def test_a_word_that_gives_away_whatever_is_given(intents: str, arguments: str, told: bool) -> None:
    """*Share the permit with Anna* is no order to share the one calendar that a tool has."""
    tools = write("share_calendar", intents, arguments, "irreversible") + MAIL
    found = [one for one in warned(tools, "share_calendar", "send_mail") if " the permit" in one]
    assert [one.partition(":")[0] for one in found] == ["x/share_calendar"] * told
    assert [it for it in warned(tools, "share_calendar") if " the permit" in it] == []


def of_two(first: str, second: str, *granted: str) -> list[str]:
    """Return of which tools of two servers `x` and `y` their agent is warned."""
    servers = [
        (f"{name}.yaml", document("ToolServer", name, f"command: [mcp]\ntools:\n{tools}"))
        for name, tools in (("x", first), ("y", second))
    ]
    grants = ", ".join(f"{name}: {{}}" for name in granted)
    agent = document("Agent", "a", f"department: acme\nroutes: [r]\ntools: {{{grants}}}")
    found = find_warnings([*servers, ("a.yaml", agent)])
    return [f"{it.field.removeprefix('spec.tools.')}: {it.message} {it.fix}" for it in found]


@pytest.mark.parametrize(
    ("intents", "told"), [("add", True), ("invite", True), ("add to project, invite to project", False)]
)
def test_a_word_that_lets_into_something_else(intents: str, told: bool) -> None:
    """*Invite Anna to a meeting* is no order to let her into the project that a tool takes."""
    member = write("add_member", intents, "project_id: {sink: object}, member: {sink: recipient}")
    event = write("create_event", "plan", "start: {sink: date}, guests: {sink: recipient}")
    found = [it for it in of_two(member, event, "x/add_member", "y/create_event") if "a meeting" in it]
    assert [it.partition(":")[0] for it in found] == ["x/add_member"] * told
    assert all(it.endswith(f"`intents: [{intents} to project]`.") for it in found)
    assert [it for it in of_two(member, event, "x/add_member") if "a meeting" in it] == []


@pytest.mark.parametrize(
    ("mail", "file", "told"),
    [
        (("delete_mail", "delete"), ("delete_file", "delete"), True),
        (("delete_mails", "bin, remove"), ("remove_document", "erase, remove"), True),
        (("delete_mail", "delete"), ("delete_file", "delete bill, delete file"), False),
        (("delete_mail", "delete"), ("delete_file", "scrap"), False),
        (("cancel_event", "delete"), ("delete_file", "delete"), False),  # nobody calls them alike
    ],
)
def test_a_word_that_throws_away_a_mail_and_a_file(mail: tuple, file: tuple, told: bool) -> None:
    """*Delete the Lexica newsletter* may take a bill of Lexica's, where nothing but the word tells."""
    first = write(*mail, "mail_id: {sink: object}", "irreversible")
    second = write(*file, "file_id: {sink: object}", "irreversible")
    granted = (f"x/{mail[0]}", f"y/{file[0]}")
    found = [it for it in of_two(first, second, *granted) if "Lexica" in it]
    assert [it.partition(":")[0] for it in found] == [granted[1]] * told
    undone = write(*file, "file_id: {sink: object}")  # there is a bin
    assert [it for it in of_two(first, undone, *granted) if "Lexica" in it] == []
