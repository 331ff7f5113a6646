"""What rows of the chain say, in words."""

import json
from typing import Any, Final

from podium.evidence.chain import Entry
from podium.kernel.money import usd_text
from podium.views.text import iso

_WORDS: Final[dict[str, str]] = {
    "user.add": "{actor} made the user {subject} with the roles {roles}",
    "user.password": "{actor} gave {subject} another password",
    "user.roles": "{actor} gave {subject} the roles {roles} in place of {before}",
    "user.from_issuer": "the issuer says: {text}",
    "token.issue": "{actor} made the token {subject} of {user} ({label}), until {expires_ns}",
    "token.revoke": "{actor} revoked the token {subject} of {user}",
    "session.begin": "{actor} logged in from {address}, session {subject}",
    "session.end": "{actor} ended the session {subject} of {user}",
    "login.slowed": "somebody guessed passwords of {subject} from {address}, and was slowed down",
    "key.rotate": "{actor} changed the key of the chain",
    "key.added": "the chain is signed with the key {subject} from here on",
    "task_key.rotate": "{actor} changed the key of task tokens to {subject}",
    "task.steer": "{actor} chose to {how} the task {subject}",
    "task.begin": "{actor} began the task {subject}",
    "task.queue": "{actor} put the task {subject} into the queue",
    "pipeline.start": "{actor} began the run {subject} of the pipeline {pipeline} (trigger {trigger})",
    "pipeline.end": "the run {subject} of the pipeline {pipeline} ended: {verdict}",
    "pipeline.cancel": "{actor} cancelled the run {subject}",
    "pipeline.retry": "{actor} had the run {subject} go on",
    "task.undone": "what the task {subject} has done is undone, as far as it can be",
    "task.retry": "{actor} had the task {subject} tried once more, as {again}",
    "task.erase": "{actor} had what the task {subject} has said erased",
    "task.undo": "{actor} had what the task {subject} has done undone",
    "task.decoy": "the task {subject} touched a decoy and is paused, case {case}",
    "task.audit": "the task {subject} broke the rule {rule} of the audit {audit}: {how}, case {case}",
    "tool.pinned": "{actor} took the definition of {subject} as it is, SHA-256 {sha256}",
    "tool.approve": "{actor} approved the definition of {subject}",
    "breaker.warned": "{subject} spends more than it should: it is warned",
    "breaker.paused": "{actor} put {subject} into Safety Pause",
    "breaker.recovering": "{actor} let {subject} go on at a limited rate",
    "breaker.closed": "{actor} let {subject} go on",
    "breaker.stopped": "{actor} stopped {subject}",
    "breaker.killed": "{actor} killed {subject}",
    "collector_key.issue": "{actor} made the key {subject} of the collector",
    "collector_key.revoke": "{actor} revoked the key {subject} of the collector",
    "agent_key.issue": "{actor} made the credential {subject} of the agent {agent}",
    "agent_key.revoke": "{actor} revoked the credential {subject} of the agent {agent}",
    "case.opened": "{actor} opened the case {subject}: {title}",
    "case.answered": "{actor} answered the case {subject} with {choice}",
    "case.escalated": "nobody answered the case {subject}: it is with the {to} too",
    "case.expired": "the case {subject} expired unanswered",
    "override.granted": "{actor} gave {amount} more of {limit} until {until_ns}; {requested_by} had asked",
    "slices.write_off": "{actor} wrote off what {subject} held, {slices} slices, as charged",
    "podium.operate": "{actor} ran podium {what} {subject}",
    "model.unblock": "{actor} let the model {subject} serve under hard limits again",
    "manifests.in_force": "version {subject} of the manifests came into force, from {source}",
    "ledger.correct": "{actor} applied corrections of the ledger by {subject}",
}


_HOW: Final[dict[str, str]] = {
    "message": "tell something to",
    "limit": "give another budget to",
    "deadline": "give a deadline to",
    "narrow": "narrow the grant of",
}
"""How a task is steered, before ``the task``."""


def act_words(row: Entry) -> str:
    """Return who did what to what; for a kind that is not known here, its name."""
    body: dict[str, Any] = json.loads(row.body)
    if row.kind == "user.disabled":
        words = "shut {subject} out" if body.get("disabled", True) else "let {subject} in again"
        text = f"{row.actor} {words.format(subject=row.subject)}"
    elif row.kind in _WORDS and row.outcome == "done":
        known = {name: _value(name, value) for name, value in body.items()}
        known["how"] = _HOW.get(known.get("how", ""), known.get("how", "–"))
        if isinstance(body.get("amount"), int):
            known["amount"] = amount_words(body["amount"], str(body.get("unit")))
        text = _WORDS[row.kind].format_map(_Known(known | {"actor": row.actor, "subject": row.subject}))
    else:
        text = f"{row.actor}: {row.kind}{f' of {row.subject}' if row.subject else ''}"
    if body.get("result"):
        text += f". {str(body['result']).removesuffix('.')}"
    if body.get("reason"):
        text += f". Reason: {str(body['reason']).removesuffix('.')}"
    return text + "."


def outcome_words(row: Entry) -> str:
    """Return what is to be said where an act was refused; nothing where it was done."""
    if row.outcome == "done":
        return ""
    return f" It was refused: {json.loads(row.body).get('why', 'no reason is noted')}"


def amount_words(amount: int, unit: str) -> str:
    """Return an amount in words: nano-USD where the unit is usd, else tokens."""
    return f"{usd_text(amount)} USD" if unit == "usd" else f"{amount:,} {unit.replace('_', ' ')}"


class _Known(dict[str, str]):
    """Stands in for what a row of an older version does not hold."""

    def __missing__(self, key: str) -> str:
        return "–"


def _value(name: str, value: object) -> str:
    if name.endswith("_ns") and isinstance(value, int):
        return f"{iso(value)[:19]}Z"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
