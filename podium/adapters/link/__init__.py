"""The way to the keeper: one connection for processes (`KeeperClient`), one question for verbs (`call`).

`RemoteKeeper` is the one connection to a keeper on another machine.
"""

from podium.adapters.link.client import KeeperClient
from podium.adapters.link.once import call
from podium.adapters.link.remote import Remote, RemoteKeeper

__all__ = ["KeeperClient", "Remote", "RemoteKeeper", "call"]
