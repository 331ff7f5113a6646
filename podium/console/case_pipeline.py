"""The evidence of cases about pipelines: how the run stood step by step, what failed, what comes next."""

from typing import Any, Final

from markupsafe import Markup

from podium.console import figures
from podium.console.graph import badge
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.ports.pipelines import UNIT_BAD

_COLUMNS: Final = (
    Column("Step"),
    Column("What"),
    Column("After"),
    Column("State"),
    Column("Task"),
)


def approval_evidence(given: dict[str, Any]) -> Markup:
    """Return what the pipeline asks about. Raises KeyError, TypeError where it is not of this kind."""
    done = [one["step"] for one in given["steps"] if one["state"] == "succeeded"]
    step = given["step"] if given["item"] is None else f"{given['step']}, entry {given['item']}"
    facts: list[tuple[str, Child]] = [
        *_run(given),
        ("Asks", f"at the step {step}"),
        ("Has done", ", ".join(done) or "nothing yet"),
        ("Then comes", ", ".join(given["next"]) or "the end, once all else is over"),
    ]
    return join(_facts(facts), _steps(given["steps"]))


def failed_evidence(given: dict[str, Any]) -> Markup:
    """Return what failed. Raises KeyError, TypeError where it is not of this kind."""
    bad = [one for one in given["steps"] if one["state"] in UNIT_BAD]
    facts: list[tuple[str, Child]] = _run(given)
    facts += [(f"Failed: {one['step']}", _error(one)) for one in bad]
    facts.append(("A retry does again", ", ".join(given["next"]) or "nothing"))
    return join(_facts(facts), _steps(given["steps"]))


def _error(step: dict[str, Any]) -> Markup:
    entry = f" (entry {step['item']})" if step["item"] is not None else ""
    task = join(" · ", link(f"/fleet/{step['task']}", "its task", class_="plain")) if step["task"] else None
    return join(step["reason"] or step["state"], entry, task)


def _run(given: dict[str, Any]) -> list[tuple[str, Child]]:
    budget = given["budget_nano_usd"]
    return [
        (
            "Run",
            join(
                link(f"/ship/pipelines/{given['run']}", given["run"], class_="mono"),
                f" of {given['pipeline']}",
            ),
        ),
        (
            "Started",
            join(figures.moment(given["started_ns"]), f" by {given['started_by']} ({given['trigger']})"),
        ),
        ("Budget", join(figures.usd(budget), " USD") if budget is not None else "none of its own"),
        ("Its tasks", link(f"/fleet/{given['task']}", "from the root down", class_="plain")),
    ]


def _steps(steps: list[dict[str, Any]]) -> Markup:
    dash = figures.NOTHING
    rows = (
        Row(
            (
                one["step"],
                join(f"{one['kind']} ", element("code", one["what"]) if one["what"] else None),
                ", ".join(one["needs"]) or dash,
                join(badge(one["state"]), _times(one)),
                link(f"/fleet/{one['task']}", f"…{one['task'][-8:]}", class_="mono") if one["task"] else dash,
            ),
            key=one["step"],
        )
        for one in steps
    )
    return table(_COLUMNS, rows, label="Steps, as they stood then")


def _times(step: dict[str, Any]) -> str:
    """Return how many entries of a list are done, and at which attempt a step stands."""
    entries = f" {step['done']}/{step['of']}" if step["of"] > 1 else ""
    return f"{entries}, attempt {step['attempt']}" if step["attempt"] > 1 else entries


def _facts(facts: list[tuple[str, Child]]) -> Markup:
    return element(
        "dl", *(join(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
    )
