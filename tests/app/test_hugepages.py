"""A worker's memory is on huge pages where there are any."""

import subprocess
import sys
from pathlib import Path

import pytest

from podium.app import hugepages

_MOVE = """
import mmap, re
from podium.app.hugepages import use_huge_pages
def kb(field):
    return int(re.search(field + r":\\s+(\\d+)", open("/proc/self/smaps_rollup").read())[1])
kept = [bytes([number % 256]) * 500 for number in range(60_000)]
wide = mmap.mmap(-1, 64 << 20, flags=mmap.MAP_PRIVATE)
wide[0] = 1
before, huge = kb("Rss"), kb("AnonHugePages")
moved = use_huge_pages()
assert all(one == bytes([number % 256]) * 500 for number, one in enumerate(kept))
print(moved, (kb("AnonHugePages") - huge) << 10, before, kb("Rss"))
"""


def test_what_is_in_memory_moves() -> None:
    """It moves where the system allows for it, holds what it held, and takes no more room to speak of."""
    command = [sys.executable, "-c", _MOVE]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    moved, huge_bytes, before_kb, after_kb = map(int, said.split())
    if not moved:
        pytest.skip("this system gives no huge pages")
    assert huge_bytes == moved
    assert after_kb < before_kb * 1.25


def test_only_what_is_in_use() -> None:
    """Files, shared memory, stacks, and memory that is not touched yet stay as they are."""
    full = "Size: 6144 kB\nRss: 6000 kB\n"
    smaps = (
        f"100000000-100600000 rw-p 00000000 00:00 0 \n{full}"  # from a boundary to a boundary
        f"200100000-200700000 rw-p 00000000 00:00 0 \n{full}"  # between boundaries: two whole ones
        f"300000000-300600000 rw-p 00000000 00:00 0    [heap]\n{full}"
        f"400000000-400600000 rw-p 00000000 00:00 0    [stack]\n{full}"
        f"500000000-500600000 r--p 00000000 00:00 0 \n{full}"
        f"600000000-600600000 rw-s 00000000 00:00 0 \n{full}"
        f"700000000-700600000 rw-p 00000000 fe:00 18710    /usr/lib/libpython3.11.so.1.0\n{full}"
        "800000000-800600000 rw-p 00000000 00:00 0 \nSize: 6144 kB\nRss: 4000 kB\n"
    )
    mb = 1 << 20
    assert list(hugepages._pages(smaps.splitlines(keepends=True))) == [
        *(0x100000000 + number * mb for number in (0, 2, 4)),
        *(0x200000000 + number * mb for number in (2, 4)),
        *(0x300000000 + number * mb for number in (0, 2, 4)),
    ]


@pytest.mark.parametrize("switch", ["always madvise [never]\n", None])
def test_not_where_nobody_wants_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, switch: str | None
) -> None:
    """An administrator's ``never`` holds, and so does a system without such pages."""
    path = tmp_path / "enabled"
    if switch is not None:
        path.write_text(switch, encoding="ascii")
    monkeypatch.setattr(hugepages, "_SWITCH", path)
    assert hugepages.use_huge_pages() == 0
