"""Names of agents and departments that there are, and of those that there are not."""

import pytest
from sqlalchemy import insert

from podium.kernel.errors import NotFound
from podium.ports.database import credentials
from podium.trust.people import Person
from podium.views.agents import agent_rows
from podium.views.known import check_names, path_of
from podium.views.scope import seen_by
from tests.console import seed
from tests.views.departments import NOW_NS, fill


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = seed.create(tmp_path_factory.mktemp("known") / "podium.db")
    fill(engine)
    yield engine
    engine.dispose()


def test_a_name_that_is_none_is_told_with_those_that_are(engine):
    """Agents and departments that are, by path or name, or were, pass; another is told with what is meant."""
    with engine.begin() as connection:
        row = {"id": "key_old", "agent": "gone-agent", "sha256": "0" * 64, "created_ns": 1}
        connection.execute(insert(credentials).values(**row))
    with engine.connect() as connection:
        for agent in ("ticket-triage", "gone-agent"):
            check_names(connection, agent=agent)
        for department in ("acme", "support", "acme/support"):
            check_names(connection, department=department)
            assert path_of(connection, department) == ("acme" if department == "acme" else "acme/support")
        check_names(connection, department="acme/support", by_path=True)
        with pytest.raises(NotFound, match=r"support is none\. Write acme/support"):
            check_names(connection, department="support", by_path=True)
        with pytest.raises(NotFound, match=r"no agent ticket-triag\. Did you mean `ticket-triage`"):
            check_names(connection, agent="ticket-triag")
        with pytest.raises(NotFound, match=r"no department zz\. Choose from: acme, acme/"):
            check_names(connection, department="zz")


def test_who_sees_one_department_is_told_of_its_names_alone(engine):
    """What is another's is none, as one that does not exist; the list of agents has their own."""
    with seen_by(engine, Person("of-support", ("approver:support",))).connect() as connection:
        for name in ("invoice-reader", "nobody"):
            with pytest.raises(NotFound, match=f"no agent {name}") as told:
                check_names(connection, agent=name)
            assert "invoice" not in told.value.fix
        own = agent_rows(connection, now_ns=NOW_NS)
    assert {row.department for row in own} == {"acme/support"}
    with engine.connect() as connection:
        every = agent_rows(connection, now_ns=NOW_NS)
    (triage,) = [row for row in every if row.name == "ticket-triage"]
    assert (triage.started, triage.routes != ()) == ("itself", True)
    assert {row.name for row in own} < {row.name for row in every}
