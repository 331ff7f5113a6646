"""A provider's bill held against the ledger: what agrees, what differs, and which charges it settles.

Lines that name a request meet the charge with that id. All others, and those whose request is not here, are
compared by model and time: the sum of the bucket against the sum of its charges.

A charge is in doubt while it is an estimate or an overrun that no bill has settled. An estimate is the most
that the attempt can have cost. So where a bucket's exact charges are less than the bill, and all charges
together are not, those in doubt share what is left, in proportion to what they are charged: their sum is
exact then, and each of them where it is the only one, or where nothing or everything is left. Exact charges
are never changed by a bucket, and by their own line only where that is asked for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import ceil
from typing import Final, Literal

import msgspec

from podium.kernel.bill import Bill, BillLine
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.kernel.money import EXACT
from podium.spend.prices import PriceSheet, Rate, cost

State = Literal["agreed", "different", "missing_here", "missing_there"]
STATES: Final[tuple[State, ...]] = ("agreed", "different", "missing_here", "missing_there")


class Entry(msgspec.Struct, frozen=True):
    """A charge of the provider as it stands, corrections included."""

    charge_id: str
    admitted_ns: int
    models: tuple[str, ...]
    """The names that the provider may know its model by."""
    request_ids: tuple[str, ...]
    cost_nano_usd: int
    usage: Usage | None
    estimated: bool
    overrun: bool
    """Above its hold, and not confirmed yet."""
    price_key: tuple[int, str]
    """Version of the manifests, and model."""

    @property
    def doubtful(self) -> bool:
        """Whether a bill has something to settle."""
        return self.estimated or self.overrun


Sheets = Mapping[tuple[int, str], PriceSheet]
"""By version of the manifests and model."""


class Explained(msgspec.Struct, frozen=True):
    """What a provider's bill shows of the time of an unattributed charge and no charge explains."""

    nano_usd: int
    complete: bool
    """The bill tells of everything that the provider has charged in that time."""


class Correction(msgspec.Struct, frozen=True):
    """What is added to a charge. ``settled``: the charge is exact with it, else only the bucket's sum is."""

    charge_id: str
    line: int
    was_nano_usd: int
    delta_nano_usd: int
    settled: bool
    usage: Usage | None
    """What the provider counted, where it is known of this charge alone."""
    reason: str
    explained: Explained | None = None
    """Of an unattributed charge: the keeper decides what follows, from what all providers have said."""


class Finding(msgspec.Struct, frozen=True):
    """One comparison. ``line`` is the first of the bill that it is about, None where there is none."""

    state: State
    line: int | None
    since_ns: int
    until_ns: int
    model: str | None
    charges: int
    ours_nano_usd: int
    theirs_nano_usd: int | None
    doubtful: int
    """Charges in doubt among them."""
    words: str
    surplus_nano_usd: int | None = 0
    """What of the bill no charge explains; None: some of it, and nobody knows how much it cost."""


class Comparison(msgspec.Struct, frozen=True):
    """The result: what was found, and the corrections that follow."""

    findings: tuple[Finding, ...]
    corrections: tuple[Correction, ...]


def decide_comparison(
    bill: Bill,
    entries: Sequence[Entry],
    sheets: Sheets,
    *,
    correct_exact: bool = False,
    complete: bool = False,
) -> Comparison:
    """Hold a bill against the provider's charges in its time.

    ``correct_exact``: charges that are exact by the usage that was answered are corrected by their own lines
    too. ``complete``: the bill tells of everything that the provider has charged in the times that it covers,
    so that an estimate which is not in it has cost nothing.
    """
    found = _Comparing(sheets, correct_exact=correct_exact, complete=complete)
    by_id = {request_id: entry for entry in entries for request_id in entry.request_ids}
    met: set[str] = set()
    buckets: dict[tuple[int, int, str | None], list[BillLine]] = defaultdict(list)
    for line in bill.lines:
        entry = next((by_id[name] for name in line.request_ids if name in by_id), None)
        if entry is None:
            buckets[_bucket(line)].append(line)
        elif entry.charge_id not in met:
            met.add(entry.charge_id)
            found.one(line, entry)
        else:
            found.twice(line, entry)
    rest = [entry for entry in entries if entry.charge_id not in met]
    for (since_ns, until_ns, model), lines in sorted(
        buckets.items(), key=lambda item: (*item[0][:2], item[0][2] or "")
    ):
        here = [
            entry
            for entry in rest
            if since_ns <= entry.admitted_ns < until_ns and (model is None or model_matches(entry, model))
        ]
        if lines[0].request_ids:
            # Its id is not here. It can only be of a charge that never learnt one.
            here = [entry for entry in here if not entry.request_ids]
        met.update(entry.charge_id for entry in here)
        found.bucket(lines, here, (since_ns, until_ns), model)
    absent: dict[tuple[int, int, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        covered = next((time for time in bill.covers if time[0] <= entry.admitted_ns < time[1]), None)
        if entry.charge_id not in met and covered and (entry.cost_nano_usd or entry.doubtful):
            absent[*covered, entry.models[0]].append(entry)
    for (since_ns, until_ns, model), missing in sorted(absent.items()):
        found.absent(missing, (since_ns, until_ns), model)
    return Comparison(tuple(found.findings), tuple(found.corrections))


_HOUR_NS: Final = 3_600_000_000_000
_DATE: Final = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8}|\d{4}|latest)$")
"""What providers put behind a model's name to pin it: gpt-5-mini-2025-08-07, claude-opus-4-20250514."""


