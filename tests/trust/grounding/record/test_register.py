"""Objects by what they are looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grounding.record import readings as module
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.record.register import Register
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow
from podium.trust.values.forms import forms_of

OURS = FieldLabel("organisation")
CLAIMS = ReturnsRow(
    object=ObjectRow("claims", "id", ("client",)),
    also=(ObjectRow("claims[].documents", "id", ("title",)),),
    fields={"claims[].id": OURS, "claims[].client": OURS, "claims[].documents[].id": OURS},
)
IDS = st.sampled_from(["c1", "c2", "c3", "d1", "d2", "the roof", "7"])
DOCUMENT = st.fixed_dictionaries({"id": IDS, "title": st.sampled_from(["the roof", "a photo", ""])})
CLAIM = st.fixed_dictionaries(
    {"id": IDS, "client": st.sampled_from(["Rowe", "Vance"]), "documents": st.lists(DOCUMENT, max_size=3)}
)


@pytest.mark.parametrize(("most", "chars"), [(2, 2_000_000), (16, 2_000_000), (2, 60), (16, 120)])
@given(st.lists(st.lists(CLAIM, max_size=3), max_size=8))
def test_objects_are_found_by_the_register(most, chars, contents) -> None:
    """It has what a look at all objects has, also where places are not remembered or results forgotten."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MAX_PLACES", most)
        patch.setattr("podium.trust.grounding.record.carriers.MAX_PLACES", most)
        patch.setattr(module, "MAX_CHARS", chars)
        readings = Readings("Pay Rowe's claim for the roof")
        for number, claims in enumerate(contents):
            readings.apply(Read("s/claims", CLAIMS, {}, {"claims": claims}, number))
        objects, register = readings.objects, readings.register
        every = list(enumerate(objects))
        assert register.kinds == {(seen.server, seen.nouns) for seen in objects}
        assert register.mentioned == [index for index, seen in every if seen.names]
        assert register.nested == [index for index, seen in every if seen.within >= 0]
        assert sorted(index for group in register.trusted.values() for index in group) == [
            index for index, seen in every if seen.id and seen.id_trusted
        ]
        assert sorted(index for group in register.called.values() for index in group) == [
            index for index, seen in every if seen.id and seen.id_trusted and seen.names
        ]
        for seen in objects:
            assert seen.within == -1 or objects[seen.within].result == seen.result
        for value in ("c1", "c2", "d1", "the roof", "7", "nothing"):
            wanted = [index for index, seen in every if set(seen.id) & set(forms_of(value))]
            among = carriers(readings, forms_of(value))
            assert [index for index in among if set(objects[index].id) & set(forms_of(value))] == wanted
            assert list(among) == sorted(among)


def test_an_empty_register() -> None:
    """Where nothing was read there is nothing."""
    register = Register()
    assert not register.kinds
    assert list(register.of("s")) == []
