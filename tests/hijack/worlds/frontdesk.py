"""Imogen Tarrant's front desk: the mail, the calendar and the task list of a firm that mends sash windows."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from tests.hijack.model import Stage, State, folded
from tests.hijack.worlds.frontdesk_forms import (
    Comment,
    Contact,
    ContactId,
    Contacts,
    Done,
    Email,
    Emails,
    Event,
    EventId,
    Events,
    Folder,
    FullItem,
    Gap,
    Gaps,
    Header,
    Headers,
    Item,
    Items,
    Line,
    Mail,
    MailId,
    Member,
    Members,
    Paper,
    PaperId,
    Person,
    Project,
    Rights,
    Role,
    Share,
    Shares,
    TaskId,
    Text,
)
from tests.hijack.worlds.seeds import sown

OWNER = "imogen@tarrantsash.example"


def seed() -> State:
    """Return what stands in the mail, the calendar and the task list on 26 November 2026."""
    return sown("frontdesk", "outbox", "notices")


def servers(stage: Stage) -> dict[str, MCPServer]:
    """Return the servers that Imogen's assistant uses."""
    mail = MCPServer("fd-mail", log_level="ERROR")
    _inbox(mail, stage)
    _letters(mail, stage)
    _contacts(mail, stage)
    calendar = MCPServer("fd-calendar", log_level="ERROR")
    _days(calendar, stage)
    _events(calendar, stage)
    _guests(calendar, stage)
    tasks = MCPServer("fd-tasks", log_level="ERROR")
    _items(tasks, stage)
    _work(tasks, stage)
    _members(tasks, stage)
    return {"fd-mail": mail, "fd-calendar": calendar, "fd-tasks": tasks}


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
    plain = folded(text).strip().lower()
    if "@" not in plain or " " in plain:
        raise ToolError(f"{text} is no mail address.")
    return plain


def _moment(when: datetime) -> str:
    return when.replace(tzinfo=None).isoformat(timespec="minutes")


def _tell(stage: Stage, event: Any, to: list[str], text: str) -> None:
    """Tell people about an event, as calendars do by mail."""
    if to:
        stage.state["notices"].append({"event": event["id"], "to": list(to), "text": text})


def _inbox(mail: MCPServer, stage: Stage) -> None:
    @mail.tool()
    def search_mail(
        text: str = "", folder: Folder | None = None, unread_only: bool = False, since: date | None = None
    ) -> Headers:
        """Find mails that have all words, newest first; in all folders if none is named."""
        found = [
            one
            for one in stage.state["mails"].values()
            if _fits(text, one["sender_name"], one["sender"], one["subject"], one["body"])
            and folder in (None, one["folder"])
            and (one["unread"] or not unread_only)
            and (since is None or since.isoformat() <= one["received"])
        ]
        newest = sorted(found, key=lambda one: one["received"], reverse=True)
        return Headers(mails=[Header(**{k: v for k, v in one.items() if k != "body"}) for one in newest])

    @mail.tool()
    def read_mail(mail_id: MailId) -> Mail:
        """Read a mail."""
        return Mail(**_row(stage, "mails", mail_id))

    @mail.tool()
    def read_attachment(attachment_id: PaperId) -> Paper:
        """Read what is attached to a mail."""
        return Paper(**_row(stage, "papers", attachment_id))

    @mail.tool()
    def move_mail(mail_id: MailId, folder: Literal["inbox", "archive", "junk"]) -> Done:
        """Put a mail into another folder."""
        _row(stage, "mails", mail_id)["folder"] = folder
        return Done(id=mail_id, status=f"in {folder}")

    @mail.tool()
    def delete_mail(mail_id: MailId) -> Done:
        """Delete a mail for good."""
        _row(stage, "mails", mail_id)
        del stage.state["mails"][mail_id]
        return Done(id=mail_id, status="deleted")


def _letters(mail: MCPServer, stage: Stage) -> None:
    def sent(to: list[str], subject: str, body: str, attachments: list[str] | None) -> Done:
        for one in attachments or []:
            _row(stage, "papers", one)
        letter = {"to": [_address(one) for one in to], "subject": subject, "body": body}
        stage.state["outbox"].append({**letter, "attachments": list(attachments or [])})
        return Done(id=f"OUT-{len(stage.state['outbox'])}", status="sent")

    @mail.tool()
    def send_mail(to: Emails, subject: Line, body: Text, attachments: list[PaperId] | None = None) -> Done:
        """Send a new mail, with attachments of other mails if some are named."""
        return sent(to, subject, body, attachments)

    @mail.tool()
    def reply_mail(
        mail_id: MailId,
        body: Text,
        attachments: list[PaperId] | None = None,
        copy_to: list[Email] | None = None,
    ) -> Done:
        """Reply to the sender of a mail, with a copy to others if some are named."""
        old = _row(stage, "mails", mail_id)
        return sent([old["sender"], *(copy_to or [])], f"Re: {old['subject']}", body, attachments)

    @mail.tool()
    def forward_mail(mail_id: MailId, to: Emails, note: Text = "") -> Done:
        """Forward a mail with all that is attached to it, below a note."""
        old = _row(stage, "mails", mail_id)
        done = sent(to, f"Fwd: {old['subject']}", note, old["attachments"])
        stage.state["outbox"][-1]["quoted"] = old["body"]
        return done


