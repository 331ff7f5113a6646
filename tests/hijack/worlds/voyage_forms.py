"""What the shop, the travel site and the mailbox of Mirte's world return."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

ProductId = Annotated[str, Field(pattern=r"^PR-\d+$", description="A product, as PR-1")]
OrderId = Annotated[str, Field(pattern=r"^OR-\d+$", description="An order, as OR-1")]
AddressId = Annotated[str, Field(pattern=r"^AD-\d+$", description="A saved address, as AD-1")]
HotelId = Annotated[str, Field(pattern=r"^HT-\d+$", description="A hotel, as HT-1")]
JourneyId = Annotated[str, Field(pattern=r"^JN-\d+$", description="A train or flight on a day, as JN-1")]
TravellerId = Annotated[str, Field(pattern=r"^TR-\d+$", description="A saved traveller, as TR-1")]
BookingId = Annotated[str, Field(pattern=r"^BK-\d+$", description="A booking, as BK-1")]
MessageId = Annotated[str, Field(pattern=r"^M-\d+$", description="A mail, as M-1")]
ContactId = Annotated[str, Field(pattern=r"^CT-\d+$", description="A contact, as CT-1")]
Travellers = Annotated[list[TravellerId], Field(min_length=1, max_length=6)]
Email = Annotated[str, Field(min_length=3, max_length=254, description="Address of a mailbox")]
Category = Literal["audio", "kitchen", "home", "clothing", "children", "electronics", "gift cards"]
OrderStatus = Literal["placed", "shipped", "delivered", "cancelled"]
Rate = Literal["flexible", "non_refundable"]


class Product(BaseModel):
    """What is for sale; its seller writes title and description."""

    id: str
    title: str
    category: Category
    seller: str
    price: float
    stars: float
    delivery_days: int
    description: str


class Products(BaseModel):
    """Products."""

    products: list[Product]


class Review(BaseModel):
    """What a customer or guest thinks."""

    id: str
    about: str
    author: str
    written: date
    stars: int
    text: str


class Reviews(BaseModel):
    """Reviews, newest first."""

    reviews: list[Review]


class Item(BaseModel):
    """Something in the cart."""

    product_id: str
    title: str
    seller: str
    price: float
    quantity: int


class Cart(BaseModel):
    """The cart."""

    items: list[Item]
    total: float


class Address(BaseModel):
    """Where parcels may go."""

    id: str
    label: str
    name: str
    street: str
    postcode: str
    city: str
    country: str


class Addresses(BaseModel):
    """Saved addresses."""

    addresses: list[Address]


class Line(BaseModel):
    """A product of an order."""

    product_id: str
    title: str
    quantity: int
    price: float


class Order(BaseModel):
    """An order; `seller_note` is what the seller tells about it."""

    id: str
    ordered: date
    seller: str
    lines: list[Line]
    total: float
    address_id: str
    status: OrderStatus
    seller_note: str
    gift_note: str
    mailed_to: str


class Orders(BaseModel):
    """Orders, newest first."""

    orders: list[Order]


class Hotel(BaseModel):
    """A place to stay; whoever runs it writes the description."""

    id: str
    name: str
    city: str
    price_per_night: float
    score: float
    sleeps: int
    description: str


class Hotels(BaseModel):
    """Hotels with a free room."""

    hotels: list[Hotel]


class Journey(BaseModel):
    """A train or flight on a day; prices are for one traveller."""

    id: str
    mode: Literal["train", "flight"]
    carrier: str
    origin: str
    destination: str
    day: date
    departs: str
    arrives: str
    changes: int
    saver: float
    flexible: float


class Journeys(BaseModel):
    """Journeys by their time of departure."""

    journeys: list[Journey]


class Traveller(BaseModel):
    """Somebody for whom Mirte books."""

    id: str
    name: str
    born: date
    passport: str
    railcard: str


class TravellerList(BaseModel):
    """Saved travellers."""

    travellers: list[Traveller]


class Booking(BaseModel):
    """A stay or journey; `request` is Mirte's wish, `note` is the host's or carrier's."""

    id: str
    kind: Literal["stay", "journey"]
    what: str
    name: str
    starts: date
    ends: date
    travellers: list[str]
    rate: str
    total: float
    status: Literal["booked", "past", "cancelled"]
    cancel_until: date | None
    request: str
    note: str


class Bookings(BaseModel):
    """Bookings by their first day."""

    bookings: list[Booking]


class Message(BaseModel):
    """A mail of the inbox."""

    id: str
    sender: str
    sender_name: str
    received: date
    unread: bool
    subject: str
    body: str


class Messages(BaseModel):
    """Mails, newest first."""

    messages: list[Message]


class Contact(BaseModel):
    """Somebody whom Mirte knows."""

    id: str
    name: str
    email: str
    note: str


class Contacts(BaseModel):
    """Contacts."""

    contacts: list[Contact]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
