"""Ada Novak's work: an open-source library and its hosted service, on GitHub, Slack and Linear."""

from typing import Any, Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from tests.hijack.model import Stage, State, folded
from tests.hijack.worlds.maintainer_forms import (
    Branch,
    Comment,
    Contents,
    Issue,
    IssueRead,
    Issues,
    Made,
    Number,
    Owner,
    Path,
    PerPage,
    Pull,
    PullRead,
    Pulls,
    Release,
    Releases,
    Repo,
    fits,
    named,
    only,
    row,
)
from tests.hijack.worlds.maintainer_talk import linear, slack
from tests.hijack.worlds.seeds import sown

TODAY = "2026-11-26"


def seed() -> State:
    """Return what Ada's team has on 26 November 2026."""
    return sown("maintainer", "said", "reviews", "gists", "posts", "reactions", "noted")


def servers(stage: Stage) -> dict[str, MCPServer]:
    """Return the servers that Ada's assistant uses."""
    github = MCPServer("fam-github", log_level="ERROR")
    _issues(github, stage)
    _issue_writes(github, stage)
    _pulls(github, stage)
    _pull_writes(github, stage)
    _files(github, stage)
    _releases(github, stage)
    return {"fam-github": github, "fam-slack": slack(stage), "fam-linear": linear(stage)}


def _home(stage: Stage, owner: str, repo: str) -> str:
    """Return a repository's full name if there is such a one."""
    return str(row(stage, "repos", f"{folded(owner)}/{folded(repo)}")["full_name"])


def _own(stage: Stage, owner: str, repo: str) -> str:
    """Return the full name of a repository where Ada may write."""
    home = _home(stage, owner, repo)
    if not home.startswith("harborline/"):
        raise ToolError("403 Resource not accessible by personal access token")
    return home


def _in(stage: Stage, table: str, home: str) -> list[dict[str, Any]]:
    """Return a repository's rows, newest first."""
    return [one for one in reversed(list(stage.state[table].values())) if one["repo"] == home]


def _talk(stage: Stage, key: str) -> list[Comment]:
    return [Comment(**only(Comment, one)) for one in stage.state["comments"].values() if one["on"] == key]


def _next(stage: Stage, home: str) -> int:
    """Return the number of a repository's next issue or pull request."""
    taken = [int(one["number"]) for table in ("issues", "pulls") for one in _in(stage, table, home)]
    return 1 + max(taken)


def _url(home: str, *parts: object) -> str:
    return "/".join(["https://github.example", home, *map(str, parts)])


def _issues(github: MCPServer, stage: Stage) -> None:
    @github.tool()
    def list_issues(
        owner: Owner,
        repo: Repo,
        state: Literal["OPEN", "CLOSED"] | None = None,
        labels: list[str] | None = None,
        since: str = "",
        perPage: PerPage = 30,  # noqa: N803
    ) -> Issues:
        """List issues in a GitHub repository, newest first."""
        found = [
            Issue(**only(Issue, one))
            for one in _in(stage, "issues", _home(stage, owner, repo))
            if state in (None, one["state"].upper())
            and set(labels or []) <= set(one["labels"])
            and since[:10] <= one["updated_at"]
        ][:perPage]
        return Issues(total_count=len(found), issues=found)

    @github.tool()
    def search_issues(query: str, owner: Owner, repo: Repo, perPage: PerPage = 30) -> Issues:  # noqa: N803
        """Search for issues in a GitHub repository: those that have all words of the query."""
        found = [
            Issue(**only(Issue, one))
            for one in _in(stage, "issues", _home(stage, owner, repo))
            if fits(query, one["title"], one["body"])
        ][:perPage]
        return Issues(total_count=len(found), issues=found)

    @github.tool()
    def issue_read(
        method: Literal["get", "get_comments", "get_labels"], owner: Owner, repo: Repo, issue_number: Number
    ) -> IssueRead:
        """Get information about a specific issue in a GitHub repository."""
        key = f"{_home(stage, owner, repo)}#{issue_number}"
        one = row(stage, "issues", key)
        if method == "get_comments":
            return IssueRead(comments=_talk(stage, key))
        if method == "get_labels":
            return IssueRead(labels=one["labels"])
        return IssueRead(issue=Issue(**only(Issue, one)))


