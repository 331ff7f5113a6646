"""`podium simulate`: stand-ins for what is outside, called that."""

import click


@click.group(name="simulate")
def command() -> None:
    """Run a simulated provider."""


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
