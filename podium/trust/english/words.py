"""Words of a request: tokens, and what each may be a form of.

English, without a model: endings are looked through, irregular forms stand in a table.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, Literal

import msgspec

from podium.trust.english.lexicon import DEEDS, IRREGULAR, NOT_PLURAL, PLURAL
from podium.trust.english.wordnet import verb_of

Kind = Literal["word", "quote", "value", "number", "mark"]
Form = Literal["base", "s", "ed", "ing"]
"""``book``, ``books``, ``booked``, ``booking``."""

MAX_CHARS: Final = 10_000
"""Of a request, what is read; whatever stands behind it asks for nothing."""


class Token(msgspec.Struct, frozen=True, gc=False):
    """One word, quotation, value or mark. ``low`` is how it is compared."""

    low: str
    text: str
    kind: Kind


_QUOTES: Final = (
    r"\"[^\"\n]{1,2000}\"|“[^”]{1,2000}”|«[^»]{1,2000}»|`[^`]{1,2000}`|(?<![\w])'[^'\n]{2,2000}'(?!\w)"
)
_LINK: Final = (
    r"(?:https?|ftp|file)://(?:[^\s<>\"'()\[\]{}.,;:!?]|[.,;:!?]+(?=[^\s<>\"'()\[\]{}.,;:!?])"
    r"|\([^\s<>\"'()]*\)|\[[^\s<>\"'\[\]]*\]|\{[^\s<>\"'{}]*\})+"
)
"""A URL without what the sentence has behind it: a full stop, a comma, the bracket in which it stands."""
_VALUES: Final = (
    rf"{_LINK}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b"
    r"|[#@][\w-]+|(?:[\w.-]*/)+[\w.-]*\w|~/[\w./-]+|[\w-]+\.[A-Za-z][A-Za-z0-9]{1,4}\b(?!\.\w)"
)
_NUMBERS: Final = r"[$€£¥]?\d[\d.,:'/-]*\d|[$€£¥]?\d+"
_TOKEN: Final = re.compile(
    rf"(?P<quote>{_QUOTES})|(?P<value>{_VALUES})|(?P<number>{_NUMBERS})"
    r"|(?P<word>[^\W\d_]+(?:[-'][^\W\d_]+)*)|(?P<mark>[^\w\s])"
)
_HAS: Final = (
    r"(?:just |already |now |also )?(?:got|been|had|gone|come|sent|paid|written|made|taken|given|said)"
)
_PREDICATE: Final = (
    r"(?:not\b|(?:fine|ok|okay|done|finished|sorted|over|off|back|complete|welcome|ready|approved|cancelled)"
    r"(?= *(?:[.,;:!?\n]|$|(?:and|but|by|with|for|to|so|then|now|as|today|tomorrow)\b)))"
)
"""What is said of something behind `'s`: `the toner's fine`, and no `fine print`."""
_SO_MUCH: Final = r"(?:many|much|few|little|far|long|and|or|then|\w+ed)\b"
_LINES: Final = re.IGNORECASE | re.MULTILINE
_SHORT: Final = (
    (("won't",), re.compile(r"\b(?:won't)\b"), "will not"),
    (("cannot", "can't"), re.compile(r"\bcan(?:no|')t\b"), "can not"),
    (("shan't",), re.compile(r"\bshan't\b"), "shall not"),
    (("n't",), re.compile(r"(\w)n't\b"), r"\1 not"),
    (("let's",), re.compile(r"\blet's\b", re.IGNORECASE), "let us"),
    (("'s",), re.compile(rf"\b(he|she|it|who|that)'s (?={_HAS}\b)", re.IGNORECASE), r"\1 has "),
    (
        ("'s",),
        re.compile(r"\b(what|that|it|who|where|when|how|there|here|he|she)'s\b", re.IGNORECASE),
        r"\1 is",
    ),
    (
        ("whats", "whos", "whens", "wheres", "hows"),
        re.compile(r"\b(what|who|when|where|how)s\b", re.IGNORECASE),
        r"\1 is",
    ),
    (("whatd",), re.compile(r"\bwhatd\b", re.IGNORECASE), "what did"),
    (("wich",), re.compile(r"\b(w)ich\b", re.IGNORECASE), r"\1hich"),
    (
        ("esnt", "idnt", "isnt", "rent", "asnt", "vent", "ldnt"),
        re.compile(r"\b(does|did|is|are|was|were|has|have|would|could|should)nt\b", re.IGNORECASE),
        r"\1 not",
    ),
    (("cant",), re.compile(r"\b(c)ant\b", re.IGNORECASE), r"\1an not"),
    (("wont",), re.compile(r"\b(w)ont\b", re.IGNORECASE), r"\1ill not"),
    (("'s",), re.compile(rf"(\w)'s (?={_PREDICATE})", re.IGNORECASE), r"\1 is "),
    (("'ll",), re.compile(r"'ll\b"), " will"),
    (("'d",), re.compile(r"'d\b"), " would"),
    (("'ve",), re.compile(r"'ve\b"), " have"),
    (("'re",), re.compile(r"'re\b"), " are"),
    (("'m",), re.compile(r"\b([Ii])'m\b"), r"\1 am"),
    (("dont", "don t"), re.compile(r"\b(dont|don t)\b", re.IGNORECASE), "do not"),
    (
        ("if so ", "if yes "),
        re.compile(rf"(?:^|(?<=[.?!;] ))(if (?:so|yes))(?= (?!{_SO_MUCH}))", _LINES),
        r"\1,",
    ),
    (("to-do",), re.compile(r"\b(to)-(?=dos?\b)", re.IGNORECASE), r"\1"),
    (("e-mail",), re.compile(r"\b(e)-(?=mail)", re.IGNORECASE), r"\1"),
    (("fwd",), re.compile(r"\bfwd\b", re.IGNORECASE), "forward"),
    (("pls", "plz"), re.compile(r"\b(?:pls|plz)\b", re.IGNORECASE), "please"),
    (("u",), re.compile(r"\bu\b"), "you"),
    (("shd",), re.compile(r"\bshd\b"), "should"),
    (("abt", "about"), re.compile(r"\bab(?:t|out)\b"), "about"),
    (("thx", "thks"), re.compile(r"\b(?:thx|thks)\b", re.IGNORECASE), "thanks"),
    (("teh",), re.compile(r"\bteh\b"), "the"),
    (
        ("yes to ", "no to "),
        re.compile(r"(?:(?<![^\n])|(?<=[.!?;:,] )|(?<=\band ))(yes|no) to (?=\w)", re.IGNORECASE),
        r"say \1 to ",
    ),
    (
        ("say thank", "say many thank"),
        re.compile(r"\b([Ss])ay (?:many )?(?:thanks|thank you)\b(?= (?:to|for|from)\b)"),
        r"thank",
    ),
    (("say ",), re.compile(r"\bsay (?=(?:yes|no|sorry|hello|hi|ok|okay|thank)\b)", re.IGNORECASE), "answer "),
    (("msg",), re.compile(r"\bmsg\b", re.IGNORECASE), "message"),
    (("w/ ",), re.compile(r"\bw/ "), "with "),
    (("-all",), re.compile(r"(\w)-all\b", re.IGNORECASE), r"\1 all"),
    (("re-", "un-", "co-"), re.compile(r"\b([Rr]e|[Uu]n|[Cc]o)-(?=[a-z])"), r"\1"),
)
"""What is written in short, in words: with what a text has, in lower case, where one is to be found."""
_ABBREVIATED: Final = re.compile(
    r"\b(?:e\.g|i\.e|etc|mr|mrs|ms|dr|prof|st|no|vs|approx|inc|ltd|co|a\.m|p\.m)\.\s", re.IGNORECASE
)
_INITIAL: Final = re.compile(r"(?<=\w [A-Z])\.(?= [a-z])")
"""The dot of a name that is cut short: `Elena R. and Otto`."""
_ORDINAL: Final = re.compile(r"(?<=\d) (?=(?:st|nd|rd|th)\b)", re.IGNORECASE)
_END: Final = frozenset(".!?;\n")


def sentences(text: str) -> Iterator[tuple[Token, ...]]:
    """Yield the tokens of each sentence of a request; ``?`` stays as its last one."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARS]).replace("\u2019", "'").replace("\u2018", "'")
    if not text.replace("\n", " ").isprintable():
        text = "".join(c for c in text if c == "\n" or c.isprintable())
    text = _in_words(text)
    text = _INITIAL.sub("", _ABBREVIATED.sub(lambda match: match[0].replace(".", ""), text))
    here: list[Token] = []
    for line in text.split("\n"):
        for match in _TOKEN.finditer(line):
            kind: Kind = match.lastgroup  # type: ignore[assignment] # one of the pattern's own names
            word = match[0]
            here.append(Token(word if kind in ("quote", "value") else word.casefold(), word, kind))
            if kind == "mark" and word in _END:
                yield tuple(here)
                here = []
        # A list that was introduced by a colon goes on; any other line is a sentence of its own.
        if here:
            yield tuple(here)
            here = []


