"""Serves the console from a SQLite file, as the control process does: ``serve.py DATABASE TOKEN``.

Prints its port as one line. The keeper counts as unreachable while the file ``DATABASE.keeper-down`` exists.
"""

import argparse
import asyncio
import socket
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import create_engine

from podium.adapters.system import SystemClock
from podium.console.app import mount
from podium.kernel.errors import NotReady


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", type=Path)
    parser.add_argument("token")
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    down = arguments.database.with_name(arguments.database.name + ".keeper-down")

    async def probe() -> None:
        if down.exists():
            raise NotReady("nothing listens on keeper.sock")

    app = FastAPI()
    engine = create_engine(f"sqlite:///file:{arguments.database}?mode=ro&uri=true")
    mount(app, engine=engine, token=arguments.token, clock=SystemClock(), probe=probe)
    listener = socket.create_server(("127.0.0.1", arguments.port))
    print(listener.getsockname()[1], flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    asyncio.run(server.serve(sockets=[listener]))


if __name__ == "__main__":
    main()
