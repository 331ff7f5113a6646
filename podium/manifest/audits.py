"""Audits in manifests: what makes one of a document, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence

from podium.evidence.audits.atoms import READY, Judged
from podium.evidence.audits.ready import READY_AUDITS, WORDS
from podium.evidence.audits.rules import Audit, vocabulary_of
from podium.evidence.audits.sentences import Vocabulary, parse
from podium.kernel.errors import Finding, InvalidRequest
from podium.kernel.money import NANO_PER_USD, ceil_nano
from podium.kernel.nearest import nearest
from podium.manifest.audit_rows import AuditRow, JudgeRow, RuleRow, rules_of
from podium.manifest.kinds_audits import AuditManifest, AuditSpec
from podium.manifest.load import Document


def audit(name: str, spec: AuditSpec, departments: Mapping[str, str]) -> AuditRow:
    """Compile an audit. ``departments``: path by name."""
    return AuditRow(
        name=name,
        rules=tuple(RuleRow(it.name, it.says, it.severity, it.because or "") for it in spec.rules),
        ready=tuple(spec.ready),
        let=dict(spec.let),
        live=spec.live,
        on_fail=spec.on_fail,
        agents=tuple(spec.agents),
        judges=tuple(
            JudgeRow(
                judge,
                it.of,
                it.rubric,
                it.agent,
                it.route,
                tuple(it.reads),
                it.votes,
                it.agreement,
                ceil_nano(it.budget_usd * NANO_PER_USD),
            )
            for judge, it in spec.judges.items()
        ),
        departments=tuple(departments.get(it, it) for it in spec.departments),
    )


def compile_audit(name: str, spec: AuditSpec, judged: Judged | None = None) -> list[Audit]:
    """Return an audit's own rules and the ready ones that it takes. Raises InvalidRequest."""
    return rules_of(audit(name, spec, {}), judged)


def _words(spec: AuditSpec, judged: Judged | None = None) -> Vocabulary:
    found: Judged = {name: {} for name in spec.judges} if judged is None else judged
    return vocabulary_of({**WORDS, **spec.let}, found)


def check_audits(documents: Sequence[Document]) -> Iterator[Finding]:
    """Yield what is wrong with the audits among some documents, each at its line."""
    for document in documents:
        if isinstance(document.drafted, AuditManifest):
            yield from document.sure(_check(document, document.drafted.spec))


def _check(document: Document, spec: AuditSpec) -> Iterator[Finding]:
    for place, name in enumerate(spec.ready):
        if name not in READY_AUDITS:
            fix = nearest(name, list(READY_AUDITS)) or "`podium audit list` lists them."
            yield document.finding(("spec", "ready", place), f"there is no ready audit {name}.", fix)
    if not spec.rules and not spec.ready:
        yield document.finding(("spec",), "it asks for nothing.", "Write `rules`, or name `ready` audits.")
    try:
        words = _words(spec)
    except InvalidRequest as error:
        path = next(
            (
                ("spec", "let", name)
                for name in spec.let
                if error.message.startswith((f"{name}:", f"{name}."))
            ),
            ("spec", "let"),
        )
        yield document.finding(path, error.message, error.fix)
        return
    for name, judge in spec.judges.items():
        if judge.of not in words.let and judge.of not in READY:
            known = nearest(judge.of, [*words.let, *READY])
            yield document.finding(("spec", "judges", name, "of"), f"there is no word {judge.of}.", known)
    seen: set[str] = set()
    for place, rule in enumerate(spec.rules):
        if rule.name in seen:
            message = f"there are two rules {rule.name}."
            yield document.finding(("spec", "rules", place, "name"), message, "Rename one.")
        seen.add(rule.name)
        try:
            parse(rule.says, words)
        except InvalidRequest as error:
            yield document.finding(("spec", "rules", place, "says"), error.message, error.fix)
