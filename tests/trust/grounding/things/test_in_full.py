"""Of two names of ours the one of which a request has more is meant, and the other is not taken for it."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
RULE = ObjectRow("documents", "id", ("title",))
LIST = ToolRow("files", "list_documents", "read", returns=ReturnsRow("organisation", object=RULE))
STRANGE = ToolRow(
    "files",
    "list_documents",
    "read",
    returns=ReturnsRow("public", object=RULE, fields={"documents[].id": OURS}),
)
DELETE = ToolRow("files", "delete_document", "irreversible", ("delete",), {"id": SinkRow("object")})
SHARE = ToolRow(
    "files",
    "share_document",
    "irreversible",
    ("share",),
    {"id": SinkRow("object"), "with": SinkRow("recipient")},
)


def _deleted(request: str, *titles: str, of: ToolRow = LIST) -> dict[str, str]:
    rows: list[dict[str, Any]] = [{"id": f"d{at}", "title": title} for at, title in enumerate(titles)]
    world = World(request).read(of, {"documents": rows})
    return {row["title"]: world.call(DELETE, id=row["id"]).answer for row in rows}


PLAN, OLD = "Project plan", "Project plan, version 1 (old)"


@pytest.mark.parametrize(
    "request_",
    [
        "Delete the old project plan",
        "Delete the old project plan, version 1",
        "Delete the old version of the project plan",
        "Delete version 1 of the project plan",
    ],
)
def test_the_longer_one_is_meant(request_: str) -> None:
    """It has all that is said of the thing; the shorter one, which stands there in full, has less."""
    found = _deleted(request_, PLAN, OLD)
    assert found[OLD] == "allow"
    assert found[PLAN] != "allow"


def test_beside_another_thing() -> None:
    found = _deleted("Delete the budget and the old project plan", PLAN, OLD, "Budget")
    assert found["Budget"] == found[OLD] == "allow"
    assert found[PLAN] != "allow"


@pytest.mark.parametrize(
    ("request_", "longer"),
    [
        ("Delete the project plan", OLD),
        ("Delete 'Project plan'", OLD),
        ("Delete the old 'Project plan'", OLD),
        ("Delete the project plan, the old minutes say it is no use", "Old minutes of the project plan"),
    ],
)
def test_the_shorter_one_is_meant(request_: str, longer: str) -> None:
    """What is quoted is the whole name, and what is said of another thing belongs to that."""
    found = _deleted(request_, PLAN, longer)
    assert found[PLAN] == "allow"
    assert found[longer] != "allow"


def test_of_two_longer_ones_neither() -> None:
    found = _deleted("Delete the old project plan", PLAN, OLD, "Old project plan (copy)")
    assert "allow" not in found.values()


def test_whom_it_goes_to_is_no_name() -> None:
    """*Share the budget with Greta* is not about what is called `Budget Greta`."""
    rows = [{"id": "d1", "title": "Budget"}, {"id": "d2", "title": "Budget of Greta"}]
    world = World("Share the budget with greta@acme.example").read(LIST, {"documents": rows})
    greta = "greta@acme.example"
    assert world.call(SHARE, uses=None, id="d1", **{"with": greta}).answer == "allow"
    assert world.call(SHARE, uses=None, id="d2", **{"with": greta}).answer != "allow"


def test_a_strangers_longer_title_never_wins() -> None:
    """Who writes more of a request's words into his title gets no more than a question."""
    assert "allow" not in _deleted("Delete the old project plan", PLAN, OLD, of=STRANGE).values()


def test_a_name_that_stands_by_itself_too_means_both() -> None:
    """*Turnstile and turnstile-sites* are two."""
    found = _deleted("Delete turnstile and turnstile-sites", "turnstile", "turnstile-sites")
    assert set(found.values()) == {"allow"}
