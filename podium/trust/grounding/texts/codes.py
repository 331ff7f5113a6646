"""Short codes that are secret: of a door, a card, a telephone; by a label, or since a text calls them so."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.numerals import spelled
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.notations import codes_in
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.grounding.record.results import Result, tokens_of
from podium.trust.grounding.things.superlatives import PRICE
from podium.trust.request.requests import stem
from podium.trust.values.encodings import spellings, variants
from podium.trust.values.forms import date_form, number_form, squash, words

LEAST_CODE: Final = 4
"""Squashed characters of a code."""
MAX_CODES: Final = 512
"""Codes of one task that are looked for. Where there are more, any of them may be in what goes out."""
MAX_FIGURES: Final = 64
"""Figures of one text that are looked for."""
_SUM: Final = r"(?<![\d.,:])(?P<sum>(?:\d{3,9}|\d{1,3}(?:[.,' ]\d{3})+)(?:[.,]\d\d)?)(?![\d:]|[.,]\d)"
_BESIDE: Final = r"[^\w\n]{1,3}"
_FIGURES: Final = (
    re.compile(rf"(?P<word>[^\W\d_]{{3,}}){_BESIDE}{_SUM}"),
    re.compile(rf"{_SUM}{_BESIDE}(?P<word>[^\W\d_]{{3,}})"),
)
"""A figure of three digits or more, and the word before or after it."""
_WORDS: Final = word_set("code codes pin pins password passwords passcode passcodes passphrase combination")
_BLOBS: Final = ("code", "pin", "password", "passphrase", "combination")
_CALLED: Final = re.compile(
    r"(?i)\b(?:(?:pass)?codes?|pins?|passwords?|passphrase|combination)\b(?! of conduct)"
)
_RUNS: Final = re.compile(r"(?<![\d.,:])\d{3,12}(?![\d:]|[.,]\d)")
"""Digits that may be a part of a code: of no sum and no time."""
_KINDS: Final = word_set(
    "postal post postcode zip area dialling dress country currency bar sort tax source discount promo offer "
    "voucher colour color error status order product item booking reference"
)
"""Of such a code: what everybody may know, or what only says which one."""
_NO_CODES: Final = (PRICE - {"value"}) | word_set(
    "year years born count number quantity room flat house postcode zip postal weight height age"
)
"""Words of a secret field of digits that is no code."""
_DIGITS_ALONE: Final = re.compile(r"\d(?:[ -]?\d){3,}")
MAX_DIGITS: Final = 12
_ENDS: Final = re.compile(r"[.!?](?=\s)|\n")
_SHOWN: Final = r"[^\s,;:()\"'\u201c\u201d\u2018\u2019<>]"
_WORD: Final = re.compile(rf"{_SHOWN}+")
_MIXED: Final = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])[\w-]{5,40}")
"""One word of letters and digits, all that a field says."""
_WITHIN: Final = re.compile(r"(?<![\w-])(?=[\w-]*\d[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{6,40}(?![\w-])")
"""One word of capital letters and digits within a text."""
_SPACED: Final = re.compile(r"(?<![\w.,:-])\d{1,4}(?:[ -]\d{1,4})+(?![\w:-]|[.,]\d)")
"""Digits one by one, or in groups: `7 3 1 9`."""
_TIME: Final = re.compile(r"(?i)\d{1,2}(?:[.:h]\d\d)?(?:am|pm|h)?|(?:19|20)\d\d")
_IS: Final = re.compile(rf"(?i)(?:\bis|\bwas|\bnow|\bto|\bbe|[:=])\s+[\"'\u201c\u2018]?({_SHOWN}{{4,}})")


def secret_numbers(grounds: Grounds, text: str, *, outside: bool) -> Iterator[tuple[Place, str]]:
    """Yield the secret numbers of four digits or more that a text holds, and where they were read.

    To colleagues (not ``outside``) those that are codes, as far as that is known. Spaces and signs between
    their digits do not hide them, nor does half of one alone: the other half may go with another call. What
    the request says itself is no secret.
    """
    if grounds.readings.context.confidentiality != "secret":
        return
    if not outside:
        yield from _secret_codes(grounds, text)
        return
    there = spellings(text, short=True)
    said = [code for raw in there for code in (*codes_in(raw), *codes_in(squash(raw)))]
    for digits in dict.fromkeys((*said, *spelled(text))):
        place = grounds.readings.token(digits)
        secret = place is not None and place.label.confidentiality == "secret"
        if place is not None and secret and digits not in grounds.request.squashed:
            yield place, digits
    parts = {run for run in _RUNS.findall(text) if run not in grounds.request.squashed}
    for place, code in _numbers(grounds.readings) if parts else ():
        for part in parts:
            if _is_half(part, code) and not any(
                one.label.confidentiality != "secret" for one in grounds.readings.at(("number", part))
            ):
                yield place, part


def _secret_codes(grounds: Grounds, text: str) -> Iterator[tuple[Place, str]]:
    """Yield the codes of four digits or more that a text has of secret fields and texts.

    A field that is nothing else, or what a secret text calls so, with letters too; spaced, backwards or
    encoded. None that the request says or of which it speaks, or that stands in something that is no secret.
    """
    readings = grounds.readings
    found = dict.fromkeys(_of_fields(readings))
    found |= dict.fromkeys(pair for pair in _codes(grounds) if pair[0].label.confidentiality == "secret")
    if not found:
        return
    there = list(variants(text, least=LEAST_CODE))
    runs_there = {*codes_in(text), *(run for one in there for run in codes_in(one))}
    for place, code in found:
        said = code in runs_there if code.isdigit() else any(code in one for one in there)
        if said and code not in grounds.request.squashed and not _is_open(readings, code):
            yield place, code


def _is_open(readings: Readings, code: str) -> bool:
    """Return whether something that is no secret has a code as a value of its own."""
    forms = (("text", code), ("number", number_form(code) or code))
    return any(place.label.confidentiality != "secret" for form in forms for place in readings.at(form))


def _of_fields(readings: Readings) -> Iterator[tuple[Place, str]]:
    """Yield the secret fields that are digits alone: no sums, no years, nor what tells things apart."""
    for result in readings.results:
        if result.label.confidentiality != "secret":
            continue
        for leaf, _, code in kept(result, "fields", _digits_of):
            place = readings.places[result.places[leaf]]
            called = set(words(place.pattern.rpartition(".")[2]))
            known = place.object >= 0 and any(code == text for _, text in readings.objects[place.object].id)
            year = _TIME.fullmatch(code) is not None and called.isdisjoint(_WORDS)
            if place.label.confidentiality == "secret" and not (known or year or called & _NO_CODES):
                yield place, code


def _digits_of(text: str) -> Iterator[tuple[str, str]]:
    if _DIGITS_ALONE.fullmatch(text.strip()) is not None and date_form(text) is None:
        code = squash(text)
        yield from (("", code),) * (LEAST_CODE <= len(code) <= MAX_DIGITS)


def secret_figures(grounds: Grounds, text: str) -> Iterator[tuple[Place, str]]:
    """Yield the figures that a text holds beside the very word that they stand beside in something secret.

    `Ann 540` of a list of salaries: too short for a passage, and it tells all the same. None that the request
    says, or that stands in something else that was read.
    """
    readings = grounds.readings
    if readings.context.confidentiality != "secret":
        return
    pairs = dict.fromkeys(
        tuple(sorted((squash(match["word"] + match["sum"]), squash(match["sum"] + match["word"]))))
        for pattern in _FIGURES
        for match in pattern.finditer(text)
        if match["word"].casefold() not in COMMON and not date_form(match[0])
    )
    for either in list(pairs)[:MAX_FIGURES]:
        places = [place for pair in either for place, _ in readings.holds(pair)]
        said = any(pair in grounds.request.squashed for pair in either)
        if places and not said and all(place.label.confidentiality == "secret" for place in places):
            yield places[0], either[-1]


def _is_half(part: str, code: str) -> bool:
    """Return whether digits are half of a code or more, from its beginning or to its end."""
    half = len(code) > len(part) >= len(code) / 2
    return half and (code.startswith(part) or code.endswith(part))


def _numbers(readings: Readings) -> Iterator[tuple[Place, str]]:
    for result in readings.results:
        if result.label.confidentiality != "secret":
            continue
        for leaf, _, token in kept(result, "numbers", _numbers_of):
            place = readings.places[result.places[leaf]]
            if place.label.confidentiality == "secret":
                yield place, token


def called_codes(grounds: Grounds, text: str) -> Iterator[tuple[Place, str]]:
    """Yield the codes that a text holds and that something private calls a code or a password.

    However they are encoded, backwards too. None that the request says, or of which it speaks: of a code, and
    of what else is said of it, *the code of the gate*.
    """
    found = list(_codes(grounds)) if grounds.readings.context.guarded else []
    if not found:
        return
    there = list(variants(text, least=LEAST_CODE))
    for place, code in found[:MAX_CODES]:
        if any(code in one for one in there):
            yield place, code
    yield from found[MAX_CODES:]


def _codes(grounds: Grounds) -> Iterator[tuple[Place, str]]:
    readings, request = grounds.readings, grounds.request
    said: set[str] = set()
    for result in readings.results:
        for leaf, sentence, code in kept(result, "codes", codes_of, _BLOBS):
            place = readings.places[result.places[leaf]]
            known = code in request.squashed or code in said or len(said) > MAX_CODES
            if place.label.guarded and not known and not _speaks_of(grounds, sentence):
                said.add(code)
                yield place, code


def kept(
    result: Result,
    what: str,
    find: Callable[[str], Iterator[tuple[str, str]]],
    marks: Collection[str] = ("",),
) -> list[tuple[int, str, str]]:
    """Return what is found in the texts of a result, with the number of the text: looked for once.

    ``marks``: what stands, squashed, in a result in which there is anything.
    """
    texts, found = result.kept.get(what, (-1, []))
    if texts != len(result.raw):
        there = any(mark in result.blob for mark in marks)
        found = [(leaf, *one) for leaf, raw in enumerate(result.raw if there else ()) for one in find(raw)]
        result.kept[what] = (len(result.raw), found)
    return found


def secret_tokens(grounds: Grounds, text: str, *, outside: bool) -> Iterator[tuple[Place, str]]:
    """Yield the secret values of mixed letters and digits that a text holds: `NX4R7K2P9` of a passport.

    However they are encoded, backwards too. None that the request says, or that stands in something else that
    was read and is no secret; to colleagues (not ``outside``) none of which it says the word before it:
    *the invoice number*, of `Number HG-20881`.
    """
    readings = grounds.readings
    if readings.context.confidentiality != "secret":
        return
    there: list[str] = []
    for result in readings.results:
        if result.label.confidentiality != "secret":
            continue
        for leaf, before, token in kept(result, "tokens", _mixed_of):
            place = readings.places[result.places[leaf]]
            if place.label.confidentiality != "secret" or token in grounds.request.squashed:
                continue
            if not outside and before in grounds.request.bag:
                continue
            there = there or list(variants(text, least=LEAST_CODE))
            if any(token in one for one in there) and all(
                place.label.confidentiality == "secret" for place, _ in readings.holds(token)
            ):
                yield place, token


def _mixed_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield a field that is one such value, else those within a text, each with the word before it.

    Of six signs or more, with a capital letter.
    """
    if _MIXED.fullmatch(text.strip()) is not None:
        found = [("", text.strip())]
    else:
        there = islice(_WITHIN.finditer(text), MAX_FIGURES)
        found = [("".join(words(text[: match.start()])[-1:]), match[0]) for match in there]
    for before, one in found:
        if not _tells_when(one) and len(token := squash(one)) > LEAST_CODE:
            yield before, token


