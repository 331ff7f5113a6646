"""What the user's own request says: read once, before a task reads anything else.

Only the task's user speaks here, out of band of the agent. What the request holds is trusted as it stands
there; what it names makes one of many objects the one that is meant.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Final, Literal

import msgspec

from podium.trust.english import almanac
from podium.trust.english.hours import parted_times, said_times
from podium.trust.english.lasting import lengths
from podium.trust.english.lexicon import SUPERLATIVES, word_set
from podium.trust.english.numerals import bounds, is_bound, is_version, spelled
from podium.trust.english.of_day import names_texts_alone
from podium.trust.english.open_days import leaves_open
from podium.trust.english.ranges import in_full
from podium.trust.english.spans import reduced
from podium.trust.english.streets import without_addresses
from podium.trust.english.sums import Sum, counted, referred, sums
from podium.trust.english.to_come import ahead
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, FEASTS, RELATIVE
from podium.trust.english.words import Token, bases, sentences
from podium.trust.request.machines import places_of
from podium.trust.request.set_apart import QUOTED, recited_at, refused_at
from podium.trust.values.forms import Form, date_form, entities, plain, squash, times_in, words

WHOLE: Final = 3
PART: Final = 2
HINT: Final = 1

PARTS_OF_DAY: Final = {
    "morning": range(5, 12),
    "afternoon": range(12, 18),
    "evening": range(17, 24),
}
_LITTLE: Final = COMMON | ACTS
"""Words of a name that tell nothing."""
JOINED: Final = re.compile(r"\b[A-Z]\w+(?:, [A-Z]\w+)*,? (?:and|&) [A-Z]\w+(?! [A-Z])")
"""Names of one word each: `Mira, Jon and Ravi`."""
_NUMBERED: Final = frozenset(("no", "nr", "number", "id", "and", "or"))
"""What may stand between a thing and its number."""


_ADDRESS: Final = re.compile(r"\s*(?:(?P<name>[^<@]+?)\s*<)?(?P<local>[^<@\s]+)@[^<@\s]+>?\s*")
_CURRENCY: Final = r"([€£$¥%]|[A-Z]{3}\b|euros?\b|dollars?\b|pounds?\b)"
_ENDING: Final = re.compile(r"[^\s.]\.[A-Za-z0-9]{1,5}\s*$")


_PLURAL_ES: Final = ("ches", "shes", "xes", "sses", "tatoes", "matoes", "eroes", "choes", "goes")
_PLAIN_S: Final = word_set(
    "movies cookies calories selfies hoodies brownies smoothies rookies zombies genies freebies veggies "
    "newbies foodies pies ties lies dies caches headaches niches quiches avalanches moustaches axes series"
)
"""Plurals of nouns in ``-ie`` and ``-che``: no more than an ``s`` comes off."""
_MONTHS: Final = tuple(name.casefold() for name in calendar.month_name if name)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Mention(msgspec.Struct, frozen=True):
    """Where a request names something: so many words from ``start``.

    ``strength``: `WHOLE`, its full name; `PART`, a part that tells; `HINT`, words in common.
    """

    start: int
    count: int
    strength: int
    ours: bool = False
    """Whether no stranger chooses that name."""


class Request:
    """The user's request, and what it says."""

    def __init__(self, text: str, today: date | None = None) -> None:
        self.text = text = in_full(text)
        self.plain = plain(text)
        self.squashed = squash(text)
        self.words = words(text)
        self.bag = frozenset(self.words)
        self.stems = frozenset(stem(word) for word in self.words)
        self.squashed_words = self.bag | {f"{one}{two}" for one, two in pairwise(self.words) if two.isdigit()}
        """Its words, and those that are written apart from their number: `sev 4`."""
        found = tuple(entities(text))
        self.entities: frozenset[Form] = frozenset(form for form, _ in found)
        self.hosts = places_of(text, self.entities)
        self.spelled = frozenset(("number", number) for number in spelled(text))
        """Numbers in words, and in notations that may be read in two ways."""
        self._tell_time(text, today)
        self.dates = frozenset(form[-5:] for kind, form in self.entities if kind == "date")
        self.times = frozenset(times_in(text)) | frozenset(parted_times(text))
        self.clock = said_times(text)
        """Times of day that it says in any words; of an hour alone those of both halves of the day."""
        self.lengths = lengths(text)
        """Minutes that something takes."""
        self.hours = frozenset(
            hour for part, hours in PARTS_OF_DAY.items() if part in self.bag for hour in hours
        )
        """Hours of the parts of a day that it says."""
        self.joined = tuple(
            tuple(name.casefold() for name in re.findall(r"[A-Z]\w+", match[0]))
            for match in JOINED.finditer(text)
        )
        """Single names that are joined by commas and `and`."""
        self.quoted = tuple(words(next(filter(None, match.groups()))) for match in QUOTED.finditer(text))
        self.capitalised = (
            frozenset(word.casefold() for word in re.findall(r"[^\W\d_]+", text) if word[:1].isupper())
            - COMMON
        )
        self.names = (
            frozenset(
                word.casefold()
                for word in re.findall(r"(?<=[^\s.!?:;\n])[ ,]+(?:\w+ )?([A-Z](?=[a-z])[^\W\d_]+)", text)
            )
            - COMMON
            - ACTS
            - CALENDAR
            - FEASTS
        )
        """Capitalised words within sentences: of people, places, firms."""
        self.figures = frozenset(_figures(text))
        """The numbers that it says as amounts."""
        self.telling = self.capitalised | {words[0] for words in self.quoted if len(words) == 1}
        """Single words that are written as names."""
        self._month = almanac.names_month(text)
        self.sentences = tuple(sentences(text))
        self.superlative = bool(self.bag & SUPERLATIVES)
        """Whether it may mean something by a superlative."""
        self.bounds = tuple(bounds(text))
        """What a price is to be under (True) or over (False)."""
        self._locate(text)

    def _tell_time(self, text: str, today: date | None) -> None:
        """Note the days and durations that it says in words, seen from the day on which the task began."""
        self.resolved = almanac.resolved(text, today) if today is not None else frozenset[str]()
        """Days that it says in words, seen from the day on which the task began."""
        self.today = today.isoformat() if today is not None else ""
        """The day on which the task began, empty where nobody knows it."""
        self.day_bounds = almanac.day_bounds(text, today) if today is not None else ()
        """Before and after which days something is: whether it is an upper bound, and the day."""
        self.durations = almanac.durations(text)
        """Durations of days or longer: by how much something moves, how long it takes."""

    def _locate(self, text: str) -> None:
        """Note where each word stands that may name something."""
        self._at: dict[str, list[int]] = {}
        refused = refused_at(text)
        for index, word in enumerate(self.words):
            if index not in refused:
                self._at.setdefault(word, []).append(index)
        if refused:  # `not 4412`, `don't send it to Bob`: what it does not mean has no name in it
            self.capitalised &= frozenset(self._at)
            self.telling &= frozenset(self._at)
        self.meant = frozenset(self._at)
        """Its words without those of what it refuses."""
        said = recited_at(text)
        self._meant = frozenset(
            stem(word) for word, places in self._at.items() if not said.issuperset(places)
        )

    @cached_property
    def spanned(self) -> tuple[Sequence[Token], ...]:
        """Its sentences, of which each span of days is one word."""
        today = date.fromisoformat(self.today) if self.today else None
        return tuple(reduced(sentence, today) for sentence in self.sentences)

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """How it says that a number follows from another one: `100 more`, `by 50`, `half`, `by 3 percent`."""
        return sums(self.text)

    @cached_property
    def offsets(self) -> tuple[tuple[str, int, str], ...]:
        """By how much it says that a day lies before or after another one, with the words behind it."""
        return almanac.offsets(self.text)

    @cached_property
    def counted(self) -> tuple[tuple[str, str], ...]:
        """How many it says of something: a number, and the noun behind it."""
        return counted(self.text)

    @cached_property
    def leaves_amount(self) -> bool:
        """Whether it leaves an amount to what is written somewhere: `what our rates foresee`."""
        return referred(self.text)

    @property
    def order(self) -> Literal["latest", "earliest"] | None:
        """Which of several it means by their dates."""
        if self.bag & {"latest", "last", "newest", "recent"}:
            return "latest"
        return "earliest" if self.bag & {"earliest", "oldest", "first"} or ahead(self.text) else None

    def says_day(self, day: str) -> bool:
        """Return whether it says a date (``2024-05-19``), in figures or in words: `next Friday`."""
        return day[-5:] in self.dates or day in self.resolved

    def means_day(self, day: str) -> bool:
        """Return whether it says a date, or the day of the week that it is."""
        if self.says_day(day):
            return True
        return not day.startswith("-") and _DAYS[date.fromisoformat(day).weekday()] in self.bag

    def leaves_day(self, text: str) -> bool:
        """Return whether it leaves a date open: it says no day, or a month or week of which this is one."""
        day = date_form(text)
        if not self._no_date or not (self._month or leaves_open(self.plain, day, self.today)):
            return False
        months = {month for month in _MONTHS if month in self.bag} if self._month else set()
        return day is None or not months or _MONTHS[int(day[-5:-3]) - 1] in months

    @property
    def says_no_day(self) -> bool:
        """Whether it says no day and no time, so that it means now."""
        return not (
            self.today == "" or self.resolved or self.relative or self.times or "date" in self.kinds()
        )

    @property
    def leaves_date(self) -> bool:
        """Whether it says no date itself: another one may be in what it names."""
        return self._no_date or names_texts_alone(self.text, self.today)

    @property
    def _no_date(self) -> bool:
        return not self.resolved and "date" not in self.kinds()

    @cached_property
    def near_days(self) -> frozenset[str]:
        """The days that it says without their year, as ISO dates."""
        days = [day for kind, day in self.entities if kind == "date" and day[0] == "-"]
        today = date.fromisoformat(self.today) if self.today else None
        return almanac.days_meant(days, today, self.text) if today is not None else frozenset()

    @property
    def relative(self) -> bool:
        """Whether it says a date in words that only a calendar resolves."""
        return bool(self.bag & RELATIVE) or self._month

    def kinds(self) -> frozenset[str]:
        """Return the kinds of entities that it names."""
        return frozenset(kind for kind, _ in self.entities)

    def says(self, form: Form) -> bool:
        """Return whether a value of this form stands in the request as a whole."""
        kind, text = form
        if kind == "date":
            unsure = not self.today and ("date", f"--{text[-5:]}") in self.entities
            return unsure or form in self.entities or text in self.resolved | self.near_days
        if kind == "url" and form not in self.entities:
            return ("url", text.removeprefix("www.")) in self.entities or (
                "url",
                f"www.{text}",
            ) in self.entities
        if kind != "text":
            return form in self.entities or form in self.spelled
        if len(text) < 2 or text.isdigit():
            return form in self.entities or ("number", text) in self.entities
        at = self.plain.find(text)
        while at >= 0:
            end = at + len(text)
            before, after = self.plain[at - 1 : at], self.plain[end : end + 1]
            if not _joins(before, self.plain[at - 2 : at - 1]) and not _joins(
                after, self.plain[end + 1 : end + 2]
            ):
                return True
            at = self.plain.find(text, at + 1)
        return False

    def picks(self, form: Form) -> bool:
        """Return whether it says a short text of a list, or the name in an address: *Jonas*."""
        kind, text = form
        if kind == "email":
            return any(len(word) > 2 and word in self.capitalised for word in words(text.partition("@")[0]))
        short, bare = 3 <= len(text) <= 80, (kind, text.lstrip("#@"))  # `in general` says `#general`
        return kind == "text" and short and (self.says(form) or (bare != form and self.says(bare)))

    def echoes(self, text: str, forms: tuple[Form, ...]) -> set[str]:
        """Return which of the day, the time and the number that a field is the request says too."""
        found = set()
        for kind, form in forms:
            if kind == "date" and self.means_day(form):
                found |= {"day", "this day"} if self.says_day(form) else {"day"}
            elif kind == "number" and form in self.figures:
                found.add("number")
        if (self.times or self.hours) and ":" in text and len(text) <= 40:
            times = set(times_in(text))
            hours = {int(time[:2]) for time in times} if not self.times else set()
            if self.times & times or self.hours & hours:
                found.add("time")
        return found

    def covers(self, text: str) -> bool:
        """Return whether all words of a text are the request's."""
        parts = words(text)
        return bool(parts) and all(part in self.bag or stem(part) in self.stems for part in parts)

    def mentions(self, name: str, *, trusted: bool) -> list[Mention]:
        """Return where it names something that is called ``name``: by all of it, or by a part that tells.

        A single word in lower case names only what is not called so by strangers (``trusted``): they could
        call theirs by any word that requests are made of.
        """
        found = self._mentions(name, trusted=trusted)
        return [msgspec.structs.replace(one, ours=True) for one in found] if trusted else found

    def _mentions(self, name: str, *, trusted: bool) -> list[Mention]:
        parts = _name_words(name)
        if not parts:
            return []
        found = [
            Mention(start, len(option), WHOLE)
            for option in _whole_names(name, parts)
            for start in self._at.get(option[0], ())
            if self.words[start : start + len(option)] == option
            and (
                trusted or len(option) > 1 or option[0] in self.telling or any(c.isdigit() for c in option[0])
            )
        ]
        if found:
            return [max(found, key=lambda mention: mention.count)]
        return self._partly(name, parts, trusted=trusted)

    def _says_little(self, word: str) -> bool:
        """Return whether a word of a name tells nothing: a plain one, an act, or a form of one that is said.

        `Give it to Marek` does not speak of what is called `Paying gives an error`.
        """
        return word in _LITTLE or (
            word not in self.bag and not _LITTLE.isdisjoint({stem(word), *bases(word)})
        )

    def numbered(self, number: str, nouns: frozenset[str]) -> list[Mention]:
        """Return where it says the number of a thing of a kind: `issue 42`, `#42`, `order no. A-17`."""
        parts = words(number)
        if not parts or len(number) > 40:
            return []
        for start in self._at.get(parts[0], ()):
            if self.words[start : start + len(parts)] != parts:
                continue
            before = start - 1
            while before > 0 and (self.words[before] in _NUMBERED or self.words[before].isdigit()):
                before -= 1
            if before >= 0 and (self.words[before] in nouns or stem(self.words[before]) in nouns):
                return [Mention(before, start + len(parts) - before, WHOLE)]
            if self._identifies(number, parts):
                return [Mention(start, max(len(parts), 2), WHOLE)]
        if f"#{number}" in self.text and re.search(rf"(?<!\w)#{re.escape(number)}(?!\w)", self.text):
            return [Mention(self._at[parts[0]][0], max(len(parts), 2), WHOLE)] if parts[0] in self._at else []
        return []

    def _identifies(self, number: str, parts: tuple[str, ...]) -> bool:
        """Return whether a number by itself tells one thing: long, or with letters, and no amount."""
        if len(number) < 4 and f"{number}" in self.text and number.isupper():
            return any(c.isdigit() for c in number)
        if number.isdigit():
            amount = number in self.figures or re.fullmatch(r"(19|20)\d\d", number)
            return len(number) > 3 and ("number", number) in self.entities and not amount
        digits = sum(c.isdigit() for c in number)
        return (digits > 1 and len(parts) > 1) or (
            digits > 0 and any(c.isalpha() for c in number) and len(number) > 3
        )

    def _partly(self, name: str, parts: tuple[str, ...], *, trusted: bool) -> list[Mention]:
        for quoted in self.quoted:  # "Q3" is a part of "Q3 planning"
            here = quoted and quoted[0] in self._at  # not in what it refuses
            if here and any(parts[i : i + len(quoted)] == quoted for i in range(len(parts))):
                return [Mention(self._at[quoted[0]][0], len(quoted), PART)]
        telling = [
            part
            for part in parts
            if (len(part) > 2 or (trusted and is_version(part))) and not self._says_little(part)
        ]
        shared = [part for part in telling if stem(part) in self._meant]
        if not shared:
            return []
        if len(shared) >= 2 and 2 * len(shared) > len(telling):
            return [Mention(0, len(shared), PART)]
        proper = {
            word.casefold() for word in re.findall(r"[^\W\d_]+", name) if word[:1].isupper() or "@" in name
        }
        if any(part in self.capitalised and part in proper for part in shared):  # a first name, a company's
            return [Mention(0, len(shared), PART)]
        # "the rent" for an order called "Rent, flat 12": strangers could call theirs so
        return [Mention(0, len(shared), PART if trusted else HINT)]


