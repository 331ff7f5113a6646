"""The token endpoint as OAuth's clients see it."""

import json

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from podium.adapters.system import SystemClock
from podium.gateway.token_endpoint import CLIENT, EXCHANGE, PATH
from podium.gateway.wishes import ACCESS
from podium.ports.acts import By, SteerTask
from podium.trust.credentials.tokens import new_private_jwk
from tests.gateway.house import KEY
from tests.gateway.test_tasks import DPOP, Trusting, it
from tests.keeper.acting import ISSUER

__all__ = ["it"]
OTHER = OKPKey.import_key(new_private_jwk(b"o" * 32))
SECRET = {"grant_type": CLIENT, "client_secret": KEY}


def proof(nonce: str, key: OKPKey = DPOP) -> str:
    said = {"htm": "POST", "htu": ISSUER + PATH, "iat": SystemClock().wall_ns() / 1e9, "jti": "1"}
    header = {"alg": "Ed25519", "typ": "dpop+jwt", "jwk": key.as_dict(private=False)}
    body = json.dumps({**said, "nonce": nonce}).encode()
    return jws.serialize_compact(header, body, key, algorithms=["Ed25519"])


async def ask(it: Trusting, form: dict[str, str], key: OKPKey = DPOP) -> httpx.Response:
    """Ask for a token that is bound to a key, as RFC 9449's clients do: first without a nonce."""
    first = await it.http.post(PATH, data=form, headers={"dpop": proof("", key)})
    assert (first.status_code, first.json()["error"]) == (400, "use_dpop_nonce")
    nonce = first.headers["dpop-nonce"]
    return await it.http.post(PATH, data=form, headers={"dpop": proof(nonce, key)})


def exchange(token: str, agent: str = "search") -> dict[str, str]:
    return {
        "grant_type": EXCHANGE,
        "subject_token": token,
        "subject_token_type": ACCESS,
        "agent": agent,
    }


def confirmed(answer: httpx.Response) -> str | None:
    """Return the thumbprint of the key that an answer's token is bound to."""
    assert answer.status_code == 200, answer.text
    payload = jws.extract_compact(answer.json()["access_token"].encode()).payload
    return json.loads(payload).get("cnf", {}).get("jkt")


async def test_a_bound_token_is_not_exchanged_without_its_key(it: Trusting):
    """Whoever has stolen it gets nothing for it: no proof, or another key's, and no token."""
    task = await it.start(jkt=DPOP.thumbprint())
    for agent in ("search", "triage"):
        form = exchange(task["access_token"], agent)
        for answer in (await it.http.post(PATH, data=form), await ask(it, form, OTHER)):
            told = answer.json()
            assert (answer.status_code, told["error"]) == (400, "invalid_dpop_proof"), answer.text
        assert confirmed(await ask(it, form)) == DPOP.thumbprint()


async def test_a_token_is_bound_to_the_key_that_its_request_proves(it: Trusting):
    """Both grants give a token that is of no use without the key; a proof is of use once."""
    for form in (SECRET, exchange((await it.start())["access_token"])):
        answer = await ask(it, form)
        assert (confirmed(answer), answer.json()["token_type"]) == (DPOP.thumbprint(), "DPoP")
        it.put_in_force()
        assert (await it.call(answer.json()["access_token"])).status_code == 401
        first = await it.http.post(PATH, data=form, headers={"dpop": proof("")})
        once = {"dpop": proof(first.headers["dpop-nonce"])}
        assert (await it.http.post(PATH, data=form, headers=once)).status_code == 200
        again = await it.http.post(PATH, data=form, headers=once)
        assert (again.status_code, again.json()["error"]) == (400, "use_dpop_nonce")


@pytest.mark.parametrize(
    ("form", "status", "error", "field"),
    [
        ({}, 400, "invalid_request", "grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "grant_type"),
        ({"grant_type": CLIENT}, 401, "invalid_client", None),
        ({"grant_type": CLIENT, "client_secret": "wrong"}, 401, "invalid_client", None),
        ({"grant_type": CLIENT, "client_assertion": "a.b.c"}, 401, "invalid_client", None),
        (
            {"grant_type": CLIENT, "client_assertion": "a.b.c", "client_assertion_type": "saml"},
            400,
            "invalid_request",
            "client_assertion_type",
        ),
        ({**SECRET, "scope": "all"}, 400, "invalid_scope", "scope"),
        ({**SECRET, "resource": "https://evil.example"}, 400, "invalid_target", "resource"),
        ({**SECRET, "audience": "https://evil.example"}, 400, "invalid_target", "resource"),
        ({**SECRET, "requested_token_type": "saml"}, 400, "invalid_request", "requested_token_type"),
        ({**SECRET, "actor_token": "a.b.c"}, 400, "invalid_request", "actor_token"),
        (exchange("a.b.c"), 400, "invalid_request", None),
        ({**exchange("a.b.c"), "subject_token_type": "saml"}, 400, "invalid_request", "subject_token_type"),
        ({"grant_type": EXCHANGE, "subject_token_type": ACCESS}, 400, "invalid_request", "subject_token"),
    ],
)
async def test_errors_are_oauths(it: Trusting, form, status, error, field):
    """Each has RFC 6749's `error` and `error_description`, and is kept by no cache."""
    answer = await it.http.post(PATH, data=form)
    told = answer.json()
    assert (answer.status_code, told["error"], told.get("param")) == (status, error, field), answer.text
    assert told["error_description"]
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)


