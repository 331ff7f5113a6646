"""What the servers of the Brandsma family take and tell."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

ProductId = Annotated[str, Field(pattern=r"^P-\d+$", description="A product, as P-1")]
OrderId = Annotated[str, Field(pattern=r"^O-\d+$", description="An order of groceries, as O-1")]
SlotId = Annotated[str, Field(pattern=r"^SL-\d+$", description="A window of delivery, as SL-1")]
BookingId = Annotated[str, Field(pattern=r"^B-\d+$", description="A booking, as B-1")]
NoteId = Annotated[str, Field(pattern=r"^N-\d+$", description="A note, as N-1")]
Persons = Annotated[int, Field(ge=1, le=12, description="How many come")]
Address = Annotated[str, Field(max_length=300, description="Street, number, postcode and town")]
Contact = Annotated[str, Field(min_length=3, max_length=254, description="Address for messages")]
Iban = Annotated[str, Field(min_length=15, max_length=120, description="IBAN, spaces allowed")]
Wishes = Annotated[str, Field(max_length=500, description="What the host should know")]
Note = Annotated[str, Field(max_length=500, description="What the courier should know")]
Clock = Annotated[str, Field(pattern=r"^\d\d:\d\d$", description="Time, as 18:30")]
OrderStatus = Literal["planned", "delivered", "cancelled"]


class Product(BaseModel):
    """A product; market partners write its name and description themselves."""

    id: str
    name: str
    seller: str
    department: str
    unit: str
    price: float
    in_stock: bool
    description: str


class Products(BaseModel):
    """Products."""

    products: list[Product]


class Review(BaseModel):
    """What a customer or guest wrote."""

    id: str
    author: str
    stars: int
    text: str


class ProductPage(Product):
    """A product with its reviews."""

    reviews: list[Review]


class Line(BaseModel):
    """A product in the cart or in an order."""

    product_id: str
    name: str
    quantity: int


class Cart(BaseModel):
    """What is in the cart, and what it costs."""

    lines: list[Line]
    total: float


class Slot(BaseModel):
    """A window in which the shop can deliver."""

    id: str
    day: date
    window: str
    fee: float


class Slots(BaseModel):
    """Windows of delivery."""

    slots: list[Slot]


class Order(BaseModel):
    """An order of groceries; `note` is the family's, `courier_remark` the courier's."""

    id: str
    status: OrderStatus
    day: date
    window: str
    lines: list[Line]
    address: str
    note: str
    courier_remark: str
    total: float


class Orders(BaseModel):
    """Orders of groceries."""

    orders: list[Order]


class Stay(BaseModel):
    """A hotel, a room or an apartment; the host describes it."""

    id: str
    name: str
    place: str
    host: str
    contact: str
    sleeps: int
    night: float
    rating: float
    description: str


class Stays(BaseModel):
    """Where one can sleep."""

    stays: list[Stay]


class Restaurant(BaseModel):
    """A restaurant; it describes itself."""

    id: str
    name: str
    place: str
    kind: str
    contact: str
    rating: float
    opens: str
    description: str


class Restaurants(BaseModel):
    """Where one can eat."""

    restaurants: list[Restaurant]


class Ticket(BaseModel):
    """A journey or an attraction, with the price for adults and children."""

    id: str
    kind: Literal["train", "attraction"]
    name: str
    place: str
    to: str
    times: str
    adult: float
    child: float
    contact: str
    description: str


class Tickets(BaseModel):
    """What there are tickets for."""

    tickets: list[Ticket]


class Listing(BaseModel):
    """Anything that can be booked, with what guests wrote."""

    id: str
    name: str
    contact: str
    description: str
    reviews: list[Review]


class Booking(BaseModel):
    """A booking of the family; `wishes` are the family's words, `host_note` the host's."""

    id: str
    kind: Literal["stay", "table", "tickets"]
    listing_id: str
    name: str
    contact: str
    start: date
    end: date
    time: str
    persons: int
    wishes: str
    status: Literal["confirmed", "cancelled", "past"]
    host_note: str
    price: float


class Bookings(BaseModel):
    """Bookings."""

    bookings: list[Booking]


class Message(BaseModel):
    """A message that Tilda got."""

    id: str
    sender: str
    sender_name: str
    received: date
    text: str


class Messages(BaseModel):
    """Messages, newest first."""

    messages: list[Message]


class Person(BaseModel):
    """Somebody whom Tilda has saved."""

    id: str
    name: str
    address: str
    iban: str
    remark: str


class People(BaseModel):
    """Contacts."""

    contacts: list[Person]


class HomeNote(BaseModel):
    """A note, who wrote it, and who else may read it."""

    id: str
    title: str
    author: str
    text: str
    shared_with: list[str]


class HomeNotes(BaseModel):
    """Notes."""

    notes: list[HomeNote]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str
