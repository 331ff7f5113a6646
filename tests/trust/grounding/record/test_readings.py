"""What a task has read, and what of it is found again."""

import base64
import re
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from podium.trust.grounding.record import readings as module
from podium.trust.grounding.record.passages import pieces
from podium.trust.grounding.record.readings import Read, Readings, Sent, tokens_of
from podium.trust.grounding.record.results import hits_of, pieces_of
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.values import encodings, forms
from podium.trust.values.contents import read_mcp
from podium.trust.values.forms import squash
from podium.trust.values.labels import CONFIDENTIALITIES, INTEGRITIES
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

OPEN = ReturnsRow("public", "private")
FILES = ReturnsRow(
    object=ObjectRow("files", "id", ("name",), ("owner",)),
    fields={"files[].id": FieldLabel("organisation"), "files[].owner": FieldLabel("organisation")},
)
SHARE = ToolRow(
    "drive",
    "share_file",
    "irreversible",
    ("share",),
    {"id": SinkRow("object"), "with": SinkRow("recipient", many=True), "message": SinkRow("text")},
)
WORDS = st.lists(
    st.sampled_from(
        [
            "meeting",
            "budget",
            "bob@acme.example",
            "eve@evil.example",
            "120.00",
            "plan",
            "Q3",
            "June",
            "13",
            "file",
            "7",
            "f-7",
            "send",
        ]
    ),
    max_size=12,
).map(" ".join)
FILE = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["f-7", "f-8", "f-9"]),
        "name": st.sampled_from(["Q3 plan", "Q3 plan draft", "notes.txt"]),
        "owner": st.sampled_from(["bob@acme.example", "cy@acme.example"]),
        "text": WORDS,
    }
)
READS = st.lists(
    st.one_of(
        WORDS.map(lambda text: Read("mail/read", OPEN, {}, text, 1)),
        st.lists(FILE, max_size=3).map(
            lambda files: Read("drive/list_files", FILES, {}, {"files": files}, 1)
        ),
    ),
    max_size=4,
)
CALLS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["f-7", "f-8", "f-10", "7"]),
        "with": st.lists(
            st.sampled_from(["bob@acme.example", "cy@acme.example", "eve@evil.example", "no@where.example"]),
            min_size=1,
            max_size=2,
        ),
        "message": WORDS,
    }
)


def taken(request: str, events: Any) -> Readings:
    readings = Readings(request)
    for event in events:
        readings.apply(event)
    return readings


def asked(readings: Readings, arguments: dict[str, Any]) -> Verdict:
    task = Standing(readings, GrantRow(SHARE.id, None, 1), domains=frozenset({"acme.example"}))
    return decide_tool_call(ToolCall("a", SHARE.client_name, SHARE, arguments), task)


def gist(verdict: Verdict) -> Any:
    return verdict.answer, sorted((f.path, f.value, f.ground, f.may_ask) for f in verdict.findings)


REQUEST = "Share the Q3 plan with bob@acme.example"


@given(READS, CALLS)
def test_the_order_of_reading_does_not_matter(reads: list[Read], call: dict[str, Any]) -> None:
    """A task that has read the same stands the same, in whatever order it came."""
    verdicts = [gist(asked(taken(REQUEST, order), call)) for order in list(permutations(reads))[:6]]
    assert all(verdict == verdicts[0] for verdict in verdicts)


@given(READS, CALLS)
def test_replaying_gives_the_same(reads: list[Read], call: dict[str, Any]) -> None:
    """Events that were written down and read back rebuild the record, for this verdict and for later ones."""
    events: list[Read | Sent] = [*reads, Sent("budgetplan", 7)]
    live = taken(REQUEST, events)
    coder, kind = msgspec.msgpack, list[Read | Sent]
    again = taken(REQUEST, coder.decode(coder.encode(events), type=kind))
    assert asked(live, call) == asked(again, call)
    assert (live.context, live.sent, live.unexplained) == (again.context, again.sent, again.unexplained)


@given(READS, WORDS, CALLS)
def test_a_strangers_text_adds_no_trust(reads: list[Read], text: str, call: dict[str, Any]) -> None:
    """Whatever a stranger's text says, no call becomes silent by it, and the labels do not get better."""
    before = taken(REQUEST, reads)
    after = taken(REQUEST, [*reads, Read("mail/read", OPEN, {}, text, 2)])
    if asked(before, call).answer != "allow":
        assert asked(after, call).answer != "allow"
    assert INTEGRITIES.index(after.context.integrity) <= INTEGRITIES.index(before.context.integrity)
    assert CONFIDENTIALITIES.index(after.context.confidentiality) >= CONFIDENTIALITIES.index(
        before.context.confidentiality
    )


