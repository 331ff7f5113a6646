"""How a call comes by its money: it draws, or goes down the ladder, or waits, or is refused.

Calls that wait stand in one line and are looked at together, whenever the keeper has spoken or a call of this
worker has given something back.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from podium.gateway.plan import Plan, Plans
from podium.gateway.slices import Line, Short, Slices
from podium.kernel.call import Request, Usage
from podium.kernel.errors import BudgetExhausted, NotReady, Unbounded
from podium.manifest.snapshot import AgentRow, ModelRow, RouteRow, Snapshot
from podium.ports import Clock
from podium.spend.bounds import Bound, decide_bound
from podium.spend.limits import Limit
from podium.spend.slices import Drawn

MAX_WAITING: Final = 1024
"""Calls that may wait at one worker; the next is refused at once."""
KEEPER_S: Final = 1.0
"""The keeper's word is waited for so long."""


class Option:
    """A model that may serve a call, and what that would need."""

    __slots__ = ("bound", "lines", "plan")

    def __init__(self, plan: Plan, lines: tuple[Line, ...], bound: Bound) -> None:
        self.plan = plan
        self.lines = lines
        self.bound = bound


class Ticket(msgspec.Struct, eq=False):
    """What one attempt has drawn, and why its model serves."""

    slices: Slices
    plan: Plan
    bound: Bound
    taken: Drawn
    record: tuple[int, ...]
    """What the journal keeps of it."""
    lines: bytes
    """Lines for the head of the answer."""
    degraded_from: str | None = None
    reason: str | None = None

    def degrade(self, model: str, reason: str) -> None:
        """Take note that another model would have served, but for a limit."""
        self.degraded_from, self.reason = model, reason
        self.lines += (
            f"\r\nx-podium-degraded-from: {model}\r\nx-podium-degraded-to: {self.plan.model.name}"
            f"\r\nx-podium-degraded-reason: {reason}"
        ).encode()

    def block(self) -> None:
        """Take note that the model's usage was above a bound that cannot be passed."""
        self.slices.block(self.plan.model.name)

    def settle(self, *, cost_nano_usd: int, usage: Usage | None, estimated: bool) -> None:
        """Give back what the attempt has not used."""
        self.slices.freed(self.taken)
        self.taken.settle(cost_nano_usd=cost_nano_usd, usage=usage, estimated=estimated)

    def let_go(self) -> None:
        """Give back all of what was not settled: there was no attempt."""
        if self.taken.parts:
            self.slices.freed(self.taken)
            self.taken.let_go()


def _ticket(slices: Slices, plan: Plan, bound: Bound, taken: Drawn) -> Ticket:
    if len(taken.parts) == 1:  # as a rule
        ((it, amount),) = taken.parts
        lines = _warning(it.limit, it.band) if it.band else b""
        return Ticket(slices, plan, bound, taken, (it.id, amount), lines)
    lines = b"".join([_warning(it.limit, it.band) for it, _ in taken.parts if it.band])
    return Ticket(slices, plan, bound, taken, taken.record(), lines)


class _Waiter:
    """A call that waits. The options behind the first count once the first is refused."""

    __slots__ = ("all", "options", "patient_ns", "task", "ticket")

    def __init__(
        self, options: Sequence[Option], task: str, patient_ns: int, ticket: "asyncio.Future[Ticket]"
    ) -> None:
        self.options = options
        self.task = task
        self.patient_ns = patient_ns
        self.ticket = ticket
        self.all = False


