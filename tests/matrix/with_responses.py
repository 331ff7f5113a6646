"""The official ``openai`` SDK, Responses."""

import json
from typing import Any, ClassVar

import openai

from tests.matrix.asking import Asked, Call, Said
from tests.matrix.with_openai import OpenAIChat


class OpenAIResponses:
    """Asks by ``client.responses``, stateless."""

    name = "responses"
    errors: ClassVar[dict[int, type[Exception]]] = OpenAIChat.errors

    def __init__(self, url: str, key: str) -> None:
        self._client = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

    async def close(self) -> None:
        await self._client.close()

    def _items(self, asked: Asked) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        for turn in asked.before:
            if turn.text:
                items.append({"role": "user", "content": turn.text})
            if turn.answer is not None:
                items += turn.answer.raw
            items += [
                {"type": "function_call_output", "call_id": call_id, "output": text}
                for call_id, _, text in turn.results
            ]
        if asked.only_before:
            return items
        parts: list[dict[str, Any]] = [{"type": "input_text", "text": asked.text}]
        if asked.image is not None:
            url = f"data:image/png;base64,{asked.image}"
            parts.append({"type": "input_image", "image_url": url, "detail": "auto"})
        if asked.paper is not None:
            data = f"data:application/pdf;base64,{asked.paper}"
            parts.append({"type": "input_file", "filename": "a.pdf", "file_data": data})
        return [*items, {"role": "user", "content": parts if len(parts) > 1 else asked.text}]

    def _fields(self, route: str, asked: Asked) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "model": route,
            "input": self._items(asked),
            "max_output_tokens": asked.limit,
            "store": False,
        }
        if asked.system is not None:
            fields["instructions"] = asked.system
        if asked.tools:
            fields["tools"] = [
                {"type": "function", "name": name, "parameters": schema, "strict": False}
                for name, schema in asked.tools.items()
            ]
            fields["tool_choice"] = "required" if asked.force else "auto"
        if asked.schema is not None:
            schema = {"type": "json_schema", "name": "answer", "schema": asked.schema, "strict": True}
            fields["text"] = {"format": schema}
        if asked.thinking:
            fields["reasoning"] = {"effort": "low", "summary": "auto"}
            fields["include"] = ["reasoning.encrypted_content"]
        return fields

    async def ask(self, route: str, asked: Asked) -> Said:
        """Send a request and return what was said."""
        fields = self._fields(route, asked)
        if asked.stream:
            async with self._client.responses.stream(**fields) as stream:
                async for event in stream:
                    if event.type == "response.incomplete":
                        whole = event.response
                        break
                else:
                    whole = await stream.get_final_response()
        else:
            whole = await self._client.responses.create(**fields)
        usage = whole.usage
        assert usage is not None
        said = Said(
            text=whole.output_text,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            cached_tokens=usage.input_tokens_details.cached_tokens,
            reasoning_tokens=usage.output_tokens_details.reasoning_tokens,
        )
        details = (usage.model_extra or {}).get("cost_details")
        said.nano_usd = details["nano_usd"] if details else None
        for item in whole.output:
            if item.type == "function_call":
                said.calls.append(Call(item.call_id, item.name, json.loads(item.arguments)))
            elif item.type == "reasoning":
                said.thoughts += "".join(part.text for part in item.summary)
                if item.encrypted_content:
                    said.signatures.append(item.encrypted_content)
        said.finish = "tool_calls" if said.calls else "stop"
        if whole.status == "incomplete":
            reason = whole.incomplete_details.reason if whole.incomplete_details else None
            said.finish = "length" if reason == "max_output_tokens" else reason
        said.raw = [_sent_back(item.model_dump(exclude_none=True)) for item in whole.output]
        return said


def _sent_back(item: dict[str, Any]) -> dict[str, Any]:
    """Return an output item as an input item: without what the SDK's parser added."""
    item.pop("parsed_arguments", None)
    for part in item.get("content") or ():
        part.pop("parsed", None)
    return item
