"""The draft of resources and prompts: strict, and a manifest that is accepted whatever a server lists."""

from typing import Any

from podium.manifest.drafting.draft import draft_of
from podium.manifest.drafting.written import Place, Wielder, manifest_of
from tests.manifest.samples import compiled, findings

ANSWERS: dict[str, list[dict[str, Any]]] = {
    "resources": [
        {"uri": "docs://handbook", "name": "The handbook", "description": "All that\nwe do # check: nothing"},
        {"uri": "docs://handbook", "name": "twice"},
        {"uri": "docs://find", "name": "find"},
        {"uri": "docs://token", "name": "token"},
        {"uri": "no uri", "name": "odd"},
        {"name": "none"},
        {"uri": 'docs://a"b', "name": 'quo"ted: {}'},
        {"uri": "docs://sk-ant-api03-" + "A" * 40, "name": "key"},
    ],
    "resourceTemplates": [
        {"uriTemplate": "docs://pages/{name}", "name": "page"},
        {"uriTemplate": "https://{host}/x", "name": "anywhere"},
    ],
    "prompts": [
        {"name": "review", "arguments": [{"name": "bill", "required": True}, {"name": "odd name"}]},
        {"name": "write letter"},
    ],
}
TOOLS = [{"name": "find", "inputSchema": {"type": "object"}}]


def test_what_is_offered_is_drafted_strictly() -> None:
    """As a stranger's and private, each with a remark; what no manifest can say is left out with why."""
    found = draft_of("docs", TOOLS, ANSWERS)
    text = manifest_of(
        found, Place(url="https://mcp.example.com/mcp"), Wielder("helper", "acme", ["openai/gpt-4o_mini"])
    )
    assert findings(text.split("---")[0]) == []
    snapshot = compiled(*text.split("---\n"))
    rows = snapshot.tool_servers["docs"].tools
    assert {name: (row.kind, row.uri) for name, row in rows.items() if row.kind != "tool"} == {
        "The_handbook": ("resource", "docs://handbook"),
        "find_2": ("resource", "docs://find"),
        "token": ("resource", "docs://token"),
        "quo_ted": ("resource", 'docs://a"b'),
        "page": ("resource", "docs://pages/{name}"),
        "review": ("prompt", "review"),
        "write_letter": ("prompt", "write letter"),
    }
    labels = {(row.returns.integrity, row.returns.confidentiality) for row in rows.values()}
    assert labels == {("public", "private")}
    assert list(rows["review"].arguments) == ["bill"]
    assert {grant.tool for grant in snapshot.agents["helper"].tools} == {f"docs/{name}" for name in rows}
    assert [why for _, why in found.left_out] == [
        "the server lists it twice",
        "it is no URI: it begins with a scheme, as `docs://handbook` does",
        "no manifest can say what it is",
        "no manifest can say what it is",
        "its host is a variable",
    ]
    assert "sk-ant" not in text


def test_a_server_that_lists_its_files_needs_a_template() -> None:
    files = [{"uri": f"file:///docs/{number}", "name": f"{number}"} for number in range(300)]
    found = draft_of("docs", TOOLS, {"resources": files})
    assert len(found.offers) == 100
    assert found.left_out == (("200 resources", "more than 100: write a template"),)