def _bucket(line: BillLine) -> tuple[int, int, str | None]:
    """Return where a line is compared: its own bucket, or the hour of a request that is not here."""
    if line.request_ids:
        start_ns = line.since_ns - line.since_ns % _HOUR_NS
        return start_ns, start_ns + _HOUR_NS, line.model
    return line.since_ns, line.until_ns, line.model


def model_matches(entry: Entry, model: str) -> bool:
    """Whether a provider's name of a model is one of a charge's, with or without its date."""
    dateless = _DATE.sub("", model)
    return any(name in {model, dateless} or model == _DATE.sub("", name) for name in entry.models)


class _Comparing:
    """Collects what is found."""

    def __init__(self, sheets: Sheets, *, correct_exact: bool, complete: bool) -> None:
        self._sheets = sheets
        self._correct_exact = correct_exact
        self._complete = complete
        self.findings: list[Finding] = []
        self.corrections: list[Correction] = []

    def one(self, line: BillLine, entry: Entry) -> None:
        """Compare a line with the charge that it names."""
        theirs = _cost_of(line, entry, self._sheets)
        if theirs is None:
            words = "the line has neither a cost nor tokens that can be priced"
            self._tell("different", [line], [entry], None, words)
            return
        delta = theirs - entry.cost_nano_usd
        agreed = abs(delta) <= 1 + line.quantum_nano_usd
        if agreed and not entry.doubtful:
            self._tell("agreed", [line], [entry], theirs, "")
            return
        if not entry.doubtful and not self._correct_exact:
            self._tell(
                "different", [line], [entry], theirs, "the charge is exact by the usage that was answered"
            )
            return
        self._tell(
            "agreed" if agreed else "different",
            [line],
            [entry],
            theirs,
            "settled by the bill's own line of the request",
        )
        self._correct(
            entry,
            line.number,
            0 if agreed else delta,
            settled=True,
            usage=line.usage,
            reason="The provider's bill names the request.",
        )

    def twice(self, line: BillLine, entry: Entry) -> None:
        """Tell of a second line for one charge."""
        theirs = _cost_of(line, entry, self._sheets)
        self._tell(
            "different",
            [line],
            [entry],
            theirs,
            f"a second line for the request of {entry.charge_id}",
            surplus=theirs,
        )

    def absent(self, missing: list[Entry], when: tuple[int, int], model: str) -> None:
        """Tell of charges in the bill's time that the bill does not know."""
        self.findings.append(
            Finding(
                "missing_there",
                None,
                *when,
                model,
                len(missing),
                sum(entry.cost_nano_usd for entry in missing),
                None,
                sum(entry.doubtful for entry in missing),
                f"the bill covers this time and has nothing of it: {missing[0].charge_id}"
                + (" and others" if len(missing) > 1 else ""),
            )
        )
        for entry in missing:
            if entry.estimated and self._complete:
                self._correct(
                    entry,
                    0,
                    -entry.cost_nano_usd,
                    settled=True,
                    usage=Usage(),
                    reason="The provider's bill is complete, and has nothing of it.",
                )

    def bucket(
        self, lines: list[BillLine], here: list[Entry], when: tuple[int, int], model: str | None
    ) -> None:
        """Compare the sum of lines with the sum of charges."""
        usage = _usage_of(lines)
        theirs, slack = _sum_of(lines, here, usage, self._sheets)
        ours = sum(entry.cost_nano_usd for entry in here)
        doubt = [entry for entry in here if entry.estimated]
        exact = ours - sum(entry.cost_nano_usd for entry in doubt)

        def tell(state: State, words: str, surplus: int | None = 0) -> None:
            self._tell(state, lines, here, theirs, words, surplus=surplus, when=when, model=model)

        if not here:
            if theirs == 0 or (theirs is None and usage == Usage()):
                return
            tell("missing_here", "the ledger has no charge of it", theirs)
        elif theirs is None:
            self._by_tokens(tell, here, usage)
        elif abs(theirs - ours) <= slack:
            tell("agreed", "")
            for entry in (entry for entry in here if entry.doubtful):
                # None can have cost more than it is charged, so where the sums agree each is right.
                self._correct(
                    entry,
                    lines[0].number,
                    0,
                    settled=True,
                    usage=None,
                    reason="The provider's bill agrees with the sum of the charges of its time and model.",
                )
        elif exact - slack <= theirs < ours and doubt:
            tell("different", f"{len(doubt)} estimates share what the bill leaves for them")
            self._share(doubt, max(0, theirs - exact), lines, here, usage)
        elif theirs < ours:
            tell("different", "the bill is below the exact charges")
        else:
            tell(
                "different",
                "the bill is above all charges, so something of it is missing here",
                theirs - ours,
            )

    def _by_tokens(self, tell: Callable[..., None], here: list[Entry], usage: Usage | None) -> None:
        if usage is None:
            tell("different", "the lines have neither a cost nor tokens", None)
            return
        counted = _sum_usage([entry.usage for entry in here if entry.usage is not None])
        unlike = [
            name
            for name in ("input_tokens", "output_tokens")
            if getattr(usage, name) != getattr(counted, name)
        ]
        if unlike:
            tell("different", f"{' and '.join(unlike)} differ, and the price cannot be added up", None)
        else:
            tell("agreed", "by tokens")

    def _share(
        self, doubt: list[Entry], left: int, lines: list[BillLine], here: list[Entry], usage: Usage | None
    ) -> None:
        alone = len(doubt) == 1
        counted: Usage | None = None
        if alone and usage is not None:
            known = _sum_usage(
                [entry.usage for entry in here if entry.usage is not None and entry is not doubt[0]]
            )
            rest = {name: getattr(usage, name) - getattr(known, name) for name in TOKEN_FIELDS}
            if min(rest.values()) >= 0:
                counted = Usage(**rest)
        for entry, part in zip(doubt, shares([entry.cost_nano_usd for entry in doubt], left), strict=True):
            self._correct(
                entry,
                lines[0].number,
                part - entry.cost_nano_usd,
                settled=alone or left == 0,
                usage=counted if alone else Usage() if left == 0 else None,
                reason=(
                    "What the bill leaves for this attempt beside the exact charges of its time and model."
                    if alone
                    else f"Its share of what the bill leaves for {len(doubt)} attempts in doubt."
                ),
            )

    def _tell(
        self,
        state: State,
        lines: list[BillLine],
        here: list[Entry],
        theirs: int | None,
        words: str,
        *,
        surplus: int | None = 0,
        when: tuple[int, int] | None = None,
        model: str | None = None,
    ) -> None:
        first = lines[0]
        self.findings.append(
            Finding(
                state,
                first.number,
                *(when or (first.since_ns, first.until_ns)),
                model or first.model or (here[0].models[0] if len(here) == 1 else None),
                len(here),
                sum(entry.cost_nano_usd for entry in here),
                theirs,
                sum(entry.doubtful for entry in here),
                words,
                surplus,
            )
        )

    def _correct(
        self, entry: Entry, line: int, delta: int, *, settled: bool, usage: Usage | None, reason: str
    ) -> None:
        self.corrections.append(
            Correction(entry.charge_id, line, entry.cost_nano_usd, delta, settled, usage, reason)
        )


