"""The case of a Safety Pause: what a person needs to judge the logic of an agent, and what they can choose.

Everything is read from the ledger: nothing of prompts or answers is there, only digests and counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, select

from podium.keeper.velocities import HOUR_S, NS, Watched
from podium.ports.breakers import of_key, of_key_tools
from podium.ports.database import charges, snapshots, task_identities
from podium.ports.tool_tables import tool_calls
from podium.spend.breaker import On
from podium.spend.velocity import Rule
from podium.trust.cases import SEEN, Case, Choice

KIND: Final = "breaker.pause"
WARNING: Final = "breaker.warning"
WARNING_NS: Final = 86_400 * NS
"""A notice of a warning that nothing has ended is over after so long."""
SHARES: Final = (10, 25, 50)
RAISES: Final = (200, 400)
CURVE_STEP_S: Final = 10
CALM_WITHIN_HOURS: Final = 24
"""So far back is looked for an hour to compare with."""
TOP_CALLS: Final = 8
TOP_TASKS: Final = 5
MOST_ROWS: Final = 5000
"""Charges of one window that are looked at."""
_COLUMNS: Final = tuple(
    charges.c[name]
    for name in (
        "charge_id", "call_id", "task_id", "session", "route", "model", "upstream_model", "snapshot_version",
        "admitted_ns", "cost_nano_usd", "outcome", "finish_reason", "input_tokens", "output_tokens",
        "request_digest", "step", "error_code",
    )
)  # fmt: skip


def evidence(
    connection: Connection, watched: Watched | None, key: str, now_ns: int, beside: Watched | None = None
) -> dict[str, Any]:
    """Return what led to a pause: the windows against the last calm hour before them.

    ``beside``: whose baseline is shown for a key without a meter (a session that loops): its agent.
    """
    seen = watched or beside
    rule = seen.row.rule if seen is not None else Rule()
    span_s = rule.reach_s()
    since_ns = now_ns - span_s * NS
    rows = _rows(connection, key, since_ns + 1, now_ns)
    calm_ns = _calm_until(connection, key, since_ns, watched)
    before = _rows(connection, key, calm_ns - HOUR_S * NS, calm_ns) if calm_ns is not None else ()
    found: dict[str, Any] = {
        "key": key,
        "since_ns": since_ns,
        "window_s": span_s,
        "compared_from_ns": calm_ns - HOUR_S * NS if calm_ns is not None else None,
    }
    short, long = watched.per_hour() if watched is not None else _per_hour(connection, key, now_ns, rule)
    baseline = seen.baseline if seen is not None else None
    allowed = seen.allowed if seen is not None else None
    found |= {
        "baseline_nano_usd_per_hour": baseline,
        "baseline_of": seen.key if seen is not None else key,
        "allowed_nano_usd_per_hour": None if allowed is None else allowed.long * HOUR_S // rule.long_s,
        "short_s": rule.short_s,
        "short_nano_usd_per_hour": short,
        "long_s": rule.long_s,
        "long_nano_usd_per_hour": long,
        "curve": watched.meter.curve(CURVE_STEP_S)
        if watched is not None
        else _curve(connection, key, since_ns, now_ns),
    }
    return found | {
        "calls_in_window": len(rows),
        "cost_in_window_nano_usd": sum(row.cost_nano_usd for row in rows),
        "repeated": repeated(rows) + repeated_tools(_tool_rows(connection, key, since_ns, now_ns))
        or ["No step repeats: each call asks something else."],
        "changed": changes(connection, rows, before, span_s),
        "calls": [
            {
                "call": row.call_id,
                "task": row.task_id,
                "model": row.model,
                "cost_nano_usd": row.cost_nano_usd,
                "input_tokens": row.input_tokens,
                "output_tokens": row.output_tokens,
                "at_ns": row.admitted_ns,
            }
            for row in sorted(rows, key=lambda row: -row.cost_nano_usd)[:TOP_CALLS]
        ],
        "tasks": _tasks(connection, rows),
    }


def _spent(connection: Connection, key: str, since_ns: int, until_ns: int) -> list[tuple[int, int]]:
    """Return what each second of a span has cost that has cost anything, by seconds before its end."""
    ago = (until_ns - charges.c.admitted_ns) // NS
    query = (
        select(ago.label("ago"), func.sum(charges.c.cost_nano_usd))
        .where(charges.c.admitted_ns > since_ns, charges.c.admitted_ns <= until_ns, of_key(connection, key))
        .group_by("ago")
    )
    return [(int(at), int(cost)) for at, cost in connection.execute(query)]


def _per_hour(connection: Connection, key: str, now_ns: int, rule: Rule) -> tuple[int, int]:
    """Return what a key without a meter spends, short and long, in nano-USD an hour."""
    spent = _spent(connection, key, now_ns - rule.long_s * NS, now_ns)
    short = sum(cost for ago, cost in spent if ago < rule.short_s)
    return short * HOUR_S // rule.short_s, sum(cost for _, cost in spent) * HOUR_S // rule.long_s


def _curve(connection: Connection, key: str, since_ns: int, now_ns: int) -> list[tuple[int, int]]:
    """Return the curve of a key without a meter, in the form of `Meter.curve`."""
    steps = Counter[int]()
    for ago, cost in _spent(connection, key, since_ns, now_ns):
        steps[ago // CURVE_STEP_S] += cost
    last = (now_ns - since_ns) // NS // CURVE_STEP_S
    return [(step * CURVE_STEP_S, steps[step] * HOUR_S // CURVE_STEP_S) for step in range(last - 1, -1, -1)]


def _calm_until(connection: Connection, key: str, since_ns: int, watched: Watched | None) -> int | None:
    """Return when the last hour before a window ended that has calls and stayed within what is allowed.

    None: there is none within a day.
    """
    most = None
    if watched is not None and watched.allowed is not None:
        most = watched.allowed.long * HOUR_S // watched.row.rule.long_s
    for hours in range(CALM_WITHIN_HOURS):
        until_ns = since_ns - hours * HOUR_S * NS
        query = select(func.count(), func.sum(charges.c.cost_nano_usd)).where(
            charges.c.admitted_ns >= until_ns - HOUR_S * NS,
            charges.c.admitted_ns <= until_ns,
            of_key(connection, key),
        )
        calls, cost = connection.execute(query).one()
        if calls and (most is None or cost <= most):
            return until_ns
    return None


def _rows(connection: Connection, key: str, since_ns: int, until_ns: int) -> Sequence[Any]:
    query = (
        select(*_COLUMNS)
        .where(charges.c.admitted_ns >= since_ns, charges.c.admitted_ns <= until_ns, of_key(connection, key))
        .order_by(charges.c.admitted_ns.desc())
    )
    return connection.execute(query.limit(MOST_ROWS)).all()


def _tasks(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the tasks that cost the most, and whether they have an identity by which they can be ended."""
    spent: Counter[str] = Counter()
    for row in rows:
        spent[row.task_id] += row.cost_nano_usd
    top = spent.most_common(TOP_TASKS)
    table = task_identities
    query = select(table.c.task_id, table.c.state).where(table.c.task_id.in_([task for task, _ in top]))
    states = {row.task_id: row.state for row in connection.execute(query)}
    return [{"task": task, "cost_nano_usd": cost, "state": states.get(task)} for task, cost in top]


