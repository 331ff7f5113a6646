"""English, as far as a request's wish has to be understood: words by what they do in a sentence."""

from typing import Final


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def word_list(text: str) -> list[str]:
    """Return the words of a text, in order."""
    return text.split()


IRREGULAR: Final = dict(
    pair.split(":")
    for pair in word_list(
        "sent:send paid:pay bought:buy made:make wrote:write written:write told:tell gave:give given:give "
        "got:get gotten:get took:take taken:take kept:keep held:hold sold:sell lent:lend put:put set:set "
        "cut:cut left:leave forgot:forget forgotten:forget withdrew:withdraw withdrawn:withdraw hid:hide "
        "hidden:hide rewrote:rewrite rewritten:rewrite spent:spend brought:bring said:say asked:ask "
        "drew:draw drawn:draw undid:undo undone:undo did:do done:do rang:ring shut:shut reset:reset "
        "resent:resend repaid:repay found:find split:split threw:throw thrown:throw struck:strike"
    )
)
DEEDS: Final = dict(
    pair.split(":")
    for pair in word_list(
        "reservation:reserve deletion:delete response:respond subscription:subscribe "
        "confirmation:confirm notification:notify booking:book purchase:buy"
    )
)
"""Nouns of what is done, with their verbs, that WordNet does not have so."""
NOT_PLURAL: Final = word_set(
    "this his its is was has does as us yes news always perhaps thus less across business address "
    "access process status series lens details thanks regards minutes hours days weeks months years "
    "euros dollars pounds pesos others' besides towards sometimes afterwards basis analysis bus plus "
    "canvas gps sms ios css https js class express business congress progress success mess pass loss "
    "boss glass bonus campus virus focus menus cents"
)
PLURAL: Final = word_set(
    "people colleagues children everyone everybody men women staff all both each every them these those ones"
)

