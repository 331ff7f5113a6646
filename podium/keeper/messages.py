"""What people have said to a run, as its own program asks for it."""

from sqlalchemy import Engine, select

from podium.ports.fleet_tables import task_messages
from podium.ports.tasks import GetMessages, Message, MessagesAre
from podium.trust.credentials.identity import Claims, parse_spiffe_id


def read_messages(engine: Engine, claims: Claims, asked: GetMessages) -> MessagesAre:
    """Return what was said to the task that a token is of; to no other one. ``claims``: proved."""
    of, task_id = task_messages.c, parse_spiffe_id(claims.sub).task_id
    query = select(of.seq, of.at_ns, of.by, of.text).where(of.task_id == task_id, of.seq > asked.after)
    with engine.connect().execution_options(read_only=True) as connection:
        return MessagesAre(tuple(Message(*row) for row in connection.execute(query.order_by(of.seq))))
