"""What a tool does, by the words of its name; what its server says of it can only make that worse."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from podium.manifest.drafting.schemas import Field, words_of
from podium.manifest.drafting.verbs import (
    BOTH,
    CHANGES,
    INTENTS,
    JOINS,
    OPPOSITES,
    READS,
    THINGS,
    TURNS,
    UNDONE,
)
from podium.trust.english.lexicon import word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import singular
from podium.trust.tools import Effect, Sink


@dataclass(frozen=True, slots=True)
class Act:
    """What a tool is taken to do."""

    effect: Effect
    verb: str = ""
    """The word of its name that says so; empty: none does."""
    nouns: frozenset[str] = frozenset()
    """The other words of its name, in the singular."""
    check: str = ""
    """Why a person should look at the effect; empty: its name says it plainly."""
    barred: tuple[str, ...] = ()
    """Arguments by which it would do more: its grant forbids them."""


OUTWARD: Final = word_set(
    # money, and what it goes by
    "account bank beneficiary bet bid budget card charge checkout cheque contract cover credit debit "
    "discount fee fund iban limit loan mandate money offer order paid pay payee payment payout payroll "
    "premium price pricing purchase rate refund rent salary sale shipment standing subscription tariff "
    "trade transaction transfer wage wallet "
    # who may do what
    "access address admin credential delegate email filter key license link member membership password "
    "permission phone pin public role secret share sharing token user visibility "
    # what others read
    "ad announcement article blog broadcast channel comment feed headline invitation invite issue listing "
    "mail message newsletter page post profile publication pull reaction reply review site sms tweet "
    "vacation website wiki "
    # what acts on systems and on the world, also later
    "alarm automation bucket certificate config configuration cron crontab database db deployment device dns "
    "domain door dose dosage drone env environment feature firewall flow forwarding function gate gateway "
    "heating hook host instruction job light lock machine medication motor network off pipeline plc policy "
    "position power prescription pressure production prompt pump record relay release repo repository robot "
    "rule safety script server service setting speed sql surgery switch temperature thermostat trigger valve "
    "variable vehicle voltage volume webhook workflow "
    # those with whom something is arranged
    "appointment booking group guest interview partner reservation stay supplier vendor viewing visit"
)
"""Things of which a change reaches others, opens something or acts on the world before somebody sees it."""
_OVER: Final = word_set("write save edit replace update put move rename copy upload change modify")
"""They may put something in the place of what was there: a file."""
_ANEW: Final = word_set("write save put")
"""They make something, or with its identifier put all of it anew."""
_FILES: Final = word_set("file document spreadsheet sheet script template paper")
_FILING: Final = word_set("move archive unarchive label tag mark sort star bookmark flag")
"""They put a text somewhere, and change nothing in it."""
_FILED: Final = word_set("mail email message post article page")
TOLD: Final = word_set(
    "comment message reply answer to cc bcc recipient recipients attendee attendees guest guests invitee "
    "invitees participant participants email emails phone iban account payee wallet url webhook share "
    "notify visibility public audience interviewer interviewers subscribers celsius fahrenheit degrees "
    "temperature pressure voltage speed send publish invite charge pay delete purge erase overwrite callback"
)
"""Words of arguments by which an act reaches somebody, pays, or acts on the world."""
_WORSE: Final = re.compile(
    r"\b(?:invit\w*|notif\w*|e-?mail(?:s|ed)?\b|(?:by|a|get) (?:e-?mail|mail|text|letter)s?\b"
    r"|(?:is|are|gets?) (?:told|sent)|tells|informs|informed|publish\w*|public(?:ly)?\b|permanent\w*"
    r"|irrevers\w*|binding|(?:cannot|can't|can not) be undone|immediate(?:ly)?|at once|for good"
    r"|charge[sd]?\b|overwrit\w*|live\b|everybody|everyone|anybody|anyone|customers?\b)",
    re.IGNORECASE,
)
"""Words of a description that make an act worse."""
_MILDER_NOT: Final = "the server's annotations never make it milder"
_SENDING: Final = word_set("method body data payload headers json form")
_PROGRAM: Final = word_set(
    "sql statement command cmd code script expression program shell eval pipeline mutation javascript js "
    "python cypher graphql lambda"
)
_LANGUAGE: Final = re.compile(
    r"\b(?:run|runs|execut\w+|evaluat\w+)\b.{0,40}\b(?:SQL|GraphQL|Cypher|SPARQL|JavaScript|Python|shell)\b"
    r"|\b(?:SQL|GraphQL|Cypher|SPARQL)\b.{0,12}\b(?:quer\w+|statements?|mutations?|commands?)\b",
    re.IGNORECASE,
)
"""Of a description: a query is written in a language that can change something."""
_STATED: Final = word_set("command cmd sql statement script shell eval mutation javascript python")
_CALLED: Final = word_set("webhook webhooks callback notify")
_SENT: Final = word_set("email mail send forward post save write upload export copy")
_CHOSEN: Final = word_set("is has was only include exclude show with can")
_ASIDE: Final = word_set("open complete pin clear")
_SALES: Final = word_set("item product property house home flat apartment car vehicle nft")


def prefix_of(names: Sequence[str]) -> str:
    """Return the word with which each name of several begins, as `crm` of `crm_list_notes`; else nothing.

    Not one that says what a tool does.
    """
    firsts = {words_of(name)[:1][0] if words_of(name) else "" for name in names}
    first = firsts.pop() if len(firsts) == 1 and len(names) > 1 else ""
    return "" if first in READS | CHANGES | BOTH else first


def act_of(definition: Mapping[str, Any], takes: Sequence[Field], prefix: str = "") -> Act:
    """Return what a tool does. ``takes``: its arguments; ``prefix``: a word before its name's own."""
    name = str(definition.get("name", ""))
    hints = definition.get("annotations")
    hints = hints if isinstance(hints, Mapping) else {}
    words = words_of(name)
    words = words[1:] if prefix and words[:1] == [prefix] else words
    honest = hints.get("readOnlyHint") is True
    verb, reads, sure = _verb(words)
    nouns = frozenset(singular(word) for word in words if word not in {verb, *JOINS})
    said = frozenset(word for field in takes for word in words_of(field.path))
    if reads:
        return _read(definition, verb, nouns, words, takes, hints)
    if honest and ((not sure and not CHANGES & set(words)) or _is_view(words)):
        act = _read(definition, verb, nouns, words, takes, hints)
        return act if act.check else replace(act, check=_ONLY_SAID)
    if not verb:
        why = "no word of its name says what it does: `read`, if it changes nothing"
        return Act("irreversible", "", nouns, why)
    if verb not in UNDONE:
        doubtful = "" if sure else "can it be undone (`write`), or does it only read?"
        if verb in _TAKING_AWAY and nouns & _ADMITTED:
            doubtful = "`write`, if it only takes access away that can be given back"
        if honest:
            doubtful = (
                f"its name says that it changes something, the server (readOnlyHint) not; {_MILDER_NOT}"
            )
        return Act("irreversible", verb, nouns, doubtful)
    return _undoable(definition, verb, nouns, said, hints)


