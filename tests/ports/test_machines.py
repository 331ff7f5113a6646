"""Who a certificate belongs to."""

import pytest

from podium.kernel.errors import Forbidden
from podium.ports.machines import check_keeper, gateway_of, is_name


def certificate(*names):
    return {"subjectAltName": (("DNS", "keeper.example"), *(("URI", name) for name in names))}


def test_a_gateway_has_a_name():
    """The one SPIFFE id says which gateway it is, in whatever trust domain."""
    assert gateway_of(certificate("spiffe://podium/gateway/rack-1")) == "rack-1"
    assert gateway_of(certificate("spiffe://acme.example/gateway/a.b")) == "a.b"


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("spiffe://podium/keeper",),
        ("spiffe://podium/gateway/",),
        ("spiffe://podium/gateway/../keeper",),
        ("spiffe://podium/gateway/UPPER",),
        ("spiffe://podium/x/gateway/a",),
        ("https://podium/gateway/a",),
        ("spiffe://podium/gateway/a", "spiffe://podium/gateway/b"),
        ("spiffe://podium/gateway/a\nb",),
    ],
)
def test_whoever_is_no_gateway(names):
    """No id, another one, half of one or two of them is nobody."""
    with pytest.raises(Forbidden, match="not to a gateway"):
        gateway_of(certificate(*names))


def test_the_keeper_alone_is_the_keeper():
    """A gateway cannot pass for the keeper."""
    check_keeper(certificate("spiffe://podium/keeper"))
    for wrong in (certificate(), certificate("spiffe://podium/gateway/keeper"), {}):
        with pytest.raises(Forbidden, match="not to a keeper"):
            check_keeper(wrong)


def test_names():
    """A name fits a file, a log line and a URI."""
    assert all(is_name(name) for name in ("a", "rack-1", "eu.west.1", "a" * 63))
    assert not any(is_name(name) for name in ("", "-a", "a-", "a/b", "A", "a" * 64, "a b"))
