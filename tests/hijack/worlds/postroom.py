"""Ines Calder's work at a maker of instruments: her mail, her calendar and her contacts."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from tests.hijack.model import Stage, State, folded
from tests.hijack.worlds.seeds import sown

INES = "ines.calder@ferrow.example"

MailId = Annotated[str, Field(pattern=r"^M-\d+$", description="A mail, as M-1")]
FileId = Annotated[str, Field(pattern=r"^A-\d+$", description="An attachment of a mail, as A-1")]
EventId = Annotated[str, Field(pattern=r"^EV-\d+$", description="An event, as EV-1")]
ContactId = Annotated[str, Field(pattern=r"^K-\d+$", description="A contact, as K-1")]
Email = Annotated[str, Field(min_length=3, max_length=400, description="Address of a mailbox")]
People = Annotated[list[Email], Field(max_length=50)]
Some = Annotated[list[Email], Field(min_length=1, max_length=50)]
Folder = Literal["Inbox", "Archive", "Reading", "Fairs", "Travel", "Junk", "Sent"]
Access = Literal["free_busy", "read", "write"]
Answer = Literal["accepted", "tentative", "declined"]


class MailLine(BaseModel):
    """A mail with the beginning of its text and the names of what is attached."""

    id: str
    folder: Folder
    sender: str
    sender_name: str
    received: datetime
    unread: bool
    subject: str
    preview: str
    attached: list[str]


class MailLines(BaseModel):
    """Mails, newest first."""

    mails: list[MailLine]


class Attached(BaseModel):
    """What is attached to a mail."""

    id: str
    name: str


class Mail(BaseModel):
    """A mail with its text."""

    id: str
    folder: Folder
    sender: str
    sender_name: str
    received: datetime
    subject: str
    body: str
    attachments: list[Attached]


class File(Attached):
    """An attachment's text."""

    sender: str
    text: str


class EventLine(BaseModel):
    """An event without its notes; `answer` is what Ines has said to it, `own` where she invites."""

    id: str
    title: str
    start: datetime
    end: datetime
    organizer: str
    place: str
    answer: str


class EventLines(BaseModel):
    """Events in the order of their beginnings."""

    events: list[EventLine]


class Event(EventLine):
    """An event with its guests and notes, which its organizer writes."""

    guests: list[str]
    notes: str


class Times(BaseModel):
    """Beginnings at which all are free."""

    starts: list[datetime]


class Contact(BaseModel):
    """A person; `card` is what the person says of himself in the card that came with a mail."""

    id: str
    name: str
    email: str
    phone: str
    firm: str
    note: str
    card: str


class Contacts(BaseModel):
    """Contacts."""

    contacts: list[Contact]


class Group(BaseModel):
    """A list of addresses by a name."""

    name: str
    members: list[str]


class Groups(BaseModel):
    """Groups of contacts."""

    groups: list[Group]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str


def seed() -> State:
    """Return what Ines's mailbox, calendar and address book hold on 26 November 2026."""
    return sown("postroom", "outbox", "notices", "absences")


def servers(stage: Stage) -> dict[str, MCPServer]:
    """Return the servers that Ines's assistant uses."""
    mail = MCPServer("post-mail", log_level="ERROR")
    _read(mail, stage)
    _write(mail, stage)
    _sort(mail, stage)
    calendar = MCPServer("post-calendar", log_level="ERROR")
    _look(calendar, stage)
    _plan(calendar, stage)
    _meet(calendar, stage)
    return {"post-mail": mail, "post-calendar": calendar, "post-contacts": _contacts(stage)}


def _fits(query: str, *texts: str) -> bool:
    """Return whether the texts have all words of a query, in whatever order."""
    words = " ".join(texts).lower()
    return all(word in words for word in query.lower().split())


def _row(stage: Stage, table: str, key: str) -> Any:
    """Return a row, or tell that there is none."""
    if key not in stage.state[table]:
        raise ToolError(f"There is no {key}.")
    return stage.state[table][key]


def _next(stage: Stage, table: str, prefix: str) -> str:
    """Return the id of a new row."""
    return f"{prefix}-{1 + max(int(key.split('-')[1]) for key in stage.state[table])}"


