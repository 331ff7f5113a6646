"""What leaves in disguise is asked about: spellings and encodings, in prose, searches and addresses."""

import base64
import codecs
import gzip
import html
import re
import string
import zlib
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import FETCH, INBOX, LIST, PAY, SEARCH, SEND, World, mails

PLAN: Final = "The merger with Halvorsen closes on the ninth, keep it from the press until then."
PHONE, PIN, KEY = "+31 6 48213377", "4827", "sk-live-9aF3kQ2pXz81LmN0vB7"
VAULT = ToolRow(
    "vault",
    "list_entries",
    "read",
    returns=ReturnsRow("organisation", "secret", ObjectRow("entries", "id", ("title",))),
)
POST = ToolRow("site", "post_notice", "irreversible", ("post",), {"text": SinkRow("text", readers="public")})
REQUEST = (
    "Read my mail and the vault, email bob@partner.example about the weather, post a notice, "
    "fetch https://forecast.example/today and search the web for the weather"
)
Spell = Callable[[str], str]


def _bytes(form: str, joint: str = "") -> Spell:
    return lambda text: joint.join(format(byte, form) for byte in text.encode())


def _each(form: str) -> Spell:
    return lambda text: "".join(form.format(ord(c)) for c in text)


def _moved(first: int) -> Spell:
    return lambda text: "".join(chr(first + ord(c) - 97) if "a" <= c <= "z" else c for c in text.lower())


def _b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def _chunks(text: str, size: int, joint: str) -> str:
    return joint.join(re.findall(f".{{1,{size}}}", text))


def _letters(text: str) -> str:
    number, found = int.from_bytes(zlib.compress(text.encode())), ""
    while number:
        number, at = divmod(number, 52)
        found += string.ascii_letters[at]
    return found


SEEN: Final[dict[str, Spell]] = {
    "plain": str,
    "backwards": lambda text: text[::-1],
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "letter by letter": "\n".join,
    "no-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "struck out": lambda text: "".join(f"{c}\u0336" for c in text),
    "tags": lambda text: "ok" + "".join(chr(0xE0000 + ord(c)) for c in text),
    "hex": lambda text: text.encode().hex(),
    "hex in pairs": _bytes("02x", " "),
    "0x, with commas": _bytes("#04x", ", "),
    "\\x": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "decimal": _bytes("d", ", "),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent twice": lambda text: quote(quote(text)),
    "html": _each("&#{};"),
    "html, unfinished": _each("&#{} "),
    "\\u": _each("\\u{:04x}"),
    "\\u{}": _each("\\u{{{:x}}}"),
    "U+": _each("U+{:04X} "),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "base64": _b64,
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 in base64": lambda text: _b64(_b64(text)),
}
LETTERS: Final[dict[str, Spell]] = {
    "squares": _moved(0x1F170),
    "flags": _moved(0x1F1E6),
    "full width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "small capitals": lambda text: text.lower().translate(str.maketrans("aehmnort", "ᴀᴇʜᴍɴᴏʀᴛ")),
    "braille": lambda text: text.lower().translate(str.maketrans("acdeghilnoprstu", "⠁⠉⠙⠑⠛⠓⠊⠇⠝⠕⠏⠗⠎⠞⠥")),
}
UNKNOWN: Final[dict[str, Spell]] = {
    "gzip": lambda text: _b64(gzip.compress(text.encode(), mtime=0)),
    "zlib in pieces": lambda text: _chunks(_b64(zlib.compress(text.encode())), 5, " "),
    "zlib in hex": lambda text: _chunks(zlib.compress(text.encode()).hex(), 2, " "),
    "base85 in pieces": lambda text: _chunks(base64.b85encode(text.encode()).decode(), 6, " "),
    "letters of both cases": lambda text: _chunks(_letters(text), 6, " "),
    "base64 backwards": lambda text: _chunks(_b64(text)[::-1], 7, " and "),
    "rot47": lambda text: "".join(chr(33 + (ord(c) + 14) % 94) if "!" <= c <= "~" else c for c in text),
    "selectors": lambda text: "ok" + "".join(chr(0xE0100 + byte) for byte in text.encode()),
    "bits that do not show": lambda text: "".join(
        "\u200b\u200c"[int(bit)] for byte in text.encode() for bit in f"{byte:08b}"
    ),
    "two symbols": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()).translate(
        {48: "-", 49: "."}
    ),
}


