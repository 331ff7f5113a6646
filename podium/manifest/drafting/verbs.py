"""The verbs of tools' names: what kind of act each is, and by which words people ask for it.

General English. A verb that stands nowhere here says nothing, so that its tool is taken for the worst.
"""

import re
from typing import Final

from podium.trust.english.lexicon import word_set

READS: Final = word_set(
    "get list search find read fetch show view lookup query describe count check compare preview retrieve "
    "browse inspect examine see who what which where when is has exists whoami summarize summarise "
    "analyze analyse calculate compute estimate translate convert validate explain aggregate sum look "
    "detect recommend suggest"
)
"""They change nothing, where they begin a name."""

CHANGES: Final = word_set(
    # each of these is an order wherever it stands
    "accept add allocate annul append apply approve arrange assign attach authorize authorise ban buy "
    "cancel clear complete compose confirm connect correct create deactivate debit decline delete deliver "
    "deny deploy destroy detach disable disconnect discard dismiss dispatch edit eject enable enrol "
    "enroll erase evict excuse execute expire extend forward freeze generate give grant hide import "
    "insert install invite kick kill launch lend lock make merge migrate modify move mute notify open "
    "overwrite pause pay perform pin postpone prolong promote provision publish purge push put reactivate "
    "reassign reboot redirect reduce refund refuse register reject relocate remove rename renew reopen "
    "reorder repay replace reply reroute reschedule reserve reset resolve respond restart restore "
    "restrict resume revert revoke rotate save schedule sell send set share shut sign start stop store "
    "submit subscribe suspend swap switch terminate toggle transfer trash trigger unarchive unassign "
    "unblock undo uninstall unlock unpublish unshare unsubscribe update upgrade upload upsert uninvite "
    "void wipe withdraw write abort ack acknowledge adjust alter amend authenticate begin click consume "
    "decr deprovision decrease decrement dequeue drain elevate enqueue escalate exec finalise finalize "
    "fulfil fulfill impersonate incr increase increment initialise initialize inject invalidate invoke join "
    "lower mutate nack navigate pop prune raise rebuild recreate regenerate requeue resize resubmit retry "
    "rewrite rollback shutdown truncate unfollow unlink unmount unpin unset untag upvote whitelist"
)
"""They change something, wherever they stand in a name."""

BOTH: Final = word_set(
    "access act address alert answer appeal archive ask bill bin block book bookmark broadcast call "
    "change charge claim close comment commit copy credit cut deal decide direct download draft drop "
    "email end enter exchange export fax file fill finish fine flag flush follow free fund gift hire host "
    "invoice issue label lease leave let like link loan log mail map mark message mint move name note "
    "offer order page patch permit phone ping place plan play poll post print process program purchase "
    "queue quote race rate recall record recover release rent repair report request return review ring "
    "roll route rule run sample scale seed ship shift sort split sponsor star stake state strike "
    "subcontract sync tag task test text tick tip top trade transact transmit tweet turn use vote wake "
    "watch wire work override appoint cast dial do sms stream water heat dim"
)
"""They change something where they stand as verbs: first, or behind `and`; elsewhere they are nouns."""

TURNS: Final = frozenset(
    (read, word)
    for read, words in {
        "check": "in out off item todo task box checkbox step",
        "look": "after",
        "read": "out",
        "get": "rid",
        "list": "for",
        "convert": "account booking draft invoice lead opportunity order prospect quote reservation to trial",
    }.items()
    for word in words.split()
)
JOINS: Final = word_set("and or then if else")

UNDONE: Final = word_set(
    "add append archive assign change copy correct create draft edit enter insert label log make mark "
    "modify move note put record rename reorder save set sort star store tag tick unarchive unassign "
    "update upsert write bookmark close complete excuse flag freeze hide lend override pin relocate "
    "reopen replace schedule strike bin plan prioritise prioritize toggle categorise categorize snooze"
)
"""They can be undone as a rule: a draft, a label, an entry, where nobody outside is told by it."""

