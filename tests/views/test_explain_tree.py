"""Any id leads to the same story: who asked, what was called, who approved, and what the chain says of it."""

import time

import msgspec
import pytest
from sqlalchemy import insert, update

from podium.adapters.evidence_keys import good_signature
from podium.adapters.records import open_records
from podium.kernel.errors import NotFound
from podium.ports.acts import AnswerCase, BeginTask, By, OpenCase
from podium.ports.database import chain
from podium.ports.fleet_tables import task_runs
from podium.ports.link import IssueCredential
from podium.ports.pipeline_tables import pipeline_runs, pipeline_units
from podium.ports.tasks import DelegateTask
from podium.ports.tool_tables import tool_calls
from podium.views.calls import CallListRow, CallRow
from podium.views.evidence import Trust
from podium.views.explain import tell
from podium.views.explain_acts import ActStory
from podium.views.explain_tasks import model_node
from podium.views.explain_tree import every, lines_of
from tests.console.test_fleet import Now, furnished
from tests.keeper.acting import House
from tests.keeper.test_desk import CALL

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Story:
    """Ann begins a task of triage, which delegates to search, whose call otto has approved."""

    def __init__(self, house: House) -> None:
        self.house = house
        ann, otto = house.user("ann", "admin"), house.user("otto", "operator")
        self.root = house.acts.do(BeginTask(ann, "triage", "Sort my mail."))
        self.child = house.tasks.do(DelegateTask(self.root.token or "", "search"))
        about = msgspec.structs.replace(CALL, title="Send a mail", evidence={"task_id": self.child.task_id})
        self.case = house.acts.do(OpenCase(By(), about)).case
        house.acts.do(AnswerCase(otto, self.case.id, "approve", "it is anna"))
        row = {
            "call_id": "tcl_1",
            "trace_id": TRACE,
            "span_id": "1" * 16,
            "task_id": self.child.task_id,
            "root_id": self.root.task_id,
            "agent": "search",
            "department": "acme/support",
            "tool": "mail/send",
            "effect": "irreversible",
            "snapshot_version": house.authority.in_force.snapshot_version,
            "at_ns": time.time_ns(),
            "arguments_digest": "d",
            "verdict": "allow",
            "rule": "approval",
            "approval_id": self.case.id,
            "outcome": "succeeded",
            "duration_us": 1,
            "incarnation": "inc",
        }
        with house.engine.begin() as connection:
            connection.execute(insert(tool_calls).values(row))

    def tell(self, id_: str):
        trust = Trust(self.house.keys.public_keys, good_signature)
        with self.house.engine.connect() as connection:
            return tell(connection, id_, trust, now_ns=self.house.clock.now_ns)


@pytest.fixture
def story(tmp_path, place_records):
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield Story(furnished(House(engine, Now(), tmp_path)))
    engine.dispose()


def test_every_id_leads_to_who_asked_and_who_approved(story):
    """From the task, its child, the tool call, its trace and the case: ann, the version, otto's approval."""
    for id_ in (story.root.task_id, story.child.task_id, "tcl_1", TRACE, story.case.id):
        found = story.tell(id_)
        text = "\n".join(lines_of(found.tree))
        for part in (
            "ann asked for it",
            "by version ",
            "mail/send was allowed by approval",
            "otto answered Approve once (it is anna)",
        ):
            assert part in text, (id_, part, text)
        verified = found.verified if isinstance(found, ActStory) else found.proof.verified
        assert verified is True, id_
    tree = story.tell(story.root.task_id).tree
    kinds = [node.kind for node in every(tree)]
    assert kinds == ["asked", "version", "task", "task", "tool call", "case"]
    assert lines_of(tree)[-1].startswith("         ")


def test_a_changed_row_shows(story):
    """Whoever changes what the chain says of a task is found by its story, without the whole chain."""
    with story.house.engine.begin() as connection:
        connection.execute(update(chain).where(chain.c.subject == story.root.task_id).values(actor="eve"))
    proof = story.tell(story.child.task_id).proof
    assert proof.verified is False
    assert "its content is not what its digest says" in proof.words


def test_manifests_credentials_users_and_agents(story):
    """A version says who brought it into force, a credential whose it is, a user what they did."""
    story.house.authority.issue(IssueCredential("triage", "key_1", "a" * 64))
    version = story.tell("v2")
    assert version.kind == "version"
    assert "A credential of the agent triage" in story.tell("key_1").words[0]
    assert any("answered the case" in node.title for node in every(story.tell("otto").tree))
    assert story.root.task_id in [node.id for node in every(story.tell("agent/triage").tree)]
    with pytest.raises(NotFound, match="no agent nobody"):
        story.tell("agent/nobody")
    with pytest.raises(NotFound, match="no id of Podium"):
        story.tell("whatever")


def test_a_run_of_a_pipeline(story):
    """Its steps, their tasks with what these called, and what all of it cost."""
    now_ns = time.time_ns()
    run = {
        "id": "prun_1",
        "pipeline": "nightly",
        "department": "acme/support",
        "agent": "triage",
        "snapshot_version": 1,
        "trigger": "clock",
        "told": "{}",
        "inputs": "{}",
        "state": "over",
        "verdict": "failed",
        "reason": "one failed",
        "revision": 1,
        "root_id": story.root.task_id,
        "trace_id": TRACE,
        "deadline_ns": now_ns,
        "started_ns": now_ns,
        "by": "podium",
    }
    unit = {
        "run_id": "prun_1",
        "step": "sort",
        "state": "failed",
        "attempt": 2,
        "allowed": 0,
        "reason": "it crashed",
    }
    with story.house.engine.begin() as connection:
        connection.execute(insert(pipeline_runs).values(run))
        connection.execute(insert(pipeline_units).values(unit | {"item": -1}))
        connection.execute(insert(pipeline_units).values(unit | {"item": 0, "task_id": story.child.task_id}))
        values = {
            "task_id": story.child.task_id,
            "agent": "search",
            "department": "acme/support",
            "kind": "agent",
            "root_id": story.root.task_id,
            "pipeline_run_id": "prun_1",
            "step": "sort",
            "item": "0",
            "spec": "{}",
            "priority": 0,
            "state": "failed",
            "reason": "exit",
            "attempt": 2,
            "attempts": 3,
            "queued_ns": now_ns,
            "changed_ns": now_ns,
            "exit_code": 3,
            "cpu_ms": 1500,
            "by": "podium",
        }
        connection.execute(insert(task_runs).values(values))
    found = story.tell("prun_1")
    text = "\n".join(lines_of(found.tree))
    for part in (
        "the trigger clock asked for it",
        "nightly: failed",
        "entry 1 of sort: failed, attempt 2 (it crashed)",
        "task of search: failed",
        "Attempt 2 of 3, exit code 3, 1.5 s of CPU.",
        "otto answered",
    ):
        assert part in text, text
    assert "It is failed: one failed." in found.words


def test_a_call_that_was_refused_before_it_named_a_route():
    """Nothing stands where the route would: not a blank."""
    call = CallRow(
        "call_1", "ab" * 16, "task_1", None, "a", "acme", "", "chat", False, 1, 1_700_000_000 * 10**9,
        "refused", 403, "safety_pause", 0, 0, 90, None, "Safety Pause.",
    )  # fmt: skip
    told = model_node(CallListRow(call, None, None, None, None, None, estimated=False))
    assert told.title == "2023-11-14T22:13:20Z a call: refused (safety_pause)"
