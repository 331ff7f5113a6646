"""Resources of tool servers: what must hold of them, and what they compile to."""

import pytest

from podium.trust.tools import GrantRow, SinkRow

from .samples import compiled, document, findings

PLAIN = """
url: https://mcp.example.com/mcp
resources:
  handbook: {uri: "docs://handbook", returns: {integrity: organisation}}
  page:
    uri: "docs://pages/{name}{?lang}"
    arguments: {name: {sink: path}}
    returns: {confidentiality: public}
tools:
  find: {effect: read}
"""


def server(text: str = PLAIN, name: str = "docs") -> str:
    return document("ToolServer", name, text)


def agent(body: str) -> str:
    return document("Agent", "helper", f"department: acme\nroutes: [openai/gpt-4o_mini]\n{body.strip()}")


def said(*documents: str) -> list[str]:
    return [f"{it.line} {it.field}: {it.message}" for it in findings(*documents)]


def test_rows() -> None:
    """A resource is a row that reads; a variable of which nothing is said is looked up by."""
    snapshot = compiled(server(), agent("resources: {docs/page: {uses: 2}}\ntools: {docs/find: {}}"))
    page = snapshot.tool_servers["docs"].tools["page"]
    assert (page.kind, page.effect, page.uri) == ("resource", "read", "docs://pages/{name}{?lang}")
    assert page.arguments == {"lang": SinkRow("query", readers="public"), "name": SinkRow("path")}
    assert snapshot.agents["helper"].tools == (GrantRow("docs/find"), GrantRow("docs/page", uses=2))


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        (
            [server(PLAIN.replace("docs://handbook", "handbook"))],
            (
                "7 spec.resources.handbook.uri: it cannot be used: it is no URI: it begins with a scheme, as "
                "`docs://handbook` does."
            ),
        ),
        (
            [server(PLAIN.replace("docs://pages/{name}", "https://{name}.example"))],
            "9 spec.resources.page.uri: it cannot be used: its host is a variable.",
        ),
        (
            [server(PLAIN.replace("{name: {sink: path}}", "{nane: {sink: path}}"))],
            "10 spec.resources.page.arguments.nane: `uri` has no variable nane.",
        ),
        (
            [server(PLAIN.replace("{sink: path}", "{sink: payee}"))],
            "10 spec.resources.page.arguments.name.sink: there is no such value.",
        ),
        (
            [server(PLAIN.replace("  find:", "  handbook:"))],
            "7 spec.resources.handbook: handbook is a tool of this server too: a grant could mean either.",
        ),
        (
            [server(PLAIN.replace("docs://pages/{name}{?lang}", "docs://handbook"))],
            "9 spec.resources.page.uri: handbook has this URI too: nobody could say which is read.",
        ),
        (
            [server(), agent("resources: {docs/pages: {}}")],
            "7 spec.resources.docs/pages: there is no resource docs/pages.",
        ),
        (
            [server(), agent("resources: {docs/find: {}}")],
            "7 spec.resources.docs/find: there is no resource docs/find.",
        ),
        ([server(), agent("tools: {docs/page: {}}")], "7 spec.tools.docs/page: there is no tool docs/page."),
        (
            [server(), server(name="books"), agent("resources: {books/page: {}, docs/page: {}}")],
            "7 spec.resources.docs/page: books/page has this URI too: nobody could say which is read.",
        ),
    ],
)
def test_faults(documents: list[str], expected: str) -> None:
    """Each fault names its line and field."""
    assert expected in said(*documents), said(*documents)


def test_prompts() -> None:
    """A prompt is a row that reads too, by its server's name for it; its own name is no other one's."""
    text = PLAIN + "prompts:\n  review: {}\n  letter: {name: write-letter, arguments: {to: {sink: query}}}\n"
    snapshot = compiled(server(text), agent("prompts: {docs/letter: {}}"))
    rows = snapshot.tool_servers["docs"].tools
    assert [(rows[it].kind, rows[it].effect, rows[it].uri) for it in ("letter", "review")] == [
        ("prompt", "read", "write-letter"),
        ("prompt", "read", "review"),
    ]
    assert rows["letter"].arguments == {"to": SinkRow("query", readers="user")}
    assert said(server(text.replace("review", "page"))) == [
        "15 spec.prompts.page: page is a resource of this server too: a grant could mean either."
    ]
    assert said(server(text), agent("prompts: {docs/page: {}}")) == [
        "7 spec.prompts.docs/page: there is no prompt docs/page."
    ]


def test_a_name_is_no_secret() -> None:
    """What a server calls its things; but what stands in them may be one."""
    text = PLAIN.replace("  handbook:", "  api-token:") + "prompts:\n  password: {}\n"
    assert said(server(text)) == []
    assert said(server(text.replace("docs://handbook", "docs://u:pw@handbook"))) == [
        "7 spec.resources.api-token.uri: the URL holds a user name or a password."
    ]


def test_how_to_mend_it() -> None:
    """The nearest name, and where it would be listed."""
    (found,) = findings(server(), agent("resources: {docs/pages: {}}"))
    assert found.fix == "Did you mean `docs/page`? Or list `pages` under `resources` of ToolServer docs."
