"""YAML text -> nodes that know their lines.

Works on PyYAML's event stream, so that depth, aliases and duplicate keys are bounded while reading, before
anything is built. Scalars stay text: a price never passes through a float, `no` is not a boolean and 1.10
is not 1.1. YAML: https://yaml.org/spec/1.2.2/.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from podium.kernel.errors import Finding

MAX_FILE_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_NODES: Final = 100_000
"""Values in one document with every alias written out."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where PyYAML was built with it
_CORE_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq")
)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_NAME: Final = re.compile(r"""^\s*name:\s*["']?([^\s"'#]+)""", re.MULTILINE)

Path = tuple[str | int, ...]
"""Keys and list indexes from a document's root."""


class Quoted(str):
    """Text that stood in quotes or in a block: it is text, whatever it looks like."""

    __slots__ = ()


@dataclass(slots=True, eq=False)
class Node:
    """A YAML value. ``line`` counts from 1; ``keys`` holds the line of each key of a mapping."""

    line: int
    value: "str | list[Node] | dict[str, Node] | None"
    keys: dict[str, int] = field(default_factory=dict)
    size: int = 1
    depth: int = 1
    quoted: bool = False

    def plain(self) -> Any:
        """Return text, None, lists and dictionaries."""
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return Quoted(self.value) if self.quoted and self.value is not None else self.value

    def line_of(self, path: Path) -> int:
        """Return the line of the value at a path, or of the nearest thing around it that is there."""
        node, line = self, self.line
        for step in path:
            if isinstance(node.value, dict) and step in node.value:
                line, node = node.keys[str(step)], node.value[str(step)]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.line
            else:
                break
        return line

    def scalars(self, path: Path = ()) -> Iterator[tuple[Path, int, str]]:
        """Yield path, line and text of every scalar below."""
        if isinstance(self.value, str):
            yield path, self.line, self.value
        elif isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield from item.scalars((*path, index))
        elif isinstance(self.value, dict):
            for key, item in self.value.items():
                yield from item.scalars((*path, key))


@dataclass(slots=True)
class Text:
    """What one file held. ``whole`` is false where reading stopped at a fault: more may follow it."""

    roots: list[Node]
    findings: list[Finding]
    whole: bool


def dotted(path: Path) -> str:
    """Return ``spec.candidates[1].model``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def names_in(text: str) -> set[str]:
    """Return whatever looks like a name in a file that cannot be read as YAML.

    So that what it would have defined is not reported as missing all over the other files.
    """
    return set(_NAME.findall(text))


def read_text(file: str, text: str) -> Text:
    """Return the documents of one file and the faults of its YAML. Never raises on bad input."""
    if len(text) > MAX_FILE_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_FILE_BYTES:
        size = Finding(
            f"the file is larger than {MAX_FILE_BYTES} bytes.", file=file, line=1, field="", fix="Split it."
        )
        return Text([], [size], whole=False)
    composer = _Composer(file)
    stop: Finding | None = None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            composer.take(event)
    except Finding as finding:
        stop = finding
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        stop = Finding(
            "the text is not valid Unicode.", file=file, line=line, field="", fix="Save it as UTF-8."
        )
    except yaml.YAMLError as error:
        stop = _syntax(file, text, error)
    if stop is not None:
        composer.findings.append(stop)
    elif not composer.roots:
        fix = "Write one, or delete the file."
        composer.findings.append(Finding("the file holds no manifest.", file=file, line=1, field="", fix=fix))
    return Text(composer.roots, composer.findings, whole=stop is None and bool(composer.roots))


def _syntax(file: str, text: str, error: yaml.YAMLError) -> Finding:
    """Say what PyYAML says, in a sentence and with what to do."""
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")
    line, fix = 1, "Check indentation, colons and quotes here and on the line before."
    if mark is not None:
        line = mark.line + 1
        lines = text.splitlines()
        if "tab" in problem or (line <= len(lines) and "\t" in lines[line - 1][: mark.column + 1]):
            problem, fix = "a tab is used for indentation", "Indent with spaces."
    elif isinstance(error, yaml.reader.ReaderError):
        # libyaml counts bytes, PyYAML's own reader characters; the line is the same or a little before.
        line = text.encode("utf-8", "surrogatepass").count(b"\n", 0, error.position) + 1
        fix = "Remove the character."
    if "undefined alias" in problem:
        fix = "Define it with & earlier in the same document."
    return Finding(f"this is not YAML: {problem}.", file=file, line=line, field="", fix=fix)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read."""

    node: Node
    key: str | None = None
    key_line: int = 0
    merges: list[tuple[int, Node]] = field(default_factory=list)


