"""What a request names together: each by a word of its own, side by side."""

import pytest

from podium.trust.grounding.things.together import each_named, means_several, means_so_many, named_together
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


HISTORY, XRAYS, BLOOD = "Clinical history of Rex", "X-rays of the chest", "Blood results"
PAPERS = {1: frozenset({HISTORY}), 2: frozenset({XRAYS}), 3: frozenset({BLOOD})}


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("Send Dr Tuohy the clinical history and the x-rays of Rex.", {1, 2}),
        ("send her the x-rays and clinical history please", {1, 2}),
        ("Mail her Rex's history, the blood results and the x-rays", {1, 2, 3}),
        ("I need the history, the X-rays, and the blood results of Rex sent to Westgate", {1, 2, 3}),
        ("Both the clinical history and the blood results go to Westgate", {1, 3}),
        ("Attach his x-rays and his blood results", {2, 3}),
    ],
)
def test_each_phrase_of_a_list_names_its_own(text: str, things: set[int]) -> None:
    """Each phrase fits one thing best, however much more the request has of another."""
    assert each_named(Request(text), PAPERS) == things


@pytest.mark.parametrize(
    "text",
    [
        "Read the clinical history and delete the x-rays",
        "Send Tess the history of Rex and Bob the x-rays",
        "Send the clinical history and the bill",
        "Send the history and the clinical history",
        "Send the x-rays, not the blood results",
        "Send the clinical history. And what about the x-rays?",
        "Send the clinical history to whoever has the x-rays",
        "Send the history but leave out the x-rays and the blood results",
    ],
)
def test_no_list_no_names(text: str) -> None:
    """Two acts, two who get something, a phrase that fits nothing or the same thing, what is left out."""
    assert not each_named(Request(text), PAPERS)


def test_two_that_fit_a_phrase_alike_name_none() -> None:
    """A second thing with the word makes the whole list open."""
    more = {**PAPERS, 4: frozenset({"X-rays of the leg"})}
    assert not each_named(Request("Send her the clinical history and the x-rays"), more)
    assert each_named(Request("Send her the history and the x-rays of the leg"), more) == set()
    assert each_named(Request("Send her the history and the leg x-rays"), more) == {1, 4}


@pytest.mark.parametrize(
    ("text", "noun", "several"),
    [
        ("Book a stay in Maastricht, 6 to 8 February, four persons", "stay", False),
        ("Reserve a table in Deventer for five hungry people", "table", False),
        ("Delete the two old versions of the sheet", "file", True),
        ("Cancel the two stays in Maastricht", "stay", True),
        ("Cancel the two from Maastricht", "stay", True),
        ("Move both to Friday", "stay", True),
        ("Pay the two bills of Halm", "invoice", True),
    ],
)
def test_a_number_of_other_things_means_not_several_of_these(text: str, noun: str, *, several: bool) -> None:
    """*Four persons* are no four stays: each stay of the town had been named."""
    assert means_several(Request(text), frozenset({noun})) is several
