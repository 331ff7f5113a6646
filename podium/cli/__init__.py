"""The command line: one file per verb, imported only when the verb is called.

Exit codes: 0 done, 1 it failed, 2 wrong usage, 3 the manifests have findings, 4 the state is in use or
unusable, 5 Podium is not running or does not answer, 6 not found.
"""

import importlib
import sys
from collections.abc import Sequence
from typing import Any, Final

import click

from podium import __version__
from podium.kernel.errors import ManifestError, NotFound, NotReady, PodiumError, StateError

EXIT_FAILURE: Final = 1
EXIT_MANIFESTS: Final = 3
EXIT_STATE: Final = 4
EXIT_NOT_RUNNING: Final = 5
EXIT_NOT_FOUND: Final = 6

VERBS: Final = {
    "init": "Write a small working set of manifests.",
    "validate": "Check manifests: every finding at once, with file, line and field.",
    "schema": "Print the JSON Schema of the manifests, for editors.",
    "up": "Start Podium and supervise its processes.",
    "gateway": "Run gateway workers on a machine whose keeper is elsewhere.",
    "certs": "Make the certificates with which a keeper and its gateways trust each other.",
    "demo": "Start everything with the example fleet and carry recorded traffic through it.",
    "status": "Show whether Podium runs, and with which manifests.",
    "doctor": "Check ports, disk, clock, permissions, manifests and providers.",
    "upgrade": "Replace the gateway workers without a failed call.",
    "log-level": "Change what the running processes log.",
    "backup": "Write everything that must not be lost into one file, while Podium runs.",
    "restore": "Make a state directory out of a backup.",
    "agents": "List the agents that there are.",
    "agent": "Make, list and revoke agents' credentials.",
    "tool": "Tools: draft a policy, definitions, approvals of changed ones, calls.",
    "task": "Tasks with an identity: list, look, pause, end, kill.",
    "run": "Run a program that has a task's token and nothing else of the host.",
    "pipeline": "Pipelines: run, list, look, cancel, retry.",
    "user": "People: who they are, what they may, how they log in.",
    "breaker": "Circuit breakers: list, look, resume, raise the baseline, kill.",
    "stop": "The emergency stop of an agent, a department, a task, or all; and its release.",
    "policy": "See what a request opens of an agent's tools; try recorded calls on changed manifests.",
    "inbox": "What waits for a person: list, look, answer.",
    "evidence": "The chain of acts: list, verify, export.",
    "ledger": "Show charges and totals.",
    "budget": "Show limits, what is used of them, and who holds how much.",
    "report": "Report what a period has cost, against another, with a forecast.",
    "economics": "What each success has cost, and what it was worth.",
    "export": "Write the ledger for other programs: FOCUS 1.2.",
    "reconcile": "Hold a provider's usage export against the ledger.",
    "calls": "Show calls, or follow them live.",
    "collector": "Keys with which programs send spans: make, list, revoke.",
    "traces": "Traces: search them, look at one, figures, read-only SQL.",
    "audit": "Judge recorded traces by rules.",
    "explain": "Tell the whole story of a charge, call, trace, task or call of a tool.",
    "model": "Fetch, list and remove local models.",
    "simulate": "Run the simulated provider.",
    "replay": "Carry recorded traffic through the gateway.",
}


class Verbs(click.Group):
    """Imports ``podium.cli.<verb>`` when that verb is asked for, so that `podium --help` is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return the verb's command, or None when there is no such verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"podium.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the verbs without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="podium")
@click.option("--state", help="State directory.  [default: PODIUM_STATE or ./.podium]")
@click.pass_context
def group(ctx: click.Context, state: str | None) -> None:
    """Podium: the control plane from which one engineer conducts a fleet of AI agents."""
    if state is not None:
        ctx.obj.use_state(state)


def exit_code(error: PodiumError) -> int:
    """Return the exit code of an error (see the module's docstring)."""
    if isinstance(error, ManifestError):
        return EXIT_MANIFESTS
    if isinstance(error, NotReady) or error.error_code == "not_running":
        return EXIT_NOT_RUNNING
    if isinstance(error, StateError):
        return EXIT_STATE
    if isinstance(error, NotFound):
        return EXIT_NOT_FOUND
    return EXIT_FAILURE


def run(arguments: Sequence[str], composition: Any) -> int:
    """Run one command line and return its exit code; errors of ours become one or two lines."""
    try:
        code = group.main(list(arguments), prog_name="podium", obj=composition, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        print("podium: interrupted", file=sys.stderr)
        return 130
    except PodiumError as error:
        print(f"podium: {error}", file=sys.stderr)
        return exit_code(error)
    except BrokenPipeError:
        # The reader of a pipe has had enough (`podium ledger | head`).
        sys.stderr.close()
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        what = f"{error.filename}: {error.strerror or error}."
        print(f"podium: {what} Name another file, or give yourself access.", file=sys.stderr)
        return EXIT_FAILURE
    return code if isinstance(code, int) else 0
