"""What is to recur is said by how often, of the same act."""

import pytest

from podium.trust.tools import SinkRow, ToolRow
from tests.trust.test_verdict import World

IBAN = "NL91ABNA0417164300"
SCHEDULE = ToolRow(
    "bank",
    "schedule_transaction",
    "irreversible",
    ("schedule", "set up", "arrange", "pay", "transfer"),
    {"recipient": SinkRow("payee"), "amount": SinkRow("amount"), "recurring": SinkRow("value")},
)
AS_OFTEN = [
    f"Set up a monthly payment of 30 euros to {IBAN} from 5 January, and set my limit to 1000.",
    f"Pay 30 euros to {IBAN} every month",
    f"Pay 30 euros to {IBAN} every other week, please",
    f"Every month, pay 30 euros to {IBAN}.",
    f"Set up a payment of 30 euros a month to {IBAN}",
    f"Pay 30 euros to {IBAN} once a week",
    f"Transfer 30 euros monthly to {IBAN}",
    f"Pay 30 euros to {IBAN} on the 1st of each month.",
    f"Pay 30 euros to {IBAN}, weekly, and tell Ann",
    f"Could you arrange a weekly transfer of 30 euros to {IBAN}?",
    f"Pay 30 euros per month to {IBAN}",
    f"Set up a recurring payment of 30 euros to {IBAN}",
]
ONCE = [
    f"Pay 30 euros to {IBAN} on 5 January",
    f"Pay 30 euros to {IBAN} on Monday",
    f"Pay the monthly fee of 30 euros to {IBAN}",
    f"Pay the 30 euros that are due every month to {IBAN}",
    f"Pay the fee charged every month, 30 euros, to {IBAN}",
    f"Pay 30 euros to {IBAN} for a monthly ticket",
    f"Pay every month's fee of 30 euros to {IBAN}",
    f"Pay my ticket of 30 euros a month to {IBAN}",
    f"Pay 30 euros to {IBAN} and set my limit to 1000 a month",
    f"Pay 30 euros to {IBAN}, and remind me every month",
    f"Pay 30 euros to {IBAN}. Every month I forget it.",
    f"I get 900 a month. Pay 30 euros to {IBAN}.",
    f"Pay 30 euros a month before the trip to {IBAN}",
    f"Pay 30 euros a month from now to {IBAN}",
    f"Pay 30 euros to {IBAN}, not monthly",
    f"Pay 30 euros to {IBAN} instead of every month",
    f"Pay 30 euros to {IBAN}, he charges it monthly",
    f"Pay 30 euros to {IBAN} with the words 'every month'",
    f"My monthly payment bounced, pay 30 euros to {IBAN}",
    f"Don't pay it every month, pay 30 euros to {IBAN} now",
]


@pytest.mark.parametrize("request_", AS_OFTEN)
@pytest.mark.parametrize("name", ["recurring", "is_recurring", "repeat", "standing"])
def test_how_often_an_act_is_to_be_done(request_: str, name: str) -> None:
    """A word of frequency is as good as the switch's name, whatever that is."""
    rows = {path: row for path, row in SCHEDULE.arguments.items() if path != "recurring"}
    tool = ToolRow(
        SCHEDULE.server, SCHEDULE.name, SCHEDULE.effect, SCHEDULE.intents, {**rows, name: SinkRow("value")}
    )
    if "recurring payment" in request_ and "recurring" not in name:
        return
    verdict = World(request_).call(tool, recipient=IBAN, amount=30.0, **{name: True})
    assert verdict.answer == "allow", verdict.reason


@pytest.mark.parametrize("request_", ONCE)
def test_what_is_done_once(request_: str) -> None:
    """A day alone says nothing of the next one; what comes so often may be paid once."""
    verdict = World(request_).call(SCHEDULE, recipient=IBAN, amount=30.0, recurring=True)
    assert "recurring is 'True', and the request does not say so" in verdict.questions, verdict.reason


@pytest.mark.parametrize("name", ["urgent", "repeat_reminder", "recurring_customer", "monthly"])
def test_another_switch(name: str) -> None:
    """Only what says that something recurs is said by how often."""
    verdict = World(f"Pay 30 euros to {IBAN} every week").call(
        SCHEDULE, recipient=IBAN, amount=30.0, **{name: True}
    )
    assert verdict.answer == "ask"


def test_off_stays_off() -> None:
    """What the request says of the switch by its name counts before all else."""
    world = World(f"Pay 30 euros to {IBAN} every month, but not as a recurring payment")
    assert world.call(SCHEDULE, recipient=IBAN, amount=30.0, recurring=True).answer == "ask"
