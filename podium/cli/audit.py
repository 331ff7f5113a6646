"""`podium audit`: rules over recorded traces."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from podium.cli.audit_results import history, results_
from podium.cli.output import put_json, put_table
from podium.kernel.errors import InvalidRequest, ManifestError, NotFound, StateError
from podium.kernel.spans import Span

if TYPE_CHECKING:
    from podium.evidence.audits.rules import Audit
    from podium.views.audits import Audited

EXIT_FAILED = 1


@click.group()
def command() -> None:
    """Judge traces by rules: what agents did, in which order, with what they knew."""


command.add_command(results_)
command.add_command(history)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def list_(as_json: bool) -> None:
    """List the ready audits."""
    from podium.evidence.audits.ready import READY_AUDITS

    if as_json:
        rows = [
            {
                "name": name,
                "title": it.title,
                "why": it.why,
                "needs_content": it.needs_content,
                "rules": [says for says, _ in it.rules],
            }
            for name, it in READY_AUDITS.items()
        ]
        put_json({"audits": rows})
        return
    put_table(
        ("audit", "severity", "content", "what"),
        [
            (name, it.rules[0][1], "needed" if it.needs_content else "–", it.title)
            for name, it in READY_AUDITS.items()
        ],
    )


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print ready audit NAME as a manifest, to be taken as it is or changed."""
    import yaml

    from podium.evidence.audits.ready import READY_AUDITS, WORDS

    ready = READY_AUDITS.get(name)
    if ready is None:
        raise InvalidRequest(
            f"there is no ready audit {name}.", fix="`podium audit list` lists them.", field="name"
        )
    said = " ".join(says for says, _ in ready.rules).replace("(", " ").replace(")", " ").split()
    rules = [
        {"name": f"{name}-{number}", "says": says, "severity": severity, "because": ready.why}
        for number, (says, severity) in enumerate(ready.rules, 1)
    ]
    let = {word: meaning for word, meaning in WORDS.items() if word in said}
    manifest = {
        "apiVersion": "podium/v1",
        "kind": "Audit",
        "metadata": {"name": name},
        "spec": {"let": let, "rules": rules},
    }
    click.echo(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100), nl=False)


