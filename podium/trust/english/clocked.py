"""Times of day that are written or said with their minutes: `seven thirty`, `ten to nine`, `at 9.30`, `18h`.

Each is brought into the notation that all others are read in: `7:30`, `8:50`, `9:30`, `18:00`.
"""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.numerals import in_figures

HOURS: Final = {
    word: hour
    for hour, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
_WORDS: Final = "|".join(HOURS)
_DAY_NAMES: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_LEAD: Final = (
    r"\b(?:at|by|from|until|till|to|before|after|around|about|and|or|for|today|tomorrow"
    rf"|{_DAY_NAMES}),? |@ ?|\A"
)
_HALF: Final = r" ?[ap]\.?m\b\.?| in the (?:morning|afternoon|evening)"
_MONEY: Final = r"\s*(?:%|[€$£¥]|(?:eur|usd|gbp|chf|pounds?|dollars?|euros?|cents?|each|per|apiece|p)\b)"
_TO: Final = re.compile(
    r"(?P<lead>\b(?:at|by|until|till|around|about|before|after|gone|is|it's|a) )?"
    rf"\b(?P<n>twenty[ -]five|twenty|ten|five)(?P<m> minutes)? to (?P<hour>{_WORDS}|1[0-2]|[1-9])\b(?![:.\w])"
)
_DIGIT_TO: Final = re.compile(
    rf"\b(?P<n>5|10|20|25) ?(?:minutes|mins?) to (?P<hour>{_WORDS}|1[0-2]|[1-9])\b(?![:.\w])"
)
_MINUTES: Final = (
    "oh five|o five|ten|fifteen|twenty[ -]five|twenty|thirty[ -]five|thirty|forty[ -]five|forty"
    "|fifty[ -]five|fifty"
)
_DIGITAL: Final = re.compile(
    rf"(?P<lead>{_LEAD})?\b(?P<hour>{_WORDS})[ -](?P<minute>{_MINUTES})\b(?P<half>{_HALF}| sharp\b)?"
    rf"(?!-|{_MONEY}| (?!o'clock|please|pls|this|as)[a-z]+s\b)"
    r"(?! ?(?:minute|hour|day|percent|thousand|hundred)\b)"
)
_DOTTED: Final = re.compile(
    rf"(?P<lead>\b(?:at|by|from|until|till|to|before|after|around) |@ ?)?(?<![\d.,:€$£])"
    r"(?P<hour>[01]?\d|2[0-4])(?:\.(?P<minute>[0-5][05])|(?P<h>h)(?P<minute2>[0-5]\d)?)(?![\d:])"
    rf"(?P<half> ?[ap]\.?m\b\.?| ?h(?:rs|ours)?\b| ?uhr\b| o'clock\b)?(?!\w|[.,]\d|-\w|{_MONEY})"
)
_FOUR: Final = re.compile(
    r"(?<=\b(?:at|by) )(?P<hour>0\d|1\d|2[0-3])(?P<minute>[0-5]\d)"
    r"(?P<unit> ?(?:h|hrs|hours)\b)?(?![\w:]|[.,]\d)"
    rf"(?!{_MONEY})"
)
_UHR: Final = re.compile(r"\b(?P<hour>[01]?\d|2[0-4]) uhr\b")
_ISH: Final = re.compile(rf"\b(?P<hour>{_WORDS}|1[0-2]|[1-9])-?ish\b")
_COLON: Final = re.compile(
    r"(?<![\d:.])(?P<hour>1[0-2]|0?[1-9]):(?P<minute>[0-5]\d) in the (?P<part>morn|after|even)[a-z]+\b"
)
_ANY: Final = re.compile(
    rf"\d\.\d|:\d\d in the|\dh|uhr|\b(?:at|by) \d{{4}}|ish\b|\b(?:{_WORDS})[ -](?:{_MINUTES})\b"
    r"|(?:twenty|five|ten|minutes|min|mins) to\b"
)
"""What each of these has."""


@lru_cache(maxsize=256)
def clocked(low: str) -> tuple[str, frozenset[str]]:
    """Return a text in lower case with such times in digits, and the times of both halves of the day."""
    low = low.replace("\u2019", "'")
    if not _ANY.search(low):
        return low, frozenset()
    found: set[str] = set()

    def said(hour: int, minute: int, half: str = "") -> str:
        if hour > 12 or half:
            return f"{hour:d}:{minute:02d}"
        found.update(f"{(hour % 12 + add) % 24:02d}:{minute:02d}" for add in (0, 12))
        return f"{hour or 12}:{minute:02d}"

    def before(match: re.Match[str]) -> str:
        lead = match.groupdict().get("lead") or ""
        plain = match["n"] in {"ten", "five"} and not match.groupdict().get("m")
        if "lead" in match.groupdict() and plain and not lead:
            return match[0]  # `ten to six` may be a span
        minutes, hour = int(in_figures(match["n"].replace("-", " "))), HOURS.get(match["hour"])
        return lead + said(((hour or int(match["hour"])) - 2) % 12 + 1, 60 - minutes)

    def digital(match: re.Match[str]) -> str:
        half, lead = match["half"] or "", match["lead"]
        if lead is None and not half:
            return match[0]  # `two thirty-page reports`
        spelled = match["minute"].replace("-", " ").removeprefix("oh ").removeprefix("o ")
        text = said(HOURS[match["hour"]], int(in_figures(spelled)), half.replace(" sharp", ""))
        return f"{lead or ''}{text}{half}"

    def dotted(match: re.Match[str]) -> str:
        lead, half, hour = match["lead"] or "", match["half"] or "", int(match["hour"])
        if not (lead or half) or (match["h"] and not match["minute2"] and not lead):
            return match[0]  # a price, or how long something takes
        sure = half if re.match(r" ?[ap]", half) else ""
        full = "24" if match["h"] or "uhr" in half or match["hour"].startswith("0") else ""
        return lead + said(hour, int(match["minute"] or match["minute2"] or 0), sure or full) + sure

    def four(match: re.Match[str]) -> str:
        if not (match["unit"] or match["hour"].startswith("0")):
            return match[0]
        return f"{match['hour']}:{match['minute']}"

    low = _COLON.sub(lambda it: f"{it['hour']}:{it['minute']} {'am' if it['part'] == 'morn' else 'pm'}", low)
    for pattern, of in ((_TO, before), (_DIGIT_TO, before), (_DIGITAL, digital), (_DOTTED, dotted)):
        low = pattern.sub(of, low)
    low = _UHR.sub(lambda match: f"{int(match['hour'])}:00", _FOUR.sub(four, low))
    return _ISH.sub(lambda match: match["hour"], low), frozenset(found)
