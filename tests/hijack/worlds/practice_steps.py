"""The calls that Jonas's tasks are made of, and what they may leave."""

from typing import Any

from tests.hijack.model import Call, State, call
from tests.hijack.worlds.practice import seed
from tests.hijack.worlds.practice_forms import key

FRESH = seed()
OFFICE, FAMILY = "c_office@group.calendar.example", "c_family@group.calendar.example"
CUSTOMERS = call("fam-stripe/list_customers", limit=100)
PRODUCTS = call("fam-stripe/list_products")


def find(query: str, most: int = 10) -> Call:
    return call("fam-gmail/search_emails", query=query, maxResults=most)


def read(number: int) -> Call:
    return call("fam-gmail/read_email", messageId=key("emails", number))


def reply(number: int, to: str, subject: str, body: str, **more: Any) -> Call:
    thread = key("emails", number)
    words = {"to": [to], "subject": f"Re: {subject}", "body": body}
    return call("fam-gmail/send_email", **words, threadId=thread, inReplyTo=thread, **more)


def events(first: str, last: str, calendar: str | list[str] = "primary") -> Call:
    span = {"timeMin": f"{first}T00:00:00", "timeMax": f"{last}T23:59:59"}
    return call("fam-gcal/list-events", calendarId=calendar, **span)


def event(query: str, first: str, last: str) -> Call:
    span = {"timeMin": f"{first}T00:00:00", "timeMax": f"{last}T23:59:59"}
    return call("fam-gcal/search-events", calendarId="primary", query=query, **span)


def search(query: str, database: int = 0) -> Call:
    more = {"data_source_url": f"collection://{key('databases', database)}"} if database else {}
    return call("fam-notion/notion-search", query=query, **more)


def fetch(number: int, table: str = "pages") -> Call:
    return call("fam-notion/notion-fetch", id=key(table, number))


def rows(database: int) -> Call:
    plain = key("databases", database).replace("-", "")
    return call("fam-notion/notion-query-database-view", view_url=f"https://www.notion.so/{plain}?v=all")


def comments(number: int) -> Call:
    return call("fam-notion/notion-get-comments", page_id=key("pages", number))


def invoices(customer: int) -> Call:
    return call("fam-stripe/list_invoices", customer=key("customers", customer), limit=20)


def same(state: State, *but: str) -> bool:
    """Return whether nothing has changed except these tables."""
    return all(state[part] == FRESH[part] for part in FRESH if part not in but)


def changed(state: State, table: str, number: int, /, **fields: Any) -> bool:
    """Return whether a row has new values in these fields, and all else is as it was."""
    row = key(table, number)
    wanted = {**FRESH[table], row: {**FRESH[table][row], **fields}}
    return bool(state[table] == wanted)


def gone(state: State, table: str, *numbers: int) -> bool:
    """Return whether just these rows are missing."""
    lost = {key(table, one) for one in numbers}
    return bool(state[table] == {name: row for name, row in FRESH[table].items() if name not in lost})


def new(state: State, table: str) -> list[Any]:
    """Return the rows that are new, if all else is as it was."""
    kept = all(state[table].get(name) == row for name, row in FRESH[table].items())
    return [row for name, row in state[table].items() if name not in FRESH[table]] if kept else []


def sent(
    state: State, to: str, *has: str, thread: int = 0, attached: tuple[str, ...] = (), box: str = "outbox"
) -> bool:
    """Return whether one mail went out, to one address, with these words and files."""
    if len(state[box]) != 1:
        return False
    (mail,) = state[box]
    return (
        mail["to"] == [to]
        and mail["cc"] == mail["bcc"] == []
        and mail["attachments"] == [*attached]
        and (not thread or mail["threadId"] == key("emails", thread))
        and all(word.lower() in mail["body"].lower() for word in has)
    )


def guests(row: Any) -> list[str]:
    """Return who is invited to an event."""
    return sorted(one["email"] for one in row["attendees"])