class Drawing:
    """Draws for the calls of one worker."""

    def __init__(self, slices: Slices, plans: Plans, clock: Clock) -> None:
        self.slices = slices
        self._plans = plans
        self._clock = clock
        self._waiting: dict[_Waiter, None] = {}
        self._look: asyncio.Handle | None = None
        slices.on_change = self._look_soon

    def _is_blocked(self, model: str, lines: tuple[Line, ...], blocked: frozenset[str]) -> bool:
        if model not in blocked and self.slices.blocked.get(model, 0) <= self._clock.monotonic_ns():
            return False
        return any(line.limit.hard and line.limit.amount is not None for line in lines)

    # Drawing

    def take(
        self,
        snapshot: Snapshot,
        agent: AgentRow,
        route: RouteRow,
        plan: Plan,
        request: Request,
        task: str,
        blocked: frozenset[str],
    ) -> Ticket | Option:
        """Draw for a model, without waiting; the option is returned where something lacks.

        Raises Unbounded for a call whose cost cannot be bounded, or a model whose bound was passed.
        """
        lines = self.slices.path(snapshot, agent, route, plan.model)
        return self.take_from(lines, plan, request, task, blocked)

    def take_from(
        self, lines: tuple[Line, ...], plan: Plan, request: Request, task: str, blocked: frozenset[str]
    ) -> Ticket | Option:
        """Draw on these limits, as `take` does."""
        slices = self.slices
        if (blocked or slices.blocked) and self._is_blocked(plan.model.name, lines, blocked):
            raise Unbounded(
                f"Usage of {plan.model.name} was above its bound: it does not serve under a hard limit.",
                fix="Mend its contextWindowTokens, maxOutputTokens or price, or declare spec.ceilingUsd.",
                code="model_blocked",
            )
        learnt = plan.calibrator
        expect = learnt.certain if slices.near(lines, task) else learnt.estimate
        bound = decide_bound(request, plan.facts, expect(request.body_bytes))
        taken = slices.take(lines, task, bound)
        return Option(plan, lines, bound) if taken is None else _ticket(slices, plan, bound, taken)

    async def draw(
        self,
        snapshot: Snapshot,
        agent: AgentRow,
        route: RouteRow,
        first: Option,
        request: Request,
        task: str,
        blocked: frozenset[str],
    ) -> Ticket:
        """Draw for a model that lacks something, or for a smaller one; wait for it.

        Raises BudgetExhausted where no model fits, NotReady where the keeper does not answer.
        """
        options = [first]
        for model in smaller(snapshot, route, first.plan.model, request):
            try:
                plan = self._plans.of(snapshot, model)
                found = self.take(snapshot, agent, route, plan, request, task, blocked)
            except Unbounded:
                continue
            if isinstance(found, Ticket):
                found.let_go()
                found = Option(plan, self.slices.path(snapshot, agent, route, model), found.bound)
            options.append(found)
        if len(self._waiting) >= MAX_WAITING:
            raise NotReady("Too many calls wait for a limit here.", fix="Try again soon.", code="overloaded")
        wait_s = route.max_wait_ms / 1000
        patient_ns = self._clock.monotonic_ns() + int(wait_s * 1e9)
        waiter = _Waiter(options, task, patient_ns, asyncio.get_running_loop().create_future())
        self._waiting[waiter] = None
        self._look_soon()
        try:
            async with asyncio.timeout(max(wait_s, KEEPER_S)):
                return await waiter.ticket
        except BaseException as error:
            if waiter.ticket.done() and not waiter.ticket.cancelled() and not waiter.ticket.exception():
                waiter.ticket.result().let_go()  # it was let through in the moment in which it gave up
            if isinstance(error, TimeoutError):
                raise self._refusal(waiter) from None
            raise
        finally:
            self._waiting.pop(waiter, None)

    def _look_soon(self) -> None:
        if self._waiting and self._look is None:
            self._look = asyncio.get_running_loop().call_soon(self._serve)

    def _serve(self) -> None:
        """Let those go on that can, refuse those that never will, and ask for the others."""
        self._look = None
        now_ns = self._clock.monotonic_ns()
        for waiter in list(self._waiting):
            if waiter.ticket.done():
                continue
            ticket = self._try(waiter)
            if ticket is not None:
                waiter.ticket.set_result(ticket)
            elif self._gives_up(waiter, now_ns):
                waiter.ticket.set_exception(self._refusal(waiter))
            else:
                for option in self._open(waiter):
                    self.slices.want(option.lines, waiter.task, option.bound)
                continue
            del self._waiting[waiter]

    def _open(self, waiter: _Waiter) -> Sequence[Option]:
        return waiter.options if waiter.all else waiter.options[:1]

    def _try(self, waiter: _Waiter) -> Ticket | None:
        for number, option in enumerate(waiter.options):
            if number and not waiter.all:
                if self._shortage(waiter, waiter.options[0]) is None:
                    return None
                waiter.all = True
            taken = self.slices.take(option.lines, waiter.task, option.bound)
            if taken is not None:
                ticket = _ticket(self.slices, option.plan, option.bound, taken)
                if number:
                    first = waiter.options[0].plan.model.name
                    ticket.degrade(first, _why(self._shortage(waiter, waiter.options[0]), option))
                return ticket
        return None

    def _shortage(self, waiter: _Waiter, option: Option) -> Short | None:
        return self.slices.shortage(option.lines, waiter.task, option.bound)

    def _gives_up(self, waiter: _Waiter, now_ns: int) -> bool:
        found = [self._shortage(waiter, option) for option in self._open(waiter)]
        if waiter.all or len(waiter.options) == 1:
            return all(it is not None and (it.hopeless or now_ns >= waiter.patient_ns) for it in found)
        return False

    def _refusal(self, waiter: _Waiter) -> BudgetExhausted | NotReady:
        """Return why a call is refused: by the smallest model, which comes last."""
        option = waiter.options[-1]
        short = self._shortage(waiter, option)
        if self.slices.failure is not None or short is None:
            reason = self.slices.failure or "the keeper has not answered"
            return NotReady(f"Podium cannot decide on limits now: {reason}.", fix="Try again soon.")
        limit, grant = short.limit, short.grant
        ends_in_s = None if grant.ends_in_ns is None else max(1.0, grant.ends_in_ns / 1e9)
        left = max(0, grant.left)
        message = (
            f"{limit.id} has no room for this call: it may need {limit.text(short.need)}, and at most "
            f"{limit.text(left)} of {limit.text(grant.amount or 0)} can be had by {option.plan.model.name}"
        )
        if not short.hopeless:
            message += ", which other calls hold"
        if ends_in_s is not None:
            message += f", until {_moment(self._clock.wall_ns() + int(ends_in_s * 1e9))}"
        owner = limit.owner.replace("/", " ")
        fix = (
            f"Ask for less output, or have more approved for {owner}: `podium budget override {limit.id}`, "
            "or in the console, Money, Budgets."
        )
        retry_after_s = ends_in_s if short.hopeless else 1.0
        return BudgetExhausted(message + ".", limit=limit.id, retry_after_s=retry_after_s, fix=fix)


def smaller(snapshot: Snapshot, route: RouteRow, model: ModelRow, request: Request) -> list[ModelRow]:
    """Return the models of a route that stand below a model on its ladder, the nearest rung first."""
    if not route.ladder:
        return []
    rung = route.rung_of(model.tier)
    floor = len(route.ladder) if route.floor is None else route.ladder.index(route.floor) + 1
    names = dict.fromkeys((*(it.model for it in route.candidates), *route.fallbacks))
    found = [
        row
        for name in names
        if (row := snapshot.models[name]).tier in route.ladder[rung + 1 : floor]
        and request.needs <= row.capabilities
    ]
    return sorted(found, key=lambda row: route.rung_of(row.tier))


def _why(short: Short | None, option: Option) -> str:
    if short is not None:
        return f"{short.limit.id} has no room for a larger model"
    return f"a limit of {option.plan.model.name} has no room for a larger model"


@lru_cache(maxsize=256)
def _warning(limit: Limit, band: int) -> bytes:
    percent = limit.bands[band - 1].at_percent
    return f"\r\nx-podium-budget-warning: {limit.id} is over {percent}%".encode()


def _moment(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
