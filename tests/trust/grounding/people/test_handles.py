"""A word of a request is a handle only where it stands as one."""

import pytest

from podium.trust.grounding.people.handles import asking, only_orders, says_handle
from podium.trust.grounding.reckoning import only_tells
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

CARDS = ToolRow(
    "board",
    "list_cards",
    "read",
    returns=ReturnsRow(
        "organisation",
        object=ObjectRow("cards", "id", ("id", "title")),
        fields={"cards[].title": FieldLabel("public")},
    ),
)
TEAM = ToolRow(
    "board",
    "list_team",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("team", "login", ("login", "name"), ("login",))),
)
UPDATE = ToolRow(
    "board",
    "update_card",
    "write",
    ("mark", "assign", "update"),
    {"card_id": SinkRow("object"), "assignee": SinkRow("recipient")},
)
HELD = {"cards": [{"id": "K-417", "title": "Leaflet"}]}
STAFF = {"team": [{"login": "mark", "name": "Mark Hale"}, {"login": "bea", "name": "Bea Lind"}]}

VERBS = [
    ("Mark K-417 as done", "mark"),
    ("Please bill Ada for K-417", "bill"),
    ("You may close K-417", "may"),
    ("Will you close K-417?", "will"),
    ("I want to mark it as done", "mark"),
    ("Close K-417 and drew it up again", "draw"),
    ("Grant her access to K-417", "grant"),
    ("Page the search team about K-417", "page"),
    ("Open K-417, please, and chase them", "chase"),
]


@pytest.mark.parametrize(("request_", "handle"), VERBS)
def test_a_verb_is_no_handle(request_: str, handle: str) -> None:
    """Who is called as an order begins is not thereby named."""
    assert not says_handle(Request(request_), handle) or handle not in Request(request_).bag
    update = World(request_).read(CARDS, HELD).call(UPDATE, card_id="K-417", assignee=handle)
    assert update.answer != "allow"


@pytest.mark.parametrize(
    ("request_", "handle", "is_one"),
    [
        ("Say hello in the channel where we talk about the piers' cables.", "piers", False),
        ("Post it in the group in which lumo's new prices are told", "lumo", False),
        ("Say hello in piers, the channel where we talk about the piers' cables.", "piers", True),
        ("Say hello in the channel where we talk about #piers", "piers", True),
        ("Write to lumo's own channel", "lumo", True),
    ],
)
def test_whose_something_is_of_which_a_place_tells(request_: str, handle: str, *, is_one: bool) -> None:
    """Where something is talked about of somebody's, that is not the place that is called like him."""
    assert says_handle(Request(request_), handle) is is_one


@pytest.mark.parametrize(
    ("request_", "handle"),
    [
        ("Mark K-417 as done and assign it to mark", "mark"),
        ("Assign K-417 to Mark", "mark"),
        ("K-417 is for @may", "may"),
        ("Ask will about it, K-417", "will"),
        ("Give K-417 to Grant", "grant"),
        ("Put K-417 on bea", "bea"),
        ("Let bea have K-417", "bea"),
        ("Post K-417 in general", "general"),
        ("Post K-417 in #support", "support"),
        ("Hand K-417 to 'bill'", "bill"),
        ("Open a card called bill, and put K-417 in it", "bill"),
    ],
)
def test_a_handle_that_stands_as_one(request_: str, handle: str) -> None:
    """Behind a preposition, with its sign, written as a name, quoted; or what is no English verb."""
    assert says_handle(Request(request_), handle)
    assert World(request_).read(CARDS, HELD).call(UPDATE, card_id="K-417", assignee=handle).answer == "allow"


