"""How much memory the model servers of this machine have had, as their processes tell."""

from sqlalchemy import Engine, insert

from podium.ports import Clock
from podium.ports.link import Done, NoteModelMemory
from podium.ports.process_tables import model_memory


class ModelMemory:
    """Writes it down. Runs in the keeper's database thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def note(self, told: NoteModelMemory) -> Done:
        """Keep what a server tells; it tells only what is more than before."""
        with self._engine.begin() as connection:
            values = {"provider": told.provider, "at_ns": self._clock.wall_ns()}
            more = {"life": told.life, "peak_bytes": told.peak_bytes}
            connection.execute(insert(model_memory).values(**values, **more))
        return Done()
