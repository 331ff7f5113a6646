"""What every client does to every provider. A scenario's docstring is the sentence that it proves.

Each is given one client and one route; what it asserts holds whatever formats stand on both sides.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from podium.spend.journal import Settle
from tests.gateway.house import House
from tests.matrix.asking import PAPER, PIXEL, Asked, Client, Said, Turn

Scenario = Callable[[House, Client, str], Awaitable[None]]

CITY = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Graz"]}}, "required": ["city"]}
COUNT = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
WORDS = re.compile(r"the score opens")


def tag(text: str) -> str:
    return f"Hello <podium_sim>{text}</podium_sim>"


def settled(it: House) -> Settle:
    """Return the last attempt's settlement; no hold is left open."""
    holds, settles = it.holds(), it.settles()
    assert {hold.charge_id for hold in holds} == {settle.charge_id for settle in settles}
    return settles[-1]


def agree(it: House, said: Said) -> None:
    """The tokens that the client is told are those that were charged, and so is the cost."""
    last = settled(it)
    assert last.usage is not None
    assert not last.estimated
    assert (said.input_tokens, said.output_tokens) == (last.usage.input_tokens, last.usage.output_tokens)
    assert said.cached_tokens == last.usage.cache_read_tokens
    if said.nano_usd is not None:
        assert said.nano_usd == last.cost_nano_usd


async def plain(it: House, client: Client, route: str) -> None:
    """A plain answer has its words, its finish, its tokens and its cost."""
    said = await client.ask(route, Asked())
    assert WORDS.match(said.text)
    assert said.finish == "stop"
    agree(it, said)


async def streamed(it: House, client: Client, route: str) -> None:
    """A stream joins to the same answer, and is charged the same."""
    whole = await client.ask(route, Asked())
    said = await client.ask(route, Asked(stream=True))
    assert (said.text, said.finish) == (whole.text, whole.finish)
    agree(it, said)
    costs = {settle.cost_nano_usd for settle in it.settles()}
    assert len(costs) == 1


async def system(it: House, client: Client, route: str) -> None:
    """A system text is counted with the input."""
    bare = await client.ask(route, Asked())
    said = await client.ask(route, Asked(system="Be brief and kind."))
    assert said.input_tokens > bare.input_tokens
    agree(it, said)


async def turns(it: House, client: Client, route: str) -> None:
    """An answer goes back as it came, and the talk goes on."""
    first = await client.ask(route, Asked())
    said = await client.ask(route, Asked(text="And then?", before=(Turn(text="Hello there"), Turn(first))))
    assert said.input_tokens > first.input_tokens
    agree(it, said)


async def tool_rounds(it: House, client: Client, route: str) -> None:
    """A forced call has its arguments; its result goes back, and the next answer is text."""
    tools = {"weather": CITY}
    said = await client.ask(route, Asked(tools=tools, force=True))
    assert [(call.name, call.arguments) for call in said.calls] == [("weather", {"city": "Graz"})]
    assert said.finish == "tool_calls"
    agree(it, said)
    call = said.calls[0]
    before = (Turn(text="Hello there"), Turn(said), Turn(results=((call.id, call.name, "It rains."),)))
    last = await client.ask(route, Asked(tools=tools, before=before, only_before=True))
    assert WORDS.match(last.text)
    assert last.finish == "stop"
    agree(it, last)


async def tool_streamed(it: House, client: Client, route: str) -> None:
    """Streamed arguments join to those of the plain call."""
    said = await client.ask(route, Asked(tools={"weather": CITY}, force=True, stream=True))
    assert [(call.name, call.arguments) for call in said.calls] == [("weather", {"city": "Graz"})]
    assert said.finish == "tool_calls"
    agree(it, said)


async def tool_parallel(it: House, client: Client, route: str) -> None:
    """Two calls in one answer keep their arguments apart, plain and streamed; both results go back."""
    asked = Asked(text=tag('{"calls": 2}'), tools={"weather": CITY, "count": COUNT}, force=True)
    for stream in (False, True):
        said = await client.ask(route, replace(asked, stream=stream))
        wanted = [("weather", {"city": "Graz"}), ("count", {"n": 0})]
        assert [(call.name, call.arguments) for call in said.calls] == wanted
        assert len({call.id for call in said.calls}) == 2
        agree(it, said)
        results = tuple((call.id, call.name, "done") for call in said.calls)
        before = (Turn(text="Hello there"), Turn(said), Turn(results=results))
        last = await client.ask(route, Asked(tools=asked.tools, before=before, only_before=True))
        assert WORDS.match(last.text)


