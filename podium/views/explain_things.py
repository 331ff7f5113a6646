"""Explain what is no call: runs of pipelines, versions of the manifests, credentials, users, agents."""

import json
from typing import Any, Final

from sqlalchemy import Connection, select

from podium.kernel.errors import NotFound
from podium.kernel.money import usd_text
from podium.kernel.nearest import nearest
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.acts import case_of
from podium.ports.database import (
    cases,
    chain,
    credentials,
    reconciliations,
    snapshots,
    task_identities,
    users,
)
from podium.ports.fleet_tables import task_runs
from podium.ports.pipeline_tables import pipeline_runs, pipeline_units
from podium.views.acts import act_words
from podium.views.evidence import ActFilters, Trust, act_rows
from podium.views.explain_tasks import Teller
from podium.views.explain_tree import Node, Whole, prove, rows_about
from podium.views.scope import narrowed
from podium.views.text import iso

SHOWN: Final = 20
"""Of the newest tasks of an agent, and acts of a user."""


def whole(connection: Connection, id_: str, trust: Trust | None, now_ns: int) -> Whole | None:
    """Return the story of such an id, None where it is none of them. Raises NotFound where it has gone."""
    teller = Teller(connection, now_ns)
    found: _Found | None
    if id_.startswith("prun_"):
        found = _pipeline(teller, id_)
    elif id_.startswith("v") and id_[1:].isascii() and id_[1:].isdigit() and len(id_) < 19:
        found = _version(teller, int(id_[1:]))
    elif id_.startswith("agent/"):
        found = _agent(teller, id_.removeprefix("agent/"))
    else:
        found = _digest(teller, id_) or _credential(teller, id_) or _user(teller, id_)
    if found is None:
        return None
    kind, words, tree = found
    proof = prove(connection, rows_about(connection, teller.subjects), trust)
    return Whole(id_, kind, words, tree, proof)


_Found = tuple[str, list[str], Node]


def _when(at_ns: int | None) -> str:
    return f"{iso(at_ns)[:19]}Z" if at_ns is not None else "–"


# Runs of pipelines


def _pipeline(teller: Teller, run_id: str) -> _Found:
    run = teller.connection.execute(select(pipeline_runs).where(pipeline_runs.c.id == run_id)).first()
    if run is None:
        raise NotFound(f"There is no run {run_id}.", fix="See podium pipeline list.")
    teller.subjects.append(run_id)
    by = run.by if run.trigger == "person" else f"the trigger {run.trigger}"
    words = [
        f"A run of the pipeline {run.pipeline} of {run.department}, by {by} at {_when(run.started_ns)}.",
        f"It is {run.verdict or run.state}" + (f": {run.reason.removesuffix('.')}." if run.reason else "."),
    ]
    if run.budget_nano_usd is not None:
        words.append(f"All of it may spend {usd_text(run.budget_nano_usd)} USD.")
    units = teller.connection.execute(
        select(pipeline_units)
        .where(pipeline_units.c.run_id == run_id)
        .order_by(pipeline_units.c.began_ns, pipeline_units.c.step, pipeline_units.c.item)
    ).all()
    expanded = {unit.step for unit in units if unit.item >= 0}
    steps = []
    for unit in units:
        if unit.item < 0:
            entries = [_unit(teller, one) for one in units if one.step == unit.step and one.item >= 0]
            steps.append(_unit(teller, unit, tuple(entries) if unit.step in expanded else ()))
    cost = sum(node.cost_nano_usd or 0 for step in steps for node in (step, *step.children))
    node = Node(
        "run",
        run_id,
        f"{run.pipeline}: {run.verdict or run.state}",
        cost_nano_usd=cost,
        children=tuple(steps),
    )
    tree = teller.version(run.snapshot_version, run.started_ns, run.agent or "(none)", run.department, node)
    return "pipeline run", words, Node("asked", "", f"{by} asked for it", children=(tree,))


def _unit(teller: Teller, unit: Any, entries: tuple[Node, ...] = ()) -> Node:
    below: list[Node] = list(entries)
    if unit.task_id:
        below.append(teller.task(unit.task_id))
    if unit.case_id:
        row = teller.connection.execute(select(cases).where(cases.c.id == unit.case_id)).mappings().first()
        below += [teller.case(case_of(row))] if row is not None else []
    name = f"step {unit.step}" if unit.item < 0 else f"entry {unit.item + 1} of {unit.step}"
    tries = f", attempt {unit.attempt}" if unit.attempt > 1 else ""
    why = f" ({unit.reason.removesuffix('.')})" if unit.reason else ""
    cost = sum(node.cost_nano_usd or 0 for node in below)
    return Node(
        "step",
        "",
        f"{name}: {unit.state}{tries}{why}",
        at_ns=unit.began_ns,
        cost_nano_usd=cost,
        children=tuple(below),
    )


# Versions of the manifests


def _digest(teller: Teller, text: str) -> _Found | None:
    if not (12 <= len(text) <= 64 and all(letter in "0123456789abcdef" for letter in text)):
        return None
    query = select(snapshots.c.version).where(snapshots.c.digest.startswith(text, autoescape=True))
    version = teller.connection.execute(query.order_by(snapshots.c.version.desc()).limit(1)).scalar()
    return _version(teller, int(version)) if version is not None else None


