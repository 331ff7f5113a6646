"""The official ``anthropic`` SDK."""

from typing import Any, ClassVar

import anthropic

from tests.matrix.asking import Asked, Call, Said

FINISHES = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length", "tool_use": "tool_calls"}


class Anthropic:
    """Asks by ``client.messages``."""

    name = "anthropic"
    errors: ClassVar[dict[int, type[Exception]]] = {
        400: anthropic.BadRequestError,
        401: anthropic.AuthenticationError,
        403: anthropic.PermissionDeniedError,
        404: anthropic.NotFoundError,
        429: anthropic.RateLimitError,
        500: anthropic.InternalServerError,
    }

    def __init__(self, url: str, key: str) -> None:
        self._client = anthropic.AsyncAnthropic(base_url=url, api_key=key, max_retries=0)

    async def close(self) -> None:
        await self._client.close()

    def _messages(self, asked: Asked) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        for turn in asked.before:
            if turn.text:
                messages.append({"role": "user", "content": turn.text})
            if turn.answer is not None:
                messages.append({"role": "assistant", "content": turn.answer.raw})
            results = [
                {"type": "tool_result", "tool_use_id": call_id, "content": text}
                for call_id, _, text in turn.results
            ]
            if results:
                messages.append({"role": "user", "content": results})
        if asked.only_before:
            return messages
        parts: list[dict[str, Any]] = [{"type": "text", "text": asked.text}]
        if asked.image is not None:
            source = {"type": "base64", "media_type": "image/png", "data": asked.image}
            parts.append({"type": "image", "source": source})
        if asked.paper is not None:
            source = {"type": "base64", "media_type": "application/pdf", "data": asked.paper}
            parts.append({"type": "document", "source": source})
        return [*messages, {"role": "user", "content": parts if len(parts) > 1 else asked.text}]

    def _fields(self, route: str, asked: Asked) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": route,
            "messages": self._messages(asked),
            "max_tokens": asked.limit,
        }
        if asked.system is not None:
            fields["system"] = asked.system
            if asked.cached:
                marker = {"type": "ephemeral"}
                fields["system"] = [{"type": "text", "text": asked.system, "cache_control": marker}]
        if asked.tools:
            fields["tools"] = [{"name": name, "input_schema": schema} for name, schema in asked.tools.items()]
            fields["tool_choice"] = {"type": "any" if asked.force else "auto"}
        if asked.schema is not None:
            fields["output_config"] = {"format": {"type": "json_schema", "schema": asked.schema}}
        if asked.stop is not None:
            fields["stop_sequences"] = [asked.stop]
        if asked.thinking:
            fields["thinking"] = {"type": "enabled", "budget_tokens": 1024}
        return fields

    async def ask(self, route: str, asked: Asked) -> Said:
        """Send a request and return what was said."""
        fields = self._fields(route, asked)
        if asked.stream:
            async with self._client.messages.stream(**fields) as stream:
                whole = await stream.get_final_message()
        else:
            whole = await self._client.messages.create(**fields)
        said = Said(finish=FINISHES.get(whole.stop_reason or "", whole.stop_reason))
        for block in whole.content:
            if block.type == "text":
                said.text += block.text
            elif block.type == "thinking":
                said.thoughts += block.thinking
                said.signatures.append(block.signature)
            elif block.type == "tool_use":
                said.calls.append(Call(block.id, block.name, dict(block.input)))
        usage = whole.usage
        read, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
        said.input_tokens = usage.input_tokens + read + written
        said.output_tokens = usage.output_tokens
        said.cached_tokens = read
        details = (usage.model_extra or {}).get("cost_details")
        said.nano_usd = details["nano_usd"] if details else None
        # What the SDK's own parser adds to a block is not the API's.
        said.raw = [
            {k: v for k, v in block.model_dump(exclude_none=True).items() if k != "parsed_output"}
            for block in whole.content
        ]
        return said
