"""`podium schema`: the manifests' JSON Schema, for editors."""

import json
from pathlib import Path

import click

from podium.kernel.errors import StateError
from podium.manifest.kinds import KINDS
from podium.manifest.reference import json_schema, markdown


@click.command()
@click.argument("kind", required=False, type=click.Choice(list(KINDS)))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a file per kind, and one for all, here.",
)
@click.option("--markdown", "as_markdown", is_flag=True, help="The reference for people (docs/manifests.md).")
def command(kind: str | None, out: Path | None, as_markdown: bool) -> None:
    """Print the JSON Schema of KIND, or of a manifest of any kind."""
    if as_markdown:
        print(markdown(), end="")
        return
    if out is None:
        print(json.dumps(json_schema(kind), indent=2))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in [kind] if kind is not None else [*KINDS, None]:
            path = out / f"{name.lower() if name else 'podium'}.schema.json"
            path.write_text(json.dumps(json_schema(name), indent=2) + "\n", encoding="utf-8")
            print(path)
    except OSError as error:
        raise StateError(f"{out} cannot be written: {error.strerror}.", fix="Name another folder.") from error
