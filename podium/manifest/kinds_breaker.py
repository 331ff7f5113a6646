"""How a manifest says when an agent's or a department's spend is no longer believed.

The numbers of the defaults are reasoned in docs/breakers.md.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from podium.manifest.fields import Duration, Fault, Flag, Shape, Usd


def _deviation(value: object) -> object:
    if isinstance(value, str):
        if not value.isdecimal() or not 1 <= int(value) <= 10_000:
            raise Fault("it is not between 1 and 10000.", "Write a percentage above the baseline: 300.")
        value = int(value)
    return value


Deviation = Annotated[
    int, BeforeValidator(_deviation), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10_000})
]
"""Per cent above the baseline."""


class BreakerSpec(Shape):
    """When spend is paused until a person has looked. What is left out is as the Department above has it."""

    enabled: Flag | None = Field(None, description="Default: `true`.")
    expected_usd_per_hour: Usd | None = Field(
        None,
        description="What is usual, until a day of the ledger has been learned; not inherited. "
        "None: no velocity is judged in that day.",
    )
    expected_usd_per_hour_per_task: Usd | None = Field(
        None, description="What is usual for one task. Default: what is usual for its agent."
    )
    deviation_percent: Deviation | None = Field(
        None, description="So far above the baseline pauses: 300 is over 4 times. Default: 300."
    )
    warn_percent: Deviation | None = Field(
        None, description="So far above it warns, and prefers smaller models. Default: 200."
    )
    short_window: Duration | None = Field(None, description="Both windows must be above. Default: 60s.")
    long_window: Duration | None = Field(None, description="At most 15m. Default: 180s.")
    floor_usd_per_hour: Usd | None = Field(
        None, description="Up to so much neither warns nor pauses. Default: 1."
    )
    streams: Literal["finish", "end"] | None = Field(
        None,
        description="Streams that are under way when a pause comes: `finish`, or `end` after the current "
        "event, which charges their hold in full. Default: `finish`.",
    )
    loops: Flag | None = Field(
        None, description="Pause tasks and sessions that repeat themselves. Default: `true`."
    )