_INTENTS: Final = """
accept: accept, take, agree, confirm
add: add, put, enter, create
allocate: allocate, assign, give
answer: answer, reply, respond, write back, tell
append: add, append, write, note
apply: apply, use
approve: approve, accept, sign off, confirm
archive: archive, file, put away
arrange: arrange, set up, organise, schedule
ask: ask
assign: assign, give, put, reassign, hand over
attach: attach, add
authorise, authorize: authorise, authorize, approve, allow
ban: ban, block, lock out
bill: bill, invoice, charge
bin, trash: bin, delete, remove, throw away, trash, get rid of
block: block, lock
book: book, reserve, schedule, arrange, set up
broadcast: broadcast, announce, send
buy, purchase: buy, purchase, order, get
call, phone, ring, dial: call, ring, phone
cancel: cancel, call off, drop
change, modify: change, update, set, correct, adjust
charge: charge, bill
check in: check in
check out: check out
clear: clear, remove, delete
close: close, finish, resolve
comment: comment, reply, answer, respond, write
complete: complete, finish, mark, tick off
compose: compose, write, send
confirm: confirm, accept
copy, duplicate: copy, duplicate
correct: correct, change, fix, adjust
create: create, add, make, set up
credit: credit, refund
deactivate, disable: disable, deactivate, turn off, switch off, block
decide: decide, approve, accept, grant, reject, refuse, decline, turn down
decline: decline, reject, refuse, turn down
delete, erase, remove, destroy, purge, wipe: delete, remove, erase, throw away, get rid of, take off
deliver: deliver, send
deploy: deploy, release, roll out, ship, promote
detach: detach, remove
direct: message, tell, write, let know
dispatch: dispatch, send
draft: draft, write, prepare
edit: edit, change, update, correct, rewrite
email, mail: email, mail, send, write, tell, let know, inform
enable, activate: enable, activate, turn on, switch on
end, terminate: end, terminate, stop, cancel
enrol, enroll: enrol, enroll, register, sign up
enter: enter, record, note, put down
excuse: excuse, mark
execute, run: run, execute
export: export
extend: extend, prolong, renew
file: file, submit, hand in
flag: flag, mark
forward: forward, send on, pass on
freeze: freeze, block, lock
give: give, hand over
grant: grant, give access, allow, approve
hide: hide, remove, take down
hire: hire, book, get
import: import, load
insert: insert, add, put
install: install, set up
invite: invite, add
invoice: invoice, bill, charge
issue: issue, make, give, send
kick, evict, eject: kick, remove, throw out, take off
kill: kill, stop, end
label, tag: label, tag, mark
launch: launch, start, release
lend, loan: lend, loan, give, hand out
link: link, connect
lock: lock, block
log: log, record, note, enter, track
make: make, create
mark: mark, set, flag
merge: merge
message: message, write, tell, send, let know
modify: modify, change, update
move: move, shift, reschedule, postpone, change, put
mute: mute, silence
note: note, record, write down, remember
notify: notify, tell, inform, let know
open: open, start
order: order, buy, purchase, get
override: override, replace, swap, change
page, alert: page, alert, wake, call, notify
pause: pause, suspend, hold, stop
pay: pay, settle, transfer, wire
pin: pin
place: place, order, buy, purchase
plan: plan, schedule
post: post, announce, publish, share, write
postpone: postpone, put off, move, delay
print: print
promote: promote, deploy, release
publish: publish, post, put online, release
push: push, send, deploy
put: put, set, place, add
reassign: reassign, assign, give, hand over
record: record, enter, note, put down, register
redirect, reroute: redirect, reroute, divert
refund: refund, pay back, reimburse, give back, return
register: register, sign up, enter, add
reject, refuse, deny: reject, decline, refuse, turn down
release: release, publish, deploy, roll out
relocate: relocate, move, put
rename: rename, name, call
renew: renew, extend, prolong
rent: rent, hire, book
reopen: reopen, open again
reorder: reorder, sort, order again
replace: replace, change, swap
reply, respond: reply, answer, respond, write back, tell, let know
report: report, tell
request: request, ask for, apply
reschedule: reschedule, move, postpone, shift, put off, bring forward
reserve: reserve, book
reset: reset, restore
resolve: resolve, close, solve
restart, reboot: restart, reboot, bounce
restore, recover: restore, recover, bring back
resume: resume, unpause, continue
return: return, send back
revert, undo: revert, undo, roll back
review: review, rate
revoke: revoke, withdraw, take away, remove, end
roll: roll back, revert, undo
rotate: rotate, renew, replace
save, store: save, store, keep, write down
schedule: schedule, plan, set up, arrange
sell: sell
send, transmit: send, forward
set: set, change, update, put, make
share: share, give access, send, show
ship: ship, send, dispatch
shut: shut, close, turn off
sign: sign, sign up, register
sort: sort, order
start: start, begin, turn on, launch
stop: stop, end, turn off, halt
strike: strike, cross off, tick off, remove
submit: submit, hand in, file, send
subscribe, follow, watch: subscribe, follow, sign up
suspend: suspend, pause, block, freeze
swap: swap, exchange, switch
switch, toggle, turn: switch, turn on, turn off, toggle
sync: sync, synchronise, update
text, sms: text, message, write, tell, let know
tick: tick, tick off, check off, mark, cross off
transfer, wire: transfer, wire, send, pay
trigger: trigger, start, run
tweet: tweet, post
unarchive: unarchive, restore
unassign: unassign, take off, remove
unblock, unlock: unlock, unblock, open
unpublish: unpublish, take down, take offline
unshare: unshare, take away, withdraw, remove
unsubscribe: unsubscribe, cancel, sign off
update: update, change, set, correct, adjust, edit, put
upgrade: upgrade, update
upload: upload, put, add
upsert: update, change, add, set
void: void, cancel
vote: vote
wake: wake, wake up
withdraw: withdraw, take back, take off, remove
write: write, save, note, add
"""

