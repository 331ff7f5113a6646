"""What the service manager hears."""

import logging
import os
import socket
from pathlib import Path

import pytest

from podium.adapters.service_manager import ServiceManager


@pytest.mark.parametrize("abstract", [False, True])
def test_it_hears_each_fact_on_its_line(tmp_path: Path, abstract: bool):
    """One datagram a call, to a path as well as to an abstract name."""
    address = f"@podium-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind("\0" + address[1:] if abstract else address)
        manager.settimeout(10)
        ServiceManager(address).tell("READY=1", "STATUS=serving")
        assert manager.recv(4096) == b"READY=1\nSTATUS=serving"


def test_nobody_listens(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """Without an address nothing is sent and nothing said; with a dead one it is a warning."""
    with caplog.at_level(logging.WARNING):
        ServiceManager(None).tell("READY=1")
        assert not caplog.records
        ServiceManager(str(tmp_path / "nobody")).tell("READY=1")
    assert "cannot be told READY=1" in caplog.text


def test_a_full_socket_holds_nobody_up(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A manager that does not read is a warning, not a wait."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        for _ in range(10_000):
            ServiceManager(str(tmp_path / "notify")).tell("STATUS=again")
            if caplog.records:
                break
    assert "cannot be told STATUS=again" in caplog.text
