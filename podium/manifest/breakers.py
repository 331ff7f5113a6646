"""Breakers in manifests: what is left out is as the Department above has it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from podium.kernel.errors import Finding
from podium.kernel.money import NANO_PER_USD, ceil_nano
from podium.manifest import kinds
from podium.manifest.kinds_breaker import BreakerSpec
from podium.manifest.load import Document
from podium.manifest.snapshot import BreakerRow
from podium.spend.velocity import Rule

LONGEST_S: Final = 900
_DEFAULTS: Final = Rule()


def breaker_of_department(name: str, departments: Mapping[str, kinds.DepartmentSpec]) -> BreakerRow:
    """Return when a department is paused: its own words, then those of the departments above."""
    specs, at = [], name or None
    while at is not None:
        specs.append(departments[at].breaker)
        at = departments[at].parent
    return _row(specs)


def breaker_of_agent(agent: kinds.AgentSpec, departments: Mapping[str, kinds.DepartmentSpec]) -> BreakerRow:
    """Return when an agent is paused: its own words, then those of its department and above."""
    specs, at = [agent.breaker], agent.department or None
    while at is not None:
        specs.append(departments[at].breaker)
        at = departments[at].parent
    return _row(specs)


def _row(specs: Sequence[BreakerSpec]) -> BreakerRow:
    """Return what the first of the specs says, where it says nothing the next one, at last the default."""

    def said(name: str, default: Any) -> Any:
        found = (getattr(spec, name) for spec in specs)
        return next((value for value in found if value is not None), default)

    floor = said("floor_usd_per_hour", None)
    own = specs[0]
    return BreakerRow(
        rule=Rule(
            short_s=max(1, said("short_window", _DEFAULTS.short_s * 1000) // 1000),
            long_s=max(1, said("long_window", _DEFAULTS.long_s * 1000) // 1000),
            over_pct=said("deviation_percent", _DEFAULTS.over_pct),
            warn_pct=said("warn_percent", _DEFAULTS.warn_pct),
            floor_nano_usd_per_hour=_DEFAULTS.floor_nano_usd_per_hour if floor is None else _nano(floor),
        ),
        enabled=said("enabled", default=True),
        expected_nano_usd_per_hour=_nano(own.expected_usd_per_hour),
        expected_per_task_nano_usd_per_hour=_nano(own.expected_usd_per_hour_per_task),
        end_streams=said("streams", "finish") == "end",
        loops=said("loops", default=True),
    )


def _nano(usd: Any) -> int:
    return 0 if usd is None else ceil_nano(usd * NANO_PER_USD)


def check_breaker(document: Document) -> Iterator[Finding]:
    """Yield the faults between the settings of one breaker; what stands above is taken at its default."""
    manifest = document.drafted
    if not isinstance(manifest, (kinds.Department, kinds.Agent)):
        return  # its shape is a finding already
    spec, at = manifest.spec.breaker, ("spec", "breaker")
    short, long = spec.short_window or _DEFAULTS.short_s * 1000, spec.long_window or _DEFAULTS.long_s * 1000
    if short % 1000 or long % 1000:
        place = (*at, "shortWindow" if short % 1000 else "longWindow")
        yield document.finding(place, "windows are whole seconds.", "Write 60s.")
    if long > LONGEST_S * 1000:
        fix = "Write a window of up to 15m."
        yield document.finding((*at, "longWindow"), "what takes longer is a matter of limits.", fix)
    if short > long:
        message = f"the short window is {short // 1000} s, the long one {long // 1000} s."
        yield document.finding((*at, "shortWindow"), message, "Make the long one longer.")
    over, warn = spec.deviation_percent or _DEFAULTS.over_pct, spec.warn_percent or _DEFAULTS.warn_pct
    if spec.warn_percent is not None and warn > over:
        message = f"it warns at {warn}%, and pauses at {over}% already."
        yield document.finding((*at, "warnPercent"), message, "Warn below what pauses.")
