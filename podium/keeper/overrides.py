"""Overrides: more of a limit, in a person's name, with reason, amount and end, after another's approval.

The first kind of the Inbox. What it gives is the authority over limits' to give, in the same transaction.
"""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, insert, select, update

from podium.keeper.chain import KEEPER, Chain
from podium.keeper.inbox import Inbox
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.acts import ActDone, AskOverride, LimitsBook, LimitTerms
from podium.ports.database import override_requests
from podium.ports.people import deciders
from podium.trust.cases import Case, Choice, Rule, decide_second_person
from podium.trust.people import Person, Right, check_reason, require

KIND: Final = "budget.override"
WAITS_NS: Final = 24 * 3_600 * 1_000_000_000
"""A request that nobody answers is over after a day, or when the override itself would be."""
LONGEST_NS: Final = 366 * 86_400 * 1_000_000_000
MOST: Final = 10**18
"""Nano-USD or tokens: no amount is larger."""


class Overrides:
    """Takes requests in. Its methods run in the database thread, in the caller's transaction."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        chain: Chain,
        clock: Clock,
        entropy: Entropy,
        limits: LimitsBook | None,
        rule_of: Callable[[str], Rule],
    ) -> None:
        """``rule_of``: a department's path -> whether its overrides want a second person."""
        self._inbox = inbox
        self._chain = chain
        self._clock = clock
        self._entropy = entropy
        self._limits = limits
        self._rule_of = rule_of
        inbox.on_answer(KIND, self._answered)

    def ask(self, connection: Connection, act: AskOverride, who: Person) -> ActDone:
        """Give more at once, or open a case for somebody else. Raises Forbidden, NotFound, InvalidRequest."""
        require(who, Right.ASK, "ask for more of a limit")
        now_ns = self._clock.wall_ns()
        reason = check_reason(act.reason)
        if not 0 < act.amount <= MOST:
            raise InvalidRequest("The amount is more than nothing, and no more than 10^18.", field="amount")
        if not now_ns < act.until_ns <= now_ns + LONGEST_NS:
            raise InvalidRequest("An override ends within 366 days.", field="until_ns")
        terms = self._book().terms(connection, act.limit)
        if not who.looks_at(terms.department):
            raise NotFound(f"There is no limit {act.limit}.", fix="`podium budget` names them.")
        if not (who.decides(terms.department) or who.may(Right.OPERATE)):
            raise Forbidden(
                f"{who.name} may not ask for more of {act.limit}: it is of {terms.department}.",
                fix="Ask an operator, or an approver of that department.",
            )
        others = sorted(set(deciders(connection, terms.department)) - {who.name})
        waits = decide_second_person(
            self._rule_of(terms.department), who, terms.department, others=bool(others)
        )
        override_id = "ovr_" + ulid(now_ns // 1_000_000, self._entropy(16))
        case = (
            self._inbox.open(
                connection,
                _case(act, terms, who, reason, override_id, others),
                after_ns=min(WAITS_NS, act.until_ns - now_ns),
                actor=who.name,
            )
            if waits
            else None
        )
        connection.execute(
            insert(override_requests).values(
                id=override_id,
                limit=act.limit,
                department=terms.department,
                unit=terms.unit,
                amount=act.amount,
                until_ns=act.until_ns,
                reason=reason,
                requested_by=who.name,
                requested_ns=now_ns,
                case_id=case.id if case is not None else None,
                state="waiting" if case is not None else "granted",
                decided_by=None if case is not None else who.name,
                decided_ns=None if case is not None else now_ns,
            )
        )
        if case is not None:
            who_may = ", ".join(others) or f"an approver of {terms.department}, whom an admin has to name"
            return ActDone(override_id, f"{case.id} waits in the Inbox for {who_may}.")
        self._grant(
            connection, act.limit, act.amount, act.until_ns, override_id, (who.name,), terms.unit, reason
        )
        return ActDone(override_id, f"{_amount(act.amount, terms.unit)} more of {act.limit} are given.")

    def _book(self) -> LimitsBook:
        if self._limits is None:
            raise NotFound("This Podium has no limits.", fix="Write `limits` into a Department manifest.")
        return self._limits

    def _grant(
        self,
        connection: Connection,
        limit: str,
        amount: int,
        until_ns: int,
        override_id: str,
        by: Sequence[str],
        unit: str,
        reason: str,
    ) -> None:
        self._book().override(
            connection,
            limit=limit,
            amount=amount,
            until_ns=until_ns,
            override_id=override_id,
            by=by,
            reason=reason,
        )
        self._chain.append(
            connection,
            kind="override.granted",
            actor=by[-1],
            subject=override_id,
            body={
                "limit": limit,
                "unit": unit,
                "amount": amount,
                "until_ns": until_ns,
                "requested_by": by[0],
                "approved_by": by[-1] if len(by) > 1 else None,
                "reason": reason,
            },
        )

    def _answered(self, connection: Connection, case: Case, who: Person | None) -> str:
        row = connection.execute(select(override_requests).where(override_requests.c.id == case.key)).one()
        now_ns = self._clock.wall_ns()
        granted = case.choice == "approve" and who is not None
        state = "granted" if granted else "denied" if who is not None else "expired"
        if granted:
            if row.until_ns <= now_ns:
                raise Forbidden("The time for which more was asked is over.", fix="Ask again.")
            by = (row.requested_by, who.name if who is not None else KEEPER)
            self._grant(
                connection, row.limit, row.amount, row.until_ns, row.id, by, row.unit, case.reason or ""
            )
        connection.execute(
            update(override_requests)
            .where(override_requests.c.id == row.id)
            .values(state=state, decided_by=who.name if who is not None else None, decided_ns=now_ns)
        )
        if granted:
            return f"{_amount(row.amount, row.unit)} more of {row.limit} are given."
        return f"Nothing is given: {row.limit} stays as it is."


def _amount(amount: int, unit: str) -> str:
    """Return an amount in words: nano-USD as USD, to the nano-dollar."""
    if unit != "usd":
        return f"{amount:,} {unit.replace('_', ' ')}"
    whole, nano = divmod(amount, 1_000_000_000)
    cents = f"{nano:09d}".rstrip("0").ljust(2, "0")
    return f"{whole:,}.{cents} USD"


def _case(
    act: AskOverride, terms: LimitTerms, who: Person, reason: str, override_id: str, others: Sequence[str]
) -> Case:
    more = _amount(act.amount, terms.unit)
    return Case(
        id="",
        kind=KIND,
        key=override_id,
        title=f"{more} more of {act.limit}, asked for by {who.name}",
        why=f"{terms.department} wants overrides of its limits approved by a second person.",
        evidence={
            "override": override_id,
            "limit": act.limit,
            "unit": terms.unit,
            "amount": act.amount,
            "until_ns": act.until_ns,
            "requested_by": who.name,
            "reason": reason,
            "limit_amount": terms.amount,
            "window": terms.window,
            "charged": terms.charged,
            "outstanding": terms.outstanding,
            "window_ends_ns": terms.ends_ns,
            "approvers": list(others),
        },
        choices=(
            Choice("approve", "Approve", f"{more} more of {act.limit} until its end, at once.", "good"),
            Choice("deny", "Deny", f"{act.limit} stays as it is.", "bad", bulk=True),
        ),
        department=terms.department,
        owner="approver",
        otherwise=f"The request expires, and {act.limit} stays as it is.",
        created_ns=0,
        expires_ns=None,
        requested_by=who.name,
    )