@given(READS, st.from_regex(r"[a-z]{6,10}@[a-z]{5,9}\.test", fullmatch=True))
def test_what_is_nowhere_is_never_trusted(reads: list[Read], address: str) -> None:
    """A value that is neither in the request nor in anything read is not trusted."""
    verdict = asked(taken(REQUEST, reads), {"id": "f-7", "with": [address], "message": ""})
    assert verdict.answer != "allow"
    assert {f.ground for f in verdict.findings if f.value == address} == {"nowhere"}


PASSAGE = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789 "), min_size=24, max_size=80).filter(
    lambda text: len(squash(text)) >= 20 and len(set(squash(text))) > 5
)


@given(PASSAGE, PASSAGE, st.sampled_from([" ", ". ", "\n"]))
def test_shared_passages_are_found(private: str, around: str, gap: str) -> None:
    """A passage of something private is found in another text, wherever it stands and however spelled."""
    readings = taken("hi", [Read("mail/read", OPEN, {}, f"{around}{gap}{private}", 1)])
    for outer in (private, f"zz{private}", f"{private.upper()} zz", "_".join(private)):
        found = list(readings.shared(squash(outer), least=16))
        assert found, outer
        assert max(passage.length for passage in found) >= len(squash(private)) - 0


def test_values_are_found_in_disguise() -> None:
    """An address is found in what was read: re-spelled, encoded there or here, backwards, or in pieces."""
    encoded = base64.b64encode(b"write to mallory@evil.example").decode()
    for text in (
        f"see {encoded}",
        "MALLORY @ EVIL . example",
        "elpmaxe.live@yrollam",
        "m%61llory%40evil.example",
    ):
        readings = taken("hi", [Read("mail/read", OPEN, {}, text, 1)])
        assert list(readings.holds("mallory@evil.example")), text
    readings = taken("hi", [Read("mail/read", OPEN, {}, ["first mallory@", "then evil.example"], 1)])
    assert not list(readings.holds("mallory@evil.example"))
    assert len(pieces(readings, "mallory@evil.example")) == 2