async def structured(it: House, client: Client, route: str) -> None:
    """An answer by a JSON Schema is that JSON."""
    said = await client.ask(route, Asked(schema={**COUNT, "additionalProperties": False}))
    assert said.text.replace(" ", "") == '{"n":0}'
    agree(it, said)


async def image(it: House, client: Client, route: str) -> None:
    """A picture goes along, and is counted by the provider."""
    bare = await client.ask(route, Asked())
    said = await client.ask(route, Asked(image=PIXEL))
    assert said.input_tokens > bare.input_tokens
    agree(it, said)


async def document(it: House, client: Client, route: str) -> None:
    """A PDF goes along, and is counted by the provider."""
    bare = await client.ask(route, Asked())
    said = await client.ask(route, Asked(paper=PAPER))
    assert said.input_tokens > bare.input_tokens
    agree(it, said)


async def length(it: House, client: Client, route: str) -> None:
    """An answer that the limit cuts says so."""
    for stream in (False, True):
        said = await client.ask(route, Asked(limit=5, stream=stream))
        assert said.finish == "length"
        assert said.output_tokens == 5
        agree(it, said)


async def stops(it: House, client: Client, route: str) -> None:
    """A stop sequence is carried."""
    if route == "to-openai-responses" and client.name != "responses":
        with pytest.raises(client.errors[400]):
            await client.ask(route, Asked(stop="###"))
        assert it.holds() == []
        pytest.skip("Responses have no stop sequences")
    said = await client.ask(route, Asked(stop="###"))
    assert said.finish == "stop"
    agree(it, said)


async def cached(it: House, client: Client, route: str) -> None:
    """Tokens from a cache are told as such, and charged at their own price."""
    said = await client.ask(route, Asked(text=tag('{"input_tokens": 1000, "cached_tokens": 900}')))
    assert said.cached_tokens == 900
    agree(it, said)


async def markers(it: House, client: Client, route: str) -> None:
    """A marker of caching passes or is left out by name; the call goes on."""
    said = await client.ask(route, Asked(system="Long words.", cached=True))
    agree(it, said)


async def thinking(it: House, client: Client, route: str) -> None:
    """Thoughts are charged as output; where they are shown they come with a signature that goes back."""
    asked = Asked(text=tag('{"reasoning_tokens": 3, "output_tokens": 9}'), thinking=True, limit=4096)
    for stream in (False, True):
        said = await client.ask(route, replace(asked, stream=stream))
        last = settled(it)
        assert last.usage is not None
        assert last.usage.reasoning_tokens in {0, 3}  # Anthropic does not tell them apart
        assert said.output_tokens == 9
        agree(it, said)
        again = await client.ask(
            route, replace(asked, text="And then?", before=(Turn(text="Hello there"), Turn(said)))
        )
        agree(it, again)


async def errors(it: House, client: Client, route: str) -> None:
    """A provider's refusals, Podium's own and a wrong key are the SDK's own exceptions."""
    for status in (400, 429, 500):
        with pytest.raises(client.errors[status]):
            await client.ask(route, Asked(text=tag(f'{{"status": {status}}}')))
        assert settled(it).cost_nano_usd == 0
    with pytest.raises(client.errors[404]):
        await client.ask("nowhere", Asked())
    wrong = type(client)(it.url, "podium_sk_wrong")
    with pytest.raises(client.errors[401]):
        await wrong.ask(route, Asked())
    await wrong.close()


async def broken_stream(it: House, client: Client, route: str) -> None:
    """An error in mid-stream is raised, and what it may have cost is charged."""
    for fault in ("error_after_events", "cut_after_events"):
        with pytest.raises(Exception):  # noqa: B017, PT011 - each SDK has its own, and any will do
            await client.ask(route, Asked(text=tag(f'{{"{fault}": 9}}'), stream=True))
        assert settled(it).estimated


SCENARIOS: tuple[Scenario, ...] = (
    plain,
    streamed,
    system,
    turns,
    tool_rounds,
    tool_streamed,
    tool_parallel,
    structured,
    image,
    document,
    length,
    stops,
    cached,
    markers,
    thinking,
    errors,
    broken_stream,
)
