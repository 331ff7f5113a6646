"""Stories as trees, where an agent does the same over and over."""

from podium.console.tree import folded, tree
from podium.views.explain_tree import Node


def call(
    number: int, what: str = "small > m-1 at p: ok", cost: int | None = 5, at: int | None = None
) -> Node:
    second = number if at is None else at
    return Node("call", f"call_{number}", f"2026-11-27T10:00:{second:02}Z {what}", cost_nano_usd=cost)


def test_what_says_the_same_in_a_row_is_three_lines() -> None:
    """The first, how many more and what they cost together, the last: no cost is lost."""
    nodes = [call(number) for number in range(30)]
    first, more, last = folded(nodes)
    assert (first, last) == (nodes[0], nodes[-1])
    assert (more.title, more.cost_nano_usd) == ("the same 28 times more", 28 * 5)
    assert [one.title for one in folded(call(it, cost=None) for it in range(4))][1] == "the same 2 times more"


def test_what_differs_is_told() -> None:
    """Few, another outcome between them, other words, or other things below: each is a line."""
    few = [call(number) for number in range(3)]
    assert list(folded(few)) == few
    turns = [call(number, "ok" if number % 2 else "refused") for number in range(8)]
    assert list(folded(turns)) == turns
    cases = [
        Node("tool call", f"tcl_{it}", "asks", children=(Node("case", f"case_{it}", f"object {it}"),))
        for it in range(8)
    ]
    assert list(folded(cases)) == cases


def test_the_page_folds_at_every_depth() -> None:
    step = Node("task", "task_1", "task of a", children=tuple(call(number) for number in range(9)))
    page = str(tree(Node("run", "prun_1", "run of p", children=(step,)), label="Story"))
    assert "the same 7 times more" in page
    assert page.count("small &gt; m-1") == 2
