# ruff: noqa: N803 - the names are Google's.
"""Jonas Reuter's architecture practice, six people in Edinburgh: its mail and its calendars."""

import shlex
from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from tests.hijack.model import Stage, State, folded
from tests.hijack.worlds import practice_forms as form
from tests.hijack.worlds.practice_work import notion, stripe
from tests.hijack.worlds.seeds import sown

JONAS = "jonas@reuterarch.example"
TODAY = date(2026, 11, 26)

MessageId = Annotated[str, Field(description="ID of the email message")]
Address = Annotated[str, Field(min_length=3, max_length=254)]
To = Annotated[list[Address], Field(min_length=1, description="List of recipient email addresses")]
Copies = Annotated[list[Address] | None, Field(description="List of recipients of a copy")]
Paths = Annotated[list[str] | None, Field(description="List of file paths to attach to the email")]
LabelIds = Annotated[list[str] | None, Field(description="List of label IDs")]
CalendarId = Annotated[str, Field(description="ID of the calendar ('primary' for the main calendar)")]
EventId = Annotated[str, Field(description="ID of the event")]
When = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$",
        description="'2026-01-01T10:00:00', or '2026-01-01' for all-day events",
    ),
]
Time = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$", description="ISO 8601 time")]
Rules = Annotated[list[str] | None, Field(description="Recurrence rules in RFC 5545 format")]


def seed() -> State:
    """Return what the practice knows on 26 November 2026."""
    empty = ("outbox", "drafts", "responses", "refunds", "links")
    return {**sown("practice", *empty), "files": {}}


def servers(stage: Stage) -> dict[str, MCPServer]:
    """Return the servers that Jonas's assistant uses."""
    return {
        "fam-gmail": _gmail(stage),
        "fam-gcal": _gcal(stage),
        "fam-notion": notion(stage),
        "fam-stripe": stripe(stage),
    }


def address(text: str) -> str:
    """Return the address of `Name <address>`, as a lenient server reads it."""
    return folded(text).strip().lower().split("<")[-1].rstrip(">").strip()


def _mail(stage: Stage, key: str) -> Any:
    if key not in stage.state["emails"]:
        raise ToolError(f"Message {key} not found.")
    return stage.state["emails"][key]


def _is(mail: dict[str, Any], term: str, labels: dict[str, Any]) -> bool:
    """Return whether a mail fits one term of a query."""
    if term.startswith("-"):
        return not _is(mail, term[1:], labels)
    name, _, value = term.lower().partition(":")
    days = value.removesuffix("d")
    named = {one["name"].lower().replace(" ", "-"): key for key, one in labels.items()}
    tests: dict[str, Callable[[], bool]] = {
        "from": lambda: value in mail["from"].lower(),
        "to": lambda: any(value in one.lower() for one in mail["to"]),
        "subject": lambda: value in mail["subject"].lower(),
        "is": lambda: ("UNREAD" in mail["labelIds"]) == (value == "unread"),
        "in": lambda: value == "anywhere" or value.upper() in mail["labelIds"],
        "label": lambda: named.get(value, value) in mail["labelIds"],
        "has": lambda: bool(mail["attachments"]),
        "after": lambda: mail["date"][:10] >= value.replace("/", "-"),
        "before": lambda: mail["date"][:10] < value.replace("/", "-"),
        "newer_than": lambda: mail["date"][:10] > (TODAY - timedelta(int(days))).isoformat(),
        "older_than": lambda: mail["date"][:10] <= (TODAY - timedelta(int(days))).isoformat(),
    }
    if value and name in tests:
        return tests[name]()
    return term.lower() in f"{mail['from']} {mail['subject']} {mail['body']}".lower()


def _found(stage: Stage, query: str) -> list[Any]:
    try:
        terms = shlex.split(query.replace("'", r"\'"))
    except ValueError:
        terms = query.split()
    hidden = set() if "in:" in query else {"TRASH", "SPAM"}
    found = [
        one
        for one in stage.state["emails"].values()
        if not hidden & {*one["labelIds"]} and all(_is(one, term, stage.state["labels"]) for term in terms)
    ]
    return sorted(found, key=lambda one: str(one["date"]), reverse=True)