_OF_THINGS: Final = """
send, compose, write, post, direct, message > message mail email mails letter sms text note reminder push:
  send, write, email, mail, message, tell, let know, inform, notify, remind, ask
create, add, make, book, schedule > event meeting appointment booking reservation slot interview viewing call:
  schedule, arrange, book, set up, plan, invite, put in
create, add, make, log > note memo comment reminder:
  note, write down, jot down, record, remember, write
create, add, make, open, file > ticket issue task todo job card request case item:
  create, add, open, file, report, note, put down
create, make, send, issue > invoice bill:
  invoice, bill, charge
create, make, send, issue, schedule, plan > payment payout transfer transaction money fund:
  pay, transfer, wire, send, settle
create, make, place > order purchase:
  order, buy, purchase, get
create, make, issue > refund:
  refund, pay back, reimburse, give back
create, make, send > reply answer response:
  reply, answer, respond, write back
update, change, set, edit, move > event meeting appointment booking reservation slot date day deadline due:
  move, reschedule, postpone, shift
update, change, edit, modify > task ticket todo job card issue case incident:
  close, finish, complete, mark, move, assign
set, update, change > price rate limit budget amount rent salary pay cover excess discount:
  raise, increase, lower, reduce
respond, answer, reply > event invitation invite meeting request:
  accept, decline, confirm, reject
set, update, change > status state:
  mark, make
remove, kick > user member person people participant:
  take off, take out, kick, throw out
"""


def _table(text: str) -> dict[str, tuple[str, ...]]:
    found = {}
    for line in text.strip().splitlines():
        verbs, _, intents = line.partition(": ")
        for verb in verbs.split(", "):
            found[verb] = tuple(intents.split(", "))
    return found


OPPOSITES: Final = _table(
    """
freeze: unfreeze, unblock, unlock
lock: unlock, unblock
block: unblock, unlock
mute: unmute
hide: show, unhide
enable: disable, turn off, switch off
pause: resume, continue
pin: unpin
archive: unarchive, restore
"""
)
"""By a verb: how people ask for what undoes it, where one tool does both."""
INTENTS: Final = _table(_INTENTS)
"""By a verb of a tool's name: the words of a request that ask for it."""
THINGS: Final = tuple(
    (frozenset(verbs.split(", ")), word_set(nouns), tuple(intents.split(", ")))
    for verbs, nouns, intents in re.findall(r"^(\S.*) > (.*):\n  (.*)$", _OF_THINGS, re.MULTILINE)
)
"""Verbs with what they are done to, and the further words that ask for that."""
