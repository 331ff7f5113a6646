"""`podium init`: a small working set of manifests."""

from importlib import resources
from pathlib import Path

import click

from podium.kernel.errors import StateError


@click.command()
@click.argument("folder", default="manifests", type=click.Path(file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Write a small working set of manifests into FOLDER; nothing is overwritten."""
    source = resources.files("podium.cli") / "starter"
    names = sorted(item.name for item in source.iterdir() if item.name.endswith(".yaml"))
    there = [name for name in names if (folder / name).exists()]
    if there:
        raise StateError(
            f"{folder / there[0]} exists, and nothing is overwritten.",
            fix="Name another folder: podium init FOLDER.",
            code="exists",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            with (folder / name).open("x", encoding="utf-8") as file:
                file.write((source / name).read_text(encoding="utf-8"))
            print(f"wrote {folder / name}")
    except OSError as error:
        raise StateError(
            f"{folder} cannot be written: {error.strerror}.", fix="Name another folder."
        ) from error
    print(
        f"\nNext:\n"
        f"  podium validate {folder}\n"
        f"  podium simulate provider &        # or edit providers.yaml for a real one\n"
        f"  podium model pull smollm2         # the local model, once\n"
        f"  podium up --manifests {folder}\n"
        f"  podium tool draft NAME --url URL  # a first policy for an MCP server\n"
        f"  podium task token assistant       # for a first call: the key of a task\n"
        f"  podium run assistant -- COMMAND   # a program with a task's token and nothing else"
    )
