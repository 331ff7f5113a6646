"""A tool server on standard streams that behaves as its argument says: ``python odd_program.py HOW FILE``."""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

SAMPLE = {
    "jsonrpc": "2.0",
    "id": 77,
    "method": "sampling/createMessage",
    "params": {"messages": [], "maxTokens": 5},
}
NOTE = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x"}}


UNANSWERED = {
    ("server/discover", "slow dumb"),
    ("server/discover", "slow deaf"),
    ("initialize", "slow deaf"),
}


def out(data: bytes) -> None:
    sys.stdout.buffer.write(data + b"\n")
    sys.stdout.buffer.flush()


def tell(message: dict[str, Any]) -> None:
    out(json.dumps(message).encode())


def listed(how: str, cursor: str | None) -> dict[str, Any]:
    if how == "nameless":
        return {"tools": [{"inputSchema": {}}]}
    more = {"nextCursor": f"{cursor or ''}x"} if how == "endless" else {}
    return {"tools": [{"name": "t", "inputSchema": {"type": "object"}}], **more}


def called(how: str, file: Path, number: int) -> None:
    answer = {
        "jsonrpc": "2.0",
        "id": number,
        "result": {"content": [{"type": "text", "text": str(os.getpid())}]},
    }
    if how == "ends once" and not file.exists():
        file.touch()
        os._exit(3)
    if how == "latin":
        out(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"caf\xe9"}]}}' % number)
        return
    if how == "long":
        out(b"x" * (1 << 20))
    if how == "noisy":
        out(b"starting\xff")
        tell(NOTE)
        tell(SAMPLE)
        said = json.loads(sys.stdin.buffer.readline())
        answer["result"] = {"content": [], "structuredContent": said}
    if how == "murmurs":
        sys.stderr.buffer.write(b"started\n\na\t\x1b[31m\xff line\n" + b"x" * (1 << 20) + b"\n")
        sys.stderr.buffer.flush()
    if how == "hangs":
        time.sleep(60)
    tell(answer)


def main() -> None:
    how, file = sys.argv[1], Path(sys.argv[2])
    if how.startswith("slow "):
        while not file.exists():
            time.sleep(0.01)
    if how == "breaks":
        sys.exit("no such folder: /srv/files")
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        number, method, params = asked.get("id"), asked.get("method"), asked.get("params") or {}
        if method == "initialize" and how == "slow new":
            error = {"code": -32600, "message": "the initialize handshake is not accepted"}
            tell({"jsonrpc": "2.0", "id": number, "error": error})
        elif method == "server/discover" and how == "slow new":
            tell({"jsonrpc": "2.0", "id": number, "result": {"supportedVersions": ["2026-07-28"]}})
        elif (method, how) in UNANSWERED:
            pass
        elif method == "initialize":
            told = {
                "protocolVersion": "2025-11-25",
                "capabilities": {},
                "serverInfo": {"name": "x", "version": "1"},
            }
            tell({"jsonrpc": "2.0", "id": number, "result": told})
        elif method == "server/discover" and how.startswith("speaks "):
            offered = how.split()[1:]
            data = {"supported": offered, "requested": "2026-07-28"}
            error = {"code": -32022, "message": "no", "data": data}
            answer = {"result": {"supportedVersions": offered}} if file.exists() else {"error": error}
            file.touch()
            tell({"jsonrpc": "2.0", "id": number, **answer})
        elif method == "tools/list":
            tell({"jsonrpc": "2.0", "id": number, "result": listed(how, params.get("cursor"))})
        elif method == "tools/call":
            called(how, file, number)
        elif number is not None:
            tell({"jsonrpc": "2.0", "id": number, "error": {"code": -32601, "message": "no such method"}})


main()
