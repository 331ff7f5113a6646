"""Explain what people have done: a case, an override, a row of the chain, or whatever the chain tells of.

Who asked, who answered, with what reason, what it changed; and whether the chain verifies over the rows that
say so, and the tables still say the same as these rows.
"""

import json
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from podium.evidence.chain import Entry
from podium.kernel.errors import NotFound
from podium.ports.acts import case_of
from podium.ports.database import cases, chain, override_requests, overrides
from podium.trust.cases import Case
from podium.views.acts import act_words, amount_words, outcome_words
from podium.views.evidence import Trust, verdict_of, verdict_words
from podium.views.explain_tasks import Teller
from podium.views.explain_tree import Node
from podium.views.tasks import find_task
from podium.views.text import iso
from podium.views.tools import tool_call_rows

MOST_ROWS: Final = 200
"""So many rows of one subject are told, the newest ones."""


class ActStory(msgspec.Struct, frozen=True):
    """The story of what people have done."""

    id: str
    kind: str
    """``case``, ``override``, ``act`` or ``subject``."""
    words: list[str]
    rows: list[Entry]
    """Rows of the chain that tell of it, oldest first."""
    verified: bool | None
    """Whether the chain verifies up to the last of these rows; None: it could not be looked at."""
    verdict: str
    """In words."""
    differences: list[str]
    """What the tables say otherwise than the chain: somebody has changed them by hand."""
    tree: Node | None = None
    """What led to what; None of a single row, and of what only the chain knows."""


def tells_of(connection: Connection, id_: str) -> bool:
    """Return whether an id is a case's, an override's, a row's number, or a subject of the chain."""
    if id_.startswith(("case_", "ovr_")) or _row_number(id_) is not None:
        return True
    return connection.execute(select(chain.c.seq).where(chain.c.subject == id_).limit(1)).first() is not None


def explain_acts(connection: Connection, id_: str, trust: Trust, *, now_ns: int) -> ActStory:
    """Explain an id that `tells_of` knows. Raises NotFound."""
    number = _row_number(id_)
    if id_.startswith("case_"):
        return _case(connection, id_, trust, now_ns)
    if id_.startswith("ovr_"):
        return _override(connection, id_, trust, now_ns)
    rows = _rows(connection, chain.c.seq == number if number is not None else chain.c.subject == id_)
    if not rows:
        raise NotFound(f"The chain tells nothing of {id_}.", fix="See podium evidence list.")
    kind = "act" if number is not None else "subject"
    return _story(connection, id_, kind, trust, words=[sentence(row) for row in rows], rows=rows)


def sentence(row: Entry) -> str:
    """Return what a row of the chain says, with when and where it stands."""
    return f"{iso(row.at_ns)[:19]}Z: {act_words(row)}{outcome_words(row)} (row {row.seq})"


def _row_number(id_: str) -> int | None:
    digits = id_.removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _rows(connection: Connection, *which: Any) -> list[Entry]:
    query = select(chain).where(*which).order_by(chain.c.seq.desc()).limit(MOST_ROWS)
    return [Entry(*row) for row in reversed(connection.execute(query).all())]


def _story(
    connection: Connection,
    id_: str,
    kind: str,
    trust: Trust,
    *,
    words: list[str],
    rows: list[Entry],
    differences: list[str] | None = None,
) -> ActStory:
    verdict = verdict_of(connection, trust)
    verified, text = None, "The chain was not verified: there is no public key (keys/evidence.pub)."
    if verdict is not None:
        text = verdict_words(verdict)
        fault = verdict.fault
        verified = bool(rows) and (fault is None or all(row.seq < fault.seq for row in rows))
        if not rows:
            text = "The chain has no row of it: whoever wrote this did not go through Podium. " + text
        elif fault is not None and verified:
            text = f"The rows that tell of it stand before that, and verify. {text}"
    return ActStory(id_, kind, words, rows, verified, text, differences or [])


# Cases


def _case(connection: Connection, case_id: str, trust: Trust, now_ns: int) -> ActStory:
    found = connection.execute(select(cases).where(cases.c.id == case_id)).mappings().first()
    rows = _rows(connection, chain.c.subject == case_id)
    if found is None:
        if not rows:
            raise NotFound(f"There is no case {case_id}.", fix="See podium inbox list --all.")
        gone = ["The table of cases has it not any more, and the chain does."]
        words = [sentence(row) for row in rows]
        return _story(connection, case_id, "case", trust, words=words, rows=rows, differences=gone)
    case = case_of(found)
    words = [
        f"{case.title}.",
        f"{case.requested_by or 'Podium'} asked at {_when(case.created_ns)}, for {case.department}.",
        case.why,
        *_answer_words(case),
    ]
    query = select(override_requests).where(override_requests.c.case_id == case_id)
    asked = connection.execute(query).first()
    if asked is not None:
        words += _override_words(connection, asked, now_ns)
        rows = sorted([*rows, *_rows(connection, chain.c.subject == asked.id)], key=lambda row: row.seq)
    differences = _differences(case, rows)
    story = _story(connection, case_id, "case", trust, words=words, rows=rows, differences=differences)
    return msgspec.structs.replace(story, tree=_case_tree(connection, case, now_ns))


def _case_tree(connection: Connection, case: Case, now_ns: int) -> Node:
    """Return a case below the call and the task that it is about, where it is about one."""
    teller = Teller(connection, now_ns)
    node = teller.case(case)
    if case.task_id is None:
        return Node("asked", "", f"{case.requested_by or 'Podium'} asked", children=(node,))
    found = tool_call_rows(connection, task=case.task_id, limit=1000)
    calls = [teller.tool(row, case) for row in reversed(found) if row.approval_id == case.id]
    if len(calls) == 1:
        node = calls[0]
    elif calls:
        node = msgspec.structs.replace(
            node, children=tuple(msgspec.structs.replace(call, children=()) for call in calls)
        )
    task = find_task(connection, case.task_id, now_ns)
    if task is None:
        return teller.asked(case.task_id, node)
    return teller.around(case.task_id, None, task.started_ns, task.agent, task.department, node)


