"""Departments and agents as cells, and the form that pauses what is ticked."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from podium.console import figures
from podium.console.address import Address
from podium.console.markup import element, join, link
from podium.views.fleet_cells import Cell, DepartmentCells

TICKED: Final = "ticked"
"""The form: what is ticked is a field ``agent:NAME`` or ``task:ID`` of it."""
TASK_STATES: Final = (
    ("running", "running", "ok"),
    ("waiting", "waiting", "warn"),
    ("queued", "queued", ""),
    ("paused", "paused", "warn"),
    ("unknown", "unknown", "bad"),
)


def cells_of(found: Sequence[DepartmentCells], address: Address, *, agent: str | None) -> Markup:
    """Return the cells, department by department; ``agent``: that one's alone."""
    return element(
        "section",
        *(_department(one, address, agent) for one in found),
        class_="fleet",
        aria_label="Departments and agents",
    )


def _department(found: DepartmentCells, address: Address, agent: str | None) -> Markup | None:
    agents = [cell for cell in found.agents if agent in {None, cell.name}]
    if agent is not None and not agents:
        return None
    name = link(address.but(department=found.whole.name, agent=None), found.whole.name)
    head = element(
        "header",
        element("h2", name),
        _states(found.whole),
        element("span", _money(found.whole), class_="end"),
    )
    return element(
        "div",
        head,
        element("div", *(_cell(cell, address) for cell in agents), class_="cells"),
        data_key=found.whole.name,
    )


def _cell(cell: Cell, address: Address) -> Markup:
    tone = "bad" if cell.held or cell.unknown else "warn" if cell.waiting or cell.paused else ""
    tick = element(
        "input", type="checkbox", name=f"agent:{cell.name}", form=TICKED, aria_label=f"Tick agent {cell.name}"
    )
    held = element("span", cell.held, class_="badge bad") if cell.held else None
    return element(
        "article",
        element(
            "div", tick, link(address.but(agent=cell.name), cell.name, class_="name"), held, class_="row"
        ),
        element("div", _states(cell) if not cell.held or _busy(cell) else None, class_="states"),
        element("div", _money(cell), class_="muted"),
        class_=f"cell {tone}".strip(),
        data_key=cell.name,
    )


def _busy(cell: Cell) -> bool:
    return any(getattr(cell, name) for name, _, _ in TASK_STATES)


def _states(cell: Cell) -> Markup:
    shown = [
        element("span", f"{figures.count(getattr(cell, name))} {word}", class_=f"badge {tone}".strip())
        for name, word, tone in TASK_STATES
        if getattr(cell, name)
    ]
    return join(*shown) if shown else element("span", "idle", class_="muted")


def _money(cell: Cell) -> Markup:
    """Return spend, burn and errors of a cell in a line."""
    if not cell.calls and not cell.spent_nano_usd:
        return element("span", "no calls today")
    burn = f" · {figures.about_usd(cell.burn_nano_usd_per_hour)}/h" if cell.burn_nano_usd_per_hour else None
    errors = (
        element(
            "span",
            f" · {figures.percent(cell.failed, cell.calls)} failed",
            class_="over" if _many(cell) else None,
        )
        if cell.failed
        else None
    )
    hint = f"{cell.calls:,} calls in 24 hours, {cell.failed:,} failed"
    spent = f"{figures.about_usd(cell.spent_nano_usd)} USD"
    return element("span", spent, burn, errors, title=f"{figures.usd_text(cell.spent_nano_usd)} USD; {hint}")


def _many(cell: Cell) -> bool:
    return cell.failed_share is not None and cell.failed_share > 0.05


def pause_form() -> Markup:
    """Return the form that pauses, or resumes, what is ticked above and below it."""
    return element(
        "section",
        element(
            "form",
            element(
                "div",
                element(
                    "select",
                    element("option", "Pause", value="pause"),
                    element("option", "Resume", value="resume"),
                    name="act",
                    aria_label="Act",
                ),
                element(
                    "input",
                    type="text",
                    name="reason",
                    required=True,
                    maxlength=2000,
                    autocomplete="off",
                    aria_label="Reason",
                    placeholder="Why what is ticked is paused. Each agent and task keeps it for ever.",
                ),
                element("button", "Do it", type="submit", class_="button primary"),
                class_="row",
            ),
            id=TICKED,
            class_="act body line",
            data_act=TICKED,
        ),
        class_="panel",
        aria_label="Pause what is ticked",
    )