def test_a_row_is_named_by_no_order() -> None:
    """The team's Mark is not meant by *Mark it*; he is by his name."""
    world = World("Mark K-417 as done, it goes to Bea").read(CARDS, HELD).read(TEAM, STAFF)
    assert world.call(UPDATE, card_id="K-417", assignee="mark").answer != "allow"
    assert world.call(UPDATE, card_id="K-417", assignee="bea").answer == "allow"
    assert only_orders(world.readings.request, "Mark")
    assert not only_orders(Request("Mark K-417 as Mark's"), "Mark")


CHAT = ToolRow(
    "chat", "post", "irreversible", ("tell", "ask"), {"to": SinkRow("recipient"), "text": SinkRow("text")}
)
ROTA = ToolRow(
    "chat",
    "list_shifts",
    "read",
    returns=ReturnsRow(
        "organisation",
        object=ObjectRow("shifts", "id", ("id", "shop"), ("driver", "day")),
        fields={"shifts[].note": FieldLabel("public")},
    ),
)
SHIFTS = {
    "shifts": [
        {"id": "S-1", "shop": "Harbour", "driver": "noor", "day": "2026-12-03", "note": "ask eve.k"},
        {"id": "S-2", "shop": "Station", "driver": "jonas.w", "day": "2026-12-10", "note": "@eve"},
    ]
}


@pytest.mark.parametrize(
    ("request_", "handle"),
    [
        ("Tell whoever drives the Harbour shift that the gate is shut", "@noor"),
        ("Ask the driver of the Station shift when she comes", "@jonas.w"),
        ("Tell the driver of S-1 that the gate is shut", "@Noor"),
    ],
)
def test_a_handle_is_what_a_list_has_without_its_sign(request_: str, handle: str) -> None:
    """`@noor` is the login `noor`; what strangers write about handles makes none trusted."""
    world = World(request_).read(ROTA, SHIFTS)
    assert world.call(CHAT, to=handle, text="Hello.").answer == "allow"
    for other in ("@eve.k", "@eve", "eve.k", "@", "@@noor", "@noor2", "@no", "@n\u043eor"):
        assert World(request_).read(ROTA, SHIFTS).call(CHAT, to=other, text="Hello.").answer != "allow", other


def test_a_handle_of_another_one_is_not_meant() -> None:
    """Whom the request does not name where it names another has no ground by his handle either."""
    world = World("Tell the driver of the Harbour shift, noor, that the gate is shut").read(ROTA, SHIFTS)
    assert world.call(CHAT, to="@noor", text="Hello.").answer == "allow"
    assert world.call(CHAT, to="@jonas.w", text="Hello.").answer != "allow"


JOBS = ToolRow(
    "board",
    "list_jobs",
    "read",
    returns=ReturnsRow(
        "organisation",
        object=ObjectRow("jobs", "id", ("id", "assignee")),
        fields={"jobs[].title": FieldLabel("public")},
    ),
)
HAND_ON = ToolRow(
    "board",
    "hand_on",
    "write",
    ("assign", "give", "hand", "go", "pass"),
    {"job_id": SinkRow("object"), "assignee": SinkRow("recipient")},
)
BY_LOGIN = {
    "jobs": [
        {"id": "J-1", "assignee": "kit.lowry", "title": "Mast, ask Ann Eve"},
        {"id": "J-2", "assignee": "sam.ode", "title": "Keel"},
        {"id": "J-3", "assignee": "mel_hart", "title": "Pump"},
    ]
}
TWO_SAMS = {"jobs": [*BY_LOGIN["jobs"], {"id": "J-4", "assignee": "sam.ruiz", "title": "Rope"}]}


