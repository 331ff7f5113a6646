"""GPUs by their device files, and NVIDIA's by NVML, the library of its driver.

NVML tells of each process that has kept a GPU busy in the last sample period how busy, in percent
(nvmlDeviceGetProcessUtilization in NVIDIA's NVML API reference, for Maxwell and newer, not under MIG). It
numbers processes as the host does, whoever asks (https://github.com/NVIDIA/nvidia-docker/issues/1483).
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from podium.kernel.errors import StateError
from podium.spend.machines import GpuHow, GpuSample

_NODES: Final = ("nvidia*", "nvhost-*", "nvmap", "dri/renderD*", "kfd", "accel/*", "dxg", "mali*")
"""By which programs reach GPUs: NVIDIA's, of Tegra too, those of the kernel's DRM, AMD's, WSL's, Arm's."""
_NVIDIA: Final = "0x10de"
"""Its number at the PCI-SIG."""
_HOST_PIDS: Final = 0xEFFFFFFC
"""The inode of the host's PID namespace (PROC_PID_INIT_INO in Linux' include/linux/proc_ns.h)."""
_GROWN: Final = 3
"""Tries, where more processes came between asking how many there are and reading them."""


class NvidiaGpus:
    """`podium.ports.gpus.Gpus`. ``root``: of the machine's files."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._root = root
        self._nvml: Any = None

    def nodes(self) -> tuple[str, ...]:
        """Return the device files of this machine's GPUs."""
        return tuple(str(path) for path in self._nodes())

    def _nodes(self) -> Iterator[Path]:
        for pattern in _NODES:
            for path in sorted((self._root / "dev").glob(pattern)):
                if path.is_dir():  # nvidia-caps
                    yield from sorted(path.iterdir())
                else:
                    yield path

    def unread(self) -> GpuHow | None:
        """Return why NVML does not tell of all that can be reached, None where it does."""
        if not all(self._is_nvidia(path) for path in self._nodes()):
            return "foreign"
        try:
            import pynvml  # noqa: PLC0415 - an extra
        except ImportError:
            return "no_package"
        if self._nvml is None:
            try:
                pynvml.nvmlInit()
            except pynvml.NVMLError:
                return "no_driver"
            self._nvml = pynvml
        if self._pid_namespace() != _HOST_PIDS:
            return "contained"
        return None

    def _is_nvidia(self, path: Path) -> bool:
        if path.parent.name == "dri":
            vendor = self._root / "sys/class/drm" / path.name / "device/vendor"
            with contextlib.suppress(OSError):
                return vendor.read_text(encoding="ascii").strip() == _NVIDIA
            return False
        return path.relative_to(self._root / "dev").parts[0].startswith("nvidia")

    def _pid_namespace(self) -> int:
        with contextlib.suppress(OSError):
            return (self._root / "proc/self/ns/pid").stat().st_ino
        return 0

    def samples(self, seen_us: Mapping[int, int]) -> Sequence[GpuSample]:
        """Return what NVML has new. Raises StateError."""
        nvml = self._nvml
        if nvml is None:
            raise StateError("NVML is not there.")
        found: list[GpuSample] = []
        try:
            for gpu in range(nvml.nvmlDeviceGetCount()):
                handle = nvml.nvmlDeviceGetHandleByIndex(gpu)
                for it in _processes(nvml, handle, seen_us.get(gpu, 0)):
                    busy = max(it.smUtil, it.encUtil, it.decUtil)
                    found.append(GpuSample(gpu, int(it.pid), int(it.timeStamp), int(busy)))
        except nvml.NVMLError as error:
            raise StateError(f"NVML does not tell what processes do: {error}.") from error
        return found


def _processes(nvml: Any, handle: Any, since_us: int) -> Sequence[Any]:
    for _ in range(_GROWN):
        try:
            found: Sequence[Any] = nvml.nvmlDeviceGetProcessUtilization(handle, since_us)
        except nvml.NVMLError as error:
            if error.value in {nvml.NVML_ERROR_NOT_FOUND, nvml.NVML_SUCCESS}:
                return ()  # nobody kept it busy
            if error.value != nvml.NVML_ERROR_INSUFFICIENT_SIZE:
                raise
        else:
            return found
    return ()
