"""Which IP addresses are servers on the internet."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall_admin.adapters.fetch.public_addresses import not_public

INSIDE = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
    168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
    192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255
    :: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    64:ff9b::808:808 64:ff9b:1::1 64:ff9b:1:ffff::a00:1 100::1 2001::1 2001:0:7f00:1:: 2001:2::1 2001:10::1 2001:20::1
    2001:db8::1 2002:7f00:1:: 2002:808:808::1 3ffe::1 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fdff:ffff::1
    fe80::1 fe80::1%eth0 febf::1 fec0::1 feff::1 ff02::1 ff0e::1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
""".split()
OUTSIDE = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 168.63.129.15
    169.253.255.255 172.15.255.255 172.32.0.1 185.199.108.133 192.167.255.255 192.169.0.1 198.17.255.255 198.20.0.1
    223.255.255.255 2001:4860:4860::8888 2606:4700::1 2a00:1450:4009::1 2606:50c0:8000::154 2003::1 2400::1 2c0f::1
""".split()


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_that_is_no_servers_is_told_by_what_it_is(text):
    assert not_public(ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_an_address_on_the_internet_is_one(text):
    assert not_public(ip_address(text)) is None


@given(st.ip_addresses())
def test_nothing_that_python_knows_to_be_special_is_taken_for_public(address):
    special = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    if special or address.is_reserved or address.is_unspecified or not address.is_global:
        assert not_public(address)


@given(st.ip_addresses(v=4))
def test_no_disguise_of_an_ipv4_address_is_taken_for_public(address):
    four = int(address)
    for six in (four, 0xFFFF << 32 | four, 0x64FF9B << 96 | four, 0x2002 << 112 | four << 80, 0x20010000 << 96 | four):
        assert not_public(IPv6Address(six))
    assert not_public(IPv4Address(0x7F000000 | four & 0xFFFFFF))
