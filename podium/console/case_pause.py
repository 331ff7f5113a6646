"""The evidence of a Safety Pause: curve and baseline, what repeats, what changed, what cost most."""

from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from podium.console import figures
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table


def pause_evidence(given: dict[str, Any]) -> Markup:
    """Return the evidence. Raises KeyError, TypeError where it is not of this kind."""
    facts: list[tuple[str, Child]] = [("Who", _who(given["key"], given.get("agent")))]
    if "curve" in given:
        for name in ("short", "long"):
            rate = figures.usd(given[f"{name}_nano_usd_per_hour"])
            facts.append((f"Over {given[f'{name}_s']} s", join(rate, " USD/h")))
        whose = given.get("baseline_of", given["key"])
        of_whom = "" if whose == given["key"] else f", of {whose}"
        facts.append(("Baseline", _rate(given["baseline_nano_usd_per_hour"], of_whom)))
        facts.append(("Pauses at", _rate(given["allowed_nano_usd_per_hour"])))
        facts.append(("Curve", _curve(given["curve"], given["allowed_nano_usd_per_hour"])))
    window = f"{figures.count(given['calls_in_window'])} calls, "
    facts.append(
        (f"Last {given['window_s']} s", join(window, figures.usd(given["cost_in_window_nano_usd"]), " USD"))
    )
    facts.append(("Repeated steps", _list(given["repeated"])))
    facts.append(("Since the calm hour", _list(given["changed"])))
    return join(
        element(
            "dl", *(join(element("dt", name), element("dd", value)) for name, value in facts), class_="facts"
        ),
        _calls(given["calls"]),
        _tasks(given["tasks"]),
    )


def _who(key: str, agent: str | None) -> Markup:
    """Return who is paused, with what is known of it: of a task, its page."""
    breaker = f"/money/breakers?{urlencode({'key': key})}"
    kind, _, id_ = key.partition("/")
    if kind != "task":
        return link(breaker, key, class_="plain")
    own = link(f"/fleet/{id_}", f"a task of {agent}" if agent else id_, class_="plain", title=id_)
    return join(own, ", ", link(breaker, "its velocity", class_="plain"))


def _rate(nano_usd_per_hour: int | None, of_whom: str = "") -> Child:
    """Return a rate; where there is none, why."""
    if nano_usd_per_hour is None:
        return "none yet: no expected rate is declared, and no day of the ledger is learned"
    return join(figures.usd(nano_usd_per_hour), f" USD/h{of_whom}")


def _curve(curve: list[list[int]], allowed: int | None) -> Markup:
    """Return a column for each step; what is above what pauses stands out."""
    highest = max([height for _, height in curve] + [allowed or 0, 1])
    bars = []
    for ago, height in curve:
        colour = "--c4" if allowed is not None and height > allowed else "--c1"
        tall = f"height:{max(1, 48 * height // highest)}px;background:var({colour})"
        style = f"display:inline-block;width:5px;margin-right:1px;{tall}"
        told = f"{ago} s before: {figures.usd_text(height)} an hour"
        bars.append(element("i", style=style, title=told))
    return element(
        "span", *bars, class_="curve", role="img", aria_label="Spend before the pause, USD an hour"
    )


def _list(words: list[str]) -> Markup:
    return element("ul", *(element("li", word) for word in words))


def _calls(calls: list[dict[str, Any]]) -> Markup:
    columns = (
        Column("Call"),
        Column("Model"),
        Column("Tokens in", number=True),
        Column("Tokens out", number=True),
        Column("Cost, USD", number=True),
    )
    rows = (
        Row(
            (
                link(f"/now/calls/{one['call']}", f"…{one['call'][-8:]}", class_="row"),
                one["model"],
                figures.count(one["input_tokens"]),
                figures.count(one["output_tokens"]),
                figures.usd(one["cost_nano_usd"]),
            ),
            key=one["call"],
        )
        for one in calls
    )
    return table(columns, rows, label="Calls by cost")


def _tasks(tasks: list[dict[str, Any]]) -> Markup:
    columns = (Column("Task"), Column("State"), Column("Cost, USD", number=True))
    rows = (
        Row(
            (
                link(f"/fleet/{one['task']}", element("code", one["task"]), class_="row"),
                one["state"] or "no identity",
                figures.usd(one["cost_nano_usd"]),
            )
        )
        for one in tasks
    )
    return table(columns, rows, label="Tasks by cost")
