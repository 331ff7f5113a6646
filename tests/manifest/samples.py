"""A small set of manifests that compiles, and a price list that is a dictionary."""

from podium.kernel.errors import Finding, ManifestError
from podium.manifest.compile import compile_manifests
from podium.manifest.snapshot import Snapshot
from podium.spend.prices import PriceSheet

FLEET = """\
apiVersion: podium/v1
kind: Department
metadata: {name: acme}
---
apiVersion: podium/v1
kind: Department
metadata: {name: engineering}
spec: {parent: acme}
---
apiVersion: podium/v1
kind: Provider
metadata: {name: remote}
spec:
  baseUrl: https://api.example.com/v1
  credential: {env: REMOTE_KEY}
---
apiVersion: podium/v1
kind: Model
metadata: {name: small}
spec:
  provider: remote
  price: {inputPerMillionTokens: 0.10, outputPerMillionTokens: 0.40}
---
apiVersion: podium/v1
kind: Model
metadata: {name: embedder}
spec:
  provider: remote
  capabilities: [embeddings]
  price: {inputPerMillionTokens: 0.02}
---
apiVersion: podium/v1
kind: Route
metadata: {name: openai/gpt-4o_mini}
spec:
  candidates: [{model: small}]
---
apiVersion: podium/v1
kind: Agent
metadata: {name: reviewer}
spec: {department: engineering, routes: [openai/gpt-4o_mini], run: {command: [python3, reviewer.py]}}
"""


class DictPrices:
    """A price list; ``asked`` holds what was looked up."""

    def __init__(self, sheets: dict[str, PriceSheet] | None = None) -> None:
        self.sheets = sheets or {}
        self.asked: list[tuple[str, str, int]] = []

    def find(self, provider_base_url: str, upstream_model: str, at_ns: int) -> PriceSheet | None:
        self.asked.append((provider_base_url, upstream_model, at_ns))
        return self.sheets.get(upstream_model)

    def find_named(self, provider_id: str, model_id: str, at_ns: int) -> PriceSheet | None:
        self.asked.append((provider_id, model_id, at_ns))
        return self.sheets.get(f"{provider_id}/{model_id}")


def compiled(*texts: str, prices: DictPrices | None = None) -> Snapshot:
    """Compile the fleet above with further documents."""
    files = [("fleet.yaml", FLEET), *((f"more{i}.yaml", text) for i, text in enumerate(texts))]
    return compile_manifests(files, prices=prices or DictPrices(), at_ns=7)


def findings(*texts: str, prices: DictPrices | None = None) -> list[Finding]:
    """Return the findings of the fleet above with further documents."""
    try:
        compiled(*texts, prices=prices)
    except ManifestError as error:
        return error.findings
    return []


def document(kind: str, name: str, spec: str) -> str:
    """Return one document; ``spec`` is indented by two and begins on line 5."""
    body = "".join(f"  {line}\n" for line in spec.strip("\n").splitlines())
    return f"apiVersion: podium/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec:\n{body}"


def said(*texts: str, prices: DictPrices | None = None) -> list[str]:
    """Return the findings as ``line field: message fix``."""
    return [f"{f.line} {f.field}: {f.message} {f.fix}".rstrip() for f in findings(*texts, prices=prices)]
