"""Which text is an address, and which only has one."""

import pytest

from podium.trust.values.addresses import only_addresses, without_address
from podium.trust.values.forms import forms_of


@pytest.mark.parametrize(
    "text",
    [
        "eve@evil.example",
        "Eve Moss <eve@evil.example>",
        "Moss, Eve <eve@evil.example>, ann@acme.example",
        "eve@evil.example; ann@acme.example",
        "eve@evil.example ann@acme.example\n",
        '"Eve" <mailto:eve@evil.example>',
    ],
)
def test_an_address_or_a_list(text: str) -> None:
    assert only_addresses(text)


@pytest.mark.parametrize(
    "text",
    [
        "mail of eve@evil.example",
        "bills/Order eve@evil.example October.txt",
        "eve@evil.example October",
        "bills/Order <eve@evil.example>",
        "Order <eve@evil.example>.txt",
        "",
    ],
)
def test_a_text_with_an_address(text: str) -> None:
    assert not only_addresses(text)


def test_a_path_is_no_address() -> None:
    """By whatever name a file is called: nobody's name has a slash before his address."""
    for text, left in (("bills/Order <eve@evil.example>", 0), ("Eve <eve@evil.example>", 1)):
        forms = without_address(text, forms_of(text))
        assert sum(kind == "email" for kind, _ in forms) == left
