"""A tool server that is a program: MCP over its standard streams, a message a line.

It sees a small environment (PATH, HOME and the like) and the variables that its manifest names, nothing else.
A program that ends, or closes its output, is started again by the next question. Lines that are no messages
are passed over; one that is longer than an answer may be is the end of it. What it writes to its standard
error goes into the log, with its name.
Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports and 2025-11-25.
"""

import asyncio
import contextlib
import logging
import os
import re
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from mcp.client.stdio import get_default_environment
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION, LATEST_MODERN_VERSION

from podium.adapters.toolservers.murmurs import Murmurs
from podium.adapters.toolservers.speaking import (
    CLIENT,
    MAX_ANSWER_BYTES,
    METHOD_NOT_FOUND,
    complete,
    declined,
    decode,
    envelope,
    falls_back,
    listed,
    notice_of,
    said,
    speaks_modern,
    wishing,
)
from podium.kernel.errors import BrokenReply, ConnectFailed, UpstreamError, UpstreamTimeout
from podium.manifest.runs import VariableRef
from podium.manifest.snapshot import CredentialRef, ToolServerRow
from podium.ports import Secrets
from podium.ports.tools import Listening

START_S: Final = 15.0
"""For a program to speak, or as long as its calls may last, where that is more: some are fetched first."""
DISCOVER_S: Final = 5.0
"""Programs that speak an older version alone need not answer what they do not know."""
END_S: Final = 2.0
"""For a program to end after its input has closed, and again after SIGTERM."""
_SOON_S: Final = 0.5
"""For a program whose output has closed to end."""
_BREATH: Final = 64
"""Lines after which others get their turn."""
_ID: Final = re.compile(rb'"id"\s*:\s*(\d{1,18})\b')

logger = logging.getLogger(__name__)


class StdioToolServer:
    """One program, started when it is first asked for something."""

    def __init__(self, row: ToolServerRow, secrets: Secrets) -> None:
        self._row = row
        self._secrets = secrets
        self._starting = asyncio.Lock()
        self._program: _Program | None = None

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return the definitions of all its tools, as they came."""
        program = await self._started()
        return await listed(self._row.name, program.request, self._row.timeout_s)

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        """Return the result of a call, as it came. An error of the protocol is a result with ``isError``."""
        program = await self._started()
        try:
            params = {"name": name, "arguments": dict(arguments)}
            result = await program.request("tools/call", params, on_sent, listening)
        except _RpcError as error:
            return said(error.text)
        return complete(result)

    async def list_offers(self, method: str, member: str) -> list[dict[str, Any]]:
        """Return what it lists beside tools, as it came; nothing where it does not know the method."""
        program = await self._started()
        try:
            return await listed(self._row.name, program.request, self._row.timeout_s, method, member)
        except _RpcError as error:
            if error.said.get("code") == METHOD_NOT_FOUND:
                return []
            raise

    async def fetch(
        self, method: str, params: Mapping[str, Any], on_sent: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return what it says to a question that changes nothing, as `call_tool` does."""
        program = await self._started()
        try:
            return complete(await program.request(method, dict(params), on_sent))
        except _RpcError as error:
            return said(error.text)

    async def _started(self) -> "_Program":
        async with self._starting:
            if self._program is not None:
                if self._program.over is None:
                    return self._program
                await self.close()
            environment = {name: self._value(ref) for name, ref in self._row.env.items()}
            program = await _Program.begin(self._row, get_default_environment() | environment)
            patience = max(START_S, self._row.timeout_s)
            try:
                async with asyncio.timeout(patience):
                    await program.greet()
            except TimeoutError as error:
                await program.end()
                raise ConnectFailed(
                    f"The program of {self._row.name} did not speak MCP within {patience:g} s."
                ) from error
            except UpstreamError as error:
                await program.end()
                raise ConnectFailed(
                    f"The program of {self._row.name} cannot be used: {error.message}"
                ) from error
            except BaseException:
                await program.end()
                raise
            self._program = program
            return program

    def _value(self, ref: VariableRef) -> str:
        if ref.value is not None:
            return ref.value
        return self._secrets.read(CredentialRef(env=ref.env, file=ref.file))

    async def close(self) -> None:
        """End the program."""
        program, self._program = self._program, None
        if program is not None:
            await program.end()


