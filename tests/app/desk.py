"""The simulated support desk as a process of its own, and its manifest."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.app.running import PODIUM, environment, free_port

TOOLS = """
---
apiVersion: podium/v1
kind: ToolServer
metadata: {{name: tickets}}
spec:
  url: http://127.0.0.1:{port}/mcp
  tools:
    search_tickets:
      effect: read
      arguments: {{query: {{sink: query}}}}
      returns:
        integrity: public # customers write tickets
        object: {{list: tickets, id: number, names: [number, subject, customer]}}
        fields: {{"tickets[].number": {{integrity: organisation}}}}
    reply_to_ticket:
      effect: irreversible
      intents: [reply, answer]
      arguments: {{number: {{sink: object}}, body: {{sink: text}}}}
    close_ticket:
      effect: write
      intents: [close]
      arguments: {{number: {{sink: object}}}}
"""


@contextmanager
def desk(folder: Path) -> Iterator[tuple[int, Path]]:
    """Yield the port of a desk, and the file in which it counts what is done."""
    port, count = free_port(), folder / "acts.jsonl"
    command = [*PODIUM, "simulate", "tools", "--port", str(port), "--count", str(count)]
    server = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        with server.stdout:
            assert "simulated tool server" in server.stdout.readline()
            yield port, count
    finally:
        server.terminate()
        server.wait(120)
