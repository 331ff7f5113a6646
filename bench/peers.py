"""CPU per call: Podium beside LiteLLM's proxy and Portkey's gateway, with Envoy as the measure, in one run.

python bench/peers.py [--rounds 3] [--seconds 2] [--kinds plain,burst,one-by-one] [--envoy PATH]

`make bench-peers` installs what it needs. Load, provider, connections, rounds and the count of CPU are those
of bench/proxies.py; the CPU is that of a program with all that it started. Each has what its authors call
production: LiteLLM one worker, a master key, no database, no debug, and its spans go in batches to an OTLP
receiver (as Podium's go to its keeper); a second one has no telemetry. Portkey's gateway runs headless on one
node, in production mode, and keeps no spans. A round is over when the calls that it began are answered, so a
slow proxy's rounds take longer.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import rig
from load import runner
from subjects import CHOICES, Subject, envoy, find, podium, report, rounds, version

ROOT = Path(__file__).parent.parent
OWN = ROOT / ".venv-peers"
PORTKEY = OWN / "node" / "node_modules" / "@portkey-ai" / "gateway"
KEY = "sk-bench"
STARTS_S = 120.0

LITELLM = """
model_list:
- model_name: large
  litellm_params:
    model: openai/bench-large
    api_base: http://127.0.0.1:{upstream}/v1
    api_key: none
general_settings:
  master_key: {key}
litellm_settings:
  callbacks: [{callbacks}]
"""


@contextmanager
def litellm(upstream: int, core: int, folder: Path, *, spans: bool) -> Iterator[Subject]:
    """Run LiteLLM's proxy with one worker until the block ends; the canned provider takes its spans."""
    port = rig.free_port()
    name = "litellm-spans" if spans else "litellm"
    config, log = folder / f"{name}.yaml", folder / f"{name}.log"
    config.write_text(LITELLM.format(upstream=upstream, key=KEY, callbacks="otel" if spans else ""), "utf-8")
    variables = ["LITELLM_MODE=PRODUCTION", "LITELLM_LOG=ERROR", "LITELLM_LOCAL_MODEL_COST_MAP=True"]
    if spans:
        variables += ["OTEL_EXPORTER=otlp_http", f"OTEL_ENDPOINT=http://127.0.0.1:{upstream}/v1/traces"]
    command = ["env", *variables, str(OWN / "bin" / "litellm"), "--config", str(config)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--num_workers", "1", "--telemetry", "False"]
    with rig.process(*command, core=core, log=log) as proxy:
        rig.listening(port, "LiteLLM", log, STARTS_S)
        release = next((OWN / "lib").glob("python*/site-packages/litellm-*.dist-info")).name.split("-")[1]
        title = f"LiteLLM {release.removesuffix('.dist')}" + (
            ", spans by OTLP" if spans else ", no telemetry"
        )
        yield Subject(title, port, rig.family_of(proxy.pid), key=KEY)


@contextmanager
def portkey(upstream: int, core: int, folder: Path) -> Iterator[Subject]:
    """Run Portkey's gateway on one node until the block ends."""
    port, log = rig.free_port(), folder / "portkey.log"
    node = find("node", None)
    command = ["env", "NODE_ENV=production", node, str(PORTKEY / "build" / "start-server.js")]
    with rig.process(*command, "--headless", f"--port={port}", core=core, log=log) as proxy:
        rig.listening(port, "Portkey's gateway", log, STARTS_S)
        release = json.loads((PORTKEY / "package.json").read_text(encoding="utf-8"))["version"]
        title = f"Portkey's gateway {release}, node {version(node, '--version')}"
        headers = (
            f"x-portkey-provider: openai\r\nx-portkey-custom-host: http://127.0.0.1:{upstream}/v1\r\n"
            "accept-encoding: identity\r\n"
        )
        yield Subject(title, port, rig.family_of(proxy.pid), headers=headers)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--kinds", default="plain,burst,one-by-one", help=f"of {','.join(CHOICES)}")
    parser.add_argument("--envoy")
    arguments = parser.parse_args()
    if not OWN.is_dir():
        raise SystemExit("LiteLLM and Portkey's gateway are not here: `make bench-peers` installs them.")
    kinds = [CHOICES[name] for name in arguments.kinds.split(",")]
    on = rig.machine()
    measured, other = rig.cores()
    os.sched_setaffinity(0, {other})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="podium-peers-")))
        upstream = stack.enter_context(rig.canned(other))
        subjects = [
            stack.enter_context(podium(upstream, measured, other)),
            stack.enter_context(envoy(upstream, measured, folder, arguments.envoy)),
            stack.enter_context(portkey(upstream, measured, folder)),
            stack.enter_context(litellm(upstream, measured, folder, spans=False)),
            stack.enter_context(litellm(upstream, measured, folder, spans=True)),
        ]
        runs = stack.enter_context(runner())
        rounds(subjects, kinds, runs, count=arguments.rounds, seconds=arguments.seconds)
    print(on)
    print(f"{arguments.rounds} rounds of {arguments.seconds:g} s for each kind and proxy, medians")
    report(subjects, kinds)


if __name__ == "__main__":
    main()
