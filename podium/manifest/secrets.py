"""Secrets that stand in a manifest. Git keeps what is written into it for ever, so this is an error.

Nothing here, and no finding of it, repeats what was found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from podium.kernel.errors import Finding
from podium.manifest.text import Node, Path

# Prefixes of keys: Podium's own; OpenAI, Anthropic and alike (sk-), Google, AWS, GitHub, GitLab, Hugging
# Face, Groq, xAI, Replicate, Perplexity, NVIDIA, Slack; JSON Web Tokens; HTTP's bearer; PEM.
_VALUE: Final = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        (?:podium_)?sk[-_][A-Za-z0-9_-]{16,} | AIza[A-Za-z0-9_-]{30,} | A[KS]IA[A-Z0-9]{16}
      | gh[pousr]_[A-Za-z0-9]{30,}
      | github_pat_[A-Za-z0-9_]{30,} | glpat-[A-Za-z0-9_-]{16,} | hf_[A-Za-z0-9]{24,} | gsk_[A-Za-z0-9]{24,}
      | xai-[A-Za-z0-9]{24,} | r8_[A-Za-z0-9]{30,} | pplx-[A-Za-z0-9]{24,} | nvapi-[A-Za-z0-9_-]{24,}
      | xox[abeoprs]-[A-Za-z0-9-]{16,} | eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}
      | [Bb]earer\s+[A-Za-z0-9._~+/=-]{12,} | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----
    )""",
    re.VERBOSE,
)
_USERINFO: Final = re.compile(r"://[^/\s@:]*:[^/\s@]+@")
_ANY_USERINFO: Final = re.compile(r"://[^/\s?#]*@")
_KEY: Final = re.compile(
    r"(apikey|token|password|passwd|secret|privatekey|accesskey|secretkey|authorization|bearer)$"
)
_HEADER: Final = re.compile(
    r"authorization|apikey|token|secret|password|cookie|accesskey|subscriptionkey|authkey"
)
_NAMED: Final = tuple(("spec", it) for it in ("tools", "resources", "prompts", "env"))
_INSTEAD: Final = (
    "Remove it, make a new one, and write `credential: {env: NAME}` or `credential: {file: PATH}`."
)


@dataclass(frozen=True, slots=True)
class Secret:
    """Where one stands: its path, and the lines from its key to the end of its text."""

    path: Path
    lines: range
    message: str
    fix: str = _INSTEAD


def find_secrets(root: Node) -> list[Secret]:
    """Return what looks like a secret in one document, each place once."""
    found: list[Secret] = []
    for path, line, value in _fields(root):
        message = _judge(path, value)
        if message:
            breaks = (value or "").count("\n")
            found.append(Secret(path, range(line, line + (breaks + 2 if breaks else 1)), message))
    return found


def find_in_lines(file: str, text: str, besides: set[int]) -> list[Finding]:
    """Return a finding for each other line of a file, comments included, that holds what looks like a key."""
    lines = enumerate(text.splitlines(), start=1)
    return [_on_line(file, number) for number, line in lines if number not in besides and _VALUE.search(line)]


def withhold(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings of which none repeats a secret: they go to the log and to the database."""
    kept: dict[tuple[str, int, str, str], Finding] = {}
    for finding in findings:
        said = f"{finding.field} {finding.message} {finding.fix}"
        safe = _on_line(finding.file, finding.line) if _VALUE.search(said) else finding
        kept.setdefault((safe.file, safe.line, safe.field, safe.message), safe)
    return list(kept.values())


def _on_line(file: str, line: int) -> Finding:
    message = "this line holds what looks like a secret."
    return Finding(message, file=file, line=line, field="", fix="Remove it, and make a new one.")


def _judge(path: Path, value: str | None) -> str:
    """Say what is wrong with a field, or nothing."""
    key = str(path[-1]) if path else ""
    bare = re.sub(r"[-_. ]", "", key).lower()
    if value is not None and _VALUE.search(value):
        return "this looks like a secret, and a manifest never holds one."
    if value is not None and (_USERINFO.search(value) or (key == "baseUrl" and _ANY_USERINFO.search(value))):
        return "the URL holds a user name or a password."
    if path[:2] == ("spec", "headers") and len(path) == 3 and _HEADER.search(bare):
        return "a header that carries a secret does not stand in a manifest."
    if len(path) >= 2 and path[-2] == "credential" and bare in ("value", "key", "literal", "inline"):
        return "a credential is named, never written into a manifest."
    if value is None and path[:2] in _NAMED:
        return ""  # the name of an argument, a tool or a variable, and what is said of it
    if path[:2] not in (("metadata", "labels"), ("metadata", "annotations")) and _KEY.search(bare):
        return "a secret does not stand in a manifest."
    return ""


def _fields(root: Node, path: Path = ()) -> list[tuple[Path, int, str | None]]:
    """Return every value with its path and the line of its key; the text of scalars, None for the rest."""
    out: list[tuple[Path, int, str | None]] = []
    stack: list[tuple[Path, int, Node]] = [(path, root.line, root)]
    while stack:
        here, line, node = stack.pop()
        if isinstance(node.value, dict):
            stack.extend(((*here, key), node.keys[key], child) for key, child in node.value.items())
        elif isinstance(node.value, list):
            stack.extend(((*here, index), child.line, child) for index, child in enumerate(node.value))
        out.append((here, line, node.value if isinstance(node.value, str) else None))
    return out