def _numbers_of(text: str) -> Iterator[tuple[str, str]]:
    return (("", token) for token in tokens_of(text) if token.isdigit())


def codes_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the sentences of a text that say a code or a password, and what it is, squashed."""
    for match in _CALLED.finditer(text):
        start = max((end.end() for end in _ENDS.finditer(text, 0, match.start())), default=0)
        end = next((end.start() for end in _ENDS.finditer(text, match.end())), len(text))
        before = words(text[start : match.start()])
        if before and before[-1] in _KINDS:
            continue
        sentence = text[start:end]
        plain = [word for word in _WORD.findall(sentence) if any(map(str.isdigit, word))]
        set_to = [word for word in _IS.findall(text[match.end() : end]) if not word.islower()]
        for word in dict.fromkeys((*plain, *set_to, *_SPACED.findall(sentence))):
            bare = word.strip(".!?*_")
            if len(code := squash(bare)) >= LEAST_CODE and not _tells_when(bare):
                yield sentence, code


def _tells_when(word: str) -> bool:
    return _TIME.fullmatch(word) is not None or date_form(word) is not None


def _speaks_of(grounds: Grounds, sentence: str) -> bool:
    """Return whether a request speaks of a code, and of what a sentence says of it."""
    request = grounds.request
    if _WORDS.isdisjoint(request.bag):
        return False
    return bool(_stems(words(sentence)) & request.stems)


def _stems(said: Sequence[str]) -> set[str]:
    return {stem(word) for word in said if word not in _WORDS and word not in COMMON and len(word) > 2}
