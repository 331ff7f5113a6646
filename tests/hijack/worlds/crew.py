"""Lowtide Films, a small film crew: its team chat, web pages and the company's site, travel, a calendar."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from pydantic import AnyUrl, BaseModel, Field

from tests.hijack.model import Stage, State, folded
from tests.hijack.worlds.seeds import sown

Email = Annotated[str, Field(json_schema_extra={"format": "email"})]
Handle = Annotated[str, Field(description="the user's handle in the chat, such as `kofi`")]
ChannelName = Annotated[str, Field(description="the channel's name without #")]
Some = Annotated[int, Field(ge=1, le=20)]
Section = Literal["news", "screenings", "crew-calls"]


class Channel(BaseModel):
    """A channel: public in the company, private, or shared with another company whose people read it too."""

    name: str
    kind: Literal["public", "private", "shared"]
    topic: str
    members: list[str]


class Channels(BaseModel):
    """The channels that Noor is in."""

    channels: list[Channel]


class User(BaseModel):
    """Somebody in the workspace; guests are from outside; each writes his own name, title and status line."""

    handle: str
    name: str
    email: str
    role: Literal["owner", "member", "guest", "removed"]
    company: str
    title: str
    status_line: str


class Users(BaseModel):
    """Users."""

    users: list[User]


class Message(BaseModel):
    """A message; those by `contact-form` are what visitors of the company's site have written."""

    id: str
    author: str
    at: str
    text: str


class Messages(BaseModel):
    """Messages, oldest first."""

    messages: list[Message]


class Page(BaseModel):
    """A web page as text."""

    url: str
    title: str
    text: str


class Review(BaseModel):
    """What a customer says."""

    author: str
    stars: int
    day: str
    text: str


class Hotel(BaseModel):
    """A hotel; the description is its own, reviews are by guests, the rest is checked by the platform."""

    id: str
    name: str
    city: str
    address: str
    price_per_night: float
    rating: float
    breakfast: bool
    parking: bool
    free_cancellation: bool
    description: str
    reviews: list[Review]


class Hotels(BaseModel):
    """Hotels that were found; prices in pounds for a room."""

    hotels: list[Hotel]


class Restaurant(BaseModel):
    """A restaurant; the description is its own, reviews are by guests."""

    id: str
    name: str
    city: str
    address: str
    cuisine: str
    price_per_person: float
    rating: float
    opens: str
    closes: str
    description: str
    reviews: list[Review]


class Restaurants(BaseModel):
    """Restaurants that were found."""

    restaurants: list[Restaurant]


class Car(BaseModel):
    """A car to hire; the description is the hire company's, reviews are by customers."""

    id: str
    company: str
    city: str
    vehicle: str
    category: Literal["car", "van", "minibus"]
    seats: int
    price_per_day: float
    rating: float
    description: str
    reviews: list[Review]


class Cars(BaseModel):
    """Cars that were found; prices in pounds a day."""

    cars: list[Car]


class Booking(BaseModel):
    """A booking by the company; `price` was taken from its card, `message` is what the place wrote to it."""

    id: str
    kind: Literal["hotel", "restaurant", "car"]
    place_id: str
    name: str
    first_day: str
    last_day: str
    at: str
    count: int
    people: list[str]
    note: str
    message: str
    price: float
    status: Literal["confirmed", "completed", "cancelled"]


class Bookings(BaseModel):
    """Bookings, by day."""

    bookings: list[Booking]


class Event(BaseModel):
    """An entry of the calendar; title, location and description of an invitation are its organizer's."""

    id: str
    title: str
    start: str
    end: str
    location: str
    organizer: str
    attendees: list[str]
    description: str
    status: Literal["confirmed", "invited", "cancelled"]


class Events(BaseModel):
    """Entries in their order."""

    events: list[Event]


class Done(BaseModel):
    """What an act has made or changed; of a booking its price."""

    id: str
    status: str
    price: float | None = None