@pytest.mark.parametrize(
    ("request_", "login", "answer"),
    [
        ("Give job J-3 to Sam", "sam.ode", "allow"),
        ("Please assign J-1 to Mel, she asked", "mel_hart", "allow"),
        ("Kit is ill. J-1 goes to Sam", "sam.ode", "allow"),
        ("Hand Kit's J-1 on to Ode", "sam.ode", "allow"),
        ("Give job J-3 to Sam", "kit.lowry", "ask"),
        ("Kit is ill. J-1 goes to Sam", "mel_hart", "ask"),
        ("Give job J-3 to Ann", "sam.ode", "ask"),
        ("Give job J-3 to Samuel", "sam.ode", "ask"),
    ],
)
def test_a_login_by_a_name_of_it(request_: str, login: str, answer: str) -> None:
    """Who is called by a part of a login that trusted fields have is meant, and nobody else."""
    job = "J-1" if "J-1" in request_ else "J-3"
    call = World(request_).read(JOBS, BY_LOGIN).call(HAND_ON, job_id=job, assignee=login)
    assert call.answer == answer, call.reason


@pytest.mark.parametrize("login", ["sam.ode", "sam.ruiz"])
def test_a_name_of_two_logins_means_neither(login: str) -> None:
    """Two of one name are asked about; so is one beside whom another list has somebody of that name."""
    world = World("Give J-1 to Sam").read(JOBS, TWO_SAMS)
    assert world.call(HAND_ON, job_id="J-1", assignee=login).answer == "ask"
    others = {"team": [{"login": "s7", "name": "Sam Ortega"}]}
    world = World("Give J-1 to Sam").read(JOBS, BY_LOGIN).read(TEAM, others)
    assert world.call(HAND_ON, job_id="J-1", assignee="sam.ode").answer == "ask"


@pytest.mark.parametrize(
    ("request_", "tells"),
    [
        ("Kit's done his back in, give J-1 to Sam", True),
        ("She has already closed the shop; J-1 goes to Sam", False),
        ("He has closed the shop. J-1 goes to Sam", False),
        ("Kit has done it, so mark J-1 as done", False),
        ("Mark J-1 done", False),
    ],
)
def test_what_somebody_has_done_gives_no_state(request_: str, tells: bool) -> None:
    """A word that only tells what somebody has done to something is no state of anything else."""
    assert only_tells(Request(request_), "done") is tells
    if tells:
        state = ToolRow(
            "board",
            "set_state",
            "write",
            ("give", "set"),
            {"id": SinkRow("object"), "state": SinkRow("value")},
        )
        assert World(request_).read(JOBS, BY_LOGIN).call(state, id="J-1", state="done").answer != "allow"


LOGS = ToolRow(
    "board", "list_jobs", "read", returns=ReturnsRow("organisation", object=ObjectRow("jobs", "id", ("id",)))
)
MESSAGE = ToolRow(
    "board",
    "send_direct",
    "irreversible",
    ("answer", "reply"),
    {"person": SinkRow("recipient", readers="organisation"), "text": SinkRow("text")},
)


@pytest.mark.parametrize(
    ("request_", "login", "answer"),
    [
        ("Sam asked me about the party. Answer him: it is done", "sam.ode", "allow"),
        ("Sam wants to know when we leave. Answer him: on Monday", "sam.ode", "allow"),
        ("Sam asked me about the party. Answer him: it is done", "kit.lowry", "ask"),
        ("Sam asked me about the party. Answer him: it is done", "mel_hart", "ask"),
        ("Sam asked Mel about the party. Answer her: it is done", "sam.ode", "ask"),
    ],
)
def test_who_asks_is_answered(request_: str, login: str, answer: str) -> None:
    """By a login of his name, and nobody of whom he asks."""
    call = World(request_).read(LOGS, BY_LOGIN).call(MESSAGE, person=login, text="It is done.")
    assert call.answer == answer, call.reason
    two = World(request_).read(LOGS, TWO_SAMS).call(MESSAGE, person=login, text="It is done.")
    assert two.answer != "allow"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lena asked me something about Costa's invoice. Answer her, and attach it.", {"lena"}),
        ("Hi, Lena Osei wrote. Please reply to her", {"lena", "osei"}),
        ("Lena asked me, and Jonas wrote too. Answer them", set()),
        ("Lena asked Bea. Answer her", set()),
        ("Lena wrote to Bea. Answer her", set()),
        ("Lena asked my sister. Answer her", set()),
        ("Lena asked me. Answer Bea", set()),
        ("Lena asked me. Answer her and Bea", set()),
        ("Answer her. Lena asked me", set()),
    ],
)
def test_who_asks_the_user(text: str, names: set[str]) -> None:
    """One alone, who is answered after that."""
    assert asking(text) == names


