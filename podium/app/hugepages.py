"""Puts the memory that a worker has when it is ready on huge pages.

What a call touches is strewn over all of it. Of pages of 4 kB the processor knows too few by heart, and looks
the others up in tables; on a virtual machine in tables within tables.
"""

import ctypes
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_COLLAPSE: Final = 25
"""MADV_COLLAPSE of madvise(2): Linux 6.1."""
_PAGE_BYTES: Final = 2 << 20
_SWITCH: Final = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_MAPPING: Final = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0\s*(\[heap\])?$")
_FULL: Final = 0.75
"""Of a mapping so much has to be in memory already: the rest becomes memory too."""

logger = logging.getLogger("podium.hugepages")


def use_huge_pages() -> int:
    """Move what is in memory now, and return how many bytes are on huge pages by that.

    That is 0 where the system has no such pages, has none left, or is told to give none (``never``).
    """
    try:
        if "[never]" in _SWITCH.read_text(encoding="ascii"):
            return 0
        libc = ctypes.CDLL(None)
        libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        with Path("/proc/self/smaps").open(encoding="utf-8", errors="replace") as file:
            pages = list(_pages(file))
    except (OSError, AttributeError) as error:
        logger.debug("memory stays on small pages: %s", error)
        return 0
    moved = sum([_PAGE_BYTES for page in pages if libc.madvise(page, _PAGE_BYTES, _COLLAPSE) == 0])
    logger.debug("%d of %d MB are on huge pages", moved >> 20, len(pages) * _PAGE_BYTES >> 20)
    return moved


def _pages(smaps: Iterable[str]) -> Iterator[int]:
    """Yield where a huge page may begin: in anonymous memory that is in use, by proc_pid_smaps(5)."""
    start = end = 0
    for line in smaps:
        words = line.split()
        if not words[0].endswith(":"):
            found = _MAPPING.match(line)
            start, end = (int(found[1], 16), int(found[2], 16)) if found else (0, 0)
        elif words[0] == "Rss:" and int(words[1]) << 10 >= (end - start) * _FULL:
            first = -(-start // _PAGE_BYTES) * _PAGE_BYTES
            yield from range(first, end - _PAGE_BYTES + 1, _PAGE_BYTES)
