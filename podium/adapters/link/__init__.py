"""The way to the keeper: one connection for processes (`KeeperClient`), one question for verbs (`call`).

`KeeperClients` has a few connections, for a process whose questions should not wait for each other.
`RemoteKeeper` is the one connection to a keeper on another machine.
`answering` is the other end, for the collector; `keep_in_step` keeps a process at what is in force.
"""

from podium.adapters.link.carried import MachineDialer
from podium.adapters.link.client import KeeperClient, KeeperClients
from podium.adapters.link.once import call
from podium.adapters.link.remote import Remote, RemoteKeeper
from podium.adapters.link.serving import answering, private_socket
from podium.adapters.link.step import keep_in_step, say_goodbye

__all__ = [
    "KeeperClient",
    "KeeperClients",
    "MachineDialer",
    "Remote",
    "RemoteKeeper",
    "answering",
    "call",
    "keep_in_step",
    "private_socket",
    "say_goodbye",
]
