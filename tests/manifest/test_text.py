"""YAML text becomes nodes that know their lines, whatever the text is."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from podium.manifest import text as text_module
from podium.manifest.text import MAX_FILE_BYTES, Text, dotted, read_text


def faults(text: str) -> list[tuple[int, str]]:
    return [(finding.line, finding.message) for finding in read_text("a.yaml", text).findings]


def plain(text: str) -> object:
    read = read_text("a.yaml", text)
    assert not read.findings
    return [root.plain() for root in read.roots]


def test_scalars_stay_text() -> None:
    """No scalar is guessed at: prices, versions, country codes and times are the text that was written."""
    text = "a: 1.10\nb: no\nc: 0x1F\nd: 12:30\ne: 1e3\nf: 2026-01-01\ng: '3'\nh: true"
    assert plain(text) == [
        {
            "a": "1.10",
            "b": "no",
            "c": "0x1F",
            "d": "12:30",
            "e": "1e3",
            "f": "2026-01-01",
            "g": "3",
            "h": "true",
        }
    ]


def test_null_is_what_is_not_written() -> None:
    """Nothing, ~ and null are null; quoted they are text."""
    assert plain("a:\nb: ~\nc: null\nd: ''\ne: 'null'") == [
        {"a": None, "b": None, "c": None, "d": "", "e": "null"}
    ]


def test_lines_of_nested_values() -> None:
    """A path leads to the line of its key, and one that is missing to what is around it."""
    root = read_text("a.yaml", "\na:\n  b:\n    - x\n    - c: 1\n      d: 2\n").roots[0]
    assert root.line_of(("a",)) == 2
    assert root.line_of(("a", "b", 0)) == 4
    assert root.line_of(("a", "b", 1, "d")) == 6
    assert root.line_of(("a", "b", 1, "missing")) == 5
    assert root.line_of(("a", "b", 7, "missing")) == 3
    assert dotted(("a", "b", 1, "d")) == "a.b[1].d"


def test_several_documents() -> None:
    """One file holds several documents; an empty one between two separators is none."""
    read = read_text("a.yaml", "a: 1\n---\n---\nb: 2\n...\n---\nc: 3\n")
    assert [root.plain() for root in read.roots] == [{"a": "1"}, {"b": "2"}, {"c": "3"}]
    assert [root.line for root in read.roots] == [1, 4, 7]


def test_anchors_aliases_and_merges() -> None:
    """Anchors work, `<<` too, and what is written out wins over what is merged."""
    text = "a: &a {x: 1, y: 2}\nb: *a\nc:\n  <<: *a\n  y: 3\nd: {<<: [{x: 8}, *a]}"
    values = plain(text)[0]
    assert values["b"] == {"x": "1", "y": "2"}
    assert values["c"] == {"y": "3", "x": "1"}
    assert values["d"] == {"x": "8", "y": "2"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the file holds no manifest."),
        ("# nothing\n---\n", 1, "the file holds no manifest."),
        ("a: 1\n\tb: 2\n", 2, "this is not YAML: a tab is used for indentation."),
        ("a:\n\t- b\n", 2, "this is not YAML: a tab is used for indentation."),
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "this is not YAML: did not find expected ',' or ']'."),
        ("a: b: c\n", 1, "this is not YAML: mapping values are not allowed in this context."),
        ("a: 1\nb: \x07\n", 2, "this is not YAML: control characters are not allowed."),
        ("a: 1\nb: \ud800\n", 2, "the text is not valid Unicode."),
        ("a: 1\nb: 2\na: 3\n", 3, "the key is written twice, first on line 1."),
        ("a: *b\n", 1, "the alias *b is not defined."),
        ("a: &a 1\n---\nb: *a\n", 3, "the alias *a is not defined."),
        ("a: &a\n  - *a\n", 2, "the alias *a contains itself."),
        (
            "a: !!python/name:os.system x\n",
            1,
            "the tag tag:yaml.org,2002:python/name:os.system has no meaning here.",
        ),
        ("? [a]\n: b\n", 1, "a key must be plain text."),
        ("a: &a {b: 1}\n*a : c\n", 2, "a key must be plain text."),
        ("a: {<<: b}\n", 1, "`<<` takes a mapping."),
        ("a: " + "[" * 1000, 1, "more than 32 levels deep."),
        ("x" * (MAX_FILE_BYTES + 1), 1, f"the file is larger than {MAX_FILE_BYTES} bytes."),
        ("é" * (MAX_FILE_BYTES // 2 + 1), 1, f"the file is larger than {MAX_FILE_BYTES} bytes."),
    ],
)
def test_a_fault_has_a_line(text: str, line: int, message: str) -> None:
    """What is not YAML, or more than it needs, is a finding with its line."""
    assert faults(text) == [(line, message)]


def test_what_came_before_a_fault_is_kept() -> None:
    """A fault in the second document does not hide the first."""
    read = read_text("a.yaml", "a: 1\n---\nb: [\n")
    assert [root.plain() for root in read.roots] == [{"a": "1"}]
    assert not read.whole


def test_aliases_do_not_multiply() -> None:
    """Aliases of aliases are refused before they are written out."""
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
    )
    (fault,) = faults(bomb)
    assert "100000 values" in fault[1]


def test_aliases_do_not_deepen() -> None:
    """A chain of aliases counts as deep as it would be written out."""
    chain = "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 60))
    (fault,) = faults(chain)
    assert "32 levels" in fault[1]


@given(st.text(alphabet=st.sampled_from("ab:- \n\t[]{}&*!|>'\"#?,%<~\x00é\ud800"), max_size=60))
def test_any_text_is_read_or_explained(text: str) -> None:
    """No text raises, and every text gives documents or findings."""
    read = read_text("a.yaml", text)
    assert isinstance(read, Text)
    assert read.roots or read.findings
    for root in read.roots:
        root.plain()


@given(
    st.recursive(
        st.text("abc 1.:-#'", max_size=6),
        lambda v: st.lists(v) | st.dictionaries(st.text("abc", min_size=1), v),
    )
)
def test_what_yaml_writes_is_read_back(value: object) -> None:
    """Any tree of text that PyYAML writes is read back as it was."""
    text = yaml.safe_dump({"root": value})
    assert plain(text) == [{"root": value}]


def test_the_same_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser, used where libyaml is not there, reads the same values and lines."""
    text = "a:\n  b: [1, ~, '']\n  c: |\n    x\n    y\nd: &d {e: f}\ng: *d\n"
    with_c = read_text("a.yaml", text).roots[0]
    monkeypatch.setattr(text_module, "_LOADER", yaml.SafeLoader)
    without = read_text("a.yaml", text).roots[0]
    assert with_c.plain() == without.plain()
    assert with_c.line_of(("d", "e")) == without.line_of(("d", "e")) == 6
    assert read_text("a.yaml", "a: 1\nb: \x07\n").findings[0].line == 2