def _gmail(stage: Stage) -> MCPServer:
    gmail = MCPServer("fam-gmail", log_level="ERROR")
    _reading(gmail, stage)
    _writing(gmail, stage)
    _sorting(gmail, stage)
    return gmail


def _reading(gmail: MCPServer, stage: Stage) -> None:
    @gmail.tool()
    def search_emails(
        query: Annotated[str, Field(description="Gmail search query, as 'from:example@gmail.com'")],
        maxResults: Annotated[int, Field(ge=1, le=100, description="Maximum number of results")] = 10,
    ) -> form.EmailLines:
        """Searches for emails using Gmail search syntax."""
        found = _found(stage, query)[:maxResults]
        return form.EmailLines(messages=[form.EmailLine(**one) for one in found])

    @gmail.tool()
    def read_email(messageId: MessageId) -> form.EmailText:
        """Retrieves the content of a specific email."""
        return form.EmailText(**_mail(stage, messageId))

    @gmail.tool()
    def download_attachment(
        messageId: MessageId,
        attachmentId: Annotated[str, Field(description="ID of the attachment to download")],
        filename: Annotated[str | None, Field(description="Filename to save the attachment as")] = None,
        savePath: Annotated[str, Field(description="Directory to save it in")] = "/home/jonas/Downloads",
    ) -> form.Saved:
        """Downloads an email attachment to a specified location."""
        for one in _mail(stage, messageId)["attachments"]:
            if one["id"] == attachmentId:
                path = f"{savePath.rstrip('/')}/{filename or one['filename']}"
                stage.state["files"][path] = attachmentId
                return form.Saved(path=path, size=one["size"])
        raise ToolError(f"Attachment {attachmentId} not found.")


def _writing(gmail: MCPServer, stage: Stage) -> None:
    def letter(
        to: list[str],
        subject: str,
        body: str,
        cc: list[str] | None,
        bcc: list[str] | None,
        thread: str | None,
        files: list[str] | None,
    ) -> dict[str, Any]:
        if missing := [one for one in files or [] if one not in stage.state["files"]]:
            raise ToolError(f"File {missing[0]} not found.")
        everyone = {"to": to, "cc": cc or [], "bcc": bcc or []}
        return {
            **{part: [address(one) for one in some] for part, some in everyone.items()},
            "subject": subject,
            "body": body,
            "threadId": thread or "",
            "attachments": [stage.state["files"][one] for one in files or []],
        }

    @gmail.tool()
    def send_email(
        to: To,
        subject: Annotated[str, Field(description="Email subject")],
        body: Annotated[str, Field(description="Email body content")],
        cc: Copies = None,
        bcc: Copies = None,
        threadId: Annotated[str | None, Field(description="Thread ID to reply to")] = None,
        inReplyTo: Annotated[str | None, Field(description="Message ID being replied to")] = None,
        attachments: Paths = None,
    ) -> form.Done:
        """Sends a new email."""
        thread = threadId or inReplyTo
        stage.state["outbox"].append(letter(to, subject, body, cc, bcc, thread, attachments))
        return form.Done(id=form.key("emails", 9000 + len(stage.state["outbox"])), status="sent")

    @gmail.tool()
    def draft_email(
        to: To,
        subject: Annotated[str, Field(description="Email subject")],
        body: Annotated[str, Field(description="Email body content")],
        cc: Copies = None,
        bcc: Copies = None,
        threadId: Annotated[str | None, Field(description="Thread ID to reply to")] = None,
        attachments: Paths = None,
    ) -> form.Done:
        """Draft a new email."""
        stage.state["drafts"].append(letter(to, subject, body, cc, bcc, threadId, attachments))
        return form.Done(id=f"r-{len(stage.state['drafts'])}", status="drafted")


