import openai
import pytest

from podium.adapters.simulator import SimulatorConfig, simulated_provider

TOOLS = [
    {"type": "function", "name": name, "parameters": {"type": "object", "properties": {}}, "strict": False}
    for name in ("look", "book")
]


async def test_the_sdk_reads_responses():
    """OpenAI's SDK reads plain and streamed responses, parallel calls, thoughts and refusals."""
    async with (
        simulated_provider(SimulatorConfig(port=0, tokens=3)) as sim,
        openai.AsyncOpenAI(base_url=sim.base_url, api_key="k", max_retries=0) as client,
    ):
        create = client.responses.create
        plain = await create(model="m", input="one two")
        assert (plain.output_text, plain.status) == ("the score opens", "completed")
        assert (plain.usage.input_tokens, plain.usage.output_tokens) == (2, 3)
        cut = await create(model="m", input="one", max_output_tokens=2)
        assert (cut.status, cut.incomplete_details.reason) == ("incomplete", "max_output_tokens")
        refused = await create(model="m", input='<podium_sim>{"refuse": true}</podium_sim>')
        assert refused.output[0].content[0].type == "refusal"
        thinking = await create(
            model="m",
            input='<podium_sim>{"reasoning_tokens": 2}</podium_sim>',
            reasoning={"summary": "auto"},
            include=["reasoning.encrypted_content"],
        )
        assert thinking.output[0].summary[0].text == "the score"
        again = await create(model="m", input=[*thinking.output, {"role": "user", "content": "so?"}])
        assert again.output_text == "the score opens"
        with pytest.raises(openai.BadRequestError, match="could not be verified"):
            await create(model="m", input=[{"type": "reasoning", "summary": [], "encrypted_content": "mine"}])
        steered = await create(model="m", input='<podium_sim>{"call": true}</podium_sim>', tools=TOOLS)
        assert [item.name for item in steered.output] == ["look"]
        async with client.responses.stream(
            model="m", input='<podium_sim>{"calls": 3}</podium_sim>', tools=TOOLS, tool_choice="required"
        ) as stream:
            final = await stream.get_final_response()
        assert [item.name for item in final.output] == ["look", "book", "look"]
        rest = [{"type": "function_call_output", "call_id": i.call_id, "output": "y"} for i in final.output]
        second = await create(model="m", input=[*final.output, *rest], tools=TOOLS, tool_choice="required")
        assert second.output_text == "the score opens"
        assert sim.records[-2].completion_tokens == final.usage.output_tokens


async def test_a_stream_breaks_off_in_its_format():
    """An error in the middle of a stream is the documented event."""
    async with (
        simulated_provider() as sim,
        openai.AsyncOpenAI(base_url=sim.base_url, api_key="k", max_retries=0) as client,
    ):
        stream = await client.responses.create(
            model="m", input="x", stream=True, extra_body={"podium_sim": {"error_after_events": 5}}
        )
        events = [event async for event in stream]
        assert events[-1].type == "error"
        assert not sim.records[-1].completed
