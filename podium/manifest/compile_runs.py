"""How programs are run: from their kind to the row of the snapshot."""

from podium.manifest.kinds_runs import RunSpec
from podium.manifest.runs import RunRow, VariableRef


def run_row(spec: RunSpec | None) -> RunRow | None:
    """Return how an agent's program is run, None where Podium does not run it."""
    if spec is None:
        return None
    return RunRow(
        command=tuple(spec.command),
        env={name: VariableRef(it.env, it.file, it.value) for name, it in sorted(spec.env.items())},
        folder=spec.folder,
        reads=tuple(spec.reads),
        writes=tuple(spec.writes),
        require=tuple(sorted(set(spec.require))),
        memory_bytes=spec.resources.memory,
        cpu_s=spec.resources.cpu_seconds,
        processes=spec.resources.processes,
        gpus=spec.resources.gpus is not None,
        life_s=max(1, spec.life // 1000),
        attempts=spec.attempts,
        concurrency=spec.concurrency,
        priority=spec.priority,
        durable=spec.durable,
    )