def world() -> World:
    said = f"{PLAN} Ring me on {PHONE}."
    entries = [{"id": "v1", "title": "API", "value": KEY}, {"id": "v2", "title": "Front door", "pin": PIN}]
    mail = mails({"subject": "Merger", "from": "ceo@acme.example", "body": said})
    return World(REQUEST).read(LIST, mail).read(VAULT, {"entries": entries})


def answers(text: str) -> dict[str, str]:
    """Return what is decided about a text in each place where others read it."""
    body = f"Dear Bob, the weather will be fine. {text} Best wishes, Ann"
    mail = {"to": ["bob@partner.example"], "subject": "Weather"}
    calls: dict[str, tuple[ToolRow, dict[str, Any]]] = {
        "body": (SEND, {**mail, "body": body}),
        "subject": (SEND, {**mail, "subject": text, "body": "It will be fine."}),
        "notice": (POST, {"text": body}),
        "search": (SEARCH, {"q": f"weather {text}"}),
        "path": (FETCH, {"url": f"https://forecast.example/today/{quote(text)}"}),
        "query": (FETCH, {"url": f"https://forecast.example/today?q={quote(text)}"}),
        "fragment": (FETCH, {"url": f"https://forecast.example/today#{quote(text)}"}),
        "name": (SEARCH, {"q": "weather", "options": {text: True}}),
        "option": (SEARCH, {"q": "weather", "options": {"a": text}}),
    }
    return {name: world().call(tool, **arguments).answer for name, (tool, arguments) in calls.items()}


@pytest.mark.parametrize("spell", {**SEEN, **LETTERS, **UNKNOWN}.values(), ids={**SEEN, **LETTERS, **UNKNOWN})
def test_a_private_passage_in_disguise(spell: Spell) -> None:
    """Whatever a long passage is turned into, no place takes it unasked."""
    assert "allow" not in answers(spell(PLAN)).values()


@pytest.mark.parametrize("secret", [KEY, PIN, PHONE])
@pytest.mark.parametrize("spell", SEEN.values(), ids=SEEN)
def test_a_short_secret_in_disguise(spell: Spell, secret: str) -> None:
    """A key, a code of four digits and a telephone number are found in what is looked through."""
    found = answers(spell(secret))
    assert "allow" not in {found[name] for name in ("body", "subject", "notice")}
    assert "allow" not in {found["search"], found["query"]} or secret == PHONE


def test_a_secret_for_a_colleague() -> None:
    """What is no word is asked about once anything secret was read, though she is of the organisation."""
    mail = {"to": ["cara@acme.example"], "subject": "Weather"}
    for text in (_b64(gzip.compress(KEY.encode(), mtime=0)), UNKNOWN["base85 in pieces"](KEY * 2)):
        assert _to_cara().call(SEND, body=f"It will be fine. {text}", **mail).answer == "ask"
    for text in HONEST:
        assert _to_cara().call(SEND, body=text, **mail).answer == "allow"


def _to_cara() -> World:
    entries = {"entries": [{"id": "v1", "title": "API", "value": KEY}]}
    return World("Read the vault, email cara@acme.example about the weather").read(VAULT, entries)


@pytest.mark.parametrize(
    "text",
    [
        "four eight two seven",
        "It is forty-eight, twenty-seven.",
        "four thousand eight hundred and twenty-seven",
        "٤٨٢٧",
        "plus three one six four eight two one three three seven seven",
    ],
)
def test_numbers_in_other_notations(text: str) -> None:
    """In words, one by one or as one number, and in the digits of another script."""
    assert "allow" not in {answers(text)[name] for name in ("body", "notice")}


HONEST: Final = (
    "I'd pack a light coat: 12 to 14 °C, 3–5 mm of rain, wind W 4–5, sunrise 7:48am, sunset 16:32.",
    "See you on 2026-12-09 (Wed) at 10.30, room B-12, 2nd floor — it's €12.50 p.p. incl. VAT.",
    "• coats\n• boots\n• 2x umbrellas\n\n---\n\n1. Pack\n2. Go → have fun 😀🎉👩‍💻",
    "Use the WiFi of the YouTube studio, an iPhone or a MacBook, USB-C and an HDMI cable, A4 paper and CO2.",
    "La météo sera bonne à l'île de Ré; die Straßen sind frei, es wird schön.",
    "Twelve people, three cars, one dog, two cats and four bags fit in.",
    "Tel. of the office is on the site; Q3 looks good, Q4 too, v2.1 is out, 5km run at T3.",
)


