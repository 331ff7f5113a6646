"""What became of telling the webhooks: the control process tells them, the keeper writes it down."""

from sqlalchemy import Connection, insert, select, update

from podium.ports.acts import NoteDelivery
from podium.ports.audit_tables import occurrence_deliveries
from podium.ports.database import deliveries


def note_delivery(connection: Connection, note: NoteDelivery, now_ns: int) -> None:
    """Note one attempt."""
    table = occurrence_deliveries if note.occurrence else deliveries
    of = table.c.occurrence if note.occurrence else table.c.notice
    key = (of == note.notice) & (table.c.webhook == note.webhook)
    known = connection.execute(select(table.c.attempts).where(key)).scalar()
    values = {
        "attempts": (known or 0) + 1,
        "next_ns": note.next_ns,
        "done_ns": now_ns if note.error is None else None,
        "error": note.error[:500] if note.error is not None else None,
    }
    if known is None:
        place = {of.name: note.notice}
        connection.execute(insert(table).values(**place, webhook=note.webhook, **values))
    else:
        connection.execute(update(table).where(key).values(**values))