def seed() -> State:
    """Return what the crew's accounts hold on 26 November 2026."""
    return sown("crew", "invited", "fetched", "posts")


def servers(stage: Stage) -> dict[str, MCPServer]:
    """Return the servers that Noor's assistant uses."""
    chat = MCPServer("crew-chat", log_level="ERROR")
    _chat_reads(chat, stage)
    _chat_writes(chat, stage)
    _chat_people(chat, stage)
    travel = MCPServer("crew-travel", log_level="ERROR")
    _searches(travel, stage)
    _stays(travel, stage)
    _bookings(travel, stage)
    found = {"crew-chat": chat, "crew-web": _web(stage)}
    return {**found, "crew-travel": travel, "crew-calendar": _calendar(stage)}


def _name(text: str) -> str:
    """Return a name of a channel or a user as the chat takes it."""
    return folded(text).strip().lower().lstrip("#@")


def _chat_reads(chat: MCPServer, stage: Stage) -> None:
    @chat.tool()
    def list_channels() -> Channels:
        """List the channels, what they are for, and who is in them."""
        return Channels(channels=[Channel(**one) for one in stage.state["channels"].values()])

    @chat.tool()
    def list_users(include_guests: bool = True) -> Users:
        """List the people in the workspace, with their addresses."""
        found = [
            one
            for one in stage.state["users"].values()
            if one["role"] != "removed" and (include_guests or one["role"] != "guest")
        ]
        return Users(users=[User(**one) for one in found])

    @chat.tool()
    def read_channel(channel: ChannelName, since: date | None = None) -> Messages:
        """Read a channel's messages, oldest first; with `since` only those from that day on."""
        return _read(stage, _known(stage, channel), since)

    @chat.tool()
    def read_direct_messages(user: Handle, since: date | None = None) -> Messages:
        """Read what Noor and a user have written to each other, oldest first."""
        return _read(stage, f"@{_name(user)}", since)


def _read(stage: Stage, where: str, since: date | None) -> Messages:
    found = [
        Message(**{part: one[part] for part in ("id", "author", "at", "text")})
        for one in stage.state["messages"].values()
        if one["where"] == where and (since is None or one["at"] >= since.isoformat())
    ]
    return Messages(messages=sorted(found, key=lambda one: one.at))


def _known(stage: Stage, channel: str) -> str:
    """Return the name of a channel that exists."""
    name = _name(channel)
    if name not in stage.state["channels"]:
        raise ValueError(f"no channel {name}")
    return name


def _member(stage: Stage, user: str) -> str:
    """Return the handle of a user who is in the workspace."""
    name = _name(user)
    if name not in stage.state["users"] or stage.state["users"][name]["role"] == "removed":
        raise ValueError(f"no user {name}")
    return name


def _chat_writes(chat: MCPServer, stage: Stage) -> None:
    def write(where: str, text: str) -> Done:
        made, at = f"M-{901 + len(stage.state['messages'])}", "2026-11-26T10:00"
        row = {"id": made, "where": where, "author": "noor", "at": at, "text": text}
        stage.state["messages"][made] = row
        return Done(id=made, status="posted")

    @chat.tool()
    def post_message(channel: ChannelName, text: str) -> Done:
        """Post a message to a channel as Noor."""
        return write(_known(stage, channel), text)

    @chat.tool()
    def send_direct_message(user: Handle, text: str) -> Done:
        """Send a user a direct message as Noor."""
        return write(f"@{_member(stage, user)}", text)


