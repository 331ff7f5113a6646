"""`podium simulate`: stand-ins for what is outside, called that."""

import json
from typing import Any

import click


@click.group(name="simulate")
def command() -> None:
    """Run a simulated provider, a simulated tool server, or a scripted agent."""


_SHARE = click.FloatRange(0, 1)
_MILLISECONDS = click.FloatRange(0)


@command.command("provider")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8790, show_default=True, help="0 takes a free one."
)
@click.option(
    "--ttft-ms", type=_MILLISECONDS, default=0.0, show_default=True, help="Time to the first token."
)
@click.option(
    "--itl-ms", type=_MILLISECONDS, default=0.0, show_default=True, help="Between two tokens; 0 is one burst."
)
@click.option(
    "--tokens",
    type=click.IntRange(0),
    default=64,
    show_default=True,
    help="Output of an answer without a limit.",
)
@click.option(
    "--error-rate", type=_SHARE, default=0.0, show_default=True, help="Share answered with an error."
)
@click.option(
    "--error-status",
    type=click.IntRange(400, 599),
    default=500,
    show_default=True,
    help="That error's status.",
)
@click.option("--hang-rate", type=_SHARE, default=0.0, show_default=True, help="Share never answered.")
@click.option("--cut-rate", type=_SHARE, default=0.0, show_default=True, help="Share cut half-way.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed draws the same faults.")
@click.option("--count", "count_file", help="Append a line of JSON for every request to this file.")
@click.pass_context
def provider(ctx: click.Context, /, **settings: object) -> int:
    """Serve every wire format without a model, and count what was served.

    Under /v1 OpenAI's chat completions, Responses, embeddings and models, and Anthropic's messages; under
    /v1beta Google's Gemini. Its own count is at /count and /count/records. A request steers its answer by
    the field podium_sim.
    """

    def announce(base_url: str, faults: str) -> None:
        with_faults = f" with {faults}" if faults else ""
        print(f"simulated provider: {base_url}{with_faults}", flush=True)

    code: int = ctx.obj.simulate(announce=announce, **settings)
    return code


@command.command("tools")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8791, show_default=True)
@click.option("--count", "count_file", help="Append a line of JSON for every act to this file.")
@click.pass_context
def tools(ctx: click.Context, host: str, port: int, count_file: str | None) -> int:
    """Serve a support desk's tools over MCP at /mcp: search, reply, close. One ticket is a trap."""
    url = f"http://{host}:{port}/mcp"
    ctx.obj.scripted.serve_tickets(
        host, port, count_file, lambda: print(f"simulated tool server: {url}", flush=True)
    )
    return 0


class _Call(click.ParamType[tuple[str, dict[str, Any]]]):
    name = "NAME=JSON"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, dict[str, Any]]:
        """Return a tool's name and its arguments."""
        name, _, text = str(value).partition("=")
        try:
            arguments = json.loads(text or "{}")
        except ValueError as error:
            self.fail(f"{value!r}: what follows = is no JSON: {error}", param, ctx)
        if not name or not isinstance(arguments, dict):
            self.fail(f'{value!r}: write NAME={{"argument": "value"}}', param, ctx)
        return name, arguments


@command.command("agent")
@click.option(
    "--behaviour",
    type=click.Choice(["normal", "slow", "loop", "hijacked", "crash", "flaky"]),
    default="normal",
    show_default=True,
    help="The part that it plays.",
)
@click.option("--model", default="default", show_default=True, help="Route or model that it asks.")
@click.option("--questions", type=click.IntRange(0), default=3, show_default=True, help="How often it asks.")
@click.option(
    "--tool",
    "calls",
    type=_Call(),
    multiple=True,
    help="A tool that it calls, by its name and arguments; may be given often.",
)
@click.option("--tokens", type=click.IntRange(1), default=64, show_default=True, help="Of one answer.")
@click.option(
    "--pause",
    "pause_s",
    type=click.FloatRange(0),
    default=2.0,
    show_default=True,
    help="Seconds before each step of slow, and between two rounds of loop.",
)
@click.option(
    "--failure-rate", type=_SHARE, default=0.2, show_default=True, help="Chance that a step of flaky fails."
)
@click.option(
    "--patience",
    "patience_s",
    type=click.FloatRange(0),
    default=600.0,
    show_default=True,
    help="Seconds that it waits for an answer, a person's included.",
)
@click.pass_context
def agent(ctx: click.Context, /, calls: tuple[tuple[str, dict[str, Any]], ...], **settings: Any) -> int:
    """Play an agent: the program of a task whose steps are written down. It decides nothing.

    It is started as every agent is, by `podium run AGENT -- podium simulate agent`, or as run.command of an
    Agent, and goes through the gateways with its task's token. loop repeats its first question and call
    until somebody stops it; hijacked does everything that a tool's text orders by CALL tool {JSON}; crash
    kills itself in the middle of its first attempt; flaky fails by chance. Exit code 75: nobody knows
    whether an act was done.
    """
    code: int = ctx.obj.scripted.play(lambda line: click.echo(line, err=True), tools=calls, **settings)
    return code