def _sorting(gmail: MCPServer, stage: Stage) -> None:
    @gmail.tool()
    def list_email_labels() -> form.Labels:
        """Retrieves all available Gmail labels."""
        return form.Labels(labels=[form.Label(**one) for one in stage.state["labels"].values()])

    @gmail.tool()
    def modify_email(
        messageId: MessageId, addLabelIds: LabelIds = None, removeLabelIds: LabelIds = None
    ) -> form.Done:
        """Modifies email labels (move to different folders)."""
        mail = _mail(stage, messageId)
        if unknown := {*(addLabelIds or [])} - {*stage.state["labels"]}:
            raise ToolError(f"Label {unknown.pop()} not found.")
        kept = [one for one in mail["labelIds"] if one not in (removeLabelIds or [])]
        mail["labelIds"] = [*kept, *(one for one in addLabelIds or [] if one not in kept)]
        return form.Done(id=messageId, status="modified")

    @gmail.tool()
    def delete_email(messageId: MessageId) -> form.Done:
        """Permanently deletes an email."""
        _mail(stage, messageId)
        del stage.state["emails"][messageId]
        return form.Done(id=messageId, status="deleted")

    @gmail.tool()
    def create_filter(criteria: form.Criteria, action: form.Action) -> form.Done:
        """Creates a new Gmail filter with custom criteria and actions."""
        if unknown := {*(action.addLabelIds or [])} - {*stage.state["labels"]}:
            raise ToolError(f"Label {unknown.pop()} not found.")
        key = form.key("filters", 1 + len(stage.state["filters"]))
        stage.state["filters"][key] = {
            "id": key,
            "criteria": criteria.model_dump(exclude_none=True, by_alias=True),
            "action": action.model_dump(exclude_none=True),
        }
        return form.Done(id=key, status="created")

    @gmail.tool()
    def list_filters() -> form.Filters:
        """Retrieves all Gmail filters."""
        return form.Filters(filters=[form.Filter(**one) for one in stage.state["filters"].values()])


def _event(stage: Stage, calendar: str, key: str) -> Any:
    found = stage.state["events"].get(key)
    if found is None or found["calendarId"] != _calendar(calendar):
        raise ToolError(f"Event {key} not found.")
    return found


def _calendar(name: str) -> str:
    return JONAS if name == "primary" else name


def _own(stage: Stage, name: str) -> str:
    if _calendar(name) not in stage.state["calendars"]:
        raise ToolError(f"Calendar {name} not found.")
    return _calendar(name)


def _between(stage: Stage, calendars: list[str], first: str | None, last: str | None) -> list[Any]:
    """Return the events of calendars that touch a span, by their start."""
    found = [
        one
        for one in stage.state["events"].values()
        if one["calendarId"] in calendars
        and (not last or one["start"] < last)
        and (not first or one["end"] > first)
    ]
    return sorted(found, key=lambda one: str(one["start"]))


def _shown(found: list[Any]) -> form.Events:
    return form.Events(events=[form.Event(**one) for one in found], totalCount=len(found))


def _guests(some: list[form.Attendee] | None) -> list[dict[str, str]]:
    return [
        {"email": address(one.email), "responseStatus": one.responseStatus or "needsAction"}
        for one in some or []
    ]


def _gcal(stage: Stage) -> MCPServer:
    gcal = MCPServer("fam-gcal", log_level="ERROR")
    _looking(gcal, stage)
    _creating(gcal, stage)
    _changing(gcal, stage)
    return gcal


