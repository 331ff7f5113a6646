"""Limits and ladders: what must hold of them, and what they compile to."""

import pytest

from podium.spend.limits import DEFAULT_BANDS, Band
from tests.manifest.samples import compiled, document, findings

MODELS = "---\n".join(
    [
        document("Model", "big", "provider: remote\ntier: frontier\nceilingUsd: 1"),
        document("Model", "tiny", "provider: remote\ntier: small\nceilingUsd: 1"),
    ]
)


def said(*documents: str) -> list[str]:
    return [f"{it.field}: {it.message}" for it in findings("---\n".join([MODELS, *documents]))]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("[{amount: 5}, {amount: 6}]", "spec.limits[1]: limit 1 has the same unit, window and tier."),
        ("[{amount: 1.5, unit: tokens}]", "spec.limits[0].amount: there are no parts of a token."),
        (
            "[{amount: 1, window: task, timeZone: UTC}]",
            "spec.limits[0].timeZone: a task's life has no time zone.",
        ),
        ("[{amount: 1, tier: huge}]", "spec.limits[0].tier: no Model is of tier huge."),
        (
            "[{amount: 1, bands: [{at: 90, action: warn}, {at: 80, action: smaller}]}]",
            "spec.limits[0].bands[1].at: it begins at 80, and the band before it at 90.",
        ),
        (
            "[{amount: 1, timeZone: Europe/Bonn}]",
            "spec.limits[0].timeZone: there is no time zone Europe/Bonn.",
        ),
        ("[{amount: lots}]", "spec.limits[0].amount: it is not an amount."),
        ("[{amount: 2000000000}]", "spec.limits[0].amount: it is not an amount from 0 to 1000000000."),
        (
            "[{amount: 1, bands: [{at: 100, action: warn}]}]",
            "spec.limits[0].bands[0].at: it is not between 1 and 99.",
        ),
    ],
)
def test_limits(limits: str, expected: str) -> None:
    """Each fault names its field, for a department as for an agent."""
    assert expected in said(document("Department", "ops", f"parent: acme\nlimits: {limits}"))
    agent = f"department: acme\nroutes: [openai/gpt-4o_mini]\nlimits: {limits}"
    assert expected in said(document("Agent", "helper", agent))


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        ("ladder: [frontier, small]\nfloor: mid", "spec.floor: mid is not a tier of this route's ladder."),
        ("floor: small", "spec.floor: there is no ladder."),
        ("ladder: [frontier, small, frontier]", "spec.ladder[2]: the tier frontier is listed twice."),
        ("ladder: [frontier, mid, small]", "spec.ladder[1]: no model of this route is of tier mid."),
        ("ladder: [frontier]", "spec.fallbacks[0]: tiny is of tier small, which the ladder does not have."),
        (
            "ladder: [frontier, small]\nfloor: frontier",
            "spec.fallbacks[0]: tiny is of tier small, which is below the floor frontier.",
        ),
    ],
)
def test_ladders(route: str, expected: str) -> None:
    """A ladder is of the tiers of its route's models, and nothing of the route is below its floor."""
    assert expected in said(
        document("Route", "graded", f"candidates: [{{model: big}}]\nfallbacks: [tiny]\n{route}")
    )


def test_what_limits_compile_to() -> None:
    """Amounts are nano-USD or tokens, names do not hold the amount, and a call's way runs to the root."""
    snapshot = compiled(
        "---\n".join(
            [
                MODELS,
                document(
                    "Department",
                    "ops",
                    "parent: acme\nlimits:\n  - {amount: 0.5}\n  - {amount: 7, window: day, bands: []}",
                ),
                document(
                    "Agent",
                    "helper",
                    "department: ops\nroutes: [openai/gpt-4o_mini]\nlimits:\n"
                    "  - {amount: 2_000_000, unit: reasoning_tokens, window: day, tier: frontier,\n"
                    "     enforce: soft, timeZone: Europe/Berlin, bands: [{at: 50%, action: warn}]}",
                ),
            ]
        )
    )
    own, month, day, always = snapshot.limits_of(snapshot.agents["helper"])
    assert own.id == "agent/helper/reasoning_tokens.frontier/day"
    assert (own.amount, own.hard, own.time_zone) == (2_000_000, False, "Europe/Berlin")
    assert own.bands == (Band(50, "warn"),)
    assert (month.id, month.amount, month.bands) == ("department/ops/usd/month", 500_000_000, DEFAULT_BANDS)
    assert (day.id, day.bands) == ("department/ops/usd/day", ())
    assert (always.id, always.amount) == ("department/acme/usd/always", None)
    assert set(snapshot.limits()) == {own.id, month.id, day.id, always.id}