@command.command("run")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--suite",
    "suites",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A file or folder of manifests with Audits. More than once: all.",
)
@click.option("--trace", "trace_ids", multiple=True, metavar="ID", help="A trace that a running Podium has.")
@click.option("--ready", multiple=True, metavar="NAME", help="A ready audit, or `all`. More than once: all.")
@click.option(
    "--junit", "junit_", type=click.Path(dir_okay=False, path_type=Path), help="Write JUnit XML here."
)
@click.option(
    "--sarif", "sarif_", type=click.Path(dir_okay=False, path_type=Path), help="Write SARIF 2.1.0 here."
)
@click.option(
    "--markdown", "markdown_", type=click.Path(dir_okay=False, path_type=Path), help="Write Markdown here."
)
@click.option("--strict", is_flag=True, help="What is unknown fails too.")
@click.option("--all", "shows_all", is_flag=True, help="Show what passed too.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
def run_(
    ctx: click.Context,
    files: Sequence[Path],
    suites: Sequence[Path],
    trace_ids: Sequence[str],
    ready: Sequence[str],
    junit_: Path | None,
    sarif_: Path | None,
    markdown_: Path | None,
    strict: bool,
    shows_all: bool,
    as_json: bool,
) -> int:
    """Judge the traces in FILES (OTLP's JSON, whole or one request a line), and those of a running Podium.

    Exit code 1 when a rule of severity `safety` or `error` failed; with --strict also when one is unknown.
    """
    from podium.views.audits import audit_traces, junit, markdown, sarif, traces_of
    from podium.wire.otlp import decode_traces

    audits = audits_of(suites, ready)
    spans = [span for trace_id in trace_ids for span in recorded(ctx, trace_id)]
    for file in files:
        try:
            spans += decode_traces(file.read_bytes())
        except InvalidRequest as error:
            raise InvalidRequest(f"{file}: {error.message}", fix=error.fix, field=error.field) from error
    if not files and not trace_ids:
        raise InvalidRequest("there is no trace to judge.", fix="Name files of traces, or --trace ID.")
    traces = traces_of(spans)
    found = audit_traces(traces, audits)
    if junit_ is not None:
        _write(junit_, junit(found))
    if sarif_ is not None:
        _write(sarif_, sarif(found, str(files[0]) if files else "traces"))
    if markdown_ is not None:
        _write(markdown_, markdown(found).encode())
    if as_json:
        put_json({"verdicts": [as_json_of(one) for one in found]})
    else:
        put_verdicts(found, len(traces), shows_all=shows_all)
    return EXIT_FAILED if any(fails(one, strict=strict) for one in found) else 0


def recorded(ctx: click.Context, trace_id: str) -> list[Span]:
    """Return the spans that a running Podium has of a trace."""
    from podium.ports.spans import GetTrace, TraceIs

    reply = ctx.obj.ask_collector(GetTrace(trace_id=trace_id))
    if not isinstance(reply, TraceIs) or not reply.spans:
        fix = "`podium calls` lists traces; old spans are forgotten."
        raise NotFound(f"there is no trace {trace_id}.", fix=fix)
    return msgspec.convert(reply.spans, list[Span])


def fails(one: "Audited", *, strict: bool) -> bool:
    """Return whether a verdict fails a run."""
    return one.failed or (strict and one.finding.verdict == "unknown")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StateError(f"{path} cannot be written: {error.strerror}.", fix="Name another file.") from error


def audits_of(suites: Sequence[Path], ready: Sequence[str]) -> "list[Audit]":
    """Return the audits of manifests, and ready ones. Raises ManifestError, InvalidRequest."""
    from podium.control.reconcile import read_files
    from podium.evidence.audits.ready import READY_AUDITS, ready_audit
    from podium.manifest.audits import check_audits, compile_audit
    from podium.manifest.kinds_audits import AuditManifest
    from podium.manifest.load import load

    found = []
    for suite in suites:
        files, findings = read_files(suite)
        loaded = load(files)
        findings = [*findings, *loaded.findings, *check_audits(loaded.documents)]
        if findings:
            raise ManifestError(findings)
        for document in loaded.documents:
            if isinstance(document.manifest, AuditManifest):
                found += compile_audit(document.name, document.manifest.spec)
    for name in READY_AUDITS if "all" in ready else ready:
        if name not in READY_AUDITS:
            raise InvalidRequest(
                f"there is no ready audit {name}.", fix="`podium audit list` lists them.", field="--ready"
            )
        found.append(ready_audit(name))
    if not found:
        raise InvalidRequest(
            "there is no audit to run.", fix="Name a --suite with manifests of kind Audit, or --ready all."
        )
    return found


def as_json_of(one: "Audited") -> dict[str, object]:
    """Return a verdict for programs."""
    return {
        "trace": one.trace_id,
        "steps": one.steps,
        "audit": one.audit,
        "rule": one.finding.rule.name,
        "says": one.finding.rule.says,
        "severity": one.finding.rule.severity,
        "verdict": one.finding.verdict,
        "spans": one.finding.spans,
    }


def put_verdicts(found: "Sequence[Audited]", traces: int, *, shows_all: bool) -> None:
    """Print a table of verdicts, and their sums."""
    rows = [one for one in found if shows_all or one.finding.verdict != "pass"]
    if rows:
        put_table(
            ("verdict", "severity", "rule", "trace", "decided by"),
            [
                (
                    one.finding.verdict,
                    one.finding.rule.severity,
                    f"{one.audit}/{one.finding.rule.name}",
                    one.trace_id,
                    ", ".join(
                        f"{name} {span}" for name, span in zip(one.names, one.finding.spans, strict=True)
                    )
                    or "the whole trace",
                )
                for one in rows
            ],
        )
    counts = [f"{sum(one.finding.verdict == it for one in found)} {it}" for it in ("pass", "fail", "unknown")]
    click.echo(f"{traces} traces, {len(found)} verdicts: {', '.join(counts)}")
