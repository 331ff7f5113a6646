"""Templates of URIs: what is one of theirs, and what only looks so."""

import pytest

from podium.trust.values.uris import BadTemplate, expanded, matched, read_template


@pytest.mark.parametrize(
    ("template", "uri", "values"),
    [
        ("docs://handbook", "docs://handbook", {}),
        ("file:///docs/{name}", "file:///docs/a.b.md", {"name": "a.b.md"}),
        ("file:///docs/{name}.md", "file:///docs/a.b.md", {"name": "a.b"}),
        ("file:///docs/{name}", "file:///docs/M%C3%BCller", {"name": "Müller"}),
        ("file:///docs/{name}", "file:///docs/Müller", {"name": "Müller"}),
        ("file:///docs/{+path}", "file:///docs/a/b/c", {"path": "a/b/c"}),
        ("users://{id}/profile", "users://u1/profile", {"id": "u1"}),
        ("log://{year}-{month}", "log://2026-07", {"year": "2026", "month": "07"}),
        (
            "log://a/{x}/{y}{?q,lang}",
            "log://a/1/2?lang=de&q=a+b%26",
            {"x": "1", "y": "2", "lang": "de", "q": "a b&"},
        ),
        ("log://a{?q}", "log://a", {}),
    ],
)
def test_what_is_one_of_a_template(template, uri, values):
    assert matched(template, uri) == values
    assert matched(template, expanded(template, values)) == values


@pytest.mark.parametrize(
    ("template", "uri"),
    [
        ("docs://handbook", "docs://handbook/"),
        ("docs://handbook", "docs://handbook?x=1"),
        ("docs://handbook", "docs://hand%62ook"),
        ("file:///docs/{name}", "file:///docs/.."),
        ("file:///docs/{name}", "file:///docs/%2e%2e"),
        ("file:///docs/{name}", "file:///docs/%2E."),
        ("file:///docs/{name}", "file:///docs/a%2Fb"),
        ("file:///docs/{name}", "file:///docs/a%5Cb"),
        ("file:///docs/{name}", "file:///docs/a\\b"),
        ("file:///docs/{name}", "file:///docs/%252e%252e"),
        ("file:///docs/{name}", "file:///docs/%25%32e"),
        ("file:///docs/{name}", "file:///docs/a%00.md"),
        ("file:///docs/{name}", "file:///docs/a%0Ab"),
        ("file:///docs/{name}", "file:///docs/a%3Fb"),
        ("file:///docs/{name}", "file:///docs/a%23b"),
        ("file:///docs/{name}", "file:///docs/a%FFb"),
        ("file:///docs/{name}", "file:///docs/a%b"),
        ("file:///docs/{name}", "file:///docs/\uff0e\uff0e"),
        ("file:///docs/{name}", "file:///docs/a\uff0fb"),
        ("file:///docs/{name}", "file:///docs/\u2025"),
        ("file:///docs/{name}", "file:///docs/a?x=1"),
        ("file:///docs/{name}", "file:///docs/a#x"),
        ("file:///docs/{name}", "file:///docs/"),
        ("file:///docs/{name}", "file://evil.example/docs/a"),
        ("file:///docs/{name}", "FILE:///docs/a"),
        ("file:///docs/{name}", "file:///docs/../docs/a"),
        ("file:///docs/{name}", "file:///docs/..;/a"),
        ("file:///docs/{name}", "file:///docs/..;x"),
        ("file:///docs/{+path}", "file:///docs/a/../../etc/passwd"),
        ("file:///docs/{+path}", "file:///docs/a/%2e%2e/b"),
        ("file:///docs/{+path}", "file:///docs//etc/passwd"),
        ("file:///docs/{+path}", "file:///docs/a/"),
        ("file:///docs/{+path}", "file:///docs/a%2F..%2F..%2Fb"),
        ("https://api.example/{id}", "https://api.example@evil.example/1"),
        ("https://api.example/{id}", "https://evil.example/1"),
        ("users://{id}/profile", "users://u1@evil/../profile"),
        ("log://a{?q}", "log://a?q=1&q=2"),
        ("log://a{?q}", "log://a?other=1"),
        ("log://a{?q}", "log://a?q"),
        ("file:///docs/{name}", "file:///docs/" + "a" * 3000),
    ],
)
def test_what_is_none_of_a_template(template, uri):
    assert matched(template, uri) is None


@pytest.mark.parametrize(
    "template",
    [
        "handbook",
        "{scheme}://x",
        "https://{host}/x",
        "https://api.{host}/x",
        "file://{host}/x",
        "docs://{a}{b}",
        "docs://x/{+a}/{b}",
        "docs://x{+a}",
        "docs://{a}/{a}",
        "docs://{a",
        "docs://{}",
        "docs://{a*}",
        "docs://{a:3}",
        "docs://x?a={a}",
        "docs://x#{a}",
        "docs://x{?a}/b",
        "docs://x/../{a}",
        "docs://x y",
        "docs://" + "a" * 3000,
    ],
)
def test_what_is_no_template(template):
    with pytest.raises(BadTemplate):
        read_template(template)


def test_long_uris_of_many_variables_are_told_at_once():
    template = "x://" + "-".join(f"{{v{number}}}" for number in range(16))
    assert matched(template, "x://" + "a-" * 1000 + "/") is None
