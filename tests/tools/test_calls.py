"""Calls of tools through the whole gateway, by the official client."""

import pytest

from podium.tools.replaying import DECISION
from tests.tools.rig import rig, serve
from tests.tools.samples import MANIFESTS, Post


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_granted_tool_is_called_and_no_other(tmp_path, mode):
    """A task sees the tools that it was granted, calls them, and is refused every other one alike."""
    post = Post()
    async with serve(post.server()) as port, rig(tmp_path, MANIFESTS.format(port=port)) as it:
        token = await it.task("clerk", "List my messages.")
        async with it.client(token, mode=mode) as client:
            listed = await client.list_tools()
            assert [tool.name for tool in listed.tools] == ["mail_list_messages", "mail_send_email"]
            assert listed.tools[1].description == "Send an e-mail."
            result = await client.call_tool("mail_list_messages", {})
            assert not result.is_error
            assert result.structured_content == {"result": post.messages}
            refused = [await client.call_tool(name, {}) for name in ("mail_delete_all", "mail_nothing")]
        decisions = [one.meta[DECISION] for one in refused]
        assert all(one.is_error for one in refused)
        assert decisions[0] == decisions[1]
        assert decisions[0]["verdict"] == "deny"
        assert post.messages
        rows = await it.calls(3)
        assert [(row.tool, row.verdict, row.outcome) for row in rows] == [
            ("mail/list_messages", "allow", "succeeded"),
            ("mail_delete_all", "deny", None),
            ("mail_nothing", "deny", None),
        ]
