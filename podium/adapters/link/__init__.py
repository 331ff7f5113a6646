"""The way to the keeper: one connection for processes (`KeeperClient`), one question for verbs (`call`)."""

from podium.adapters.link.client import KeeperClient
from podium.adapters.link.once import call

__all__ = ["KeeperClient", "call"]
