"""One suite for every store of spans."""

import msgspec
import pytest

from podium.adapters.spans import duckdb
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.spans.memory import MemorySpans
from podium.evidence import semconv
from podium.kernel.errors import InvalidRequest
from podium.kernel.spans import Span
from podium.ports.spans import GetOutline, GetStats, SearchTraces, SumTraces, TraceFilter

TRACE = "a" * 32


def span(number, *, trace_id=TRACE, start_ns=None, parent=None):
    return Span(
        trace_id=trace_id,
        span_id=f"{number:016x}",
        parent_span_id=parent,
        name="chat gpt-5-mini",
        kind="CLIENT",
        start_ns=number if start_ns is None else start_ns,
        end_ns=2**62,
        status="ERROR" if number % 2 else "UNSET",
        status_message="why" if number % 2 else None,
        attributes={"text": "ü\"'", "int": 2**53 + 1, "float": 0.5, "bool": True, "list": ["stop", "length"]},
    )


@pytest.fixture(params=[MemorySpans, DuckSpans])
def store(request, tmp_path):
    store = MemorySpans() if request.param is MemorySpans else DuckSpans(tmp_path / "spans.duckdb")
    yield store
    store.close()


def test_an_empty_store(store):
    """A new store has no cursors and no traces."""
    assert store.cursors() == {}
    assert store.of_trace(TRACE) == []


def test_spans_come_back_whole(store):
    """Every field comes back with its value and type."""
    store.append([span(2, parent="b" * 16), span(1)], {})
    first, second = store.of_trace(TRACE)
    assert first == {
        "trace_id": TRACE,
        "span_id": f"{1:016x}",
        "parent_span_id": None,
        "name": "chat gpt-5-mini",
        "kind": "CLIENT",
        "start_ns": 1,
        "end_ns": 2**62,
        "status": "ERROR",
        "status_message": "why",
        "attributes": span(1).attributes,
        "source": "otlp",
    }
    assert (second["parent_span_id"], second["status_message"]) == ("b" * 16, None)


def test_a_trace_is_in_order_and_alone(store):
    """A trace's spans are ordered by start, then id, and no other trace's are among them."""
    store.append([span(3, start_ns=5), span(1, start_ns=9)], {})
    store.append([span(2, start_ns=5), span(4, trace_id="c" * 32)], {})
    assert [found["span_id"] for found in store.of_trace(TRACE)] == [f"{n:016x}" for n in (2, 3, 1)]


def test_what_is_too_old_is_forgotten(store):
    """Spans that ended before a time are gone, the others and the cursors stay."""
    old, new = (
        msgspec.structs.replace(span(number), end_ns=end_ns) for number, end_ns in ((1, 99), (2, 100))
    )
    store.append([old, new], {"ledger": (0, 2)})
    assert store.forget(100) == 1
    assert [found["span_id"] for found in store.of_trace(TRACE)] == [f"{2:016x}"]
    assert store.cursors() == {"ledger": (0, 2)}
    assert store.forget(100) == 0


def test_a_span_that_comes_twice_is_read_once(store):
    """Whoever sends again what was stored already does no harm to a trace."""
    store.append([span(1), span(2)], {})
    store.append([span(1)], {})
    assert len(store.of_trace(TRACE)) == 2


HOUR_NS = 3_600_000_000_000


def work(
    trace, number, name, start_ns, *, duration_ns=1000, source="ledger", error=False, parent=1, **attributes
):
    """A span of a small fleet; attributes by the names that `semconv` has for them."""
    return Span(
        trace_id=f"{trace:032x}",
        span_id=f"{number:016x}",
        parent_span_id=f"{parent:016x}" if parent else None,
        name=name,
        kind="CLIENT",
        start_ns=start_ns,
        end_ns=start_ns + duration_ns,
        status="ERROR" if error else "UNSET",
        status_message=None,
        attributes={getattr(semconv, key.upper()): value for key, value in attributes.items()},
        source=source,
    )


def fleet(store):
    """Three traces: a refund with a failed tool, a summary whose program reports tokens, a long report."""
    acme = {"agent": "clerk", "department": "acme/support", "task": "task_1"}
    store.append(
        [
            work(
                1, 2, "chat m", 10, cost_nano_usd=700, input_tokens=30, output_tokens=5, model="large", **acme
            ),
            work(
                1,
                3,
                "execute_tool mail/send",
                20,
                source="tools",
                error=True,
                tool="mail/send",
                verdict="deny",
                **acme,
            ),
        ],
        {},
    )
    store.append([work(1, 1, "Refund ORDER", 5, source="otlp", parent=None, duration_ns=100, **acme)], {})
    store.tidy()
    other = {"agent": "writer", "department": "acme", "task": "task_2"}
    store.append(
        [
            work(
                2,
                1,
                "summary",
                HOUR_NS + 5,
                parent=None,
                source="otlp",
                input_tokens=40,
                output_tokens=2,
                **other,
            ),
            work(
                2,
                2,
                "chat s",
                HOUR_NS + 6,
                cost_nano_usd=90,
                input_tokens=40,
                output_tokens=2,
                request_model="s",
                **other,
            ),
        ],
        {},
    )
    store.append(
        [work(3, 1, "report", 3, parent=None, source="otlp", duration_ns=10**9, operation="invoke_agent")], {}
    )


