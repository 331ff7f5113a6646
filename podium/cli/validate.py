"""`podium validate`: every finding at once, with file, line and field."""

import sys
from pathlib import Path

import click

from podium.cli.output import counted, put_json
from podium.control.reconcile import compile_folder, warn_folder
from podium.kernel.errors import Finding, ManifestError
from podium.manifest.warn_definitions import Definitions

EXIT_FINDINGS = 3
FIELDS = ("file", "line", "field", "message", "fix")


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--pinned", is_flag=True, help="Warn too of what tools lack by their pinned definitions.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def command(ctx: click.Context, path: Path | None, pinned: bool, as_json: bool) -> int:
    """Check the manifests in PATH (a folder or a file). Exit code 3 when there are findings."""
    folder: Path = ctx.obj.manifests(path)
    try:
        snapshot = compile_folder(folder, prices=ctx.obj.price_list(), at_ns=ctx.obj.clock.wall_ns())
    except ManifestError as error:
        if as_json:
            put_json({"ok": False, "findings": [{f: getattr(x, f) for f in FIELDS} for x in error.findings]})
            return EXIT_FINDINGS
        found = _once(error.findings, folder) if folder.is_file() else error.findings
        for finding in found:
            print(finding)
        if found[0].absent:  # all that is here is good
            _tell(warn_folder(folder, _pinned(ctx) if pinned else None))
        print(f"{counted({'findings': len(found)})} in {folder}", file=sys.stderr)
        return EXIT_FINDINGS
    warnings = warn_folder(folder, _pinned(ctx) if pinned else None)
    if as_json:
        told = [{field: getattr(it, field) for field in FIELDS} for it in warnings]
        put_json({"ok": True, "digest": snapshot.digest, "counts": snapshot.counts(), "warnings": told})
    else:
        _tell(warnings)
        print(f"{folder}: {counted(snapshot.counts())}; digest {snapshot.digest[:12]}")
    return 0


def _once(findings: list[Finding], file: Path) -> list[Finding]:
    """Return a single file's findings, with one for all that it names and other files may hold."""
    own = [it for it in findings if not it.absent]
    absent = list(dict.fromkeys(it.absent for it in findings if it.absent))
    if not absent:
        return own
    *most, last = absent
    named = f"{', '.join(most)} and {last}" if most else last
    message = f"it needs {named}, which other files may hold."
    fix = "Give the folder, to look at them together."
    return [*own, Finding(message, file=str(file), line=1, field="", fix=fix, absent=named)]


def _tell(warnings: list[Finding]) -> None:
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)


def _pinned(ctx: click.Context) -> Definitions:
    """Return the definitions of tools that are pinned here. Raises StateError where there are no records."""
    from podium.views.tools import pinned_definitions

    with ctx.obj.engine().connect() as connection:
        return pinned_definitions(connection)
