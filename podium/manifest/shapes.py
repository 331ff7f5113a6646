"""What all kinds are made of: shape, name, credential, envelope."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from podium.manifest.fields import EnvName, Name, Text


class Shape(BaseModel):
    """Fields in camelCase; a field that is not known is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False)


class Metadata(Shape):
    """What a manifest is called."""

    name: Name = Field(description="Unique among the manifests of its kind.")
    labels: dict[str, str] = Field(default={}, description="Short text for people and filters.")
    annotations: dict[str, str] = Field(default={}, description="Longer text for people and tools.")


class Credential(Shape):
    """Where a key is read: exactly one of the two. The key itself never stands in a manifest."""

    env: EnvName | None = Field(None, description="Name of an environment variable.")
    file: Text | None = Field(
        None,
        description="Path of a file, re-read when it changes. Relative to where `podium up` was started.",
    )


class Manifest(Shape):
    """One document."""

    api_version: Literal["podium/v1"] = Field(description="The version of this format.")
    metadata: Metadata = Field(description="What it is called.")
