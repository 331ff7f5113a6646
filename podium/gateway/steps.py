"""How a call is known again without its words: digests of the end and the beginning of it, and of its tools.

A loop asks the same thing over and over, in a conversation that grows: so the end of what is said counts,
with digits alike, since those vary from turn to turn. The beginning is where instructions stand. Digests are
keyed, so that nobody can guess a prompt by trying; whoever has the key is on this machine.
"""

from hashlib import blake2b
from typing import Final

from podium.kernel.call import Request

END_BYTES: Final = 512
BEGIN_BYTES: Final = 512
"""Of what was said, where no instructions stand before it."""
INSTRUCTION_BYTES: Final = 16_384
"""Of instructions: what differs behind them is not seen."""
NO_TOOLS: Final = "0" * 8
KNOWN: Final = 1024
"""Beginnings and tools of which the digest is remembered."""
_ALIKE: Final = bytes(ord("0") if 48 <= byte <= 57 else byte for byte in range(256))
_INSTRUCTIONS: Final = ("system", "instructions", "systemInstruction")
_TOOLS: Final = ("tools", "functions")
_ROLE: Final = b'"role"'
_INSTRUCTS: Final = (b':"system"', b': "system"', b':"developer"', b': "developer"')
_OTHERS: Final = frozenset((*_INSTRUCTIONS, *_TOOLS))


class Stepper:
    """Makes the digests of one worker's calls."""

    __slots__ = ("_keyed", "_known")

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(key=key, digest_size=8, person=b"podium step")
        self._known: dict[int, str] = {}
        """Of what comes with every call of an agent: found by Python's own hash; nothing of it is kept."""

    def step(self, request: Request) -> str | None:
        """Return the three digests: 16, 8 and 8 hexadecimal digits, which the ledger keeps in 16 bytes."""
        fields = request.fields
        raw = fields.get(request.content_field)
        if raw is None:
            return None
        said = memoryview(raw)
        if len(said) <= END_BYTES:
            end = head = bytes(said)
        else:
            end, head = bytes(said[-END_BYTES:]), bytes(said[:INSTRUCTION_BYTES])
        asked = self._keyed.copy()
        asked.update(end.translate(_ALIKE))
        if _OTHERS.isdisjoint(fields):
            return asked.hexdigest() + self._digest(_beginning(head)) + NO_TOOLS
        first = next((memoryview(fields[name]) for name in _INSTRUCTIONS if name in fields), None)
        begins = _beginning(head) if first is None else bytes(first[:INSTRUCTION_BYTES])
        tools = next((bytes(memoryview(fields[name])) for name in _TOOLS if name in fields), None)
        found = asked.hexdigest() + self._digest(begins)
        return found + (NO_TOOLS if tools is None else self._digest(tools))

    def _digest(self, text: bytes) -> str:
        mark = hash(text)
        found = self._known.get(mark)
        if found is None:
            if len(self._known) >= KNOWN:
                self._known.clear()
            keyed = self._keyed.copy()
            keyed.update(text)
            found = self._known[mark] = keyed.hexdigest()[:8]
        return found


def _beginning(head: bytes) -> bytes:
    """Return the first message of a list that begins so where it instructs, else the first bytes of the list.

    A quote within a text is escaped, so that the word in quotes is a key. SDKs write it first in a message,
    or last.
    """
    at = head.find(_ROLE)
    behind = at + len(_ROLE)
    if at < 0 or not head.startswith(_INSTRUCTS, behind):
        return head[:BEGIN_BYTES]
    if at > 4:  # `[{"content": …, "role": "system"}`
        return head[:at]
    end = head.find(_ROLE, behind)
    return head if end < 0 else head[:end]
