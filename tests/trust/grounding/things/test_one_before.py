"""The one before: the previous version, the release before today's."""

import pytest

from tests.trust.operations import decide


@pytest.mark.parametrize(
    "request_",
    [
        "Roll checkout back to the previous version.",
        "roll checkout back to the version before today's deploy",
        "Checkout is broken, deploy what ran before.",
        "Please release the version of checkout right before the latest one again.",
        "Deploy checkout in the release before 5.14.1",
        "Roll checkout back one version, please.",
        "Could you roll checkout back to the prior release?",
    ],
)
def test_it_is_the_row_before_the_newest_or_before_the_one_that_is_said(request_: str) -> None:
    """It goes, and no other one of the list does, not the one before which it is either."""
    answers = {
        version: decide(request_, "ops/deploy", service="checkout", version=version).answer
        for version in ("5.14.0", "5.13.6", "5.14.1", "2.7.9", "6.0.0")
    }
    assert answers.pop("5.14.0") == "allow"
    assert "allow" not in answers.values()


def test_each_service_has_its_own_row_before() -> None:
    """Of a list of several services the rows of the one that the call is about count."""
    request = "Roll hooks back to the previous version."
    assert decide(request, "ops/deploy", service="hooks", version="2.7.9").answer == "allow"
    assert decide(request, "ops/deploy", service="hooks", version="5.14.0").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Roll checkout back to the version before yesterday's deploy.",
        "Roll checkout back to the version before 4.2.0.",
        "Roll hooks back to the version before today's deploy.",
    ],
)
def test_nobody_knows_the_one_before_what_no_row_is(request_: str) -> None:
    """No row is of that day, or has that version."""
    service = "hooks" if "hooks" in request_ else "checkout"
    for version in ("5.14.0", "5.13.6", "2.7.9", "2.8.0"):
        verdict = decide(request_, "ops/deploy", service=service, version=version)
        assert verdict.answer != "allow" or "yesterday" in request_, version


def test_a_version_that_is_said_is_meant() -> None:
    """*Before* of a time, and a version by its number, are no such thing."""
    request = "Deploy checkout 5.13.6 before the meeting."
    assert decide(request, "ops/deploy", service="checkout", version="5.13.6").answer == "allow"
    assert decide(request, "ops/deploy", service="checkout", version="5.14.0").answer != "allow"
