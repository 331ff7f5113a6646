"""The official ``google-genai`` SDK."""

import base64
from typing import Any, ClassVar

from google import genai
from google.genai import errors, types

from tests.matrix.asking import Asked, Call, Said

FINISHES = {"STOP": "stop", "MAX_TOKENS": "length"}


class Google:
    """Asks by ``client.aio.models``."""

    name = "google"
    errors: ClassVar[dict[int, type[Exception]]] = {
        400: errors.ClientError,
        401: errors.ClientError,
        403: errors.ClientError,
        404: errors.ClientError,
        429: errors.ClientError,
        500: errors.ServerError,
    }

    def __init__(self, url: str, key: str) -> None:
        self._client = genai.Client(api_key=key, http_options=types.HttpOptions(base_url=url))

    async def close(self) -> None:
        await self._client.aio.aclose()
        self._client.close()

    def _contents(self, asked: Asked) -> list[types.Content]:
        contents: list[types.Content] = []
        for turn in asked.before:
            if turn.text:
                contents.append(types.Content(role="user", parts=[types.Part(text=turn.text)]))
            if turn.answer is not None:
                contents.append(turn.answer.raw)
            results = [
                types.Part(
                    function_response=types.FunctionResponse(id=call_id, name=name, response={"result": text})
                )
                for call_id, name, text in turn.results
            ]
            if results:
                contents.append(types.Content(role="user", parts=results))
        if asked.only_before:
            return contents
        parts = [types.Part(text=asked.text)]
        for data, kind in ((asked.image, "image/png"), (asked.paper, "application/pdf")):
            if data is not None:
                parts.append(types.Part.from_bytes(data=base64.b64decode(data), mime_type=kind))
        return [*contents, types.Content(role="user", parts=parts)]

    def _config(self, asked: Asked) -> types.GenerateContentConfig:
        fields: dict[str, Any] = {"max_output_tokens": asked.limit}
        if asked.system is not None:
            fields["system_instruction"] = asked.system
        if asked.tools:
            fields["tools"] = [
                types.Tool(
                    function_declarations=[
                        types.FunctionDeclaration(name=name, parameters_json_schema=schema)
                        for name, schema in asked.tools.items()
                    ]
                )
            ]
            mode = (
                types.FunctionCallingConfigMode.ANY if asked.force else types.FunctionCallingConfigMode.AUTO
            )
            fields["tool_config"] = types.ToolConfig(
                function_calling_config=types.FunctionCallingConfig(mode=mode)
            )
        if asked.schema is not None:
            fields["response_mime_type"] = "application/json"
            fields["response_json_schema"] = asked.schema
        if asked.stop is not None:
            fields["stop_sequences"] = [asked.stop]
        if asked.thinking:
            fields["thinking_config"] = types.ThinkingConfig(include_thoughts=True, thinking_budget=1024)
        return types.GenerateContentConfig(**fields)

    async def ask(self, route: str, asked: Asked) -> Said:
        """Send a request and return what was said."""
        contents, config = self._contents(asked), self._config(asked)
        models = self._client.aio.models
        if asked.stream:
            chunks = [
                chunk
                async for chunk in await models.generate_content_stream(
                    model=route, contents=contents, config=config
                )
            ]
        else:
            chunks = [await models.generate_content(model=route, contents=contents, config=config)]
        said = Said()
        parts: list[types.Part] = []
        for chunk in chunks:
            candidate = chunk.candidates[0] if chunk.candidates else None
            if candidate is not None and candidate.content is not None:
                parts += candidate.content.parts or []
            if candidate is not None and candidate.finish_reason is not None:
                reason = candidate.finish_reason.value
                said.finish = FINISHES.get(reason, reason)
        for number, part in enumerate(parts):
            if part.function_call is not None:
                call = part.function_call
                said.calls.append(Call(call.id or f"{number}", call.name or "", dict(call.args or {})))
            elif part.thought:
                said.thoughts += part.text or ""
            else:
                said.text += part.text or ""
            if part.thought_signature:
                said.signatures.append(base64.b64encode(part.thought_signature).decode())
        if said.calls and said.finish == "stop":
            said.finish = "tool_calls"  # Google's reason for both is STOP
        usage = chunks[-1].usage_metadata
        assert usage is not None
        said.input_tokens = usage.prompt_token_count or 0
        said.reasoning_tokens = usage.thoughts_token_count or 0
        said.output_tokens = (usage.candidates_token_count or 0) + said.reasoning_tokens
        said.cached_tokens = usage.cached_content_token_count or 0
        said.raw = types.Content(role="model", parts=parts)
        return said