def _version(teller: Teller, version: int) -> _Found:
    connection = teller.connection
    row = connection.execute(select(snapshots).where(snapshots.c.version == version)).first()
    if row is None:
        raise NotFound(f"There is no version {version} of the manifests.", fix="See podium status.")
    teller.subjects.append(str(version))
    after = connection.execute(
        select(snapshots.c.in_force_from_ns)
        .where(snapshots.c.version > version)
        .order_by(snapshots.c.version)
        .limit(1)
    ).scalar()
    until = f"until {_when(after)}" if after is not None else "and is in force"
    found = narrowed(connection, decode_snapshot(row.document))
    words = [
        f"Version {version} of the manifests, digest {row.digest}, from {row.source}.",
        f"It came into force at {_when(row.in_force_from_ns)} {until}.",
        f"It has {len(found.agents)} agents, {len(found.routes)} routes and {len(found.models)} models.",
    ]
    told = connection.execute(
        select(reconciliations)
        .where(reconciliations.c.version == version)
        .order_by(reconciliations.c.at_ns)
        .limit(1)
    ).first()
    actor = connection.execute(
        select(chain.c.actor)
        .where(chain.c.kind == "manifests.in_force", chain.c.subject == str(version))
        .limit(1)
    ).scalar()
    node = Node("version", f"v{version}", f"version {version} came into force", at_ns=row.in_force_from_ns,
                words=tuple(words[:2]), children=tuple(_departments(found)))  # fmt: skip
    title = f"{actor or 'the reconciler'} brought it into force" + (
        f", reconciled at {_when(told.at_ns)}" if told else ""
    )
    return "version", words, Node("asked", "", title, children=(node,))


def _departments(found: Snapshot) -> list[Node]:
    nodes = []
    for department in sorted(found.departments.values(), key=lambda one: one.path):
        agents = sorted(one.name for one in found.agents.values() if one.department_path == department.path)
        children = tuple(Node("agent", f"agent/{name}", f"agent {name}") for name in agents)
        nodes.append(Node("department", "", department.path, children=children))
    return nodes


# Credentials, users, agents


def _credential(teller: Teller, key_id: str) -> _Found | None:
    row = teller.connection.execute(select(credentials).where(credentials.c.id == key_id)).first()
    if row is None:
        return None
    teller.subjects.append(key_id)
    state = f"revoked at {_when(row.revoked_ns)}" if row.revoked_ns is not None else "good"
    words = [f"A credential of the agent {row.agent}, made at {_when(row.created_ns)}; it is {state}."]
    words.append("Only its digest is kept; which call was made with which credential of an agent is not.")
    agent = _agent(teller, row.agent, tasks=False)
    below = (agent[2],) if agent is not None else ()
    return (
        "credential",
        words,
        Node("credential", key_id, f"credential of {row.agent}: {state}", children=below),
    )


def _user(teller: Teller, name: str) -> _Found | None:
    row = teller.connection.execute(
        select(users).where((users.c.name == name) | (users.c.id == name))
    ).first()
    if row is None:
        return None
    teller.subjects.append(row.name)
    roles = ", ".join(json.loads(row.roles))
    state = f", shut out since {_when(row.disabled_ns)}" if row.disabled_ns is not None else ""
    words = [f"The user {row.name}, made at {_when(row.created_ns)}, with the roles {roles}{state}."]
    acts = act_rows(teller.connection, ActFilters(actor=row.name), limit=SHOWN)
    did = tuple(
        Node("act", f"#{act.seq}", f"{_when(act.at_ns)} {act_words(act)} (row {act.seq})", at_ns=act.at_ns)
        for act in acts
    )
    words.append(f"The newest {len(did)} acts of theirs are below." if did else "They have done nothing yet.")
    return "user", words, Node("user", row.name, f"user {row.name}: {roles}{state}", children=did)


def _agent(teller: Teller, name: str, *, tasks: bool = True) -> _Found | None:
    query = select(snapshots.c.document, snapshots.c.version).order_by(snapshots.c.version.desc()).limit(1)
    newest = teller.connection.execute(query).first()
    manifests = narrowed(teller.connection, decode_snapshot(newest.document)) if newest is not None else None
    row = manifests.agents.get(name) if manifests is not None else None
    if newest is None or row is None:
        if not tasks:
            return None
        fix = nearest(name, sorted(manifests.agents)) if manifests is not None else ""
        raise NotFound(f"There is no agent {name} in the manifests in force.", fix=fix)
    may = ", ".join([*sorted(row.routes), *sorted(grant.tool for grant in row.tools)])
    words = [
        f"The agent {name} of {row.department_path}, by version {newest.version} of the manifests.",
        f"It may call {may}.",
    ]
    found = []
    if tasks:
        for table in (task_identities, task_runs):
            asked = select(table.c.task_id).where(table.c.agent == name).order_by(table.c.task_id.desc())
            found += list(teller.connection.execute(asked.limit(SHOWN)).scalars())
    below = teller.briefly(sorted(set(found), reverse=True)[:SHOWN])
    if tasks:
        words.append(f"Its newest {len(below)} tasks are below." if below else "It has begun no task.")
    return (
        "agent",
        words,
        Node(
            "agent",
            f"agent/{name}",
            f"agent {name} of {row.department_path}",
            words=(f"It may call {may}.",),
            children=below,
        ),
    )