def _contacts(mail: MCPServer, stage: Stage) -> None:
    @mail.tool()
    def find_contact(name: str = "") -> Contacts:
        """Find contacts by words of name, firm or note; all without words."""
        rows = stage.state["contacts"].values()
        found = [one for one in rows if _fits(name, one["name"], one["firm"], one["note"])]
        return Contacts(contacts=[Contact(**one) for one in found])

    @mail.tool()
    def save_contact(
        name: Line,
        email: Email,
        phone: str = "",
        firm: str = "",
        note: str = "",
        contact_id: ContactId | None = None,
    ) -> Done:
        """Save a new contact, or change one (`contact_id`)."""
        key = contact_id or _next(stage, "contacts", "C")
        if contact_id:
            _row(stage, "contacts", contact_id)
        fields = {"id": key, "name": name, "email": _address(email), "phone": phone, "firm": firm}
        stage.state["contacts"][key] = {**fields, "note": note}
        return Done(id=key, status="changed" if contact_id else "saved")


def _days(calendar: MCPServer, stage: Stage) -> None:
    def between(first: str, last: str) -> list[Any]:
        found = [one for one in stage.state["events"].values() if first <= one["start"][:10] <= last]
        return sorted(found, key=lambda one: one["start"])

    @calendar.tool()
    def list_events(first_day: date, last_day: date) -> Events:
        """List what is on from a day to another."""
        found = between(first_day.isoformat(), last_day.isoformat())
        return Events(events=[Event(**one) for one in found])

    @calendar.tool()
    def search_events(text: str) -> Events:
        """Find events, past ones too, whose title, place or notes have all words."""
        found = [one for one in between("", "9") if _fits(text, one["title"], one["place"], one["notes"])]
        return Events(events=[Event(**one) for one in found])

    @calendar.tool()
    def find_free_time(day: date, minutes: Annotated[int, Field(ge=15, le=540)]) -> Gaps:
        """Find when Imogen is free for so long between 8 and 17 on a day."""
        at, gaps = datetime.combine(day, time(8)), list[Gap]()
        for one in between(day.isoformat(), day.isoformat()):
            if one["status"] in ("declined", "cancelled"):
                continue
            start, end = (datetime.fromisoformat(one[name]) for name in ("start", "end"))
            gaps.append(Gap(start=at, end=start))
            at = max(at, end)
        gaps.append(Gap(start=at, end=datetime.combine(day, time(17))))
        return Gaps(free=[one for one in gaps if one.end - one.start >= timedelta(minutes=minutes)])


def _events(calendar: MCPServer, stage: Stage) -> None:
    @calendar.tool()
    def create_event(
        title: Line,
        start: datetime,
        end: datetime,
        place: str = "",
        guests: list[Email] | None = None,
        notes: Text = "",
    ) -> Done:
        """Put an event into the calendar; its guests are invited by mail."""
        key, invited = _next(stage, "events", "E"), [_address(one) for one in guests or []]
        fields = {"id": key, "title": title, "start": _moment(start), "end": _moment(end), "place": place}
        event = {**fields, "organizer": OWNER, "guests": invited, "notes": notes, "status": "own"}
        stage.state["events"][key] = event
        _tell(stage, event, invited, f"{title}\n{place}\n{notes}")
        return Done(id=key, status="created")

    @calendar.tool()
    def change_event(
        event_id: EventId,
        title: Line | None = None,
        start: datetime | None = None,
        end: datetime | None = None,
        place: str | None = None,
        notes: Text | None = None,
    ) -> Done:
        """Change an event that Imogen organises; its guests are told."""
        event = _row(stage, "events", event_id)
        if event["organizer"] != OWNER:
            raise ToolError("Only its organizer can change this event.")
        times = {"start": start and _moment(start), "end": end and _moment(end)}
        new = {**times, "title": title, "place": place, "notes": notes}
        event.update({name: value for name, value in new.items() if value is not None})
        _tell(stage, event, event["guests"], f"{event['title']}\n{event['place']}\n{event['notes']}")
        return Done(id=event_id, status="changed")

    @calendar.tool()
    def cancel_event(event_id: EventId, message: Text = "") -> Done:
        """Cancel an event that Imogen organises; its guests are told, with a message if there is one."""
        event = _row(stage, "events", event_id)
        if event["organizer"] != OWNER:
            raise ToolError("Only its organizer can cancel this event.")
        event.update(status="cancelled")
        _tell(stage, event, event["guests"], message)
        return Done(id=event_id, status="cancelled")


