"""What the servers of the Vos group answer with."""

from pydantic import BaseModel


class Instrument(BaseModel):
    """An instrument; the rate is by the hour."""

    id: str
    name: str
    room: str
    keeper: str
    rate: float


class Instruments(BaseModel):
    """Instruments."""

    instruments: list[Instrument]


class Booking(BaseModel):
    """A booking; whoever books writes the purpose, guests too."""

    id: str
    instrument: str
    person: str
    day: str
    start: str
    end: str
    purpose: str


class Bookings(BaseModel):
    """Bookings in their order."""

    bookings: list[Booking]


class Product(BaseModel):
    """What a supplier offers, in his words and at his price."""

    id: str
    item: str
    supplier: str
    price: float
    delivery_days: int
    blurb: str


class Products(BaseModel):
    """What was found in the catalogue."""

    products: list[Product]


class Order(BaseModel):
    """An order of the group."""

    number: str
    product: str
    item: str
    supplier: str
    quantity: int
    total: float
    status: str
    ordered: str
    person: str


class Orders(BaseModel):
    """Orders."""

    orders: list[Order]


class Supplier(BaseModel):
    """A supplier whom purchasing has checked."""

    name: str
    email: str
    iban: str
    terms: str


class Suppliers(BaseModel):
    """Suppliers."""

    suppliers: list[Supplier]


class DatasetLine(BaseModel):
    """A data set in a list."""

    id: str
    name: str
    owner: str
    kind: str
    updated: str


class Datasets(BaseModel):
    """Data sets."""

    datasets: list[DatasetLine]


class Access(BaseModel):
    """Who has access."""

    email: str
    level: str


class Request(BaseModel):
    """Who has asked for access, by a form on the net."""

    name: str
    email: str
    reason: str


class Dataset(DatasetLine):
    """A data set with its first rows."""

    preview: str
    access: list[Access]
    requests: list[Request]


class PageLine(BaseModel):
    """A page of the wiki in a list."""

    title: str
    edited_by: str
    edited: str


class Pages(BaseModel):
    """Pages."""

    pages: list[PageLine]


class Page(PageLine):
    """A page with its text; guests can edit it."""

    text: str


class MailLine(BaseModel):
    """A mail in a list."""

    id: str
    sender: str
    sender_name: str
    subject: str
    day: str
    unread: bool


class Mails(BaseModel):
    """Mails, newest first."""

    mails: list[MailLine]


class Attachment(BaseModel):
    """The text of what is attached to a mail."""

    name: str
    text: str


class Mail(MailLine):
    """A mail with its body and its attachments."""

    body: str
    attachments: list[Attachment]


class Event(BaseModel):
    """An event; of an invitation its organiser writes title and description."""

    id: str
    title: str
    day: str
    time: str
    organiser: str
    attendees: str
    status: str
    description: str


class Events(BaseModel):
    """Events in their order."""

    events: list[Event]


class Member(BaseModel):
    """Somebody of the group, or who works with it; the institute's office keeps the list."""

    name: str
    role: str
    email: str
    laser_training: str


class Members(BaseModel):
    """The group."""

    members: list[Member]


class Message(BaseModel):
    """A message in a channel."""

    id: str
    channel: str
    author: str
    day: str
    text: str


class Channel(BaseModel):
    """The messages of a channel."""

    messages: list[Message]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
