import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import Forbidden, InvalidRequest, Unauthenticated
from podium.kernel.ids import TaskId, ulid
from podium.trust.credentials.identity import (
    MAX_DEPTH,
    Claims,
    Detail,
    SpiffeId,
    decide_details,
    nest,
    parse_spiffe_id,
    routes_of,
    spiffe_id,
    tools_of,
)

TASK = TaskId("task_01M85ME4HS093C32W62N0SCHRC")
names = st.from_regex(r"[a-z][a-z0-9.-]{0,8}", fullmatch=True).filter(lambda name: name != "..")
few = st.frozensets(st.sampled_from("abcdefgh"), max_size=6)


def models(*routes: str) -> Detail:
    return Detail("podium_models", routes=routes)


def tools(*them: str) -> Detail:
    return Detail("podium_tools", tools=them)


@given(names, st.lists(names, min_size=1, max_size=4), names, st.binary(min_size=16, max_size=16))
def test_spiffe_ids_go_there_and_back(domain, departments, agent, entropy):
    """Whatever manifests can name has a SPIFFE id, from which it is read again."""
    task = TaskId("task_" + ulid(1_700_000_000_000, entropy))
    text = spiffe_id(domain, "/".join(departments), agent, task)
    assert parse_spiffe_id(text) == SpiffeId(domain, "/".join(departments), agent, task)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://a/b/c/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a/agent/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://A/d/agent/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a:1/d/agent/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a/d/agent/job/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a/d/agent/task/short",
        "spiffe://a/d//agent/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a/../agent/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a/d%2f/agent/task/01M85ME4HS093C32W62N0SCHRC",
        "spiffe://a/d/agent/task/01M85ME4HS093C32W62N0SCHRC/",
        "spiffe://a/d/agent/task/01M85ME4HS093C32W62N0SCHRC?x",
    ],
)
def test_what_is_no_spiffe_id_of_a_task(text):
    """Other texts are refused, those that a normaliser might make one of among them."""
    with pytest.raises(Unauthenticated):
        parse_spiffe_id(text)


def test_names_that_have_no_place():
    """An agent whose name cannot stand in a SPIFFE id says so when its task is started."""
    with pytest.raises(InvalidRequest, match="SPIFFE"):
        spiffe_id("acme.example", "acme", "a/b c", TASK)


@given(few, few, few, few, few, few)
def test_a_childs_grants_are_a_subset(
    routes, its_tools, parent_routes, parent_tools, asked_routes, asked_tools
):
    """Whatever is asked for, a task has nothing that its agent lacks, and nothing that its parent lacks."""
    parent = decide_details(None, within=None, routes=parent_routes, tools=parent_tools)
    asked = (models(*asked_routes), tools(*asked_tools))
    may_routes, may_tools = routes & parent_routes, its_tools & parent_tools
    if not (asked_routes <= may_routes and asked_tools <= may_tools):
        with pytest.raises(Forbidden, match="more than its parent has"):
            decide_details(asked, within=parent, routes=routes, tools=its_tools)
        return
    got = decide_details(asked, within=parent, routes=routes, tools=its_tools)
    assert routes_of(got) == asked_routes <= may_routes
    assert tools_of(got) == asked_tools <= may_tools


@given(few, few, few)
def test_without_a_wish_a_task_gets_all_it_may_have(routes, its_tools, parent_routes):
    """The grant is written out, so that a later manifest widens no token; `*` means the same."""
    parent = (models(*parent_routes),)
    got = decide_details(None, within=parent, routes=routes, tools=its_tools)
    assert routes_of(got) == routes & parent_routes
    assert tools_of(got) == frozenset()
    star = decide_details((models("*"), tools("*")), within=parent, routes=routes, tools=its_tools)
    assert star == got


def test_a_detail_of_another_type_is_refused():
    """A type of detail that is not known grants nothing, and is told."""
    with pytest.raises(InvalidRequest) as raised:
        decide_details((Detail("payment"),), within=None, routes=frozenset("a"), tools=frozenset())
    assert raised.value.field == "authorization_details"


def test_delegation_nests_and_ends():
    """Each child names its parent, and that one's; the chain has an end."""
    claims = Claims("i", "root", "a", 0, 1, "j")
    for depth in range(MAX_DEPTH):
        claims = Claims("i", f"child{depth}", "a", 0, 1, "j", act=nest(claims))
    assert claims.act is not None
    assert claims.act.sub == f"child{MAX_DEPTH - 2}"
    with pytest.raises(Forbidden) as raised:
        nest(claims)
    assert raised.value.error_code == "delegation_too_deep"
