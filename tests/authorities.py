"""The public authorities' certificates are read when a connection over TLS needs them, not for each client.

Every client of every SDK reads all of them when it is made, which takes it 20 ms; nearly all that tests make
speak to a server of the test's own, without TLS or with an authority of its own.
"""

import ssl
from collections.abc import Callable
from functools import wraps
from typing import Any
from weakref import WeakKeyDictionary

_PATHS = ssl.get_default_verify_paths()
_SYSTEM_S = {_PATHS.cafile, _PATHS.capath, _PATHS.openssl_cafile, _PATHS.openssl_capath}
_NEED = ("wrap_socket", "wrap_bio", "cert_store_stats", "get_ca_certs")


def _is_public(place: str) -> bool:
    """Whether it is a file or folder of the system's, as its environment says, or the package certifi's."""
    return place in _SYSTEM_S or place.endswith(("/certifi/cacert.pem", "/ca-certificates.crt"))


def read_when_needed() -> None:
    """From here on a context that is made in this process waits with what it is to read of them."""
    waiting: WeakKeyDictionary[ssl.SSLContext, list[tuple[Any, ...]]] = WeakKeyDictionary()
    kind: Any = ssl.SSLContext
    load, load_default = kind.load_verify_locations, kind.set_default_verify_paths

    def load_later(
        context: ssl.SSLContext, cafile: Any = None, capath: Any = None, cadata: Any = None
    ) -> None:
        places = [str(place) for place in (cafile, capath) if place is not None]
        if places and cadata is None and all(map(_is_public, places)):
            waiting.setdefault(context, []).append((load, cafile, capath))
        else:
            load(context, cafile, capath, cadata)

    def load_default_later(context: ssl.SSLContext) -> None:
        waiting.setdefault(context, []).append((load_default,))

    def first_loading(need: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(need)
        def loaded(context: ssl.SSLContext, *arguments: Any, **more: Any) -> Any:
            for read, *places in waiting.pop(context, ()):
                read(context, *places)
            return need(context, *arguments, **more)

        return loaded

    kind.load_verify_locations, kind.set_default_verify_paths = load_later, load_default_later
    for name in _NEED:
        setattr(kind, name, first_loading(getattr(kind, name)))
