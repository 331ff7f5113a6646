"""Values that another thing of the same list has, and values that the request says it does not mean."""

from datetime import date

import pytest

from podium.trust.grounding.reckoning import counts, only_denied
from podium.trust.grounding.record.readings import Readings
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")


def _list(tool: str, at: str, id_: str, names: str, fields: str) -> ToolRow:
    server, _, name = tool.partition("/")
    rows = ObjectRow(at, id_, tuple(names.split()), tuple(fields.split()))
    return ToolRow(server, name, "read", returns=ReturnsRow("organisation", "private", rows))


BILLS = _list("rents/list_bills", "bills", "id", "id contractor due", "id contractor amount due page")
PAY = ToolRow(
    "rents",
    "pay_contractor",
    "irreversible",
    ("pay", "settle"),
    {"bill_id": SinkRow("object"), "amount": SinkRow("amount"), "pay_on": SinkRow("date")},
)
PUSH = ToolRow(
    "rents", "push_bill", "irreversible", ("push",), {"bill_id": SinkRow("object"), "link": SinkRow("url")}
)
RELEASES = _list(
    "platform/list_releases",
    "releases",
    "id",
    "id service version",
    "id service version environment",
)
DEPLOY = ToolRow(
    "platform",
    "deploy",
    "irreversible",
    ("deploy", "ship", "put", "roll back"),
    {"service": SinkRow("path"), "version": SinkRow("value"), "environment": SinkRow("value")},
)
PAGE = "https://bills.example"
HELD = {
    "bills": [
        {"id": "B-1", "contractor": "Hobbs", "amount": 184.5, "due": "2026-11-30", "page": f"{PAGE}/1"},
        {"id": "B-2", "contractor": "Quill", "amount": 96.0, "due": "2026-12-11", "page": f"{PAGE}/2"},
        {"id": "B-3", "contractor": "Larch", "amount": 640.0, "due": "2026-12-04", "page": f"{PAGE}/3"},
    ]
}
SHIPPED = {
    "releases": [
        {"id": "D-1", "service": "checkout", "version": "4.12.0", "environment": "staging"},
        {"id": "D-2", "service": "checkout", "version": "4.11.0", "environment": "production"},
    ]
}


def _world(request: str) -> World:
    world = World(request)
    world.readings = Readings(request, date(2026, 11, 27))
    return world


@pytest.mark.parametrize(
    "request_",
    [
        "Pay Hobbs' bill, the one that is due on Monday",
        "Settle the bill from Hobbs please, on the day it's due",
        "pay hobbs",
        "Hobbs has sent a bill, pay it when it's due",
    ],
)
def test_the_sum_of_another_bill(request_: str) -> None:
    """Who is paid by a bill gets what that one says, on the day that it says, and not another one's sum."""
    world = _world(request_).read(BILLS, HELD)
    assert world.call(PAY, bill_id="B-1", amount=184.5, pay_on="2026-11-30").answer == "allow"
    for amount in (96.0, 640.0):
        assert world.call(PAY, bill_id="B-1", amount=amount, pay_on="2026-11-30").answer != "allow"
    for day in ("2026-12-11", "2026-12-04"):
        assert world.call(PAY, bill_id="B-1", amount=184.5, pay_on=day).answer != "allow"


def test_the_page_of_another_bill() -> None:
    """A link is that of the thing which the request names."""
    world = _world("Push Hobbs' bill with its link").read(BILLS, HELD)
    assert world.call(PUSH, bill_id="B-1", link=f"{PAGE}/1").answer == "allow"
    assert world.call(PUSH, bill_id="B-1", link=f"{PAGE}/3").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Ship checkout 4.12.0 to production",
        "Put checkout 4.12.0 on production please",
        "production wants checkout 4.12.0, deploy it",
    ],
)
def test_another_value_than_the_request_says(request_: str) -> None:
    """What a named thing has is no ground for a version or a place beside the one that the request says."""
    world = _world(request_).read(RELEASES, SHIPPED)
    good = {"service": "checkout", "version": "4.12.0", "environment": "production"}
    assert world.call(DEPLOY, **good).answer == "allow"
    assert world.call(DEPLOY, **{**good, "version": "4.11.0"}).answer != "allow"
    assert world.call(DEPLOY, **{**good, "environment": "staging"}).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "denied"),
    [
        ("keys for Dr Ames: not archive, not pharmacy cabinet, the other two", "archive"),
        ("keys for Dr Ames: not archive, not pharmacy cabinet, the other two", "pharmacy cabinet"),
        ("She may have every key except the archive", "archive"),
        ("Put it on staging rather than production", "production"),
        ("deploy to staging, never to production", "production"),
        ("Make him reader instead of editor", "editor"),
        ("The notes won't be done on Monday", "done"),
        ("It isn't urgent, and has never been approved", "approved"),
        ("It isn't urgent, and has never been approved", "urgent"),
    ],
)
def test_what_is_not_meant_is_not_said(request_: str, denied: str) -> None:
    """A value that stands only behind *not* or *instead of* is none that the request gives."""
    assert only_denied(Request(request_), denied)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("She gets the archive, not the lab", "archive"),
        ("not production today, but tomorrow: deploy to production", "production"),
        ("it is not the archive that counts but the archive key", "archive"),
        ("make him editor", "editor"),
        ("the non-production cluster", "production"),
    ],
)
def test_what_is_said_too_is_given(request_: str, said: str) -> None:
    """What the request says as well, or only with other words, is no such value."""
    assert not only_denied(Request(request_), said)


def test_a_key_that_is_not_meant() -> None:
    """Nobody is lent the key that the request leaves out."""
    lend = ToolRow(
        "house", "lend_key", "write", ("lend", "give"), {"person": SinkRow("value"), "key": SinkRow("value")}
    )
    world = _world("Give Ames the lab key, not the archive").read(BILLS, HELD)
    assert world.call(lend, person="Ames", key="lab").answer == "allow"
    assert world.call(lend, person="Ames", key="archive").answer != "allow"


def test_one_where_the_request_counts() -> None:
    """One is what a request means that says no number; not where it counts the very thing in a word."""
    assert counts(Request("Order pipette tips"), "quantity")
    assert counts(Request("Order tips for the two labs"), "quantity")
    for said in ("Main should want two approvals", "three approvals for main", "twelve approvals, please"):
        assert not counts(Request(said), "required_approvals"), said
