"""What the table of WordNet tells, and what it does not."""

import gzip
from importlib import resources

import pytest

from podium.trust.english.wordnet import NEAR, is_verb, nearness, same_nouns, verb_of
from podium.trust.english.words import sentences
from podium.trust.request.wordings.manners import manner


@pytest.mark.parametrize(
    ("verb", "other"),
    [("call off", "cancel"), ("reimburse", "refund"), ("sanction", "approve"), ("oust", "throw out")],
)
def test_verbs_that_say_the_same_are_near(verb: str, other: str) -> None:
    """A usual sense of one is a usual sense of the other, or a kind of it."""
    assert nearness(verb, other) >= NEAR
    assert nearness(verb, other) <= 1


@pytest.mark.parametrize(
    ("verb", "other"),
    [("show", "pay"), ("read", "send"), ("approve", "reject"), ("end", "change"), ("cancel", "book")],
)
def test_verbs_of_other_acts_are_not(verb: str, other: str) -> None:
    """Neither what only reads nor the opposite is near; what everything is a kind of says nothing."""
    assert nearness(verb, other) < NEAR


def test_nouns_and_what_they_are_made_of() -> None:
    """A noun has others for the same thing, and one of a deed its verb; words nobody knows have neither."""
    assert "bill" in same_nouns("invoice")
    assert (verb_of("cancellation"), verb_of("apartment")) == ("cancel", None)
    assert (same_nouns("xyzzy"), verb_of("xyzzy"), is_verb("xyzzy")) == (frozenset(), None, False)


def test_the_table_is_small_and_has_its_licence() -> None:
    """It is no larger than 300 kB, and WordNet's notice is with it."""
    packed = resources.files("podium.trust.english").joinpath("wordnet.txt.gz").read_bytes()
    assert len(packed) <= 300_000
    assert "WordNet 3.1 Copyright 2011 by Princeton University" in gzip.decompress(packed).decode("ascii")


@pytest.mark.parametrize(
    ("request_text", "intents", "least"),
    [
        ("The standing order has to end.", ("cancel", "end"), 5),
        ("Throw the old draft out.", ("delete",), 3),
        ("Reimburse Mia for the taxi.", ("refund",), 3),
        ("Show me the payments.", ("pay", "transfer"), 0),
        ("The ticket in which she says thanks", ("thank",), 0),
        ("The list of the ends", ("end",), 0),
    ],
)
def test_how_plainly_a_sentence_asks(request_text: str, intents: tuple[str, ...], least: int) -> None:
    """An author's own word says most, then one that WordNet has near; a noun and what reads say nothing."""
    (sentence,) = sentences(request_text)
    signs, told = manner(sentence, intents)
    assert signs >= least if least else (signs, told) == (0, frozenset())
