"""The records: ledger, snapshots, credentials in one SQLite file, written by the keeper alone.

WAL, so that readers never wait for the writer and the writer never for them. ``synchronous=FULL``: what
the keeper has confirmed survives a power cut.
"""

from podium.adapters.records.schema import HEAD, migrate
from podium.adapters.records.sqlite import DATABASE, open_for_reading, open_records

__all__ = ["DATABASE", "HEAD", "migrate", "open_for_reading", "open_records"]
