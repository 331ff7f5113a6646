"""Which addresses may be connected to: the guard against SSRF."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.addresses import forbidden, is_loopback, is_odd, parse_address

ROWS = [
    # address, why not with network: public, why not with network: private
    ("1.1.1.1", None, None),
    ("2606:4700:4700::1111", None, None),
    ("10.1.2.3", "private", None),
    ("172.16.0.1", "private", None),
    ("172.32.0.1", None, None),
    ("192.168.1.1", "private", None),
    ("100.64.0.1", "private", None),
    ("fd12:3456::1", "private", None),
    ("127.0.0.1", "this machine's own", None),
    ("127.8.8.8", "this machine's own", None),
    ("::1", "this machine's own", None),
    ("169.254.1.1", "link-local", "link-local"),
    ("fe80::1", "link-local", "link-local"),
    ("169.254.169.254", "a cloud's metadata service", "a cloud's metadata service"),
    ("fd00:ec2::254", "a cloud's metadata service", "a cloud's metadata service"),
    ("100.100.100.200", "a cloud's metadata service", "a cloud's metadata service"),
    ("168.63.129.16", "a cloud's metadata service", "a cloud's metadata service"),
    ("224.0.0.1", "multicast", "multicast"),
    ("ff02::1", "multicast", "multicast"),
    ("0.0.0.0", "nobody's", "nobody's"),
    ("::", "nobody's", "nobody's"),
    # The same in IPv6's clothes: mapped, NAT64, 6to4, Teredo.
    ("::ffff:10.0.0.1", "private", None),
    ("::ffff:169.254.169.254", "a cloud's metadata service", "a cloud's metadata service"),
    ("64:ff9b::a9fe:a9fe", "a cloud's metadata service", "a cloud's metadata service"),
    ("64:ff9b::7f00:1", "this machine's own", None),
    ("2002:a9fe:a9fe::1", "a cloud's metadata service", "a cloud's metadata service"),
    ("2002:0a00:0001::1", "private", None),
    # NAT64 of a network's own, IPv4-translated, IPv4-compatible; and site-local.
    ("64:ff9b:1::a9fe:a9fe", "a cloud's metadata service", "a cloud's metadata service"),
    ("64:ff9b:1:2::7f00:1", "this machine's own", None),
    ("64:ff9b:1::101:101", None, None),
    ("::ffff:0:169.254.169.254", "a cloud's metadata service", "a cloud's metadata service"),
    ("::169.254.169.254", "a cloud's metadata service", "a cloud's metadata service"),
    ("::127.0.0.1", "this machine's own", None),
    ("fec0::1", "private", None),
]


@pytest.mark.parametrize(("text", "public", "private"), ROWS)
def test_forbidden(text: str, public: str | None, private: str | None) -> None:
    """Each kind of address, and the words for it."""
    address = ipaddress.ip_address(text)
    assert forbidden(address, "public") == public
    assert forbidden(address, "private") == private


NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
"""Judged by the IPv4 address that is carried; whether the prefix itself is global, Pythons differ."""


@given(st.ip_addresses())
def test_what_is_not_global_is_never_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """A public provider is only ever where the whole internet is; private allows no less than public."""
    if forbidden(address, "public") is None:
        carries = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        assert address.is_global or carries or (address.version == 6 and address in NAT64)
        assert forbidden(address, "private") is None


def test_hosts() -> None:
    """A bracketed address and one with a zone are addresses; a name is none."""
    assert parse_address("[::1]") == ipaddress.ip_address("::1")
    assert parse_address("fe80::1%eth0") == ipaddress.ip_address("fe80::1")
    assert parse_address("example.com") is None
    assert is_loopback("localhost")
    assert is_loopback("127.0.0.9")
    assert not is_loopback("localhost.example.com")


ODD_HOSTS = [
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "010.8.8.8",
    "127.0.0.1.",
    "name.0x",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
]


def test_what_some_programs_take_for_an_address() -> None:
    """Numbers that ``inet_aton`` reads, a dot behind, other scripts; neither addresses nor names of hosts."""
    assert [host for host in ODD_HOSTS if not is_odd(host)] == []
    plain = [
        "127.0.0.1",
        "[::1]",
        "fe80::1%2",
        "example.com",
        "example.com.",
        "3.example",
        "0xcafe.example",
        "a..b",
    ]
    assert [host for host in plain if is_odd(host)] == []