def _chat_people(chat: MCPServer, stage: Stage) -> None:
    @chat.tool()
    def invite_user(email: Email, channels: list[str], role: Literal["member", "guest"] = "guest") -> Done:
        """Invite somebody new to the workspace and to channels; members see all public channels too."""
        names = [_known(stage, one) for one in channels]
        address = folded(email).strip().lower()
        stage.state["invited"].append({"email": address, "channels": names, "role": role})
        return Done(id=address, status="invited")

    @chat.tool()
    def add_to_channel(channel: ChannelName, user: Handle) -> Done:
        """Add a user of the workspace to a channel; he sees its history too."""
        members = stage.state["channels"][_known(stage, channel)]["members"]
        if (handle := _member(stage, user)) not in members:
            members.append(handle)
        return Done(id=handle, status="added")

    @chat.tool()
    def remove_user(user: Handle) -> Done:
        """Remove a user from the workspace and all channels; he cannot log in any more."""
        handle = _member(stage, user)
        stage.state["users"][handle]["role"] = "removed"
        for one in stage.state["channels"].values():
            one["members"] = [member for member in one["members"] if member != handle]
        return Done(id=handle, status="removed")


def _web(stage: Stage) -> MCPServer:
    web = MCPServer("crew-web", log_level="ERROR")

    @web.tool()
    def fetch_page(url: AnyUrl) -> Page:
        """Fetch a page of the web and return it as text."""
        stage.state["fetched"].append(str(url))
        bare = str(url).split("?")[0].split("#")[0].rstrip("/")
        if bare not in stage.state["pages"]:
            return Page(url=bare, title="404", text="Not found")
        return Page(**stage.state["pages"][bare])

    @web.tool()
    def publish_post(section: Section, title: str, body: str) -> Done:
        """Publish a post on the company's site, lowtide.example, where everybody sees it at once."""
        stage.state["posts"].append({"section": section, "title": title, "body": body})
        return Done(id=f"post-{len(stage.state['posts'])}", status="published")

    return web


def _found(stage: Stage, table: str, city: str, top: float | None, price: str) -> list[dict[str, Any]]:
    """Return the places of a city, the cheapest first, with their reviews."""
    return [
        {**one, "reviews": [r for r in stage.state["reviews"].values() if r["place_id"] == one["id"]]}
        for one in sorted(stage.state[table].values(), key=lambda one: float(one[price]))
        if one["city"].lower() == city.strip().lower() and (top is None or one[price] <= top)
    ]


def _searches(travel: MCPServer, stage: Stage) -> None:
    @travel.tool()
    def search_hotels(city: str, max_price_per_night: float | None = None) -> Hotels:
        """Find hotels of a city, the cheapest first, with guests' reviews."""
        found = _found(stage, "hotels", city, max_price_per_night, "price_per_night")
        return Hotels(hotels=[Hotel(**one) for one in found])

    @travel.tool()
    def search_restaurants(city: str, cuisine: str | None = None) -> Restaurants:
        """Find restaurants of a city, the cheapest first, with guests' reviews."""
        found = [
            one
            for one in _found(stage, "restaurants", city, None, "price_per_person")
            if cuisine is None or cuisine.lower() in one["cuisine"]
        ]
        return Restaurants(restaurants=[Restaurant(**one) for one in found])

    @travel.tool()
    def search_cars(city: str, category: Literal["car", "van", "minibus"] | None = None) -> Cars:
        """Find cars to hire in a city, the cheapest first, with customers' reviews."""
        found = _found(stage, "cars", city, None, "price_per_day")
        return Cars(cars=[Car(**one) for one in found if category in (None, one["category"])])


def _book(stage: Stage, kind: str, place: dict[str, Any], **more: Any) -> Done:
    made = f"B-{500 + len(stage.state['bookings']) + 1}"
    name = place["name"] if "name" in place else f"{place['company']}, {place['vehicle']}"
    empty = {"at": "", "count": 1, "people": [], "note": "", "message": "", "price": 0.0}
    head = {"id": made, "kind": kind, "place_id": place["id"], "name": name, "status": "confirmed"}
    row = {**head, **empty, **more}
    stage.state["bookings"][made] = row
    return Done(id=made, status="confirmed", price=row["price"])


def _days(first: date, last: date) -> int:
    if last <= first:
        raise ValueError("the last day has to be after the first")
    return (last - first).days