def found(store, **where):
    return [int(row.trace_id, 16) for row in store.search(SearchTraces(TraceFilter(**where))).traces]


def test_a_trace_in_a_list(store):
    """A trace has its parts' figures: money and tokens of Podium's own spans alone, its root's name."""
    fleet(store)
    second, first, third = store.search(SearchTraces()).traces
    assert (first.name, first.start_ns, first.end_ns, first.spans, first.errors) == (
        "Refund ORDER",
        5,
        1020,
        3,
        1,
    )
    assert (first.cost_nano_usd, first.input_tokens, first.output_tokens) == (700, 30, 5)
    assert (first.model_calls, first.tool_calls, first.reported_tokens) == (1, 1, 0)
    assert (first.agents, first.departments, first.models) == (("clerk",), ("acme/support",), ("large",))
    assert (first.tools, first.tasks, first.verdicts) == (("mail/send",), ("task_1",), ("deny",))
    assert (second.input_tokens, second.reported_tokens, second.models) == (40, 42, ("s",))
    assert (third.agents, third.cost_nano_usd) == ((), 0)


@pytest.mark.parametrize(
    ("where", "traces"),
    [
        ({}, [2, 1, 3]),
        ({"agent": "clerk"}, [1]),
        ({"department": "acme"}, [2, 1]),
        ({"department": "acme/support"}, [1]),
        ({"department": "acm"}, []),
        ({"model": "s"}, [2]),
        ({"tool": "mail/send"}, [1]),
        ({"task": "task_2"}, [2]),
        ({"verdict": "deny"}, [1]),
        ({"status": "error"}, [1]),
        ({"status": "ok"}, [2, 3]),
        ({"text": "order"}, [1]),
        ({"text": "100%_"}, []),
        ({"min_cost_nano_usd": 90}, [2, 1]),
        ({"max_cost_nano_usd": 90}, [2, 3]),
        ({"min_duration_ns": 10**9}, [3]),
        ({"max_duration_ns": 1015}, [2, 1]),
        ({"since_ns": 5}, [2, 1]),
        ({"until_ns": 5}, [3]),
        ({"agent": "clerk", "status": "ok"}, []),
    ],
)
def test_search(store, where, traces):
    """Every filter leaves the traces that fit, newest first."""
    fleet(store)
    assert found(store, **where) == traces


def test_pages(store):
    """Page by page each trace comes once; a place that is none is refused."""
    fleet(store)
    seen, after = [], None
    for _ in range(3):
        page = store.search(SearchTraces(limit=1, after=after))
        seen += [int(row.trace_id, 16) for row in page.traces]
        after = page.next
    assert (seen, after) == ([2, 1, 3], None)
    with pytest.raises(InvalidRequest, match="no place in a list"):
        store.search(SearchTraces(after="x"))


def test_figures(store):
    """Figures by a key count each span once, before and after the store is put in order."""
    fleet(store)
    for _ in range(2):
        rows = {row.key: row for row in store.stats(GetStats(by="agent")).rows}
        assert {key: row.spans for key, row in rows.items()} == {"clerk": 3, "writer": 2, "": 1}
        assert (rows["clerk"].errors, rows["clerk"].cost_nano_usd, rows["clerk"].input_tokens) == (1, 700, 30)
        assert rows["writer"].reported_tokens == 42
        assert rows[""].p50_ns == pytest.approx(10**9, rel=0.05)
        hours = store.stats(GetStats(by="hour")).rows
        assert [(row.key, row.spans) for row in hours] == [("0", 4), (str(HOUR_NS), 2)]
        assert [row.key for row in store.stats(GetStats(by="tool", department="acme/support")).rows] == [
            "",
            "mail/send",
        ]
        assert [row.key for row in store.stats(GetStats(by="model", since_ns=HOUR_NS + 9)).rows] == ["", "s"]
        assert [
            row.key for row in store.stats(GetStats(by="agent", until_ns=1, operation="invoke_agent")).rows
        ] == [""]
        store.tidy()


def test_what_is_forgotten_is_found_no_more(store):
    """A trace that has ended before the time is in no list."""
    fleet(store)
    store.forget(2_000)
    assert found(store) == [2, 3]


