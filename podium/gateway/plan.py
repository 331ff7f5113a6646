"""What can be said of a model before any call of it: worked out once for each snapshot."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

from podium import __version__
from podium.gateway.answers import safe_text
from podium.kernel.errors import StateError
from podium.manifest.snapshot import ModelRow, ProviderRow, Snapshot
from podium.net.heads import BadHead, render
from podium.net.upstream import Deadlines, Origin
from podium.ports import Secrets
from podium.spend.bounds import Calibrator, ModelFacts
from podium.wire.anthropic_betas import within_limits
from podium.wire.formats import Codec

_SHORTEST_SECRET: Final = 6
"""Characters; what is shorter is a word that may stand anywhere."""
_HIDDEN: Final = "[credential]"
_PRINTABLE: Final = re.compile(rb"[\x20-\x7e]*")


class Plan:
    """A model with its provider: where its calls go, and the lines of heads that all of them share."""

    __slots__ = (
        "_secret",
        "_targets",
        "_with_secret",
        "answer_lines",
        "calibrator",
        "deadlines",
        "facts",
        "key",
        "model",
        "origin",
        "provider",
    )

    def __init__(self, model: ModelRow, provider: ProviderRow, calibrator: Calibrator) -> None:
        self.model = model
        self.provider = provider
        self.key = (provider.name, model.upstream)
        """By which a provider's own limits are kept."""
        self.calibrator = calibrator
        self.facts = ModelFacts(
            name=model.name,
            prices=model.prices,
            context_window_tokens=model.context_window_tokens,
            max_output_tokens=model.max_output_tokens,
            ceiling_nano_usd=model.ceiling_nano_usd,
        )
        self.origin = Origin(
            provider.scheme, provider.host, provider.port, provider.ca_file, provider.network
        )
        timeouts = provider.timeouts
        self.deadlines = Deadlines(
            timeouts.connect_s, timeouts.first_byte_s, timeouts.idle_s, timeouts.total_s
        )
        named = [(b"x-podium-model", safe_text(model.name)), (b"x-podium-provider", safe_text(provider.name))]
        if provider.region is not None:
            named.append((b"x-podium-region", safe_text(provider.region)))
        self.answer_lines = render(named)
        self._targets: dict[tuple[Codec, str, bool], str] = {}
        self._secret: str | None = None
        self._with_secret = self._render(None)

    def target(self, codec: Codec, operation: str, *, stream: bool) -> str:
        """Return path and query of a call at the provider."""
        key = (codec, operation, stream)
        found = self._targets.get(key)
        if found is None:
            provider, model = self.provider, self.model.upstream
            own = provider.paths.get(operation)
            if own is None:
                found = codec.target(operation, model, stream=stream)
            else:
                found = own.replace("{model}", quote(model, safe=""))
            if provider.query:
                found += ("&" if "?" in found else "?") + urlencode(provider.query)
            found = self._targets[key] = provider.base_path + found
        return found

    def request_lines(self, secrets: Secrets, *, stream: bool) -> bytes:
        """Return the lines of a request's head. Raises StateError where the credential cannot be read."""
        credential = self.provider.credential
        if credential is not None:
            secret = secrets.read(credential)
            if secret != self._secret:
                try:
                    self._with_secret = self._render(secret)
                except BadHead as error:
                    raise StateError(
                        f"the credential of provider {self.provider.name} holds a line break or a NUL",
                        fix="Write the provider's key, and nothing else, into the variable or file.",
                        code="provider_credential_unusable",
                    ) from error
                self._secret = secret
        return self._with_secret[stream]

    def without_secret(self, text: str) -> str:
        """Return a provider's words without the credential that it was sent, whole or cut off at the end."""
        secret = self._secret
        if secret is None or len(secret) < _SHORTEST_SECRET:
            return text
        text = text.replace(secret, _HIDDEN)
        tail = text[-len(secret) :]
        for size in range(min(len(tail), len(secret) - 1), _SHORTEST_SECRET - 1, -1):
            if tail.endswith(secret[:size]):
                return text[:-size] + _HIDDEN
        return text

    def _render(self, secret: str | None) -> tuple[bytes, bytes]:
        provider = self.provider
        lines = [
            (b"content-type", b"application/json"),
            (b"accept-encoding", b"identity"),
            (b"user-agent", b"podium/" + __version__.encode()),
            *((name.encode(), value.encode()) for name, value in provider.headers.items()),
        ]
        if secret is not None:
            lines.append(_credential_line(provider, secret))
        return (
            render([(b"accept", b"application/json"), *lines]),
            render([(b"accept", b"text/event-stream"), *lines]),
        )


def format_lines(
    codec: Codec, headers: Mapping[bytes, bytes], model: ModelRow
) -> tuple[bytes, tuple[str, ...]]:
    """Return the lines of a provider's format, and what was left out of those that the client said.

    A client of the same format may say them itself, but not raise the limits that its call is held for.
    """
    lines, dropped = b"", tuple[str, ...]()
    for name, default in codec.headers:
        value = headers.get(name) if codec.passes else None
        if value is None or not _PRINTABLE.fullmatch(value):
            value = default
        elif name == b"anthropic-beta":
            value, dropped = within_limits(
                value,
                context_window_tokens=model.context_window_tokens,
                max_output_tokens=model.max_output_tokens,
            )
        if value:
            lines += b"\r\n%b: %b" % (name, value)
    return lines, dropped


def authorization(provider: ProviderRow, secrets: Secrets) -> list[tuple[bytes, bytes]]:
    """Return the header that bears a provider's credential, if it has one. Raises StateError."""
    if provider.credential is None:
        return []
    return [_credential_line(provider, secrets.read(provider.credential))]


def _credential_line(provider: ProviderRow, secret: str) -> tuple[bytes, bytes]:
    return provider.auth_header.encode(), (provider.auth_prefix + secret).encode()


class Plans:
    """The plans of the snapshot in force. What was learned of a model outlives its snapshot."""

    def __init__(self) -> None:
        self._snapshot: Snapshot | None = None
        self._plans: dict[str, Plan] = {}
        self._calibrators: dict[str, Calibrator] = {}

    def of(self, snapshot: Snapshot, model: ModelRow) -> Plan:
        """Return the plan of a model of a snapshot: that in force, or one that a call still holds."""
        if snapshot is self._snapshot:
            plan = self._plans.get(model.name)
            if plan is not None:
                return plan
        else:
            self._snapshot, self._plans = snapshot, {}
        calibrator = self._calibrators.get(model.name)
        if calibrator is None:
            calibrator = self._calibrators[model.name] = Calibrator()
        plan = self._plans[model.name] = Plan(model, snapshot.providers[model.provider], calibrator)
        return plan
