"""The environment, read once and checked."""

from pathlib import Path

import pytest

from podium.kernel.errors import StateError
from podium.settings import Settings, read_settings, read_variable


def test_defaults():
    """An empty environment gives the defaults."""
    assert read_settings({}) == Settings()


def test_every_variable():
    """Each variable sets its field."""
    settings = read_settings(
        {
            "PODIUM_STATE": "/var/lib/podium",
            "PODIUM_MANIFESTS": "/etc/podium",
            "PODIUM_HOST": "::1",
            "PODIUM_PORT": "1",
            "PODIUM_ADMIN_PORT": "65535",
            "PODIUM_MODEL_CACHE": "/models",
            "PODIUM_LOG_LEVEL": "DEBUG",
            "NOTIFY_SOCKET": "@podium",
            "WATCHDOG_USEC": "60000000",
            "PODIUM_TOKEN": "podium_ut_x",
            "PODIUM_PUBLIC_URL": "https://podium.example",
            "PODIUM_TRUSTED_PROXIES": "127.0.0.1, 10.0.3.0/24",
            "PODIUM_OIDC_ISSUER": "https://issuer.example",
            "PODIUM_OIDC_CLIENT_ID": "podium",
            "PODIUM_OIDC_CLIENT_SECRET_FILE": "/etc/podium/oidc",
            "PODIUM_OIDC_ROLES": "groups=eng:operator",
            "PODIUM_OIDC_NAME_CLAIM": "upn",
        }
    )
    assert settings == Settings(
        state=Path("/var/lib/podium"),
        manifests=Path("/etc/podium"),
        host="::1",
        port=1,
        admin_port=65535,
        model_cache=Path("/models"),
        log_level="debug",
        notify_socket="@podium",
        watchdog=True,
        token="podium_ut_x",
        public_url="https://podium.example",
        trusted_proxies=("127.0.0.1", "10.0.3.0/24"),
        oidc_issuer="https://issuer.example",
        oidc_client_id="podium",
        oidc_client_secret_file="/etc/podium/oidc",
        oidc_roles="groups=eng:operator",
        oidc_name_claim="upn",
    )


def test_empty_is_unset():
    """A variable set to nothing is like one that is not set."""
    assert read_settings(dict.fromkeys(("PODIUM_STATE", "PODIUM_PORT", "PODIUM_LOG_LEVEL"), "")) == Settings()


def test_cache_follows_xdg():
    """Without a variable of its own the model cache lies in XDG_CACHE_HOME, if that is absolute."""
    assert read_settings({"XDG_CACHE_HOME": "/c"}).model_cache == Path("/c/podium/models")
    assert read_settings({"XDG_CACHE_HOME": "c"}).model_cache == Settings().model_cache


@pytest.mark.parametrize(
    "env",
    [
        {"PODIUM_PORT": "http"},
        {"PODIUM_PORT": "-1"},
        {"PODIUM_ADMIN_PORT": "65536"},
        {"PODIUM_LOG_LEVEL": "loud"},
    ],
)
def test_nonsense_is_named(env):
    """A value that makes no sense is refused, and the message names the variable."""
    (name,) = env
    with pytest.raises(StateError, match=name):
        read_settings(env)


def test_variable(monkeypatch):
    """A named variable is read when asked for; an empty one is none."""
    monkeypatch.setenv("ACME_KEY", "k")
    monkeypatch.setenv("ACME_EMPTY", "")
    assert (read_variable("ACME_KEY"), read_variable("ACME_EMPTY"), read_variable("ACME_NONE")) == (
        "k",
        None,
        None,
    )


def test_origins():
    """Origins are scheme, host and port alone; anything else is refused at the start, by name."""
    said = read_settings({"PODIUM_TOOLS_ORIGINS": "https://app.example, http://localhost:6274,"})
    assert said.tools_origins == ("https://app.example", "http://localhost:6274")
    assert read_settings({"PODIUM_GATEWAY_ORIGINS": "https://app.example"}).gateway_origins == (
        "https://app.example",
    )
    for name in ("PODIUM_TOOLS_ORIGINS", "PODIUM_GATEWAY_ORIGINS"):
        for wrong in ("app.example", "https://app.example/", "*", "https://*.example", "null"):
            with pytest.raises(StateError, match=name):
                read_settings({name: wrong})


@pytest.mark.parametrize("text", ["*", "proxy.example", "10.0.3.1/24", "127.0.0.1;::1"])
def test_proxies_are_addresses(text: str) -> None:
    """What is no address and no network is named, and nobody is trusted by mistake."""
    with pytest.raises(StateError, match="PODIUM_TRUSTED_PROXIES"):
        read_settings({"PODIUM_TRUSTED_PROXIES": text})