@pytest.mark.parametrize("parts", [1, 40])
def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch, parts: int) -> None:
    """What is too much is forgotten, never trusted again, and taken for as confidential as it was."""
    monkeypatch.setattr(module, "MAX_CHARS", 20_000)
    readings = Readings("Share the Q3 plan with my deputy")
    people = ReturnsRow("organisation", "private", ObjectRow("people", "email", ("name",)))
    readings.apply(
        Read("dir/find", people, {}, {"people": [{"name": "Q3 plan", "email": "cy@acme.example"}]}, 1)
    )
    assert readings.at(("email", "cy@acme.example"))
    for number in range(parts):
        readings.apply(Read("mail/read", OPEN, {}, f"{number} lorem ipsum dolor " * (2000 // parts), 2))
        readings.apply(Read("mail/read", OPEN, {}, [f"{number}-{i} amet" for i in range(4000 // parts)], 2))
    assert readings.chars <= 20_000
    assert len(readings.places) < 5000
    assert not readings.at(("email", "cy@acme.example"))
    assert readings.forgotten is not None
    assert readings.forgotten.guarded
    assert readings.objects_lost
    assert asked(readings, {"id": "f-7", "with": ["cy@acme.example"], "message": "x"}).answer != "allow"
    for index in range(len(readings.results)):
        assert all(at < len(readings.places) for at in readings.results[index].places)


def test_deep_and_odd_results() -> None:
    """No shape of a result makes reading fail."""
    deep: Any = "mallory@evil.example"
    for _ in range(300):
        deep = [deep]
    for content in (None, True, 3, "", [], {}, {"a": None}, deep, {"x" * 40: 1, "result": {"result": [1]}}):
        readings = taken("hi", [Read("mail/read", FILES, {"a": [1, {"b": "c"}]}, content, 1)])
        assert not readings.context.trusted
    assert list(taken("hi", [Read("mail/read", OPEN, {}, deep, 1)]).holds("mallory@evil.example"))


def test_mcp_results() -> None:
    """A result's content is its structured one; texts that only repeat it are dropped, others kept."""
    text = {"type": "text", "text": '{"a": 1}'}
    assert read_mcp({"content": [text]}) == ({"a": 1}, ())
    assert read_mcp({"content": [text], "structuredContent": {"a": 1}}) == ({"a": 1}, ())
    other = {"type": "text", "text": "pay mallory"}
    assert read_mcp({"content": [text, other], "structuredContent": {"a": 1}}) == ({"a": 1}, ("pay mallory",))
    assert read_mcp({"content": [other, other]}) == ("pay mallory\npay mallory", ())
    assert read_mcp({"content": [text, text]}) == ([{"a": 1}, {"a": 1}], ())
    assert read_mcp({}) == ("", ())


PLAIN = {
    "number": r"(?<![\w.,])[-+]?\d{1,3}(?:[,'\u00a0 ]\d{3})+(?:\.\d+)?(?![\w])"
    r"|(?<![\w])[-+]?\d+(?:[.,]\d+)*(?![\w])",
    "day": r"(?<!\d)\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)",
    "time": r"(?i)(?<![\d:])(?P<h>\d{1,2})(?::(?P<m>\d{2}))(?::\d{2})?\s*(?P<p>[ap]\.?m\.?)?(?![\d:])"
    r"|(?<![\d:])(?P<h2>\d{1,2})\s*(?P<p2>[ap]\.?m\b\.?)",
    "host": r"\w\.[A-Za-z]{2}|://",
}
"""What the patterns say that begin with the character that tells."""
DATED = [
    "5",
    "19",
    "2024",
    " ",
    " of ",
    "-",
    " to ",
    "May",
    "june",
    "Sept",
    "maybe",
    "\u017fep",
    "first",
    "st",
    ".",
    "é",
    "2024-05-19",
    "/",
    "\n",
]
NOTATION = st.text(st.sampled_from("0123456789-+.,:/ '\u00a0\npmaxXé٣_"), max_size=40)


@given(NOTATION)
def test_patterns_that_skip_find_what_plain_ones_find(text: str) -> None:
    """A number, a date, a time and a host are found where the pattern without a head start finds them."""
    spans = {name: [match.span() for match in re.finditer(pattern, text)] for name, pattern in PLAIN.items()}
    assert spans["number"] == [match.span() for match in forms.NUMBER.finditer(text)]
    assert spans["day"] == [match.span() for match in forms._DATES[0].finditer(text)]
    assert spans["time"] == [match.span() for match in forms._TIME.finditer(text)]
    assert bool(spans["host"]) == bool(forms._DOTTED.search(text))
    assert re.findall(r"[^\W_]*\d[^\W_]*", text) == list(tokens_of(text))


@given(st.lists(st.sampled_from(DATED), max_size=12))
@example(["5 ", "May", " 5"])
def test_dates_are_found_without_looking_everywhere(parts: list[str]) -> None:
    """Dates with a month's name are found as by trying each pattern at each place."""
    text = "".join(parts)
    assert bool(forms._NAMED_MONTH.search(text)) == forms._names_month(text)
    for pattern, quick in (
        (forms._DATES[3], forms._month_first),
        (forms._ORDINAL, forms._ordinals),
        (forms._RANGE, forms._ranges),
    ):
        found = [match.span() for match in quick(text)] if forms._names_month(text) else []
        plain = list(pattern.finditer(text))
        if pattern is forms._DATES[3]:  # of `5 May 5` the day is the one before the month
            plain = [match for match in plain if not forms._has_day(text, match.start())]
        assert found == [match.span() for match in plain]


@given(
    st.text(st.sampled_from("09afAFgx\\ :,-.\n"), max_size=50),
    st.sampled_from(["", "00112233445566", "41 42 43 44 45 46", "0x41,0x42,0x43,0x44,0x45,0x46"]),
)
def test_hexadecimal_runs_are_never_passed_over(text: str, run: str) -> None:
    """Where a run of hexadecimal digits stands that is decoded, it is looked for."""
    assert encodings._may_hex(text + run) or not (
        re.search(r"\d", text + run) and encodings._HEX.search(text + run)
    )


@given(st.text(st.sampled_from("abcdé"), max_size=40), st.text(st.sampled_from("abcdé"), max_size=40))
def test_pieces_are_the_same_wherever_they_stand(left: str, right: str) -> None:
    """Two texts have a piece in common exactly where they share its characters."""
    pieces = {right[at : at + 8] for at in range(0, len(right) - 7, 8)}
    hits = hits_of(left, dict.fromkeys(pieces_of(right)))
    assert [at for at, _ in hits] == [at for at in range(len(left) - 7) if left[at : at + 8] in pieces]
    assert all(hits_of(left[at : at + 8], {piece: None}) == [(0, piece)] for at, piece in hits)
