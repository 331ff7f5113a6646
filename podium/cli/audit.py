"""`podium audit`: rules over recorded traces."""

import click

from podium.cli.audit_results import history, results_
from podium.cli.audit_run import run_
from podium.cli.output import put_json, put_table
from podium.kernel.errors import InvalidRequest


@click.group()
def command() -> None:
    """Judge traces by rules: what agents did, in which order, with what they knew."""


command.add_command(run_)
command.add_command(results_)
command.add_command(history)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON.")
def list_(as_json: bool) -> None:
    """List the ready audits."""
    from podium.evidence.audits.ready import READY_AUDITS

    if as_json:
        rows = [
            {
                "name": name,
                "title": it.title,
                "why": it.why,
                "needs_content": it.needs_content,
                "rules": [says for says, _ in it.rules],
            }
            for name, it in READY_AUDITS.items()
        ]
        put_json({"audits": rows})
        return
    put_table(
        ("audit", "severity", "content", "what"),
        [
            (name, it.rules[0][1], "needed" if it.needs_content else "–", it.title)
            for name, it in READY_AUDITS.items()
        ],
    )


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print ready audit NAME as a manifest, to be taken as it is or changed."""
    import yaml

    from podium.evidence.audits.ready import READY_AUDITS, WORDS

    ready = READY_AUDITS.get(name)
    if ready is None:
        raise InvalidRequest(
            f"there is no ready audit {name}.", fix="`podium audit list` lists them.", field="name"
        )
    said = " ".join(says for says, _ in ready.rules).replace("(", " ").replace(")", " ").split()
    rules = [
        {"name": f"{name}-{number}", "says": says, "severity": severity, "because": ready.why}
        for number, (says, severity) in enumerate(ready.rules, 1)
    ]
    let = {word: meaning for word, meaning in WORDS.items() if word in said}
    manifest = {
        "apiVersion": "podium/v1",
        "kind": "Audit",
        "metadata": {"name": name},
        "spec": {"let": let, "rules": rules},
    }
    click.echo(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=100), nl=False)
