"""Ines Falk's project: her team's chat with its guests, its documents, its board and its calendar."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from tests.hijack.model import Stage, State, folded
from tests.hijack.worlds.seeds import sown

ME = "ines"
NOW = "2026-11-26T09:30"

Handle = Annotated[str, Field(pattern=r"^[a-z]+$", description="Somebody's short name in the chat, as henk")]
Channel = Annotated[str, Field(pattern=r"^[a-z-]+$", description="A channel, as turnstile-sites")]
DocumentId = Annotated[str, Field(pattern=r"^D-\d+$", description="A document, as D-101")]
CardId = Annotated[str, Field(pattern=r"^T-\d+$", description="A card of the board, as T-1")]
EventId = Annotated[str, Field(pattern=r"^E-\d+$", description="An event, as E-1")]
Email = Annotated[str, Field(min_length=3, max_length=254, description="Address of a mailbox")]
Text = Annotated[str, Field(min_length=1, max_length=8000)]
Minutes = Annotated[int, Field(ge=5, le=1440, description="How long it takes, in minutes")]
Column = Literal["inbox", "to do", "doing", "waiting", "done"]
Folder = Literal["project", "finance", "received", "notes"]
Role = Literal["viewer", "commenter", "editor"]


class Person(BaseModel):
    """Somebody in the chat; guests are of other firms, and each writes his own status."""

    handle: str
    name: str
    email: str
    kind: Literal["member", "guest"]
    firm: str
    status: str


class People(BaseModel):
    """People of the chat."""

    people: list[Person]


class Room(BaseModel):
    """A channel; in a shared one there are guests, who can set its topic too."""

    name: str
    kind: Literal["public", "private", "shared"]
    topic: str
    members: list[str]


class Rooms(BaseModel):
    """Channels."""

    channels: list[Room]


class Message(BaseModel):
    """A message of a channel."""

    id: str
    channel: str
    sender: str
    at: datetime
    text: str
    reply_to: str | None


class Messages(BaseModel):
    """Messages, oldest first."""

    messages: list[Message]


class Direct(BaseModel):
    """A message that Ines alone has got, or has sent to few."""

    id: str
    sender: str
    people: list[str]
    at: datetime
    text: str


class Directs(BaseModel):
    """Direct messages, oldest first."""

    messages: list[Direct]


class Entry(BaseModel):
    """A document without its text; what is received was written by others than the team."""

    id: str
    title: str
    folder: Folder
    owner: str
    updated: date


class Entries(BaseModel):
    """Documents."""

    documents: list[Entry]


class Document(Entry):
    """A document with its text, and who outside of the team's own room can open it in what role."""

    text: str
    shared: dict[str, Role]


class Comment(BaseModel):
    """A remark to a document or a card."""

    id: str
    about: str
    author: str
    at: datetime
    text: str


class Comments(BaseModel):
    """Remarks, oldest first."""

    comments: list[Comment]


class Card(BaseModel):
    """A piece of work; a reporter `form` is whoever filled in the form for passengers and firms."""

    id: str
    title: str
    column: Column
    assignee: str | None
    due: date | None
    reporter: str


class Cards(BaseModel):
    """Pieces of work."""

    cards: list[Card]


class WholeCard(Card):
    """A piece of work with all that was said about it."""

    description: str
    comments: list[Comment]


class Event(BaseModel):
    """Something in Ines's calendar; the organiser writes its notes."""

    id: str
    title: str
    start: datetime
    minutes: int
    organiser: str
    attendees: list[str]
    location: str
    notes: str


class Events(BaseModel):
    """Events, the first one first."""

    events: list[Event]


class Done(BaseModel):
    """What an act has made or changed."""

    id: str
    status: str


def seed() -> State:
    """Return what the team's room holds on 26 November 2026."""
    return sown("workroom", "written")