def _address(text: str) -> str:
    """Return an address as it is delivered to; as it stands in links will do."""
    plain = folded(unquote(text)).strip().lower().removeprefix("mailto:")
    if "@" not in plain:
        raise ToolError(f"{text} is no address.")
    return plain


def _addresses(texts: list[str] | None) -> list[str]:
    return [_address(one) for one in texts or []]


def _minute(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="minutes")


def _read(mail: MCPServer, stage: Stage) -> None:
    @mail.tool()
    def search_mails(words: str = "", folder: Folder | None = None, unread_only: bool = False) -> MailLines:
        """Find mails that have all words in sender, subject or text, newest first; without words all."""
        files = stage.state["files"]
        found = [
            one
            for one in stage.state["mails"].values()
            if _fits(words, one["sender_name"], one["sender"], one["subject"], one["body"])
            and folder in (None, one["folder"])
            and (one["unread"] or not unread_only)
        ]
        lines = [
            MailLine(
                **{name: one[name] for name in MailLine.model_fields if name in one},
                preview=one["body"][:90],
                attached=[files[key]["name"] for key in one["attachments"]],
            )
            for one in sorted(found, key=lambda one: one["received"], reverse=True)
        ]
        return MailLines(mails=lines)

    @mail.tool()
    def read_mail(mail_id: MailId) -> Mail:
        """Read a mail."""
        found = _row(stage, "mails", mail_id)
        files = [Attached(**_row(stage, "files", key)) for key in found["attachments"]]
        return Mail(**{**found, "attachments": files})

    @mail.tool()
    def read_attachment(attachment_id: FileId) -> File:
        """Read the text of an attachment."""
        return File(**_row(stage, "files", attachment_id))


def _write(mail: MCPServer, stage: Stage) -> None:
    def sent(to: list[str], subject: str, body: str, files: list[str] | None, **more: Any) -> Done:
        for one in files or []:
            _row(stage, "files", one)
        copies = {name: _addresses(more.get(name)) for name in ("cc", "bcc")}
        new = {"to": _addresses(to), **copies, "subject": subject, "body": body}
        stage.state["outbox"].append(
            {**new, "attachments": files or [], "forwarded": more.get("forwarded", "")}
        )
        return Done(id=f"OUT-{len(stage.state['outbox'])}", status="sent")

    @mail.tool()
    def send_mail(
        to: Some,
        subject: str,
        body: str,
        cc: People | None = None,
        bcc: People | None = None,
        attachments: list[FileId] | None = None,
    ) -> Done:
        """Send a new mail, with attachments of other mails if there are any."""
        return sent(to, subject, body, attachments, cc=cc, bcc=bcc)

    @mail.tool()
    def reply_mail(
        mail_id: MailId, body: str, cc: People | None = None, attachments: list[FileId] | None = None
    ) -> Done:
        """Reply to the sender of a mail."""
        found = _row(stage, "mails", mail_id)
        return sent([found["sender"]], f"Re: {found['subject']}", body, attachments, cc=cc)

    @mail.tool()
    def forward_mail(mail_id: MailId, to: Some, note: str = "") -> Done:
        """Forward a mail with all that is attached to it, and a note above it."""
        found = _row(stage, "mails", mail_id)
        subject = f"Fwd: {found['subject']}"
        return sent(to, subject, note, found["attachments"], forwarded=mail_id)


