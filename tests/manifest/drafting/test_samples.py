"""Results that were recorded stand in for the output schemas that a server does not give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.manifest.drafting.draft import checks_of, draft_of
from podium.manifest.drafting.samples import schema_of, with_results
from podium.manifest.drafting.schemas import rows_of

from .test_draft import WORDS, compiled, tool

MAILS = [
    {"id": "m1", "subject": "Plan", "from": {"name": "Ann", "email": "ann@acme.example"}, "unread": True},
    {"id": "m2", "subject": "Bill", "total": 4.5, "from": None},
]
LOOSE = {"type": "object", "properties": {"result": {"type": "array", "items": {"type": "object"}}}}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


def drafted(result, returns=None):
    """Return the draft of a lookup that has returned something, as a row and as text."""
    tools, text = compiled(with_results([tool("list_mails", returns=returns)], [("list_mails", result)]))
    return tools["list_mails"].returns, text


@pytest.mark.parametrize(
    "result",
    [
        MAILS,
        {"result": MAILS},
        '[{"id": "m1", "subject": "Plan"}]',
        {"result": '[{"id": 1, "subject": "Plan"}]'},
    ],
)
@pytest.mark.parametrize("returns", [None, LOOSE, {"type": "object", "additionalProperties": True}])
def test_a_list_without_a_schema(result, returns) -> None:
    """As it is, as the official SDK wraps it, and as a text that is JSON: its things are known."""
    found, text = drafted(result, returns)
    assert found.object.id == "id"
    assert found.object.at == ""
    assert "subject" in found.object.names
    assert '"[].id": {integrity: organisation}' in text
    assert "write the `object`" not in text


def test_things_under_a_key() -> None:
    """The `list` is where they stand; no value of a result is in the draft."""
    found, text = drafted({"mails": MAILS, "more": False})
    assert found.object.at == "mails"
    assert not [word for word in ("Plan", "Ann", "acme", "m1", "4.5") if word in text]


def test_a_schema_that_tells_its_fields_stays() -> None:
    """What the server says of its results goes before what it has returned."""
    returns = {"type": "object", "properties": {"mail_id": WORDS, "subject": WORDS}}
    found, _ = drafted(MAILS, returns)
    assert found.object.id == "mail_id"


def test_keys_that_are_data_are_no_fields() -> None:
    """Names and addresses by which a result is keyed are in no draft; nor is what a text within it quotes."""
    prices = {"Casa do Rio": {"id": "h1", "name": "Casa"}, "ann@acme.example": 3}
    _, text = drafted({"prices": prices, "body": '{"id": "x", "name": "y"}'})
    assert not [word for word in ("Casa", "ann", "h1", "body.id") if word in text]
    assert "write the `object`" in text


@given(VALUES)
def test_any_result_gives_a_schema_that_is_read(value) -> None:
    """Whatever a tool returned, the draft validates."""
    rows_of(schema_of([value]))
    drafted(value)


@pytest.mark.parametrize(
    ("returns", "told"),
    [
        (None, "its schema does not say what it returns"),
        (LOOSE, "without `list`"),
        ({"type": "object", "properties": {"result": WORDS}}, "if it is JSON"),
        ({"type": "object", "properties": {"result": {"type": "number"}}}, None),
        ({"type": "object", "properties": {"result": {"type": "array", "items": WORDS}}}, None),
        ({"type": "object", "additionalProperties": True}, "in which `list`"),
    ],
)
def test_what_is_to_be_said_of_a_result(returns, told) -> None:
    """By its form; a number and a list of texts hold nothing that has an identifier."""
    (found,) = draft_of("mail", [tool("list_it", returns=returns)]).tools
    checks = [check.why for check in checks_of(found) if check.kind == "objects"]
    assert len(checks) == (told is not None)
    assert told is None or told in checks[0]


@pytest.mark.parametrize(
    ("returns", "result", "values"),
    [
        (None, {"Casa Lina": 118.0, "Villa Sol": 92.0}, ("price",)),
        (None, {"result": {"Casa Lina": {"price": 118.0, "rating": 4.7}}}, ("price", "rating")),
        (None, {"hotels": {"Casa Lina": 118.0}}, ("price",)),
        ({"type": "object", "additionalProperties": {"type": "number"}}, {"Lusocar": 38.0}, ("price",)),
    ],
)
def test_a_map_by_names(returns, result, values) -> None:
    """Its keys are the things' names, and what stands there is called as the tool calls it."""
    known = with_results([tool("get_hotel_prices", returns=returns)], [("get_hotel_prices", result)])
    tools, text = compiled(known)
    found = tools["get_hotel_prices"].returns.object
    assert (found.keys, found.id, found.at) == ("name", "name", "hotels" if "hotels" in result else "")
    assert found.structured == values
    assert found.names == ("name",)
    assert '[].name": {integrity: organisation}' in text
    assert "Lina" not in text


@pytest.mark.parametrize(
    "result",
    [{"Full name": "Ann", "Age of": 3}, {"id": "m1", "title": "Plan", "more": {"A b": 1}}, {"Ann": 1}],
)
def test_a_thing_is_no_map(result) -> None:
    """Where values are of several kinds, where only a part has such keys, where keys may be fields."""
    returns, _ = drafted(result)
    assert returns.object is None or not returns.object.keys
