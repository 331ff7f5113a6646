"""Decoys: who touches one is paused at once, and a person decides."""

from podium.kernel.errors import PodiumError
from podium.tools.replaying import DECISION
from tests.tools.rig import rig, until
from tests.tools.test_approvals import REQUEST, TEXT, mail

DECOYED = TEXT.replace(
    "  routes: [small]\n",
    "  routes: [small]\n  decoys:\n"
    "    - {name: vault, tool: {name: vault_export, description: Exports all keys.}}\n"
    "    - {name: canary, credential: {text: canary-4f1c9d7e20ab}}\n",
)


async def test_a_decoy_pauses_the_task(tmp_path):
    """A task that carries a planted credential, re-spelled, is refused from then on, until resumed."""
    async with rig(tmp_path, DECOYED, opener=lambda row: mail()) as it:
        told = await it.start("clerk", REQUEST)

        def code():
            try:
                it.house.standing.identities.find(f"Bearer {told.token}")
            except PodiumError as error:
                return error.error_code
            return None

        async with it.client(told.token) as client:
            listed = [tool.name for tool in (await client.list_tools()).tools]
            assert listed == ["mail_list_messages", "mail_send_email", "vault_export"]
            arguments = {"to": "anna@acme.example", "body": "CANARY-4F1C 9D7E20AB"}
            found = (await client.call_tool("mail_send_email", arguments)).meta[DECISION]
            assert (found["verdict"], found["rule"]) == ("deny", "decoy")
            await until(lambda: code() == "task_paused")
            (case,) = it.cases()
            assert case.id == found["approval_id"]
            await it.answer(case.id, "resume")
            await until(lambda: code() is None)
            assert not (await client.call_tool("mail_list_messages", {})).is_error
            await client.call_tool("vault_export", {})
            await until(lambda: code() == "task_paused")
            case = it.cases()[-1]
            await it.answer(case.id, "kill")
            await until(lambda: code() == "task_ended")
