"""Judges over the gateway: OpenAI's chat completions, with the tokens of tasks that are begun for it."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import httpx2

from podium.evidence.audits.judging import SCHEMA
from podium.kernel.errors import InvalidRequest, StateError, Unauthenticated, UpstreamError
from podium.manifest.audit_rows import JudgeRow
from podium.ports.judges import Answer

TIMEOUT_S: Final = 60.0
MAX_TOKENS: Final = 400
_USELESS: Final = frozenset({400, 404, 413, 422})
COST: Final = "x-podium-cost-nano-usd"


def _nobody(agent: str) -> str:
    raise Unauthenticated(f"Nobody gives a token of {agent}.")


def trusting(ca_file: str) -> ssl.SSLContext:
    """Return TLS that trusts the authorities of a PEM file alone. Raises StateError for a file of no use."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # ssl.SSLError too
        raise StateError(
            f"The gateway's authorities cannot be read from {ca_file}: {error.strerror or error}.",
            fix="Set PODIUM_GATEWAY_CA to a PEM file of certificates.",
            code="tls_unusable",
        ) from error


class GatewayJudge:
    """Asks the gateway. ``token_of`` gives a token of an agent's task; asked once an agent."""

    def __init__(
        self, url: str, token_of: Callable[[str], str] = _nobody, *, ca_file: str | None = None
    ) -> None:
        """``url``: the gateway's, without a path. ``ca_file``: who certifies it. Raises StateError."""
        verify = trusting(ca_file) if ca_file is not None else True
        self._client = httpx2.Client(base_url=url, timeout=TIMEOUT_S, verify=verify)
        self._token_of = token_of
        self._tokens: dict[str, str] = {}

    def ask(self, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        """Return an answer. Raises UpstreamError."""
        if judge.agent not in self._tokens:
            self._tokens[judge.agent] = self._token_of(judge.agent)
        return self.ask_as(self._tokens[judge.agent], judge, messages)

    def ask_as(self, token: str, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        """Return an answer to whom a token is of.

        Raises UpstreamError, Unauthenticated for a dead token, InvalidRequest where asking again is no use.
        """
        schema = {"name": "judgement", "strict": True, "schema": SCHEMA}
        try:
            reply = self._client.post(
                "/v1/chat/completions",
                headers={"authorization": f"Bearer {token}"},
                json={
                    "model": judge.route,
                    "messages": list(messages),
                    "max_completion_tokens": MAX_TOKENS,
                    "response_format": {"type": "json_schema", "json_schema": schema},
                },
            )
        except httpx2.HTTPError as error:
            raise UpstreamError(
                f"The gateway did not answer: {error}.", sent=False, fix="Is Podium running?"
            ) from error
        if reply.status_code == 401:
            raise Unauthenticated(f"The gateway answered 401: {reply.text[:200]}")
        if reply.status_code in _USELESS:
            raise InvalidRequest(f"The gateway answered {reply.status_code}: {reply.text[:200]}")
        if reply.status_code != 200:
            raise UpstreamError(f"The gateway answered {reply.status_code}: {reply.text[:200]}", sent=True)
        try:
            text = reply.json()["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise UpstreamError("The gateway's answer is no chat completion.", sent=True) from error
        return Answer(text or "", int(reply.headers.get(COST, "0")))

    def close(self) -> None:
        """Close its connections."""
        self._client.close()
