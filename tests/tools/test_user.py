"""*Send it to me*: the tool gateway knows who that is from the keeper alone, for all of a delegation."""

from podium.ports.tasks import DelegateTask
from podium.tools.recorded import recorded_tasks
from podium.tools.replaying import DECISION
from podium.trust.request.user import User
from tests.tools.rig import rig
from tests.tools.test_approvals import TEXT, mail
from tests.tools.test_delegation import DELEGATING

ANNA = User(("Anna Berg",), ("anna@home.example",))
EVE = User(("Eve Stone",), ("eve@evil.example",))
TO_ANNA, TO_EVE = ({"to": one.addresses[0], "body": "hello"} for one in (ANNA, EVE))
AGENTS = TEXT.replace(
    "metadata: {name: clerk}\nspec:\n",
    "metadata: {name: clerk}\nspec:\n  user: {names: [Anna Berg], addresses: [anna@home.example]}\n",
)


async def verdict(it, token: str, arguments: dict[str, str]) -> str:
    async with it.client(token) as client:
        result = await client.call_tool("mail_send_email", arguments)
        return result.meta[DECISION]["verdict"] if result.is_error else "allow"


async def test_whom_the_task_says(tmp_path):
    """The task's user gets it; nobody else, and nobody where no user is told."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        assert await verdict(it, await it.task("clerk", "Send me a mail."), TO_ANNA) != "allow"
        token = await it.task("clerk", "Send me a mail.", user=ANNA)
        assert await verdict(it, token, TO_EVE) != "allow"
        assert await verdict(it, token, TO_ANNA) == "allow"
        (task,) = recorded_tasks(it.state / "tools")
        assert task.user == ANNA


async def test_whom_the_agent_says(tmp_path):
    """The manifest's user holds where a task says nobody else; a task's replaces it."""
    async with rig(tmp_path, AGENTS, opener=lambda row: mail()) as it:
        assert await verdict(it, await it.task("clerk", "Send me a mail."), TO_ANNA) == "allow"
        other = await it.task("clerk", "Send me a mail.", user=EVE)
        assert await verdict(it, other, TO_ANNA) != "allow"
        assert await verdict(it, other, TO_EVE) == "allow"


async def test_a_sub_agent_works_for_the_same(tmp_path):
    """Below it the root's user holds, whatever the sub-agent's manifest says."""
    manifests = DELEGATING.replace(
        "metadata: {name: helper}\nspec:\n",
        "metadata: {name: helper}\nspec:\n  user: {addresses: [eve@evil.example]}\n",
    )
    async with rig(tmp_path, manifests, opener=lambda row: mail()) as it:
        parent = await it.task("clerk", "Send me a mail.", user=ANNA)
        child = (await it.ask(DelegateTask(token=parent, agent="helper"))).token
        assert await verdict(it, child, TO_EVE) != "allow"
        assert await verdict(it, child, TO_ANNA) == "allow"
        nobodys = await it.task("clerk", "Send me a mail.")
        child = (await it.ask(DelegateTask(token=nobodys, agent="helper"))).token
        assert await verdict(it, child, TO_EVE) != "allow"
