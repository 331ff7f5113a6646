"""The house keeps its rules. What linters check (`make lint`) is theirs; here is what they cannot say."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for path in (ROOT / "podium").rglob("*.py") if path.parent.name != "versions")
"""Without the migrations: a revision is a table of tables, written once and never touched again."""
ROOMS = ("kernel", "spend", "trust", "evidence", "insight", "wire")
"""The pure rooms: they think, and never touch the world."""
WORLD = {
    *("asyncio", "ctypes", "io", "logging", "multiprocessing", "os", "pathlib", "queue", "random", "secrets"),
    *(
        "select",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
        "threading",
        "time",
    ),
    *("uuid", "uvloop", "httptools", "sqlalchemy", "duckdb", "fastapi", "nicegui", "click", "genai_prices"),
}
LONG_FILE_LINES = 500
LONG_FUNCTION_LINES = 60


def module(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def _forget() -> Iterator[None]:
    """The trees of all files are a million objects, which nobody needs later."""
    yield
    tree.cache_clear()


def statements(path: Path) -> Iterator[ast.AST]:
    """Yield a file's statements, and of none its expressions: they import and define nothing."""
    left: list[ast.AST] = [tree(path)]
    while left:
        node = left.pop()
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            left.extend(getattr(node, part, ()))


def imported(path: Path) -> Iterator[str]:
    """Yield the top names of what a file imports."""
    for node in statements(path):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def imported_at_most(path: Path) -> set[str]:
    """Return the top names of what a file imports, and of what its texts seem to: in a tenth of the time."""
    lines = re.findall(r"^\s*(?:from\s+([\w.]+)\s+import\b|import\s+(.+))", _text(path), re.MULTILINE)
    names = [name.strip() for one, several in lines for name in (one, *several.split(",")) if name.strip()]
    return {name.split(" ")[0].split(".")[0] for name in names if not name.startswith(".")}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_import_rules() -> None:
    """The storeys hold: import-linter finds no import that goes up or across."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_are_pure(room: str) -> None:
    """A pure room imports nothing that does IO, reads a clock or makes random numbers, and is not async."""
    for path in (ROOT / "podium" / room).rglob("*.py"):
        assert not WORLD & set(imported(path)), module(path)
        assert not [node for node in statements(path) if isinstance(node, ast.AsyncFunctionDef)], module(path)


@pytest.mark.parametrize("part", ["entry", "gateway"])
def test_what_starts_often_starts_light(part: str) -> None:
    """A verb and a gateway's worker load neither SQLAlchemy nor pydantic nor a reader of YAML."""
    heavy = {"sqlalchemy", "pydantic", "yaml", "nicegui", "fastapi"}
    code = f"import podium.app.{part}, sys; print(*{heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


def test_one_reader_of_the_environment() -> None:
    """Only podium/settings.py reads environment variables."""
    readers = {
        module(path)
        for path in SOURCES
        if re.search("environ|getenv", _text(path))
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and {"environ", "getenv"} & _names(node))
    }
    assert readers == {"podium/settings.py"}


def _names(node: ast.ImportFrom) -> set[str]:
    return {name.name for name in node.names}


def test_names() -> None:
    """No file or folder is called after nothing in particular."""
    nothing = {"utils", "util", "helpers", "helper", "common", "misc", "shared"}
    assert not [module(path) for path in SOURCES if nothing & {path.stem, path.parent.name}]


def test_length() -> None:
    """A file has no more than 500 lines, a function no more than 60."""
    long = []
    for path in SOURCES:
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONG_FILE_LINES:
            long.append(f"{module(path)}: {lines} lines")
        for node in statements(path):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONG_FUNCTION_LINES:
                    long.append(f"{module(path)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_nothing_left_open() -> None:
    """No file says that something is still to be done."""
    left = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)) + r")\b")
    assert not [module(path) for path in SOURCES if left.search(path.read_text(encoding="utf-8"))]


def test_decoders_are_made_at_import() -> None:
    """No function decodes to types of ours by name: threads that do so first, together, end the process.

    msgspec 0.22 makes what it keeps of a Struct at its first use, and not safely. A decoder of the module's
    makes it while the module is imported, which one thread does.
    """
    late = []
    for path in SOURCES:
        for node in ast.walk(tree(path)) if ".decode" in _text(path) else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(
                ("msgspec.json.decode", "msgspec.msgpack.decode")
            ):
                kinds = " ".join(ast.unparse(word.value) for word in node.keywords if word.arg == "type")
                if set(re.findall(r"\w+", kinds)) - {"dict", "list", "str", "int", "object"}:
                    late.append(f"{module(path)}:{node.lineno} {kinds}")
    assert late == []


def test_every_suppression_has_a_reason() -> None:
    """Where a linter is told to be silent, the line says why."""
    silent = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z-, ]+\])(.*)")
    bare = [
        f"{module(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (found := silent.search(line)) and len(found[2].strip(" -#")) < 8
    ]
    assert bare == []


def listed(*lists: list[str]) -> set[str]:
    """Return the modules of requirements: a package's own name, but for those that are called otherwise."""
    names = {re.split(r"[>=<\[ ]", requirement)[0] for requirements in lists for requirement in requirements}
    called = {
        "a2a-sdk": "a2a",
        "argon2-cffi": "argon2",
        "nvidia-ml-py": "pynvml",
        "pyyaml": "yaml",
        "protobuf": "google",
        "opentelemetry-proto": "opentelemetry",
        "opentelemetry-sdk": "opentelemetry",
        "opentelemetry-exporter-otlp-proto-http": "opentelemetry",
        "google-genai": "google",
        "cyclonedx-python-lib": "cyclonedx",
        "packageurl-python": "packageurl",
        "pytest-xdist": "xdist",
    }
    return {called.get(name, name).replace("-", "_") for name in names}


def test_dependencies_are_what_is_imported() -> None:
    """Each package that Podium imports is listed, and each that is listed is imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = listed(project["project"]["dependencies"], *project["project"]["optional-dependencies"].values())
    found = {name for path in SOURCES for name in imported(path)} - set(sys.stdlib_module_names) - {"podium"}
    assert found == wanted
    known = (
        wanted | listed(project["dependency-groups"]["dev"]) | {"podium", "tests"} | sys.stdlib_module_names
    )
    for folder in ("tests", "scripts"):
        for path in (ROOT / folder).rglob("*.py"):
            assert imported_at_most(path) <= known or set(imported(path)) <= known, module(path)


def test_locks_name_no_index() -> None:
    """The requirements pin every package by digest and name no place to fetch it from."""
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert "://" not in text, path.name
        assert "--index" not in text, path.name
        pins = re.findall(r"^[a-z0-9].*", text, re.MULTILINE)
        assert pins
        assert all("==" in pin and pin.endswith("\\") for pin in pins), path.name


def test_the_demo_runs_on_what_is_tested() -> None:
    """Every version that the demo installs is the one that the tests run with."""

    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        return {line.split(";")[0].strip(" \\") for line in re.findall(r"^[a-z0-9].*", text, re.MULTILINE)}

    assert pins("runtime.txt") <= pins("dev.txt")
