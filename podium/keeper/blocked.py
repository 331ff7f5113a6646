"""Models whose usage was above their bound: a person says whether limits can count on them again."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, select

from podium.keeper.chain import KEEPER
from podium.keeper.inbox import Inbox
from podium.kernel.errors import NotFound
from podium.ports.acts import LimitsBook
from podium.ports.database import cases, charges
from podium.trust.cases import Case, Choice
from podium.trust.people import Person

KIND: Final = "model.blocked"


class BlockedModels:
    """Opens a case for each model that is blocked. Its methods run in the database thread."""

    def __init__(self, inbox: Inbox, limits: LimitsBook, organisation: Callable[[], str]) -> None:
        """``organisation``: its path, which is the department of these cases."""
        self._inbox = inbox
        self._limits = limits
        self._organisation = organisation
        inbox.on_answer(KIND, self._answered)

    def blocked(self, connection: Connection, model: str, charge_id: str) -> None:
        """Open the case, in the transaction that blocks the model."""
        charge = connection.execute(select(charges).where(charges.c.charge_id == charge_id)).first()
        evidence: dict[str, object] = {"model": model, "charge": charge_id}
        if charge is not None:
            evidence |= {
                "agent": charge.agent,
                "held_nano_usd": charge.hold_nano_usd,
                "cost_nano_usd": charge.cost_nano_usd,
                "input_tokens": charge.input_tokens,
                "input_bound_tokens": charge.input_bound_tokens,
                "output_tokens": charge.output_tokens,
                "output_bound_tokens": charge.output_bound_tokens,
            }
        case = Case(
            id="",
            kind=KIND,
            key=model,
            title=f"The model {model} is blocked under hard limits",
            why="A call cost more than it could by its bound, so a limit that counts on it would not hold.",
            evidence=evidence,
            choices=(
                Choice(
                    "unblock",
                    "Unblock",
                    "It serves under hard limits again; mend its price first.",
                    approves=True,
                ),
                Choice(
                    "keep",
                    "Keep blocked",
                    "Calls under hard limits go to other models, or are refused.",
                    bulk=True,
                ),
            ),
            department=self._organisation(),
            owner="operator",
            otherwise="It stays blocked.",
            created_ns=0,
            expires_ns=None,
        )
        self._inbox.open(connection, case, actor=KEEPER)

    def unblock(self, connection: Connection, model: str, who: Person, reason: str) -> None:
        """Let a model serve again, by answering its case where one is open. Raises NotFound, Forbidden."""
        query = select(cases.c.id).where(cases.c.kind == KIND, cases.c.key == model, cases.c.state == "open")
        case_id = connection.execute(query).scalar()
        if case_id is None:
            self._limits.unblock(connection, model)
        else:
            self._inbox.answer(connection, case_id, who, "unblock", reason)

    def _answered(self, connection: Connection, case: Case, _who: Person | None) -> str:
        if case.choice != "unblock":
            return f"{case.key} stays blocked until somebody unblocks it (podium budget unblock)."
        try:
            self._limits.unblock(connection, case.key)
        except NotFound:
            return f"{case.key} was not blocked any more."
        return f"{case.key} serves under hard limits again."