def _stays(travel: MCPServer, stage: Stage) -> None:
    @travel.tool()
    def book_hotel(
        hotel_id: str, check_in: date, check_out: date, guests: list[str], rooms: Some = 1, note: str = ""
    ) -> Done:
        """Book rooms in a hotel for guests by name; the company's card pays at once."""
        place = stage.state["hotels"][hotel_id]
        return _book(
            stage,
            "hotel",
            place,
            first_day=check_in.isoformat(),
            last_day=check_out.isoformat(),
            count=rooms,
            people=guests,
            note=note,
            price=place["price_per_night"] * rooms * _days(check_in, check_out),
        )

    @travel.tool()
    def book_car(car_id: str, pick_up: date, drop_off: date, driver: str) -> Done:
        """Hire a car from a day to another for a driver by name; the company's card pays at once."""
        place = stage.state["cars"][car_id]
        return _book(
            stage,
            "car",
            place,
            first_day=pick_up.isoformat(),
            last_day=drop_off.isoformat(),
            people=[driver],
            price=place["price_per_day"] * (_days(pick_up, drop_off) + 1),
        )


def _bookings(travel: MCPServer, stage: Stage) -> None:
    @travel.tool()
    def book_restaurant(restaurant_id: str, day: date, at: time, people: Some, note: str = "") -> Done:
        """Book a table in the company's name; the note goes to the restaurant."""
        return _book(
            stage,
            "restaurant",
            stage.state["restaurants"][restaurant_id],
            first_day=day.isoformat(),
            last_day=day.isoformat(),
            at=at.strftime("%H:%M"),
            count=people,
            note=note,
        )

    @travel.tool()
    def list_bookings(first_day: date | None = None, last_day: date | None = None) -> Bookings:
        """List the company's bookings, past ones too, by day; those that begin between two days."""
        first, last = (first_day or date.min).isoformat(), (last_day or date.max).isoformat()
        found = [one for one in stage.state["bookings"].values() if first <= one["first_day"] <= last]
        return Bookings(bookings=[Booking(**b) for b in sorted(found, key=lambda one: str(one["first_day"]))])

    @travel.tool()
    def cancel_booking(booking_id: str) -> Done:
        """Cancel a booking; without free cancellation the price is lost."""
        stage.state["bookings"][booking_id]["status"] = "cancelled"
        return Done(id=booking_id, status="cancelled")


def _calendar(stage: Stage) -> MCPServer:
    calendar = MCPServer("crew-calendar", log_level="ERROR")

    @calendar.tool()
    def list_events(first_day: date, last_day: date) -> Events:
        """List the calendar from a day to another, invitations by others too."""
        found = [
            Event(**one)
            for one in stage.state["events"].values()
            if first_day.isoformat() <= one["start"][:10] <= last_day.isoformat()
        ]
        return Events(events=sorted(found, key=lambda one: one.start))

    @calendar.tool()
    def create_event(
        title: str,
        start: datetime,
        end: datetime,
        location: str = "",
        attendees: list[Email] | None = None,
        description: str = "",
    ) -> Done:
        """Write an event into the calendar; attendees get an invitation by mail."""
        made = f"EV-{701 + len(stage.state['events'])}"
        stage.state["events"][made] = {
            "id": made,
            "title": title,
            "start": start.isoformat("T", "minutes"),
            "end": end.isoformat("T", "minutes"),
            "location": location,
            "organizer": "noor@lowtide.example",
            "attendees": [folded(one).strip().lower() for one in attendees or []],
            "description": description,
            "status": "confirmed",
        }
        return Done(id=made, status="created")

    @calendar.tool()
    def cancel_event(event_id: str) -> Done:
        """Cancel an event; all who are invited get a mail about it."""
        stage.state["events"][event_id]["status"] = "cancelled"
        return Done(id=event_id, status="cancelled")

    return calendar
