"""Markup, addresses, tables: what cannot be injected, what stands in a URL."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.console.address import Address
from podium.console.markup import element, join, link
from podium.console.tables import Choice, bar, filter_form, parse_place


@given(st.text(), st.text())
def test_text_is_never_markup(child: str, value: str) -> None:
    """No text, inside or as an attribute, opens or closes anything."""
    html = element("p", child, title=value)
    assert html.count("<") == html.count(">") == 2
    assert html.count('"') == 2


def test_elements() -> None:
    """Attributes are spelled as HTML does; None and False are left out; markup stays markup."""
    assert (
        element("input", type="search", required=True, disabled=False, value=None)
        == '<input type="search" required>'
    )
    assert (
        element("div", element("b", 1), None, class_="a", data_key="k")
        == '<div class="a" data-key="k"><b>1</b></div>'
    )
    assert join("<", link("/now?a=1&b=2", "x")) == '&lt;<a href="/now?a=1&amp;b=2">x</a>'


@given(st.dictionaries(st.text(min_size=1), st.text(min_size=1)))
def test_addresses_read_back(query: dict[str, str]) -> None:
    """What an address holds is read back from its URL."""
    address = Address("/now", tuple(query.items()))
    assert dict(Address.parse(address.but(before=query.get("before"))).query) == query


def test_a_changed_filter_begins_at_the_newest() -> None:
    """A change of a filter leaves the others, and leads back to the newest rows; an empty value goes."""
    address = Address.parse("/now?agent=a&model=m&before=1:x")
    assert address.but(agent="b") == "/now?model=m&agent=b"
    assert address.but(agent="", model=None) == "/now"
    assert address.but(before="2:y") == "/now?agent=a&model=m&before=2%3Ay"


@pytest.mark.parametrize("text", [None, "", "1:", ":x", "x:1", "²:x", "1" * 30 + ":x"])
def test_a_malformed_place_is_the_newest(text: str | None) -> None:
    """A page that begins nowhere begins with the newest row."""
    assert parse_place(text) is None
    assert parse_place("12:call_1") == (12, "call_1")


def test_a_chosen_value_stays_a_choice() -> None:
    """A value in the address is offered and chosen even where no row has it."""
    form = filter_form(Address.parse("/now?agent=gone"), (Choice("agent", "Any agent", ["here"]),))
    assert '<option value="gone" selected>gone</option>' in form
    assert '<option value="here">here</option>' in form


def test_a_bar_of_nothing_is_empty() -> None:
    """A share of nothing draws nothing."""
    assert "width:0.0%" in bar(0, 0)
    assert "width:25.0%" in bar(1, 4)
