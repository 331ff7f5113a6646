"""The only reader of the environment.

Every setting has a default that suits one person on one machine. A verb's own option outranks it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from os import environ
from pathlib import Path
from typing import Final

from podium.kernel.errors import PodiumError, StateError
from podium.trust.people import parse_role_rules

LOG_LEVELS: Final = ("debug", "info", "warning", "error")
LOG_LEVEL_FILE: Final = "log-level"
"""In the state directory: the level that was asked for at run time."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked."""

    state: Path = Path(".podium")
    """``PODIUM_STATE``: the state directory."""
    database: str | None = None
    """``PODIUM_DATABASE``: URL of a PostgreSQL for the records; unset, what the state directory says."""
    manifests: Path | None = None
    """``PODIUM_MANIFESTS``: a manifest file, or a folder of them; unset where a verb is to choose."""
    host: str = "127.0.0.1"
    """``PODIUM_HOST``: the address that the gateway and the control process listen on."""
    port: int = 8710
    """``PODIUM_PORT``: the gateway's TCP port."""
    admin_port: int = 8711
    """``PODIUM_ADMIN_PORT``: the TCP port of the admin API and the console."""
    tools_port: int = 8712
    """``PODIUM_TOOLS_PORT``: the TCP port of the tool gateway, which runs while there are tool servers."""
    collector_port: int = 8713
    """``PODIUM_COLLECTOR_PORT``: the TCP port on which spans come in; 0: none."""
    model_cache: Path = field(default_factory=lambda: Path("~/.cache/podium/models").expanduser())
    """``PODIUM_MODEL_CACHE``: where models are kept; unset, ``podium/models`` in ``XDG_CACHE_HOME``."""
    log_level: str = "info"
    """``PODIUM_LOG_LEVEL``: debug, info, warning or error."""
    https_proxy: str | None = None
    """``HTTPS_PROXY``: http://HOST:PORT of the proxy through which https providers are reached."""
    no_proxy: str | None = None
    """``NO_PROXY``: hosts, domains, networks, comma-separated, that are reached without it."""
    tls_cert: str | None = None
    """``PODIUM_TLS_CERT``: PEM file of the gateway's certificate; unset, the gateway speaks plain HTTP."""
    tls_key: str | None = None
    """``PODIUM_TLS_KEY``: PEM file of its key."""
    tls_client_ca: str | None = None
    """``PODIUM_TLS_CLIENT_CA``: PEM file of the authorities whose client certificates are required."""
    tls_ports: str | None = None
    """``PODIUM_TLS_PORTS``: which ports have TLS, with commas; unset, the gateway's alone."""
    public_url: str | None = None
    """``PODIUM_PUBLIC_URL``: where browsers reach the console, for permalinks and logins by an issuer."""
    trusted_proxies: tuple[str, ...] = ()
    """``PODIUM_TRUSTED_PROXIES``: addresses and networks whose ``X-Forwarded-*`` the console believes."""
    oidc_issuer: str | None = None
    """``PODIUM_OIDC_ISSUER``: the issuer of OpenID Connect, exactly as it calls itself; unset: none."""
    oidc_client_id: str | None = None
    """``PODIUM_OIDC_CLIENT_ID``: what the issuer knows Podium as."""
    oidc_client_secret_file: str | None = None
    """``PODIUM_OIDC_CLIENT_SECRET_FILE``: holds the secret; unset: a public client."""
    oidc_roles: str = ""
    """``PODIUM_OIDC_ROLES``: ``CLAIM=VALUE:ROLE; ...``: which roles the issuer's claims give."""
    oidc_name_claim: str = "preferred_username"
    """``PODIUM_OIDC_NAME_CLAIM``: the claim that names a user."""
    token: str | None = None
    """``PODIUM_TOKEN``: an API token of a user, in whose name verbs act; unset, the state's owner acts."""
    keeper: str | None = None
    """``PODIUM_KEEPER``: HOST:PORT of the keeper of `podium gateway`."""
    keeper_listen: str | None = None
    """``PODIUM_KEEPER_LISTEN``: HOST:PORT where `podium up` takes gateways of other machines in."""
    keeper_cert: str | None = None
    """``PODIUM_KEEPER_CERT``: PEM file of the certificate between keeper and gateways, of this side."""
    keeper_key: str | None = None
    """``PODIUM_KEEPER_KEY``: PEM file of its key."""
    keeper_ca: str | None = None
    """``PODIUM_KEEPER_CA``: PEM file of the authority that certifies the other side."""
    gateway_url: str | None = None
    """``PODIUM_GATEWAY_URL``: how clients reach the gateway; issuer and audience of task tokens."""
    gateway_ca: str | None = None
    """``PODIUM_GATEWAY_CA``: PEM file of the authorities that certify the gateway, for judges."""
    gateway_origins: tuple[str, ...] = ()
    """``PODIUM_GATEWAY_ORIGINS``: origins, with commas, of pages that may call models and read answers."""
    tools_url: str | None = None
    """``PODIUM_TOOLS_URL``: how MCP clients reach the tool gateway; task tokens are for it too."""
    tools_origins: tuple[str, ...] = ()
    """``PODIUM_TOOLS_ORIGINS``: origins, with commas, of other pages than its own that may call tools."""
    key_file: Path | None = None
    """``PODIUM_KEY_FILE``: 32 bytes that encrypt the keys of task tokens; unset, ``keys/wrap.key``."""
    path: str = "/usr/local/bin:/usr/bin:/bin"
    """``PATH``: where commands of manifests are looked for."""
    notify_socket: str | None = None
    """``NOTIFY_SOCKET``: where systemd listens for sd_notify(3); unset where it did not start us."""
    watchdog: bool = False
    """``WATCHDOG_USEC``: systemd wants to hear there that we still run (``WatchdogSec``)."""


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment: the process's own where none is given.

    An empty variable counts as unset. Raises StateError naming the variable that makes no sense.
    """
    source = environ if env is None else env
    manifests, key_file = source.get("PODIUM_MANIFESTS"), source.get("PODIUM_KEY_FILE")
    log_level = (source.get("PODIUM_LOG_LEVEL") or "info").lower()
    if log_level not in LOG_LEVELS:
        raise StateError(
            f"PODIUM_LOG_LEVEL is {log_level!r}.",
            fix=f"Set it to one of {', '.join(LOG_LEVELS)}, or unset it.",
        )
    return Settings(
        state=Path(source.get("PODIUM_STATE") or ".podium").expanduser(),
        database=source.get("PODIUM_DATABASE") or None,
        manifests=Path(manifests).expanduser() if manifests else None,
        host=source.get("PODIUM_HOST") or "127.0.0.1",
        port=_port(source, "PODIUM_PORT", 8710),
        admin_port=_port(source, "PODIUM_ADMIN_PORT", 8711),
        tools_port=_port(source, "PODIUM_TOOLS_PORT", 8712),
        collector_port=_port(source, "PODIUM_COLLECTOR_PORT", 8713),
        model_cache=_model_cache(source),
        log_level=log_level,
        https_proxy=source.get("HTTPS_PROXY") or source.get("https_proxy") or None,
        no_proxy=source.get("NO_PROXY") or source.get("no_proxy") or None,
        tls_cert=source.get("PODIUM_TLS_CERT") or None,
        tls_key=source.get("PODIUM_TLS_KEY") or None,
        tls_client_ca=source.get("PODIUM_TLS_CLIENT_CA") or None,
        tls_ports=source.get("PODIUM_TLS_PORTS") or None,
        public_url=source.get("PODIUM_PUBLIC_URL") or None,
        trusted_proxies=_addresses(source, "PODIUM_TRUSTED_PROXIES"),
        oidc_issuer=source.get("PODIUM_OIDC_ISSUER") or None,
        oidc_client_id=source.get("PODIUM_OIDC_CLIENT_ID") or None,
        oidc_client_secret_file=source.get("PODIUM_OIDC_CLIENT_SECRET_FILE") or None,
        oidc_roles=_oidc_roles(source),
        oidc_name_claim=source.get("PODIUM_OIDC_NAME_CLAIM") or "preferred_username",
        token=source.get("PODIUM_TOKEN") or None,
        keeper=source.get("PODIUM_KEEPER") or None,
        keeper_listen=source.get("PODIUM_KEEPER_LISTEN") or None,
        keeper_cert=source.get("PODIUM_KEEPER_CERT") or None,
        keeper_key=source.get("PODIUM_KEEPER_KEY") or None,
        keeper_ca=source.get("PODIUM_KEEPER_CA") or None,
        gateway_url=_url(source, "PODIUM_GATEWAY_URL"),
        gateway_ca=source.get("PODIUM_GATEWAY_CA") or None,
        gateway_origins=_origins(source, "PODIUM_GATEWAY_ORIGINS"),
        tools_url=_url(source, "PODIUM_TOOLS_URL"),
        tools_origins=_origins(source, "PODIUM_TOOLS_ORIGINS"),
        key_file=Path(key_file).expanduser() if key_file else None,
        path=source.get("PATH") or "/usr/local/bin:/usr/bin:/bin",
        notify_socket=source.get("NOTIFY_SOCKET") or None,
        watchdog=bool(source.get("WATCHDOG_USEC")),
    )


def _oidc_roles(source: Mapping[str, str]) -> str:
    """Return the rules of roles. Raises StateError for half an issuer, and for rules that make no sense."""
    text = source.get("PODIUM_OIDC_ROLES") or ""
    if source.get("PODIUM_OIDC_ISSUER"):
        for name, value in (("CLIENT_ID", source.get("PODIUM_OIDC_CLIENT_ID")), ("ROLES", text)):
            if not value:
                raise StateError(
                    f"PODIUM_OIDC_{name} is not set.", fix="An issuer needs it, or unset it too."
                )
    try:
        parse_role_rules(text)
    except PodiumError as error:
        raise StateError(f"PODIUM_OIDC_ROLES: {error.message}", fix=error.fix) from error
    return text


def read_variable(name: str) -> str | None:
    """Return the variable of that name, for a credential that a manifest names; None where unset or empty."""
    return environ.get(name) or None


def program_variables() -> dict[str, str]:
    """Return what the program of a task was given (see fleet.given): everything in its environment."""
    return dict(environ)


def _port(source: Mapping[str, str], name: str, default: int) -> int:
    text = source.get(name)
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise StateError(f"{name} is {text!r}.", fix="Set it to a TCP port, 0 to 65535, or unset it.")
    return int(text)


def _url(source: Mapping[str, str], name: str) -> str | None:
    text = (source.get(name) or "").rstrip("/")
    if not text:
        return None
    if not text.startswith(("http://", "https://")) or " " in text:
        raise StateError(f"{name} is {text!r}.", fix="Set it to an address such as https://podium.example.")
    return text


def _origins(source: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(filter(None, (one.strip() for one in (source.get(name) or "").split(","))))
    for one in found:
        scheme, _, rest = one.partition("://")
        if scheme not in {"http", "https"} or not rest or any(letter in rest for letter in "/?#@* "):
            raise StateError(
                f"{name} has {one!r}, which is no origin.",
                fix="Write scheme, host and port alone, with commas between several: https://app.example.",
            )
    return found


def _addresses(source: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return addresses and networks, which commas separate. Raises StateError for what is neither."""
    found = tuple(part.strip() for part in (source.get(name) or "").split(",") if part.strip())
    for text in found:
        try:
            ip_network(text)
        except ValueError as error:
            raise StateError(
                f"{name}: {text!r} is no address and no network: {error}.",
                fix="Set it to the proxies' addresses, such as 127.0.0.1,10.0.3.0/24, or unset it.",
            ) from error
    return found


def _model_cache(source: Mapping[str, str]) -> Path:
    own = source.get("PODIUM_MODEL_CACHE")
    if own:
        return Path(own).expanduser()
    base = source.get("XDG_CACHE_HOME")
    # The XDG specification has a relative path ignored.
    root = Path(base) if base and Path(base).is_absolute() else Path("~/.cache").expanduser()
    return root / "podium" / "models"
