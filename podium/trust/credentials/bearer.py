"""What a task's token is worth now: the one judgement of it, for every process that takes tokens."""

from collections.abc import Collection, Mapping

import msgspec

from podium.kernel.errors import Forbidden, Unauthenticated
from podium.trust.credentials.dpop import ALGORITHMS
from podium.trust.credentials.identity import Claims, Detail, SpiffeId, narrower, parse_spiffe_id
from podium.trust.credentials.tokens import Keys


class TaskRules(msgspec.Struct, frozen=True):
    """What holds for every token. ``issuer`` signs them; ``audience`` is who takes them here, or several."""

    issuer: str
    audience: str | tuple[str, ...]
    dead: Collection[str]
    paused: Collection[str]
    narrowed: Mapping[str, tuple[Detail, ...]] = {}
    """By task: what its tokens grant at most, whatever they say."""


def judge_token(
    token: str, keys: Keys, rules: TaskRules, *, now_s: float, grace_s: float = 0
) -> tuple[Claims, SpiffeId]:
    """Return what a token says, and whose it is. ``grace_s``: how long after its end it is still taken.

    Raises Unauthenticated for a token that is not valid, or whose task or root has ended (``task_ended``),
    and Forbidden for a task that is paused, or below one that is (``task_paused``).
    """
    claims = keys.verify(token, issuer=rules.issuer, audience=rules.audience, now_s=now_s, grace_s=grace_s)
    who = parse_spiffe_id(claims.sub)
    if who.task_id in rules.dead or claims.root in rules.dead:
        raise Unauthenticated("The task has ended.", fix="Start another one.", code="task_ended")
    if who.task_id in rules.paused or claims.root in rules.paused:
        raise Forbidden("The task is paused.", fix="Wait until a person resumes it.", code="task_paused")
    most = rules.narrowed.get(who.task_id)
    if most is not None:
        details = narrower(claims.authorization_details, most)
        claims = msgspec.structs.replace(claims, authorization_details=details)
    return claims, who


def challenge(code: str) -> str:
    """Return scheme and error of ``www-authenticate`` for a refusal's code (RFC 6750, 3; RFC 9449, 7.1).

    Clients know the registered errors alone: what is wrong with a token is ``invalid_token`` to them.
    """
    if code in {"use_dpop_nonce", "invalid_dpop_proof"}:
        return f'DPoP error="{code}", algs="{" ".join(ALGORITHMS)}"'
    if code in {"invalid_token", "task_ended", "invalid_assertion"}:
        return 'Bearer error="invalid_token"'
    return "Bearer"
