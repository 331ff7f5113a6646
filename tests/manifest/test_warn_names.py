"""Names by which something else than is meant is found are warned of."""

import pytest

from .test_warn_tools import MADE, read, warned, write


@pytest.mark.parametrize(
    ("names", "fields", "told"),
    [
        ("author, text", "text", 1),
        ("author, text", "author", 0),
        ("author, sent", "text", 0),
        ("title, author", "title", 0),
    ],
)
def test_texts_of_colleagues_that_are_names(names: str, fields: str, told: int) -> None:
    """*Take Otto out* would mean a colleague's message with the word *take* in it, and the colleague."""
    found = (
        f"{{list: notes, id: id, names: [{names}], vouched: {{when: {{staff: true}}, fields: [{fields}]}}}}"
    )
    warnings = warned(read("list_notes", f"object: {found}"))
    assert ["one word of a colleague's `text`" in one for one in warnings] == [True] * told


PEOPLE = f"{MADE}, object: {{list: LIST, id: handle, names: [name, FIELD]}}"
REMOVE = write("remove_member", "remove", "channel: {sink: path}, person: {sink: recipient}")
MOVE = write("move_file", "move", "file_id: {sink: object}, folder: {sink: path}")


@pytest.mark.parametrize(
    ("kind", "field", "act", "told"),
    [
        ("people", "title", REMOVE, "channel"),
        ("members", "department", REMOVE, "channel"),
        ("people", "handle", REMOVE, ""),
        ("songs", "title", REMOVE, ""),
        ("people", "title", MOVE, ""),
        ("files", "folder", MOVE, "folder"),
        ("files", "owner", MOVE, ""),
        ("files", "folder", write("delete_file", "delete", "file_id: {sink: object}"), ""),
        ("mails", "folder", MOVE, ""),
    ],
)
def test_names_that_are_words_for_a_place(kind: str, field: str, act: str, told: str) -> None:
    """*Out of the design channel* would mean the head of design, *to the Finance folder* what is there."""
    listed = read(f"list_{kind}", PEOPLE.replace("LIST", kind).replace("FIELD", field))
    name = act.partition(":")[0].strip()
    found = [it for it in warned(listed + act, f"list_{kind}", name) if "is meant too" in it]
    message = f"x/list_{kind}: what has the word in its `{field}` is meant too where x/{name} takes it as a"
    assert found == [f"{message} {told}."] * bool(told)
    assert [it for it in warned(listed + act, name) if "is meant too" in it] == []
