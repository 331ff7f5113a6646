"""Sub-agents: a part of the grants, and one state for all of a delegation."""

from podium.ports.tasks import DelegateTask
from podium.tools.replaying import DECISION
from podium.trust.credentials.identity import TOOLS, Detail
from tests.tools.rig import rig
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