def _looking(gcal: MCPServer, stage: Stage) -> None:
    @gcal.tool(name="list-calendars")
    def list_calendars() -> form.Calendars:
        """List all available calendars."""
        found = stage.state["calendars"].values()
        return form.Calendars(calendars=[form.CalendarLine(**one) for one in found])

    @gcal.tool(name="list-events")
    def list_events(
        calendarId: Annotated[str | list[str], Field(description="Calendar identifier(s) to query")],
        timeMin: Time | None = None,
        timeMax: Time | None = None,
    ) -> form.Events:
        """List events from one or more calendars."""
        some = [calendarId] if isinstance(calendarId, str) else calendarId
        return _shown(_between(stage, [_own(stage, one) for one in some], timeMin, timeMax))

    @gcal.tool(name="search-events")
    def search_events(
        calendarId: Annotated[str | list[str], Field(description="Calendar identifier(s) to search")],
        query: Annotated[str, Field(description="Free text (summary, description, location, attendees)")],
        timeMin: Time,
        timeMax: Time,
    ) -> form.Events:
        """Search for events in a calendar by text query."""
        some = [calendarId] if isinstance(calendarId, str) else calendarId
        found = _between(stage, [_own(stage, one) for one in some], timeMin, timeMax)
        parts = ("summary", "description", "location", "organizer", "attendees")
        return _shown([one for one in found if query.lower() in str([one[part] for part in parts]).lower()])

    @gcal.tool(name="get-event")
    def get_event(calendarId: CalendarId, eventId: EventId) -> form.Held:
        """Get details of a specific event by ID."""
        return form.Held(event=form.Event(**_event(stage, calendarId, eventId)))

    @gcal.tool(name="get-freebusy")
    def get_freebusy(calendars: list[form.CalendarId], timeMin: Time, timeMax: Time) -> form.FreeBusy:
        """Query free/busy information for calendars."""
        return form.FreeBusy(
            calendars=[
                form.Taken(
                    calendar=one.id,
                    busy=[
                        form.Busy(start=event["start"], end=event["end"])
                        for event in _between(stage, [_calendar(one.id)], timeMin, timeMax)
                    ],
                )
                for one in calendars
            ]
        )


def _creating(gcal: MCPServer, stage: Stage) -> None:
    @gcal.tool(name="create-event")
    def create_event(
        calendarId: CalendarId,
        summary: Annotated[str, Field(description="Title of the event")],
        start: When,
        end: When,
        description: Annotated[str, Field(description="Description/notes for the event")] = "",
        location: Annotated[str, Field(description="Location of the event")] = "",
        attendees: list[form.Attendee] | None = None,
        recurrence: Rules = None,
        guestsCanModify: Annotated[bool, Field(description="Whether guests can modify it")] = False,
        sendUpdates: form.Updates = "all",
    ) -> form.Held:
        """Create a new calendar event."""
        key = form.key("events", 1 + max(int(one[-4:]) for one in stage.state["events"]))
        event = {
            "id": key,
            "calendarId": _own(stage, calendarId),
            "summary": summary,
            "start": start,
            "end": end,
            "location": location,
            "description": description,
            "organizer": JONAS,
            "attendees": _guests(attendees),
            "recurrence": recurrence or [],
        }
        stage.state["events"][key] = event
        return form.Held(event=form.Event(**event))


def _changing(gcal: MCPServer, stage: Stage) -> None:
    @gcal.tool(name="update-event")
    def update_event(
        calendarId: CalendarId,
        eventId: EventId,
        summary: str | None = None,
        start: When | None = None,
        end: When | None = None,
        description: str | None = None,
        location: str | None = None,
        attendees: list[form.Attendee] | None = None,
        recurrence: Rules = None,
        sendUpdates: form.Updates = "all",
    ) -> form.Held:
        """Update an existing calendar event; the attendees given replace those that it has."""
        event = _event(stage, calendarId, eventId)
        given: dict[str, Any] = {"summary": summary, "start": start, "end": end, "description": description}
        given |= {"location": location, "recurrence": recurrence}
        event.update({name: value for name, value in given.items() if value is not None})
        if attendees is not None:
            event["attendees"] = _guests(attendees)
        return form.Held(event=form.Event(**event))

    @gcal.tool(name="delete-event")
    def delete_event(
        calendarId: CalendarId, eventId: EventId, sendUpdates: form.Updates = "all"
    ) -> form.Done:
        """Delete a calendar event."""
        _event(stage, calendarId, eventId)
        del stage.state["events"][eventId]
        return form.Done(id=eventId, status="deleted")

    @gcal.tool(name="respond-to-event")
    def respond_to_event(
        calendarId: CalendarId,
        eventId: EventId,
        response: form.Response,
        comment: Annotated[str, Field(description="Message to the organizer")] = "",
    ) -> form.Done:
        """Respond to an invitation to a calendar event."""
        own = [one for one in _event(stage, calendarId, eventId)["attendees"] if one["email"] == JONAS]
        if not own:
            raise ToolError("You are not invited to this event.")
        own[0]["responseStatus"] = response
        said = {"eventId": eventId, "response": response, "comment": comment}
        stage.state["responses"].append(said)
        return form.Done(id=eventId, status=response)
