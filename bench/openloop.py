"""An open loop: calls begin when a schedule says so, however long the ones before them take.

The schedule is a Poisson process from a fixed seed, so that every proxy meets the same arrivals. A call's
latency counts from the moment that the schedule named, so that a queue in the load counts as well. asyncio's
timers are of milliseconds; the schedule is kept by a timerfd(2), to microseconds.
"""

import asyncio
import ctypes
import os
import random
import time
from collections import deque

from load import good, length_of

_ABSOLUTE = 1
"""TFD_TIMER_ABSTIME of timerfd_settime(2)."""
_DRAIN_S = 10.0
_libc = ctypes.CDLL(None, use_errno=True)


class _Spec(ctypes.Structure):
    """struct itimerspec: interval and first expiry, each seconds and nanoseconds."""

    _fields_ = [(name, ctypes.c_long) for name in ("every_s", "every_ns", "at_s", "at_ns")]


class Latencies:
    """What came of one run: nanoseconds to the first event of a stream, and to the end, call by call."""

    def __init__(self) -> None:
        self.first_ns: list[int] = []
        self.whole_ns: list[int] = []
        self.failed = 0
        self.failure = b""
        self.unanswered = 0

    def us(self, share: float, *, first: bool = False) -> float:
        """Return the microseconds within which so large a share of the calls was answered."""
        ordered = sorted(self.first_ns if first else self.whole_ns)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000


class Schedule:
    """The arrivals of one run, and the connections that wait for them."""

    def __init__(self, message: bytes, *, per_s: float, seconds: float, seed: int) -> None:
        self.message = message
        self.found = Latencies()
        self.idle: list[Caller] = []
        self.waiting: deque[int] = deque()
        self.busy = 0
        self.done = asyncio.get_running_loop().create_future()
        chance = random.Random(seed)
        at_ns, end_ns = 0.0, seconds * 1e9
        self._due: deque[int] = deque()
        start_ns = time.monotonic_ns() + 50_000_000
        while (at_ns := at_ns + chance.expovariate(per_s) * 1e9) < end_ns:
            self._due.append(start_ns + int(at_ns))
        self.calls = len(self._due)
        self._timer = _libc.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
        if self._timer < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")

    def start(self) -> None:
        """Let the arrivals come."""
        asyncio.get_running_loop().add_reader(self._timer, self._arrive)
        self._set()

    def close(self) -> None:
        """Give the timer back."""
        asyncio.get_running_loop().remove_reader(self._timer)
        os.close(self._timer)

    def _set(self) -> None:
        at_s, at_ns = divmod(self._due[0], 1_000_000_000)
        _libc.timerfd_settime(self._timer, _ABSOLUTE, ctypes.byref(_Spec(0, 0, at_s, at_ns)), None)

    def _arrive(self) -> None:
        os.read(self._timer, 8)
        due, now_ns = self._due, time.monotonic_ns()
        while due and due[0] <= now_ns:
            at_ns = due.popleft()
            self.busy += 1
            if self.idle:
                self.idle.pop().call(at_ns)
            else:
                self.waiting.append(at_ns)
        if due:
            self._set()

    def ended(self, caller: "Caller") -> None:
        """Take a connection back, and see whether all is over."""
        self.busy -= 1
        if self.waiting:
            caller.call(self.waiting.popleft())
        else:
            self.idle.append(caller)
        if not self._due and not self.busy and not self.done.done():
            self.done.set_result(None)


class Caller(asyncio.Protocol):
    """One connection, one call at a time."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._whole = 0
        self._at_ns = 0
        self._first = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a call."""
        self._transport = transport  # type: ignore[assignment] # TCP gives Transports
        self._schedule.idle.append(self)

    def call(self, at_ns: int) -> None:
        """Make the call that the schedule has for this moment."""
        assert self._transport is not None
        self._buffer, self._whole, self._at_ns, self._first = b"", 0, at_ns, True
        self._transport.write(self._schedule.message)

    def hang_up(self) -> None:
        """Close the connection."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take in what has arrived, and note when the first event and the end were there."""
        self._buffer = buffer = self._buffer + data if self._buffer else data
        found = self._schedule.found
        if self._whole == 0:
            self._whole = length_of(buffer)
        if self._first and self._whole < 0 and b"data: " in buffer:
            self._first = False
            found.first_ns.append(time.monotonic_ns() - self._at_ns)
        if len(buffer) >= self._whole > 0 or (self._whole < 0 and buffer.endswith(b"0\r\n\r\n")):
            found.whole_ns.append(time.monotonic_ns() - self._at_ns)
            if not good(buffer):
                found.failed += 1
                found.failure = buffer
            self._schedule.ended(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Take no more calls: one that was under way stays unanswered."""
        if self in self._schedule.idle:
            self._schedule.idle.remove(self)


async def open_loop(
    port: int,
    message: bytes,
    *,
    per_s: float,
    seconds: float,
    connections: int = 128,
    seed: int = 1,
    address: str | None = None,
) -> Latencies:
    """Make calls at a rate for so long, then wait up to 10 s for the last answers; return what was measured.

    ``address`` is the one that the calls come from.
    """
    loop = asyncio.get_running_loop()
    schedule = Schedule(message, per_s=per_s, seconds=seconds, seed=seed)
    local = (address, 0) if address else None
    for _ in range(connections):
        await loop.create_connection(lambda: Caller(schedule), "127.0.0.1", port, local_addr=local)
    schedule.start()
    try:
        await asyncio.wait_for(schedule.done, seconds + _DRAIN_S)
    except TimeoutError:
        schedule.found.unanswered = schedule.calls - len(schedule.found.whole_ns)
    finally:
        schedule.close()
    for caller in schedule.idle.copy():
        caller.hang_up()
    return schedule.found
