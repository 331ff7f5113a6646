"""What the kernel is asked for, in a process of its own."""

import os
import subprocess
import sys

import pytest

GIVE_UP = """
import os, struct, sys
from podium.adapters.executors import linux

def line(code, value, yes=0, no=0):
    return struct.pack("=HBBI", code, yes, no, value)

refused = [linux._NR_CAPSET[os.uname().machine], *map(int, sys.argv[2:])]
lines = [line(0x20, 0)]
for number in refused:
    lines += [line(0x15, number, 0, 1), line(0x06, 0x00050001)]
if sys.argv[1] == "without":
    linux.give_up_privileges()
else:
    linux._check(linux._libc.prctl(38, 1, 0, 0, 0), "no_new_privs")
linux.load_filter(b"".join([*lines, line(0x06, 0x7FFF0000)]))
linux.give_up_privileges()
print("given up")
"""
CAPGET = {"x86_64": "125", "aarch64": "90"}.get(os.uname().machine, "")


def give_up(*arguments: str) -> tuple[int, str, str]:
    command = [sys.executable, "-c", GIVE_UP, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(not CAPGET, reason="this machine's calls are not known")
def test_nothing_to_give_up_is_given_up_where_capset_is_forbidden() -> None:
    """So does deploy/systemd/podium.service. Where it cannot be seen that there are none, it is refused."""
    assert give_up("without") == (0, "given up\n", "")
    code, _, said = give_up("without", CAPGET)
    assert code == 1
    assert "capset: Operation not permitted" in said


@pytest.mark.skipif(not CAPGET or os.getuid() != 0, reason="who has no capabilities has none to keep")
def test_capabilities_that_cannot_be_given_up_are_refused() -> None:
    """A program is not started with the privileges of root because a filter forbids to drop them."""
    code, _, said = give_up("with")
    assert code == 1
    assert "capset: Operation not permitted" in said
