"""Names of span attributes: the one place that pins the conventions.

`gen_ai.*` and `error.type` are those of OpenTelemetry's GenAI conventions at VERSION
(https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/client-inference.md and
client-embeddings.md). `podium.*` are ours.
"""

from typing import Final

VERSION: Final = "0.1.0"
"""Of semantic-conventions-genai, which builds on the core conventions 1.45.0."""

OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
AGENT: Final = "gen_ai.agent.name"
CONVERSATION: Final = "gen_ai.conversation.id"
REQUEST_MODEL: Final = "gen_ai.request.model"
REQUEST_STREAM: Final = "gen_ai.request.stream"
RESPONSE_MODEL: Final = "gen_ai.response.model"
RESPONSE_ID: Final = "gen_ai.response.id"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
TIME_TO_FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
"""Seconds, from the request sent to the first chunk; on streams alone."""
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHE_READ_TOKENS: Final = "gen_ai.usage.cache_read.input_tokens"
CACHE_WRITE_TOKENS: Final = "gen_ai.usage.cache_write.input_tokens"
REASONING_TOKENS: Final = "gen_ai.usage.reasoning.output_tokens"
AUDIO_INPUT_TOKENS: Final = "gen_ai.usage.audio.input_tokens"
AUDIO_OUTPUT_TOKENS: Final = "gen_ai.usage.audio.output_tokens"
AUDIO_CACHE_READ_TOKENS: Final = "gen_ai.usage.audio.cache_read.input_tokens"
ERROR_TYPE: Final = "error.type"
HTTP_STATUS: Final = "http.response.status_code"

CALL: Final = "podium.call"
CHARGE: Final = "podium.charge"
TASK: Final = "podium.task"
DEPARTMENT: Final = "podium.department"
ROUTE: Final = "podium.route"
MODEL: Final = "podium.model"
"""The model's name in the manifests; ``gen_ai.request.model`` is the provider's name for it."""
REGION: Final = "podium.region"
DIALECT: Final = "podium.dialect"
ATTEMPT: Final = "podium.attempt"
SNAPSHOT_VERSION: Final = "podium.snapshot.version"
OUTCOME: Final = "podium.outcome"
COST_NANO_USD: Final = "podium.cost.nano_usd"
HOLD_NANO_USD: Final = "podium.hold.nano_usd"
ESTIMATED: Final = "podium.cost.estimated"
OVERRUN: Final = "podium.cost.overrun"
CACHE_WRITE_1H_TOKENS: Final = "podium.usage.cache_write_1h.input_tokens"
TOOL_USES: Final = "podium.usage.tool_uses"
"""How often the provider's own tools ran: ``{"web_search":3}``."""
TIME_TO_FIRST_TOKEN_S: Final = "podium.time_to_first_token_s"  # noqa: S105 - a name, no secret
"""Seconds, from the request sent to the first chunk that bears content."""
OUTPUT_TOKENS_PER_SECOND: Final = "podium.output_tokens_per_second"
REQUEST_DIGEST: Final = "podium.request.digest"
REPLY_DIGEST: Final = "podium.reply.digest"
UPSTREAM_REQUEST_ID: Final = "podium.upstream.request_id"