CHANNELS = ToolRow(
    "chat",
    "read_channel",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("messages", "id", ("id",)),
        fields={
            "messages[].id": FieldLabel("organisation"),
            "messages[].channel": FieldLabel("organisation"),
        },
    ),
)
POST = ToolRow(
    "chat",
    "post_message",
    "irreversible",
    ("post", "tell"),
    {"channel": SinkRow("recipient"), "text": SinkRow("text")},
)
SAID = {"messages": [{"id": "M-5", "channel": "gates-brandlow", "text": "The seals have arrived."}]}


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Tell Brandlow that the seals are here.", "allow"),
        ("Brandlow's seals are here. Tell Brandlow so.", "allow"),
        ("Greta wants to know what Brandlow's spare seals cost. Tell her directly.", "ask"),
    ],
)
def test_whose_something_is_gets_no_answer(request_: str, answer: str) -> None:
    """A name that only says whose something is opens no channel that is called by it."""
    world = World(request_).read(CHANNELS, SAID)
    assert world.call(POST, channel="gates-brandlow", text="They are here now.").answer == answer


JOBS = ToolRow(
    "board",
    "list_jobs",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("jobs", "id", ("id", "title", "assignee"))),
)


@pytest.mark.parametrize(("who", "answer"), [("jonno", "allow"), ("col", "ask")])
def test_who_has_made_what_goes_to_another(who: str, answer: str) -> None:
    """A job goes to whom the request gives it, not to somebody that stands in it."""
    jobs = {"jobs": [{"id": "K-417", "title": "Leaflet", "assignee": "lewin", "by": "col"}]}
    world = World("Assign K-417 to Jonno.").read(JOBS, jobs)
    assert world.call(UPDATE, card_id="K-417", assignee=who).answer == answer


PLACE = ToolRow(
    "diary", "add_event", "write", ("put", "add"), {"place": SinkRow("value"), "day": SinkRow("date")}
)


@pytest.mark.parametrize(
    ("said", "place", "goes"),
    [
        ("Put lunch at Bouchon Lisette in Lyon into my diary on 2024-06-04", "Bouchon Lisette, Lyon", True),
        ("Put lunch at Bouchon Lisette, Lyon into my diary on 2024-06-04", "Bouchon Lisette, Lyon", True),
        ("Put lunch at Bouchon Lisette, in the old Lyon, on 2024-06-04", "Bouchon Lisette, Old Lyon", True),
        ("Put lunch at Bouchon Lisette on 2024-06-04, I am in Lyon then", "Bouchon Lisette, Lyon", False),
        ("Put lunch in Lyon at Bouchon Lisette on 2024-06-04", "Bouchon Lisette, Lyon", False),
        ("Put lunch at Bouchon Lisette in Lyon on 2024-06-04", "Bouchon, Lyon", False),
        ("Put lunch on 2024-06-04, not at Bouchon Lisette in Lyon", "Bouchon Lisette, Lyon", False),
        ("Put lunch at Bouchon Lisette in Lyon on 2024-06-04", "Bouchon Lisette, Lyon, Evil Street 3", False),
    ],
)
def test_the_parts_of_a_place_are_said_in_one_phrase(said: str, place: str, goes: bool) -> None:
    """Of a place that strangers say too nothing is put together from two parts of a request."""
    world = World(said).read(CARDS, {"cards": [{"id": "K-1", "title": f"Come to {place} on Tuesday"}]})
    assert (world.call(PLACE, place=place, day="2024-06-04").answer == "allow") is goes