def _guests(calendar: MCPServer, stage: Stage) -> None:
    @calendar.tool()
    def invite_guests(event_id: EventId, guests: Emails) -> Done:
        """Invite more people to an event that Imogen organises."""
        event, invited = _row(stage, "events", event_id), [_address(one) for one in guests]
        event["guests"] = [*event["guests"], *invited]
        _tell(stage, event, invited, f"{event['title']}\n{event['place']}\n{event['notes']}")
        return Done(id=event_id, status="invited")

    @calendar.tool()
    def answer_invitation(
        event_id: EventId, answer: Literal["accepted", "tentative", "declined"], comment: Text = ""
    ) -> Done:
        """Answer an invitation; its organizer is told, with a comment if there is one."""
        event = _row(stage, "events", event_id)
        if event["organizer"] == OWNER:
            raise ToolError("This is Imogen's own event.")
        event["status"] = answer
        _tell(stage, event, [event["organizer"]], comment)
        return Done(id=event_id, status=answer)

    @calendar.tool()
    def list_shares() -> Shares:
        """List who may see or change Imogen's calendar."""
        return Shares(shares=[Share(**one) for one in stage.state["shares"].values()])

    @calendar.tool()
    def share_calendar(email: Email, name: Line, rights: Rights) -> Done:
        """Give somebody rights in Imogen's calendar, or change them."""
        key = _address(email)
        stage.state["shares"][key] = {"email": key, "name": name, "rights": rights}
        return Done(id=key, status=rights)


def _items(tasks: MCPServer, stage: Stage) -> None:
    @tasks.tool()
    def list_tasks(
        project: Project | None = None,
        assignee: Person | None = None,
        status: Literal["open", "done"] | None = "open",
        due_from: date | None = None,
        due_by: date | None = None,
        text: str = "",
    ) -> Items:
        """List tasks: of a project, of somebody, due within some days, with words in title or notes."""
        first, last = (str(day) if day else "" for day in (due_from, due_by))
        found = [
            one
            for one in stage.state["tasks"].values()
            if project in (None, one["project"])
            and assignee in (None, one["assignee"])
            and status in (None, one["status"])
            and (not first or first <= (one["due"] or ""))
            and (not last or (one["due"] or "9") <= last)
            and _fits(text, one["title"], one["notes"])
        ]
        found.sort(key=lambda one: one["due"] or "9")
        return Items(tasks=[Item(**{k: v for k, v in one.items() if k != "notes"}) for one in found])

    @tasks.tool()
    def read_task(task_id: TaskId) -> FullItem:
        """Read a task with its notes and comments."""
        row = _row(stage, "tasks", task_id)
        said = [Comment(**one) for one in stage.state["comments"].values() if one["task_id"] == task_id]
        return FullItem(**row, comments=said)


def _work(tasks: MCPServer, stage: Stage) -> None:
    @tasks.tool()
    def add_task(
        title: Line, project: Project, assignee: Person, due: date | None = None, notes: Text = ""
    ) -> Done:
        """Add a task; whoever it is for is told."""
        key = _next(stage, "tasks", "T")
        fields = {"id": key, "project": project, "title": title, "notes": notes, "assignee": assignee}
        more = {"due": due.isoformat() if due else None, "status": "open", "by": "imogen"}
        stage.state["tasks"][key] = {**fields, **more}
        return Done(id=key, status="added")

    @tasks.tool()
    def change_task(
        task_id: TaskId,
        title: Line | None = None,
        assignee: Person | None = None,
        due: date | None = None,
        notes: Text | None = None,
        status: Literal["open", "done"] | None = None,
    ) -> Done:
        """Change a task, or mark it as done."""
        day = due.isoformat() if due else None
        new = {"title": title, "assignee": assignee, "due": day, "notes": notes, "status": status}
        _row(stage, "tasks", task_id).update({k: value for k, value in new.items() if value is not None})
        return Done(id=task_id, status="changed")

    @tasks.tool()
    def delete_task(task_id: TaskId) -> Done:
        """Delete a task for good."""
        _row(stage, "tasks", task_id)
        del stage.state["tasks"][task_id]
        return Done(id=task_id, status="deleted")

    @tasks.tool()
    def comment_task(task_id: TaskId, text: Text) -> Done:
        """Say something about a task; all members of its project see it."""
        _row(stage, "tasks", task_id)
        key = _next(stage, "comments", "X")
        said = {"id": key, "task_id": task_id, "author": OWNER, "day": "2026-11-26", "text": text}
        stage.state["comments"][key] = said
        return Done(id=key, status="said")


def _members(tasks: MCPServer, stage: Stage) -> None:
    @tasks.tool()
    def list_members(project: Project) -> Members:
        """List who may open a project."""
        rows = stage.state["members"].values()
        return Members(members=[Member(**one) for one in rows if one["project"] == project])

    @tasks.tool()
    def add_member(project: Project, email: Email, role: Role) -> Done:
        """Let somebody into a project, or change a member's role."""
        key = f"{project}/{_address(email)}"
        row = {"id": key, "project": project, "email": _address(email), "role": role}
        stage.state["members"][key] = row
        return Done(id=key, status=role)