def shares(weights: Sequence[int], whole: int) -> list[int]:
    """Return a whole number of parts by weight, largest remainders first; equal parts where no weight is."""
    total = sum(weights)
    if not total:
        weights, total = [1] * len(weights), len(weights)
    parts = [whole * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def _cost_of(line: BillLine, entry: Entry, sheets: Sheets) -> int | None:
    if line.cost_nano_usd is not None:
        return ceil(line.cost_nano_usd)
    sheet = sheets.get(entry.price_key)
    return cost(sheet, line.usage).nano_usd if sheet is not None and line.usage is not None else None


def cost_of_sum(sheet: PriceSheet, usage: Usage, requests: int) -> int | None:
    """Return what the summed usage of so many requests costs in nano-USD, rounded up once.

    None where that depends on the length of each: a rate has tiers.
    """
    rates = (getattr(sheet, name) for name in PriceSheet.__struct_fields__)
    if requests != 1 and any(isinstance(rate, Rate) and rate.tiers for rate in rates):
        return None
    return cost(sheet, usage).nano_usd + ceil(EXACT.multiply(sheet.request_nano_usd, Decimal(requests - 1)))


def _usage_of(lines: Sequence[BillLine]) -> Usage | None:
    known = [line.usage for line in lines if line.usage is not None]
    return _sum_usage(known) if known else None


def _sum_usage(usages: Sequence[Usage]) -> Usage:
    return Usage(**{name: sum(getattr(usage, name) for usage in usages) for name in TOKEN_FIELDS})


def _sum_of(
    lines: Sequence[BillLine], here: Sequence[Entry], usage: Usage | None, sheets: Sheets
) -> tuple[int | None, Decimal]:
    """Return what lines add up to in nano-USD, and by how much that may differ by rounding alone."""
    slack = Decimal(len(here)) + sum((line.quantum_nano_usd for line in lines), Decimal(0))
    known = [line.cost_nano_usd for line in lines if line.cost_nano_usd is not None]
    if len(known) == len(lines):
        return ceil(sum(known, Decimal(0))), slack
    keys = {entry.price_key for entry in here}
    found = [sheets[key] for key in keys if key in sheets]
    if (
        known
        or usage is None
        or not found
        or len(found) != len(keys)
        or any(one != found[0] for one in found)
    ):
        return None, slack
    requests = sum(line.requests or 0 for line in lines) or len(here)
    return cost_of_sum(found[0], usage, requests), slack