def _sort(mail: MCPServer, stage: Stage) -> None:
    @mail.tool()
    def move_mails(mail_ids: Annotated[list[MailId], Field(min_length=1)], folder: Folder) -> Done:
        """Move mails to a folder."""
        for one in [_row(stage, "mails", key) for key in mail_ids]:
            one["folder"] = folder
        return Done(id=", ".join(mail_ids), status=f"in {folder}")

    @mail.tool()
    def delete_mails(mail_ids: Annotated[list[MailId], Field(min_length=1)]) -> Done:
        """Delete mails for good."""
        for key in mail_ids:
            _row(stage, "mails", key)
            del stage.state["mails"][key]
        return Done(id=", ".join(mail_ids), status="deleted")

    @mail.tool()
    def create_rule(
        name: str,
        sender: str = "",
        subject: str = "",
        move_to: Folder | None = None,
        forward_to: Email | None = None,
    ) -> Done:
        """Have mails of a sender or with words in the subject moved or forwarded when they come in."""
        if move_to is None and forward_to is None:
            raise ToolError("Say where the mails are to go.")
        key = _next(stage, "rules", "R")
        fields = {"id": key, "name": name, "sender": sender, "subject": subject, "move_to": move_to or ""}
        stage.state["rules"][key] = {**fields, "forward_to": _address(forward_to) if forward_to else ""}
        return Done(id=key, status="active")

    @mail.tool()
    def set_auto_reply(first_day: date, last_day: date, text: str) -> Done:
        """Have everybody who writes between two days answered with a text."""
        days = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
        stage.state["absences"].append({**days, "text": text})
        return Done(id=f"AR-{len(stage.state['absences'])}", status="set")


def _line(event: dict[str, Any]) -> EventLine:
    return EventLine(**{name: event[name] for name in EventLine.model_fields})


def _look(calendar: MCPServer, stage: Stage) -> None:
    @calendar.tool()
    def list_events(first_day: date, last_day: date, words: str = "") -> EventLines:
        """List the events from a day to another; with words only those that have them in title or place."""
        first, last = first_day.isoformat(), last_day.isoformat()
        found = [
            one
            for one in stage.state["events"].values()
            if one["start"][:10] <= last
            and first <= one["end"][:10]
            and _fits(words, one["title"], one["place"])
        ]
        return EventLines(events=[_line(one) for one in sorted(found, key=lambda one: one["start"])])

    @calendar.tool()
    def read_event(event_id: EventId) -> Event:
        """Read an event with its guests and notes."""
        return Event(**_row(stage, "events", event_id))

    @calendar.tool()
    def find_free_times(
        people: People, day: date, minutes: Annotated[int, Field(ge=15, le=480)] = 30
    ) -> Times:
        """Find when Ines and these colleagues are all free on a day, between 9 and 17."""
        who = {INES, *_addresses(people)}
        taken = [
            (one["start"], one["end"]) for one in stage.state["busy"].values() if one["person"] in who
        ] + [
            (one["start"], one["end"])
            for one in stage.state["events"].values()
            if one["answer"] in ("own", "accepted") or (who - {INES}) & set(one["guests"])
        ]
        begin = datetime(day.year, day.month, day.day, 9, 0)
        slots = [begin + timedelta(minutes=30 * at) for at in range(16)]
        length, close = timedelta(minutes=minutes), begin + timedelta(hours=8)
        free = [
            slot
            for slot in slots
            if slot + length <= close
            and all(end <= _minute(slot) or _minute(slot + length) <= start for start, end in taken)
        ]
        return Times(starts=free)


def _told(stage: Stage, event: dict[str, Any], guests: list[str], text: str) -> None:
    """Tell guests by mail what is new of an event."""
    if guests:
        stage.state["notices"].append({"event": event["id"], "to": guests, "text": text})


def _plan(calendar: MCPServer, stage: Stage) -> None:
    @calendar.tool()
    def create_event(
        title: str,
        start: datetime,
        end: datetime,
        guests: People | None = None,
        place: str = "",
        notes: str = "",
    ) -> Done:
        """Put an event into the calendar; its guests get an invitation with the notes."""
        if end <= start:
            raise ToolError("An event ends after its beginning.")
        key, who = _next(stage, "events", "EV"), _addresses(guests)
        times = {"start": _minute(start), "end": _minute(end)}
        fields = {"id": key, "title": title, **times, "organizer": INES, "place": place}
        event = {**fields, "guests": who, "notes": notes, "answer": "own"}
        stage.state["events"][key] = event
        _told(stage, event, who, f"{title} {place} {notes}".strip())
        return Done(id=key, status="created")

    @calendar.tool()
    def change_event(
        event_id: EventId,
        title: str | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        place: str | None = None,
        notes: str | None = None,
    ) -> Done:
        """Change an event; its guests are told what is new."""
        event = _row(stage, "events", event_id)
        times = {"start": _minute(start) if start else None, "end": _minute(end) if end else None}
        new = {"title": title, **times, "place": place, "notes": notes}
        given = {name: value for name, value in new.items() if value is not None}
        if {**event, **given}["end"] <= {**event, **given}["start"]:
            raise ToolError("An event ends after its beginning.")
        event.update(given)
        _told(stage, event, event["guests"], " ".join(given.values()))
        return Done(id=event_id, status="changed")

    @calendar.tool()
    def cancel_event(event_id: EventId, message: str = "") -> Done:
        """Cancel an event and take it out of the calendar; its guests are told so with the message."""
        event = _row(stage, "events", event_id)
        _told(stage, event, event["guests"], f"Cancelled. {message}".strip())
        del stage.state["events"][event_id]
        return Done(id=event_id, status="cancelled")


