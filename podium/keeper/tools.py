"""What people must know of tools: their definitions, calls that wait for somebody, decoys that were touched.

A definition is pinned when it is seen first: the manifest that names the tool is the act of a person, and
the pin is a row of the chain. Another definition blocks the tool until a person has approved the difference.
"""

import difflib
import json
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update

from podium.keeper.chain import KEEPER, Chain
from podium.keeper.inbox import Inbox
from podium.keeper.occurrences import occur
from podium.kernel.errors import NotFound
from podium.ports import Clock
from podium.ports.acts import CaseIs
from podium.ports.database import cases, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import OVER
from podium.ports.tasks import DEAD_STATES
from podium.ports.tool_tables import tool_pins
from podium.ports.tools import (
    AskPerson,
    GetCase,
    LivingAre,
    Pin,
    PinsAre,
    Seen,
    SeeTools,
    ToolQuestion,
    TouchedDecoy,
    WhichLive,
)
from podium.trust.cases import Case, Choice
from podium.trust.people import Person

CHANGED: Final = "tool.changed"
DECOY: Final = "tool.decoy"
"""Its key is the task; its choices are acts on it."""
MAX_SHOWN_CHARS: Final = 32_000
"""Of a definition, in the evidence of a case."""


class ToolBook:
    """Answers the tool gateway. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        chain: Chain,
        clock: Clock,
        inbox: Inbox,
        *,
        steer: Callable[[Connection, str, str], str],
    ) -> None:
        """``steer`` does what is said to a task and all below it, and returns in words what that did."""
        self._engine = engine
        self._chain = chain
        self._clock = clock
        self._inbox = inbox
        self._steer = steer
        inbox.on_answer(CHANGED, self._answered)
        inbox.on_answer(DECOY, self._answered_decoy)

    def do(self, question: ToolQuestion) -> PinsAre | CaseIs | LivingAre:
        """Do what a question of tools asks, in one transaction."""
        kinds: dict[type[ToolQuestion], Callable[[Connection, Any], PinsAre | CaseIs | LivingAre]] = {
            SeeTools: self._see,
            AskPerson: self._ask,
            GetCase: lambda connection, asked: CaseIs(self._inbox.find(connection, asked.case_id)),
            TouchedDecoy: self._decoy,
            WhichLive: self._which_live,
        }
        with self._engine.begin() as connection:
            return kinds[type(question)](connection, question)

    # Definitions

    def _see(self, connection: Connection, question: SeeTools) -> PinsAre:
        for seen in question.seen:
            self._see_one(connection, question, seen)
        query = select(tool_pins).where(tool_pins.c.server == question.server).order_by(tool_pins.c.tool)
        return PinsAre(tuple(_pin(row) for row in connection.execute(query)))

    def _see_one(self, connection: Connection, question: SeeTools, seen: Seen) -> None:
        row = self._find(connection, question.server, seen.tool)
        if row is None:
            self._pin_first(connection, question.server, seen)
            return
        if seen.sha256 == row.seen_sha256:
            return
        back = seen.sha256 == row.sha256
        by_now = "the approved definition again" if back else "yet another one, which has a case of its own"
        key = _key(question.server, seen.tool, row.seen_sha256)
        self._inbox.over(connection, CHANGED, key, f"Its server has {by_now}.")
        if back:
            self._change(connection, row, seen, state="approved", case_id=None)
        else:
            case = self._inbox.open(connection, _case(question, row, seen), actor=KEEPER)
            self._change(connection, row, seen, state="pending", case_id=case.id)
            self._occurs(connection, question, seen, case)

    def _occurs(self, connection: Connection, question: SeeTools, seen: Seen, case: Case) -> None:
        name = f"{question.server}/{seen.tool}"
        occur(
            connection,
            self._clock.wall_ns(),
            name=f"{CHANGED}/{name}/{seen.sha256}",
            type_="tool.changed",
            subject=f"tool/{name}",
            department=question.department,
            link=f"/inbox/{case.id}",
            data={"tool": name, "sha256": seen.sha256, "case": case.id},
        )

    @staticmethod
    def _find(connection: Connection, server: str, tool: str) -> Any:
        query = select(tool_pins).where(tool_pins.c.server == server, tool_pins.c.tool == tool)
        return connection.execute(query.with_for_update()).first()

    def _pin_first(self, connection: Connection, server: str, seen: Seen) -> None:
        now_ns = self._clock.wall_ns()
        values = {
            "server": server,
            "tool": seen.tool,
            "sha256": seen.sha256,
            "definition": seen.definition,
            "pinned_ns": now_ns,
            "pinned_by": KEEPER,
            "seen_sha256": seen.sha256,
            "seen_definition": seen.definition,
            "seen_ns": now_ns,
            "state": "approved",
            "case_id": None,
        }
        connection.execute(insert(tool_pins).values(values))
        self._chain.append(
            connection,
            kind="tool.pinned",
            actor=KEEPER,
            subject=f"{server}/{seen.tool}",
            body={"sha256": seen.sha256},
        )

    def _change(
        self, connection: Connection, row: Any, seen: Seen, *, state: str, case_id: str | None
    ) -> None:
        connection.execute(
            update(tool_pins)
            .where(tool_pins.c.server == row.server, tool_pins.c.tool == row.tool)
            .values(
                seen_sha256=seen.sha256,
                seen_definition=seen.definition,
                seen_ns=self._clock.wall_ns(),
                state=state,
                case_id=case_id,
            )
        )

    def approve(self, connection: Connection, tool: str, who: Person, reason: str) -> str:
        """Answer the open case of a tool with yes; return what that did. Raises NotFound, Forbidden."""
        server, _, name = tool.partition("/")
        row = self._find(connection, server, name)
        if row is None:
            raise NotFound(f"No tool {tool} was seen.", fix="See podium tool list.")
        if row.state == "approved":
            raise NotFound(f"The definition of {tool} is approved already.", fix="See podium tool list.")
        query = select(cases.c.id).where(
            cases.c.kind == CHANGED, cases.c.key == _key(row.server, row.tool, row.seen_sha256)
        )
        case_id = connection.execute(query.where(cases.c.state == "open")).scalar()
        if case_id is not None:
            return self._inbox.answer(connection, case_id, who, "approve", reason).result or ""
        return self._approve(connection, row, who.name)

    def _answered(self, connection: Connection, case: Case, who: Person | None) -> str:
        server, tool = str(case.evidence["server"]), str(case.evidence["tool"])
        row = self._find(connection, server, tool)
        if row is None or row.seen_sha256 != case.evidence["after_sha256"]:
            return f"{server}/{tool} has another definition by now, which has a case of its own."
        if case.choice == "approve" and who is not None:
            return self._approve(connection, row, who.name)
        connection.execute(
            update(tool_pins)
            .where(tool_pins.c.server == server, tool_pins.c.tool == tool)
            .values(state="rejected")
        )
        return f"{server}/{tool} stays blocked until its server has the approved definition again."

    def _approve(self, connection: Connection, row: Any, name: str) -> str:
        connection.execute(
            update(tool_pins)
            .where(tool_pins.c.server == row.server, tool_pins.c.tool == row.tool)
            .values(
                sha256=row.seen_sha256,
                definition=row.seen_definition,
                pinned_ns=self._clock.wall_ns(),
                pinned_by=name,
                state="approved",
                case_id=None,
            )
        )
        self._chain.append(
            connection,
            kind="tool.pinned",
            actor=name,
            subject=f"{row.server}/{row.tool}",
            body={"sha256": row.seen_sha256, "before": row.sha256},
        )
        return f"{row.server}/{row.tool} may be called with its new definition."

    # Cases

    def _ask(self, connection: Connection, question: AskPerson) -> CaseIs:
        after_ns = question.expires_after_ns
        if question.once:
            of = (cases.c.kind == question.case.kind, cases.c.key == question.case.key)
            known = connection.execute(select(cases.c.id).where(*of)).scalar()
            if known is not None:
                return CaseIs(self._inbox.find(connection, known))
        return CaseIs(self._inbox.open(connection, question.case, after_ns=after_ns, actor=KEEPER))

    def _decoy(self, connection: Connection, question: TouchedDecoy) -> CaseIs:
        case = self._inbox.open(connection, question.case, actor=KEEPER)
        self._steer(connection, question.task_id, "pause")
        self._chain.append(
            connection,
            kind="task.decoy",
            actor=KEEPER,
            subject=question.task_id,
            body={"case": case.id, "how": "pause"},
        )
        return CaseIs(case)

    def _answered_decoy(self, connection: Connection, case: Case, _who: Person | None) -> str:
        return self._steer(connection, case.key, case.choice or "pause")

    def _which_live(self, connection: Connection, question: WhichLive) -> LivingAre:
        table, now_ns = task_identities, self._clock.wall_ns()
        found: list[str] = []
        for at in range(0, len(question.task_ids), 400):
            query = select(table.c.task_id).where(
                table.c.task_id.in_(question.task_ids[at : at + 400]),
                table.c.state.not_in(DEAD_STATES),
                table.c.until_ns > now_ns,
            )
            found += connection.execute(query).scalars()
        # The root of a pipeline's runs may be a task without a token.
        runs = task_runs.c
        for at in range(0, len(question.task_ids), 400):
            below = select(runs.root_id).where(
                runs.root_id.in_(question.task_ids[at : at + 400]), runs.state.not_in(OVER)
            )
            found += connection.execute(below.distinct()).scalars()
        return LivingAre(tuple(found))


def _pin(row: Any) -> Pin:
    return Pin(row.server, row.tool, row.sha256, row.definition, row.state, row.case_id)


def _key(server: str, tool: str, sha256: str) -> str:
    return f"{server}/{tool}@{sha256}"


def _lines(definition: str) -> list[str]:
    return json.dumps(json.loads(definition), indent=2, ensure_ascii=True, sort_keys=True).splitlines()


def _case(question: SeeTools, row: Any, seen: Seen) -> Case:
    name = f"{question.server}/{seen.tool}"
    diff = difflib.unified_diff(
        _lines(row.definition), _lines(seen.definition), "approved", "now", lineterm=""
    )
    return Case(
        id="",
        kind=CHANGED,
        key=_key(question.server, seen.tool, seen.sha256),
        title=f"The tool {name} has another definition",
        why="What a tool says of itself is read by agents. It differs from what was approved, "
        "so no task calls it until somebody has looked at the difference.",
        evidence={
            "server": question.server,
            "tool": seen.tool,
            "before_sha256": row.sha256,
            "after_sha256": seen.sha256,
            "diff": "\n".join(diff)[:MAX_SHOWN_CHARS],
        },
        choices=(
            Choice("approve", "Approve", "Tasks may call it with the new definition.", "good"),
            Choice("reject", "Reject", "It stays blocked while its server defines it so.", "bad", bulk=True),
        ),
        department=question.department,
        owner="operator",
        otherwise="It stays blocked.",
        created_ns=0,
        expires_ns=None,
    )
