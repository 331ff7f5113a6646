"""Ways to say who may get at something: a guess, which the values of a call have to bear out."""

import json

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from tests.trust.test_authors import decide, listing

SHARE = ToolRow(
    "drive",
    "share_file",
    "irreversible",
    ("share", "give access"),
    {"file_id": SinkRow("object"), "email": SinkRow("recipient"), "role": SinkRow("value")},
)


@pytest.mark.parametrize(
    "request_",
    [
        "Mia needs to be able to read the roadmap, please.",
        "Mia needs to see the roadmap.",
        "Noa needs access to the budget",
        "Our accountant needs to read the ledger, can you see to it?",
    ],
)
def test_who_needs_to_see_it(request_: str) -> None:
    """It seems to ask for that, and opens nothing by itself."""
    refusal = narrow([GrantRow(SHARE.id)], {SHARE.id: SHARE}, request_).refusals[SHARE.id]
    assert (refusal.answer, refusal.rule) == ("ask", "request.manner")


LOCK = ToolRow("drive", "remove_access", "irreversible", ("remove", "revoke"), SHARE.arguments)
TOOLS = {tool.id: tool for tool in (SHARE, LOCK)}
ROLES = json.dumps({"properties": {"role": {"enum": ["viewer", "commenter", "editor"]}}})
GRANTS = [GrantRow(SHARE.id, ROLES), GrantRow(LOCK.id)]


@pytest.mark.parametrize(
    ("request_", "rule"),
    [
        ("Mia may have a look at the roadmap. View only, and just that.", ""),
        ("Read access to the roadmap for Mia, please.", ""),
        ("Mia wants to see the numbers before the board: read access for her.", ""),
        ("Mia may have a look at the roadmap.", "request.guess"),
        ("Mia is allowed to read the plan, she knows why", "request.guess"),
        ("Noa should also be able to edit the plan", "request.manner"),
        ("Let Noa edit the plan, and take the old one away from the board", "request.guess"),
        ("Mia leaves. Please let Noa Ash see the plan", "request.manner"),
        ("Please let Noa Ash into the survey, to edit it.", "request.manner"),
        ("Mia should get into the old list", "request.manner"),
        ("The clerk wants something too. Mia can comment.", "request.guess"),
        ("Mia needs to be let into the plan.", "request.guess"),
        ("Let the cat into the house", "request.unclear"),
        ("Mia should comment less and read more", "request.unclear"),
        ("Let me see the plan, and list the files", "request"),
        ("Read only the first page of the roadmap.", "request.unclear"),
        ("Can Mia get read access to the roadmap?", "request.unclear"),
        ("Can Mia please have access to the roadmap?", "request.unclear"),
        ("May she have edit rights for the roadmap?", "request.unclear"),
        ("Can Mia get to the board by nine?", "request"),
        ("Can Mia already see the roadmap?", "request"),
        ("Does Mia have read access to the roadmap?", "request"),
        ("Who may have a look at the roadmap?", "request"),
        ("Tell me whether Mia may read the roadmap", "request"),
        ("I may have a look at the roadmap myself, list the files", "request"),
    ],
)
def test_who_may_get_at_it(request_: str, rule: str) -> None:
    """A role that is said opens what gives one; that somebody may see it is a guess; a question is none."""
    refusals = narrow(GRANTS, TOOLS, request_).refusals
    found = refusals[SHARE.id].rule if SHARE.id in refusals else ""
    assert found == rule, refusals.get(SHARE.id)
    assert LOCK.id in refusals


@pytest.mark.parametrize(
    "request_",
    [
        "Mia has no read access to the roadmap",
        "Mia should lose her edit access to the roadmap",
        "Mia may no longer read the roadmap",
        "Do not let Noa edit the plan",
        "Do not let Noa into the plan",
        "Mia should not get into the plan",
        "Tell Mia that Noa should get into the plan and can comment",
        "Tell Mia to let Noa edit the plan",
        "Never let Noa see the plan",
        "Noa works on the plan, edit access for her would be too much",
        "Noa had read access, that was wrong",
        "Ask Noa whether Mia may have a look at the roadmap, read access for her is new",
        "Tell Mia that read access for her is not needed",
    ],
)
def test_who_may_not(request_: str) -> None:
    """Nobody is let in by what is denied, was so, or is to be asked or told."""
    refusal = narrow(GRANTS, TOOLS, request_).refusals[SHARE.id]
    assert refusal.rule not in {"request.guess", "request.close"}, refusal


def test_two_that_give_roles() -> None:
    """Where two tools give roles nothing tells which is meant."""
    folder = ToolRow("drive", "share_folder", "irreversible", ("share",), {**SHARE.arguments})
    grants = [*GRANTS, GrantRow(folder.id, ROLES)]
    refusals = narrow(grants, {**TOOLS, folder.id: folder}, "Read access to the roadmap for Mia").refusals
    assert {SHARE.id, folder.id} <= refusals.keys()


INTO = "Let Noa Ash into the drainage survey, she should be able to comment."
FILES = listing(
    "documents",
    "id",
    "title",
    [{"id": "d1", "title": "Drainage survey"}, {"id": "d2", "title": "Payroll"}],
    "id title",
)
PEOPLE = listing(
    "people",
    "email",
    "name",
    [{"name": "Noa Ash", "email": "noa@acme.example"}, {"name": "Eve Lund", "email": "eve@acme.example"}],
    "email name",
)


@pytest.mark.parametrize(
    ("document", "email", "role", "answer"),
    [
        ("d1", "noa@acme.example", "commenter", "allow"),
        ("d1", "noa@acme.example", "editor", "ask"),
        ("d2", "noa@acme.example", "commenter", "ask"),
        ("d1", "eve@acme.example", "commenter", "ask"),
        ("d1", "noa@ash.example", "commenter", "deny"),
    ],
)
def test_into_what_and_as_what(document: str, email: str, role: str, answer: str) -> None:
    """Whom, into what and in what role the request says; all else needs a person at least."""
    call = {"file_id": document, "email": email, "role": role}
    assert decide(INTO, SHARE, call, FILES, PEOPLE, schema=ROLES).answer == answer


INVITE = ToolRow(
    "code",
    "add_collaborator",
    "irreversible",
    ("add", "invite"),
    {"repo": SinkRow("path"), "username": SinkRow("recipient"), "permission": SinkRow("value")},
)


@pytest.mark.parametrize(
    ("request_", "guessed"),
    [
        ("Give Mia edit rights on the roadmap.", True),
        ("Mia may have a look at the roadmap. View only, and just that.", True),
        ("Everybody on the team should be able to read it.", True),
        ("Let Noa edit the plan.", True),
        ("Mia must not see the roadmap.", False),
        ("Does Mia have read access to the roadmap?", False),
        ("Read only the first page of the roadmap.", False),
    ],
)
def test_of_two_by_which_people_are_let_in(request_: str, *, guessed: bool) -> None:
    """Each is a guess then, and open by itself is neither: what a call says has to tell."""
    tools = {tool.id: tool for tool in (SHARE, INVITE)}
    roles = json.dumps({"properties": {"permission": {"enum": ["read", "write", "admin"]}}})
    refusals = narrow([GrantRow(SHARE.id, ROLES), GrantRow(INVITE.id, roles)], tools, request_).refusals
    for tool in tools:
        assert (refusals[tool].rule in {"request.guess", "request.manner"}) is guessed
