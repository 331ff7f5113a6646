"""llama.cpp's own HTTP server inside this process, by ``xllamacpp``: it speaks OpenAI's format itself."""

import contextlib
import errno
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from podium.adapters.models.cache import GGUF_MAGIC
from podium.kernel.errors import NotFound, PodiumError

_PROMPT_CACHE_MIB: Final = 256
"""llama.cpp keeps prompts' state in memory to reuse it; its own default is 8 GiB."""
_WARNINGS: Final = 2
_INFO: Final = 3
"""llama.cpp's verbosity. The next level writes prompts into the log, so it is never used."""


@dataclass(frozen=True)
class LlamaOptions:
    """What to serve, and how. ``context_tokens`` is what ``parallel`` calls at a time share."""

    path: Path
    alias: str
    host: str
    port: int
    context_tokens: int = 4096
    parallel: int = 2
    threads: int = 2
    verbose: bool = False


class LlamaServer:
    """A loaded model that listens, for as long as the process lives. Its threads are llama.cpp's."""

    def __init__(self, options: LlamaOptions) -> None:
        """Load and listen; Python waits meanwhile, signals included.

        Raises NotFound when a new start would not help (no xllamacpp, no GGUF), else PodiumError.
        """
        params = _parameters(options)
        from xllamacpp import Server  # noqa: PLC0415 - an extra, and slow to load

        try:
            self._server: Any = Server(params)
        except RuntimeError as error:
            # llama.cpp says why on standard error and hands out one message for everything.
            if _taken(options.host, options.port):
                raise PodiumError(
                    f"port {options.port} on {options.host} is not free.",
                    fix="Stop what listens there, or change baseUrl in the Provider's manifest.",
                    code="port_in_use",
                ) from error
            raise PodiumError(
                f"llama.cpp cannot serve {options.path}: its own words stand above.", code="model_unusable"
            ) from error
        self.url: str = self._server.listening_address


def _parameters(options: LlamaOptions) -> Any:
    try:
        from xllamacpp import CommonParams  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise NotFound(
            f"llama.cpp is not installed here: {error}.",
            fix="Install Podium with its extra `models`.",
            code="model_library_missing",
        ) from error
    with contextlib.suppress(OSError), options.path.open("rb") as file:
        if file.read(4) != GGUF_MAGIC:
            raise NotFound(
                f"{options.path} is no GGUF file.", fix="Remove and pull it again.", code="model_unusable"
            )
    params = CommonParams()
    params.model.path = str(options.path)
    params.model_alias = {options.alias}
    params.hostnames = [options.host]
    params.port = options.port
    params.n_parallel = options.parallel
    params.n_ctx = options.context_tokens
    params.kv_unified = True  # one call alone may use all of it
    params.n_gpu_layers = 0  # it works on CPUs alone, and so its GPU-seconds are known: none
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.verbosity = _INFO if options.verbose else _WARNINGS
    params.ui = False
    params.endpoint_slots = False  # it would show prompts
    params.cors_origins = ""  # web pages in a browser on this machine are no clients
    params.cors_origins_explicit = True
    return params


def _taken(host: str, port: int) -> bool:
    if port == 0:
        return False
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
