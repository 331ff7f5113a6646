"""What became of telling the webhooks: the control process tells them, the keeper writes it down."""

from sqlalchemy import Connection, insert, select, update

from podium.ports.acts import NoteDelivery
from podium.ports.database import deliveries


def note_delivery(connection: Connection, note: NoteDelivery, now_ns: int) -> None:
    """Note one attempt."""
    key = (deliveries.c.notice == note.notice) & (deliveries.c.webhook == note.webhook)
    known = connection.execute(select(deliveries.c.attempts).where(key)).scalar()
    values = {
        "attempts": (known or 0) + 1,
        "next_ns": note.next_ns,
        "done_ns": now_ns if note.error is None else None,
        "error": note.error[:500] if note.error is not None else None,
    }
    if known is None:
        connection.execute(insert(deliveries).values(notice=note.notice, webhook=note.webhook, **values))
    else:
        connection.execute(update(deliveries).where(key).values(**values))
