"""The bill of materials of what runs, and its licences: scripts/sbom.py [--out FOLDER].

Writes podium-VERSION.cdx.json (CycloneDX 1.6, checked against its schema) and THIRD_PARTY_LICENSES.md: every
package of requirements/runtime.txt for this Python on Linux, with its digests, its licence, its purl and what
it needs. The same lock makes the same bytes.

Exit codes: 0 written, 1 a licence may not ship or is not known, or an environment is not what the lock says.
"""

import argparse
import importlib.metadata
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from license_expression import OR, ExpressionError, LicenseSymbol, get_spdx_licensing
from packageurl import PackageURL
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
SPDX = get_spdx_licensing()
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)(?:\s*;\s*(.*?))?\s*\\?$")
OF_THE_LOCK = uuid.UUID("5f4c1fb5-3a5b-5a0e-9d3e-6a4f2f0c7d11")
"""The namespace of the serial numbers, which are made of the lock."""


@dataclass(frozen=True)
class Package:
    """One package of the lock, as it is installed."""

    name: str
    version: str
    digests: tuple[str, ...]
    distribution: importlib.metadata.Distribution
    licence: str


def pins(lock: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield name, version and SHA-256 digests of what the lock has for this Python on Linux."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock):
        found = PIN.match(block.splitlines()[0]) if block.strip() else None
        if found and (not found[3] or Marker(found[3]).evaluate()):
            yield canonicalize_name(found[1]), found[2], tuple(re.findall(r"sha256:([0-9a-f]{64})", block))


def said_licence(metadata: Any, spellings: dict[str, str]) -> str | None:
    """Return the SPDX expression that a package's metadata say without doubt, else None."""
    classified = [line for line in metadata.get_all("Classifier", []) if line.startswith("License ::")]
    plain = (metadata["License"] or "").strip()
    for text in (metadata["License-Expression"], spellings.get(plain, plain)):
        try:
            # More classifiers than one, beside a field that is no expression, contradict each other.
            if text and (metadata["License-Expression"] or len(classified) < 2):
                return str(SPDX.parse(text, validate=True))
        except ExpressionError:
            continue
    if classified == ["License :: OSI Approved :: MIT License"]:
        return "MIT"
    return None


def may_ship(expression: str, accepted: set[str]) -> bool:
    """Return whether an SPDX expression can be met with accepted licences alone."""

    def met(node: Any) -> bool:
        if not hasattr(node, "args") or not node.args:
            return str(node) in accepted
        answers = [met(part) for part in node.args]
        return any(answers) if isinstance(node, OR) else all(answers)

    return met(SPDX.parse(expression))


def licence_of(name: str, version: str, metadata: Any, rules: dict[str, Any]) -> tuple[str | None, str]:
    """Return the licence, or None, and what is wrong with it, or ""."""
    reviewed = rules["reviewed"].get(name)
    if reviewed and reviewed["version"] == version:
        licence = reviewed["licence"]
    else:
        licence = said_licence(metadata, rules["spellings"])
    if licence is None:
        again = f"; version {reviewed['version']} was looked into" if reviewed else ""
        said = (
            metadata["License-Expression"]
            or metadata["License"]
            or ", ".join(line for line in metadata.get_all("Classifier", []) if line.startswith("License ::"))
        )
        return None, f"its licence is not known (it says {said[:80]!r}){again}"
    if not may_ship(licence, {*rules["allowed"], *rules["noted"]}):
        return licence, f"{licence} may not ship"
    return licence, ""


def read_packages(lock: str, rules: dict[str, Any]) -> tuple[list[Package], list[str]]:
    """Return the packages and all that is wrong with them, one line each."""
    packages, wrong = [], []
    for name, version, digests in pins(lock):
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append(f"{name} {version}: not installed; run scripts/setup build")
            continue
        if distribution.version != version:
            wrong.append(f"{name} {version}: {distribution.version} is installed; run scripts/setup build")
        if not digests:
            wrong.append(f"{name} {version}: the lock has no digest of it; run scripts/lock")
        licence, fault = licence_of(name, version, distribution.metadata, rules)
        if fault:
            wrong.append(f"{name} {version}: {fault}")
        packages.append(Package(name, version, digests, distribution, licence or ""))
    reached = graph(packages)
    wrong += [
        f"{one.name} {one.version}: nothing needs it; run scripts/lock"
        for one in packages
        if one.name not in reached
    ]
    return packages, wrong


def needs(distribution: importlib.metadata.Distribution, extras: set[str]) -> list[Requirement]:
    """Return what a package needs here, with these extras."""
    contexts = [{"extra": extra} for extra in ("", *sorted(extras))]
    requirements = [Requirement(line) for line in distribution.requires or []]
    return [
        one
        for one in requirements
        if not one.marker or any(one.marker.evaluate(context) for context in contexts)
    ]


def graph(packages: list[Package]) -> dict[str, set[str]]:
    """Return, by name, what is needed directly from `podium[models,gpus]` on, and nothing else."""
    distributions = {package.name: package.distribution for package in packages}
    distributions["podium"] = importlib.metadata.distribution("podium")
    extras: dict[str, set[str]] = {"podium": {"models", "gpus"}}
    edges: dict[str, set[str]] = {}
    pending = ["podium"]
    while pending:
        name = pending.pop()
        edges[name] = set()
        for requirement in needs(distributions[name], extras[name]):
            needed = canonicalize_name(requirement.name)
            if needed not in distributions:
                continue
            edges[name].add(needed)
            known = extras.setdefault(needed, set())
            if needed not in edges or not requirement.extras <= known:
                known |= requirement.extras
                pending.append(needed)
    return edges


def component(package: Package) -> Component:
    """Return a package as CycloneDX has it."""
    parsed = SPDX.parse(package.licence)
    single = isinstance(parsed, LicenseSymbol)
    licence = DisjunctiveLicense(id=package.licence) if single else LicenseExpression(package.licence)
    purl = PackageURL("pypi", name=package.name, version=package.version)
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=str(purl),
        purl=purl,
        licenses=[licence],
        description=package.distribution.metadata["Summary"] or None,
        # The lock has a digest of each file that may be installed, so they are the distribution's.
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION,
                url=XsUri(str(purl)),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in package.digests],
            )
        ],
    )