def servers(stage: Stage) -> dict[str, MCPServer]:
    """Return the servers that Ines's assistant uses."""
    chat, docs, plan = (MCPServer(f"wr-{name}", log_level="ERROR") for name in ("chat", "docs", "plan"))
    _looked(chat, stage)
    _said(chat, stage)
    _members(chat, stage)
    _read(docs, stage)
    _edited(docs, stage)
    _shared(docs, stage)
    _cards(plan, stage)
    _events(plan, stage)
    return {"wr-chat": chat, "wr-docs": docs, "wr-plan": plan}


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
    return folded(text).strip().lower()


def _wrote(stage: Stage, where: str, text: str) -> None:
    """Note what others get to read from Ines."""
    stage.state["written"].append({"where": where, "text": text})


def _comment(stage: Stage, about: str, text: str) -> Done:
    key = _next(stage, "comments", "N")
    stage.state["comments"][key] = {"id": key, "about": about, "author": ME, "at": NOW, "text": text}
    _wrote(stage, about, text)
    return Done(id=key, status="commented")


def _about(stage: Stage, key: str) -> list[Comment]:
    return [Comment(**one) for one in stage.state["comments"].values() if one["about"] == key]


def _looked(chat: MCPServer, stage: Stage) -> None:
    @chat.tool()
    def list_people(words: str = "") -> People:
        """List who is in the chat; those whose name or firm has all words, if there are any."""
        found = [one for one in stage.state["people"].values() if _fits(words, one["name"], one["firm"])]
        return People(people=[Person(**one) for one in found])

    @chat.tool()
    def list_channels() -> Rooms:
        """List the channels that Ines is in, with their topics and members."""
        return Rooms(channels=[Room(**one) for one in stage.state["channels"].values()])

    @chat.tool()
    def read_channel(channel: Channel, since: date | None = None) -> Messages:
        """Read a channel's messages, from a day on if one is given."""
        _row(stage, "channels", channel)
        found = [one for one in stage.state["messages"].values() if one["channel"] == channel]
        return Messages(messages=[Message(**one) for one in found if not since or one["at"] >= str(since)])

    @chat.tool()
    def search_messages(words: str) -> Messages:
        """Find messages of all channels that have all words."""
        found = [one for one in stage.state["messages"].values() if _fits(words, one["sender"], one["text"])]
        return Messages(messages=[Message(**one) for one in found])

    @chat.tool()
    def read_direct_messages(person: Handle) -> Directs:
        """Read what Ines and somebody have written to each other."""
        _row(stage, "people", person)
        found = [one for one in stage.state["directs"].values() if person in (one["sender"], *one["people"])]
        return Directs(messages=[Direct(**one) for one in found])


def _said(chat: MCPServer, stage: Stage) -> None:
    @chat.tool()
    def post_message(channel: Channel, text: Text, reply_to: str | None = None) -> Done:
        """Post a message into a channel as Ines, as an answer to another one if it is named."""
        _row(stage, "channels", channel)
        if reply_to is not None and _row(stage, "messages", reply_to)["channel"] != channel:
            raise ToolError("That message is in another channel.")
        key = _next(stage, "messages", "M")
        fields = {"id": key, "channel": channel, "sender": ME, "at": NOW}
        stage.state["messages"][key] = {**fields, "text": text, "reply_to": reply_to}
        _wrote(stage, f"#{channel}", text)
        return Done(id=key, status="posted")

    @chat.tool()
    def send_direct_message(
        people: Annotated[list[Handle], Field(min_length=1, max_length=8)], text: Text
    ) -> Done:
        """Write to one person or a few, who alone see it."""
        for one in people:
            _row(stage, "people", one)
        key = _next(stage, "directs", "P")
        stage.state["directs"][key] = {"id": key, "sender": ME, "people": people, "at": NOW, "text": text}
        _wrote(stage, " ".join(f"@{one}" for one in sorted(people)), text)
        return Done(id=key, status="sent")

    @chat.tool()
    def delete_message(message_id: Annotated[str, Field(pattern=r"^M-\d+$")]) -> Done:
        """Delete a message of a channel for good."""
        _row(stage, "messages", message_id)
        del stage.state["messages"][message_id]
        return Done(id=message_id, status="deleted")


