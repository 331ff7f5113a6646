"""Files of YAML -> the kinds, and every fault of their shape with file, line and field."""

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError

from podium.kernel.errors import Finding
from podium.kernel.nearest import nearest
from podium.manifest.fields import API_VERSION, Fault
from podium.manifest.kinds import KINDS
from podium.manifest.secrets import find_in_lines, find_secrets
from podium.manifest.shapes import Manifest
from podium.manifest.text import Node, Path, dotted, names_in, read_text

_TYPES: Final = {
    "string_type": ("must be text", "Write one line of text."),
    "int_type": ("must be a whole number", "Write digits only, for example 4096."),
    "decimal_type": ("must be an amount of USD", "Write a decimal number, for example 2.50."),
    "list_type": ("must be a list", "Write one entry a line, each after `- `."),
    "dict_type": ("must be a mapping", "Write `key: value` lines under it."),
    "model_type": ("must be a mapping", "Write its fields as `name: value` lines under it."),
}


@dataclass(frozen=True, slots=True)
class Document:
    """One manifest. ``manifest`` is None where its shape is wrong; what can be read is still checked.

    ``drafted`` is what it would be without the fields that are wrong, None where nothing can be made of it.
    """

    file: str
    kind: str
    name: str
    root: Node
    manifest: Manifest | None
    hidden: frozenset[Path] = frozenset()
    """Where secrets stand: nothing more is said of these places."""
    drafted: Manifest | None = None
    wrong: frozenset[Path] = frozenset()
    """The fields that ``drafted`` does without, or has by the name that was meant."""

    @property
    def place(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.root.line}"

    def finding(self, path: Path, message: str, fix: str = "", *, absent: str = "") -> Finding:
        """Return a finding at a path."""
        line = self.root.line_of(path)
        return Finding(message, file=self.file, line=line, field=dotted(path), fix=fix, absent=absent)

    def conceals(self, field: str) -> bool:
        """Return whether a dotted field is where a secret stands, or within or around it."""
        return _touches(field, self.hidden)

    def sure(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield findings of ``drafted`` but those that hang on a field that is wrong."""
        return (finding for finding in findings if not _touches(finding.field, self.wrong))

    def nodes(self, *pattern: str) -> list[tuple[Path, Node]]:
        """Return all that a pattern matches, with its path. ``*``: any entry of a list, ``{}``: of a map."""
        found: list[tuple[Path, Node]] = [((), self.root)]
        for step in pattern:
            deeper: list[tuple[Path, Node]] = []
            for path, node in found:
                if step == "*" and isinstance(node.value, list):
                    deeper += [((*path, index), item) for index, item in enumerate(node.value)]
                elif step == "{}" and isinstance(node.value, dict):
                    deeper += [((*path, key), item) for key, item in node.value.items()]
                elif isinstance(node.value, dict) and step in node.value:
                    deeper.append(((*path, step), node.value[step]))
            found = deeper
        return found

    def texts(self, *pattern: str) -> list[tuple[Path, str]]:
        """Return path and text of every scalar that a pattern matches."""
        return [(path, node.value) for path, node in self.nodes(*pattern) if isinstance(node.value, str)]

    def keys(self, *pattern: str) -> list[tuple[Path, str]]:
        """Return path and key of everything in every mapping that a pattern matches."""
        return [((*path, key), key) for path, node in self.nodes(*pattern) for key in node.keys]

    def text(self, *path: str) -> str | None:
        """Return the text at a path, or None."""
        found = self.texts(*path)
        return found[0][1] if found else None

    def number(self, *path: str) -> int | None:
        """Return the whole number at a path, or None where there is none."""
        text = self.text(*path) or ""
        return int(text) if re.fullmatch(r"[0-9_]{1,20}", text) and text.strip("_") else None

    def has(self, *path: str) -> bool:
        """Return whether anything but null stands at a path."""
        return any(node.value is not None for _, node in self.nodes(*path))


@dataclass(slots=True)
class Loaded:
    """What was read. ``unsure`` holds names that faulty files may define."""

    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)


def load(files: Iterable[tuple[str, str]]) -> Loaded:
    """Read (file name, text) pairs. Never raises on bad input: every fault becomes a finding."""
    loaded = Loaded()
    for file, text in files:
        read = read_text(file, text)
        secret_lines: set[int] = set()
        loaded.findings += read.findings
        if not read.whole:
            loaded.unsure |= names_in(text)
        for root in read.roots:
            _load_document(loaded, file, root, secret_lines)
        loaded.findings += find_in_lines(file, text, secret_lines)
    return loaded


def _load_document(loaded: Loaded, file: str, root: Node, secret_lines: set[int]) -> None:
    """Add one document and its faults."""
    if not isinstance(root.value, dict):
        fix = "Begin with `apiVersion: podium/v1` and `kind: ...`."
        loaded.findings.append(
            Finding("a manifest is a mapping.", file=file, line=root.line, field="", fix=fix)
        )
        return
    secrets = find_secrets(root)
    for secret in secrets:
        found = Finding(
            secret.message, file=file, line=secret.lines[0], field=dotted(secret.path), fix=secret.fix
        )
        loaded.findings.append(found)
        secret_lines.update(secret.lines)
    hidden = frozenset(secret.path for secret in secrets)
    draft = Document(file, "", "", root, None, hidden)
    kind, name = draft.text("kind") or "", draft.text("metadata", "name") or ""
    shape = KINDS.get(kind)
    if shape is None:
        loaded.findings.append(_wrong_kind(draft, kind))
        if draft.text("apiVersion") != API_VERSION:
            loaded.findings.append(_wrong_version(draft))
        loaded.unsure.add(name)
        return
    manifest: Manifest | None = None
    drafted, wrong = manifest, set[Path]()
    try:
        manifest = drafted = shape.model_validate(root.plain())
    except ValidationError as error:
        # Without input and address: an error must not repeat what may be a secret.
        faults = error.errors(include_url=False)
        for fault in faults:
            path = tuple(step for step in fault["loc"] if step != "[key]")
            wrong.add(path)
            if not any(path[: len(place)] == place for place in hidden):
                loaded.findings.append(_explain(draft, shape, path, fault))
        drafted, meant = _drafted(shape, root.plain(), {path for path in wrong if path})
        wrong |= meant
    loaded.documents.append(Document(file, kind, name, root, manifest, hidden, drafted, frozenset(wrong)))


def _drafted(shape: type[Manifest], plain: Any, wrong: Iterable[Path]) -> tuple[Manifest | None, set[Path]]:
    """Return what a manifest is without wrong fields, and where it has them by the names that were meant."""
    meant: set[Path] = set()
    for path in sorted(wrong, key=len, reverse=True):
        inside, last = plain, str(path[-1])
        for step in path[:-1]:
            inside = _below(inside, step)
        if not isinstance(inside, dict):
            return None, meant  # an entry of a list
        if last not in inside:
            continue  # it is missing: another one may be meant
        value, model = inside.pop(last), _shape_at(shape, path[:-1])
        if model is not None:
            fields = [info.alias or name for name, info in model.model_fields.items()]
            found = difflib.get_close_matches(last, fields, n=1) if last not in fields else []
            if found and found[0] not in inside:
                inside[found[0]] = value
                meant.add((*path[:-1], found[0]))
    try:
        return shape.model_validate(plain), meant
    except ValidationError:
        return None, meant


def _below(value: Any, step: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    return value[step] if isinstance(value, list) and isinstance(step, int) and step < len(value) else None


def _touches(field: str, places: Iterable[Path]) -> bool:
    """Return whether a dotted field is one of some places, or within or around it."""
    return any(
        field == place or field.startswith((f"{place}.", f"{place}[")) or place.startswith(f"{field}.")
        for place in map(dotted, places)
    )


def _wrong_kind(draft: Document, kind: str) -> Finding:
    path: Path = ("kind",)
    if not draft.has("kind"):
        return draft.finding(path, "it is missing.", f"Write one of {', '.join(KINDS)}.")
    return draft.finding(path, "there is no such kind.", nearest(kind, list(KINDS)))


def _wrong_version(draft: Document) -> Finding:
    message = "this version is not known." if draft.has("apiVersion") else "it is missing."
    return draft.finding(("apiVersion",), message, f"Write `apiVersion: {API_VERSION}`.")


def _explain(draft: Document, shape: type[Manifest], path: Path, fault: Any) -> Finding:
    """Turn one of pydantic's errors into a finding."""
    kind, context = fault["type"], fault.get("ctx", {})
    if path == ("apiVersion",):
        return _wrong_version(draft)
    if kind == "missing":
        inside = _shape_at(shape, path[:-1])
        described = _description(inside, str(path[-1])) if inside else ""
        return draft.finding(
            path, "it is missing.", f"Write `{path[-1]}: ...`{': ' + described if described else '.'}"
        )
    if kind == "extra_forbidden":
        inside = _shape_at(shape, path[:-1])
        fields = [info.alias or name for name, info in inside.model_fields.items()] if inside else []
        return draft.finding(path, "there is no such field here.", nearest(str(path[-1]), fields))
    if fault["input"] is None:
        return draft.finding(path, "it is empty.", "Write a value, or remove the line.")
    if kind == "value_error" and isinstance(context.get("error"), Fault):
        return draft.finding(path, context["error"].message, context["error"].fix)
    if kind == "literal_error":
        given = fault["input"] if isinstance(fault["input"], str) else ""
        return draft.finding(path, "there is no such value.", nearest(given, _choices(shape, path)))
    if kind == "too_short":
        return draft.finding(path, "the list is empty.", "Write at least one entry.")
    if kind == "less_than_equal":
        return draft.finding(path, f"it is more than {context['le']}.", "Lower it.")
    if kind in _TYPES:
        message, fix = _TYPES[kind]
        is_list, is_mapping = isinstance(fault["input"], list), isinstance(fault["input"], dict)
        given = "a list" if is_list else "a mapping" if is_mapping else "text"
        return draft.finding(path, f"it {message}, not {given}.", fix)
    return draft.finding(path, f"{fault['msg']}.", "")


def _annotation(shape: type[BaseModel], name: str | int) -> Any:
    """Return the annotation of a field by its name in YAML."""
    return next(
        (info.annotation for key, info in shape.model_fields.items() if name in (info.alias, key)), None
    )


def _description(shape: type[BaseModel], name: str) -> str:
    return next((info.description or "" for info in shape.model_fields.values() if info.alias == name), "")


def _walk(shape: type[Manifest], path: Path) -> Any:
    """Return the annotation at a path, through lists and optional fields."""
    here: Any = shape
    for step in path:
        mapping = _mapping_in(here)
        if mapping is not None:
            here = get_args(mapping)[1]
            continue
        model = _model_in(here)
        if not isinstance(step, int) and model is not None:
            here = _annotation(model, step)
    return here


def _mapping_in(annotation: Any) -> Any:
    """Return the ``dict[key, value]`` that a field is, if it is one."""
    if get_origin(annotation) is dict:
        return annotation
    if isinstance(annotation, type) or get_origin(annotation) is list:
        return None
    return next((found for part in get_args(annotation) if (found := _mapping_in(part)) is not None), None)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part)) is not None), None)


def _shape_at(shape: type[Manifest], path: Path) -> type[BaseModel] | None:
    return _model_in(_walk(shape, path))


def _choices(shape: type[Manifest], path: Path) -> list[str]:
    """Return the texts of the Literal at a path."""
    found: list[str] = []
    pending = [_walk(shape, path)]
    while pending:
        for part in get_args(pending.pop()):
            if isinstance(part, str):
                found.append(part)
            else:
                pending.append(part)
    return found
