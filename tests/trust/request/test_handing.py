"""Which words hand a value over to a text, and to whose."""

import pytest

from podium.trust.request.handing import as_before, handed_over


def _writers(request: str) -> set[str]:
    return {word for one in handed_over(request) for word in one.writers}


@pytest.mark.parametrize(
    ("request_", "writer"),
    [
        ("Marta has sent the figures", "marta"),
        ("marta's already given me the number", "marta"),
        ("the dates marta proposed", "marta"),
        ("the sum that was named by Marta", "marta"),
        ("see Marta's note", "marta"),
        ("it is in the letter from Marta", "marta"),
        ("Marta is back. Take the day that she suggested", "marta"),
        ("as Marta asks", "marta"),
    ],
)
def test_whose_text_it_is(request_: str, writer: str) -> None:
    """By a verb of saying, its participle, or a text that is somebody's; a pronoun is whoever is named."""
    assert writer in _writers(request_)


@pytest.mark.parametrize(
    "request_",
    [
        "Marta is ill.",
        "Write to Marta",
        "Ask Marta for the figures",
        "Marta and Jon come at four",
        "Pay Marta",
    ],
)
def test_who_has_written_nothing(request_: str) -> None:
    """Whom a request is about, or writes to, has nothing left to him."""
    assert "marta" not in _writers(request_)


@pytest.mark.parametrize(
    ("request_", "sink", "path", "given"),
    [
        ("Marta has sent the address", "recipient", "to", True),
        ("Marta has sent the dates", "recipient", "to", False),
        ("Marta has sent the dates", "date", "on", True),
        ("Marta has named the sum", "amount", "amount", True),
        ("Marta has named the sum", "date", "on", False),
        ("Marta has sent her IBAN", "payee", "iban", True),
        ("Do it as Marta wrote", "payee", "iban", False),
        ("Tell Jon what Marta wrote", "recipient", "to", False),
        ("Do it as Marta wrote", "date", "on", True),
        ("Marta wrote which colour she wants", "value", "colour", True),
        ("Marta wrote which colour she wants", "value", "size", False),
    ],
)
def test_what_is_handed_over(request_: str, sink: str, path: str, given: bool) -> None:
    """The request says of what kind it is; where all is as somebody wrote, that is not where money goes."""
    assert any(one.gives(sink, path) for one in handed_over(request_)) is given  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("request_", "before"),
    [
        ("Pass it on to accounting like last time", True),
        ("Same room as last time, please", True),
        ("Order the usual", True),
        ("As always, to the printers", True),
        ("the same flowers as before", True),
        ("Send it as we did last month", True),
        ("Pay the bill that came last month", False),
        ("Send it before noon", False),
        ("Answer last week's letter", False),
        ("Book the same room for Jon and Marta", False),
    ],
)
def test_as_it_was(request_: str, before: bool) -> None:
    """*Like last time* is no day of last month."""
    assert as_before(request_) is before


@pytest.mark.parametrize(
    ("request_", "given"),
    [
        ("Invite Anil and the colleague that he names", True),
        ("Invite whoever Marta suggests", True),
        ("Invite Marta and the two she has named", True),
        ("Marta wrote. Add the other people who she proposes", True),
        ("Book the day that Marta names", False),
        ("Take the room Marta suggests for her colleague", False),
        ("Invite the colleague that sits beside Marta", False),
        ("Marta wrote about her colleague, invite Jon", False),
    ],
)
def test_who_is_named_by_somebody(request_: str, given: bool) -> None:
    """People are left to a text where the request says that somebody names them there."""
    assert any(one.gives("recipient", "to") and one.writers for one in handed_over(request_)) is given
