"""Whose client an address is, when networks of audiences stand inside one another."""

from ipaddress import ip_address

from hypothesis import given

from firewall_admin.core.compiled import Compiled
from firewall_admin.core.networks import share
from firewall_admin.core.policy import Audience

from . import small_policies

PUPILS = Audience("pupils", ("10.20.0.0/16", "10.20.30.128/25"))
GUESTS = Audience("guests", ("10.20.30.0/24",))


def test_a_network_inside_another_audiences_is_cut_out_and_one_inside_that_is_put_back() -> None:
    assert [str(network) for network in share(GUESTS, [PUPILS, GUESTS])] == ["10.20.30.0/25"]
    assert "10.20.30.128/25" in [str(network) for network in share(PUPILS, [PUPILS, GUESTS])]


def test_networks_that_do_not_nest_stay_as_they_are() -> None:
    staff = Audience("staff", ("2001:db8::/48", "10.30.0.0/16"))
    assert [str(network) for network in share(staff, [PUPILS, staff])] == ["10.30.0.0/16", "2001:db8::/48"]


@given(small_policies.compiled())
def test_an_address_is_in_the_share_of_its_longest_networks_audience_and_in_no_other(whole: Compiled) -> None:
    everyone = [audience.audience for audience in whole.audiences]
    for client, audience in small_policies.clients(whole):
        shares = [a.name for a in everyone if any(ip_address(client) in network for network in share(a, everyone))]
        assert shares == ([audience.name] if audience else [])
    for one in everyone:
        found = share(one, everyone)
        assert not any(a.overlaps(b) for a in found for b in found if a is not b and a.version == b.version)