def _verb(words: Sequence[str]) -> tuple[str, bool, bool]:
    """Return the verb of a name, whether it only reads, and whether that is sure."""
    starts = [0, *(at + 1 for at, word in enumerate(words) if word in JOINS and at + 1 < len(words))]
    spoken = [words[at] for at in starts if at < len(words)]
    joined = [word for word in spoken[1:] if word not in READS and is_verb(word)]
    orders = [word for word in spoken if word in CHANGES | BOTH or word in joined]
    anywhere = [word for word in words if word in CHANGES]
    turned = [one for one, two in pairwise(words) if (one, two) in TURNS]
    if (
        orders
        and orders == words[:1]
        and words[-1] in READS
        and not (anywhere or turned or _MARKING & set(words))
    ):
        return orders[0], False, False  # `issue_read`: its noun may stand first
    if len(words) == _JOINED and orders == words[:1] and words[0] in _NOUNS_FIRST and words[1] in CHANGES:
        return words[1], False, True  # `file_upload`
    if orders or anywhere or turned:
        all_of = [*orders, *anywhere, *turned]
        worst = next((word for word in all_of if word not in UNDONE), all_of[0])
        return worst, False, True
    if words[:1] == ["list"] and _for_sale(words[1:]):
        return "list", False, False
    if len(words) > _JOINED and words[0] in READS and words[1] in JOINS and words[2] not in READS:
        return words[2], False, False
    if words and words[0] in READS:
        return words[0], True, True
    # A name may begin with what its server is called, or with the thing: `crm_list_notes`, `file_search`.
    reading = [word for word in words if word in READS]
    doing = [word for word in words[1:2] if word in BOTH] or [word for word in words[-1:] if word in BOTH]
    if doing and not (reading and words.index(reading[0]) < words.index(doing[0])):
        return doing[0], False, False
    if words and is_verb(words[0]):
        return words[0], False, False
    return (reading[0], True, False) if reading else ("", False, False)


