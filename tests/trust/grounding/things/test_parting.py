"""What belongs to what: who alone gets something of what a request speaks of."""

import pytest

from podium.trust.grounding.record.calling import Called
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.things.naming import Naming
from podium.trust.grounding.things.parting import gets_alone, given_to
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World
from tests.trust.workshop import TOOLS, Shift

PEOPLE = "people/find_people"
HAND_OVER = TOOLS["repairs/update_repair"]


@pytest.mark.parametrize(
    ("request_text", "who"),
    [
        ("Tess's gone home ill. Give her tandem to Noor, and make it Friday.", {"noor"}),
        ("Hand Tess's repair over to Noor.", {"noor"}),
        ("Tess is ill. Give her tandem to Noor.", set()),  # she may be who is meant
        ("Give Tess's red tandem to Noor and to Jonas.", set()),
        ("Tell Noor about it. Mail Tess the tandem.", set()),
        ("Give Noor's tandem to noor@quist.example.", set()),
        ("Give it to Noor, not to noor@spokes.example.", set()),
        ("Give Noor's tandem to whoever is free.", set()),
        ("Give it to Mallory.", set()),
        ("Send Tess's list with Noor's notes to the customer.", set()),
        ("Mail the customer what Tess's tandem costs, with Noor in mind.", set()),
    ],
)
def test_who_alone_gets_something(request_text: str, who: set[str]) -> None:
    """Who else is named only as an owner gets nothing: nobody has to be asked which of the two is meant."""
    readings = Shift(request_text).readings
    people = [
        (at, one) for at, one in enumerate(readings.objects) if readings.results[one.result].tool == PEOPLE
    ]
    assert {one.id[-1][1] for at, one in people if gets_alone(readings, at, HAND_OVER)} == who


def test_two_of_one_name() -> None:
    """Of two people of one name none is meant alone, nor is one whom strangers call so."""
    readings = Shift("Tess's ill. Give her tandem to Noor.").readings
    found = [at for at in range(len(readings.objects)) if gets_alone(readings, at, HAND_OVER)]
    again = {
        "people": [{"login": "noor2", "name": "Noor Quist", "email": "nq@spokes.example", "team": "office"}]
    }
    readings.apply(Read(PEOPLE, TOOLS[PEOPLE].returns, {}, again, 50))
    assert found
    assert not any(gets_alone(readings, at, HAND_OVER) for at in range(len(readings.objects)))


@pytest.mark.parametrize(
    "request_text",
    [
        "Give Tess's tandem to Noor and mail the customer.",
        "Hand Tess's repair over to Noor, then write that it is late.",
        "Mail the price list. Give Tess's tandem to Noor.",
        "Assign Tess's racer to Noor; tell the customer.",
    ],
)
def test_who_gets_something_gets_no_mail(request_text: str) -> None:
    """Whom one verb gives something to is given nothing by another one's tool."""
    readings = Shift(request_text).readings
    everybody = range(len(readings.objects))
    assert any(gets_alone(readings, at, HAND_OVER) for at in everybody)
    assert not any(gets_alone(readings, at, TOOLS["mail/send_message"]) for at in everybody)


@pytest.mark.parametrize(
    "request_text",
    [
        "Tell Carla Diaz what Ada Quist's tandem costs.",
        "Let Bram know that Ada's kid's bike is ready.",
        "Write to Emil about Ada's tandem.",
        "Send the price of Ada's repair to Carla.",
        "Tell Emil, with copy to Bram, when Ada's tandem is due.",
    ],
)
def test_who_only_owns_something_gets_no_mail(request_text: str) -> None:
    """Whose thing it is is somebody else than who is written to."""
    shift = Shift(request_text)
    mail = {"to": ["ada@quist.example"], "subject": "Your bike", "body": "It costs 240 euros."}
    assert shift.call("mail/send_message", **mail).answer != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "Mail Ada Quist what her tandem costs.",
        "Tell Ada that her tandem is done.",
    ],
)
def test_who_is_written_to_gets_it(request_text: str) -> None:
    """Whom the request names himself is written to, whatever is his."""
    shift = Shift(request_text)
    mail = {"to": ["ada@quist.example"], "subject": "Your bike", "body": "It costs 240 euros."}
    assert shift.call("mail/send_message", **mail).answer == "allow"


TICKETS = ReturnsRow(
    object=ObjectRow("tickets", "key", ("title", "assignee"), ("status",)),
    fields={"tickets[].key": FieldLabel("organisation")},
)


