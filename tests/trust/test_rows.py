"""The label of single rows of a list, by a field that the server fills."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.values.label_flow import result_label
from podium.trust.values.labels import Label, Labels
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

OURS = FieldLabel("organisation")
ROWS = {
    "source": {"own": FieldLabel("user"), "mail": FieldLabel("public")},
    "owner": {"@acme.example": FieldLabel("organisation")},
    "kind": {"letter": FieldLabel(None, "secret")},
    "shown": {"true": FieldLabel(None, "public")},
}


def returns(*decide: str, ours: str = "id source owner kind shown") -> ReturnsRow:
    rows = {path: ROWS[path] for path in decide}
    found = ObjectRow("entries", "id", ("name",), (), rows)
    fields = {f"entries[].{name}": OURS for name in ours.split()}
    return ReturnsRow(object=found, fields=fields | {"entries[].notes": FieldLabel("public")})


@pytest.mark.parametrize(
    ("decide", "row", "integrity", "confidentiality"),
    [
        ("source", {"source": "own"}, "user", "private"),
        ("source", {"source": "mail"}, "public", "private"),
        ("source", {"source": "elsewhere"}, "public", "private"),
        ("source", {"source": "OWN"}, "public", "private"),
        ("source", {"source": ["own"]}, "public", "private"),
        ("source", {"other": {"source": "own"}}, "public", "private"),
        ("source", {}, "public", "private"),
        ("owner", {"owner": "ida@acme.example"}, "organisation", "private"),
        ("owner", {"owner": "ida@lab.acme.example"}, "organisation", "private"),
        ("owner", {"owner": "ida@acme.example.evil.example"}, "public", "private"),
        ("owner", {"owner": "ida@acme.example, eve@evil.example"}, "public", "private"),
        ("kind", {"kind": "letter"}, "public", "secret"),
        ("kind", {"kind": "Letter"}, "public", "secret"),
        ("kind", {"kind": "bill"}, "public", "private"),
        ("shown", {"shown": True}, "public", "public"),
        ("shown", {"shown": False}, "public", "private"),
        ("source kind", {"source": "own", "kind": "bill"}, "user", "private"),
        ("source kind", {"source": "own", "kind": "letter"}, "user", "secret"),
        ("source owner", {"source": "own", "owner": "eve@evil.example"}, "public", "private"),
        ("source owner", {"source": "own", "owner": "ida@acme.example"}, "organisation", "private"),
    ],
)
def test_a_row_is_labelled_by_its_fields(decide, row, integrity, confidentiality) -> None:
    """Each field counts for what its values speak of; the worst of several counts."""
    known = returns(*decide.split())
    assert labelled(known, row).whole == Label(integrity, confidentiality)
    assert labelled(known, row, "result.entries[]").whole == Label(integrity, confidentiality)
    assert Labels(known).whole == Label("public", "private")


def labelled(returns: ReturnsRow, row: dict[str, Any], pattern: str = "entries[]") -> Labels:
    (found,) = returns.objects
    return Labels(returns).of_row(row, pattern, found.rows)


def test_fields_go_on_top() -> None:
    """What is declared of a field holds in every row."""
    own = labelled(returns("source"), {"source": "own"})
    assert own.of("entries[].name").integrity == "user"
    assert own.of("entries[].notes").integrity == "public"
    assert own.of("entries[].id").integrity == "organisation"


def test_a_field_that_strangers_fill_makes_no_row_better() -> None:
    """It may make it worse."""
    known = returns("source", "kind", "shown", ours="id")
    assert labelled(known, {"source": "own", "shown": True}).whole == Label("public", "private")
    assert labelled(known, {"kind": "letter"}).whole == Label("public", "secret")


def test_the_worst_that_a_result_may_be() -> None:
    """What a task has read counts as the worst of the rows that there may be."""
    assert result_label(returns("source")) == Label("public", "private")
    assert result_label(returns("kind")) == Label("public", "secret")


PEOPLE = [
    {"id": "1", "source": "own", "kind": "bill", "name": "Ida Berg", "email": "ida@berg.example"},
    {"id": "2", "source": "mail", "kind": "letter", "name": "Ida Stone", "email": "ida@stone.example"},
    {"id": "3", "source": "mail", "kind": "bill", "name": "Max Lund", "email": "max@lund.example"},
]
SEND = ToolRow(
    "m", "send_mail", "irreversible", ("mail",), {"to": SinkRow("recipient"), "body": SinkRow("text")}
)


def send(request: str, to: str, body: str = "It is done.", *decide: str) -> Verdict:
    readings = Readings(request, date(2026, 11, 26))
    content: dict[str, Any] = {"entries": PEOPLE}
    readings.apply(Read("m/list_entries", returns(*decide), {}, content, 1))
    task = Standing(readings, GrantRow(SEND.id), domains=frozenset({"acme.example"}))
    return decide_tool_call(ToolCall("clerk", SEND.client_name, SEND, {"to": to, "body": body}), task)


@pytest.mark.parametrize(
    ("request_", "to", "plain", "by_row"),
    [
        ("Mail Ida Berg that it is done", "ida@berg.example", "ask", "allow"),
        ("Mail Ida Stone that it is done", "ida@stone.example", "ask", "ask"),
        ("Mail Max that it is done", "max@lund.example", "ask", "ask"),
        ("Mail Max that it is done", "ida@berg.example", "deny", "ask"),
    ],
)
def test_a_contact_of_the_user_s_among_those_out_of_mail(request_, to, plain, by_row) -> None:
    """The address of his own goes where the request names it, another's is asked about as before."""
    assert (send(request_, to).answer, send(request_, to, "It is done.", "source").answer) == (plain, by_row)
