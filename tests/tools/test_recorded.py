"""What living tasks have called, out of the gateway's own journal."""

import hashlib
from types import SimpleNamespace

from podium.adapters.prices.genai import GenaiPrices
from podium.adapters.system import SystemClock
from podium.cli import run
from podium.control.reconcile import compile_folder
from podium.control.rehearsal import rehearse
from podium.ports.acts import AddUser, By, IssueToken
from podium.ports.tasks import DelegateTask, FinishTask
from podium.tools.recorded import recorded_tasks
from podium.trust.recorded import read_record, write_record
from tests.tools.rig import rig, serve, until
from tests.tools.samples import MANIFESTS, Post

CLERK = "metadata: {{name: clerk}}\nspec:\n  delegates: [helper]\n  department: acme"
HELPER = """
---
apiVersion: podium/v1
kind: Department
metadata: {{name: support}}
spec: {{parent: acme}}
---
apiVersion: podium/v1
kind: Agent
metadata: {{name: helper}}
spec: {{department: support, routes: [small], tools: {{mail/list_messages: {{}}}}}}
"""


async def test_what_a_task_called_is_recorded_until_it_ends(tmp_path):
    """A task's calls are read beside the running gateway, rehearse as they went, and go with the task."""
    post = Post()
    async with serve(post.server()) as port, rig(tmp_path, MANIFESTS.format(port=port)) as it:
        folder = it.state / "tools"
        assert recorded_tasks(folder) == ()
        token = await it.task("clerk", "List my messages.")
        async with it.client(token) as client:
            await client.call_tool("mail_list_messages", {})
            await client.call_tool("mail_delete_all", {})
        (task,) = recorded_tasks(folder)
        assert (task.agent, task.request, len(task.calls)) == ("clerk", "List my messages.", 1)
        assert task.calls[0].result == {"result": post.messages}
        assert read_record(write_record((task,))) == (task,)
        snapshot = compile_folder(tmp_path / "manifests", prices=GenaiPrices(), at_ns=0)
        assert [one.changed for one in rehearse(snapshot, [task])] == [False]
        await it.ask(FinishTask(token))
        await until(lambda: recorded_tasks(folder) == ())


async def test_who_may_not_read_content_records_none_of_it(tmp_path, capsys):
    """By a token those tasks alone are recorded of which somebody may read content, what they started too."""
    post = Post()
    text = MANIFESTS.replace("metadata: {{name: clerk}}\nspec:\n  department: acme", CLERK) + HELPER
    async with serve(post.server()) as port, rig(tmp_path, text.format(port=port)) as it:
        helper = await it.task("helper", "List my messages.")
        clerk = await it.task("clerk", "List my messages.")
        child = (await it.ask(DelegateTask(token=clerk, agent="helper"))).token
        for token in (helper, child):
            async with it.client(token) as client:
                await client.call_tool("mail_list_messages", {})

        async def recorded(*roles: str) -> list[str]:
            by = By()
            if roles:
                name, digest = (
                    "user-" + "-".join(roles).replace(":", "-"),
                    hashlib.sha256(repr(roles).encode()),
                )
                by = By(token=digest.hexdigest())
                await it.ask(AddUser(By(), name, roles, None))
                ends_ns = SystemClock().wall_ns() + 10**12
                await it.ask(IssueToken(By(), name, digest.hexdigest(), "t", ends_ns))
            file = tmp_path / f"{len(list(tmp_path.iterdir()))}.json"
            composition = SimpleNamespace(
                state=it.state, engine=lambda: it.engine, by=lambda: by, clock=SystemClock()
            )
            if run(["policy", "record", str(file)], composition):
                assert "whose content you may read" in capsys.readouterr().err
                return []
            return [one.agent for one in read_record(file.read_bytes())]

        assert await recorded() == ["helper", "helper"]
        assert await recorded("reader:support") == ["helper"]
        assert await recorded("reader:acme") == ["helper", "helper"]
        for roles in (("admin",), ("viewer",), ("approver:support",)):
            assert await recorded(*roles) == []
