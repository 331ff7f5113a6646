# ruff: noqa: N815 - the names are Google's.
"""What the servers of Jonas Reuter's practice take and return."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

PREFIXES = {
    "emails": "19ab4c7e02d1",
    "events": "5n2kq8v1t7jd0c4m",
    "pages": "2b6f41d0-93ce-80a7-b1d4-7e05c2a9",
    "databases": "2b6f41d0-93ce-80d5-9f10-7e05c2a9",
    "comments": "2b7a08c4-51be-801c-a2f6-7e05c2a9",
    "members": "9d3c55aa-0b7e-4c12-8f41-7e05c2a9",
    "customers": "cus_RkW3pQ7d",
    "products": "prod_RkW5tZ2m",
    "prices": "price_1QmTz4LkW9",
    "invoices": "in_1QmTz4LkW9",
    "payments": "pi_3QmTz4LkW9",
    "filters": "ANe1BmgT9u",
    "labels": "Label_",
}


def key(table: str, number: int) -> str:
    """Return the id of a row, as the services write theirs."""
    return f"{PREFIXES[table]}{number:04d}"


# Gmail.


class EmailLine(BaseModel):
    """A mail as a search shows it."""

    id: str
    threadId: str
    subject: str
    sender: str = Field(alias="from")
    date: str


class EmailLines(BaseModel):
    """What a search has found, newest first."""

    messages: list[EmailLine]


class Attachment(BaseModel):
    """A file of a mail."""

    id: str
    filename: str
    mimeType: str
    size: int


class EmailText(EmailLine):
    """A mail."""

    to: list[str]
    labelIds: list[str]
    body: str
    attachments: list[Attachment]


class Label(BaseModel):
    """A label of the mailbox."""

    id: str
    name: str
    type: Literal["system", "user"]


class Labels(BaseModel):
    """Labels."""

    labels: list[Label]


class Criteria(BaseModel):
    """Which mails a filter is for."""

    model_config = ConfigDict(populate_by_name=True)

    sender: str | None = Field(default=None, alias="from", description="Sender to match")
    to: str | None = Field(default=None, description="Recipient to match")
    subject: str | None = Field(default=None, description="Words of the subject")
    query: str | None = Field(default=None, description="Gmail search query, as 'has:attachment'")


class Action(BaseModel):
    """What a filter does with them."""

    addLabelIds: list[str] | None = Field(default=None, description="Label ids to add")
    removeLabelIds: list[str] | None = Field(default=None, description="Label ids to remove, as INBOX")
    forward: str | None = Field(default=None, description="Address to forward to")


class Filter(BaseModel):
    """A filter of the mailbox."""

    id: str
    criteria: dict[str, Any]
    action: dict[str, Any]


class Filters(BaseModel):
    """Filters."""

    filters: list[Filter]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str


class Saved(BaseModel):
    """Where a file now is."""

    path: str
    size: int


# Google Calendar.

Response = Literal["needsAction", "declined", "tentative", "accepted"]
Updates = Literal["all", "externalOnly", "none"]


class Attendee(BaseModel):
    """A guest of an event."""

    email: str = Field(min_length=3, description="Email address of the attendee")
    displayName: str | None = Field(default=None, description="Display name of the attendee")
    optional: bool | None = Field(default=None, description="Whether this is an optional attendee")
    responseStatus: Response | None = Field(default=None, description="Attendee's response status")


class CalendarLine(BaseModel):
    """A calendar."""

    id: str
    summary: str
    primary: bool
    accessRole: str
    timeZone: str


class Calendars(BaseModel):
    """Calendars."""

    calendars: list[CalendarLine]


class Event(BaseModel):
    """An event."""

    id: str
    calendarId: str
    summary: str
    start: str
    end: str
    location: str
    description: str
    organizer: str
    attendees: list[Attendee]
    recurrence: list[str]
    status: str = "confirmed"


class Events(BaseModel):
    """Events by their start."""

    events: list[Event]
    totalCount: int


class Held(BaseModel):
    """What a call has left of an event."""

    event: Event


class CalendarId(BaseModel):
    """A calendar to look at."""

    id: str = Field(description="ID of the calendar, as an address")


class Busy(BaseModel):
    """A time that is taken."""

    start: str
    end: str


class Taken(BaseModel):
    """When somebody is busy."""

    calendar: str
    busy: list[Busy]


class FreeBusy(BaseModel):
    """When each is busy."""

    calendars: list[Taken]


# Notion.


class Hit(BaseModel):
    """A page or database that a search has found."""

    id: str
    title: str
    type: Literal["page", "database"]
    url: str
    timestamp: str
    highlight: str


class Hits(BaseModel):
    """What a search has found."""

    results: list[Hit]


class Fetched(BaseModel):
    """A page or database with its text."""

    id: str
    title: str
    type: Literal["page", "database"]
    url: str
    parent: str
    properties: dict[str, Any]
    text: str


class Rows(BaseModel):
    """The pages of a database."""

    results: list[dict[str, Any]]
    has_more: bool = False


class NewPage(BaseModel):
    """A page to make."""

    properties: dict[str, str | int | float | None] = Field(
        default_factory=dict, description="Properties of the page, as its database names them; else title"
    )
    content: str = Field(default="", description="Text of the page in Notion-flavored Markdown")


class Parent(BaseModel):
    """Where pages are put."""

    page_id: str | None = Field(default=None, description="ID of the parent page")
    data_source_id: str | None = Field(default=None, description="ID of the database's data source")


class Change(BaseModel):
    """A replacement in a text."""

    old_str: str = Field(description="The text to look for, exactly")
    new_str: str = Field(description="The text to put there")


class PageRef(BaseModel):
    """A page that was made or changed."""

    id: str
    url: str


class PageRefs(BaseModel):
    """Pages that were made or moved."""

    pages: list[PageRef]


class Content(BaseModel):
    """The words of a piece of text."""

    content: str


class Piece(BaseModel):
    """A piece of text."""

    text: Content


class Comment(BaseModel):
    """A comment on a page."""

    id: str
    page_id: str
    discussion_id: str
    author: str
    created: str
    text: str


class Comments(BaseModel):
    """Comments, oldest first."""

    comments: list[Comment]


class Member(BaseModel):
    """Somebody who may use the workspace."""

    id: str
    name: str
    email: str
    type: Literal["member", "guest"]


class Members(BaseModel):
    """Who may use the workspace."""

    results: list[Member]


# Stripe.


class Customer(BaseModel):
    """A customer."""

    id: str
    name: str
    email: str
    description: str


class Customers(BaseModel):
    """Customers."""

    data: list[Customer]


class Product(BaseModel):
    """A product."""

    id: str
    name: str
    description: str
    active: bool


class Products(BaseModel):
    """Products."""

    data: list[Product]


class Price(BaseModel):
    """A price; amounts are in pence."""

    id: str
    product: str
    unit_amount: int
    currency: str
    active: bool
    nickname: str


class Prices(BaseModel):
    """Prices."""

    data: list[Price]


class Invoice(BaseModel):
    """An invoice; amounts are in pence."""

    id: str
    customer: str
    number: str
    status: Literal["draft", "open", "paid", "void"]
    amount_due: int
    created: str
    due_date: str
    description: str
    hosted_invoice_url: str


class Invoices(BaseModel):
    """Invoices, newest first."""

    data: list[Invoice]


class InvoiceRef(BaseModel):
    """An invoice that was made or sent."""

    id: str
    url: str
    customer: str
    status: str


class ItemRef(BaseModel):
    """A line that was added to an invoice."""

    id: str
    invoice: str


class Payment(BaseModel):
    """A payment intent; its description is what the payer wrote."""

    id: str
    customer: str
    amount: int
    currency: str
    status: str
    created: str
    description: str


class Payments(BaseModel):
    """Payment intents, newest first."""

    data: list[Payment]


class Refund(BaseModel):
    """A refund."""

    id: str
    status: str
    amount: int


class Link(BaseModel):
    """A payment link."""

    id: str
    url: str
