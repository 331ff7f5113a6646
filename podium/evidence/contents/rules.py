"""Whether what is said in an agent's calls is kept, and in which form."""

from typing import Final, Literal

import msgspec

Record = Literal["off", "hashed", "redacted", "full"]
"""From the least to the most that is kept."""
RECORDS: Final[tuple[Record, ...]] = ("off", "hashed", "redacted", "full")
Pattern = Literal["email", "iban", "card", "phone", "secret", "ip"]
PATTERNS: Final[tuple[Pattern, ...]] = ("email", "iban", "card", "phone", "secret", "ip")
"""What is redacted where nobody says what."""


class ContentRule(msgspec.Struct, frozen=True):
    """What is kept of an agent's content. There is none where nothing is."""

    record: Literal["hashed", "redacted", "full"]
    patterns: tuple[Pattern, ...] = PATTERNS
    """What is redacted, by `redaction`."""
    own: tuple[tuple[str, str], ...] = ()
    """Further patterns: their name, and a regular expression of RE2's."""
    keep_days: int | None = None
    """None: as long as `podium up --keep-content-days` says."""
