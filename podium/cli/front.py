"""The options of the gateway's front door, which `podium up` and `podium gateway` share."""

from collections.abc import Callable
from typing import Any, Final

import click

_OPTIONS: Final = (
    click.option(
        "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Gateway workers."
    ),
    click.option(
        "--grace",
        "grace_s",
        type=click.FloatRange(0),
        default=30.0,
        show_default=True,
        help="Seconds that calls in flight may take when Podium stops.",
    ),
    click.option(
        "--hung-after",
        "hung_after_s",
        type=click.FloatRange(0),
        default=20.0,
        show_default=True,
        help="Seconds after which a worker whose event loop stands still is replaced; 0: never.",
    ),
    click.option(
        "--durability",
        type=click.Choice(["group", "strict"]),
        default="group",
        show_default=True,
        help="group: a hold is on the disk within 20 ms; strict: before the call is sent.",
    ),
    click.option("--log-level", type=click.Choice(["debug", "info", "warning", "error"])),
    click.option("--tls-cert", help="PEM file of the certificate for clients.  [default: PODIUM_TLS_CERT]"),
    click.option("--tls-key", help="PEM file of its key.  [default: PODIUM_TLS_KEY]"),
    click.option(
        "--tls-client-ca",
        help="PEM file: clients must show a certificate of these.  [default: PODIUM_TLS_CLIENT_CA]",
    ),
    click.option(
        "--tls-ports",
        metavar="PORTS",
        help="Which ports have TLS: some of gateway,tools,collector,admin.  "
        "[default: PODIUM_TLS_PORTS or gateway]",
    ),
    click.option(
        "--max-body-bytes", type=click.IntRange(1), help="Longest body of a request.  [default: 33554432]"
    ),
    click.option("--max-connections", type=click.IntRange(1), help="Of one worker.  [default: 8192]"),
    click.option(
        "--max-connections-per-client",
        type=click.IntRange(1),
        help="Of one address to one worker.  [default: 4096]",
    ),
    click.option(
        "--max-requests-per-connection",
        type=click.IntRange(0),
        help="The last one is answered with connection: close; 0 is no limit.  [default: 0]",
    ),
    click.option(
        "--max-in-flight",
        type=click.IntRange(1),
        help="Calls, streams among them, that one worker serves at the same time.  [default: 4096]",
    ),
)


def front_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
