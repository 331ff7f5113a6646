"""Where something is put tells the act, though no author lists that verb: the file, the board, the record."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

OBJECT, TEXT, VALUE, PATH = SinkRow("object"), SinkRow("text"), SinkRow("value"), SinkRow("path")
PAYEE, DATE, WHOM = SinkRow("payee"), SinkRow("date"), SinkRow("recipient")
SAVE = ToolRow("bank", "save_payee", "write", ("save", "add"), {"name": VALUE, "iban": PAYEE})
WRITE = ToolRow("files", "write_file", "irreversible", ("write", "save"), {"name": PATH, "content": TEXT})
CONTACT = ToolRow(
    *("crm", "update_client", "write", ("update", "change")),
    {"client_id": OBJECT, "address": VALUE, "phone": VALUE, "iban": PAYEE},
)
JOB = ToolRow("work", "create_job", "write", ("create", "give"), {"title": TEXT, "assignee": WHOM})
STAY = ToolRow(
    "desk",
    "change_booking",
    "write",
    ("change", "put"),
    {"booking_id": OBJECT, "arrival": DATE, "note": TEXT},
)
VISIT = ToolRow(
    "diary", "book_visit", "irreversible", ("book", "put", "enter", "add"), {"title": TEXT, "day": DATE}
)
TOOLS = {tool.id: tool for tool in (SAVE, WRITE, CONTACT, JOB, STAY, VISIT)}


def opened(request: str) -> set[str]:
    """Return the names of the tools that a request opens without a doubt."""
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    return {tool.name for tool in TOOLS.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Look up what I spent on gas and add it to budget.txt",
        "Put the total into budget.txt",
        "Append the new figures to notes-2026.md, please",
        "Could you put the address in letter.txt?",
        "Find the price of the oven and note it in shopping.txt",
        "Please add 'call Ben' to todo.txt",
        "Enter the sum of both bills in costs.csv",
    ],
)
def test_what_goes_into_a_file(request_: str) -> None:
    """It is written there; that another tool lists the verb opens nothing of that."""
    assert opened(request_) == {WRITE.name}


@pytest.mark.parametrize(
    "request_",
    [
        "Fatou counts the linen on Monday. Put it on the board",
        "Ben looks at the boiler tomorrow, put that on the board please",
        "The lamp in the hall is broken. Add it to the board",
        "Could you put the broken tap on the board for Milan?",
        "Stick the linen count on the board",
    ],
)
def test_what_goes_on_a_board(request_: str) -> None:
    """What hangs on a board is made."""
    assert opened(request_) == {JOB.name}


@pytest.mark.parametrize(
    "request_",
    [
        "New address and phone are in her mail, can you put them on her record please",
        "Put Joan's new address on her file",
        "Enter his new phone number in his profile",
        "Add the address from her mail to her account",
        "Please record the new address on Mr Bell's card",
        "Could you get the new address onto his record?",
    ],
)
def test_what_goes_into_a_record(request_: str) -> None:
    """It is changed there, and no visit is booked, though that lists `put`, `enter` and `add`."""
    assert opened(request_) == {CONTACT.name}


@pytest.mark.parametrize(
    "request_",
    [
        "Their new account really is NL91 ABNA 0417 1643 00. Put that in please",
        "Dune Coffee is at NL91ABNA0417164300 now, put it in",
    ],
)
def test_what_is_put_in(request_: str) -> None:
    """The one value that the request says is put where such a value is changed."""
    assert opened(request_) == {CONTACT.name}


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("Put a note on the booking that they come late", STAY.name),
        ("Add a visit on Friday", VISIT.name),
        ("Put a visit in for Friday", VISIT.name),
        ("Put Friday's visit on the board", VISIT.name),
        ("Add Ben as a payee", SAVE.name),
    ],
)
def test_own_words_come_first(request_: str, name: str) -> None:
    """Who lists the verb and is about what is put is meant by it."""
    assert name in opened(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "Don't put the new address on her record",
        "Who put the new address on her record?",
        "She has put it into budget.txt already",
        "Tell me whether to put it on the board",
        "Never add anything to budget.txt",
    ],
)
def test_what_asks_for_nothing(request_: str) -> None:
    """What is not to be done, was done or is a question opens nothing."""
    assert opened(request_) == set()


BOARD = {
    tool.id: tool
    for tool in (
        ToolRow(
            "yard",
            "add_job",
            "write",
            ("add", "create", "get"),
            {"title": TEXT, "boat_id": OBJECT, "due": DATE},
        ),
        ToolRow(
            "yard", "update_job", "write", ("update", "create", "change"), {"job_id": OBJECT, "due": DATE}
        ),
        ToolRow("yard", "split_job", "write", ("split", "create"), {"id": OBJECT, "title": TEXT}),
    )
}


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        ("The heater trips. Can you get that onto the board for Mel?", {"add_job"}),
        ("The heater trips. Put it on the board by Friday", {"add_job"}),
        ("Who put the heater on the board?", set()),
    ],
)
def test_a_board_of_jobs_on_things(request_: str, names: set[str]) -> None:
    """What is made may be about a thing; what takes a job, or what may be one, changes one."""
    effective = narrow([GrantRow(tool) for tool in BOARD], BOARD, request_)
    assert {tool.name for tool in BOARD.values() if effective.refusal(tool.id) is None} == names


KEEP = ToolRow("bank", "save_recipient", "irreversible", ("save", "add recipient"), {"iban": PAYEE})


def _kept(request: str) -> set[str]:
    tools = {**TOOLS, KEEP.id: KEEP}
    effective = narrow([GrantRow(tool) for tool in tools], tools, request)
    return {tool.name for tool in tools.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "The doctor has a new account. Put it into my saved recipients",
        "Please add the doctor's account to my saved recipients.",
        "Put the new account in our saved recipients",
    ],
)
def test_what_is_put_among_what_is_kept(request_: str) -> None:
    """It is kept so too."""
    assert _kept(request_) == {KEEP.name}


@pytest.mark.parametrize(
    "request_",
    [
        "Look the new account up in my saved recipients",
        "The doctor put the account into my saved recipients. What is it?",
        "Don't put the account into my saved recipients",
        "Put the account into the letter for my recipients",
        "Put it into what the recipients saved",
    ],
)
def test_what_is_not_put_among_it(request_: str) -> None:
    """Nor where somebody else did so, or it is another place."""
    assert KEEP.name not in _kept(request_)


PEOPLE = {
    tool.id: tool
    for tool in (
        ToolRow("people", "add_contact", "write", ("save", "put in contacts"), {"name": TEXT, "phone": TEXT}),
        ToolRow("people", "change_contact", "write", ("change",), {"contact_id": OBJECT, "phone": VALUE}),
        ToolRow("people", "delete_contact", "irreversible", ("delete",), {"contact_id": OBJECT}),
        ToolRow("bank", "change_payee", "write", ("change",), {"payee_id": OBJECT, "phone": VALUE}),
        ToolRow(
            "diary", "create_event", "irreversible", ("put", "add", "enter"), {"title": TEXT, "day": DATE}
        ),
        ToolRow("mail", "move_mail", "write", ("put", "file"), {"mail_id": OBJECT, "folder": PATH}),
    )
}


def _people(request: str) -> set[str]:
    effective = narrow([GrantRow(tool) for tool in PEOPLE], PEOPLE, request)
    return {tool.name for tool in PEOPLE.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Sanna has moved. Put her new phone number in my contacts.",
        "Please enter Sanna's new phone number into my address book",
        "Could you add their new phone number to my contacts?",
    ],
)
def test_what_is_new_of_one_among_its_like(request_: str) -> None:
    """The entry that there is may be changed; nothing is deleted, and nothing of another kind is changed."""
    assert "change_contact" in _people(request_)
    assert _people(request_) <= {"change_contact", "add_contact"}


@pytest.mark.parametrize(
    "request_",
    [
        "Put Sanna in my contacts",
        "Put the new man in my contacts",
        "Put my new phone number in my contacts",
        "Don't put her new phone number in my contacts",
        "Has Sanna put her new phone number in my contacts?",
        "Put her new phone number in the letter",
        "Put her new colleague in my contacts",
    ],
)
def test_what_changes_no_entry(request_: str) -> None:
    """Whoever is new, what nobody else has, another place, and what is not to be done or was done."""
    assert "change_contact" not in _people(request_)


NEW_FILE = ToolRow("drive", "create_file", "write", ("create", "make"), {"name": TEXT, "content": TEXT})
ADD_TO = ToolRow("drive", "append_to_file", "write", ("append", "add", "put"), {"id": OBJECT, "text": TEXT})
MEET = ToolRow("drive", "create_event", "irreversible", ("create", "put"), {"title": TEXT, "start": DATE})
NEWS = ToolRow("drive", "send_mail", "irreversible", ("send", "write"), {"to": WHOM, "body": TEXT})
DRIVE = {tool.id: tool for tool in (NEW_FILE, ADD_TO, MEET, NEWS)}


def on_drive(request: str) -> set[str]:
    """Return the names of the tools of the drive that a request opens without a doubt."""
    effective = narrow([GrantRow(tool) for tool in DRIVE], DRIVE, request)
    return {tool.name for tool in DRIVE.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Please put Henrik's list for the fair into a new file, fair.txt.",
        "Put the points of his mail in a new file called fair.txt",
        "Could you put all that into a new document?",
        "Write what is on his list into a new file.",
        "Add the total to a new file, totals.txt",
    ],
)
def test_what_goes_into_a_new_file_makes_it(request_: str) -> None:
    """Nobody need say *create*; no event is made, and nothing is sent."""
    assert NEW_FILE.name in on_drive(request_)
    assert not {MEET.name, NEWS.name} & on_drive(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "Put the total into the file totals.txt",
        "Put a new line into the packing list",
        "Put the new prices in the file",
        "Put the new file into the folder",
        "Don't put it into a new file",
    ],
)
def test_what_goes_into_another_makes_none(request_: str) -> None:
    """What there is is no new one, and what is put there makes nothing."""
    assert NEW_FILE.name not in on_drive(request_)
