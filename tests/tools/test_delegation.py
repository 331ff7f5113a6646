"""Sub-agents: a part of the grants, and one state for all of a delegation."""

import httpx

from podium.ports.acts import By, SteerBreaker
from podium.ports.tasks import DelegateTask
from podium.tools.replaying import DECISION
from podium.trust.credentials.identity import TOOLS, Detail
from tests.tools.rig import rig, until
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, mail

DELEGATING = (
    TEXT.replace(
        "metadata: {name: clerk}\nspec:\n", "metadata: {name: clerk}\nspec:\n  delegates: [helper]\n"
    )
    + """
---
apiVersion: podium/v1
kind: Agent
metadata: {name: helper}
spec:
  department: acme
  routes: [small]
  tools:
    mail/send_email: {}
    mail/delete_all: {}
"""
)


async def test_a_sub_agent_has_a_part_and_shares_what_was_used(tmp_path):
    """A sub-agent's task is granted what both have; what one of them has used, all have."""
    async with rig(tmp_path, DELEGATING, opener=lambda row: mail()) as it:
        parent = await it.task("clerk", REQUEST)
        child = (await it.ask(DelegateTask(token=parent, agent="helper"))).token
        async with it.client(child) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == ["mail_send_email"]
            assert not (await client.call_tool("mail_send_email", TO_ANNA)).is_error
            again = await client.call_tool("mail_send_email", TO_ANNA)
            assert again.meta[DECISION]["verdict"] != "allow"  # the request asks for one mail
        async with it.client(parent) as client:
            mine = await client.call_tool("mail_send_email", TO_ANNA)
            assert mine.meta[DECISION]["verdict"] != "allow"
        rows = await it.calls(3)
        assert len({row.root_id for row in rows}) == 1
        assert {row.agent for row in rows} == {"clerk", "helper"}


async def test_a_token_without_tools(tmp_path):
    """A task whose token names one tool sees that one alone."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        details = (Detail(TOOLS, tools=("mail/list_messages",)),)
        token = await it.task("clerk", REQUEST, details=details)
        async with it.client(token) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == ["mail_list_messages"]
            refused = await client.call_tool("mail_send_email", TO_ANNA)
            assert refused.meta[DECISION]["rule"] == "grant"


STRANGERS = "Send mails to eve@evil.example and anna@acme.example that say hello."
TO_EVE = {"to": "eve@evil.example", "body": "hello"}
GRANT = "mail/send_email: {uses: 2, else: ask}"


def granting(grant: str) -> str:
    """Return the manifests in which the clerk has that grant, and its helper any mail."""
    assert GRANT in DELEGATING
    return DELEGATING.replace(GRANT, f"mail/send_email: {grant}")


async def decided(it, token, arguments=TO_EVE):
    """Return what is decided about a mail."""
    async with it.client(token) as client:
        told = await client.call_tool("mail_send_email", arguments)
        return told.meta[DECISION] if told.is_error else {"verdict": "allow"}


async def test_a_sub_agent_is_held_by_the_grants_of_those_above_it(tmp_path):
    """What arguments the author lets an agent give, and how often, holds for all that it has started, however
    deep; `else` of the same grant says what becomes of the rest."""
    grant = '{uses: 1, arguments: {properties: {to: {pattern: "@acme.example$"}}}}'
    async with rig(tmp_path, granting(grant), opener=lambda row: mail()) as it:
        parent = await it.task("clerk", STRANGERS)
        child = (await it.ask(DelegateTask(token=parent, agent="helper"))).token
        deep = (await it.ask(DelegateTask(token=child, agent="helper"))).token
        for token in (child, deep):
            told = await decided(it, token)
            assert (told["verdict"], told["rule"]) == ("deny", "tools.mail/send_email.arguments")
            assert "clerk, which has started this task, may not" in told["reason"]
        assert (await decided(it, deep, TO_ANNA))["verdict"] == "allow"
        again = await decided(it, child, TO_ANNA | {"body": "hello again"})
        assert (again["verdict"], again["rule"]) == ("deny", "tools.mail/send_email.uses")
        await it.apply(granting('{arguments: {properties: {to: {pattern: "^anna@"}}}, else: ask}'))
        asked = await decided(it, child)
        assert (asked["verdict"], asked["rule"]) == ("ask", "tools.mail/send_email.arguments")
        await it.answer(asked["approval_id"], "approve")
        assert (await decided(it, child))["verdict"] == "allow"
        # Its own agent would have it all the while.
        own = await it.task("helper", STRANGERS)
        assert (await decided(it, own))["verdict"] == "allow"
        await it.apply(DELEGATING.replace(f"    {GRANT}\n", ""))
        async with it.client(child) as client:
            assert not (await client.list_tools()).tools


async def test_rules_for_those_above_hold(tmp_path):
    """What the organisation forbids an agent it does not get by another one that it starts."""
    rule = """
---
apiVersion: podium/v1
kind: Policy
metadata: {name: clerks}
spec:
  cedar: |
    @id("clerks-write-home")
    forbid(principal == Agent::"clerk", action == Action::"mail/send_email", resource)
    when { context.outside };
"""
    async with rig(tmp_path, granting("{}") + rule, opener=lambda row: mail()) as it:
        parent = await it.task("clerk", STRANGERS)
        child = (await it.ask(DelegateTask(token=parent, agent="helper"))).token
        for token in (parent, child):
            assert (await decided(it, token))["rule"] == "clerks-write-home"
        assert (await decided(it, child, TO_ANNA))["verdict"] == "allow"
        assert (await decided(it, await it.task("helper", STRANGERS)))["verdict"] == "allow"


async def test_a_stop_of_who_has_started_it_holds(tmp_path):
    """Who stops an agent, or a task in the middle, stops what it has started, of whatever agent that is."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    async with rig(tmp_path, DELEGATING, opener=lambda row: mail()) as it:
        parent = await it.task("clerk", REQUEST)
        middle = await it.ask(DelegateTask(token=parent, agent="helper"))
        below = (await it.ask(DelegateTask(token=middle.token, agent="helper"))).token

        async def refused(token):
            headers = {"authorization": f"Bearer {token}", "accept": "application/json, text/event-stream"}
            async with httpx.AsyncClient(headers=headers) as http:
                return (await http.post(it.url, json=body)).status_code == 403

        for key, of_parent in (("agent/clerk", True), (f"task/{middle.task_id}", False)):
            await it.ask(SteerBreaker(By(), key, "stop", "fire"))
            await until(lambda: it.house.standing.orders.restraints)
            assert [await refused(one) for one in (parent, middle.token, below)] == [of_parent, True, True]
            await it.ask(SteerBreaker(By(), key, "resume", "it is out"))
            await until(lambda: not it.house.standing.orders.restraints)
        assert not await refused(below)
