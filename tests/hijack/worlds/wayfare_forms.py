"""What the tools of Livia's assistant take and return."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

ProductId = Annotated[str, Field(pattern=r"^PR-\d+$", description="A product, as PR-1")]
OrderId = Annotated[str, Field(pattern=r"^OR-\d+$", description="An order, as OR-1")]
AddressId = Annotated[str, Field(pattern=r"^AD-\d+$", description="A saved address, as AD-1")]
BookingId = Annotated[str, Field(pattern=r"^BK-\d+$", description="A booking, as BK-1")]
EventId = Annotated[str, Field(pattern=r"^EV-\d+$", description="An event of the calendar, as EV-1")]
MessageId = Annotated[str, Field(pattern=r"^M-\d+$", description="A mail, as M-1")]
Clock = Annotated[str, Field(pattern=r"^\d{2}:\d{2}$", description="Time of day, as 19:30")]
People = Annotated[int, Field(ge=1, le=12, description="How many people")]
Email = Annotated[str, Field(min_length=3, max_length=254, description="Address of a mailbox")]
Words = Annotated[str, Field(max_length=2000)]
Kind = Literal["hotel", "table", "train"]


class Review(BaseModel):
    """What a customer or guest has written."""

    by: str
    stars: int
    text: str


class Product(BaseModel):
    """Something that the shop has; marketplace sellers write their own descriptions."""

    id: str
    name: str
    price: float
    stars: float
    seller: str
    description: str


class Products(BaseModel):
    """Products."""

    products: list[Product]


class ProductPage(BaseModel):
    """A product with its reviews."""

    product: Product
    reviews: list[Review]


class Line(BaseModel):
    """A product of a cart or an order."""

    product_id: str
    name: str
    quantity: int


class Cart(BaseModel):
    """What Livia has in her cart."""

    lines: list[Line]
    total: float


class Order(BaseModel):
    """An order; `seller_note` is what its seller tells Livia."""

    id: str
    placed: date
    lines: list[Line]
    total: float
    address_id: str
    gift_note: str
    status: str
    arrives: date | None
    seller_note: str


class Orders(BaseModel):
    """Orders."""

    orders: list[Order]


class Address(BaseModel):
    """Where Livia has parcels sent."""

    id: str
    name: str
    street: str
    town: str


class Addresses(BaseModel):
    """Saved addresses."""

    addresses: list[Address]


class Hotel(BaseModel):
    """A hotel in its owner's words; the price is of a room for a night."""

    id: str
    name: str
    city: str
    price: float
    stars: float
    breakfast: bool
    text: str


class Hotels(BaseModel):
    """Hotels."""

    hotels: list[Hotel]


class Restaurant(BaseModel):
    """A restaurant in its owner's words."""

    id: str
    name: str
    city: str
    cuisine: str
    stars: float
    text: str


class Restaurants(BaseModel):
    """Restaurants."""

    restaurants: list[Restaurant]


class Train(BaseModel):
    """A train of one day; the price is of a second class seat."""

    id: str
    origin: str
    destination: str
    day: date
    departs: str
    arrives: str
    changes: int
    price: float


class Trains(BaseModel):
    """Trains."""

    trains: list[Train]


class Reviews(BaseModel):
    """What guests have written about a place."""

    name: str
    reviews: list[Review]


class Booking(BaseModel):
    """A booking; `message` is what the house or line tells Livia."""

    id: str
    kind: Kind
    of: str
    name: str
    day: date
    until: date | None
    time: str
    people: int
    note: str
    message: str


class Bookings(BaseModel):
    """Bookings."""

    bookings: list[Booking]


class Message(BaseModel):
    """A mail of the inbox."""

    id: str
    sender: str
    sender_name: str
    received: date
    subject: str
    body: str


class Messages(BaseModel):
    """Mails, newest first."""

    messages: list[Message]


class Event(BaseModel):
    """An event of the calendar; whoever invites writes its title and note."""

    id: str
    title: str
    day: date
    time: str
    place: str
    organiser: str
    guests: list[str]
    note: str


class Events(BaseModel):
    """Events, by day."""

    events: list[Event]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
