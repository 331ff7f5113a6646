"""What living tasks have called, out of the gateway's own journal."""

from podium.adapters.prices.genai import GenaiPrices
from podium.control.reconcile import compile_folder
from podium.control.rehearsal import rehearse
from podium.ports.tasks import FinishTask
from podium.tools.recorded import recorded_tasks
from podium.trust.recorded import read_record, write_record
from tests.tools.rig import rig, serve, until
from tests.tools.samples import MANIFESTS, Post


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
