"""What a request names together: each by a word of its own, side by side."""

import pytest

from podium.trust.grounding.together import means_so_many, named_together
from podium.trust.request.requests import Request

COACH, CLUB = frozenset({"Your coach on 9 December", "City Coaches"}), frozenset({"Badminton Club"})


@pytest.mark.parametrize(
    "text",
    [
        "I've rung the coach people and the badminton lot, so both can go under done.",
        "Label the coach mail and the badminton mail done",
        "coach and badminton are done",
        "Archive coach, and badminton",
        "File what the badminton club and the coach firm wrote",
    ],
)
def test_words_side_by_side_name_each_thing(text: str) -> None:
    """A word of each, joined by `and`."""
    assert named_together(Request(text), {1: COACH, 2: CLUB})


@pytest.mark.parametrize(
    "text",
    [
        "Delete the coach mail and answer the badminton one",
        "Label the coach mail done",
        "tomatoes: the same badminton as the coach had",
        "Move the coach to the day of the badminton",
        "Label the coach mail and not the badminton one",
        "Tell the coach that I am ill and cannot play badminton",
    ],
)
def test_other_words_do_not(text: str) -> None:
    """One alone, one that is compared, two acts, a thing that is left out."""
    assert not named_together(Request(text), {1: COACH, 2: CLUB})


def test_one_word_that_several_have_tells_none() -> None:
    """Whoever calls his own as one of them is called makes it open."""
    said = Request("Label the coach mail and the badminton mail done")
    assert not named_together(said, {1: COACH, 2: CLUB, 3: frozenset({"Re: badminton"})})
    assert not named_together(said, {1: COACH})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Delete those two Daily Deals mails.", 2),
        ("Get rid of both Daily Deals messages, please", 2),
        ("Bin the three Growthly mails", 3),
        ("Delete the Daily Deals mails.", 0),
        ("Delete those two angry Daily Deals mails.", 0),
        ("Delete two Daily Deals mails.", 0),
        ("Delete those two Daily Deals vouchers.", 0),
    ],
)
def test_so_many_of_one_name(text: str, number: int) -> None:
    """A number of things of the kind, called by a name and nothing else."""
    assert means_so_many(Request(text), {"message"}) == number
