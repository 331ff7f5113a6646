"""The official ``openai`` SDK, chat completions."""

import json
from typing import Any, ClassVar

import openai

from tests.matrix.asking import Asked, Call, Said


class OpenAIChat:
    """Asks by ``client.chat.completions``."""

    name = "openai"
    errors: ClassVar[dict[int, type[Exception]]] = {
        400: openai.BadRequestError,
        401: openai.AuthenticationError,
        403: openai.PermissionDeniedError,
        404: openai.NotFoundError,
        429: openai.RateLimitError,
        500: openai.InternalServerError,
    }

    def __init__(self, url: str, key: str) -> None:
        self._client = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    async def close(self) -> None:
        await self._client.close()

    def _messages(self, asked: Asked) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        if asked.system is not None:
            messages.append({"role": "system", "content": asked.system})
        for turn in asked.before:
            if turn.text:
                messages.append({"role": "user", "content": turn.text})
            if turn.answer is not None:
                messages.append(turn.answer.raw)
            messages += [
                {"role": "tool", "tool_call_id": call_id, "content": text}
                for call_id, _, text in turn.results
            ]
        if asked.only_before:
            return messages
        parts: list[dict[str, Any]] = [{"type": "text", "text": asked.text}]
        if asked.image is not None:
            url = f"data:image/png;base64,{asked.image}"
            parts.append({"type": "image_url", "image_url": {"url": url}})
        if asked.paper is not None:
            file = {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{asked.paper}"}
            parts.append({"type": "file", "file": file})
        return [*messages, {"role": "user", "content": parts if len(parts) > 1 else asked.text}]

    def _fields(self, route: str, asked: Asked) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": route,
            "messages": self._messages(asked),
            "max_completion_tokens": asked.limit,
        }
        if asked.tools:
            fields["tools"] = [
                {"type": "function", "function": {"name": name, "parameters": schema}}
                for name, schema in asked.tools.items()
            ]
            fields["tool_choice"] = "required" if asked.force else "auto"
        if asked.schema is not None:
            schema = {"name": "answer", "schema": asked.schema, "strict": True}
            fields["response_format"] = {"type": "json_schema", "json_schema": schema}
        if asked.stop is not None:
            fields["stop"] = asked.stop
        if asked.thinking:
            fields["reasoning_effort"] = "low"
        return fields

    async def ask(self, route: str, asked: Asked) -> Said:
        """Send a request and return what was said."""
        fields = self._fields(route, asked)
        if asked.stream:
            async with self._client.chat.completions.stream(
                **fields, stream_options={"include_usage": True}
            ) as stream:
                try:
                    whole = await stream.get_final_completion()
                except openai.LengthFinishReasonError as cut:
                    whole = cut.completion
        else:
            whole = await self._client.chat.completions.create(**fields)
        choice, usage = whole.choices[0], whole.usage
        message = choice.message
        extra = message.model_extra or {}
        assert usage is not None
        details = usage.prompt_tokens_details
        more = usage.completion_tokens_details
        return Said(
            text=message.content or "",
            thoughts=extra.get("reasoning_content") or "",
            signatures=[
                detail["signature"]
                for detail in extra.get("reasoning_details") or ()
                if detail.get("signature")
            ],
            calls=[
                Call(call.id, call.function.name, json.loads(call.function.arguments))
                for call in message.tool_calls or ()
            ],
            finish=choice.finish_reason,
            input_tokens=usage.prompt_tokens,
            output_tokens=usage.completion_tokens,
            cached_tokens=(details.cached_tokens or 0) if details else 0,
            reasoning_tokens=(more.reasoning_tokens or 0) if more else 0,
            nano_usd=(usage.model_extra or {})["cost_details"]["nano_usd"],
            raw=message.model_dump(exclude_none=True, exclude={"parsed"}),
        )
