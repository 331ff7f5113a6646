"""What is kept of content, in manifests: each Department, and at last the agent, may only narrow it."""

from collections.abc import Iterator, Mapping, Sequence

from podium.evidence.contents.linear import check_regex
from podium.evidence.contents.rules import PATTERNS, RECORDS, ContentRule, Pattern, Record
from podium.kernel.errors import Finding
from podium.manifest import kinds
from podium.manifest.check_limits import Index
from podium.manifest.kinds_content import ContentSpec
from podium.manifest.load import Document

_AT = ("spec", "content")


def content_rule(
    agent: kinds.AgentSpec, departments: Mapping[str, kinds.DepartmentSpec]
) -> ContentRule | None:
    """Return what is kept of an agent's content; None: nothing."""
    specs, at = [agent.content], agent.department or None
    while at is not None:
        specs.append(departments[at].content)
        at = departments[at].parent
    record: Record = next((spec.record for spec in specs if spec.record is not None), "off")
    if record == "off":
        return None
    days = [spec.keep_days for spec in specs if spec.keep_days is not None]
    own = {(it.name, it.regex) for spec in specs for it in spec.own}  # of one name too: none replaces another
    return ContentRule(record, _patterns(specs), tuple(sorted(own)), min(days, default=None))


def _patterns(specs: Sequence[ContentSpec]) -> tuple[Pattern, ...]:
    named = {name for spec in specs for name in spec.patterns or ()}
    if not named or any(spec.record == "redacted" and spec.patterns is None for spec in specs):
        return PATTERNS
    return tuple(name for name in PATTERNS if name in named)


def check_content(document: Document, index: Index) -> Iterator[Finding]:
    """Yield where more is kept than above, and patterns that cannot be used."""
    if not document.has(*_AT):
        return
    above = list(_above(document, index))
    record = document.text(*_AT, "record")
    said = [(it, limit) for it in above if (limit := it.text(*_AT, "record")) in RECORDS]
    if record in RECORDS and said:
        it, limit = said[0]
        if RECORDS.index(record) > RECORDS.index(limit):
            message = f"it keeps more than `{limit}`, which {it.name} at {it.place} says."
            fix = f"Write `{limit}` or less here, or more there."
            yield document.finding((*_AT, "record"), message, fix)
    days = document.number(*_AT, "keepDays")
    for it in above:
        limit_days = it.number(*_AT, "keepDays")
        if days is not None and limit_days is not None and days > limit_days:
            message = f"it is kept longer than the {limit_days} days of {it.name} at {it.place}."
            yield document.finding((*_AT, "keepDays"), message, f"Write {limit_days} or less.")
            break
    yield from _patterns_of(document, record)


def _patterns_of(document: Document, record: str | None) -> Iterator[Finding]:
    named = document.texts(*_AT, "patterns", "*") or document.has(*_AT, "own")
    if record == "redacted" and document.has(*_AT, "patterns") and not named:
        fix = "Name some, or leave `patterns` out: then all are used."
        yield document.finding((*_AT, "patterns"), "it redacts nothing.", fix)
    seen: set[str] = set(PATTERNS)
    for path, name in document.texts(*_AT, "own", "*", "name"):
        if name in seen:
            yield document.finding(path, f"there is a pattern {name} already.", "Give it another name.")
        seen.add(name)
    for path, regex in document.texts(*_AT, "own", "*", "regex"):
        why_not = check_regex(regex)
        if why_not is not None:
            yield document.finding(
                path, f"this pattern cannot be used: {why_not}.", "Write it as RE2 has it."
            )


def _above(document: Document, index: Index) -> Iterator[Document]:
    """Yield the departments above, the nearest first; a cycle, which is a finding of its own, ends it."""
    name = document.text("spec", "department" if document.kind == "Agent" else "parent")
    seen: set[str] = set()
    while name is not None and name not in seen:
        seen.add(name)
        found = index.get(("Department", name))
        if found is None:
            return
        yield found
        name = found.text("spec", "parent")
