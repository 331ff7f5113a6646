"""A verb of the command line in a fork of the tests' process: one of its own, with nothing to import."""

import gc
import logging
import os
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NoReturn

from podium.app.entry import main

_LOOK_EVERY_S = 0.005


def run_verb(
    arguments: Sequence[str], variables: Mapping[str, str], *, within_s: float
) -> "subprocess.CompletedProcess[str]":
    """Run ``podium ARGUMENTS`` to its end, with nothing to read. Raises TimeoutExpired."""
    with Path(os.devnull).open("rb") as given, TemporaryFile() as out, TemporaryFile() as wrong:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a fork beside threads: it runs what starts none of theirs
            process = os.fork()
        if process == 0:
            _be_podium(arguments, variables, (given.fileno(), out.fileno(), wrong.fileno()))
        code = _ended(process, arguments, within_s)
        out.seek(0)
        wrong.seek(0)
        return subprocess.CompletedProcess(
            ["podium", *arguments], code, out.read().decode(), wrong.read().decode()
        )


def _ended(process: int, arguments: Sequence[str], within_s: float) -> int:
    """Return the exit code of a child as `subprocess` tells it."""
    until = time.monotonic() + within_s
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            raise subprocess.TimeoutExpired(["podium", *arguments], within_s)
        time.sleep(_LOOK_EVERY_S)


def _be_podium(
    arguments: Sequence[str], variables: Mapping[str, str], files: tuple[int, int, int]
) -> NoReturn:
    """Become what ``python -m podium.app.entry`` is when it has imported; does not return."""
    code: object = 1
    try:
        gc.freeze()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        for standard, file in enumerate(files):
            os.dup2(file, standard)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it lives as long as the process
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False, buffering=1)  # noqa: SIM115
        logging.getLogger().handlers.clear()
        warnings.simplefilter("ignore")
        os.environ.clear()
        os.environ.update(variables)
        sys.argv = ["podium", *arguments]
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - nothing may go on as the tests
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else int(code is not None))
