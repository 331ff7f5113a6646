"""One question to the keeper, without an event loop: for verbs of the command line."""

import socket
from pathlib import Path

from podium.adapters.link.refusals import check_path, error_of, not_running
from podium.kernel.errors import InvalidRequest, NotReady
from podium.ports.link import FRAME, Question, Refused, Reply, decode_reply, encode, payload_bytes


def call(path: Path, question: Question, *, timeout_s: float = 10.0) -> Reply:
    """Connect, ask, and return the answer.

    Raises StateError (not_running) where no keeper listens, NotReady where it does not answer, and the
    error that a refusal means.
    """
    check_path(path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout_s)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise not_running(path) from error
        except OSError as error:
            raise NotReady(
                f"The keeper cannot be reached: {error.strerror or error}.", fix="Is this its --state?"
            ) from error
        try:
            connection.sendall(encode(question))
            reply = decode_reply(_read(connection, payload_bytes(_read(connection, FRAME.size))))
        except TimeoutError as error:
            raise NotReady(f"The keeper did not answer within {timeout_s:g} s.") from error
        except OSError as error:
            raise NotReady("The keeper went away before it answered.", fix="Try again soon.") from error
        except InvalidRequest as error:
            raise NotReady(f"The keeper answered what this Podium cannot read: {error}") from error
    if isinstance(reply, Refused):
        raise error_of(reply)
    return reply


def _read(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = connection.recv(min(count - len(data), 1 << 20))
        if not part:
            raise ConnectionResetError("the connection ended within a frame")
        data += part
    return bytes(data)
