"""The small authority for machines."""

import stat

import pytest
from cryptography import x509

from podium.adapters.certificates import Authority
from podium.kernel.errors import InvalidRequest, StateError


def test_what_is_made(tmp_path):
    """Keys are their owner's alone; a certificate says one purpose, one id, and the keeper's addresses."""
    authority = Authority(tmp_path / "certs")
    authority.create()
    keeper = x509.load_pem_x509_certificate(
        authority.issue_keeper(["k.example", "10.0.0.1"], 30).read_bytes()
    )
    gateway = x509.load_pem_x509_certificate(authority.issue_gateway("rack-1", 30).read_bytes())
    for path in (tmp_path / "certs").glob("*.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    names = keeper.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["spiffe://podium/keeper"]
    assert names.get_values_for_type(x509.DNSName) == ["k.example"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["10.0.0.1"]
    purposes = [
        next(iter(one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value))._name
        for one in (keeper, gateway)
    ]
    assert purposes == ["serverAuth", "clientAuth"]
    assert (keeper.not_valid_after_utc - keeper.not_valid_before_utc).days == 30


def test_an_authority_is_not_overwritten(tmp_path):
    """A second one in the same folder is refused: every certificate of the first would be worth nothing."""
    Authority(tmp_path).create()
    with pytest.raises(StateError, match="already"):
        Authority(tmp_path).create()


def test_without_an_authority(tmp_path):
    """Where there is none, it says how to make one."""
    with pytest.raises(StateError, match="podium certs init"):
        Authority(tmp_path).issue_gateway("rack-1", 1)


@pytest.mark.parametrize("name", ["", "a/b", "..", "ca", "keeper", "Rack"])
def test_a_name_that_is_none(tmp_path, name):
    """No certificate is made that no keeper would take, or that would replace another file."""
    Authority(tmp_path).create()
    with pytest.raises(InvalidRequest):
        Authority(tmp_path).issue_gateway(name, 1)
