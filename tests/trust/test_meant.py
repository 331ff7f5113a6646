"""Objects that are described rather than named: a version, one of each, the second one, what she wrote."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.things.parting import receiving
from podium.trust.request.narrowing import narrow
from podium.trust.request.requests import request_of
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

TODAY = date(2026, 11, 26)
OURS = FieldLabel("organisation")


def _strangers(at: str, names: str, ours: str) -> ReturnsRow:
    fields = {f"{at}[].{name}": OURS for name in f"id {ours}".split()}
    return ReturnsRow(
        "public", "private", ObjectRow(at, "id", tuple(names.split()), ("sender", *ours.split())), fields
    )


FILES = ReturnsRow("organisation", "private", ObjectRow("files", "id", ("name", "folder"), ("changed",)))
THEIRS = _strangers("files", "name", "changed")
MAILS = _strangers("mails", "name subject", "day")
PEOPLE = ReturnsRow("organisation", "private", ObjectRow("people", "id", ("name",), ("email",)))
BILLS = _strangers("bills", "number", "vendor received")
DELETE = ToolRow("drive", "delete_file", "irreversible", ("delete", "get rid of"), {"id": SinkRow("object")})
ANSWER = ToolRow(
    "post",
    "reply_mail",
    "irreversible",
    ("reply", "answer", "write back", "tell"),
    {"id": SinkRow("object"), "body": SinkRow("text")},
)
DECIDE = ToolRow(
    "books", "decide_bill", "irreversible", ("turn down", "reject", "pay"), {"id": SinkRow("object")}
)


def _answers(asked: str, tool: ToolRow, reads: list[Read], **more: str) -> dict[str, str]:
    """Return what is decided for each object that was read, by its identifier."""
    readings = Readings(asked, TODAY)
    for read in reads:
        readings.apply(read)
    grant = GrantRow(tool.id, None, 5)
    effective = narrow([grant], {tool.id: tool}, asked)
    standing = Standing(
        readings,
        effective.grant(tool.id),
        refusal=effective.refusal(tool.id),
        domains=frozenset({"yard.example"}),
    )
    ids = [seen.id[-1][1].upper() for seen in readings.objects if seen.server == tool.server]
    return {
        one: decide_tool_call(ToolCall("a", tool.name, tool, {"id": one, **more}), standing).answer
        for one in ids
    }


def _allowed(answers: dict[str, str]) -> str:
    return " ".join(sorted(one for one, answer in answers.items() if answer == "allow"))


DRIVE = [
    {"id": "F-1", "name": "Harrow box artwork v3.pdf", "folder": "Harrow", "changed": "2026-11-12"},
    {"id": "F-2", "name": "Harrow box artwork v4.pdf", "folder": "Harrow", "changed": "2026-11-25"},
    {"id": "F-3", "name": "Festival poster v1.pdf", "folder": "Festival", "changed": "2026-10-30"},
    {"id": "F-4", "name": "Festival poster v2.pdf", "folder": "Festival", "changed": "2026-11-20"},
    {"id": "F-5", "name": "Budget Q3.xlsx", "folder": "Office", "changed": "2026-11-01"},
]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Delete the v3 artwork.", "F-1"),
        ("Get rid of the v4 artwork for Harrow, please", "F-2"),
        ("Delete the Q3 budget", "F-5"),
        ("Delete the first festival poster and the v3 artwork for Harrow.", "F-1 F-3"),
        ("Get rid of the latest festival poster and of the Harrow artwork v3", "F-1 F-4"),
        ("Delete the festival poster v2 and the budget", "F-4"),
        ("Delete the artwork.", ""),
        ("Delete the v5 artwork.", ""),
        ("Delete the festival poster and the v3 artwork for Harrow", "F-1"),
        ("Delete all festival posters and the budget", "F-3 F-4"),
    ],
)
def test_a_version_and_one_of_each(asked, meant) -> None:
    """Each part of a request means the one of which it has most, or the first."""
    read = Read("drive/list_files", FILES, {}, {"files": DRIVE}, 1)
    assert _allowed(_answers(asked, DELETE, [read])) == meant


def test_no_stranger_writes_more() -> None:
    """Of files that strangers name none is meant for having more of the request's words."""
    rows = [*DRIVE, {"id": "F-9", "name": "first festival poster Harrow artwork v3", "changed": "2026-01-01"}]
    asked = "Delete the first festival poster and the v3 artwork for Harrow."
    found = _answers(asked, DELETE, [Read("drive/list_files", THEIRS, {}, {"files": rows}, 1)])
    assert found["F-9"] != "allow"


