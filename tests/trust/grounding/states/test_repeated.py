"""What is to be as it was stands in the record that the request means, and in no other."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.request.user import User
from podium.trust.request.wordings.same import Same, same_as
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

TODAY: Final = date(2026, 11, 25)  # a Wednesday
OURS: Final = ReturnsRow("organisation", object=ObjectRow("entries", "id", ("payee", "reference")))
PAYMENTS: Final = ToolRow("ledger", "list_payments", "read", returns=OURS)
PAY: Final = ToolRow(
    "ledger",
    "make_payment",
    "irreversible",
    ("pay", "transfer"),
    {"payee": SinkRow("payee"), "iban": SinkRow("payee"), "amount": SinkRow("amount")},
)
VANS: Final = ToolRow(
    "fleet",
    "list_vans",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("vans", "plate", ("plate", "kind"))),
)
TRIPS: Final = ToolRow(
    "fleet",
    "list_trips",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("trips", "id", ("goods", "van"))),
)
ASSIGN: Final = ToolRow(
    "fleet",
    "assign_van",
    "irreversible",
    ("assign", "give"),
    {"trip_id": SinkRow("object"), "plate": SinkRow("object")},
)
ANSWER: Final = ToolRow(
    "fleet",
    "answer_trip",
    "irreversible",
    ("confirm", "give"),
    {"trip_id": SinkRow("object"), "van": SinkRow("object")},
)
HOURS: Final = ToolRow(
    "book",
    "list_hours",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("hours", "id", ("person", "project"))),
)
LOG: Final = ToolRow(
    "book",
    "log_hours",
    "write",
    ("log", "enter"),
    {"project": SinkRow("path"), "day": SinkRow("date"), "hours": SinkRow("amount")},
)
WRITES: Final = (PAY, ASSIGN, ANSWER, LOG)
OLD, NEW = "NL91ABNA0417164300", "NL03RDAM0417164301"


def _paid(number: int, day: str, amount: float, payee: str = "Immi Partners", **more: Any) -> dict[str, Any]:
    row = {"id": f"L-{number}", "payee": payee, "iban": NEW, "amount": amount, "day": day, "status": "paid"}
    return {**row, "reference": f"IP-22{number}", **more}


PAID: Final = [
    _paid(1, "2026-09-20", 950, iban=OLD),
    _paid(2, "2026-10-28", 1180, reference="IP-2202 Raman"),
    _paid(3, "2026-11-12", 1240, reference="IP-2203 Tanabe"),
    _paid(4, "2026-11-20", 300, payee="Volt & Sons"),
]


class _Task:
    def __init__(self, request: str, user: User | None = None) -> None:
        self.readings = Readings(request, TODAY, user)

    def read(self, tool: ToolRow, content: Any, *, wrote: bool = False, **arguments: Any) -> "_Task":
        self.readings.apply(Read(tool.id, tool.returns, arguments, content, 1, wrote=wrote))
        return self

    def call(self, tool: ToolRow, **arguments: Any) -> str:
        grants = [GrantRow(one.id) for one in WRITES]
        effective = narrow(grants, {one.id: one for one in WRITES}, self.readings.request.text)
        task = Standing(self.readings, effective.grant(tool.id), refusal=effective.refusal(tool.id))
        return decide_tool_call(ToolCall("agent", tool.client_name, tool, arguments), task).answer


def _pays(request: str, amount: float, iban: str = NEW, rows: Any = None, **asked: Any) -> str:
    task = _Task(request).read(PAYMENTS, {"entries": PAID if rows is None else rows}, **asked)
    return task.call(PAY, payee="Immi Partners", iban=iban, amount=amount)


LAST = "Pay Immi Partners' fee for Mateus. Same amount and same account as last time"


@pytest.mark.parametrize(
    ("request_", "amount", "iban"),
    [
        (LAST, 1240, NEW),
        (f"{LAST} for Raman, please.", 1180, NEW),
        ("Pay Immi Partners the same amount and to the same account as on 28 October.", 1180, NEW),
        ("Pay Immi Partners the same amount as in September, same account too.", 950, OLD),
        ("Pay Immi Partners the same amount and the same account as the first time.", 950, OLD),
    ],
)
def test_the_record_that_is_meant(request_: str, amount: float, iban: str) -> None:
    """The last one of those that are described, the first, or that of the day goes; no other does."""
    assert _pays(request_, amount, iban, query="Immi Partners") == "allow"
    for other in {950, 1180, 1240, 300, 12400} - {amount}:
        assert _pays(request_, other, iban, query="Immi Partners") != "allow"
    if iban == NEW:
        assert _pays(request_, amount, OLD, query="Immi Partners") != "allow"


@pytest.mark.parametrize(
    "more",
    [
        _paid(9, "2026-12-20", 5000),  # it is to come
        _paid(9, "2026-11-24", 5000, status="cancelled"),
        _paid(9, "2026-11-24", 5000, payee="Volt & Sons"),
    ],
)
def test_what_is_no_record_of_it(more: dict[str, Any]) -> None:
    """What was not done, is to come, or went to somebody else is not how it was."""
    assert _pays(LAST, 1240, rows=[*PAID, more], query="Immi Partners") == "allow"
    assert _pays(LAST, 5000, rows=[*PAID, more], query="Immi Partners") != "allow"


@pytest.mark.parametrize(
    ("more", "amount", "answer"),
    [
        ({"amount_due": 77}, 1240, "allow"),
        ({"amount_due": 77, "price": 55}, 77, "ask"),
        ({"amount_due": 77, "price": 55}, 55, "ask"),
    ],
)
def test_which_field_it_is(more: dict[str, Any], amount: float, answer: str) -> None:
    """It is the one that is called as the argument is; the others of the record say something else."""
    rows = [{**row, **more} for row in PAID]
    assert _pays(LAST, amount, rows=rows, query="Immi Partners") == answer


def test_two_of_one_day_differ() -> None:
    """Where two were the last, somebody is asked which."""
    rows = [*PAID, _paid(9, "2026-11-12", 5000)]
    assert _pays(LAST, 5000, rows=rows, query="Immi Partners") == "ask"
    assert _pays(LAST, 1240, rows=rows, query="Immi Partners") == "ask"


def test_a_stranger_fills_it() -> None:
    """Neither a sum nor the words that describe a record count where anybody may fill them."""
    for field, amount in (("amount", 5000), ("reference", 1240)):
        returns = ReturnsRow(
            OURS.integrity, object=OURS.object, fields={f"entries[].{field}": FieldLabel("public")}
        )
        tool = ToolRow("ledger", "list_payments", "read", returns=returns)
        rows = [*PAID, _paid(9, "2026-11-24", 5000, reference="Mateus fee time last")]
        task = _Task(f"{LAST} for Mateus").read(tool, {"entries": rows}, query="Immi Partners")
        taken = task.call(PAY, payee="Immi Partners", iban=NEW, amount=amount)
        assert taken != "allow", field


def test_what_the_task_wrote_itself() -> None:
    """A record that the agent has made in the task is none of before."""
    forged = {"payee": "Immi Partners", "iban": OLD, "amount": 5000, "day": "2026-11-24"}
    task = _Task(LAST).read(PAY, {"done": True}, wrote=True, **forged)
    task.read(PAYMENTS, {"entries": [*PAID, _paid(9, "2026-11-24", 5000, iban=OLD)]}, query="Immi Partners")
    assert task.call(PAY, payee="Immi Partners", iban=OLD, amount=5000) != "allow"


def _trip(number: int, goods: str, day: str, van: str = "") -> dict[str, Any]:
    return {"id": f"T-{number}", "goods": goods, "day": day, "van": van}


GIVEN: Final = {
    "trips": [
        _trip(1, "planks", "2026-11-24", "AB 12"),
        _trip(2, "peas", "2026-11-24", "CD 34"),
        _trip(3, "planks", "2026-11-17", "CD 34"),
        _trip(4, "tomatoes", "2026-11-27"),
    ]
}
FLEET: Final = {"vans": [{"plate": "AB 12", "kind": "curtain sider"}, {"plate": "CD 34", "kind": "box"}]}


@pytest.mark.parametrize(
    ("request_", "plate"),
    [
        ("tomatoes: same van as the planks had on tues", "AB 12"),
        ("Tomatoes: the same van as the peas had on Tuesday", "CD 34"),
        ("Give the tomatoes the same van as the planks had on the 17th.", "CD 34"),
    ],
)
def test_what_another_one_had(request_: str, plate: str) -> None:
    """It is given to what the request names, and not to what had it; an order may leave its verb away."""
    task = _Task(request_).read(TRIPS, GIVEN).read(VANS, FLEET)
    assert task.call(ASSIGN, trip_id="T-4", plate=plate) == "allow"
    other = ({"AB 12", "CD 34"} - {plate}).pop()
    assert task.call(ASSIGN, trip_id="T-4", plate=other) != "allow"
    assert task.call(ASSIGN, trip_id="T-1", plate=plate) != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Did the tomatoes have the same van as the planks on Tuesday?",
        "The tomatoes had the same van as the planks on Tuesday.",
        "Not the same van as the planks had on Tuesday: tomatoes go by train",
    ],
)
def test_no_order(request_: str) -> None:
    """Where nothing is to be done, no van is given."""
    task = _Task(request_).read(TRIPS, GIVEN).read(VANS, FLEET)
    assert task.call(ASSIGN, trip_id="T-4", plate="AB 12") != "allow"


MINE: Final = "Log my hours for today, same as yesterday: same project, same number."
DANA: Final = User(names=("Dana Whitlock",))
LOGGED: Final = [
    {"id": "H-1", "person": "Dana Whitlock", "project": "Northpier", "day": "2026-11-24", "hours": 6.5},
    {"id": "H-2", "person": "Ben Ochoa", "project": "Southgate", "day": "2026-11-24", "hours": 8},
]


def test_the_users_own() -> None:
    """*My hours* are those of the user, where Podium knows who that is; else somebody is asked."""
    for user, answer in ((DANA, "allow"), (None, "ask")):
        task = _Task(MINE, user).read(HOURS, {"hours": LOGGED[:1]}, person="Dana", first_day="2026-11-24")
        assert task.call(LOG, project="Northpier", day="2026-11-25", hours=6.5) == answer
        task = _Task(MINE, user).read(HOURS, {"hours": LOGGED}, first_day="2026-11-24")
        assert task.call(LOG, project="Southgate", day="2026-11-25", hours=8) != "allow"


@pytest.mark.parametrize("asked", [{"query": "Southgate"}, {"last_day": "2026-11-20"}, {"limit": 1}])
def test_a_lookup_that_may_leave_out_the_last(asked: dict[str, Any]) -> None:
    """What an agent leaves out by words or days of its own makes no other one the last."""
    request = "Log eight hours for today, same project as last time."
    for arguments, answer in ((asked, "ask"), ({}, "allow")):
        task = _Task(request).read(HOURS, {"hours": LOGGED[1:]}, **arguments)
        assert task.call(LOG, project="Southgate", day="2026-11-25", hours=8) == answer


def test_several_fields_are_called_so() -> None:
    """Of several fields that may be meant none is, unless one is called just as the argument."""
    for more, answer in (({"project_before": "Northpier"}, "allow"), ({"project": ""}, "ask")):
        row = {**LOGGED[1], **more}
        row |= {} if row["project"] else {"project_name": "Southgate", "project_before": "Northpier"}
        task = _Task("Log eight hours for today, same project as last time.").read(HOURS, {"hours": [row]})
        assert task.call(LOG, project="Southgate", day="2026-11-25", hours=8) == answer


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("same amount and account as last time", Same(frozenset({"amount", "account"}), "last")),
        ("the same hotels as before, please", Same(frozenset({"hotel"}), "last")),
        ("same driver as last Thursday", Same(frozenset({"driver"}), "day", "2026-11-19")),
        ("same driver as on the 30th", Same(frozenset({"driver"}), "day", "2026-10-30")),
        ("same amount as in December", Same(frozenset({"amount"}), "day", r"2025-12-\d\d")),
        ("same van that we had on Monday", Same(frozenset({"van"}), "day", "2026-11-23")),
        ("pay it as last time, the same account", Same(frozenset({"account"}), "last")),
        ("the same rate as usual", Same(frozenset({"rate"}), "any")),
        ("the same room as Tom had", Same(frozenset({"room"}), "any", whose=frozenset({"tom"}))),
    ],
)
def test_what_is_said(text: str, same: Same) -> None:
    """What is to be the same, and which record has it."""
    assert same_as(text, TODAY.isoformat()) == (same,)


@pytest.mark.parametrize(
    "text",
    [
        "Both on the same limit, please",
        "same amount again",
        "at the same time as Ben",
        "Give it the same driver, and tell him that the load is late",
        "The same driver, please. As before, tell nobody",
        "same van, as Ben asked",
    ],
)
def test_nothing_is_said(text: str) -> None:
    """No record is meant by that."""
    assert not any(one.things for one in same_as(text, TODAY.isoformat()))


@pytest.mark.parametrize(("plate", "answer"), [("AB 12", "ask"), ("CD 34", "ask"), ("EF 56", "deny")])
def test_what_a_stranger_describes(plate: str, answer: str) -> None:
    """Where only strangers say whose a record is, it is asked about; what no record has is denied."""
    fields = {"trips[].id": FieldLabel("organisation"), "trips[].van": FieldLabel("organisation")}
    fields["trips[].day"] = FieldLabel("organisation")
    trips = ReturnsRow("public", object=ObjectRow("trips", "id", ("goods",), ("van", "day")), fields=fields)
    read = ToolRow("fleet", "list_trips", "read", returns=trips)
    rows = [_trip(1, "Ned's planks", "2026-11-20", "AB 12"), _trip(2, "Ned's peas", "2026-11-24", "CD 34")]
    task = _Task("Ned's tomatoes are ready. Same van as last time").read(
        read, {"trips": [*rows, _trip(4, "Ned's tomatoes", "2026-11-27")]}, goods="Ned Collier"
    )
    assert task.call(ANSWER, trip_id="T-4", van=plate) == answer