def _in_words(text: str) -> str:
    """Return a text without what is written in short, or with a hyphen."""
    plain = text.isascii()
    low = text.lower()
    for marks, pattern, words in _SHORT:
        for mark in marks if plain else ("",):  # other letters may be folded to plain ones
            if mark in low:
                text = pattern.sub(words, text)
                low = text.lower()
                break
    return text


@lru_cache(maxsize=8192)
def bases(word: str) -> dict[str, Form]:
    """Return what a word may be a form of, with the form; itself first."""
    found: dict[str, Form] = {word: "base"}
    if word in IRREGULAR:
        found[IRREGULAR[word]] = "ed"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        found.setdefault(word[:-1], "s")
        if word.endswith("es"):
            found.setdefault(word[:-2], "s")
        if word.endswith("ies"):
            found.setdefault(f"{word[:-3]}y", "s")
    for ending, form in (("ed", "ed"), ("ing", "ing")):
        if len(word) > len(ending) + 2 and word.endswith(ending):
            stem = word[: -len(ending)]
            for option in (stem, f"{stem}e", f"{stem[:-1]}y" if stem.endswith("i") else stem, _single(stem)):
                found.setdefault(option, form)  # type: ignore[arg-type] # the two of the loop
    if deed := deed_of(word):
        found.setdefault(deed, "base")
    elif word.endswith("s") and (deed := deed_of(word[:-1])):
        found.setdefault(deed, "s")
    return found


