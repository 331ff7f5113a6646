"""What breakers say holds for tools too, and what tasks do with tools is looked at by them."""

import httpx

from podium.ports.acts import By, SteerBreaker
from tests.tools.rig import rig, serve, until
from tests.tools.samples import MANIFESTS, Post

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}


async def test_a_stop_holds_for_tools(tmp_path):
    """While an agent is stopped its tasks are refused at the tool gateway, and go on when it is released."""
    post = Post()
    async with serve(post.server()) as port, rig(tmp_path, MANIFESTS.format(port=port)) as it:
        token = await it.task("clerk", "List my messages.")
        await it.ask(SteerBreaker(By(), "agent/clerk", "stop", "fire"))
        await until(lambda: it.house.standing.orders.restraints)
        headers = {"authorization": f"Bearer {token}", "accept": "application/json, text/event-stream"}
        async with httpx.AsyncClient(headers=headers) as http:
            refused = await http.post(it.url, json=LIST)
        assert refused.status_code == 403
        assert "safety_pause" in refused.text
        await it.ask(SteerBreaker(By(), "agent/clerk", "resume", "it is out"))
        await until(lambda: not it.house.standing.orders.restraints)
        async with it.client(token) as client:
            assert (await client.list_tools()).tools


async def test_the_same_refused_call_over_and_over_pauses_the_task(tmp_path):
    """A task that asks ten times for what it is denied is paused, and a person is asked."""
    post = Post()
    async with serve(post.server()) as port, rig(tmp_path, MANIFESTS.format(port=port)) as it:
        told = await it.start("clerk", "List my messages.")
        async with it.client(told.token) as client:
            for _ in range(11):
                assert (await client.call_tool("mail_delete_all", {})).is_error
        await until(lambda: it.house.standing.orders.restraints)
        [restraint] = it.house.standing.orders.restraints
        assert (restraint.key, restraint.state) == (f"task/{told.task_id}", "paused")
        assert "breaker.pause" in [case.kind for case in it.cases()]