def repeated(rows: Sequence[Any]) -> list[str]:
    """Return the steps that repeat, in words."""
    asked = Counter((row.route, (row.step or "")[:16] or row.request_digest) for row in rows)
    words = []
    for (route, digest), count in asked.most_common(3):
        if count < 3:
            break
        ends = Counter(
            (row.outcome, row.finish_reason, row.output_tokens)
            for row in rows
            if row.route == route and ((row.step or "")[:16] or row.request_digest) == digest
        )
        (outcome, finish, tokens), same = ends.most_common(1)[0]
        end = f"{finish or outcome}" + (f" after {tokens:,} tokens" if tokens is not None else "")
        words.append(
            f"{count} of {len(rows)} calls end with the same words (digest {digest[:8]}) on route {route}; "
            f"{same} of them had the same outcome: {end}."
        )
    return words


def _tool_rows(connection: Connection, key: str, since_ns: int, until_ns: int) -> Sequence[Any]:
    of = tool_calls.c
    query = select(
        of.tool, of.arguments_digest, of.verdict, of.outcome, of.error_code, of.result_digest
    ).where(of.at_ns > since_ns, of.at_ns <= until_ns, of_key_tools(key))
    return connection.execute(query.order_by(of.seq.desc()).limit(MOST_ROWS)).all()


