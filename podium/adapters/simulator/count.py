"""The simulated provider's own count: one record a request that arrived, whatever became of it."""

import os
from pathlib import Path
from typing import Literal, Self

import msgspec

from podium.adapters.simulator.plan import SimUsage

Operation = Literal["chat", "embeddings", "count_tokens"]


class SimRecord(msgspec.Struct):
    """One request. ``request_id`` is its header ``x-client-request-id``, in which Podium sends the charge id.

    ``completed``: the last byte of the answer was handed to the connection. Tokens of an answer that was
    not completed are those that were sent. ``received_ns`` is Unix time.
    """

    number: int
    request_id: str
    operation: Operation
    received_ns: int
    model: str = ""
    streamed: bool = False
    status: int = 0
    """0 while there is no answer."""
    completed: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    audio_tokens: int = 0
    reasoning_tokens: int = 0
    output_audio_tokens: int = 0

    def take_usage(self, usage: SimUsage) -> None:
        """Count a whole usage."""
        for field in usage.__struct_fields__:
            setattr(self, field, getattr(usage, field))


_record_decoder = msgspec.json.Decoder(SimRecord)


class Totals(msgspec.Struct):
    """Sums over all records. Tokens are those of completed answers."""

    requests: int = 0
    in_flight: int = 0
    answered: int = 0
    """Completed with status 200."""
    refused: int = 0
    """Completed with another status."""
    broken: int = 0
    """Ended without the last byte: cut, hung, broken off, or left by the client."""
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Count:
    """The records and totals of one simulator, and the file that they are appended to."""

    def __init__(self, path: str | None = None) -> None:
        """Open ``path`` for appending, if there is one. Raises OSError."""
        self.records: list[SimRecord] = []
        self.totals = Totals()
        self._fd: int | None = None
        if path is not None:
            self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def begin(self, *, request_id: str, operation: Operation, received_ns: int) -> SimRecord:
        """Count an arrival."""
        record = SimRecord(len(self.records), request_id, operation, received_ns)
        self.records.append(record)
        self.totals.requests += 1
        self.totals.in_flight += 1
        return record

    def end(self, record: SimRecord) -> None:
        """Count what became of an arrival, and append its line."""
        totals = self.totals
        totals.in_flight -= 1
        if not record.completed:
            totals.broken += 1
        elif record.status == 200:
            totals.answered += 1
            totals.prompt_tokens += record.prompt_tokens
            totals.completion_tokens += record.completion_tokens
        else:
            totals.refused += 1
        if self._fd is not None:
            os.write(self._fd, msgspec.json.encode(record) + b"\n")

    def encode_totals(self) -> bytes:
        """Return the body of ``GET /count``."""
        return msgspec.json.encode(self.totals)

    def encode_records(self) -> bytes:
        """Return the body of ``GET /count/records``: a line of JSON a record, those in flight included."""
        return b"".join([msgspec.json.encode(record) + b"\n" for record in self.records])


def read_records(path: str) -> list[SimRecord]:
    """Return the records of a count file. Raises ValueError naming the file and line of a broken one."""
    records: list[SimRecord] = []
    with Path(path).open("rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                records.append(_record_decoder.decode(line))
            except msgspec.MsgspecError as broken:
                raise ValueError(
                    f"{path}:{number}: not a record of the simulator's count: {broken}"
                ) from broken
    return records
