"""`podium audit run`: recorded traces, or an agent that is driven, under audits; and what CI reads of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from podium.cli.audit_driving import DRIVEN, drive, put_rates
from podium.cli.audit_judging import (
    Content,
    Judge,
    KnownJudgements,
    compiled,
    judging,
    put_told,
    read_content,
)
from podium.cli.output import counted, put_json, put_table, usage
from podium.kernel.errors import InvalidRequest, ManifestError, NotFound, StateError
from podium.kernel.spans import Span

if TYPE_CHECKING:
    from podium.manifest.audit_rows import AuditRow
    from podium.views.audits import Audited

EXIT_FAILED = 1
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("run")
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
@DRIVEN
@Judge
@KnownJudgements
@Content
@click.option("--junit", "junit_", type=_FILE, help="Write JUnit XML here.")
@click.option("--sarif", "sarif_", type=_FILE, help="Write SARIF 2.1.0 here.")
@click.option("--markdown", "markdown_", type=_FILE, help="Write Markdown here.")
@click.option("--strict", is_flag=True, help="What is unknown fails too.")
@click.option("--all", "shows_all", is_flag=True, help="Show what passed too.")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
@click.pass_context
@usage()
def run_(
    ctx: click.Context,
    files: Sequence[Path],
    suites: Sequence[Path],
    trace_ids: Sequence[str],
    ready: Sequence[str],
    agent: str | None,
    request: str | None,
    times: int,
    wait_s: int,
    at_least: float,
    judge: bool,
    judgements: Path | None,
    content: bool,
    junit_: Path | None,
    sarif_: Path | None,
    markdown_: Path | None,
    strict: bool,
    shows_all: bool,
    as_json: bool,
) -> int:
    """Judge the traces in FILES (OTLP's JSON, whole or one request a line), and those of a running Podium.

    With --agent, tasks of it are queued, waited for and judged, each by itself. Exit code 1 when a rule of
    severity `safety` or `error` failed; with --strict also when one is unknown.
    """
    from podium.views.audits import audit_traces

    rows = rows_of(suites, ready)
    if not files and not trace_ids and agent is None:
        raise InvalidRequest(
            "there is no trace to judge.", fix="Name files of traces, --trace ID, or --agent."
        )
    traces, places = _traces(ctx, files, trace_ids)
    if agent is not None:
        traces |= drive(ctx, agent, request, times, wait_s, say=not as_json)
    with judging(ctx, judgements, ask=judge) as judges:
        if content:
            read_content(ctx, judges, (span.trace_id for steps in traces.values() for span in steps))
        found = audit_traces(traces, compiled(rows, traces, judges))
    _reports(found, junit_, sarif_, markdown_, places)
    if as_json:
        put_json(
            {
                "verdicts": [as_json_of(one) for one in found],
                "judges": [msgspec.to_builtins(one) for one in judges.told],
            }
        )
    else:
        put_verdicts(found, len(traces), shows_all=shows_all)
        put_told(judges.told)
        if agent is not None:
            put_rates(found)
    return EXIT_FAILED if failing(found, strict=strict, at_least=at_least) else 0


def _traces(
    ctx: click.Context, files: Sequence[Path], trace_ids: Sequence[str]
) -> tuple[dict[str, list[Span]], dict[str, str]]:
    """Return the steps of each trace that has some, and the file that it comes from.

    Raises InvalidRequest for a file or trace without a step: rules hold of nothing, which proves nothing.
    """
    from podium.views.audits import traces_of
    from podium.wire.otlp import decode_traces

    spans: list[Span] = []
    places: dict[str, str] = {}
    for trace_id in trace_ids:
        spans += _with_steps(recorded(ctx, trace_id), f"trace {trace_id}")
    for file in files:
        try:
            found = decode_traces(file.read_bytes())
        except InvalidRequest as error:
            raise InvalidRequest(f"{file}: {error.message}", fix=error.fix, field=error.field) from error
        spans += _with_steps(found, str(file))
        places |= dict.fromkeys((span.trace_id for span in found), _place(file))
    return {trace_id: steps for trace_id, steps in traces_of(spans).items() if steps}, places


def _with_steps(spans: list[Span], where: str) -> list[Span]:
    from podium.views.audits import traces_of

    if not any(traces_of(spans).values()):
        raise InvalidRequest(
            f"{where}: there is nothing to judge: none of its {len(spans)} spans is a step.",
            fix="A step has a GenAI operation (gen_ai.operation.name), or one by an older name.",
        )
    return spans


def _place(file: Path) -> str:
    """Return a file's path as reports name it: from here, where it is below."""
    here = Path.cwd()
    return (file.relative_to(here) if file.is_relative_to(here) else file).as_posix()


def _reports(
    found: "Sequence[Audited]",
    junit_: Path | None,
    sarif_: Path | None,
    markdown_: Path | None,
    places: Mapping[str, str],
) -> None:
    from podium.views.audits import junit, markdown, sarif

    if junit_ is not None:
        _write(junit_, junit(found))
    if sarif_ is not None:
        _write(sarif_, sarif(found, places))
    if markdown_ is not None:
        _write(markdown_, markdown(found).encode())


def failing(found: "Sequence[Audited]", *, strict: bool, at_least: float = 1.0) -> bool:
    """Return whether verdicts fail a run: a rule that held too rarely; one of safety that ever failed."""
    judged: dict[tuple[str, str], list[bool]] = {}
    for one in found:
        bad = fails(one, strict=strict)
        if bad and one.finding.rule.severity == "safety":
            return True
        judged.setdefault((one.audit, one.finding.rule.name), []).append(bad)
    return any(its.count(True) > (1 - at_least) * len(its) + 1e-9 for its in judged.values())


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


def rows_of(suites: Sequence[Path], ready: Sequence[str]) -> "list[AuditRow]":
    """Return the audits of manifests, and ready ones. Raises ManifestError, InvalidRequest."""
    from podium.control.reconcile import read_files
    from podium.evidence.audits.ready import READY_AUDITS
    from podium.manifest.audit_rows import AuditRow
    from podium.manifest.audits import audit, check_audits
    from podium.manifest.kinds_audits import AuditManifest
    from podium.manifest.load import load

    found = []
    for suite in suites:
        files, findings = read_files(suite)
        loaded = load(files)
        findings = [*findings, *loaded.findings, *check_audits(loaded.documents)]
        if findings:
            raise ManifestError(findings)
        found += [
            audit(it.name, it.manifest.spec, {})
            for it in loaded.documents
            if isinstance(it.manifest, AuditManifest)
        ]
    for name in READY_AUDITS if "all" in ready else ready:
        if name not in READY_AUDITS:
            raise InvalidRequest(
                f"there is no ready audit {name}.", fix="`podium audit list` lists them.", field="--ready"
            )
        found.append(AuditRow(name, ready=(name,)))
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
    click.echo(f"{counted({'traces': traces, 'verdicts': len(found)})}: {', '.join(counts)}")
