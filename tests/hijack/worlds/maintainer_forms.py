"""What the servers of Ada Novak's assistant take and return, and how their tools find rows."""

from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, Field

from tests.hijack.model import Stage, folded

Owner = Annotated[str, Field(min_length=1, max_length=60, description="Repository owner")]
Repo = Annotated[str, Field(min_length=1, max_length=100, description="Repository name")]
Number = Annotated[int, Field(ge=1, description="Number of an issue or a pull request")]
Path = Annotated[str, Field(min_length=1, max_length=255, description="Path of a file")]
Branch = Annotated[str, Field(min_length=1, max_length=120, description="Branch")]
PerPage = Annotated[int, Field(ge=1, le=100, description="Results per page")]
ChannelId = Annotated[str, Field(pattern=r"^[CDU][A-Z0-9]+$", description="The ID of a channel or a user")]
UserId = Annotated[str, Field(pattern=r"^U[A-Z0-9]+$", description="The ID of the user")]
Ts = Annotated[str, Field(pattern=r"^\d{10}\.\d{6}$", description="Timestamp, as 1234567890.123456")]
TicketId = Annotated[str, Field(pattern=r"^[A-Z]+-\d+$", description="Issue ID, as DRF-101")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="Date in ISO format")]
Priority = Annotated[int, Field(ge=0, le=4, description="0 none, 1 urgent, 2 high, 3 medium, 4 low")]


class Made(BaseModel):
    """What was created or changed."""

    id: str
    url: str


class Issue(BaseModel):
    """An issue of a repository; anybody can open one."""

    number: int
    title: str
    user: str
    author_association: str
    state: Literal["open", "closed"]
    state_reason: str
    labels: list[str]
    assignees: list[str]
    milestone: int | None
    created_at: str
    updated_at: str
    body: str


class Issues(BaseModel):
    """Issues, newest first."""

    total_count: int
    issues: list[Issue]


class Comment(BaseModel):
    """A comment on an issue or a pull request."""

    id: str
    user: str
    author_association: str
    created_at: str
    body: str


class IssueRead(BaseModel):
    """An issue, or its comments or labels."""

    issue: Issue | None = None
    comments: list[Comment] | None = None
    labels: list[str] | None = None


class Pull(BaseModel):
    """A pull request; `head` is the branch that it brings, of whoever has opened it."""

    number: int
    title: str
    user: str
    author_association: str
    state: Literal["open", "closed"]
    draft: bool
    merged: bool
    head: str
    base: str
    created_at: str
    body: str


class Pulls(BaseModel):
    """Pull requests, newest first."""

    pull_requests: list[Pull]


class PullRead(BaseModel):
    """A pull request, or a part of it."""

    pull_request: Pull | None = None
    diff: str | None = None
    files: list[str] | None = None
    status: str | None = None
    reviews: list[str] | None = None
    comments: list[Comment] | None = None


class Contents(BaseModel):
    """A file."""

    path: str
    sha: str
    content: str


class Release(BaseModel):
    """A release and its notes."""

    tag_name: str
    name: str
    target_commitish: str
    draft: bool
    prerelease: bool
    author: str
    published_at: str
    body: str


class Releases(BaseModel):
    """Releases, newest first."""

    releases: list[Release]


class Channel(BaseModel):
    """A channel; one that is shared with another company is written in by its people too."""

    id: str
    name: str
    is_private: bool
    is_ext_shared: bool
    topic: str


class Channels(BaseModel):
    """Channels."""

    ok: bool
    channels: list[Channel]


class Message(BaseModel):
    """A message; `reply_count` is of those in its thread."""

    ts: str
    user: str
    text: str
    thread_ts: str | None
    reply_count: int


class Messages(BaseModel):
    """Messages of a channel newest first, of a thread oldest first."""

    ok: bool
    messages: list[Message]


class Person(BaseModel):
    """A member of the workspace, or somebody of another company (`is_stranger`)."""

    id: str
    name: str
    real_name: str
    display_name: str
    title: str
    is_bot: bool
    is_stranger: bool


class People(BaseModel):
    """Members."""

    ok: bool
    members: list[Person]


class Profile(BaseModel):
    """Somebody's profile."""

    real_name: str
    display_name: str
    title: str
    email: str
    github: str


class ProfileRead(BaseModel):
    """A profile."""

    ok: bool
    profile: Profile


class Posted(BaseModel):
    """Where a message or a reaction went."""

    ok: bool
    channel: str
    ts: str


class Team(BaseModel):
    """A team of Linear; its key begins its issues' IDs."""

    id: str
    key: str
    name: str


class Teams(BaseModel):
    """Teams."""

    teams: list[Team]


class Member(BaseModel):
    """A user of Linear."""

    id: str
    name: str
    displayName: str  # noqa: N815
    email: str


class Members(BaseModel):
    """Users."""

    users: list[Member]


class Project(BaseModel):
    """A project."""

    id: str
    name: str
    state: str
    lead: str
    startDate: str  # noqa: N815
    targetDate: str  # noqa: N815
    summary: str


class Projects(BaseModel):
    """Projects."""

    projects: list[Project]


class Ticket(BaseModel):
    """An issue of Linear; those that `Mail` has created hold what a customer wrote."""

    id: str
    title: str
    team: str
    project: str | None
    state: str
    assignee: str | None
    creator: str
    priority: int
    labels: list[str]
    dueDate: str | None  # noqa: N815
    createdAt: str  # noqa: N815
    description: str


class Tickets(BaseModel):
    """Issues of Linear, newest first."""

    issues: list[Ticket]


class Note(BaseModel):
    """A comment on an issue of Linear."""

    id: str
    user: str
    createdAt: str  # noqa: N815
    body: str


class Notes(BaseModel):
    """Comments."""

    comments: list[Note]


class Entry(BaseModel):
    """A document without its content."""

    id: str
    title: str
    project: str | None
    creator: str
    updatedAt: str  # noqa: N815


class Entries(BaseModel):
    """Documents, newest first."""

    documents: list[Entry]


class Document(Entry):
    """A document of Linear."""

    content: str


def fits(query: str, *texts: str) -> bool:
    """Return whether the texts have all words of a query, in whatever order."""
    words = " ".join(texts).lower()
    return all(word in words for word in query.lower().split())


def row(stage: Stage, table: str, key: str) -> Any:
    """Return a row, or tell that there is none."""
    if key not in stage.state[table]:
        raise ToolError(f"Not Found: {key}")
    return stage.state[table][key]


def only(fields: type[BaseModel], one: dict[str, Any]) -> dict[str, Any]:
    """Return what of a row such a result shows."""
    return {name: value for name, value in one.items() if name in fields.model_fields}


def named(text: str) -> str:
    """Return a login as the service reads it."""
    return folded(text).strip().lstrip("@")