def _is_view(words: Sequence[str]) -> bool:
    """Return whether a name may be that of what is looked at: a `log`, alone, or a thing that is opened."""
    return words == ["log"] or (len(words) > 1 and words[0] == "open" and singular(words[-1]) in _SHOWN)


_SHOWN: Final = word_set("node file document note entry record sheet workbook notebook")
"""Things that are opened to be read."""
_ONLY_SAID: Final = "its name does not say that it changes nothing; the server does (readOnlyHint)"
_NOUNS_FIRST: Final = word_set("file page issue order invoice bill label tag note task ticket comment")
"""Before a verb at the end they are things: `file_upload`, `issue_create`."""
_JOINED: Final = 2
_TAKING_AWAY: Final = word_set("remove revoke kick unshare evict uninvite")
_ADMITTED: Final = word_set(
    "user member person people participant access permission collaborator guest share"
)
_MARKING: Final = word_set("mark flag label tag tick star file log")
"""Before `read` these change something: `mark_read`."""


def _for_sale(words: Sequence[str]) -> bool:
    """Return whether words behind `list` are one thing that is offered: `list_item`, `list_car_on_site`."""
    return words[:1] != [] and words[0] in _SALES and (len(words) == 1 or words[1] in {"on", "at", "in"})


def _read(
    definition: Mapping[str, Any],
    verb: str,
    nouns: frozenset[str],
    words: Sequence[str],
    takes: Sequence[Field],
    hints: Mapping[str, Any],
) -> Act:
    said = frozenset(word for field in takes for word in words_of(field.path))
    if hints.get("readOnlyHint") is False or hints.get("destructiveHint") is True:
        why = f"`{verb}` only reads, and the server says that it changes something"
        return Act("irreversible", verb, nouns, why)
    if said & _PROGRAM or set(words) & (_PROGRAM - {"code", "pipeline"}):
        what = min(said & _PROGRAM or set(words) & _PROGRAM)
        return Act("irreversible", verb, nouns, f"what `{what}` says may change something")
    description = definition.get("description")
    told = isinstance(description, str) and _LANGUAGE.search(description) is not None
    if "query" in said and ("query" in words or told):
        return Act("irreversible", verb, nouns, "what `query` says may change something")
    if said & {"url", "uri", "endpoint"} and said & _SENDING:
        return Act("irreversible", verb, nouns, "it may send something to where it is told")
    if doing := next((field.path for field in takes if _does(field)), ""):
        return Act("irreversible", verb, nouns, f"its `{doing}` may change or send something")
    saving = tuple(field.path for field in takes if _saves(field))
    if saving and set(saving) & _required(definition):
        return Act("irreversible", verb, nouns, f"its `{saving[0]}` says where it writes a file")
    if saving:
        why = f"its `{saving[0]}` says where it writes a file: `read` only where each grant forbids that"
        return Act("read", verb, nouns, why, saving)
    return Act("read", verb, nouns)


def _saves(field: Field) -> bool:
    """Return whether an argument of a read says into which file the result goes."""
    words = words_of(field.name)
    text = not field.kinds or "string" in field.kinds
    return text and bool(words) and words[-1] in _OUTPUTS and _SAVING.search(field.says) is not None


def _required(definition: Mapping[str, Any]) -> frozenset[str]:
    """Return the arguments that each call has."""
    schema = definition.get("inputSchema")
    names = schema.get("required") if isinstance(schema, Mapping) else None
    return frozenset(it for it in names if isinstance(it, str)) if isinstance(names, list) else frozenset()


