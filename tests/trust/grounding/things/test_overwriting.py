"""What a request says anew of a thing names none: an act that saves one would overwrite another."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

LIST = ToolRow(
    "c",
    "list_addresses",
    "read",
    (),
    {},
    ReturnsRow("user", object=ObjectRow("addresses", "id", ("name", "street"))),
)
SAVE = ToolRow(
    "c",
    "save_address",
    "irreversible",
    ("save", "add", "change", "update"),
    {
        "name": SinkRow("value"),
        "street": SinkRow("value"),
        "town": SinkRow("value"),
        "address_id": SinkRow("object"),
    },
)
ADDRESSES = {
    "addresses": [
        {"id": "AD-1", "name": "Livia Brannock", "street": "Rietgracht 41", "town": "9000 Ghent"},
        {"id": "AD-2", "name": "Merle Brannock", "street": "Kouter 7", "town": "8000 Bruges"},
    ]
}


def _answer(request: str, **arguments: str) -> str:
    tools = {row.id: row for row in (LIST, SAVE)}
    readings = Readings(request, date(2026, 11, 25))
    readings.apply(Read(LIST.id, LIST.returns, {}, ADDRESSES, 1))
    narrowed = narrow([GrantRow(name) for name in tools], tools, request)
    task = Standing(readings, narrowed.grant(SAVE.id), refusal=narrowed.refusal(SAVE.id))
    return decide_tool_call(ToolCall("a", SAVE.client_name, SAVE, arguments), task).answer


BRAM = {"name": "Bram Teirlinck", "street": "Coupure 3", "town": "8000 Bruges"}


@pytest.mark.parametrize(
    ("request_", "arguments"),
    [
        ("Save the address of Bram: Bram Teirlinck, Coupure 3, 8000 Bruges", BRAM),
        ("Save the address of Bram: Bram Teirlinck, Coupure 3, 8000 Bruges", {"street": "Coupure 3"}),
        ("Add the address of Bram Teirlinck, Coupure 3 in 8000 Bruges", BRAM),
        ("Save this address: Merle Teirlinck, Coupure 3, 8000 Bruges", BRAM | {"name": "Merle Teirlinck"}),
    ],
)
def test_a_new_address_overwrites_none(request_: str, arguments: dict[str, str]) -> None:
    """Neither a town, nor a part of a new name, says that what has it is to be overwritten."""
    assert _answer(request_, **arguments) == "allow"
    assert _answer(request_, **arguments, address_id="AD-2") == "ask"
    assert _answer(request_, **arguments, address_id="AD-1") != "allow"


@pytest.mark.parametrize(
    ("request_", "arguments"),
    [
        ("Merle has moved: save her address, Sint-Jansdreef 112, 8200 Bruges", {"town": "8200 Bruges"}),
        ("Change the address of Merle to Rietgracht 41", {"street": "Rietgracht 41"}),
        ("Change the address in Bruges to Coupure 3", {"street": "Coupure 3"}),
        ("Save Merle's address: Merle Brannock, Coupure 3", {"name": "Merle Brannock"}),
    ],
)
def test_an_address_that_is_named(request_: str, arguments: dict[str, str]) -> None:
    """Whose address it is says that one is meant, and of one that is changed its town does."""
    assert _answer(request_, **arguments, address_id="AD-2") == "allow"
    assert _answer(request_, **arguments, address_id="AD-1") != "allow"


def test_a_name_that_another_one_has() -> None:
    """A new name is not the thing that has it already."""
    request = "Update Livia's address: call it Merle Brannock"
    assert _answer(request, name="Merle Brannock", address_id="AD-1") != "deny"
    assert _answer("Change the name of Livia to Kouter", name="Kouter", address_id="AD-2") != "allow"