def form_of(word: str, base: str) -> Form | None:
    """Return as which form of ``base`` a word may stand, or None."""
    if word == base:
        return "base"
    return bases(word).get(base)


def is_deed(word: str, base: str) -> bool:
    """Return whether a word is the noun of a verb: ``payment`` of ``pay``."""
    return deed_of(word) == base or (word.endswith("s") and deed_of(word[:-1]) == base)


def deed_of(noun: str) -> str | None:
    """Return the verb of which a noun says that it is done: ``pay`` of ``payment``."""
    return DEEDS.get(noun) or verb_of(noun)


def singular(word: str) -> str:
    """Return a noun without its plural."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def is_plural(token: Token) -> bool:
    """Return whether a word is a noun's plural, as far as its ending tells."""
    low = token.low
    if token.kind != "word" or len(low) < 4 or low in NOT_PLURAL or token.text[:1].isupper():
        return low in PLURAL
    return low in PLURAL or (low.endswith("s") and not low.endswith(("ss", "us", "is", "'s")))


def text_of(tokens: Iterable[Token]) -> str:
    """Return tokens as a text again, with `20th` as one word: it is a day, and no amount."""
    return _ORDINAL.sub("", " ".join(token.text for token in tokens))


def _single(stem: str) -> str:
    return stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem
