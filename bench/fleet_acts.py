"""A real MCP server whose one act cannot be taken back, with a count of its own: a line a call in a file.

python bench/fleet_acts.py PORT FILE [SECONDS]

FILE.times gets a line an act too: its record, when it came in and when its answer was handed over, or its
asker went away (Unix nanoseconds).
"""

import asyncio
import os
import sys
import time
from typing import Any

import uvicorn
from mcp.server import MCPServer


def server(count: int, times: int, delay_s: float) -> MCPServer[Any]:
    """Return it; ``count``: a file that is only appended to, as ``times``."""
    made: MCPServer[Any] = MCPServer("acts", log_level="ERROR")
    known: set[str] = set()

    @made.tool()
    async def post(record: str, reference: str = "") -> str:
        """Post a record for good."""
        came_ns = time.time_ns()
        try:
            await asyncio.sleep(delay_s / 2)
            os.write(count, f"{record}\n".encode())
            known.add(reference)
            await asyncio.sleep(delay_s / 2)
        finally:
            os.write(times, f"{record} {came_ns} {time.time_ns()}\n".encode())
        return f"record {record} is posted"

    @made.tool()
    async def find(reference: str) -> dict[str, str]:
        """Find a record by its reference."""
        return {"reference": reference} if reference in known else {}

    @made.tool()
    async def look(record: str) -> str:
        """Look at a record."""
        return f"record {record}"

    return made


def main() -> None:
    """Serve until told to stop."""
    port, path = int(sys.argv[1]), sys.argv[2]
    delay_s = float(sys.argv[3]) if len(sys.argv) > 3 else 0.03
    count, times = (
        os.open(name, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600) for name in (path, f"{path}.times")
    )
    app = server(count, times, delay_s).streamable_http_app()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    main()