def repeated_tools(rows: Sequence[Any]) -> list[str]:
    """Return the calls of tools that repeat, in words."""
    asked = Counter((row.tool, row.arguments_digest) for row in rows)
    words = []
    for (tool, digest), count in asked.most_common(3):
        if count < 3:
            break
        ends = Counter(
            (row.outcome or row.verdict, row.error_code, row.result_digest)
            for row in rows
            if (row.tool, row.arguments_digest) == (tool, digest)
        )
        (outcome, error, told), same = ends.most_common(1)[0]
        end = (
            outcome
            + (f" ({error})" if error else "")
            + (f", the same answer (digest {told[:8]})" if told else "")
        )
        words.append(
            f"{count} of {len(rows)} calls of tools are {tool} with the same arguments (digest "
            f"{digest[:8]}); "
            f"{same} of them had the same outcome: {end}."
        )
    return words


def changes(connection: Connection, rows: Sequence[Any], before: Sequence[Any], span_s: int) -> list[str]:
    """Return what is different from the last calm hour, in words."""
    if not before:
        return ["There is no calm hour with calls in the day before: nothing to compare with."]
    words = []
    for what, low, high in (("instructions", 16, 24), ("tools", 24, 32)):
        was = {row.step[low:high] for row in before if row.step}
        new = [row for row in rows if row.step and row.step[low:high] not in was]
        if new and was:
            shown = ", ".join(sorted({row.step[low:high][:8] or "none" for row in new})[:3])
            words.append(f"{what}: {len(new)} of {len(rows)} calls have others than before (digest {shown})")
    for name, what in (("model", "model"), ("route", "route"), ("upstream_model", "provider's model")):
        words += _mix(
            what, Counter(getattr(r, name) for r in rows), Counter(getattr(r, name) for r in before)
        )
    words += _versions(connection, rows, before)
    a_minute, was_a_minute = len(rows) * 60 / span_s, len(before) / 60
    words.append(f"calls a minute: {was_a_minute:.1f} before, {a_minute:.1f} now")
    if rows:
        cost = sum(row.cost_nano_usd for row in rows) / len(rows) / 1e9
        was_cost = sum(row.cost_nano_usd for row in before) / len(before) / 1e9
        words.append(f"USD a call: {was_cost:.6f} before, {cost:.6f} now (means)")
    return words


def _mix(what: str, now: Counter[str], was: Counter[str]) -> Iterable[str]:
    for name in sorted({*now, *was}):
        share = 100 * now[name] / max(1, now.total())
        before = 100 * was[name] / max(1, was.total())
        if abs(share - before) >= 20:
            yield f"{what} {name}: {before:.0f}% of the calls before, {share:.0f}% now"


def _versions(connection: Connection, rows: Sequence[Any], before: Sequence[Any]) -> Iterable[str]:
    new = sorted({row.snapshot_version for row in rows} - {row.snapshot_version for row in before})
    if not new:
        return
    source = connection.execute(select(snapshots.c.source).where(snapshots.c.version == new[-1])).scalar()
    was = max((row.snapshot_version for row in before), default=0)
    yield f"manifests: version {new[-1]} since then, {was} before" + (f" (from {source})" if source else "")


