"""What a program is given: the gateway's addresses by the names that SDKs read, its token, its request.

Sources of the names: the SDKs `openai`, `anthropic` and `google-genai`; W3C Trace Context for TRACEPARENT;
OpenTelemetry's environment variables of the OTLP exporter.
"""

import os
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from podium.ports.executor import Door

TOKEN_FILE: Final = "token"  # noqa: S105 - a file's name
REQUEST_FILE: Final = "request"
_LOCAL: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what a client connects to instead


class Given(msgspec.Struct, frozen=True):
    """What does not change while a program runs."""

    gateway_url: str
    mcp_url: str | None = None
    path: str = "/usr/local/bin:/usr/bin:/bin"
    request: str | None = None
    extra: dict[str, str] = {}
    """Variables that the person names."""
    otlp_url: str | None = None
    """Where the collector takes spans."""

    @property
    def doors(self) -> tuple[Door, ...]:
        """The addresses that its URLs name."""
        urls = [url for url in (self.gateway_url, self.mcp_url, self.otlp_url) if url is not None]
        return tuple(dict.fromkeys(_door(url) for url in urls))


def _door(url: str) -> Door:
    parts = urlsplit(url)
    return Door(parts.hostname or "127.0.0.1", parts.port or (443 if parts.scheme == "https" else 80))


def local_url(host: str, port: int) -> str:
    """Return how a process of this machine reaches what listens on a host's address."""
    host = _LOCAL.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def environment(
    given: Given, task_id: str, token: str | None, private: Path, traceparent: str
) -> dict[str, str]:
    """Return the variables of a program: all of them, and those that somebody names last.

    One without a token is told of no address.
    """
    url = given.gateway_url
    found = {
        "PATH": given.path,
        "LANG": "C.UTF-8",
        "PODIUM_TASK_ID": task_id,
        "TRACEPARENT": traceparent,
    }
    if token is not None:
        found |= {
            "PODIUM_GATEWAY_URL": url,
            "PODIUM_TASK_TOKEN": token,
            "PODIUM_TASK_TOKEN_FILE": str(private / TOKEN_FILE),
            "OPENAI_BASE_URL": f"{url}/v1",
            "OPENAI_API_KEY": token,
            "ANTHROPIC_BASE_URL": url,
            "ANTHROPIC_API_KEY": token,
            "GOOGLE_GEMINI_BASE_URL": url,
            "GEMINI_API_KEY": token,
        }
        if given.mcp_url is not None:
            found["PODIUM_MCP_URL"] = given.mcp_url
    if given.otlp_url is not None:
        # Exporters read the header once: the collector takes a token for a day after its end.
        found["OTEL_EXPORTER_OTLP_ENDPOINT"] = given.otlp_url
        found["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf"
        found["OTEL_EXPORTER_OTLP_HEADERS"] = f"Authorization=Bearer%20{token}"
        found["OTEL_METRICS_EXPORTER"] = found["OTEL_LOGS_EXPORTER"] = "none"  # spans are what is taken
    if given.request is not None:
        (private / REQUEST_FILE).write_text(given.request, encoding="utf-8")
        found["PODIUM_REQUEST_FILE"] = str(private / REQUEST_FILE)
        found["PODIUM_REQUEST"] = given.request
    return found | given.extra


def write_token(private: Path, token: str) -> None:
    """Put the newest token in place at once, mode 0600: whoever reads sees the old one or the new one."""
    aside = private / f".{TOKEN_FILE}"
    fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(fd, "w", encoding="ascii") as file:
        file.write(token)
    aside.replace(private / TOKEN_FILE)