def _meet(calendar: MCPServer, stage: Stage) -> None:
    @calendar.tool()
    def invite_guests(event_id: EventId, guests: Some, message: str = "") -> Done:
        """Invite more guests to an event; they get its notes, too."""
        event, who = _row(stage, "events", event_id), _addresses(guests)
        event["guests"] = [*event["guests"], *(one for one in who if one not in event["guests"])]
        _told(stage, event, who, message)
        return Done(id=event_id, status="invited")

    @calendar.tool()
    def answer_invitation(event_id: EventId, answer: Answer, message: str = "") -> Done:
        """Answer an invitation of somebody else."""
        event = _row(stage, "events", event_id)
        if event["answer"] == "own":
            raise ToolError("This event is Ines's own.")
        event["answer"] = answer
        _told(stage, event, [event["organizer"]], f"{answer} {message}".strip())
        return Done(id=event_id, status=answer)

    @calendar.tool()
    def share_calendar(person: Email, access: Access) -> Done:
        """Let a person see when Ines is busy, read her calendar, or write in it."""
        key = _address(person)
        stage.state["shares"][key] = {"person": key, "access": access}
        return Done(id=key, status=access)


def _contacts(stage: Stage) -> MCPServer:
    contacts = MCPServer("post-contacts", log_level="ERROR")

    @contacts.tool()
    def find_contacts(words: str = "") -> Contacts:
        """Find contacts whose name, address, firm or note has all words; without words all."""
        found = [
            Contact(**one)
            for one in stage.state["contacts"].values()
            if _fits(words, one["name"], one["email"], one["firm"], one["note"])
        ]
        return Contacts(contacts=found)

    @contacts.tool()
    def add_contact(name: str, email: Email, phone: str = "", firm: str = "", note: str = "") -> Done:
        """Add a contact."""
        key = _next(stage, "contacts", "K")
        fields = {"id": key, "name": name, "email": _address(email), "phone": phone, "firm": firm}
        stage.state["contacts"][key] = {**fields, "note": note, "card": ""}
        return Done(id=key, status="added")

    @contacts.tool()
    def change_contact(
        contact_id: ContactId,
        name: str | None = None,
        email: Email | None = None,
        phone: str | None = None,
        note: str | None = None,
    ) -> Done:
        """Change what is given of a contact."""
        found = _row(stage, "contacts", contact_id)
        new = {"name": name, "email": _address(email) if email else None, "phone": phone, "note": note}
        found.update({key: value for key, value in new.items() if value is not None})
        return Done(id=contact_id, status="changed")

    @contacts.tool()
    def delete_contact(contact_id: ContactId) -> Done:
        """Delete a contact for good."""
        _row(stage, "contacts", contact_id)
        del stage.state["contacts"][contact_id]
        return Done(id=contact_id, status="deleted")

    @contacts.tool()
    def list_groups() -> Groups:
        """List the groups with their members."""
        return Groups(groups=[Group(**one) for one in stage.state["groups"].values()])

    @contacts.tool()
    def set_group(name: str, members: People) -> Done:
        """Make a group, or say anew who is in it."""
        stage.state["groups"][name] = {"name": name, "members": _addresses(members)}
        return Done(id=name, status="set")

    return contacts
