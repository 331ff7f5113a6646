"""Labels only ever get worse."""

from hypothesis import given
from hypothesis import strategies as st

from podium.trust.tools import FieldLabel, ReturnsRow
from podium.trust.values.labels import BEST, CONFIDENTIALITIES, INTEGRITIES, WORST, Label, Labels

LABELS = st.builds(Label, st.sampled_from(INTEGRITIES), st.sampled_from(CONFIDENTIALITIES))


@given(LABELS, LABELS, LABELS)
def test_a_join_is_never_better(a: Label, b: Label, c: Label) -> None:
    """What is made of values is as bad as the worst of them, in whatever order they came."""
    joined = a.join(b)
    assert INTEGRITIES.index(joined.integrity) <= min(
        INTEGRITIES.index(a.integrity), INTEGRITIES.index(b.integrity)
    )
    assert CONFIDENTIALITIES.index(joined.confidentiality) >= max(
        CONFIDENTIALITIES.index(a.confidentiality), CONFIDENTIALITIES.index(b.confidentiality)
    )
    assert joined == b.join(a)
    assert joined.join(c) == a.join(b.join(c))
    assert joined.join(a) == joined
    assert (BEST.join(a), WORST.join(a)) == (a, WORST)


def test_the_longest_path_decides() -> None:
    """A field has the label of the longest declared path that holds it, the SDK's wrapper or not."""
    labels = Labels(
        ReturnsRow(
            fields={
                "messages[]": FieldLabel(confidentiality="secret"),
                "messages[].id": FieldLabel("organisation"),
                "messages[].from": FieldLabel("organisation", "public"),
            }
        )
    )
    assert labels.of("messages[].id") == Label("organisation", "private")
    assert labels.of("result.messages[].id") == Label("organisation", "private")
    assert labels.of("messages[].from.email") == Label("organisation", "public")
    assert labels.of("messages[].fromage") == Label("public", "secret")
    assert labels.of("messages[].body") == Label("public", "secret")
    assert labels.of("total") == labels.whole == Label("public", "private")
    assert labels.at(("messages", 3, "id")) == labels.of("messages[].id")


def test_a_list_is_a_list_without_its_brackets() -> None:
    """Whoever forgets the brackets of a list means the same field; the longer way of saying it counts."""
    labels = Labels(
        ReturnsRow(
            integrity="organisation",
            fields={
                "claims.cause": FieldLabel("public"),
                "claims[].notes": FieldLabel("public"),
                "claims.notes": FieldLabel("user"),
                "title": FieldLabel("user"),
            },
        )
    )
    assert labels.of("claims[].cause").integrity == labels.of("claims[].cause[].text").integrity == "public"
    assert labels.of("claims[].notes").integrity == "public"
    assert labels.of("[].title").integrity == "user"
    assert labels.of("claims[].causes").integrity == "organisation"
