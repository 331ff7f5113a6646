"""Every SDK against every provider's format, through a live gateway."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from podium.manifest.snapshot import Candidate, ModelRow, ProviderRow, RetryRule, RouteRow, Snapshot
from tests.gateway.house import KEY, SHEET, House, house
from tests.matrix.asking import Client
from tests.matrix.scenarios import SCENARIOS, Scenario
from tests.matrix.with_anthropic import Anthropic
from tests.matrix.with_google import Google
from tests.matrix.with_openai import OpenAIChat
from tests.matrix.with_responses import OpenAIResponses

CLIENTS: tuple[type[Client], ...] = (OpenAIChat, OpenAIResponses, Anthropic, Google)
DIALECTS = {"openai": "/v1", "openai-responses": "/v1", "anthropic": "/v1", "gemini": "/v1beta"}
"""Each dialect of providers, and the simulated provider's base path for it."""
ABLE = frozenset({"vision", "tools", "structured_output", "documents"})


def with_routes(it: House) -> Snapshot:
    """Return the house's snapshot with a provider, a model and a route of each dialect."""
    now = it.standing.snapshot
    assert now is not None
    port = int(it.sim.base_url.rsplit(":", 1)[1].split("/")[0])
    timeouts = now.providers["sim"].timeouts
    providers, models, routes = dict(now.providers), dict(now.models), dict(now.routes)
    for dialect, base in DIALECTS.items():
        name = f"to-{dialect}"
        providers[name] = ProviderRow(
            name, dialect, "http", "127.0.0.1", port, base, timeouts=timeouts, network="private"
        )
        models[name] = ModelRow(name, name, f"sim-{dialect}", SHEET, 128_000, 8192, capabilities=ABLE)
        routes[name] = RouteRow(name, "chat", (Candidate(name),), retry=RetryRule(max_attempts=1))
    agents = {
        name: msgspec.structs.replace(agent, routes=frozenset(routes)) for name, agent in now.agents.items()
    }
    return msgspec.structs.replace(now, providers=providers, models=models, routes=routes, agents=agents)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
async def test_cell(tmp_path: Path, client: type[Client], dialect: str, scenario: Scenario) -> None:
    """What the scenario's docstring says holds for this client and this provider."""
    async with house(tmp_path, tokens=12) as it:
        it.standing.apply_snapshot(with_routes(it))
        sdk = client(it.url, KEY)
        try:
            async with asyncio.timeout(60):
                await scenario(it, sdk, f"to-{dialect}")
        finally:
            await sdk.close()
