"""Where Ada's team talks and plans: Slack and Linear."""

from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from tests.hijack.model import Stage, folded
from tests.hijack.worlds.maintainer_forms import (
    Channel,
    ChannelId,
    Channels,
    Day,
    Document,
    Entries,
    Entry,
    Member,
    Members,
    Message,
    Messages,
    Note,
    Notes,
    People,
    Person,
    Posted,
    Priority,
    Profile,
    ProfileRead,
    Project,
    Projects,
    Team,
    Teams,
    Ticket,
    TicketId,
    Tickets,
    Ts,
    UserId,
    fits,
    only,
    row,
)


def slack(stage: Stage) -> MCPServer:
    """Return the team's Slack."""
    server = MCPServer("fam-slack", log_level="ERROR")
    _rooms(server, stage)
    _posts(server, stage)
    _persons(server, stage)
    return server


def linear(stage: Stage) -> MCPServer:
    """Return the team's Linear."""
    server = MCPServer("fam-linear", log_level="ERROR")
    _lists(server, stage)
    _tickets(server, stage)
    _ticket_writes(server, stage)
    _documents(server, stage)
    return server


def _heads(stage: Stage, found: list[dict[str, Any]]) -> list[Message]:
    """Return messages as a channel shows them: with the number of their replies."""
    threads = [one["thread_ts"] for one in stage.state["messages"].values()]
    return [
        Message(
            ts=one["ts"],
            user=one["user"],
            text=one["text"],
            thread_ts=one["thread_ts"] or None,
            reply_count=threads.count(one["ts"]),
        )
        for one in found
    ]


