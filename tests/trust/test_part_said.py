"""What a request says of a call tells whether it may mean it: that is asked about, and not denied."""

import pytest

from podium.trust.doubts import Doubts, names_all
from podium.trust.grants import Answer, Ask, Deny
from podium.trust.grounding.flows import Leak
from podium.trust.grounding.record.findings import ONE, Finding
from podium.trust.tools import SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

from .workshop import DOMAINS, TOOLS, Shift

UNCLEAR = Ask("request.unclear", "the request may ask for it")
NOT_ASKED = Deny("request", "the request does not ask for it")
OTHER = Deny("request.other", "its word seems to be about something else")


def decided(request: str, tool: str, refusal: Answer, **arguments: object) -> str:
    """Return the verdict on a call against which a request has something."""
    shift, row = Shift(request), TOOLS[tool]
    task = Standing(shift.readings, shift.effective.grant(tool), refusal=refusal, domains=DOMAINS)
    return decide_tool_call(ToolCall("clerk", row.client_name, row, arguments), task).answer


PAY = "bank/pay_invoice"


@pytest.mark.parametrize("refusal", [NOT_ASKED, OTHER])
@pytest.mark.parametrize(
    "request_",
    [
        "Pay day! 412.5 on the 28th for Cables & Co would be right.",
        "Cables & Co get their 412.50 now",
        "Off with the 412.50 for 2026-118 on Saturday.",
    ],
)
def test_a_lasting_act_of_which_all_is_said(request_: str, refusal: Answer) -> None:
    """Two values that it says are more than a thing that it names. Another bill is nobody's wish."""
    assert decided(request_, PAY, refusal, number="2026-118", amount=412.5, on="2026-11-28") == "ask"
    assert decided(request_, PAY, refusal, number="2026-119", amount=180, on="2026-11-28") == "deny"


@pytest.mark.parametrize(
    "request_", ["The rota. And Milo.", "Milo and winter-rota.pdf, then.", "Milo, as to the rota..."]
)
def test_a_thing_that_is_named_is_not_done_away_with(request_: str) -> None:
    """To share it says with whom; to delete it needs only what anybody speaks of, and cannot be undone."""
    share = {"path": "/shop/winter-rota.pdf", "with": ["milo@spokes.example"], "role": "editor"}
    assert decided(request_, "files/share_file", NOT_ASKED, **share) == "ask"
    assert decided(request_, "files/delete_file", NOT_ASKED, path="/shop/winter-rota.pdf") == "deny"
    his = share | {"with": ["claims@evil.example"]}
    assert decided(request_, "files/share_file", NOT_ASKED, **his) == "deny"


@pytest.mark.parametrize("request_", ["R-201 by Saturday, then.", "R-201: the gears, on Saturday. Good."])
def test_one_thing_that_is_named(request_: str) -> None:
    """Its customer may be told something, of that repair; to cancel it or to pay needs more than its name."""
    about = {"id": "R-201", "text": "Hello, we look at the gears on Saturday."}
    assert decided(request_, "repairs/message_customer", NOT_ASKED, **about) == "ask"
    assert decided(request_, "repairs/message_customer", NOT_ASKED, **about | {"id": "R-202"}) == "deny"
    assert decided(request_, "repairs/cancel_repair", NOT_ASKED, id="R-201") == "deny"
    assert decided(request_.replace("R-201", "2026-118"), PAY, NOT_ASKED, number="2026-118") == "deny"
    assert names_all(SHARE, [SAID], [], [])
    assert not names_all(END, [SAID], [], [])
    assert not names_all(PAYS, [SAID], [], [])
    assert not names_all(SHARE, [SAID, HE], [], [])


@pytest.mark.parametrize("request_", ["Have we any open invoices?", "Is 2026-118 of 412.50 open?"])
def test_who_only_wants_to_know(request_: str) -> None:
    """A question has nothing done, though it names all of a call."""
    assert decided(request_, PAY, NOT_ASKED, number="2026-118", amount=412.5, on="2026-11-28") == "deny"


