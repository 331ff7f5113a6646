"""What every kind has: a name and an envelope."""

from typing import Literal

from pydantic import Field

from podium.manifest.fields import Name, Shape


class Metadata(Shape):
    """What a manifest is called."""

    name: Name = Field(description="Unique among the manifests of its kind.")
    labels: dict[str, str] = Field(default={}, description="Short text for people and filters.")
    annotations: dict[str, str] = Field(default={}, description="Longer text for people and tools.")


class Manifest(Shape):
    """One document."""

    api_version: Literal["podium/v1"] = Field(description="The version of this format.")
    metadata: Metadata = Field(description="What it is called.")
