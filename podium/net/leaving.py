"""The rest of an answer that has said all: it may come, so that its connection serves the next request."""

from typing import Final

from podium.net.reply import UpstreamReply

LEFT_S: Final = 1.0
"""So long may the end of an answer take behind its last word: as a rule that is the end of its chunks."""
LEFT_BYTES: Final = 4096
"""So much may come behind the last word and is thrown away; who goes on talking is not listened to."""


def leave(reply: UpstreamReply) -> None:
    """Listen no more to an answer: when its end comes soon its connection is kept, else it is closed."""
    connection = reply._connection
    if connection is None:
        return
    if reply._paused:
        reply.abort()
        return
    left = LEFT_BYTES

    def drop(data: bytes) -> bool:
        nonlocal left
        left -= len(data)
        # By way of the connection: a cycle with the answer would be for the garbage collection.
        if left < 0 and connection.reply is not None:
            connection.reply.abort()
        return left >= 0

    reply._chunks.clear()
    reply._take = drop
    reply._total_at = min(reply._total_at, connection.pool.now + LEFT_S)
