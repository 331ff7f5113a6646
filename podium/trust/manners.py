"""Ways in which people ask for acts without an author's own words: `take it off the list`, `wake them up`.

General English, by kind of act. A way by itself opens nothing: it is one sign among others of what a request
means (`podium.trust.guesses`).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.asking import Sentence, negated, tells
from podium.trust.words import bases

_WAYS: Final = (
    (
        "delete,remove,erase,discard,trash,cancel,clear,purge,kick",
        "bin,ditch,scrap,toss,dump,junk,purge,wipe,chuck,strike,scratch,expunge,eliminate,evict,expel,eject,"
        "weed out,clean up,clear out,cross off,cross out,take off,take out,take down,throw out,throw away,kick out,"
        "be gone,do away with,get rid of,drop,leave,can go,no longer,any longer,detach,uninstall,obsolete",
    ),
    (
        "cancel,call off,end,stop,terminate,revoke,withdraw",
        "scrap,scratch,scrub,abort,drop,quit,annul,discontinue,withdraw,clear,strike,take off,cross off,be off,fall through,"
        "not happen,not take place,no longer,any more,end,stop,do without,free up",
    ),
    (
        "send,forward,share,mail,email,issue,dispatch,deliver,distribute",
        "circulate,distribute,pass on,pass along,pass round,relay,hand on,fire off,send out,send round,get out,get over,"
        "deliver,supply,should get,should receive,should have,shall receive,has to reach,should reach,need to reach,treat,"
        "wants to see,let have,bring,broadcast",
    ),
    (
        "reply,answer,respond,comment",
        "get back,write back,come back,go back,respond,react,needs an answer,an answer,say on,say in,word back",
    ),
    (
        "tell,notify,inform,message,text,mail,email,write,send,contact,page,alert,comment",
        "let know,should know,should hear,ought to hear,needs to know,must know,drop line,drop note,ping,brief,"
        "give heads,heads up,reach out,get word,give shout,warn,update,say to,get hold",
    ),
    (
        "create,schedule,book,set up,add,arrange,plan,make,reserve,invite",
        "squeeze in,fit in,slot in,get in,put in,pencil in,enter,fix,block,find a,get together,would like,give an,"
        "comes for,need a,want a,host,hold,organise,organize,prepare,draw up,put together",
    ),
    (
        "order,buy,purchase,place,book,reserve,hire,rent,call,send for",
        "purchase,acquire,grab,pick up,need a,want a,will take,get a,get the,get us,get me,get in,have come,should come,"
        "bring in,call in,one please,fetch",
    ),
    (
        "pay,transfer,send,wire,settle,refund,reimburse,give back",
        "remit,compensate,square,settle up,cover,pay back,give back,send back,return,get back,is due,is owed,should get,should receive,"
        "shall receive,gets from,to be paid,wants back,money back,same amount,hand over",
    ),
    (
        "share,invite,add,grant,give,let in,admit",
        "let in,let join,let see,let read,let edit,should see,should be able,give access,grant access,get into,put on,"
        "include,join,joins,is joining,comes along,needs access,wants to join,onboard,admit,bring on board",
    ),
    (
        "move,reschedule,postpone,change,shift",
        "push,push back,put back,put off,bring forward,rebook,delay,defer,shift,transfer,give instead,needs to go,has to go,must go,"
        "should be on,should start,be instead,instead,a day later,an hour later,move on,goes to,go to,moves to,moves on,advance",
    ),
    (
        "update,change,set,edit,correct,adjust,modify,enter,upgrade,raise,lower,increase,move,label,tag",
        "adapt,correct,adjust,amend,put up,put down,bump,raise,lower,mark,flip,upgrade,downgrade,promote,switch over,register,"
        "enter,note,record,should be,shall be,must be,is now,is only,has a new,will be,make a,make an,convert,migrate,is with,"
        "a raise,earns,gets,deserves,reopen,open again,back to,let take,take over,should take,has to look,put to,can go,"
        "belong to,belongs to",
    ),
    ("approve,accept,confirm,allow", "ok,okay,yes to,sign off,green light,greenlight,nod,is fine,be fine,clear,let have,go ahead"),
    ("reject,decline,refuse,deny", "turn down,knock back,no to,say no,refuse,deny,can not have,can not be,will not do"),
    ("close,resolve,solve,complete,finish", "finish,wrap up,be done,is done,settle,be over,be closed,put to bed,sort,sorted"),
    ("rename,retitle,name", "be called,should be called,call it,give name,title"),
    ("lend,hand out,give,check out", "borrow,borrows,takes the,take out,hand,hand over,let have,loan,gets the"),
    ("assign,give,hand,reassign,pass,allocate", "take over,should take,let take,hand over,hand to,pass to,put on,take on,own,look after,has to look"),
    ("page,alert,call,wake", "wake,wake up,out of bed,ring,phone,summon,raise,get up,get hold"),
    ("roll back,revert,undo,restore", "revert,undo,back out,take back,go back,put back,restore,reset,reverse"),
    ("merge", "land,integrate,combine,squash,good to merge,bring in,pull in"),
    ("deploy,release,ship,publish,promote,push", "ship,roll out,go live,go to production,go out,push,promote,launch,rollout,put live,put online"),
    ("publish,post,announce", "put online,put up,go online,make public,get the message,put out"),
    ("write,add,append,note,log,record,put,enter", "put down,jot down,get down,put into,put in,take down,leave a note,leave a comment,file,log,enter"),
    ("file,move,archive,sort", "sort,put away,put into,put in,belong into,belongs into,tidy,store"),
    ("freeze,block,lock,suspend,disable", "lock,block,suspend,stop,shut down,shut off,bar,deactivate"),
    ("return,send back", "send back,bring back,take back,go back,give back,does not fit,want to return"),
    ("review,rate,write", "rate,give stars,give review,stars"),
    ("save,store,add,create", "store,keep,remember,put down,save"),
)  # fmt: skip
WAYS: Final = tuple((frozenset(acts.split(",")), tuple(ways.split(","))) for acts, ways in _WAYS)
"""Words that an author lists, and ways in which people say the same."""


@lru_cache(maxsize=1024)
def ways_of(intents: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return the ways to ask for what an author's words ask for, each as its words in order."""
    own = {intent.casefold() for intent in intents}
    found = {way: tuple(way.split()) for acts, ways in WAYS if acts & own for way in ways}
    return tuple(found.values())


def said_so(sentence: Sentence, ways: Iterable[Sequence[str]]) -> bool:
    """Return whether a sentence has the words of one of the ways, in order and near each other."""
    forms = [frozenset(bases(token.low)) if token.kind == "word" else frozenset() for token in sentence]
    there = frozenset().union(*forms) if forms else frozenset[str]()
    for way in ways:
        if not there.issuperset(_known(way)):
            continue
        for at, options in enumerate(forms):
            if way[0] in options and _follows(forms, at, way) and not negated(sentence, at):
                if not any(tells(sentence, i) for i in range(at)):
                    return True
    return False


@lru_cache(maxsize=2048)
def _known(way: tuple[str, ...]) -> frozenset[str]:
    return frozenset(way)


def _follows(forms: Sequence[frozenset[str]], at: int, way: Sequence[str]) -> bool:
    place = at
    for part in way[1:]:
        near = range(place + 1, min(place + 7, len(forms)))
        hit = next((i for i in near if part in forms[i]), None)
        if hit is None:
            return False
        place = hit
    return True