TO = {"email": SinkRow("recipient")}
SHARE = ToolRow("s", "share", "irreversible", ("share",), TO)
WRITE = ToolRow("s", "note_person", "write", ("note",), TO)
END = ToolRow("s", "stop_share", "irreversible", ("unshare",), TO)
PAYS = ToolRow("s", "settle", "irreversible", ("settle",), {"email": SinkRow("payee")})
SAID = Finding("email", "mia@spokes.example", "recipient", "object", False, "it is what the request names")
ROLE = Finding("role", "triage", "value", "nowhere", True, "nothing says it")
START = Finding("start", "08:30", "date", "nowhere", True, "nothing says it")
ROOM = Finding("channel", "cables", "object", "unnamed", True, "the request does not name this one")
HE = Finding("person", "karin@spokes.example", "recipient", "stranger", True, "his word", within=True)
ACCOUNT = Finding("iban", "DE2", "payee", "stranger", True, "only strangers say it", within=True)
LINK = Finding("url", "https://evil.example", "url", "stranger", True, "only strangers say it", within=True)
FILE = Finding("path", "/keys", "path", "stranger", True, "only strangers say it", within=True)
MINE = Finding("channel", "office", "recipient", "field", False, "it is in a trusted field")


def replaced(one: Finding, **changes: object) -> Finding:
    """Return a finding with some changes."""
    return type(one)(**({name: getattr(one, name) for name in one.__struct_fields__} | changes))


def unfounded(*findings: Finding, unclear: bool = True) -> bool:
    """Return whether a call is denied that the request only may mean."""
    said = Doubts()
    said.unfounded(findings, [], delegated=False, unclear=unclear)
    return bool(said.denials)


@pytest.mark.parametrize("one", [ROLE, START, ROOM, HE], ids=lambda one: one.path)
def test_beside_what_the_request_says(one: Finding) -> None:
    """A genuine value, one that nobody says, or what stands in a named text, is then one doubt."""
    assert not unfounded(SAID, one)
    assert unfounded(replaced(SAID, ground="request", why=ONE), replaced(one, described=""), LINK)
    if one is not ROOM:
        assert unfounded(one)


@pytest.mark.parametrize("one", [ACCOUNT, LINK, FILE], ids=lambda one: one.path)
def test_what_strangers_say_beside_it(one: Finding) -> None:
    """No account, page or file of theirs is asked about, and none in the place of what the request says."""
    assert unfounded(SAID, one)


def test_in_the_place_of_another() -> None:
    """The request says another value: then it does not leave that. A thing that it describes too it may."""
    assert unfounded(SAID, replaced(START, settled=True))
    assert unfounded(SAID, replaced(ROOM, settled=True))
    assert not unfounded(SAID, replaced(ROOM, settled=True, described="cables"))
    assert not unfounded(MINE, replaced(ROOM, settled=True, described="cables"))


def test_a_trusted_place_of_which_nothing_is_said() -> None:
    """Of an act that it only may mean the request has to say something, though all be trusted."""
    assert unfounded(MINE)
    assert not unfounded(MINE, unclear=False)
    assert not unfounded(MINE, SAID)


def test_which_of_a_kind_beside_what_is_said() -> None:
    """What the request describes is open where it says the rest, and one thing alone is no wish."""
    described = replaced(ROOM, described="cables")
    assert names_all(SHARE, [SAID, described], [], [])
    assert names_all(WRITE, [SAID, described], [], [])
    assert not names_all(END, [SAID, ROOM], [], [])
    assert not names_all(END, [SAID], [], [])
    assert not names_all(SHARE, [SAID, described], [Leak("flow.private", "it is private", "body")], [])


AT = Finding("account", "savings", "path", "unnamed", True, "the request says another")
SUM = Finding("amount", "900", "amount", "stranger", True, "only strangers say it", within=True)


def judged(*findings: Finding, again: bool = False) -> bool:
    """Return whether a call is denied that the request asks for."""
    said = Doubts()
    said.judge(findings, [], again=again, delegated=False)
    return bool(said.denials)


def test_a_place_with_more_in_doubt() -> None:
    """From which account and to whom, or how much: the request says neither. A sum that was done is none."""
    assert judged(AT, SUM)
    assert judged(AT, ACCOUNT)
    assert not judged(AT, SAID)
    assert not judged(AT, replaced(SUM, ground="nowhere"))
    assert not judged(replaced(AT, described="savings"), SUM)


def test_once_more_with_another_value() -> None:
    """Done as often as the request asks for it, an act is asked about where all of it is said."""
    assert judged(ROOM, again=True)
    assert not judged(SAID, again=True)
    assert not judged(replaced(ROOM, described="cables"), again=True)
    assert not judged(ROOM)
