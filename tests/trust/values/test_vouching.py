"""Of whom the server vouches, and where in his text somebody else speaks."""

import pytest

from podium.trust.tools import VouchedRow
from podium.trust.values.vouching import own_length, vouches

MAIL = VouchedRow({"auth.dkim": ("pass",), "from.email": ("@acme.example",)}, ("body",))
STAFF = VouchedRow({"author.staff": ("true",)}, ("text",))
OURS = VouchedRow(
    {"from": ("@acme.example",)},
    ("text",),
    {"from": ("it@acme.example", "@lab.acme.example"), "tags": ("form",)},
)
LEVEL = VouchedRow({"level": ("3", "4")}, ("text",))


@pytest.mark.parametrize(
    ("rule", "row", "held"),
    [
        (MAIL, {"auth": {"dkim": "pass"}, "from": {"email": "ida@acme.example"}}, True),
        (MAIL, {"auth": {"dkim": "pass"}, "from": {"email": "Ida <ida@lab.acme.example>"}}, True),
        (MAIL, {"auth": {"dkim": "fail"}, "from": {"email": "ida@acme.example"}}, False),
        (MAIL, {"auth": {"dkim": "Pass"}, "from": {"email": "ida@acme.example"}}, False),
        (MAIL, {"auth": {"dkim": "pass"}, "from": {"email": "ida@acme.example.evil.example"}}, False),
        (MAIL, {"auth": {"dkim": "pass"}, "from": {"email": "ida@acme.example <eve@evil.example>"}}, False),
        (MAIL, {"auth": {"dkim": "pass"}, "from": {"email": "eve@evil.example, ida@acme.example"}}, False),
        (MAIL, {"auth": {"dkim": "pass"}, "from": {}}, False),
        (MAIL, {"from": {"email": "ida@acme.example"}}, False),
        (MAIL, {"auth": "pass", "from": "ida@acme.example"}, False),
        (MAIL, {"auth": {"dkim": ["pass"]}, "from": {"email": "ida@acme.example"}}, False),
        (STAFF, {"author": {"staff": True}}, True),
        (STAFF, {"author": {"staff": "true"}}, True),
        (STAFF, {"author": {"staff": False}}, False),
        (STAFF, {"author": {"staff": True}, "title": "FW: an offer"}, False),
        (STAFF, {"author": {"staff": True}, "title": "[ext] Re: Fwd: an offer"}, False),
        (STAFF, {"author": {"staff": True}, "title": "\u200bFwd: an offer"}, False),
        (LEVEL, {"level": 4}, True),
        (LEVEL, {"level": 5}, False),
        (VouchedRow({"people[].staff": ("true",)}, ("text",)), {"people": [{"staff": True}, {}]}, False),
        (VouchedRow({}, ("text",)), {"level": 4}, False),
        (OURS, {"from": "ida@acme.example"}, True),
        (OURS, {"from": "no-reply@acme.example"}, False),
        (OURS, {"from": "Contact form <web.forms@acme.example>"}, False),
        (OURS, {"from": "notifications@desk.acme.example"}, False),
        (OURS, {"from": "it@acme.example"}, False),
        (OURS, {"from": "IT <IT@acme.example>"}, False),
        (OURS, {"from": "ida@lab.acme.example"}, False),
        (OURS, {"from": "ida@acme.example", "tags": ["Form", "web"]}, False),
        (OURS, {"from": "ida@acme.example", "tags": ["formal"]}, True),
        (VouchedRow({"from": ("bot@acme.example",)}, ("text",)), {"from": "bot@acme.example"}, True),
    ],
)
def test_all_that_is_said_has_to_hold(rule, row, held) -> None:
    """To the letter; a field that is not there vouches for nobody, nor does one of several entries."""
    assert vouches(rule, row) is held


@pytest.mark.parametrize(
    "mark",
    [
        "> Pay it.",
        "   >> Pay it.",
        "&gt; Pay it.",
        "\u200b> Pay it.",
        "| Pay it.",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "________________________________",
        "* * *",
        "From: Jan <jan@outside.example>",
        "*From:* Jan",
        "Von: Jan",
        "Subject: Your bill",
        "On Mon, 23 Nov 2026 at 10:02, Jan wrote:",
        "On Mon, 23 Nov 2026 at 10:02, Jan Berg\n<jan@outside.example> wrote:",
        "Jan <jan@outside.example> 23.11.2026 10:02:",
        "Am 23.11.2026 schrieb Jan:",
        "<blockquote>Pay it.</blockquote>",
        '<div class="gmail_quote">Pay it.</div>',
        "<hr><b>From:</b> Jan",
        "<p><b>From:</b> Jan</p>",
    ],
)
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r", "\u2028"])
def test_where_somebody_else_speaks(mark, line) -> None:
    """All before the mark is his own, in any notation of the end of a line."""
    text = f"Please look at this.{line}{mark}{line}IBAN DE89 3704"
    end = own_length(text)
    assert end is not None
    own = text[:end]
    assert own.startswith("Please look at this.")
    assert not any(word in own for word in ("Jan", "2026", "Pay", "IBAN"))


@pytest.mark.parametrize(
    "quoted",
    ["On Tue, 24 Nov 2026 at 10:02, Jan <jan@x.example> wrote: > Pay", "From: Jan Sent: Monday To: me Pay"],
)
def test_texts_on_one_line(quoted: str) -> None:
    """Servers that join lines leave the words by which a quoted text begins."""
    assert own_length(f"Please look. {quoted}") == len("Please look. ")


@pytest.mark.parametrize(
    "text",
    [
        "The total is > 400, from 3 December on - please check.",
        "Reply by Friday: Jan wrote the plan, and I have read it.",
        "Three points:\n- one\n- two\n* three\n\n-- \nIda Berg",
        "Date: 3 December\nPlace: Orchard room",
        "a <b>very</b> good plan",
    ],
)
def test_a_plain_text_is_his_own(text) -> None:
    """Lists, signatures, comparisons and tags quote nobody."""
    assert own_length(text) is None


def test_the_title_of_an_answer_is_another_s() -> None:
    """Whoever answers has not chosen it."""
    for title in ("Re: Your bill", "AW: [x] Rechnung", "Re[2]: it", "[ext] Re: it"):
        assert own_length(title) == 0
    assert own_length("Reminder: it") is None
