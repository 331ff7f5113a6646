"""What every `Gpus` does: the fake, and NVIDIA's binding over a libnvidia-ml that a test has compiled."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from podium.adapters.gpus.fake import FakeGpus
from podium.adapters.gpus.nvidia import NvidiaGpus
from podium.kernel.errors import StateError
from podium.ports.gpus import Gpus
from podium.spend.machines import GpuSample

Tell = Callable[[list[GpuSample] | None], None]
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled library, by the name that the driver's has."""
    if COMPILER is None:
        pytest.skip("no C compiler is here to make a libnvidia-ml of")
    made = tmp_path_factory.mktemp("nvml") / "libnvidia-ml.so.1"
    flags = ["-shared", "-fPIC", "-Wl,-soname,libnvidia-ml.so.1", "-o", str(made)]
    source = str(Path(__file__).with_name("stub.c"))
    subprocess.run([COMPILER, *flags, source], check=True, timeout=120)
    return made


def machine(root: Path, *nodes: str) -> Path:
    for node in nodes:
        (root / "dev" / node).parent.mkdir(parents=True, exist_ok=True)
        (root / "dev" / node).touch()
    return root


def real(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Gpus, Tell]:
    told = tmp_path / "told"
    told.touch()
    monkeypatch.setenv("PODIUM_TEST_NVML", str(told))
    ctypes.CDLL(str(library))  # who asks for that name from now on gets this one
    gpus = NvidiaGpus(machine(tmp_path / "root", "nvidia0", "nvidiactl"))
    monkeypatch.setattr(gpus, "_pid_namespace", lambda: 0xEFFFFFFC)

    def tell(samples: list[GpuSample] | None) -> None:
        lines = [f"{it.gpu} {it.pid} {it.at_us} {it.busy_percent}" for it in samples or ()]
        told.write_text("\n".join(lines if samples is not None else ["error 15"]))

    return gpus, tell


def fake() -> tuple[Gpus, Tell]:
    gpus = FakeGpus(("/dev/nvidia0", "/dev/nvidiactl"))
    return gpus, lambda samples: setattr(gpus, "told", samples)


@pytest.fixture(params=["fake", "NVML"])
def both(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Gpus, Tell]:
    if request.param == "fake":
        return fake()
    return real(request.getfixturevalue("library"), tmp_path, monkeypatch)


def test_what_is_new_of_each_gpu(both: tuple[Gpus, Tell]) -> None:
    """Samples come once each, of every GPU and process; a GPU that nobody keeps busy has none."""
    gpus, tell = both
    assert [Path(it).name for it in gpus.nodes()] == ["nvidia0", "nvidiactl"]
    assert gpus.unread() is None
    assert list(gpus.samples({})) == []
    first, second, third = GpuSample(0, 7, 100, 50), GpuSample(1, 7, 120, 30), GpuSample(1, 8, 300, 99)
    tell([first, second])
    assert list(gpus.samples({})) == [first, second]
    tell([first, second, third])
    assert list(gpus.samples({0: 100, 1: 120})) == [third]


def test_a_driver_that_refuses(both: tuple[Gpus, Tell]) -> None:
    """Where the driver does not tell, nobody takes that for nothing."""
    gpus, tell = both
    tell(None)
    with pytest.raises(StateError):
        gpus.samples({})


def test_which_files_are_gpus(tmp_path: Path) -> None:
    """A machine without a device file has no GPU; one of another vendor is reached, and not measured."""
    assert NvidiaGpus(machine(tmp_path, "null", "dri/card0")).nodes() == ()
    machine(tmp_path, "nvidia-caps/nvidia-cap1", "dri/renderD128")
    gpus = NvidiaGpus(tmp_path)
    assert [it.rpartition("/dev/")[2] for it in gpus.nodes()] == ["nvidia-caps/nvidia-cap1", "dri/renderD128"]
    assert gpus.unread() == "foreign"
    vendor = tmp_path / "sys/class/drm/renderD128/device/vendor"
    vendor.parent.mkdir(parents=True)
    vendor.write_text("0x10de\n")
    assert gpus.unread() != "foreign"


def test_without_a_driver(tmp_path: Path) -> None:
    """A machine with a device and without the driver's library is told apart from one without a GPU."""
    machine(tmp_path, "nvidia0")
    code = (
        "from pathlib import Path; from podium.adapters.gpus.nvidia import NvidiaGpus\n"
        f"print(NvidiaGpus(Path({str(tmp_path)!r})).unread())"
    )
    if Path("/dev/nvidiactl").exists():
        pytest.skip("this machine has the driver")
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert told.stdout == "no_driver\n"


def test_in_a_container(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the driver numbers processes otherwise than we do, it is not measured."""
    gpus, _ = real(library, tmp_path, monkeypatch)
    monkeypatch.setattr(gpus, "_pid_namespace", lambda: 4_026_532_000)
    assert gpus.unread() == "contained"
