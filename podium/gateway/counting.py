"""Counts of tokens: free; where the provider has none in the client's format, an estimate that says so."""

from podium.gateway import answers
from podium.gateway.attempt import Call
from podium.gateway.endpoints import COUNT_FORMATS, Endpoint
from podium.gateway.plan import Plan
from podium.kernel.call import Request
from podium.net.server import Exchange
from podium.spend.journal import Done
from podium.wire.formats import CountFormat


def is_estimated(endpoint: Endpoint, plan: Plan) -> bool:
    """Return whether a call is for a count that the model's provider does not give."""
    return (
        endpoint.operation == "count_tokens" and COUNT_FORMATS.get(plan.provider.dialect) is not endpoint.wire
    )


def answer_estimate(
    exchange: Exchange, endpoint: Endpoint, call: Call, request: Request, plan: Plan, now_ns: int
) -> Done:
    """Answer with an estimate by what the model's calls have needed; return the record that ends the call."""
    wire: CountFormat = endpoint.wire  # type: ignore[assignment]  # endpoints of counts bear such formats
    tokens = wire.estimate(request, plan.calibrator.typical_tokens_per_byte())
    done = call.done(now_ns, outcome="ok", status=200)
    lines = answers.JSON_LINE + plan.answer_lines + b"\r\nx-podium-trace-id: " + call.trace_id.encode()
    lines += b"\r\nx-podium-task: " + call.task_id.encode() + b"\r\nx-podium-tokens-estimated: true"
    exchange.respond(200, lines, wire.encode_count(tokens))
    return done