def _figures(text: str) -> Iterator[str]:
    """Yield the numbers that stand for an amount: with decimals, a currency, or after "of", "to", "for".

    Those of a name ("invoice 77", "flat 12") or of a year do not.
    """
    text = without_addresses(QUOTED.sub(" | ", text))
    for (kind, number), said in entities(text):
        if kind != "number" or len(number) < 2:
            continue
        spelled = re.escape(said)
        if is_bound(text, spelled) or re.fullmatch(r"(19|20)\d\d", number):
            continue
        if "." in number or (re.search(_CURRENCY, text) and re.search(rf"{spelled}\s?{_CURRENCY}", text)):
            yield number
            continue
        before = re.search(rf"(\w+|[$€£¥])\s?{spelled}(?!\w)", text)
        if before is not None and (before[1] in "$€£¥" or before[1].casefold() in COMMON):
            yield number


def stem(word: str) -> str:
    """Return a word without its plural."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    if word in _PLAIN_S:
        return word[:-1]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(_PLURAL_ES) else word[:-1]


@lru_cache(maxsize=256)
def request_of(text: str) -> Request:
    """Return what a part of a request says by itself."""
    return Request(text)


def telling(text: str) -> frozenset[str]:
    """Return the words of a text that name something."""
    return frozenset(word for word in words(text) if word not in COMMON)


def _joins(near: str, beyond: str) -> bool:
    """Return whether a character beside a value makes it part of a longer one: ``ann`` in ``ann@acme``."""
    return near.isalnum() or (near in {"_", "@", "-", "/", ".", "+", "%"} and beyond.isalnum())


def _name_words(name: str) -> tuple[str, ...]:
    if len(name) > 300:
        return ()
    address = _ADDRESS.fullmatch(name) if "@" in name else None
    if address:
        name = address["name"] or address["local"]
    parts = words(name)
    while parts and parts[0] in {"re", "fwd", "fw", "aw", "wg"}:
        parts = parts[1:]
    return parts


def _whole_names(name: str, parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return the ways to say a name in full: a file's without its ending too."""
    options = [parts]
    if "." in name and len(parts) > 1 and "@" not in name and _ENDING.search(name):
        options.append(parts[:-1])
    return [
        option
        for option in options
        if len(option) > 1 or (len(option[0]) > 2 and option[0] not in COMMON and not option[0].isdigit())
    ]
