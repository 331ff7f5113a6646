"""What is to be written to somebody, of a request without a verb; and whose address that may be."""

from datetime import date

import pytest

from podium.trust.doubts import Doubts
from podium.trust.grounding.flows import Leak
from podium.trust.grounding.people.firms import is_known
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow

OURS = FieldLabel(integrity="organisation")
SEND = ToolRow(
    "post",
    "send_mail",
    "irreversible",
    ("send", "mail", "write", "tell"),
    {"to": SinkRow("recipient", many=True), "subject": SinkRow("text"), "body": SinkRow("text")},
)
PAY = ToolRow("bank", "pay", "irreversible", ("pay", "send"), {"iban": SinkRow("payee")})
TOOLS = {SEND.id: SEND, PAY.id: PAY}
GRANTS = [GrantRow(SEND.id), GrantRow(PAY.id)]
NOTE = "Friday's note to Castlegate a day early please, like last week's."


@pytest.mark.parametrize(
    "request_",
    [
        NOTE,
        "A quick note to Ben please, that we are late",
        "A line to Ffion that the visit has moved, please.",
        "Please, a short message to Noor about the van.",
        "Today's mail to the council please",
        "The usual message to the parents, please.",
        "The weekly letter to Bram please, with the new prices",
        "And one reminder to Tobi please.",
        "Another word to Carla, please: thank you.",
        "Our monthly email to everyone please",
    ],
)
def test_a_note_to_somebody_is_written(request_: str) -> None:
    narrowed = narrow(GRANTS, TOOLS, request_)
    assert narrowed.refusal(SEND.id) is None
    assert narrowed.refusal(PAY.id) is not None


@pytest.mark.parametrize(
    "request_",
    [
        "The mail to Ben, please",  # it may be shown
        "A mail to Ben was lost, please find it",
        "A reminder to ring Ben, please",
        "No note to Ben please.",
        "Could I see a note to Ben please?",
        "Not a word to Carla, please.",
        "A note to Ben.",
        "The gist of Anna's mail to Ben please",
    ],
)
def test_what_is_written_already_or_not_at_all(request_: str) -> None:
    assert narrow(GRANTS, TOOLS, request_).refusal(SEND.id) is not None


def _readings(request: str, *, insurer: str = "Castlegate", ours: bool = True) -> Readings:
    readings = Readings(request, date(2026, 11, 26))
    policies = ReturnsRow(
        "organisation" if ours else "public", "private", ObjectRow("policies", "id", ("client", "insurer"))
    )
    rows = [
        {"id": "P-1", "client": "Harold Dunmore", "insurer": insurer, "risk": "the leaking boiler cupboard"}
    ]
    readings.apply(Read("agency/find_policies", policies, {}, {"policies": rows}, 1))
    mails = ReturnsRow(
        "public",
        "private",
        ObjectRow("mails", "id", ("subject", "day")),
        {"mails[].id": OURS, "mails[].day": OURS},
    )
    sent = [
        {"id": "m-1", "subject": "Our open claims", "day": "2026-11-20", "to": "claims@castlegate.example"},
        {
            "id": "m-2",
            "subject": "Castlegate audit",
            "day": "2026-11-18",
            "to": "claims@castlegate-audit.example",
        },
        {"id": "m-3", "subject": "Wren", "day": "2026-11-17", "to": "claims@wren.example"},
    ]
    readings.apply(Read("post/search_mail", mails, {"query": "Castlegate"}, {"mails": sent}, 2))
    return readings


@pytest.mark.parametrize(
    ("address", "insurer", "ours", "known"),
    [
        ("claims@castlegate.example", "Castlegate", True, True),
        ("claims@castlegate.example", "Castlegate", False, False),  # strangers' word
        ("claims@castlegate.example", "Castlegate and Sons", True, False),
        ("claims@castlegate-audit.example", "Castlegate", True, False),
        ("castlegate@wren.example", "Castlegate", True, False),
        ("claims@castlegate.wren.example", "Castlegate", True, False),
        ("claims@wren.example", "Wren", True, False),  # the request does not say it
    ],
)
def test_whose_address_it_may_be(address: str, insurer: str, ours: bool, known: bool) -> None:
    assert is_known(_readings(NOTE, insurer=insurer, ours=ours), address) is known


def _address(value: str, *, called: bool) -> Finding:
    return Finding("to", value, "recipient", "stranger", True, "strangers say it", called=called)


@pytest.mark.parametrize(
    ("addresses", "rule", "asked"),
    [
        ([("claims@castlegate.example", True)], "flow.private", True),
        ([("claims@castlegate.example", False)], "flow.private", False),
        ([("claims@castlegate.example", True), ("x@wren.example", False)], "flow.private", False),
        ([("claims@castlegate.example", True)], "flow.secret", False),
    ],
)
def test_private_data_to_a_known_firm_is_asked_about(
    addresses: list[tuple[str, bool]], rule: str, asked: bool
) -> None:
    said = Doubts()
    findings = [_address(value, called=called) for value, called in addresses]
    said.judge(findings, [Leak(rule, "data would go outside", "body")], again=False, delegated=False)
    assert bool(said.denials) is not asked
    assert said.questions
