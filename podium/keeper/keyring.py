"""The keys that sign task tokens: which are in force, which one signs, and how one follows another."""

from typing import Final

import msgspec

from podium.kernel.errors import NotReady
from podium.ports import Clock, Entropy
from podium.ports.tasks import StoredKey, TaskKeys
from podium.trust.credentials.identity import Claims, PublicKey
from podium.trust.credentials.tokens import Keys, SigningKey, new_private_jwk

TOKEN_S: Final = 600
"""How long one token lives; it is renewed while the task lives."""
PUBLISHED_FIRST_S: Final = 10
"""A new key is published for so long before it signs: every worker has it then."""


KNOWN_S: Final = 86_400
"""A key that has ended is known for so long: the collector takes a token for its task's spans a day later."""


class KeyRing:
    """The keys of one Podium, in the order in which they were made."""

    def __init__(self, store: TaskKeys, clock: Clock, entropy: Entropy) -> None:
        self._store = store
        self._clock = clock
        self._entropy = entropy
        self._stored: tuple[StoredKey, ...] = ()
        self._verifier = Keys(())

    def open(self) -> None:
        """Read the keys; make the first one."""
        self._stored = self._store.load()
        now_ns = self._clock.wall_ns()
        if not self._in_force(now_ns):
            self._keep((*self._stored, StoredKey(new_private_jwk(self._entropy(32)), now_ns, now_ns)))
        else:
            self._use()

    def _known(self, now_ns: int) -> tuple[StoredKey, ...]:
        since_ns = now_ns - KNOWN_S * 1_000_000_000
        return tuple(key for key in self._stored if key.ends_ns is None or since_ns < key.ends_ns)

    def _in_force(self, now_ns: int) -> tuple[StoredKey, ...]:
        return tuple(key for key in self._stored if key.ends_ns is None or now_ns < key.ends_ns)

    def _keep(self, keys: tuple[StoredKey, ...]) -> None:
        self._store.save(keys)
        self._stored = keys
        self._use()

    def _use(self) -> None:
        self._verifier = Keys(self.publics())

    def publics(self) -> tuple[PublicKey, ...]:
        """Return the public keys in force, and those whose end is not long ago."""
        return tuple(
            SigningKey(key.jwk).public_until(key.ends_ns) for key in self._known(self._clock.wall_ns())
        )

    def rotate(self) -> str:
        """Publish a new key, which signs when every worker has it; the old ones end after their last token.

        Orders must be written anew, so that workers learn of it. Returns its id.
        """
        now_ns = self._clock.wall_ns()
        signs_ns = now_ns + PUBLISHED_FIRST_S * 1_000_000_000
        ends_ns = signs_ns + 2 * TOKEN_S * 1_000_000_000
        kept = tuple(
            msgspec.structs.replace(key, ends_ns=min(key.ends_ns or ends_ns, ends_ns))
            for key in self._known(now_ns)
        )
        made = StoredKey(new_private_jwk(self._entropy(32)), now_ns, signs_ns)
        self._keep((*kept, made))
        return made.jwk["kid"]

    def sign(self, claims: Claims) -> str:
        """Return a token. Raises NotReady where no key signs yet."""
        now_ns = self._clock.wall_ns()
        ready = [key for key in self._in_force(now_ns) if key.signs_from_ns <= now_ns]
        if not ready:
            raise NotReady("No key for task tokens is in force yet.", fix="Try again in some seconds.")
        return SigningKey(ready[-1].jwk).sign(claims)

    def verify(
        self,
        token: str,
        *,
        issuer: str,
        audience: tuple[str, ...],
        at_s: float | None = None,
        grace_s: float = 0,
    ) -> Claims:
        """Return what a token says that is good now, or was at a time, or a while ago.

        Raises Unauthenticated.
        """
        now_s = self._clock.wall_ns() / 1e9 if at_s is None else at_s
        return self._verifier.verify(token, issuer=issuer, audience=audience, now_s=now_s, grace_s=grace_s)
