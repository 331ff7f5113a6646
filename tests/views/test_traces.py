"""What a trace is of, where Podium runs it."""

import pytest

from podium.adapters.records import open_records
from podium.kernel.ids import trace_of
from podium.manifest.snapshot import encode_snapshot
from podium.ports.acts import By
from podium.ports.link import PutSnapshot
from podium.ports.runs import QueueTask, RunIs
from podium.views.traces import names_of
from tests.keeper.acting import House
from tests.keeper.samples import HandClock
from tests.keeper.test_pipelines import HELPER, RELEASE, Works
from tests.manifest.samples import compiled


@pytest.fixture
def house(tmp_path, place_records):
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield House(engine, HandClock(), tmp_path)
    engine.dispose()


def test_a_trace_is_of_its_pipeline_or_task(house):
    """A pipeline's trace is called by it, a task's by its agent; any other keeps its name."""
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(compiled(HELPER, RELEASE))))
    works = Works(house)
    run = works.start(note="now")
    works.end("build/-1.1", result={"version": 7})
    step = works.queued()["review/0.1"]
    alone = house.acts.do_run(QueueTask(By(), "helper", "Look at it."))
    assert isinstance(alone, RunIs)
    own = {trace_of(run.root_id): (step,), trace_of(alone.task_id): (alone.task_id,), "ab" * 16: (step,)}
    with house.engine.connect() as connection:
        found = names_of(connection, own)
        none = names_of(connection, {"ab" * 16: ()})
    assert found == {trace_of(run.root_id): "pipeline release", trace_of(alone.task_id): "task of helper"}
    assert none == {}
