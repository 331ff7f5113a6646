"""Values of closed lists that people say in other words: `every other week`, `only to look at`, `no rush`."""

import re
from functools import lru_cache
from typing import Final

_SAID: Final = r"""
daily, every_day, day:
  daily|(?:(?<!in )(?<!for )(?<!within )an? |per )day(?! (?:ago|later|before|after|from|earlier))
  every (?:single )?day|each day|once a day|day by day|every (?:morning|evening|night)
weekly, every_week, week:
  weekly|(?:(?<!in )(?<!for )(?<!within )an? |per )week(?! (?:ago|later|before|after|from|earlier))
  every week|each week|once a week|week by week|every (?:mon|tues|wednes|thurs|fri|satur|sun)day
biweekly, fortnightly, every_two_weeks:
  every (?:two|2|other|second) weeks?|every fortnight|once a fortnight
monthly, every_month, month:
  monthly|(?:(?<!in )(?<!for )(?<!within )an? |per )month(?! (?:ago|later|before|after|from|earlier))
  every month|each month|once a month|month by month
quarterly, every_quarter, quarter:
  quarterly|(?:(?<!in )(?<!for )(?<!within )an? |per )quarter(?! (?:ago|later|before|after|from|earlier))
  every quarter|each quarter|once a quarter|every (?:three|3) months
yearly, annual, annually, every_year, year:
  yearly|annual(?:ly)?
  (?:(?<!in )(?<!for )(?<!within )an? |per )year(?! (?:ago|later|before|after|from|earlier))
  every year|each year|once a year|year by year
low, minor, lowest:
  no (?:great |real |big )?(?:rush|hurry)|not (?:at all )?(?:urgent|pressing)|nothing urgent|isn't urgent
urgent, critical, highest:
  (?:is|it's|very|really|most) urgent|most important of all|drop everything
high, important:
  (?:is|it's|very|really|quite|rather) important
reader, viewer, read, view, read_only, readonly, can_view, can_read, view_only:
  (?:only|just) (?:to |for |wants? to |has to |have to |needs? to )?(?:read|look|view|see)(?:ing)?
  (?:read|look|view|see)s?(?: \w+){0,3} (?:only|and nothing else|and no more)|(?:read|view)[- ]only
  (?:read|look|see)(?: \w+){0,2},? (?:but )?not (?:to )?(?:change|edit|write|touch|alter|comment)
  (?:read|view|look)ing (?:(?:access|rights?) )?(?:is|will be|would be) (?:enough|fine|plenty|all|sufficient)
  (?:read|view|look)ing (?:will do|would do|suffices)|for (?:read|view)ing|no editing
  (?:need|must|should|may|can|does|do)(?:n't| ?not)(?: \w+){0,2} (?:edit|change|alter|write in)
  (?:have|has|take) a look(?! around)|(?:have|has|had) it (?:to|for) read(?:ing)?
commenter, comment, can_comment, reviewer:
  (?:leave|make|add|put|write)s? (?:her |his |their |some |a |any )?(?:comments?|remarks?)
  comment on|put (?:her|his|their) comments?|with comments
writer, editor, write, edit, change, can_edit, can_write, collaborator, contributor:
  (?:(?<!not )(?:able|allowed|free) to|can) (?:write|edit|change|work on|alter|fill)|make changes
  (?:write|fill|edit|change|work)s?(?: \w+){0,4} (?:in|into) it|changes? things
private, secret, invite_only, closed:
  (?:not|no) (?:public|for everybody|for all|open to all)|by invitation|invitation only
  nobody else|only (?:for )?(?:us|members|those|the (?:two|three|four|five) of us)
public, open, everyone, anyone:
  open to (?:all|every(?:body|one)|any(?:body|one))|for (?:all|every(?:body|one)) to (?:see|join|read)
  (?:any(?:body|one)|every(?:body|one)|the whole world) (?:can|may|could) (?:join|see|read|open)
flexible, refundable, free_cancellation:
  (?:can|could|may|to be able to) (?:still )?(?:cancel|change my mind|get out of it)
  (?:free|free to) cancel(?:lation)?|(?:get|have) (?:my|the|our) money back
forward, redirect:
  (?:go|goes|sent|sends?|pass(?:ed)?|hand(?:ed)?) (?:it |them )?(?:straight |right )?on to
tentative, maybe, tentatively_accepted:
  (?:not|n't) (?:yet )?sure|(?:might|may) (?:come|make it|be there|join)|as (?:a )?maybe|perhaps
"""
_JOINED: Final = re.compile(r"[\s-]+")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    found = re.findall(r"^(\S.*):\n((?:  .*\n)+)", _SAID, re.MULTILINE)
    ways = [(values, "|".join(line.strip() for line in said.splitlines())) for values, said in found]
    return tuple(
        (frozenset(values.split(", ")), re.compile(rf"(?:\b|n)(?:{said})\b")) for values, said in ways
    )


@lru_cache(maxsize=1024)
def says_in_other_words(text: str, value: str) -> bool:
    """Return whether a text in lower case says a value of a closed list in one of the ways known for it."""
    value = _JOINED.sub("_", value.casefold().strip())
    return any(value in values and pattern.search(text) is not None for values, pattern in _patterns())