class _Program:
    """One life of a program."""

    def __init__(self, row: ToolServerRow, process: Process) -> None:
        self.over: str | None = None
        """Why it is asked for nothing more."""
        self._row, self._process = row, process
        self._modern = False
        self._count = 0
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listening: dict[int, Listening] = {}
        assert process.stderr is not None  # noqa: S101 - it was asked for
        self._murmurs = Murmurs(row.name, process.stderr)
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def begin(cls, row: ToolServerRow, environment: Mapping[str, str]) -> "_Program":
        """Start it. Raises ConnectFailed."""
        try:
            process = await asyncio.create_subprocess_exec(
                *row.command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=environment,
                start_new_session=True,
                limit=MAX_ANSWER_BYTES,
            )
        except (OSError, ValueError) as error:
            raise ConnectFailed(f"The program of {row.name} cannot be started: {error}.") from error
        return cls(row, process)

    async def greet(self) -> None:
        """Find out which version it speaks; begin a session where that version has them.

        One that says nothing is asked in the older way too. It may only be slow to start, and answers both.
        """
        asked = asyncio.create_task(self._discover())
        old: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({asked}, timeout=DISCOVER_S)
            if not asked.done():
                old = asyncio.create_task(self._hello())
                await asyncio.wait({asked, old}, return_when=asyncio.FIRST_COMPLETED)
            if old is not None and old.done() and not asked.done():
                if old.exception() is not None:
                    await asyncio.wait({asked}, timeout=DISCOVER_S)
                if not asked.done():
                    old.result()
                    return
            self._modern = await asked
            if not self._modern:
                await (old or self._hello())
        finally:
            for task in filter(None, (asked, old)):
                task.cancel()
            await asyncio.gather(*filter(None, (asked, old)), return_exceptions=True)

    async def _hello(self) -> None:
        """Begin a session of an older version."""
        hello = {"protocolVersion": LATEST_HANDSHAKE_VERSION, "capabilities": {}, "clientInfo": CLIENT}
        version = (await self._ask("initialize", hello)).get("protocolVersion")
        if version not in HANDSHAKE_PROTOCOL_VERSIONS:
            raise BrokenReply(f"it speaks MCP {version}, which Podium does not.", sent=True)
        self._write({"method": "notifications/initialized"})

    async def _discover(self) -> bool:
        """Return whether it speaks a version without sessions."""
        given = envelope({}, LATEST_MODERN_VERSION)
        try:
            return speaks_modern(await self._ask("server/discover", given))
        except _RpcError as error:
            if falls_back(self._row.name, error.said):
                return False
        return speaks_modern(await self._ask("server/discover", given))

    async def request(
        self,
        method: str,
        params: dict[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        """Return its answer. Raises ConnectFailed where nothing went out, BrokenReply, UpstreamTimeout."""
        try:
            async with asyncio.timeout(self._row.timeout_s):
                return await self._ask(method, params, on_sent, listening)
        except TimeoutError as error:
            raise UpstreamTimeout(f"{self._row.name} did not answer in time.", phase="total") from error

    async def _ask(
        self,
        method: str,
        params: dict[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        if self.over is not None:
            raise ConnectFailed(f"The program of {self._row.name} {self.over}.")
        if on_sent is not None:
            on_sent()
        self._count += 1
        number = self._count
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        if listening is not None and listening.progress:
            self._listening[number] = listening
            params = wishing(
                params, number, listening, modern=False
            )  # of a log nobody knows whose call it tells
        if self._modern:
            params = envelope(params, LATEST_MODERN_VERSION)
        self._write({"id": number, "method": method, "params": params})
        try:
            with contextlib.suppress(ConnectionError):  # what becomes of it is seen where it is read
                await self._stdin.drain()
            message = await answer
        except asyncio.CancelledError:
            if self.over is None:
                gone = {"requestId": number, "reason": "nobody waits for it any more"}
                self._write({"method": "notifications/cancelled", "params": gone})
            raise
        finally:
            self._waiting.pop(number, None)
            self._listening.pop(number, None)
        error, result = message.get("error"), message.get("result")
        if isinstance(error, dict):
            raise _RpcError(error)
        if not isinstance(result, dict):
            raise BrokenReply(f"{self._row.name} gave no answer to {method}.", sent=True)
        return result

    @property
    def _stdin(self) -> asyncio.StreamWriter:
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        return self._process.stdin

    def _write(self, message: dict[str, Any]) -> None:
        self._stdin.write(msgspec.json.encode({"jsonrpc": "2.0", **message}) + b"\n")

    # What it says

    async def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        lines, why = 0, "cannot be read"
        try:
            while line := await self._process.stdout.readline():
                await self._hear(line)
                lines += 1
                if lines % _BREATH == 0:
                    await asyncio.sleep(0)
            why = "ended in the middle"
        except ValueError:
            why = f"answered with more than {MAX_ANSWER_BYTES} bytes"
        except OSError as error:
            why = f"cannot be read: {error}"
        finally:
            unasked = self.over is None
            self._is_over(why)
            if unasked:
                await self._tell_end(why)

    async def _hear(self, line: bytes) -> None:
        try:
            message = decode(line, self._row.name)
        except BrokenReply as error:
            if line.lstrip()[:1] == b"{":
                self._answer_is(error, line)
            return
        number = message.get("id")
        if "method" in message:
            if number is not None:
                self._write(declined(message))
                with contextlib.suppress(ConnectionError):
                    await self._stdin.drain()
            elif self._listening:
                self._notice(message)
        elif isinstance(number, int) and (waiting := self._waiting.get(number)) and not waiting.done():
            waiting.set_result(message)

    def _notice(self, message: dict[str, Any]) -> None:
        params = message.get("params")
        number = params.get("progressToken") if isinstance(params, dict) else None
        listening = self._listening.get(number) if type(number) is int else None
        if listening is not None and number is not None:
            notice = notice_of(message, number, listening, logs=False)
            if notice is not None:
                listening.heard(notice)

    def _answer_is(self, error: BrokenReply, line: bytes) -> None:
        """Tell those whose answer cannot be read, by the id that stands in it."""
        for found in _ID.findall(line[:200] + line[-200:]):
            waiting = self._waiting.get(int(found))
            if waiting is not None and not waiting.done():
                waiting.set_exception(error)

    async def _tell_end(self, why: str) -> None:
        """Say in the log that it has ended, how, and what it has said last."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._process.wait()), _SOON_S)
        code = self._process.returncode
        how = why if code is None else f"{why}, with exit code {code}"
        said_last = await self._murmurs.last()
        logger.warning(
            "the program of %s %s; the next question starts another%s",
            self._row.name,
            how,
            f". It said last:{said_last}" if said_last else "",
        )

    def _is_over(self, why: str) -> None:
        if self.over is None:
            self.over = why
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(BrokenReply(f"The program of {self._row.name} {why}.", sent=True))

    async def end(self) -> None:
        """Close its input; end it, and what it has started, where it does not end by itself."""
        if self.over is not None:  # it has ended by itself, and that is being told
            await asyncio.wait({self._reading}, timeout=2 * _SOON_S)
        self._is_over("was ended")
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        discarding = asyncio.create_task(self._discard())  # a program with more to say does not end
        self._stdin.close()
        for how in (None, signal.SIGTERM, signal.SIGKILL):
            if how is not None:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self._process.pid, how)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), END_S)
                break
        discarding.cancel()
        await asyncio.gather(discarding, return_exceptions=True)
        await self._murmurs.stop()
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else lets go of pipes that outlive it

    async def _discard(self) -> None:
        if self._process.stdout is not None:
            while await self._process.stdout.read(1 << 16):
                pass


class _RpcError(BrokenReply):
    """The server answered with an error of JSON-RPC, in its own words."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.said = said
        self.text = str(said.get("message", "The tool server refused."))
        super().__init__(self.text.rstrip("."), sent=True)