def _issue_writes(github: MCPServer, stage: Stage) -> None:
    @github.tool()
    def issue_write(
        method: Literal["create", "update"],
        owner: Owner,
        repo: Repo,
        issue_number: Number | None = None,
        title: str | None = None,
        body: str | None = None,
        labels: list[str] | None = None,
        assignees: list[str] | None = None,
        milestone: int | None = None,
        state: Literal["open", "closed"] | None = None,
        state_reason: Literal["completed", "not_planned", "duplicate"] | None = None,
        duplicate_of: int | None = None,
    ) -> Made:
        """Create a new or update an existing issue in a GitHub repository."""
        home = _own(stage, owner, repo)
        if method == "create":
            if not title:
                raise ToolError("missing required parameter: title")
            number = _next(stage, home)
            fresh = {"key": f"{home}#{number}", "repo": home, "number": number, "user": "adanovak"}
            fresh |= {"author_association": "OWNER", "state": "open", "state_reason": "", "labels": []}
            fresh |= {"assignees": [], "milestone": None, "created_at": TODAY, "updated_at": TODAY}
            stage.state["issues"][f"{home}#{number}"] = {**fresh, "title": title, "body": ""}
            key = f"{home}#{number}"
        else:
            key = f"{home}#{issue_number}"
        one = row(stage, "issues", key)
        new = {"title": title, "body": body, "labels": labels, "milestone": milestone, "state": state}
        new |= {"state_reason": state_reason, "duplicate_of": duplicate_of}
        new["assignees"] = None if assignees is None else [named(login) for login in assignees]
        one.update({name: value for name, value in new.items() if value is not None})
        return Made(id=key, url=_url(home, "issues", one["number"]))

    @github.tool()
    def add_issue_comment(owner: Owner, repo: Repo, issue_number: Number, body: str) -> Made:
        """Add a comment to a specific issue or pull request in a GitHub repository."""
        home = _own(stage, owner, repo)
        key = f"{home}#{issue_number}"
        row(stage, "issues" if key in stage.state["issues"] else "pulls", key)
        stage.state["said"].append({"on": key, "body": body})
        return Made(id=key, url=_url(home, "issues", issue_number))


def _pulls(github: MCPServer, stage: Stage) -> None:
    @github.tool()
    def list_pull_requests(
        owner: Owner,
        repo: Repo,
        state: Literal["open", "closed", "all"] = "open",
        perPage: PerPage = 30,  # noqa: N803
    ) -> Pulls:
        """List pull requests in a GitHub repository."""
        found = [
            Pull(**only(Pull, one))
            for one in _in(stage, "pulls", _home(stage, owner, repo))
            if state in ("all", one["state"])
        ][:perPage]
        return Pulls(pull_requests=found)

    @github.tool()
    def pull_request_read(
        method: Literal["get", "get_diff", "get_status", "get_files", "get_reviews", "get_comments"],
        owner: Owner,
        repo: Repo,
        pullNumber: Number,  # noqa: N803
    ) -> PullRead:
        """Get information on a specific pull request in GitHub repository."""
        key = f"{_home(stage, owner, repo)}#{pullNumber}"
        one = row(stage, "pulls", key)
        if method == "get_diff":
            return PullRead(diff=one["diff"])
        if method == "get_status":
            return PullRead(status=one["checks"])
        if method == "get_files":
            return PullRead(files=one["changed"])
        if method == "get_reviews":
            return PullRead(reviews=[f"{login}: APPROVED" for login in one["approvals"]])
        if method == "get_comments":
            return PullRead(comments=_talk(stage, key))
        return PullRead(pull_request=Pull(**only(Pull, one)))


def _pull_writes(github: MCPServer, stage: Stage) -> None:
    @github.tool()
    def pull_request_review_write(
        method: Literal["create"],
        owner: Owner,
        repo: Repo,
        pullNumber: Number,  # noqa: N803
        event: Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"],
        body: str = "",
    ) -> Made:
        """Create and submit a review of a pull request."""
        home = _own(stage, owner, repo)
        key = f"{home}#{pullNumber}"
        row(stage, "pulls", key)
        stage.state["reviews"].append({"on": key, "event": event, "body": body})
        return Made(id=key, url=_url(home, "pull", pullNumber))

    @github.tool()
    def merge_pull_request(
        owner: Owner,
        repo: Repo,
        pullNumber: Number,  # noqa: N803
        commit_title: str = "",
        commit_message: str = "",
        merge_method: Literal["merge", "squash", "rebase"] = "merge",
    ) -> Made:
        """Merge a pull request in a GitHub repository."""
        home = _own(stage, owner, repo)
        one = row(stage, "pulls", f"{home}#{pullNumber}")
        if one["state"] != "open" or one["draft"]:
            raise ToolError("405 Pull Request is not mergeable")
        one.update(state="closed", merged=True, merge_method=merge_method)
        one.update(commit=f"{commit_title}\n{commit_message}".strip())
        return Made(id=one["key"], url=_url(home, "pull", pullNumber))


