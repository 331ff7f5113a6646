"""Words of a request: what is written in short."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.english.words import _SHORT, Token, _in_words, sentences

SHORT = """I'm won't can't cannot Cannot shan't don't Let's he's the toner's fine. what's it'll we'd you've
they're
dont don t e-mail E-Mail fwd FWD pls Plz u U shd abt about thx thks teh yes no to Yes say Say many thanks
thank you for sorry msg w/ reply-all re-open Un-do co-sign and , . ! ' \u2019 \u017fay \u0131 K"""
PARTS = st.sampled_from([*SHORT.split(), "\n"])
TEXTS = st.lists(PARTS | st.text(max_size=4), max_size=12).map(" ".join)


@given(TEXTS)
def test_each_short_form_is_looked_for_where_it_may_be(text) -> None:
    """What is written in short becomes words, one form after the other, wherever each of them stands."""
    text = unicodedata.normalize("NFKC", text)
    wanted = text
    for _, pattern, words in _SHORT:
        wanted = pattern.sub(words, wanted)
    assert _in_words(text) == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Pls fwd it, the toner's fine", "please forward it , the toner is fine"),
        ("He's been told, don't re-open it", "he has been told , do not reopen it"),
        ("Yes to Ann\u200b and thx", "answer yes to ann and thanks"),
    ],
)
def test_short_forms(text, said) -> None:
    """A request is read as if its short forms were written out; what does not show is left out."""
    assert [" ".join(token.low for token in sentence) for sentence in sentences(text)] == [said]


def test_words_are_values() -> None:
    """Two words of one kind that are written alike are equal, and count as one."""
    assert Token("a", "A", "word") == Token("a", "A", "word") != Token("a", "a", "word")
    assert len({Token("a", "A", "word"), Token("a", "A", "word")}) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Thank Elena R. and the Hansens.", 1),
        ("Take plan B. Delete the other one.", 2),
        ("Ring Tom. and Mia", 2),
    ],
)
def test_a_name_that_is_cut_short_ends_no_sentence(text, parts) -> None:
    """The dot of a single letter, where the sentence goes on."""
    assert len(list(sentences(text))) == parts


@pytest.mark.parametrize(
    ("text", "link", "parts"),
    [
        ("Post it on http://wiki.example/moss-street. Let Maud know", "http://wiki.example/moss-street", 2),
        ("Read https://a.example/x?y=1, then tell me", "https://a.example/x?y=1", 1),
        ("Put it on our page (http://wiki.example/moss). Done?", "http://wiki.example/moss", 2),
        ("See [http://wiki.example/moss]! Now", "http://wiki.example/moss", 2),
        ("Read http://a.example/x.y,z;1/ and tell me", "http://a.example/x.y,z;1/", 1),
        ("Read https://a.example/Salt_(food). Tell me", "https://a.example/Salt_(food)", 2),
        ("Call http://a.example/{id}/[2]?q=a.b now", "http://a.example/{id}/[2]?q=a.b", 1),
    ],
)
def test_what_stands_behind_a_link_is_the_sentences(text, link, parts) -> None:
    """A full stop, a comma, the bracket in which it stands; what goes on with it is the link's own."""
    found = list(sentences(text))
    assert [token.text for sentence in found for token in sentence if "://" in token.text] == [link]
    assert len(found) == parts
