"""`podium run`: a program with a task's token, and nothing else of the host's."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from podium.cli.output import Span, said
from podium.cli.task_user import user_options
from podium.manifest.runs import parse_bytes

if TYPE_CHECKING:
    from podium.ports.executor import Measure
    from podium.trust.request.user import User


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("agent")
@click.argument("command_line", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
@click.option(
    "--request", metavar="TEXT", callback=said, help="The user's own words; the program finds them in a file."
)
@user_options
@click.option(
    "--require",
    metavar="LIST",
    default="",
    help="What must be in force, else nothing runs: any of environment,privileges,processes,network,files,"
    "calls, or all.",
)
@click.option("--read", "reads", multiple=True, metavar="PATH", help="A file or folder that it may read.")
@click.option("--write", "writes", multiple=True, metavar="PATH", help="One that it may write, too.")
@click.option("--env", "variables", multiple=True, metavar="NAME=VALUE", help="A variable that it gets.")
@click.option("--for", "life_s", type=Span(), help="How long the task lives: 30m, 12h.  [default: 1d]")
@click.option("--memory", metavar="SIZE", help="Address space of each of its processes: 512m, 2g.")
@click.option("--gpus", type=click.Choice(["all"]), help="Give it the machine's GPUs.")
@click.option("--cpu-seconds", type=click.IntRange(1), help="CPU time of each of its processes.")
@click.pass_context
def command(
    ctx: click.Context,
    agent: str,
    command_line: tuple[str, ...],
    request: str | None,
    user: "User | None",
    require: str,
    reads: tuple[str, ...],
    writes: tuple[str, ...],
    variables: tuple[str, ...],
    life_s: int | None,
    memory: str | None,
    cpu_seconds: int | None,
    gpus: str | None,
) -> int:
    """Start a task of AGENT and a program that has its token, the gateway's addresses, and nothing else.

    The program reads the system's files, the current folder (not where that is the home) and its own; it
    writes to a folder of its own ($HOME), and reaches the gateway alone. Which of that is in force on this
    machine is said before it starts. The task ends with the program, and the program with the task. Exit
    code: the program's.
    """
    for missing in (path for path in (*reads, *writes) if not Path(path).exists()):
        raise click.UsageError(f"{missing}: there is no such file or folder for it to see.")
    from podium.fleet.given import Given, local_url
    from podium.fleet.run import Wish
    from podium.ports.executor import Resources

    settings = ctx.obj.settings
    folder = str(Path.cwd())
    shown = _shown(folder)
    found = shutil.which(command_line[0])
    where = [str(Path(found).absolute().parent)] if found is not None else []
    path = ":".join(dict.fromkeys([*where, "/usr/local/bin", "/usr/bin", "/bin"]))
    code: int = ctx.obj.run_program(
        Wish(
            by=ctx.obj.by(),
            agent=agent,
            command=(found or command_line[0], *command_line[1:]),
            folder=folder,
            given=Given(
                settings.gateway_url or local_url(settings.host, settings.port),
                settings.tools_url or f"{local_url(settings.host, settings.tools_port)}/mcp",
                path=path,
                request=request,
                extra=dict(_variable(text) for text in variables),
                otlp_url=local_url(settings.host, settings.collector_port)
                if settings.collector_port
                else None,
            ),
            reads=(*shown, *(name for path in reads for name in _names(Path(path)))),
            writes=tuple(name for path in writes for name in _names(Path(path))),
            hidden=_names(ctx.obj.state),
            require=_measures(require),
            resources=Resources(memory_bytes=_bytes(memory), cpu_s=cpu_seconds, gpus=gpus is not None),
            life_s=life_s,
            user=user,
        )
    )
    return code


def _shown(folder: str) -> tuple[str, ...]:
    """Return what is shown of the folder where it begins; where that is nothing, say so."""
    from podium.fleet.run import folders_of

    shown = folders_of(folder, str(Path("~").expanduser()), tempfile.gettempdir())
    if not shown:
        why = "your home is there, or temporary files of others"
        click.echo(f"podium: the program does not see {folder} ({why}): --read what it needs.", err=True)
    return shown


def _names(path: Path) -> tuple[str, ...]:
    """Return a path as it is written and, where it leads through links, as what it is."""
    return tuple(dict.fromkeys((str(path.absolute()), str(path.resolve()))))


def _measures(text: str) -> "tuple[Measure, ...]":
    from podium.ports.executor import MEASURES

    names = [name.strip() for name in text.split(",") if name.strip()]
    if names == ["all"]:
        return MEASURES
    for name in names:
        if name not in MEASURES:
            raise click.UsageError(f"--require {name}: choose from {', '.join(MEASURES)}, or all.")
    return tuple(it for it in MEASURES if it in names)


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise click.UsageError(f"--env {text!r}: write NAME=VALUE.")
    return name, value


def _bytes(text: str | None) -> int | None:
    if text is None:
        return None
    found = parse_bytes(text)
    if found is None:
        raise click.UsageError(f"--memory {text!r}: write 512m or 2g.")
    return found