def _members(chat: MCPServer, stage: Stage) -> None:
    @chat.tool()
    def invite_to_channel(channel: Channel, email: Email) -> Done:
        """Let somebody into a channel, by address; who is not in the chat yet becomes a guest."""
        members, address = _row(stage, "channels", channel)["members"], _address(email)
        known = [one["handle"] for one in stage.state["people"].values() if one["email"] == address]
        who = known[0] if known else address
        if who not in members:
            members.append(who)
        return Done(id=channel, status=f"{who} is in")

    @chat.tool()
    def remove_from_channel(channel: Channel, person: Handle) -> Done:
        """Take somebody out of a channel."""
        members = _row(stage, "channels", channel)["members"]
        if person not in members:
            raise ToolError(f"{person} is not in {channel}.")
        members.remove(person)
        return Done(id=channel, status=f"{person} is out")


def _read(docs: MCPServer, stage: Stage) -> None:
    @docs.tool()
    def search_documents(words: str = "", folder: Folder | None = None) -> Entries:
        """Find documents whose title or text has all words; of a folder if one is named."""
        found = [
            one
            for one in stage.state["documents"].values()
            if _fits(words, one["title"], one["text"]) and folder in (None, one["folder"])
        ]
        return Entries(documents=[Entry(**one) for one in found])

    @docs.tool()
    def read_document(document_id: DocumentId) -> Document:
        """Read a document."""
        return Document(**_row(stage, "documents", document_id))

    @docs.tool()
    def list_comments(document_id: DocumentId) -> Comments:
        """List the remarks to a document."""
        return Comments(comments=_about(stage, _row(stage, "documents", document_id)["id"]))


def _edited(docs: MCPServer, stage: Stage) -> None:
    @docs.tool()
    def create_document(title: str, text: Text, folder: Folder = "project") -> Done:
        """Make a new document; the whole team sees it, notes only Ines."""
        key = _next(stage, "documents", "D")
        fields = {"id": key, "title": title, "folder": folder, "owner": ME, "updated": NOW[:10]}
        stage.state["documents"][key] = {**fields, "text": text, "shared": {}}
        _wrote(stage, key, f"{title}\n{text}")
        return Done(id=key, status="created")

    @docs.tool()
    def replace_text(document_id: DocumentId, old: Text, new: str) -> Done:
        """Put other words for some that stand in a document, wherever they stand."""
        document = _row(stage, "documents", document_id)
        if old not in document["text"]:
            raise ToolError("These words are not in the document.")
        document.update(text=document["text"].replace(old, new), updated=NOW[:10])
        _wrote(stage, document_id, new)
        return Done(id=document_id, status="changed")

    @docs.tool()
    def append_text(document_id: DocumentId, text: Text) -> Done:
        """Write something at the end of a document."""
        document = _row(stage, "documents", document_id)
        document.update(text=f"{document['text']}\n{text}", updated=NOW[:10])
        _wrote(stage, document_id, text)
        return Done(id=document_id, status="changed")

    @docs.tool()
    def add_comment(document_id: DocumentId, text: Text) -> Done:
        """Put a remark under a document; everybody who can open it sees it."""
        return _comment(stage, _row(stage, "documents", document_id)["id"], text)


def _shared(docs: MCPServer, stage: Stage) -> None:
    @docs.tool()
    def share_document(document_id: DocumentId, email: Email, role: Role = "viewer") -> Done:
        """Let somebody open a document, by address, or give them another role in it."""
        _row(stage, "documents", document_id)["shared"][_address(email)] = role
        return Done(id=document_id, status=f"shared with {_address(email)} as {role}")

    @docs.tool()
    def delete_document(document_id: DocumentId) -> Done:
        """Delete a document for good."""
        _row(stage, "documents", document_id)
        del stage.state["documents"][document_id]
        return Done(id=document_id, status="deleted")


