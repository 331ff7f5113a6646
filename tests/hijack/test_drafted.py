"""What `podium tool draft` writes for the worlds' servers, against what people wrote for them."""

import asyncio
from pathlib import Path

import pytest

from podium.manifest.snapshot import Snapshot
from tests.hijack.decided import compiled
from tests.hijack.drafted import Difference, compiled_drafts, difference
from tests.hijack.worlds import EVERY


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of all drafts: they validate, together with an agent and the organisation."""
    return asyncio.run(compiled_drafts(tmp_path_factory.mktemp("drafts"), EVERY))


@pytest.fixture(scope="module")
def people_s(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The snapshot of what people wrote."""
    return compiled(tmp_path_factory.mktemp("policies"))


@pytest.fixture(scope="module")
def found(drafts: Snapshot, people_s: Snapshot) -> Difference:
    """How they differ from people's policies."""
    return difference(drafts, people_s)


def test_every_tool_is_drafted(drafts: Snapshot, people_s: Snapshot) -> None:
    """The draft has each tool that people's policies have, granted to the world's agent."""
    for world in EVERY:
        own = people_s.tools_of(people_s.agents[world.name])
        assert set(own) <= set(drafts.tools_of(drafts.agents[world.name])), world.name


def test_no_effect_is_milder(found: Difference) -> None:
    """Of no tool a draft says that it does less than the person said; seven of eight are as his."""
    assert found.milder == []
    assert found.effects["equal"] / found.effects.total() > 0.87


def test_sinks(found: Difference) -> None:
    """More than nine of ten arguments of writes decide what the person said, and no other is harmless.

    But for a payment's reference and a note, which people take for words or for what something goes by.
    """
    assert found.sinks["equal"] / found.sinks.total() > 0.9
    harmless = [line for line in found.other if ": text," in line or ": query," in line]
    assert [line for line in harmless if not line.startswith(("reference:", "note:"))] == []


def test_nobody_is_trusted(drafts: Snapshot) -> None:
    """No result and no field of one is labelled better than a stranger's."""
    for server in drafts.tool_servers.values():
        for tool in server.tools.values():
            labels = [tool.returns.integrity, *(label.integrity for label in tool.returns.fields.values())]
            assert set(labels) <= {"public", None}, tool.id


async def test_identifiers_of_the_server_s_own(tmp_path: Path) -> None:
    """Without the `#` before what a server makes itself a draft validates too, and trusts that alone."""
    own = await compiled_drafts(tmp_path, EVERY, own=True)
    labels = [
        it
        for server in own.tool_servers.values()
        for tool in server.tools.values()
        for it in tool.returns.fields.items()
    ]
    trusted = {path.rsplit(".", 1)[-1] for path, label in labels if label.integrity == "organisation"}
    assert "id" in trusted
    assert not trusted & {"body", "iban", "email", "amount", "subject", "sender"}