_OUTPUTS: Final = word_set(
    "file filename filenames filepath path output out destination dest directory dir folder"
)
_SAVING: Final = re.compile(
    r"\b(?:save|saves|saved|saving|write|writes|written|store|stored|export|exported|dump|dumped|download"
    r"|downloaded)\b[^.]{0,60}\b(?:to|in|into|as|at|here)\b",
    re.IGNORECASE,
)
"""Of an argument's description: a file is made."""


def _does(field: Field) -> bool:
    """Return whether an argument of a read has it do more: `mark_read`, `create_if_missing`, `email_to`."""
    words = words_of(field.name)
    if set(words) & _CALLED or (len(words) > 1 and words[0] in _SENT and words[-1] == "to"):
        return True
    if field.kinds - {"boolean"} or set(words) & _CHOSEN:
        return False
    return bool(set(words) & (CHANGES - _ASIDE)) or (words[:1] == ["mark"] and len(words) > 1)


def _undoable(
    definition: Mapping[str, Any],
    verb: str,
    nouns: frozenset[str],
    said: frozenset[str],
    hints: Mapping[str, Any],
) -> Act:
    """Return the act of a verb that can be undone as a rule, if nothing says that this one cannot."""
    description = definition.get("description")
    worse = _WORSE.search(description) if isinstance(description, str) else None
    stated = sorted(said & _STATED)
    if hints.get("destructiveHint") is True:
        why = "`write`, if it can be undone; the server says that it destroys something"
    elif "query" in said and "query" in {verb, *nouns}:
        why = "`write`, if nothing that `query` says does harm"
    elif verb == "move" and "page" in nouns:
        why = "`write`, if nobody else may read a page for the one that it stands under"
    elif outward := sorted(nouns & (OUTWARD - _FILED if verb in _FILING else OUTWARD)):
        why = f"`write`, if a wrong {outward[0]} is seen and set back before it does harm"
    elif _OVER & {verb, *nouns} and (over := sorted(nouns & _FILES)):
        why = f"`write`, if each {over[0]} keeps its versions"
    elif verb in _ANEW and "id" in said and (anew := sorted(nouns & said)):
        why = f"`write`, if each {anew[0]} keeps its versions; with an identifier it puts one anew"
    elif stated:
        why = f"`write`, if nothing that `{stated[0]}` says does harm"
    elif told := sorted(said & TOLD):
        why = f"`write`, if nobody outside is told or paid by its `{told[0]}`"
    elif worse is not None:
        why = f"`write`, if it can be undone; its description says `{worse[0].lower()}`"
    else:
        return Act("write", verb, nouns, "can it be undone, and is nobody outside told? else irreversible")
    return Act("irreversible", verb, nouns, why)


def intents_of(
    act: Act, words: Sequence[str], sinks: AbstractSet[Sink], flags: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return the words of a request that ask for an act.

    ``sinks``: what its arguments decide; ``flags``: those of them that say yes or no.
    """
    tells = {"text", "recipient"} <= sinks  # it takes words for somebody
    pair = " ".join(words[:2])
    known = INTENTS.get(pair) or INTENTS.get(act.verb)
    if not act.verb:
        return ()
    found = list(known or (act.verb,))
    for verbs, nouns, more in THINGS:
        if "pay" in more and act.nouns & TOLD_OF:
            continue
        if act.verb in verbs and (act.nouns & nouns or (tells and "tell" in more)):
            found += more
    if "amount" in sinks and act.verb in _SETTING:
        found += ("raise", "increase", "lower", "reduce")
    if any(flag[:2] == act.verb[:2] or flag in _SWITCHES for flag in flags):
        found += OPPOSITES.get(act.verb, ())
    for word in words[1:]:
        if word in BOTH and word in INTENTS and singular(word) in act.nouns and act.verb in _EMPTY:
            found.append(word)
    own = list(dict.fromkeys(found))
    return tuple(own[:_MOST])


_MOST: Final = 14
_SETTING: Final = word_set("set update change edit modify adjust amend alter")
_SWITCHES: Final = word_set("on off enabled enable active state value")
TOLD_OF: Final = word_set(
    "reminder receipt confirmation request link notice message mail email notification statement advice "
    "status method report"
)
"""Nouns beside that of money by which an act pays nothing: `send_payment_reminder`."""
_EMPTY: Final = word_set("make do send issue place perform execute submit create trigger start run")
"""Verbs that say little beside the noun of an act: `make_transfer`."""