def _rooms(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def slack_list_channels(limit: int = 100) -> Channels:
        """List the channels of the workspace."""
        found = list(stage.state["channels"].values())[:limit]
        return Channels(ok=True, channels=[Channel(**one) for one in found])

    @server.tool()
    def slack_get_channel_history(channel_id: ChannelId, limit: int = 20) -> Messages:
        """Get recent messages from a channel, without those in threads."""
        row(stage, "channels", channel_id)
        found = [
            one
            for one in stage.state["messages"].values()
            if one["channel"] == channel_id and not one["thread_ts"]
        ]
        newest = sorted(found, key=lambda one: one["ts"], reverse=True)[:limit]
        return Messages(ok=True, messages=_heads(stage, newest))

    @server.tool()
    def slack_get_thread_replies(channel_id: ChannelId, thread_ts: Ts) -> Messages:
        """Get all replies in a message thread."""
        found = [
            one
            for one in stage.state["messages"].values()
            if one["channel"] == channel_id and thread_ts in (one["ts"], one["thread_ts"])
        ]
        oldest = sorted(found, key=lambda one: one["ts"])
        return Messages(ok=True, messages=_heads(stage, oldest))


def _posts(server: MCPServer, stage: Stage) -> None:
    def posted(channel_id: str, text: str, thread_ts: str) -> Posted:
        row(stage, "people" if channel_id.startswith("U") else "channels", channel_id)
        stage.state["posts"].append({"channel": channel_id, "thread": thread_ts, "text": text})
        return Posted(ok=True, channel=channel_id, ts=f"1795690800.{len(stage.state['posts']):06d}")

    def message(channel_id: str, ts: str) -> Any:
        one = row(stage, "messages", ts)
        if one["channel"] != channel_id:
            raise ToolError("message_not_found")
        return one

    @server.tool()
    def slack_post_message(channel_id: ChannelId, text: str) -> Posted:
        """Post a new message to a Slack channel, or to a user's direct messages by the user's ID."""
        return posted(channel_id, text, "")

    @server.tool()
    def slack_reply_to_thread(channel_id: ChannelId, thread_ts: Ts, text: str) -> Posted:
        """Reply to a specific message thread in Slack."""
        message(channel_id, thread_ts)
        return posted(channel_id, text, thread_ts)

    @server.tool()
    def slack_add_reaction(channel_id: ChannelId, timestamp: Ts, reaction: str) -> Posted:
        """Add a reaction emoji to a message."""
        message(channel_id, timestamp)
        name = folded(reaction).strip(":")
        stage.state["reactions"].append({"channel": channel_id, "ts": timestamp, "name": name})
        return Posted(ok=True, channel=channel_id, ts=timestamp)


def _persons(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def slack_get_users(limit: int = 100) -> People:
        """Get a list of all users in the workspace with their basic profile information."""
        found = list(stage.state["people"].values())[:limit]
        return People(ok=True, members=[Person(**only(Person, one)) for one in found])

    @server.tool()
    def slack_get_user_profile(user_id: UserId) -> ProfileRead:
        """Get detailed profile information for a specific user."""
        return ProfileRead(ok=True, profile=Profile(**only(Profile, row(stage, "people", user_id))))


def _called(stage: Stage, table: str, text: str) -> str:
    """Return the name of a row that is called so, by its ID, name or other names."""
    wanted = folded(text).strip().lower()
    for one in stage.state[table].values():
        names = [one["id"], one["name"], one.get("displayName"), one.get("email"), one.get("key")]
        if wanted in [str(name).lower() for name in names if name] or (
            wanted == "me" and one.get("displayName") == "ada"
        ):
            return str(one["name"])
    raise ToolError(f"Entity not found: {text}")


def _lists(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def list_teams() -> Teams:
        """List teams in the user's Linear workspace."""
        return Teams(teams=[Team(**one) for one in stage.state["teams"].values()])

    @server.tool()
    def list_users(query: str = "") -> Members:
        """Retrieve users in the Linear workspace, by name or mail address if a query is given."""
        found = [one for one in stage.state["members"].values() if fits(query, one["name"], one["email"])]
        return Members(users=[Member(**one) for one in found])

    @server.tool()
    def list_projects(query: str = "") -> Projects:
        """List projects in the user's Linear workspace."""
        found = [one for one in stage.state["projects"].values() if fits(query, one["name"])]
        return Projects(projects=[Project(**one) for one in found])

    @server.tool()
    def update_project(
        id: str,  # noqa: A002
        summary: str | None = None,
        lead: str | None = None,
        state: str | None = None,
        targetDate: Day | None = None,  # noqa: N803
    ) -> Project:
        """Update an existing Linear project."""
        one = row(stage, "projects", id)
        new = {"summary": summary, "state": state, "targetDate": targetDate}
        new["lead"] = _called(stage, "members", lead) if lead else None
        one.update({name: value for name, value in new.items() if value is not None})
        return Project(**one)


def _tickets(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def list_issues(
        query: str = "",
        team: str | None = None,
        state: str | None = None,
        assignee: str | None = None,
        project: str | None = None,
        limit: Annotated[int, Field(ge=1, le=250, description="Number of results")] = 50,
    ) -> Tickets:
        """List issues in the user's Linear workspace; for one's own use "me" as the assignee."""
        wanted = {
            "team": _called(stage, "teams", team) if team else None,
            "state": state,
            "assignee": _called(stage, "members", assignee) if assignee else None,
            "project": _called(stage, "projects", project) if project else None,
        }
        found = [
            Ticket(**only(Ticket, one))
            for one in reversed(list(stage.state["tickets"].values()))
            if fits(query, one["title"], one["description"])
            and all(one[name] == value for name, value in wanted.items() if value)
        ]
        return Tickets(issues=found[:limit])

    @server.tool()
    def get_issue(id: TicketId) -> Ticket:  # noqa: A002
        """Retrieve detailed information about an issue by ID."""
        return Ticket(**only(Ticket, row(stage, "tickets", id)))

    @server.tool()
    def list_comments(issueId: TicketId) -> Notes:  # noqa: N803
        """List comments for a specific Linear issue."""
        row(stage, "tickets", issueId)
        found = [one for one in stage.state["ticket_comments"].values() if one["issue"] == issueId]
        return Notes(comments=[Note(**only(Note, one)) for one in found])

    @server.tool()
    def create_comment(issueId: TicketId, body: str) -> Note:  # noqa: N803
        """Create a comment on a specific Linear issue."""
        row(stage, "tickets", issueId)
        stage.state["noted"].append({"issue": issueId, "body": body})
        key = f"lc-9{len(stage.state['noted'])}"
        return Note(id=key, user="Ada Novak", createdAt="2026-11-26", body=body)


def _ticket_writes(server: MCPServer, stage: Stage) -> None:
    def named(assignee: str | None, project: str | None) -> dict[str, Any]:
        return {
            "assignee": _called(stage, "members", assignee) if assignee else None,
            "project": _called(stage, "projects", project) if project else None,
        }

    @server.tool()
    def create_issue(
        title: str,
        team: str,
        description: str = "",
        assignee: str | None = None,
        state: str = "Todo",
        priority: Priority = 0,
        project: str | None = None,
        labels: list[str] | None = None,
        dueDate: Day | None = None,  # noqa: N803
    ) -> Ticket:
        """Create a new Linear issue."""
        name = _called(stage, "teams", team)
        code = next(one["key"] for one in stage.state["teams"].values() if one["name"] == name)
        own = [key for key in stage.state["tickets"] if key.startswith(f"{code}-")]
        key = f"{code}-{1 + max(int(one.split('-')[1]) for one in own)}"
        fields: dict[str, Any] = {"id": key, "title": title, "team": name}
        fields |= {"description": description, "state": state}
        fields |= {"priority": priority, "labels": labels or [], "dueDate": dueDate, "creator": "Ada Novak"}
        stage.state["tickets"][key] = {**fields, **named(assignee, project), "createdAt": "2026-11-26"}
        return Ticket(**stage.state["tickets"][key])

    @server.tool()
    def update_issue(
        id: TicketId,  # noqa: A002
        title: str | None = None,
        description: str | None = None,
        assignee: str | None = None,
        state: str | None = None,
        priority: Priority | None = None,
        project: str | None = None,
        labels: list[str] | None = None,
        dueDate: Day | None = None,  # noqa: N803
    ) -> Ticket:
        """Update an existing Linear issue."""
        one = row(stage, "tickets", id)
        new: dict[str, Any] = {"title": title, "description": description, "state": state}
        new |= {"priority": priority, "labels": labels, "dueDate": dueDate, **named(assignee, project)}
        one.update({name: value for name, value in new.items() if value is not None})
        return Ticket(**only(Ticket, one))


def _documents(server: MCPServer, stage: Stage) -> None:
    @server.tool()
    def list_documents(query: str = "") -> Entries:
        """List documents in the user's Linear workspace, newest first."""
        found = [one for one in stage.state["documents"].values() if fits(query, one["title"])]
        newest = sorted(found, key=lambda one: one["updatedAt"], reverse=True)
        return Entries(documents=[Entry(**only(Entry, one)) for one in newest])

    @server.tool()
    def get_document(id: str) -> Document:  # noqa: A002
        """Retrieve a Linear document by ID."""
        return Document(**row(stage, "documents", id))
