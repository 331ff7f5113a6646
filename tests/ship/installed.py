"""Podium as people install it: from its wheel, with the locked requirements, in an environment of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from tests.app.running import free_port, until

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")


def open_to_all(folder: Path) -> None:
    """Let other users into a temporary folder: pytest makes it and those around for their owner alone."""
    temporary = Path(tempfile.gettempdir())
    for path in (folder, *(around for around in folder.parents if temporary in around.parents)):
        path.chmod(0o755)


def built(folder: Path, **variables: str) -> Path:
    """Run scripts/build into a folder and return it."""
    done = subprocess.run(
        [ROOT / "scripts" / "build", folder],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=270,
    )
    assert done.returncode == 0, done.stderr
    return folder


def wheel_of(dist: Path) -> Path:
    (wheel,) = dist.glob("*.whl")
    return wheel


def install(dist: Path, venv: Path) -> Path:
    """Install a built wheel into a fresh environment as docs/install.md says; return its bin folder."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True, timeout=60)
    python = venv / "bin" / "python"
    for arguments in (
        ("--require-hashes", "-r", str(dist / "requirements.txt")),
        ("--no-deps", "--no-index", str(wheel_of(dist))),
    ):
        by_uv = [UV, "pip", "install", "--quiet", "--python", python, *arguments]
        # pip finds an index in its own configuration, which uv does not read.
        by_pip = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--no-input",
            *arguments,
        ]
        done = None
        for command in (by_uv, by_pip):
            if not Path(command[0]).exists():
                continue
            done = subprocess.run(command, capture_output=True, text=True, timeout=270)
            if done.returncode == 0:
                break
        assert done is not None
        assert done.returncode == 0, done.stderr
    return venv / "bin"


class Place:
    """A folder outside of the checkout where an installed Podium runs.

    ``before`` goes before every command: what confines it, for example.
    """

    def __init__(self, programs: Path, work: Path, *, before: Sequence[str] = ()) -> None:
        self.work = work
        self._podium = [*before, str(programs / "podium")]
        self.port, self.admin_port = free_port(), free_port()
        self.environment = {
            "PATH": f"{programs}:/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(work),
            "TMPDIR": str(work / "tmp"),
            "PODIUM_STATE": str(work / "state"),
            "PODIUM_MANIFESTS": str(work / "manifests"),
            "PODIUM_PORT": str(self.port),
            "PODIUM_ADMIN_PORT": str(self.admin_port),
        }
        self.log = work / "tmp" / "up.log"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one verb to its end."""
        return subprocess.run(
            [*self._podium, *arguments],
            cwd=self.work,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=200,
        )

    def said(self, *arguments: str) -> str:
        """Run a verb that must do, and return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)
        return done.stdout

    @contextlib.contextmanager
    def start(self, *arguments: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a verb that serves, until the block ends; kill what is left."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*self._podium, *arguments], cwd=self.work, env=self.environment, stdout=log, stderr=log
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.terminate()
                    try:
                        process.wait(120)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()

    def init(self, provider_port: int) -> None:
        """Write the first manifests, with the simulated provider on a free port."""
        for name in ("state", "tmp"):
            (self.work / name).mkdir(exist_ok=True)
        self.said("init")
        providers = self.work / "manifests" / "providers.yaml"
        text = providers.read_text().replace(":8790/", f":{provider_port}/")
        providers.write_text(text.replace(":8720/", f":{free_port()}/"))

    def answers(self, url: str) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(url).status_code == 200
        return False

    def carries_a_call(self, provider_port: int) -> None:
        """From a start to a clean end: one call is answered, and the ledger has it."""
        assert "1 agent" in self.said("validate")
        with (
            self.start("simulate", "provider", "--port", str(provider_port)),
            self.start("up", "--grace", "5") as up,
        ):
            until(lambda: self.answers(f"http://127.0.0.1:{provider_port}/v1/models"), "the provider")
            url = f"http://127.0.0.1:{self.port}"

            def ready() -> bool:
                assert up.poll() is None, self.log.read_text()
                return self.answers(url + "/readyz")

            until(ready, "readiness", 120)
            key = self.said("task", "token", "assistant").strip()
            answer = httpx.post(
                url + "/v1/chat/completions",
                headers={"authorization": f"Bearer {key}"},
                json={"model": "default", "messages": [{"role": "user", "content": "Hello!"}]},
                timeout=200,
            )
            assert answer.status_code == 200, answer.text
            assert answer.json()["choices"][0]["message"]["content"]
            console = f"http://127.0.0.1:{self.admin_port}"
            until(lambda: self.answers(console + "/console/assets/console.css"), "the console", 120)
            assert self.answers(console + "/console/assets/podium.svg")

            def charges() -> list[dict[str, object]]:
                rows: list[dict[str, object]] = json.loads(self.said("ledger", "--json"))["charges"]
                return rows

            until(charges, "the charge")
            (charge,) = charges()
            assert str(charge["cost_nano_usd"]) == answer.headers["x-podium-cost-nano-usd"]
            assert "is running" in self.said("status")
            up.send_signal(signal.SIGTERM)
            assert up.wait(120) == 0, self.log.read_text()
