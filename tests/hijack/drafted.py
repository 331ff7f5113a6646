"""The worlds behind the policies that `podium tool draft` writes for their servers, and how these differ."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from podium.adapters.prices.genai import GenaiPrices
from podium.control.reconcile import compile_folder
from podium.manifest.drafting.draft import draft_of
from podium.manifest.drafting.written import Place, Wielder, manifest_of
from podium.manifest.snapshot import Snapshot
from tests.hijack.model import Stage, World
from tests.hijack.worlds import EVERY

POLICIES: Final = Path(__file__).parent / "policies"
WORSE: Final = {"read": 0, "write": 1, "irreversible": 2}


async def definitions_of(world: World) -> dict[str, list[dict[str, Any]]]:
    """Return what the servers of a world say of their tools, by server."""
    servers = world.servers(Stage(world.seed()))
    return {
        name: [
            tool.model_dump(by_alias=True, exclude_none=True, mode="json") for tool in await one.list_tools()
        ]
        for name, one in servers.items()
    }


async def drafts_of(world: World, port: int, *, own: bool = False) -> dict[str, str]:
    """Return the drafts for a world's servers and its agent, by the names of files.

    ``own``: a person has said of each server that it makes its identifiers and states itself.
    """
    found, head, grants = {}, "", []
    for name, definitions in (await definitions_of(world)).items():
        place = Place(url=f"http://127.0.0.1:{port}/{name}/mcp")
        text = manifest_of(draft_of(name, definitions), place, Wielder(world.name, "everybody", ["none"]))
        server, _, agent = text.partition("---\n")
        found[f"{name}.yaml"] = _own(server) if own else server
        head, _, tools = agent.partition("  tools:\n")
        grants.append(tools)
    return {**found, f"agent-{world.name}.yaml": f"{head}  tools:\n{''.join(grants)}"}


def _own(draft: str) -> str:
    """Return a draft in which the lines on what the server makes itself are no remarks any more."""
    return re.sub(r"^( +)# (fields:|  \S+: \{integrity: organisation\})", r"\1\2", draft, flags=re.MULTILINE)


async def compiled_drafts(folder: Path, worlds: Iterable[World], *, own: bool = False) -> Snapshot:
    """Return the snapshot of the drafts for worlds, with the organisation, out of a folder for them."""
    texts = {"organisation.yaml": (POLICIES / "organisation.yaml").read_text(encoding="utf-8")}
    for world in worlds:
        texts |= await drafts_of(world, 9, own=own)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return compile_folder(folder, prices=GenaiPrices(), at_ns=0)


@dataclass
class Difference:
    """How drafts differ from what people wrote."""

    effects: Counter[str] = field(default_factory=Counter)
    sinks: Counter[str] = field(default_factory=Counter)
    milder: list[str] = field(default_factory=list)
    stricter: list[str] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)


def difference(drafts: Snapshot, people_s: Snapshot, worlds: Iterable[World] = EVERY) -> Difference:
    """Return how the drafts for the tools of worlds differ from what people wrote for them."""
    found, seen = Difference(), set[str]()
    for world in worlds:
        own: Mapping[str, Any] = people_s.tools_of(people_s.agents[world.name])
        for name, tool in own.items():
            if name in seen:
                continue
            seen.add(name)
            server, _, short = name.partition("/")
            draft = drafts.tool_servers[server].tools[short]
            mild = WORSE[draft.effect] - WORSE[tool.effect]
            found.effects["equal" if not mild else "milder" if mild < 0 else "stricter"] += 1
            if mild:
                lines = found.milder if mild < 0 else found.stricter
                lines.append(f"{name}: {draft.effect}, not {tool.effect}")
            if not tool.writes or not draft.writes:
                continue
            for path, row in tool.arguments.items():
                guess, parent = draft.arguments.get(path), path.rpartition(".")[0]
                if guess is None and parent and not any(one.startswith(parent) for one in draft.arguments):
                    continue  # a key that no schema names, which a draft cannot know
                sink = guess.sink if guess is not None else "value"
                found.sinks["equal" if sink == row.sink else "other"] += 1
                if sink != row.sink:
                    found.other[f"{path}: {sink}, not {row.sink} ({name})"] += 1
    return found
