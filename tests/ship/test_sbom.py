"""The bill of materials: whole, valid, the same each time, and refused where a licence may not ship."""

import contextlib
import functools
import importlib.util
import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
from cyclonedx.schema import SchemaVersion

from tests.ship.installed import ROOT

pytestmark = pytest.mark.ship

LOCK = ROOT / "requirements" / "runtime.txt"


@dataclass(frozen=True)
class Done:
    returncode: int
    stderr: str


@functools.cache
def script() -> ModuleType:
    """The script, in this process: it is there in seconds, of which one process of its own is enough."""
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "scripts" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def sbom(out: Path, *arguments: str, path: Path | None = None) -> Done:
    """Run the script as a process would, whose `PYTHONPATH` is the path."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, contextlib.redirect_stderr(said):
        patched.setattr(sys, "argv", ["sbom.py", "--out", str(out), *arguments])
        if path is not None:
            patched.syspath_prepend(path)
        code = script().main()
    return Done(code, said.getvalue())


def planted(folder: Path, *fields: str, needed: bool = True) -> Done:
    """Add a package with these metadata to what runs, and make the bill."""
    info = folder / "site" / "planted-1.0.dist-info"
    info.mkdir(parents=True)
    info.joinpath("METADATA").write_text(
        "\n".join(["Metadata-Version: 2.4", "Name: planted", "Version: 1.0", *fields])
    )
    if needed:
        # What a package needs is read from its metadata: one of those that Podium needs does so here.
        click = folder / "site" / f"click-{version('click')}.dist-info"
        click.mkdir()
        click.joinpath("METADATA").write_text(
            f"Metadata-Version: 2.4\nName: click\nVersion: {version('click')}\n"
            "License-Expression: BSD-3-Clause\nRequires-Dist: planted\n"
        )
    lock = folder / "runtime.txt"
    lock.write_text(LOCK.read_text() + f"planted==1.0 \\\n    --hash=sha256:{'0' * 64}\n")
    return sbom(folder / "out", "--requirements", str(lock), path=folder / "site")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both files, which a process has made."""
    out = tmp_path_factory.mktemp("sbom")
    command = [sys.executable, str(ROOT / "scripts" / "sbom.py"), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    return out


def test_the_bill_is_whole(made: Path):
    """Every package of the lock for this machine stands in it, with digests, licence and purl."""
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415 - 1.5 s, of all who collect tests

    (file,) = made.glob("*.cdx.json")
    text = file.read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    components = {one["name"]: one for one in bill["components"]}
    pinned = dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+) \\$", LOCK.read_text(), re.MULTILINE))
    assert {name: components[name]["version"] for name in pinned} == pinned
    for name, one in components.items():
        assert one["purl"] == f"pkg:pypi/{name}@{one['version']}"
        assert one["licenses"]
        (files,) = one["externalReferences"]
        assert all(digest["content"] in LOCK.read_text() for digest in files["hashes"])
    assert bill["metadata"]["component"]["licenses"] == [{"expression": "Apache-2.0 AND CC-BY-4.0"}]
    edges = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    assert components["click"]["purl"] in edges[bill["metadata"]["component"]["purl"]]
    assert components["mako"]["purl"] in edges[components["alembic"]["purl"]]


def test_the_list_has_every_licence(made: Path):
    """The list names each package once with its licence, and has the texts that came along."""
    (file,) = made.glob("*.cdx.json")
    text = (made / "THIRD_PARTY_LICENSES.md").read_text()
    for one in json.loads(file.read_text())["components"]:
        assert len(re.findall(rf"^\| {re.escape(one['name'])} \| ", text, re.MULTILINE)) == 1
        assert f"## {one['name']} {one['version']}\n" in text
    assert "| certifi | " in text.split("used unchanged")[1]
    assert "Permission is hereby granted, free of charge" in text
    assert "GNU GENERAL PUBLIC LICENSE" not in text


def test_the_same_lock_makes_the_same_bytes(made: Path, tmp_path: Path):
    """Made again, nothing differs."""
    assert sbom(tmp_path).returncode == 0
    for file in made.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    "field",
    [
        "License-Expression: GPL-3.0-only",
        "License-Expression: AGPL-3.0-or-later",
        "License-Expression: MIT AND GPL-2.0-or-later",
        "License: GPL-2.0-only",
    ],
)
def test_what_may_not_ship_fails(tmp_path: Path, field: str):
    """GPL and AGPL at run time end the command with exit code 1, and nothing is written."""
    done = planted(tmp_path, field)
    assert done.returncode == 1
    assert re.search(r"^planted 1.0: .*GPL-\S+ may not ship$", done.stderr, re.MULTILINE)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "field", ["", "License: see LICENSE", "Classifier: License :: OSI Approved :: BSD License"]
)
def test_what_is_not_known_fails(tmp_path: Path, field: str):
    """A package that does not say its licence without doubt has to be looked into."""
    done = planted(tmp_path, *([field] if field else []))
    assert done.returncode == 1
    assert "planted 1.0: its licence is not known" in done.stderr


@pytest.mark.parametrize("licence", ["MIT OR GPL-3.0-only", "LGPL-3.0-only", "MPL-2.0 AND MIT"])
def test_a_choice_is_made_and_weak_copyleft_noted(tmp_path: Path, licence: str):
    """One acceptable choice is enough; LGPL and MPL may ship."""
    done = planted(tmp_path, f"License-Expression: {licence}")
    assert done.returncode == 0, done.stderr


def test_what_nothing_needs_fails(tmp_path: Path):
    """A package of the lock that nothing needs is told, because the lock is stale."""
    done = planted(tmp_path, "License-Expression: MIT", needed=False)
    assert "planted 1.0: nothing needs it" in done.stderr


def test_a_review_is_of_one_version(tmp_path: Path):
    """What was looked into counts for that version alone."""
    rules = tmp_path / "licences.toml"
    text = (ROOT / "deploy" / "licences.toml").read_text()
    rules.write_text(text.replace('version = "0.23"\n', 'version = "0.22"\n'))
    done = sbom(tmp_path / "out", "--licences", str(rules))
    assert done.returncode == 1
    assert re.search(r"^docutils 0.23: .*; version 0.22 was looked into$", done.stderr, re.MULTILINE)
