"""Words of a request that describe something."""

from hypothesis import given
from hypothesis import strategies as st

from podium.trust.english.wordnet import same_nouns
from podium.trust.english.words import singular
from podium.trust.grounding.record.describing import describing
from podium.trust.request.requests import Request, stem

SAID = "Pay the plumber's bills and the electrician's invoice for the kitchen, and 3 photos of two stories"
WORDS = ["bill", "bills", "invoices", "plumbing", "plumbers", "electric", "electricity", "kitchens", "story"]
THERE = st.lists(st.sampled_from([*WORDS, "photography", "photos", "3", "two", "it", "receipt", ""]))


@given(THERE)
def test_words_are_alike_by_form_sense_or_origin(there) -> None:
    """A word is among others in another form, by one that means the same, or by one that begins so."""
    stems = {form for word in there for form in (stem(word), singular(word))}

    def alike(word: str) -> bool:
        if word in stems or same_nouns(word) & stems:
            return True
        return any(
            len(word) > 5 < len(other)
            and word[: max(5, min(len(word), len(other)) - 3)]
            == other[: max(5, min(len(word), len(other)) - 3)]
            for other in stems
        )

    said = {singular(word) for word in Request(SAID).meant if len(word) > 2 and word != "two"}
    assert describing(Request(SAID)).among(there) == {word for word in said if alike(word)}


def test_a_requests_words_are_worked_out_once() -> None:
    """Whoever asks for the same request again gets the same words."""
    request = Request(SAID)
    assert describing(request) is describing(request)
    assert describing(request).among(["plumbing"]) == {"plumber"}