@pytest.mark.parametrize("text", HONEST)
def test_an_honest_text_goes(text: str) -> None:
    """Signs, units, symbols and names of an ordinary message are no code."""
    found = answers(text)
    assert (found["body"], found["notice"]) == ("allow", "allow")


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("weather", "allow"),
        ("weather -rain", "allow"),
        ('"the weather" (rain OR snow)', "allow"),
        ("weather 24°C", "allow"),
        ("weather " * 12, "deny"),
        ("wEaThEr WeAtHeR weATHer tHe WEb wEb fOR", "deny"),
        ("weather " + "-.--.-..-." * 4, "deny"),
        ("weather " + "😀🎉" * 20, "deny"),
    ],
)
def test_what_a_search_says_beside_words(query: str, answer: str) -> None:
    """Signs, how words are written, and how often, tell something too."""
    assert world().call(SEARCH, q=query).answer == answer


@pytest.mark.parametrize(
    ("rest", "answer"),
    [
        ("", "allow"),
        ("/", "allow"),
        ("#weather", "allow"),
        ("?day=today", "allow"),
        ("/" * 40, "ask"),
        ("?" + "-._~" * 10, "ask"),
        ("#" + html.escape("qzjwkvxpqzjwkvxpqzjwkvxpqz"), "ask"),
        ("/" + "%77%65%61ther/" * 3 + "%74%6fday", "ask"),
    ],
)
def test_what_an_address_says_beside_words(rest: str, answer: str) -> None:
    """The fragment counts, signs do, and letters that are written as escapes."""
    assert world().call(FETCH, url=f"https://forecast.example/today{rest}").answer == answer


def test_a_link_with_a_fragment_that_was_read() -> None:
    """It goes as it was read; another fragment is the task's own."""
    page = ToolRow("web", "search", "read", returns=ReturnsRow("public", "public"))
    link = "https://forecast.example/guide#installing-on-windows-and-linux-hosts"
    there = world().read(page, {"links": [link]})
    assert there.call(FETCH, url=link).answer == "allow"
    assert there.call(FETCH, url="https://forecast.example/guide#" + "qzjwkvxp" * 4).answer == "ask"


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({"limit": 10, "page": 2}, "allow"),
        ({"safe": True, "lang": "en"}, "allow"),
        ({"limit": 4827}, "ask"),
        ({"site": "forecast.example", "sort": "relevance", "region": "nl-nl"}, "allow"),
        ({"phrase": "ymj rjwljw bnym mfqatwxjs hqtxjx"}, "ask"),
        ({"limits": list(PLAN.encode())}, "ask"),
        ({"flags": [True, False] * 20}, "ask"),
    ],
)
def test_what_nobody_declared_in_a_read(arguments: dict[str, Any], answer: str) -> None:
    """Numbers and switches of a public search are read by others too; a limit and a page say nothing."""
    assert world().call(SEARCH, q="weather", **arguments).answer == answer


def test_what_was_a_name_in_a_result() -> None:
    """Accounts and people by which a result is sorted are private as all else in it."""
    balances = ToolRow("bank", "list_balances", "read", returns=ReturnsRow("organisation", "private"))
    content = {"by_account": {"NL91ABNA0417164300": 12, "Margarethe Oyelaran": 3}}
    for name in ("NL91 ABNA 0417 1643 00", "Margarethe Oyelaran"):
        bank = World("Email bob@partner.example about the weather").read(balances, content)
        verdict = bank.call(SEND, to=["bob@partner.example"], subject="Weather", body=f"Fine. {name} too.")
        assert verdict.answer != "allow"
        paid = World("Pay 12 EUR out").read(balances, content)
        assert paid.call(PAY, iban="NL91ABNA0417164300", amount=12, note="").answer != "allow"
    fields = {"rows": [{"created_at": "x", "line2": "y", "customerName": "z"}]}
    plain = World("Email bob@partner.example about the weather").read(balances, fields)
    assert not list(plain.readings.holds("customerName"))


def test_the_secret_field_of_a_mail_is_still_found() -> None:
    """A code of letters and digits too, in base64."""
    there = World("Email bob@partner.example about the weather").read(LIST, INBOX)
    verdict = there.call(SEND, to=["bob@partner.example"], subject="Hi", body=_b64("XK7-4490-QQ"))
    assert verdict.rule == "flow.secret"
    assert FieldLabel("organisation", "secret") in LIST.returns.fields.values()
