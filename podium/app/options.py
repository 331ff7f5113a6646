"""What `podium up` and `podium gateway` are asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from podium.app.door import KeeperDoor
from podium.app.front import COLLECTOR, GATEWAY, TOOLS, Front


@dataclass(frozen=True)
class UpOptions:
    """What `podium up` was asked for. ``grace_s``: how long streams in flight may take at the end."""

    state: Path
    manifests: Path
    database: str | None = None
    """URL of the PostgreSQL that keeps the records; None: what the state directory says, else SQLite."""
    host: str = "127.0.0.1"
    port: int = 8710
    admin_port: int = 8711
    tools_port: int = 8712
    collector_port: int = 8713
    """0: spans are taken from nobody."""
    workers: int = 1
    grace_s: float = 30.0
    hung_after_s: float = 20.0
    """A worker whose event loop has not come round for so long is replaced; 0: never."""
    durability: str = "group"
    log_level: str = "info"
    front: Front = field(default_factory=Front)
    door: KeeperDoor | None = None
    """Where gateways on other machines come in."""
    most_programs: int = 256
    """Of tasks, at once."""
    keep_runs_days: int = 7
    """After a run's end, what it says; 0: for ever."""
    keep_spans_days: int = 30
    """0: for ever."""
    keep_spans_mb: int = 0
    """0: whatever the room that they take."""
    export_spans: tuple[str, str | None, int] | None = None
    """Another collector's URL, the file of headers for it, and the megabytes that may wait for it."""
    keep_content_days: int = 30
    """Stored content; 0: for ever."""
    keep_content_mb: int = 1000
    """0: whatever the room that it takes."""
    gateway_url: str | None = None
    """How clients reach the gateway; None: on this machine, at its port."""
    gateway_ca: str | None = None
    """PEM file of the authorities that certify the gateway, where judges ask; None: those of the host."""
    tools_url: str | None = None
    """How clients reach the tool gateway; None: on this machine, at its port."""
    key_file: Path | None = None
    """Holds the key that encrypts the keys of task tokens; None: the state's own."""
    metrics_token_file: Path | None = None
    """Holds a token that lets a scraper read /metrics where that is not open."""
    notify_socket: str | None = None
    """Where the service manager that started us listens (sd_notify(3))."""
    watchdog: bool = False
    """It wants to hear every few seconds that we still run."""

    @property
    def gateway_address(self) -> str:
        """The address of the gateway, which is the issuer of task tokens."""
        return self.gateway_url or f"{self.front.scheme(GATEWAY)}://127.0.0.1:{self.port}"

    @property
    def collector_address(self) -> str:
        """Where programs of this machine send spans; empty where none are taken."""
        scheme = self.front.scheme(COLLECTOR)
        return f"{scheme}://127.0.0.1:{self.collector_port}" if self.collector_port else ""

    @property
    def tools_address(self) -> str:
        """The address of the tool gateway, for which task tokens are (RFC 8707)."""
        return self.tools_url or f"{self.front.scheme(TOOLS)}://127.0.0.1:{self.tools_port}/mcp"


def decide_programs(asked: int | None) -> int:
    """Return how many programs run at once. Raises StateError where the limit of open files is too low."""
    import resource

    from podium.fleet.programs import decide_most

    return decide_most(asked, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
