"""What must hold of limits, and of the ladders that calls go down near them."""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.load import Document
from podium.manifest.text import Path

Index = dict[tuple[str, str], Document]
_DEFAULTS: Final = (("unit", "usd"), ("window", "month"), ("tier", ""))


def check_limits(document: Document, index: Index) -> Iterator[Finding]:
    """Yield the faults of a department's or an agent's limits."""
    tiers = sorted(
        {tier for (kind, _), it in index.items() if kind == "Model" and (tier := it.text("spec", "tier"))}
    )
    seen: dict[tuple[str, ...], int] = {}
    for number, (path, node) in enumerate(document.nodes("spec", "limits", "*"), 1):
        written = node.plain()
        if not isinstance(written, dict):
            continue  # its shape is a finding already
        unit, window, tier = key = tuple(str(written.get(name) or default) for name, default in _DEFAULTS)
        if key in seen:
            message = f"limit {seen[key]} has the same unit, window and tier."
            yield document.finding(path, message, "Keep one; the smaller one decides anyway.")
        seen.setdefault(key, number)
        if unit != "usd" and "." in str(written.get("amount")):
            yield document.finding(
                (*path, "amount"), "there are no parts of a token.", "Write a whole number."
            )
        if window == "task" and written.get("timeZone"):
            yield document.finding((*path, "timeZone"), "a task's life has no time zone.", "Remove it.")
        if tier and tier not in tiers:
            fix = nearest(tier, tiers) if tiers else "Write `tier` into the Models that are meant."
            yield document.finding((*path, "tier"), f"no Model is of tier {tier}.", fix)
        yield from _bands(document, path, written.get("bands"))


def _bands(document: Document, path: Path, bands: object) -> Iterator[Finding]:
    last = 0
    for number, band in enumerate(bands if isinstance(bands, list) else ()):
        at = str(band.get("at") if isinstance(band, dict) else "").removesuffix("%")
        if not at.isdecimal():
            continue  # its shape is a finding already
        if int(at) <= last:
            message = f"it begins at {at}, and the band before it at {last}."
            yield document.finding(
                (*path, "bands", number, "at"), message, "Write bands in their order, each once."
            )
        last = int(at)


def check_ladder(document: Document, models: Sequence[tuple[Path, Document]]) -> Iterator[Finding]:
    """Yield the faults of a route's ladder and floor. ``models``: where each stands in the route."""
    ladder = [tier for _, tier in document.texts("spec", "ladder", "*")]
    floor = document.text("spec", "floor")
    if floor is not None and floor not in ladder:
        message = f"{floor} is not a tier of this route's ladder." if ladder else "there is no ladder."
        yield document.finding(
            ("spec", "floor"), message, "Write `ladder: [frontier, mid, small]`, best first."
        )
        return
    has = {model.text("spec", "tier") for _, model in models}
    seen: set[str] = set()
    for path, tier in document.texts("spec", "ladder", "*"):
        if tier in seen:
            yield document.finding(path, f"the tier {tier} is listed twice.", "Keep one.")
        seen.add(tier)
        below = floor is not None and ladder.index(tier) > ladder.index(floor)
        if models and tier not in has and not below:
            message = f"no model of this route is of tier {tier}."
            fix = "Add one to `candidates` or `fallbacks`, or remove the tier."
            yield document.finding(path, message, fix)
    for path, model in models if ladder else ():
        own = model.text("spec", "tier")
        if own not in ladder:
            message = (
                f"{model.name} is of {f'tier {own}' if own else 'no tier'}, which the ladder does not have."
            )
            yield document.finding(path, message, "Write it into `ladder`, or `tier` into the Model.")
        elif floor is not None and ladder.index(own) > ladder.index(floor):
            message = f"{model.name} is of tier {own}, which is below the floor {floor}."
            yield document.finding(path, message, "Remove it, or lower the floor.")
