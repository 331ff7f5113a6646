"""What a call of a tool costs through Podium, beside the direct call: ``python -m bench.tools [--calls N]``.

A keeper and a tool gateway in one process, the tool server in another, the official client in this one, all
over loopback. Direct calls and calls through Podium alternate, so that both see the same machine. All
controls are on: token, grant, labels, definition, journal, audit. Before each call of a tool that writes the
server's definitions are looked at, which is a request more.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path

import httpx2
import uvicorn
import uvloop
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

from tests.tools.rig import bound, rig
from tests.tools.samples import MANIFESTS, Post

BAR_MS = 5.0
WARM = 50


def _serve(port: int) -> None:
    uvicorn.run(Post().server().streamable_http_app(), port=port, log_level="error")


def _gateway(folder: str, port: int, told: "multiprocessing.Queue[tuple[str, str]]") -> None:
    async def main() -> None:
        text = MANIFESTS.format(port=port).replace("uses: 2, else: ask", "uses: 1000000")
        # The same call a thousand times is a loop, of which a breaker would pause the task.
        text = text.replace("  routes: [small]\n", "  routes: [small]\n  breaker: {loops: false}\n")
        async with rig(Path(folder), text) as it:
            it.gate.narrowing = False  # the sample's request asks for one mail
            token = await it.task("clerk", "Send mails to anna@acme.example that say hello.")
            told.put((it.url, token))
            await asyncio.Event().wait()

    uvloop.run(main())


async def _measure(direct: str, through: str, token: str, calls: int) -> dict[str, tuple[float, float]]:
    found: dict[str, tuple[list[float], list[float]]] = {}
    kinds = {
        "read": ("list_messages", {}),
        "irreversible": ("send_email", {"to": "anna@acme.example", "body": "hello {}"}),
    }
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
        Client(direct) as straight,
        Client(streamable_http_client(through, http_client=http)) as gated,
    ):
        await straight.list_tools()
        await gated.list_tools()
        for kind, (tool, arguments) in kinds.items():
            times: tuple[list[float], list[float]] = ([], [])
            for number in range(calls + WARM):
                # The same mail twice is asked about.
                given = {key: value.format(number) for key, value in arguments.items()}
                for into, client, name in ((0, straight, tool), (1, gated, f"mail_{tool}")):
                    began = time.perf_counter()
                    try:
                        result = await client.call_tool(name, given)
                    except MCPError as error:  # a machine so busy that the keeper was late: told, not timed
                        print(f"{kind} {number}: {error}")
                        await asyncio.sleep(0.5)
                        continue
                    took_ms = (time.perf_counter() - began) * 1e3
                    assert not result.is_error, result
                    if number >= WARM:
                        times[into].append(took_ms)
            found[kind] = times
    return {kind: (statistics.median(a), statistics.median(b)) for kind, (a, b) in found.items()}


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=500)
    arguments = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    listener = bound()
    port = listener.getsockname()[1]
    listener.close()
    told = spawn.Queue()
    with tempfile.TemporaryDirectory() as folder:
        server = spawn.Process(target=_serve, args=(port,), daemon=True)
        server.start()
        time.sleep(3)
        gateway = spawn.Process(target=_gateway, args=(folder, port, told), daemon=True)
        gateway.start()
        through, token = told.get(timeout=60)
        figures = asyncio.run(_measure(f"http://127.0.0.1:{port}/mcp", through, token, arguments.calls))
        for process in (gateway, server):
            process.terminate()
            process.join()
    for kind, (direct, gated) in figures.items():
        verdict = "holds" if gated - direct < BAR_MS else "MISSED"
        print(
            f"{kind}: direct {direct:.2f} ms, through Podium {gated:.2f} ms, p50 overhead "
            f"{gated - direct:.2f} ms (under {BAR_MS:g} ms: {verdict})"
        )


if __name__ == "__main__":
    main()
