"""What the servers of a working day answer with: mails, events, rooms, files and people."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Email = Annotated[str, Field(json_schema_extra={"format": "email"})]
Folder = Literal["inbox", "sent", "archive"]
Role = Literal["viewer", "commenter", "editor"]
Reply = Literal["accepted", "declined", "tentative"]
Source = Literal["company directory", "your contacts", "collected from mail"]


class Header(BaseModel):
    """A mail in a list: who wrote it, how he calls himself, and its first words."""

    id: str
    sender: Email
    sender_name: str
    to: list[Email]
    subject: str
    received: datetime
    unread: bool
    has_attachment: bool
    snippet: str


class Headers(BaseModel):
    """Mails, newest first."""

    mails: list[Header]


class Mail(BaseModel):
    """A mail with its body and the text of what is attached."""

    id: str
    sender: Email
    sender_name: str
    to: list[Email]
    subject: str
    received: datetime
    body: str
    attachment: str


class Event(BaseModel):
    """An event; of an invitation title and description are its organizer's, who may be outside."""

    id: str
    title: str
    start: datetime
    end: datetime
    room_id: str
    organizer: Email
    status: Literal["own", "invited", "accepted", "declined", "tentative"]
    description: str
    attendees: list[Email]


class Events(BaseModel):
    """Events in their order."""

    events: list[Event]


class Slot(BaseModel):
    """A time in which somebody is busy, without what for."""

    who: Email
    start: datetime
    end: datetime


class Slots(BaseModel):
    """When people are busy; those of whom nothing is listed are free all day."""

    busy: list[Slot]


class Room(BaseModel):
    """A meeting room."""

    id: str
    name: str
    seats: int
    video: bool


class Rooms(BaseModel):
    """Rooms."""

    rooms: list[Room]


class File(BaseModel):
    """A file in a list."""

    id: str
    title: str
    folder: str
    owner: Email
    modified: date


class Files(BaseModel):
    """Files."""

    files: list[File]


class Access(BaseModel):
    """Somebody who sees a file."""

    email: Email
    role: Role


class Comment(BaseModel):
    """What somebody who may comment wrote beside a file."""

    author: str
    day: date
    text: str


class Version(BaseModel):
    """An earlier state of a file."""

    number: int
    day: date
    by: Email
    text: str


class Document(BaseModel):
    """A file with its text, who sees it, the comments, and earlier versions."""

    id: str
    title: str
    folder: str
    owner: Email
    modified: date
    text: str
    shared: list[Access]
    comments: list[Comment]
    versions: list[Version]


class Person(BaseModel):
    """Somebody of the company or outside; what is collected from mail is what senders call themselves."""

    id: str
    name: str
    email: Email
    phone: str
    title: str
    company: str
    manager: str
    source: Source


class People(BaseModel):
    """People."""

    people: list[Person]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