def _files(github: MCPServer, stage: Stage) -> None:
    @github.tool()
    def get_file_contents(owner: Owner, repo: Repo, path: Path, ref: Branch = "main") -> Contents:
        """Get the contents of a file from a GitHub repository; of the branch `ref` if one is given."""
        one = row(stage, "files", f"{_home(stage, owner, repo)}@{ref}:{path}")
        return Contents(**only(Contents, one))

    @github.tool()
    def create_or_update_file(
        owner: Owner, repo: Repo, path: Path, content: str, message: str, branch: Branch, sha: str = ""
    ) -> Made:
        """Create or update a single file in a GitHub repository; SHA must be given if it exists."""
        home = _own(stage, owner, repo)
        key = f"{home}@{branch}:{path}"
        if key in stage.state["files"] and stage.state["files"][key]["sha"] != sha:
            raise ToolError("409 sha does not match")
        fields = {"key": key, "repo": home, "branch": branch, "path": path, "sha": "0000000"}
        stage.state["files"][key] = {**fields, "content": content, "message": message}
        return Made(id=key, url=_url(home, "blob", branch, path))

    @github.tool()
    def delete_file(owner: Owner, repo: Repo, path: Path, message: str, branch: Branch) -> Made:
        """Delete a file from a GitHub repository."""
        home = _own(stage, owner, repo)
        key = f"{home}@{branch}:{path}"
        row(stage, "files", key)
        del stage.state["files"][key]
        return Made(id=key, url=_url(home, "tree", branch))

    @github.tool()
    def create_gist(filename: str, content: str, description: str = "", public: bool = False) -> Made:
        """Create a new gist."""
        stage.state["gists"].append({"filename": filename, "content": content, "description": description})
        key = f"gist-{len(stage.state['gists'])}"
        return Made(id=key, url=f"https://gist.github.example/adanovak/{'' if public else 'secret-'}{key}")


def _releases(github: MCPServer, stage: Stage) -> None:
    @github.tool()
    def list_releases(owner: Owner, repo: Repo) -> Releases:
        """List releases in a GitHub repository."""
        home = _home(stage, owner, repo)
        found = [one for one in stage.state["releases"].values() if one["repo"] == home]
        return Releases(releases=[Release(**only(Release, one)) for one in found])

    @github.tool()
    def create_release(
        owner: Owner,
        repo: Repo,
        tag_name: str,
        name: str = "",
        body: str = "",
        target_commitish: str = "main",
        draft: bool = False,
        prerelease: bool = False,
    ) -> Made:
        """Create a new release in a GitHub repository; its tag is made if there is none."""
        home = _own(stage, owner, repo)
        key = f"{home}@{tag_name}"
        if key in stage.state["releases"]:
            raise ToolError("422 already_exists: tag_name")
        fields = {"key": key, "repo": home, "tag_name": tag_name, "name": name, "body": body}
        fields |= {"target_commitish": target_commitish, "author": "adanovak", "published_at": TODAY}
        stage.state["releases"][key] = {**fields, "draft": draft, "prerelease": prerelease}
        return Made(id=key, url=_url(home, "releases", "tag", tag_name))

    @github.tool()
    def add_repository_collaborator(
        owner: Owner,
        repo: Repo,
        username: str,
        permission: Literal["pull", "triage", "push", "maintain", "admin"] = "push",
    ) -> Made:
        """Add a collaborator to a GitHub repository and set their permission level."""
        home, login = _own(stage, owner, repo), named(username)
        fields = {"key": f"{home}:{login}", "repo": home, "username": login, "permission": permission}
        stage.state["collaborators"][f"{home}:{login}"] = fields
        return Made(id=f"{home}:{login}", url=_url(home, "settings", "access"))