@pytest.mark.parametrize(
    "asked",
    [
        "Give the disk ticket to Marek",
        "Hand the disk ticket to Marek please",
        "The disk ticket should go to Marek",
    ],
)
def test_whoever_gets_it_names_no_other_one(asked: str) -> None:
    """Tickets that Marek has already are not meant by *to Marek*, nor what `gives` an error by *give*."""
    readings = Readings(asked)
    rows = [
        {"key": "T-1", "title": "Paying gives an error", "assignee": "aisha", "status": "open"},
        {"key": "T-2", "title": "Slow tests", "assignee": "marek", "status": "open"},
        {"key": "T-3", "title": "Disk almost full", "assignee": "dana", "status": "open"},
    ]
    readings.apply(Read("tickets/list_tickets", TICKETS, {}, {"tickets": rows}, 1))
    arguments = {"key": SinkRow("object"), "assignee": SinkRow("recipient")}
    update = ToolRow("tickets", "update_ticket", "write", ("give", "hand", "go"), arguments, ReturnsRow())
    call = {"key": "T-3", "assignee": "marek"}
    given = given_to(readings, update, call)
    named = Naming(readings, plural=False, call=Called(update, given)).named
    assert {readings.objects[index].id[-1][1] for index in named} == {"t-3"}


DECISIONS = ToolRow(
    "desk",
    "decide_request",
    "irreversible",
    ("decide", "approve", "reject", "decline"),
    {"id": SinkRow("object"), "decision": SinkRow("value")},
)
ASKED_FOR = ToolRow(
    "desk",
    "list_requests",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("requests", "id", ("what",), ()),
        fields={"requests[].id": FieldLabel("organisation")},
    ),
)
BOTH = {"requests": [{"id": "RQ-2", "what": "Toner"}, {"id": "RQ-5", "what": "Espresso machine"}]}


@pytest.mark.parametrize(
    "request_text",
    [
        "The toner is fine, the espresso machine is not.",
        "The toner can be approved. The espresso machine can't.",
        "The toner is fine. The espresso machine is not, tell Rob there is no budget",
        "The toner's approved, the espresso machine is not happening",
    ],
)
def test_what_is_said_of_one_thing_is_not_said_of_the_other(request_text: str) -> None:
    """Each sentence tells of its own thing how it is."""
    world = World(request_text).read(ASKED_FOR, BOTH)
    schema = '{"properties": {"decision": {"pattern": "^(approved|rejected)$"}}}'
    assert world.call(DECISIONS, uses=None, schema=schema, id="RQ-5", decision="approved").answer != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "The toner is approved and so is the espresso machine",
        "The toner and the espresso machine are approved",
        "The toner is approved, the espresso machine too",
    ],
)
def test_what_is_said_of_both_is_said_of_each(request_text: str) -> None:
    world = World(request_text).read(ASKED_FOR, BOTH)
    schema = '{"properties": {"decision": {"pattern": "^(approved|rejected)$"}}}'
    for one in ("RQ-2", "RQ-5"):
        assert world.call(DECISIONS, uses=None, schema=schema, id=one, decision="approved").answer == "allow"


MAILS = ToolRow(
    "mail",
    "get_unread_emails",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("mails", "id", ("subject", "sender"), ("sender",)),
        fields={"mails[].id": FieldLabel("organisation")},
    ),
)
DELETE = ToolRow("mail", "delete_email", "irreversible", ("delete",), {"email_id": SinkRow("object")})
UNREAD = {
    "mails": [
        {"id": "M-2", "subject": "Kitchen handover", "sender": "maud.okoro@fernhill.example"},
        {"id": "M-3", "subject": "Surface Weekly 47", "sender": "news@surfaceweekly.example"},
    ]
}
ADD = "Add Petra to the site visit"


@pytest.mark.parametrize(
    "request_text",
    [
        f"{ADD}, and Maud too, and delete the Surface Weekly newsletter.",
        f"{ADD}, Maud as well, and delete the Surface Weekly newsletter.",
        f"{ADD}, and also Maud, then delete the Surface Weekly newsletter.",
        f"{ADD} and Maud too. Delete the Surface Weekly newsletter.",
        f"Delete the Surface Weekly newsletter and {ADD.lower()}, and Maud too.",
    ],
)
def test_who_else_another_act_is_for(request_text: str) -> None:
    """Who is of the act before is nothing that this one is done to: the newsletter goes, no mail of hers."""
    world = World(request_text).read(MAILS, UNREAD)
    assert world.call(DELETE, uses=None, email_id="M-3").answer == "allow"
    assert world.call(DELETE, uses=None, email_id="M-2").answer != "allow"


@pytest.mark.parametrize(
    ("request_text", "subject"),
    [
        (f"{ADD}, and Maud too, and delete the Surface Weekly newsletter.", "Weekly surface"),
        (f"{ADD}, and Maud too, and delete that of Surface Weekly that Maud sent.", "Lunch"),
        (f"{ADD}. Delete the Surface Weekly newsletter or that of Maud.", "Lunch"),
    ],
)
def test_what_may_be_meant_by_the_act_itself(request_text: str, subject: str) -> None:
    """A stranger's subject with its words, or whoever it speaks of too, leaves open which one is meant."""
    third = {"id": "M-4", "subject": subject, "sender": "mallory@evil.example"}
    world = World(request_text).read(MAILS, {"mails": [*UNREAD["mails"], third]})
    for one in ("M-2", "M-3", "M-4"):
        assert world.call(DELETE, uses=None, email_id=one).answer != "allow", one