def _answer_words(case: Case) -> list[str]:
    if case.state == "open":
        until = f" until {_when(case.expires_ns)}" if case.expires_ns is not None else ""
        return [f"Nobody has answered yet: it waits{until}. If nobody does: {case.otherwise}"]
    chosen = next((one.label for one in case.choices if one.name == case.choice), case.choice or "nothing")
    if case.state == "expired":
        words = [f"Nobody answered; it expired at {_when(case.answered_ns)}: {case.otherwise}"]
    else:
        words = [f"{case.answered_by} answered at {_when(case.answered_ns)}: {chosen}. Reason: {case.reason}"]
    return [*words, f"What it changed: {case.result}"] if case.result else words


def _differences(case: Case, rows: list[Entry]) -> list[str]:
    """Return what the table says otherwise than the chain's rows of a case."""
    opened = next((json.loads(row.body) for row in rows if row.kind == "case.opened"), None)
    settled = next((row for row in rows if row.kind in {"case.answered", "case.expired"}), None)
    pairs: list[tuple[str, object, object]] = []
    if opened is not None:
        pairs += [(name, getattr(case, name), opened.get(name)) for name in ("title", "department")]
    said = "open" if settled is None else settled.kind.removeprefix("case.")
    pairs.append(("state", case.state, said))
    if settled is not None:
        body = json.loads(settled.body)
        pairs += [(name, getattr(case, name), body.get(name)) for name in ("choice", "reason", "result")]
        if settled.kind == "case.answered":
            pairs.append(("answered_by", case.answered_by, settled.actor))
    return [
        f"The table says {name} {table!r}, the chain {said_there!r}."
        for name, table, said_there in pairs
        if (table or "") != (said_there or "")
    ]


# Overrides


def _override(connection: Connection, override_id: str, trust: Trust, now_ns: int) -> ActStory:
    found = connection.execute(select(override_requests).where(override_requests.c.id == override_id)).first()
    if found is None:
        raise NotFound(
            f"There is no override {override_id}.", fix="See podium evidence list --kind override."
        )
    rows = _rows(connection, chain.c.subject.in_([override_id, found.case_id or override_id]))
    words = [
        f"{amount_words(found.amount, found.unit)} more of {found.limit}, until {_when(found.until_ns)}.",
        f"{found.requested_by} asked at {_when(found.requested_ns)}, for {found.department}.",
        f"Reason: {found.reason}",
    ]
    case = None
    if found.case_id is not None:
        row = connection.execute(select(cases).where(cases.c.id == found.case_id)).mappings().first()
        case = case_of(row) if row is not None else None
    if case is not None:
        words += [f"It went to the Inbox as {case.id}.", *_answer_words(case)[:1]]
    elif found.state == "granted":
        words.append("Nobody else had to approve it.")
    words += _override_words(connection, found, now_ns)
    differences = _differences(case, rows) if case is not None else []
    story = _story(
        connection, override_id, "override", trust, words=words, rows=rows,
        differences=[*differences, *_grant_differences(connection, found, rows)],
    )  # fmt: skip
    return msgspec.structs.replace(story, tree=_override_tree(connection, found, case, now_ns, words[-1]))


def _override_tree(connection: Connection, asked: Any, case: Case | None, now_ns: int, end: str) -> Node:
    given = Node("override", asked.id, end, at_ns=asked.decided_ns)
    below: tuple[Node, ...] = (given,)
    if case is not None:
        below = (msgspec.structs.replace(Teller(connection, now_ns).case(case), children=below),)
    title = f"{asked.requested_by} asked for {amount_words(asked.amount, asked.unit)} more of {asked.limit}"
    return Node(
        "asked", "", title, words=(f"Reason: {asked.reason}",), at_ns=asked.requested_ns, children=below
    )


def _override_words(connection: Connection, asked: Any, now_ns: int) -> list[str]:
    given = connection.execute(select(overrides).where(overrides.c.id == asked.id)).first()
    if given is None:
        state = {"waiting": "nothing is given yet", "granted": "it is not in force"}
        return [f"{asked.limit} stays as it is: {state.get(asked.state, f'it was {asked.state}')}."]
    now = "in force now" if given.from_ns <= now_ns < given.until_ns else "over"
    more = amount_words(given.amount, asked.unit)
    span = f"from {_when(given.from_ns)} to {_when(given.until_ns)}"
    return [f"{given.limit_id} has {more} more {span}, by {given.by}: {now}."]


def _grant_differences(connection: Connection, asked: Any, rows: list[Entry]) -> list[str]:
    given = connection.execute(select(overrides).where(overrides.c.id == asked.id)).first()
    told = next((json.loads(row.body) for row in rows if row.kind == "override.granted"), None)
    if (given is None) != (told is None):
        return ["The table and the chain disagree whether it was given."]
    if given is None or told is None:
        return []
    pairs = (
        ("limit", given.limit_id, told["limit"]),
        ("amount", given.amount, told["amount"]),
        ("until_ns", given.until_ns, told["until_ns"]),
    )
    return [f"The table says {name} {a!r}, the chain {b!r}." for name, a, b in pairs if a != b]


def _when(at_ns: int | None) -> str:
    return f"{iso(at_ns)[:19]}Z" if at_ns is not None else "–"
