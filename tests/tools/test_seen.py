"""Calls of tools and the Inbox as people see them: REST and verbs, on both databases."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx

from podium.adapters.evidence_keys import good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.system import Entropy, SystemClock
from podium.admin.api import PREFIX, create_app
from podium.cli import run
from podium.control.door import Door
from podium.ports.acts import By
from podium.tools.path import DECISION
from podium.views.evidence import Trust
from tests.tools.rig import rig
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, mail

TOKEN = "podium_admin_test"


class Composed:
    """What the verbs are handed: the rig's keeper, asked from another thread."""

    clock = SystemClock()

    def __init__(self, it, loop):
        self._it, self._loop = it, loop

    def by(self):
        return By()

    good_signature = staticmethod(good_signature)

    @staticmethod
    def evidence_keys(_state):
        return {}

    def engine(self):
        return self._it.engine

    def ask(self, question):
        return asyncio.run_coroutine_threadsafe(self._it.ask(question), self._loop).result(30)


async def verb(it, capsys, *words):
    """Run one verb beside the rig; return its exit code, and what it printed as JSON."""
    composed = Composed(it, asyncio.get_running_loop())
    code = await asyncio.to_thread(run, [*words, "--json"], composed)
    text = capsys.readouterr().out
    return code, json.loads(text or "null")


@asynccontextmanager
async def seeing(tmp_path, place_records):
    """Three calls that went through, and two that wait."""
    (tmp_path / "state").mkdir()
    place_records(tmp_path / "state")
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        it.gate.narrowing = False
        it.told = await it.start("clerk", REQUEST)
        async with it.client(it.told.token) as client:
            await client.call_tool("mail_list_messages", {})
            for body in "12":
                await client.call_tool("mail_send_email", TO_ANNA | {"body": body})
            waits = [await client.call_tool("mail_send_email", TO_ANNA | {"body": text}) for text in "ab"]
        it.waiting = [one.meta[DECISION]["approval_id"] for one in waits]
        await it.calls(5)
        yield it


async def test_tools_and_their_calls(tmp_path, place_records, capsys):
    """Lists, calls, uses: the admin API and `podium tool` tell the same; what there is, what each came to."""
    async with seeing(tmp_path, place_records) as seen:
        app = create_app(
            engine=seen.engine,
            keeper=seen.link,
            door=Door(seen.engine, TOKEN, SystemClock()),
            clock=SystemClock(),
            entropy=Entropy(),
            passwords=Argon2Passwords(),
            trust=Trust(dict, good_signature),
        )
        headers = {"authorization": f"Bearer {TOKEN}"}
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://podium", headers=headers) as api:
            tools = (await api.get(f"{PREFIX}/tools")).json()["tools"]
            asked = {"task": seen.told.task_id, "verdict": "ask"}
            calls = (await api.get(f"{PREFIX}/tool-calls", params=asked)).json()
            first = (await api.get(f"{PREFIX}/tool-calls", params={"limit": 4})).json()
            rest = (
                await api.get(f"{PREFIX}/tool-calls", params={"limit": 4, "before": first["next"]})
            ).json()
            one = (await api.get(f"{PREFIX}/tools/mail/send_email")).json()
            uses = (await api.get(f"{PREFIX}/tool-uses")).json()
        assert [row["tool"] for row in tools] == ["mail/delete_all", "mail/list_messages", "mail/send_email"]
        assert {row["state"] for row in tools} == {"approved"}
        assert one["definition"]["name"] == "send_email"
        assert {row["approval_id"] for row in calls["calls"]} == set(seen.waiting)
        assert (len(first["calls"]), len(rest["calls"]), rest["next"]) == (4, 1, None)
        assert await verb(seen, capsys, "tool", "list") == (0, {"tools": tools})
        assert await verb(seen, capsys, "tool", "show", "mail/send_email") == (0, one)
        found = await verb(seen, capsys, "tool", "calls", "--task", seen.told.task_id, "--verdict", "ask")
        assert found == (0, {"calls": calls["calls"]})
        assert [(row["tool"], row["calls"], row["asked"]) for row in uses["uses"]] == [
            ("mail/list_messages", 1, 0),
            ("mail/send_email", 4, 2),
        ]
        assert await verb(seen, capsys, "tool", "uses") == (0, uses)
        assert (await verb(seen, capsys, "tool", "show", "mail/none"))[0] != 0


async def test_the_inbox_by_verbs(tmp_path, place_records, capsys):
    """Calls that wait are listed by their task, denied at once by one verb, approved only one by one."""
    async with seeing(tmp_path, place_records) as seen:
        code, listed = await verb(seen, capsys, "inbox", "list", "--task", seen.told.task_id)
        assert (code, {row["id"] for row in listed["cases"]}) == (0, set(seen.waiting))
        assert (await verb(seen, capsys, "inbox", "answer", *seen.waiting, "approve", "--reason", "x"))[
            0
        ] == 1
        code, done = await verb(seen, capsys, "inbox", "answer", *seen.waiting, "deny", "--reason", "not now")
        assert (code, [row["choice"] for row in done["cases"]]) == (0, ["deny", "deny"])
        code, found = await verb(seen, capsys, "inbox", "figures", "--kind", "tool.call")
        assert (code, found["total"]["answered"], found["total"]["approved_share"]) == (0, 2, 0.0)
        composed = Composed(seen, asyncio.get_running_loop())
        assert await asyncio.to_thread(run, ["inbox", "figures"], composed) == 0
        assert "0.0% of 2" in capsys.readouterr().out
