"""Counts of tokens: free; where the provider does not count, an estimate that says that it is one."""

from podium.gateway import answers
from podium.gateway.attempt import Call
from podium.gateway.endpoints import COUNT_FORMATS
from podium.gateway.plan import Plan
from podium.kernel.call import Request
from podium.net.server import Exchange
from podium.spend.journal import Done
from podium.wire.anthropic_count import encode_count, estimate


def is_estimated(request: Request, plan: Plan) -> bool:
    """Return whether a request is for a count that the model's provider does not give."""
    return request.operation == "count_tokens" and plan.provider.dialect not in COUNT_FORMATS


def answer_estimate(exchange: Exchange, call: Call, request: Request, plan: Plan, now_ns: int) -> Done:
    """Answer with an estimate by what the model's calls have needed; return the record that ends the call."""
    tokens = estimate(request, plan.calibrator.typical_tokens_per_byte())
    done = call.done(now_ns, outcome="ok", status=200)
    lines = answers.JSON_LINE + plan.answer_lines + b"\r\nx-podium-trace-id: " + call.trace_id.encode()
    lines += b"\r\nx-podium-task: " + call.task_id.encode() + b"\r\nx-podium-tokens-estimated: true"
    exchange.respond(200, lines, encode_count(tokens))
    return done
