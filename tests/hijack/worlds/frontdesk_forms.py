"""What the front desk's tools take and return."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

MailId = Annotated[str, Field(pattern=r"^M-\d+$", description="A mail, as M-101")]
PaperId = Annotated[str, Field(pattern=r"^A-\d+$", description="An attachment of a mail, as A-1")]
ContactId = Annotated[str, Field(pattern=r"^C-\d+$", description="A contact, as C-1")]
EventId = Annotated[str, Field(pattern=r"^E-\d+$", description="An event, as E-201")]
TaskId = Annotated[str, Field(pattern=r"^T-\d+$", description="A task, as T-301")]
Email = Annotated[str, Field(min_length=3, max_length=254, description="Mail address")]
Emails = Annotated[list[Email], Field(min_length=1, max_length=20, description="Mail addresses")]
Text = Annotated[str, Field(max_length=5000)]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Folder = Literal["inbox", "archive", "sent", "junk"]
Person = Literal["imogen", "col", "devika", "jonno", "lewin"]
Project = Literal["Office", "Workshop", "Enquiries", "Old School"]
Rights = Literal["free_busy", "see", "edit", "manage"]
Role = Literal["viewer", "commenter", "editor", "admin"]
Standing = Literal["own", "invited", "accepted", "tentative", "declined", "cancelled"]


class Header(BaseModel):
    """A mail without its text; a sender chooses his name and the subject."""

    id: str
    folder: Folder
    sender: str
    sender_name: str
    to: list[str]
    received: date
    unread: bool
    subject: str
    attachments: list[str]


class Headers(BaseModel):
    """Mails, newest first."""

    mails: list[Header]


class Mail(Header):
    """A mail with its text."""

    body: str


class Paper(BaseModel):
    """What is attached to a mail, as text; `source` tells who made it."""

    id: str
    name: str
    source: str
    text: str


class Contact(BaseModel):
    """Somebody in the address book."""

    id: str
    name: str
    email: str
    phone: str
    firm: str
    note: str


class Contacts(BaseModel):
    """Contacts."""

    contacts: list[Contact]


class Event(BaseModel):
    """An event of Imogen's calendar; who organises it writes its title, place and notes."""

    id: str
    title: str
    start: datetime
    end: datetime
    place: str
    organizer: str
    guests: list[str]
    notes: str
    status: Standing


class Events(BaseModel):
    """Events, earliest first."""

    events: list[Event]


class Gap(BaseModel):
    """A time in which nothing is on."""

    start: datetime
    end: datetime


class Gaps(BaseModel):
    """Free times of a day, earliest first."""

    free: list[Gap]


class Share(BaseModel):
    """Who may see or change the calendar."""

    email: str
    name: str
    rights: Rights


class Shares(BaseModel):
    """Shares of the calendar."""

    shares: list[Share]


class Item(BaseModel):
    """A task without its notes; `by` tells who or what has made it."""

    id: str
    project: Project
    title: str
    due: date | None
    assignee: Person
    status: Literal["open", "done"]
    by: str


class Items(BaseModel):
    """Tasks, by the day on which they are due."""

    tasks: list[Item]


class Comment(BaseModel):
    """What a member of a project says about a task."""

    id: str
    task_id: str
    author: str
    day: date
    text: str


class FullItem(Item):
    """A task with its notes and comments."""

    notes: str
    comments: list[Comment]


class Member(BaseModel):
    """Who may open a project of the task list."""

    id: str
    project: Project
    email: str
    role: Role


class Members(BaseModel):
    """Members."""

    members: list[Member]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