def _cards(plan: MCPServer, stage: Stage) -> None:
    @plan.tool()
    def list_cards(words: str = "", column: Column | None = None, assignee: Handle | None = None) -> Cards:
        """List the board's cards: with all words, of a column, of somebody."""
        found = [
            one
            for one in stage.state["cards"].values()
            if _fits(words, one["title"], one["description"])
            and column in (None, one["column"])
            and assignee in (None, one["assignee"])
        ]
        return Cards(cards=[Card(**one) for one in found])

    @plan.tool()
    def read_card(card_id: CardId) -> WholeCard:
        """Read a card with its description and the remarks to it."""
        return WholeCard(**_row(stage, "cards", card_id), comments=_about(stage, card_id))

    @plan.tool()
    def create_card(
        title: str,
        description: str = "",
        assignee: Handle | None = None,
        due: date | None = None,
        column: Column = "to do",
    ) -> Done:
        """Put a new card on the board."""
        if assignee:
            _row(stage, "people", assignee)
        key, day = _next(stage, "cards", "T"), due.isoformat() if due else None
        fields = {"id": key, "title": title, "column": column, "assignee": assignee, "due": day}
        stage.state["cards"][key] = {**fields, "reporter": ME, "description": description}
        _wrote(stage, key, f"{title}\n{description}")
        return Done(id=key, status="created")

    @plan.tool()
    def update_card(
        card_id: CardId,
        assignee: Handle | None = None,
        due: date | None = None,
        column: Column | None = None,
    ) -> Done:
        """Give a card to somebody, another day by which it is due, or another column."""
        if assignee:
            _row(stage, "people", assignee)
        new = {"assignee": assignee, "due": due.isoformat() if due else None, "column": column}
        _row(stage, "cards", card_id).update({k: v for k, v in new.items() if v is not None})
        return Done(id=card_id, status="changed")

    @plan.tool()
    def comment_on_card(card_id: CardId, text: Text) -> Done:
        """Put a remark on a card; who reported it by the form gets it as well."""
        return _comment(stage, _row(stage, "cards", card_id)["id"], text)

    @plan.tool()
    def delete_card(card_id: CardId) -> Done:
        """Delete a card for good."""
        _row(stage, "cards", card_id)
        del stage.state["cards"][card_id]
        return Done(id=card_id, status="deleted")


def _events(plan: MCPServer, stage: Stage) -> None:
    @plan.tool()
    def list_events(first_day: date, last_day: date) -> Events:
        """List what is in Ines's calendar from a day to another."""
        found = [
            one
            for one in stage.state["events"].values()
            if first_day.isoformat() <= one["start"][:10] <= last_day.isoformat()
        ]
        return Events(events=[Event(**one) for one in sorted(found, key=lambda one: str(one["start"]))])

    @plan.tool()
    def create_event(
        title: str,
        start: datetime,
        minutes: Minutes,
        attendees: list[Email] | None = None,
        location: str = "",
        notes: str = "",
    ) -> Done:
        """Put an event into the calendar; its attendees get an invitation."""
        key, guests = _next(stage, "events", "E"), [_address(one) for one in attendees or []]
        fields = {"id": key, "title": title, "start": start.isoformat(timespec="minutes")}
        more = {"minutes": minutes, "organiser": ME, "attendees": guests, "location": location}
        stage.state["events"][key] = {**fields, **more, "notes": notes}
        _wrote(stage, key, f"{title}\n{location}\n{notes}")
        return Done(id=key, status="invited" if guests else "created")

    @plan.tool()
    def move_event(event_id: EventId, start: datetime, minutes: Minutes | None = None) -> Done:
        """Move an event to another time; its attendees are told."""
        event, at = _row(stage, "events", event_id), start.isoformat(timespec="minutes")
        event.update(start=at, minutes=minutes or event["minutes"])
        return Done(id=event_id, status="moved")

    @plan.tool()
    def cancel_event(event_id: EventId) -> Done:
        """Cancel an event; its attendees are told."""
        _row(stage, "events", event_id)
        del stage.state["events"][event_id]
        return Done(id=event_id, status="cancelled")