def named(key: str, agent: str | None) -> str:
    """Return who a key is, as a person would say it: a task by whose it is, everything else by its key."""
    return f"a task of {agent}" if agent and key.startswith("task/") else key


def of_itself(key: str, reason: str) -> str:
    """Return a reason as it reads below its title, which says who is paused: without the id of a task."""
    kind, _, id_ = key.partition("/")
    if kind != "task":
        return reason
    words = reason.replace(key, "the task")
    return f"It{words.removeprefix(id_)}" if words.startswith(f"{id_} ") else words


def pause_case(
    key: str, reason: str, found: dict[str, Any], department: str, *, agent: str | None = None
) -> Case:
    """Return the case of a pause. ``agent``: whose the key is, where it is a task's."""
    kind = key.partition("/")[0]
    identified = [task for task in found["tasks"] if task["state"] in {"running", "paused"}]
    usual = "its baseline" if found.get("baseline_nano_usd_per_hour") else "its floor, as it has no baseline"
    choices = [Choice("resume", "Resume", "It goes on as before; its windows begin anew.", "good")]
    choices += [
        Choice(
            f"resume-{share}",
            f"Resume at {share}%",
            f"It may spend {share}% of {usual}, twice as much after every 2 calm minutes.",
            "good",
            bulk=True,
        )
        for share in SHARES
    ]
    if found.get("baseline_nano_usd_per_hour") and found.get("baseline_of") == key:
        choices += [
            Choice(
                f"raise-{pct}",
                f"Raise the baseline to {pct}%",
                "It goes on; more counts as usual now.",
                approves=True,
            )
            for pct in RAISES
        ]
    if kind == "task":
        choices.append(
            Choice(
                "kill", "Kill the task", "It ends for good, and its tokens with it, where it has any.", "bad"
            )
        )
    elif identified:
        choices.append(
            Choice(
                "kill",
                f"Kill {len(identified)} tasks",
                f"{', '.join(task['task'] for task in identified)} end for good; the rest goes on.",
                "bad",
            )
        )
    choices.append(
        Choice("stop", "Keep it stopped", "Nothing is let through until it is released.", "bad", bulk=True)
    )
    return Case(
        id="",
        kind=KIND,
        key=key,
        title=f"Safety Pause of {named(key, agent)}",
        why=of_itself(key, reason),
        evidence=found | {"agent": agent} if agent else found,
        choices=tuple(choices),
        department=department,
        owner="operator",
        otherwise="It stays paused.",
        created_ns=0,
        expires_ns=None,
    )


def warning_notice(
    key: str, reason: str, watched: Watched | None, department: str, *, agent: str | None = None
) -> Case:
    """Return the notice that a key is warned: one an episode, from calm to calm or to a pause."""
    found: dict[str, Any] = {"key": key}
    if watched is not None:
        short, long = watched.per_hour()
        found |= {
            "baseline_nano_usd_per_hour": watched.baseline,
            "warned_over_percent": watched.row.rule.warn_pct,
            "short_s": watched.row.rule.short_s,
            "short_nano_usd_per_hour": short,
            "long_s": watched.row.rule.long_s,
            "long_nano_usd_per_hour": long,
        }
    return Case(
        id="",
        kind=WARNING,
        key=key,
        title=f"{named(key, agent)} spends faster than it usually does",
        why=reason,
        evidence=found,
        choices=(Choice(SEEN, "Seen", "The notice leaves the Inbox; the breaker stays as it is."),),
        department=department,
        owner="operator",
        otherwise="The notice ends with the warning: when it is calm again, or paused.",
        created_ns=0,
        expires_ns=None,
    )


def decision_of(choice: str) -> tuple[On, int]:
    """Return what a choice means to the breaker, and its percentage."""
    name, _, pct = choice.partition("-")
    on = {
        "resume": On.RESUME_LIMITED if pct else On.RESUME,
        "raise": On.RAISE_BASELINE,
        "kill": On.KILL,
        "stop": On.STOP,
    }[name]
    return on, int(pct or 0)
