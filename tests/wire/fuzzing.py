"""What breaks decoders: bytes and JSON, bent at random. Every draw comes from a seeded generator."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

ODD_BYTES = (
    *(b"null", b"{}", b"[]", b'""', b"[", b"{", b'"', b"\\", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80"),
    *(b"\\ud800", b"1e999", b"-1", b"NaN", b"9" * 40, b"[" * 3000, b'{"a":' * 3000, b"\xef\xbb\xbf"),
    *(b"\n", b"\r", b"\r\n\r\n", b"\n\n", b"data:", b"data: ", b"event: error\n", b": ping\n\n"),
    *(b"data: [DONE]\n\n", b"[DONE]", b'"usage":', b'"error":', b"id: 7\n", b"retry: x\n"),
)
"""What is put in between: halves of texts, numbers out of range, nesting, and the words of streams."""
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**63), 0.5, 1e308, "", " ", "x" * 300, "\x00"),
    *("data:", "data:,", "data:image/png;base64,%%%", "https://a/b", "podium.", "podium.x.", "podium.x.y"),
    *("podium.anthropic.r.", "auto", "function", "text", "null", "{", "[]", "é€𝄞", "\ud800"),
    *([], {}, [None], [[]], [{}], {"": None}, {"type": "text"}, {"type": 7}, {"a": {"b": {"c": []}}}),
)


def bend_bytes(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with one to three faults: cut, flipped, doubled, taken out or put in."""
    bent = bytearray(data)
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(bent))
        until = min(len(bent), at + rng.choice((1, 1, 4, 40)))
        kind = rng.randrange(6)
        if kind == 0:
            del bent[at:]
        elif kind == 1 and at < len(bent):
            bent[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            bent[at:at] = bent[at:until]
        elif kind == 3:
            del bent[at:until]
        else:
            bent[at:at] = rng.choice(ODD_BYTES)
    return bytes(bent)


def bend_json(document: Any, rng: random.Random) -> bytes:
    """Return a JSON document with one to three of its values exchanged, taken out, doubled or renamed."""
    for _ in range(rng.randint(1, 3)):
        places = list(_places(document))
        if not places:
            break
        parent, key = rng.choice(places)
        kind = rng.randrange(6)
        if kind == 0:
            del parent[key]
        elif kind == 1:
            parent[key] = [parent[key]]
        elif kind == 2:
            _, other = rng.choice(places)
            if isinstance(parent, dict) and isinstance(other, str):
                parent[other] = copy.deepcopy(parent[key])
        elif kind == 3:
            holder, other = rng.choice(places)
            parent[key] = copy.deepcopy(holder[other])
        else:
            parent[key] = copy.deepcopy(rng.choice(ODD_VALUES))
    return json.dumps(document).encode(errors="surrogatepass")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container and key of a document, at any depth."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def bend_stream(data: bytes, rng: random.Random) -> bytes:
    """Return a stream with faults in its bytes, in one event's JSON, or in the order of its events."""
    kind = rng.randrange(4)
    if kind == 0:
        return bend_bytes(data, rng)
    end = b"\r\n\r\n" if b"\r\n\r\n" in data else b"\n\n"
    events = data.split(end)
    at = rng.randrange(len(events))
    if kind == 1:
        events[at:at] = [rng.choice(events)]
    elif kind == 2:
        events.pop(at)
    else:
        head, mark, text = events[at].partition(b"data: ")
        if mark and text[:1] == b"{":
            events[at] = head + mark + bend_json(json.loads(text), rng)
    return rng.choice((end, b"\n\n", b"\r\n\r\n", b"\r\r")).join(events)


def cut(data: bytes, rng: random.Random) -> list[bytes]:
    """Return bytes in up to a dozen pieces, or one by one."""
    if len(data) < 600 and rng.random() < 0.1:
        return [data[at : at + 1] for at in range(len(data))]
    places = sorted(rng.randint(0, len(data)) for _ in range(rng.randint(0, 11)))
    return [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]