def bill(packages: list[Package], lock: str) -> str:
    """Return the bill of materials as JSON. Raises ValueError where the schema does not hold."""
    podium = importlib.metadata.distribution("podium")
    purl = PackageURL("pypi", name="podium", version=podium.version)
    root = Component(
        name="podium", version=podium.version, type=ComponentType.APPLICATION, bom_ref=str(purl), purl=purl
    )
    root.licenses.add(LicenseExpression(podium.metadata["License-Expression"]))
    bom = Bom(serial_number=uuid.uuid5(OF_THE_LOCK, podium.version + sha256(lock.encode()).hexdigest()))
    bom.metadata.timestamp = None  # type: ignore[assignment] # the same lock, the same bill, whenever it is made
    bom.metadata.component = root
    components = {package.name: component(package) for package in packages}
    for one in components.values():
        bom.components.add(one)
    components["podium"] = root
    for name, needed in sorted(graph(packages).items()):
        bom.register_dependency(components[name], [components[one] for one in sorted(needed)])
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415 - 1.5 s, not of what is refused before

    text = JsonV1Dot6(bom).output_as_string(indent=2) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if fault is not None:
        raise ValueError(f"the bill does not fit the schema of CycloneDX 1.6: {fault}")
    return text


def texts(package: Package) -> Iterator[tuple[str, str]]:
    """Yield name and text of the licence files that a package brings along."""
    for path in package.distribution.files or []:
        if ".dist-info" in str(path.parent) and re.match(r"(?i)(licen[cs]e|copying|notice)", path.name):
            # What does not apply is not passed on: docutils' GPL is that of a file which is not there.
            yield path.name, path.read_text(encoding="utf-8")


def licence_list(packages: list[Package], noted: set[str]) -> str:
    """Return the list of licences, with their texts."""
    lines = [
        "# Third-party licences",
        "",
        "What runs beside Podium, which is Apache-2.0, and how it is licensed. Made by `make sbom`.",
        "",
        "| package | version | licence | |",
        "|---|---|---|---|",
    ]
    for package in packages:
        mark = "used unchanged" if any(name in package.licence for name in noted) else ""
        lines.append(f"| {package.name} | {package.version} | {package.licence} | {mark} |")
    for package in packages:
        lines += ["", f"## {package.name} {package.version}", ""]
        found = list(texts(package))
        if not found:
            lines.append(f"{package.licence}; the package brings no text of it along.")
        for name, text in found:
            lines += [f"{name}:", "", *(f"    {line}".rstrip() for line in text.splitlines()), ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write both files; say all that is wrong at once."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="the folder to write into")
    parser.add_argument("--requirements", type=Path, default=ROOT / "requirements" / "runtime.txt")
    parser.add_argument("--licences", type=Path, default=ROOT / "deploy" / "licences.toml")
    arguments = parser.parse_args()
    lock = arguments.requirements.read_text(encoding="utf-8")
    rules = tomllib.loads(arguments.licences.read_text(encoding="utf-8"))
    packages, wrong = read_packages(lock, rules)
    if wrong:
        for line in wrong:
            print(line, file=sys.stderr)
        print(
            f"{len(wrong)} findings. Take the package out, or look into its licence and write the outcome "
            f"into {arguments.licences}.",
            file=sys.stderr,
        )
        return 1
    arguments.out.mkdir(parents=True, exist_ok=True)
    version = importlib.metadata.version("podium")
    bom = arguments.out / f"podium-{version}.cdx.json"
    bom.write_text(bill(packages, lock), encoding="utf-8")
    licences = arguments.out / "THIRD_PARTY_LICENSES.md"
    licences.write_text(licence_list(packages, set(rules["noted"])), encoding="utf-8")
    print(f"{bom}: {len(packages)} packages")
    print(licences)
    return 0


if __name__ == "__main__":
    sys.exit(main())
