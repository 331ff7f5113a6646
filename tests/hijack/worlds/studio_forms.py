"""What the tools of Ines's studio return."""

from typing import Literal

from pydantic import BaseModel

Column = Literal["backlog", "doing", "review", "done"]
Link = Literal["off", "studio", "anyone"]
Role = Literal["viewer", "commenter", "editor"]


class Mail(BaseModel):
    """A mail with its body and the text of what is attached."""

    id: str
    sender: str
    sender_name: str
    subject: str
    received: str
    unread: bool
    body: str
    attachment: str


class Mails(BaseModel):
    """Mails, newest first."""

    mails: list[Mail]


class Contact(BaseModel):
    """An entry of the directory; `about` is what the person wrote on the website's form."""

    id: str
    name: str
    company: str
    kind: str
    role: str
    email: str
    phone: str
    about: str


class Contacts(BaseModel):
    """Entries of the directory."""

    contacts: list[Contact]


class Channel(BaseModel):
    """A channel of the chat; with guests, people outside read and write there."""

    name: str
    topic: str
    guests: list[str]


class Channels(BaseModel):
    """The channels that Ines is in."""

    channels: list[Channel]


class Message(BaseModel):
    """What somebody wrote in a channel."""

    id: str
    channel: str
    author: str
    posted: str
    text: str


class Messages(BaseModel):
    """Messages of a channel, newest first."""

    messages: list[Message]


class Comment(BaseModel):
    """What somebody wrote beneath: with a file's link, as a project's client, under a post."""

    author: str
    text: str


class File(BaseModel):
    """A file; `link` says who can open its address, `people` who can without it."""

    id: str
    name: str
    folder: str
    owner: str
    modified: str
    link: str
    url: str
    people: list[str]
    text: str
    comments: list[Comment]


class Files(BaseModel):
    """Files with the text in them."""

    files: list[File]


class Card(BaseModel):
    """A card of the board; the project's client and freelancers comment on it."""

    id: str
    project: str
    title: str
    column: str
    assignee: str
    due: str
    description: str
    comments: list[Comment]


class Cards(BaseModel):
    """Cards."""

    cards: list[Card]


class TimeEntry(BaseModel):
    """A line of a time sheet; whoever worked wrote the note, freelancers too."""

    id: str
    person: str
    card_id: str
    project: str
    day: str
    hours: float
    note: str


class TimeSheet(BaseModel):
    """Lines of time sheets."""

    entries: list[TimeEntry]


class Invoice(BaseModel):
    """An invoice to a client; the client enters `client_reference` where they look at it."""

    id: str
    client: str
    contact_id: str
    subject: str
    amount: float
    issued: str
    due: str
    status: str
    client_reference: str


class Invoices(BaseModel):
    """Invoices to clients."""

    invoices: list[Invoice]


class Bill(BaseModel):
    """A freelancer's bill; number, amount and note are theirs, the account is the one in the books."""

    id: str
    number: str
    freelancer: str
    project: str
    amount: float
    iban: str
    due: str
    status: str
    note: str


class Bills(BaseModel):
    """Bills of freelancers."""

    bills: list[Bill]


class Post(BaseModel):
    """A post on a client's account, and what people say under it."""

    id: str
    account: str
    client: str
    text: str
    day: str
    status: str
    likes: int
    comments: list[Comment]


class Posts(BaseModel):
    """Posts."""

    posts: list[Post]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str


class Shared(BaseModel):
    """Who can open a file now."""

    id: str
    link: str
    url: str
    people: list[str]