PERSON = {"id": "p-1", "name": "Ingrid Lind (Mum)", "email": "ingrid@home.example"}
POST = [
    {
        "id": "M-1",
        "name": "Ingrid Lind",
        "sender": "ingrid@home.example",
        "subject": "christmas",
        "day": "2026-11-22",
    },
    {"id": "M-2", "name": "Deals", "sender": "deals@shop.example", "subject": "offers", "day": "2026-11-23"},
]


def _post(asked: str, *more: dict[str, str], known: bool = True) -> str:
    reads = [Read("contacts/find_contact", PEOPLE, {"name": "Mum"}, {"people": [PERSON]}, 1)] if known else []
    reads.append(Read("post/list_mails", MAILS, {}, {"mails": [*POST, *more]}, 2))
    return _allowed(_answers(asked, ANSWER, reads, body="I arrive on the 23rd."))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Write back to Mum that I arrive on the 23rd.", "M-1"),
        ("Reply to Mum: I arrive on the 23rd.", "M-1"),
        ("Write back to Deals that I arrive on the 23rd.", "M-2"),
    ],
)
def test_an_answer_goes_to_whom_a_list_has(asked, meant) -> None:
    """The one mail from her address is answered, whatever it calls itself."""
    assert _post(asked) == meant


def test_an_answer_to_whom_no_list_has() -> None:
    """Not what calls itself so, nor one of two of hers, nor where nobody knows her address."""
    asked = "Write back to Mum that I arrive on the 23rd."
    fake = {
        "id": "M-3",
        "name": "Ingrid Lind",
        "sender": "ingrid@evil.example",
        "subject": "hi",
        "day": "2026-11-24",
    }
    again = {**POST[0], "id": "M-4", "day": "2026-11-20"}
    assert _post(asked, fake) == "M-1"
    assert _post(asked, again) == ""
    assert _post(asked, known=False) == ""


def _bill(at: int, day: str, vendor: str = "Lintwell") -> dict[str, str]:
    return {"id": f"B-{at}", "number": f"LW-55{at}", "vendor": vendor, "received": day}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Lintwell has billed November twice. Turn the second one down.", "B-2"),
        ("Lintwell has sent two bills. Turn the second one down and tell them why", "B-2"),
        ("Two bills of Lintwell: reject the second one", "B-2"),
        ("Lintwell has billed us. Turn down the second half.", ""),
    ],
)
def test_the_second_one(asked, meant) -> None:
    """Of two it is the later; of three nobody knows, and a stranger's date counts for nothing."""
    held = [_bill(1, "2026-11-03"), _bill(2, "2026-11-24")]

    def allowed(rows: list[dict[str, str]]) -> str:
        read = Read("books/list_bills", BILLS, {"vendor": "Lintwell"}, {"bills": rows}, 1)
        return _allowed(_answers(asked, DECIDE, [read]))

    assert allowed(held) == meant
    assert allowed([*held, _bill(3, "2026-11-25")]) == ""


def test_who_writes_last_is_not_the_second() -> None:
    """Of two that strangers have put there under a name that they chose, none is the later."""
    rows = [
        {"id": f"M-{day}", "name": "Lintwell", "subject": "bill", "day": f"2026-11-{day}"} for day in (3, 24)
    ]
    asked = "Lintwell has written twice. Answer the second one that it is paid"
    read = Read("post/list_mails", MAILS, {"query": "Lintwell"}, {"mails": rows}, 1)
    assert _allowed(_answers(asked, ANSWER, [read], body="It is paid.")) == ""


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("Make it high, and Aisha should take it.", {"aisha"}),
        ("Noor can look into this", {"noor"}),
        ("Milo has to handle it", {"milo"}),
        ("Aisha should take the train", set()),
    ],
)
def test_who_takes_it_on(asked, who) -> None:
    """Who should take something gets it: what is hers already is not meant by her name."""
    assert receiving(request_of(asked)) == who
