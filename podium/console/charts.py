"""Charts, drawn by the ECharts that NiceGUI serves itself.

Colours are CSS variables, so that a theme changes them without a word from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup
from nicegui import ui

from podium.console.markup import element

COLOURS: Final = tuple(f"var(--c{number})" for number in range(1, 7))


FONT: Final = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
"""Named, not inherited: labels are measured before they are drawn."""


@dataclass(frozen=True)
class Point:
    """One point: Unix milliseconds, the height, and what a tooltip says (the exact figure with its unit)."""

    at_ms: int
    height: float | None
    text: str
    when: str


@dataclass(frozen=True)
class Series:
    """One line, area or row of bars."""

    name: str
    points: Sequence[Point]
    colour: str = COLOURS[0]


class Chart:
    """A chart over time. ``kind``: area (stacked), line or bar (stacked); ``label`` is read to the blind.

    Its axis tells the time of day, or with ``days`` the day, both in UTC.
    """

    def __init__(self, kind: str, *, label: str, unit: str, tall: bool = False, days: bool = False) -> None:
        self._kind = kind
        self._shown: object = None
        self.element = (
            ui.echart(_options(unit, "day" if days else "clock"), renderer="svg")
            .classes("chart tall" if tall else "chart", remove="nicegui-echart")
            .props(f'role=img aria-label="{label}"')
        )

    def show(
        self,
        series: Sequence[Series],
        *,
        from_ms: int,
        to_ms: int,
        highest: float | None = None,
        lowest: float = 0,
    ) -> None:
        """Renew the chart; what is shown already is not sent again."""
        shown = (tuple(series), from_ms, to_ms)
        if shown == self._shown:
            return
        self._shown = shown
        options = self.element.options
        options["xAxis"]["min"], options["xAxis"]["max"] = from_ms, to_ms
        options["yAxis"]["min"], options["yAxis"]["max"] = lowest, highest
        options["series"] = [_series(self._kind, one) for one in series]
        self.element.update()


def _options(unit: str, axis: str) -> dict[str, Any]:
    text = {"color": "var(--ink-3)", "fontSize": 11, "fontFamily": FONT}
    return {
        "animation": False,
        "grid": {"left": 16, "right": 16, "top": 12, "bottom": 12, "outerBoundsMode": "same"},
        "xAxis": {
            "type": "time",
            "axisLine": {"lineStyle": {"color": "var(--line)"}},
            "axisTick": {"show": False},
            "axisLabel": text
            | {
                "hideOverlap": True,
                ":formatter": f"podium.{axis}",
                "showMinLabel": False,
                "showMaxLabel": False,
            },
            "splitLine": {"show": False},
            "splitNumber": 4,
        },
        "yAxis": {
            "type": "value",
            "position": "right",
            "min": 0,
            "splitNumber": 2,
            "axisLabel": text | {"margin": 8, ":formatter": f"podium.height('{unit}')"},
            "splitLine": {"lineStyle": {"color": "var(--line)", "type": [2, 3]}},
            "axisLine": {"show": False},
            "axisTick": {"show": False},
        },
        "tooltip": {
            "trigger": "axis",
            "confine": True,
            "axisPointer": {"type": "line", "lineStyle": {"color": "var(--line-strong)", "type": "solid"}},
            "backgroundColor": "var(--surface)",
            "borderColor": "var(--line)",
            "borderWidth": 1,
            "padding": [6, 10],
            "extraCssText": "box-shadow: var(--shadow); border-radius: 6px",
            "transitionDuration": 0,
            ":formatter": "podium.tip",
        },
        "series": [],
    }


def _series(kind: str, series: Series) -> dict[str, Any]:
    data = [
        {"value": [point.at_ms, point.height], "text": point.text, "when": point.when}
        for point in series.points
    ]
    base: dict[str, Any] = {
        "name": series.name,
        "data": data,
        "color": series.colour,
        "emphasis": {"disabled": True},
        "silent": True,
    }
    if kind == "bar":
        return base | {"type": "bar", "stack": "all", "barCategoryGap": "20%", "barMaxWidth": 12}
    line = base | {
        "type": "line",
        "symbol": "circle",
        "symbolSize": 2.5,  # a lone point between two gaps is no line
        "connectNulls": False,
        "lineStyle": {"width": 1.5, "color": series.colour},
    }
    if kind == "area":
        return line | {
            "stack": "all",
            "lineStyle": {"width": 1, "color": series.colour},
            "areaStyle": {"color": series.colour, "opacity": 0.72},
            "step": "middle",
            "showSymbol": False,
        }
    return line


def legend(names: Sequence[str], *, first: int = 0, colours: Sequence[str] = COLOURS) -> Markup:
    """Return the names of series beside their colours. ``first``: the colour of the first."""
    marks = (
        element("span", element("i", style=f"background:{colours[index]}"), name)
        for index, name in enumerate(names, first)
    )
    return element("span", *marks, class_="legend")