DETERMINERS: Final = word_set(
    "the a an my your his her its our their this that these those any every each all some no both "
    "either neither last latest next recent new first second third final another other current whose "
    "which what one's more most 's many several few two three four five six seven eight nine ten"
)
INDEFINITE: Final = word_set("a an another new one some two three four five several")
PREPOSITIONS: Final = word_set(
    "of in on from by for with about at per into onto via through as without regarding concerning "
    "under over between within during since until against like than towards upon behind above below "
    "near around across inside outside beyond despite except including"
)
ADVERBS: Final = word_set(
    "please kindly just now immediately quickly first firstly second secondly third finally lastly "
    "next afterwards afterward again simply maybe perhaps always only directly automatically "
    "subsequently today tonight tomorrow asap still already actually really later soon then also too "
    "thereafter therefore hence so instead ok okay well quickly carefully kindly right away once go "
    "ahead definitely otherwise accordingly promptly urgently"
)
SUBJECTS: Final = word_set("i we he she they it who which that there someone somebody anyone everyone nobody")
MODALS: Final = word_set("can could will would should must may might shall cannot")
OBJECTS: Final = word_set("me him her them it us you myself yourself")
QUESTIONS: Final = word_set(
    "who whom whose what which when where why how whether did does do is are was were has had am have"
)
WH: Final = word_set("who whom whose what which when where why how whether")
NEGATIONS: Final = word_set("not never without avoid nor neither refrain stop instead rather cannot unless")
JOINTS: Final = frozenset(
    (",", ";", ":", "and", "then", "but", "or", "also", "plus", "(", ")", "&", "—", "–", "-", "nor", "please")
)
"""What may stand before a new act of the same sentence."""
MAKING: Final = word_set(
    "make do place issue process submit execute perform complete initiate finish write compose create "
    "set schedule arrange organise organize send give shoot drop fire post get want need like have "
    "request start open file add put book order prepare trigger launch raise leave register plan"
)
"""Verbs that turn the noun of an act into the act: ``make a transfer``."""
DOING: Final = word_set(
    "make do place issue process submit execute perform complete initiate finish trigger launch"
)
"""Those that do so with a definite noun too: ``make the transfer``."""
TELLING: Final = word_set(
    "ask tell remind invite urge advise request instruct require demand warn beg expect allow enable "
    "want order encourage recommend suggest say need like let get prompt"
)
"""Verbs after which somebody else acts: ``ask Bob to pay``."""
CONTENT: Final = word_set(
    "send email mail message text write reply respond answer tell say post comment announce notify "
    "inform ask remind ping tweet publish note let forward dm contact"
)
"""Verbs whose sentence may go on with what is to be said."""
SAYING: Final = word_set(
    "saying stating telling asking says reads reading say mentioning explaining informing titled called named"
)
READING: Final = word_set(
    "read check find show list summarize summarise search look get fetch tell see count compare "
    "analyze analyse give calculate compute explain describe review translate determine identify "
    "retrieve view open examine inspect recommend suggest estimate verify know help let want need "
    "think figure work collect gather extract classify rank sort filter browse scan research "
    "investigate monitor track print display output return report name pick choose select say answer "
    "provide sum total convert recap brief evaluate assess detect consider decide make use try go "
    "visit access query ask wait remember keep take start proceed ensure begin finish hi hello "
    "hey dear thanks thank what who when where why how which is are do does did can could would will "
    "should i we you it there if once after before while because since also please and then based "
    "according using given for from in on at with the a an my our their as to of by about im ive "
    "could lookup locate highlight outline discuss understand learn study watch listen hear preview "
    "examine inform notify update warn alert advise pull"
)
"""First words of a sentence that asks for no change."""
SEEKING: Final = word_set(
    "read check find show list summarize summarise search look get fetch tell see count compare analyze "
    "analyse calculate compute explain describe review translate determine identify retrieve view open "
    "examine inspect recommend suggest estimate verify collect gather extract classify rank sort filter "
    "browse scan research investigate monitor track print display output return report name pick choose "
    "select say answer provide sum total convert recap brief evaluate assess detect lookup locate highlight "
    "outline discuss understand learn study watch listen preview know figure help hello hi thanks"
)
"""Verbs of a sentence that wants to know something."""
TO_USER: Final = word_set("tell show give inform notify know update ask brief alert warn")
"""Verbs that, with ``me`` or ``us``, ask for an answer and no act."""
PERSONS: Final = word_set("user member participant attendee guest person people recipient collaborator")
"""Nouns of somebody whom a request calls by name."""
SYNONYMS: Final = tuple(
    frozenset(group.split(","))
    for group in (
        "delete,remove,erase,trash,discard,clear,get rid of,throw away,bin",
        "cancel,call off",
        "schedule,arrange,organise,organize,set up,plan,pencil in",
        "reschedule,move,postpone,shift,push back,bring forward,delay,push,extend",
        "update,change,modify,edit,adjust,correct,amend,revise,alter,rewrite,replace,fix,set,switch,bump",
        "buy,purchase,order,reorder",
        "book,reserve",
        "pay,settle,reimburse,repay,pay back",
        "transfer,wire",
        "refund,reimburse,pay back",
        "reply,answer,respond,write back,get back to",
        "email,mail,message,text,notify,inform,tell,ask,remind,ping,contact,let know,reach out,write,dm,"  # noqa: ISC003 - a list of groups, where a missing comma would hide
        + "drop line,drop note,shoot note,thank,congratulate,chase,nudge,wish,apologise,apologize,assure",
        "post,publish",
        "create,add,make,open,file,set up,new",
        "close,resolve,solve",
        "approve,accept,ok,okay,sign off,green light",
        "reject,decline,turn down,refuse",
        "share,give access",
        "assign,give,hand over,reassign,allocate,pass",
        "pause,suspend,hold,freeze,block,lock",
        "resume,unpause,reactivate,unblock",
        "enable,activate,turn on,switch on",
        "disable,deactivate,turn off,switch off",
        "restart,reboot,bounce",
        "deploy,release,roll out,ship",
        "roll back,revert,undo,restore",
        "forward,pass on,send on,pass along,hand on",
        "note,record,log,write down,jot down",
        "extend,renew,prolong",
        "revoke,withdraw,take away",
        "issue,hand out,give",
        "dispatch,send",
        "page,alert",
        "redirect,reroute,divert",
        "raise,increase,lift",
        "lower,decrease,reduce,cut",
        "rename,retitle",
        "save,store",
        "upload,attach",
        "invite,add",
    )
)
"""What is as good as a word that an author lists, where no tool's author lists the request's own word."""
_CLOSE: Final = frozenset(part for group in SYNONYMS for word in group for part in word.split())
_NO_VERBS: Final = word_set(
    "up off out away back of down to know get let call rid line access new dm text mail order post"
)
VERBS: Final = (
    MAKING
    | CONTENT
    | TO_USER
    | _CLOSE
    | word_set("check find show list summarize summarise search look fetch read count compare move copy save")
) - _NO_VERBS
"""Verbs with which a new order begins behind ``and``."""
NOUNS: Final = tuple(
    frozenset(group.split())
    for group in (
        "email mail inbox",
        "event meeting appointment calendar",
        "file document doc",
        "ticket issue",
        "reservation booking",
        "channel chat",
        "transaction transfer payment money",
        "restaurant table",
        "hotel room",
        "flight plane",
        "issue bug",
    )
)
"""Nouns for one kind of thing."""
LIGHT: Final = word_set("give make take get do have let")
"""Verbs that say little without a noun of the tool."""
QUANTIFIERS: Final = word_set(
    "each every all both everyone everybody them these those several multiple many respectively "
    "others ones daily weekly monthly any whichever whoever whatever everything"
)
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=2
    )
}
OBEYING: Final[dict[str, list[str]]] = {
    "do": [],
    "follow": [],
    "execute": [],
    "perform": [],
    "complete": [],
    "handle": [],
    "process": [],
    "implement": [],
    "obey": [],
    "fulfil": [],
    "fulfill": [],
    "comply": ["with"],
    "act": ["on"],
    "carry": ["out"],
    "take": ["care", "of"],
    "work": ["through"],
    "go": ["through"],
    "deal": ["with"],
}
"""Verbs that leave to something else what is done, with what belongs to them: ``follow the instructions``."""
ORDERS: Final = word_set(
    "instruction step task todo todos action request what whatever everything say ask describe checklist "
    "runbook demand require procedure directive guideline"
)
"""What such a verb is about."""
SAID: Final = word_set("say ask instruct describe request tell require specify demand direct suggest explain")
"""Verbs of a text that gives orders: ``what the mail says``."""
THINGS: Final = word_set(
    "reminder task todo note event message email mail link instructions request offer button deadline "
    "ability option letter notice invitation permission right code form page"
)
"""Nouns whose ``to ...`` says what they are for: ``a reminder to pay``."""
SUPERLATIVES: Final = word_set(
    "cheapest priciest dearest costliest best top worst newest latest last freshest oldest earliest first "
    "longest slowest shortest fastest quickest largest biggest greatest smallest nearest closest farthest "
    "furthest heaviest lightest highest lowest fewest most least more less cheaper newer older earlier "
    "shorter longer quicker faster larger bigger greater smaller pricier dearer costlier heavier lighter "
    "nearer closer better worse sooner later higher lower slower second"
)
REACHING: Final = word_set("text mail email message ping ring phone nudge")
"""Verbs after which somebody else acts, where they have an object: `text her to call us`."""
KEPT: Final = word_set("note reminder memo entry todo task")
"""What somebody has written for himself, rather than an answer."""
ASSURING: Final = word_set("know confirm assure promise explain mention warn")
"""Verbs behind which `that` begins what is to be said."""
