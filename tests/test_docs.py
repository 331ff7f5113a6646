"""What the documents say is so: their commands run, their links lead somewhere, their tables are whole."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from podium.cli import VERBS
from podium.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]

NEEDS_MORE = re.compile(
    r"podium (up|demo|simulate|agent|task|run|tool|breaker|ledger|explain|model pull|doctor|budget|inbox)"
    r"|make |scripts/|pip install "
)
"""Commands that start something, fetch something, or ask a Podium that runs; other tests run those."""


def commands(text: str) -> list[str]:
    """Return the lines of all fenced blocks of shell, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [re.sub(r"\s+#.*", "", line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_the_tour_runs(tmp_path: Path) -> None:
    """The README's commands that need no running Podium do what they say, one after the other."""
    lines = commands((ROOT / "README.md").read_text(encoding="utf-8"))
    quick = [line for line in lines if not NEEDS_MORE.match(line) and not line.startswith("export")]
    assert "podium init" in quick
    work = tmp_path / "checkout"
    work.mkdir()
    bin_folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(quick)],
        cwd=work,
        env={"PATH": f"{bin_folder}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my-fleet" / "manifests").is_dir()


def test_the_tour_installs_what_it_imports() -> None:
    """Each module that the README's programs import is Python's own, or a step before has installed it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    programs = list(re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    assert len(programs) >= 2
    for program in programs:
        steps = "\n".join(commands(text[: program.start()]))
        installed = {
            name for line in re.findall(r"^pip install (.+)$", steps, re.MULTILINE) for name in line.split()
        }
        imported = {
            node.module.partition(".")[0]
            for node in ast.walk(ast.parse(program[1]))
            if isinstance(node, ast.ImportFrom) and node.module
        }
        assert imported - set(sys.stdlib_module_names) <= installed


@pytest.mark.parametrize("name", NAMES)
def test_verbs_exist(name: str) -> None:
    """Every `podium VERB` that a document names is a verb, and every make target is one."""
    text = (ROOT / name).read_text(encoding="utf-8")
    code = "\n".join(_code(text))
    assert set(re.findall(r"\bpodium ([a-z][a-z-]*)", code)) <= set(VERBS)
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", code)) <= targets


def _code(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return blocks + re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("name", NAMES)
def test_links(name: str) -> None:
    """Every link to a file or a heading of ours leads there."""
    document = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^a-z0-9 -]", "", text.lower()).replace(" ", "-") for text in headings
            }, target


def test_every_verb_is_documented() -> None:
    """docs/cli.md has each verb."""
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert {verb for verb in VERBS if f"`podium {verb}" not in text} == set()


def test_every_setting_is_documented() -> None:
    """docs/cli.md has each environment variable that the settings read."""
    read = set(
        re.findall(r'"(PODIUM_[A-Z_]+)"', (ROOT / "podium" / "settings.py").read_text(encoding="utf-8"))
    )
    assert read == set(
        re.findall(r"`(PODIUM_[A-Z_]+)`", (ROOT / "docs" / "cli.md").read_text(encoding="utf-8"))
    )


def test_every_header_is_documented() -> None:
    """docs/gateway.md has each header that the gateway sends or reads, and no other."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "podium" / "gateway").glob("*.py"))
    sent = {
        name
        for name in re.findall(r'(?:b"|\\r\\n)(x-[a-z-]+)', sources)
        if name.startswith(("x-podium-", "x-should-"))
    }
    text = (ROOT / "docs" / "gateway.md").read_text(encoding="utf-8")
    assert sent == set(re.findall(r"`(x-(?:podium|should)-[a-z-]+)", text))


def test_every_code_is_documented() -> None:
    """docs/gateway.md has each code of an error that a client can get."""
    text = (ROOT / "docs" / "gateway.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", text))
    assert gateway_codes() - documented == set()


def gateway_codes() -> set[str]:
    """Return the codes that gateway, net and the rooms that they use give to errors."""
    elsewhere = {"state_error", "invalid_manifest", "fetch_failed", "upstream_error", "client_gone"}
    codes = set(
        re.findall(
            r'^    code = "([a-z_]+)"',
            (ROOT / "podium/kernel/errors.py").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    paths = [
        *(ROOT / "podium/gateway").glob("*.py"),
        *(ROOT / "podium/net").glob("*.py"),
        ROOT / "podium/adapters/system.py",
    ]
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                codes.add(str(node.value.value))
            if isinstance(node, ast.Call) and len(node.args) == 3 and isinstance(node.args[0], ast.Constant):
                status, code = node.args[0].value, node.args[1]
                if isinstance(status, int) and status >= 400 and isinstance(code, ast.Constant):
                    codes.add(str(code.value))
    return codes - elsewhere


def test_the_settlement_table_is_the_code_s() -> None:
    """docs/money.md has a row for each row of the table in spend/settlement.py."""
    source = (
        ast.get_docstring(ast.parse((ROOT / "podium/spend/settlement.py").read_text(encoding="utf-8"))) or ""
    )
    there = [line for line in source.splitlines() if line.startswith("| ") and "estimated" not in line]
    text = (
        (ROOT / "docs" / "money.md").read_text(encoding="utf-8").split("## Settlement")[1].split("\n## ")[0]
    )
    here = [line for line in text.splitlines() if line.startswith("| ")][1:]
    rows = [line for line in there if not line.startswith("|   ")]
    assert [line.split("|")[2:4] for line in here] == [
        [f" {cell.strip()} " for cell in line.split("|")[2:4]] for line in rows
    ]


def test_the_manifest_reference_is_generated() -> None:
    """docs/manifests.md is what `podium schema --markdown` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "podium.app.entry", "schema", "--markdown"],
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert done.stdout.strip() == (ROOT / "docs" / "manifests.md").read_text(encoding="utf-8").strip()


def test_the_tour_s_address_is_the_default() -> None:
    """The address that the README's client uses is the gateway's default."""
    settings = Settings()
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f'base_url="http://{settings.host}:{settings.port}/v1"' in text