async def test_the_challenge_is_of_the_scheme_that_was_used(it: Trusting):
    """A client that has used HTTP Basic is challenged for it (RFC 6749, section 5.2)."""
    form = {"grant_type": CLIENT}
    basic = await it.http.post(PATH, data=form, auth=("triage", "wrong"))
    assert basic.headers["www-authenticate"].startswith("Basic ")
    bearer = await it.http.post(PATH, data=form, headers={"authorization": "Bearer wrong"})
    assert bearer.headers["www-authenticate"] == "Bearer"
    both = await it.http.post(PATH, data=SECRET, auth=("triage", KEY))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")


async def test_what_a_subject_token_may_not(it: Trusting):
    """Podium's own code says why: too much, another agent, a task that is paused or has ended."""
    task = await it.start(authorization_details=[{"type": "podium_models", "routes": ["big"]}])
    token = task["access_token"]
    wide = exchange(token) | {"authorization_details": '[{"type": "podium_models", "routes": ["two"]}]'}
    child = (await it.http.post(PATH, data=exchange(token))).json()["access_token"]
    cases = [
        (wide, "invalid_authorization_details", "grant_too_wide"),
        (exchange(child, "triage"), "unauthorized_client", "delegation_not_allowed"),
        (exchange(token, "nobody"), "invalid_request", "not_found"),
    ]
    for act, code in (("pause", "task_paused"), ("kill", "task_ended")):
        for form, error, said in cases:
            answer = await it.http.post(PATH, data=form)
            told = answer.json()
            assert (answer.status_code, told["error"], told["code"]) == (400, error, said), answer.text
        it.keeper.acts.do(SteerTask(By(), task["task_id"], act, "because"))
        it.put_in_force()
        cases = [(exchange(token), "invalid_request", code)]
    told = (await it.http.post(PATH, data=exchange(token))).json()
    assert (told["error"], told["code"]) == ("invalid_request", "task_ended")


@pytest.mark.parametrize(
    "details",
    [
        [{"type": "podium_models", "route": ["big"]}],
        [{"type": "podium_models", "routes": ["big"], "max_usd": 5}],
        [{"type": "podium_models", "routes": ["big"], "tools": ["x"]}],
        [{"type": "payment"}],
        [{"type": "payment", "amount": 5}],
        {"type": "podium_models"},
    ],
)
async def test_details_that_are_not_of_their_type_are_refused(it: Trusting, details):
    """A limit that is not known, or a word that is misspelt, is not passed over (RFC 9396, section 5)."""
    answer = await it.http.post(PATH, data=SECRET | {"authorization_details": json.dumps(details)})
    told = answer.json()
    assert (answer.status_code, told["error"]) == (400, "invalid_authorization_details"), answer.text
    assert told["param"].startswith("authorization_details")
    wish = {"authorization_details": details}
    answer = await it.http.post("/podium/v1/tasks", json=wish, headers={"authorization": f"Bearer {KEY}"})
    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (400, "invalid_authorization_details"), answer.text
    assert told["param"].startswith("authorization_details")


async def test_several_resources(it: Trusting):
    """`resource` and `audience` may be there several times; nothing else may."""
    form = {**SECRET, "resource": [ISSUER, ISSUER], "audience": ISSUER}
    assert (await it.http.post(PATH, data=form)).status_code == 200
    twice = await it.http.post(PATH, data={"grant_type": CLIENT, "client_secret": [KEY, KEY]})
    assert (twice.status_code, twice.json()["param"]) == (400, "client_secret")
    huge = await it.http.post(PATH, content=b"a=" + b"b" * (1 << 21))
    assert (huge.status_code, huge.json()["error"]) == (400, "invalid_request")


async def test_methods(it: Trusting):
    """Another method is told which one there is."""
    answer = await it.http.get(PATH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    answer = await it.http.post("/.well-known/jwks.json")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    answer = await it.http.put("/podium/v1/tasks/self")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, DELETE")