def test_the_oldest_go_where_there_is_no_room(store, monkeypatch):
    """Where spans take more than they may, the oldest go with their traces; where they do not, none."""
    many = [work(number, 1, "chat", 10 * number, parent=None, duration_ns=0) for number in range(1, 41)]
    store.append(many, {"ledger": (0, 40)})
    store.tidy()
    assert store.shrink(10**12) == 0
    monkeypatch.setattr(duckdb, "GROUP_SPANS", 10)
    gone = store.shrink(0)
    assert 1 <= gone <= 8
    assert len(found(store)) == 40 - gone
    assert store.cursors() == {"ledger": (0, 40)}


def test_cursors_move(store):
    """Cursors are kept by source; the ones that are not named stay."""
    store.append([], {"ledger": (0, 5), "other": (1, 7)})
    store.append([span(1)], {"ledger": (0, 6)})
    assert store.cursors() == {"ledger": (0, 6), "other": (1, 7)}


def test_both_or_neither(store):
    """An append that fails adds no span and moves no cursor."""
    store.append([span(1)], {"ledger": (0, 1)})
    with pytest.raises((AttributeError, TypeError)):
        store.append([span(2), object()], {"ledger": (0, 2)})
    assert store.cursors() == {"ledger": (0, 1)}
    assert len(store.of_trace(TRACE)) == 1


@pytest.mark.parametrize(
    ("within", "traces"),
    [(None, [2, 1, 3]), (("acme",), [2, 1]), (("support",), [1]), (("sup",), []), ((), [])],
)
def test_only_what_is_of_departments_that_may_be_seen(store, within, traces):
    """A search, its figures, a trace and its outline hold departments that were named, and those below."""
    fleet(store)
    rows = store.search(SearchTraces(within=within)).traces
    assert [int(row.trace_id, 16) for row in rows] == traces
    assert store.sums(SumTraces(within=within)).sums.traces == len(traces)
    for number in (1, 2, 3):
        trace = f"{number:032x}"
        there = number in traces
        assert bool(store.of_trace(trace, within=within)) is there
        assert bool(store.outline(GetOutline(trace, within)).spans) is there
    found = {row.key for row in store.stats(GetStats("department", within=within)).rows}
    assert found == {None: {"", "acme", "acme/support"}, ("acme",): {"acme", "acme/support"}}.get(
        within, {"acme/support"} if within == ("support",) else set()
    )


def test_a_trace_that_goes_through_others_departments_is_not_shown(store):
    """One span of another department is enough, whichever part of the trace came first."""
    fleet(store)
    store.append([work(1, 9, "ask legal", 30, department="acme/legal", agent="jurist")], {})
    assert store.search(SearchTraces(within=("support",))).traces == ()
    assert store.of_trace(f"{1:032x}", within=("support",)) == []
    assert len(store.of_trace(f"{1:032x}", within=("support", "legal"))) == 4


def test_an_outline_and_figures_of_all(store):
    """An outline has what a waterfall shows of each span; figures are those of the whole list."""
    fleet(store)
    root, chat, tool = store.outline(GetOutline(f"{1:032x}")).spans
    assert (root.name, root.parent_span_id, root.source, root.failed) == ("Refund ORDER", None, "otlp", False)
    assert (chat.what, chat.input_tokens, chat.cost_nano_usd, chat.duration_ns) == ("large", 30, 700, 1000)
    assert (tool.what, tool.verdict, tool.failed, tool.parent_span_id) == (
        "mail/send",
        "deny",
        True,
        f"{1:016x}",
    )
    (one,) = store.of_trace(f"{1:032x}", span_id=f"{2:016x}")
    assert one["name"] == "chat m"
    sums = store.sums(SumTraces()).sums
    assert (sums.traces, sums.failed, sums.spans, sums.cost_nano_usd) == (3, 1, 6, 790)
    assert sums.p50_ns is not None
    assert sums.p50_ns <= sums.p95_ns
    assert store.sums(SumTraces(TraceFilter(agent="nobody"))).sums.p50_ns is None


def test_a_program_does_not_take_the_place_of_an_own_span(store):
    """A span that a program sends under the id of one of Podium's own changes nothing of what is read."""
    store.append([work(1, 2, "execute_tool mail/send", 9, source="tools", error=True, verdict="deny")], {})
    store.append([work(1, 2, "nothing to see", 9, source="otlp")], {})
    (one,) = store.of_trace(f"{1:032x}")
    (row,) = store.outline(GetOutline(f"{1:032x}")).spans
    assert (one["source"], one["name"], row.verdict) == ("tools", "execute_tool mail/send", "deny")
