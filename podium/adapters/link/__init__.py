"""The way to the keeper: one connection for processes (`KeeperClient`), one question for verbs (`call`).

`RemoteKeeper` is the one connection to a keeper on another machine.
`answering` is the other end, for the collector.
"""

from podium.adapters.link.client import KeeperClient
from podium.adapters.link.once import call
from podium.adapters.link.remote import Remote, RemoteKeeper
from podium.adapters.link.serving import answering

__all__ = ["KeeperClient", "Remote", "RemoteKeeper", "answering", "call"]
