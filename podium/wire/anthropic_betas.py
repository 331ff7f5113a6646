"""Beta features of Anthropic's that raise a model's limits, by the header ``anthropic-beta``.

Source: Anthropic's API reference, beta headers: ``context-1m-2025-08-07``, ``output-128k-2025-02-19``. What a
call is held for follows the limits that the manifests declare, so a client may not raise them past those.
"""

import re
from typing import Final

_RAISES: Final = re.compile(rb"(context|output)-(\d{1,6})(k|m)-")
_UNIT: Final = {b"k": 1_000, b"m": 1_000_000}


def within_limits(
    betas: bytes, *, context_window_tokens: int | None, max_output_tokens: int | None
) -> tuple[bytes, tuple[str, ...]]:
    """Return the header's value without what raises a limit past the declared one, and what was left out."""
    limits = {b"context": context_window_tokens, b"output": max_output_tokens}
    kept: list[bytes] = []
    dropped: list[str] = []
    for name in (part.strip() for part in betas.split(b",")):
        found = _RAISES.match(name.lower())
        limit = None if found is None else limits[found[1]]
        if found is not None and limit is not None and int(found[2]) * _UNIT[found[3]] > limit:
            dropped.append(f"anthropic-beta.{name.decode('latin-1')}")
        elif name:
            kept.append(name)
    return (betas, ()) if not dropped else (b",".join(kept), tuple(dropped))
