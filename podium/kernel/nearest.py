"""What may have been meant by a name that nobody knows.

Apart from the kinds, so that a process that has no use for those can say it.
"""

import difflib
from collections.abc import Sequence


def nearest(word: str, choices: Sequence[str]) -> str:
    """Return ``Did you mean `x`?`` or the choices."""
    close = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if not close:
        folded = {choice.lower().replace("_", ""): choice for choice in choices}
        close = [folded[key] for key in [word.lower().replace("_", "").replace("-", "")] if key in folded]
    if close:
        return f"Did you mean `{close[0]}`?"
    more = f" and {len(choices) - 12} more" if len(choices) > 12 else ""
    return f"Choose from: {', '.join(choices[:12])}{more}." if choices else ""