class _Composer:
    """Builds nodes from events. Raises a Finding where reading cannot go on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.roots: list[Node] = []
        self.findings: list[Finding] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}

    def take(self, event: yaml.Event) -> None:
        """Take in the next event."""
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.ScalarEvent):
            self._check_tag(event, line)
            null = not event.style and event.value in _NULLS  # libyaml: "" is plain, PyYAML: None
            self._add(Node(line, None if null else event.value, quoted=bool(event.style)), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event.anchor, line), None, line=line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_tag(event, line)
            if len(self._open) >= MAX_DEPTH:
                raise self._finding(f"more than {MAX_DEPTH} levels deep.", line, "Flatten it.")
            node = Node(line, [] if isinstance(event, yaml.SequenceStartEvent) else {})
            if self._expects_key():
                raise self._finding("a key must be plain text.", line, "Write `key: value`.")
            if event.anchor:
                self._anchors[event.anchor] = node
            self._open.append(_Open(node))
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.DocumentEndEvent):
            self._anchors.clear()

    def _finding(self, message: str, line: int, fix: str) -> Finding:
        return Finding(message, file=self.file, line=line, field=self._field(), fix=fix)

    def _field(self) -> str:
        path: list[str | int] = []
        for frame in self._open:
            if isinstance(frame.node.value, list):
                path.append(len(frame.node.value))
            elif frame.key is not None:
                path.append(frame.key)
        return dotted(tuple(path))

    def _check_tag(self, event: Any, line: int) -> None:
        if event.tag is not None and event.tag not in _CORE_TAGS and event.tag != "!":
            raise self._finding(f"the tag {event.tag} has no meaning here.", line, "Remove it.")

    def _alias(self, anchor: str | None, line: int) -> Node:
        node = self._anchors.get(anchor or "")
        if node is None:
            raise self._finding(
                f"the alias *{anchor} is not defined.", line, "Define it with & earlier in the document."
            )
        if any(frame.node is node for frame in self._open):
            raise self._finding(f"the alias *{anchor} contains itself.", line, "Write the value out.")
        return node

    def _expects_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].node.value, dict) and self._open[-1].key is None

    def _add(self, node: Node, anchor: str | None, *, line: int | None = None) -> None:
        """Put a value, or a key, into what is open."""
        line = line or node.line
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            if node.value is not None:
                self.roots.append(node)
            return
        frame = self._open[-1]
        values = frame.node.value
        if isinstance(values, list):
            values.append(node)
        elif frame.key is None:
            if isinstance(node.value, list | dict):
                raise self._finding("a key must be plain text.", line, "Write `key: value`.")
            frame.key, frame.key_line = node.value or "", line
            return
        elif isinstance(values, dict):
            self._put(frame, values, frame.key, node)
        frame.node.size += node.size
        frame.node.depth = max(frame.node.depth, node.depth + 1)
        if frame.node.size > MAX_NODES:
            raise self._finding(
                f"it holds more than {MAX_NODES} values, aliases written out.", line, "Split it."
            )
        if len(self._open) + node.depth > MAX_DEPTH:
            raise self._finding(
                f"it is more than {MAX_DEPTH} levels deep, aliases written out.", line, "Flatten it."
            )

    def _put(self, frame: _Open, values: dict[str, Node], key: str, node: Node) -> None:
        """Put a value under the key that was read before it."""
        if key == "<<":
            frame.merges.append((frame.key_line, node))
        elif key in values:
            message = f"the key is written twice, first on line {frame.node.keys[key]}."
            self.findings.append(self._finding(message, frame.key_line, "Keep one."))
        else:
            values[key] = node
            frame.node.keys[key] = frame.key_line
        frame.key = None

    def _close(self) -> None:
        """End what was opened last."""
        frame = self._open.pop()
        for line, merged in frame.merges:
            self._merge(frame.node, line, merged)
        self._add(frame.node, None)

    def _merge(self, into: Node, line: int, merged: Node) -> None:
        """Do what `<<: *anchor` asks: what is written out wins, then the earlier of a list."""
        values = into.value
        for source in merged.value if isinstance(merged.value, list) else [merged]:
            if not isinstance(source.value, dict) or not isinstance(values, dict):
                raise self._finding("`<<` takes a mapping.", line, "Write `<<: *anchor`.")
            for key, item in source.value.items():
                if key not in values:
                    values[key] = item
                    into.keys[key] = source.keys[key]
