"""What the rpz export says of each resolver, in its notes and in the files, is so."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.query
import dns.xfr
import dns.zone
import pytest

from firewall_admin.core.exports.rpz import CARRIES

from . import daemons, policies
from .internet import REAL_A, Internet
from .policies import HOSTS, PUPILS, SAFE, STAFF, Case
from .processes import HOST, NotStarted, program, write
from .questions import ask_one
from .rpz import bind, export, knot_resolver, recursor

NESTED = policies.nested()  # one audience, 127.0.0.0/8; bad.lab is blocked
STEERED = policies.steered()


@pytest.fixture
def internet() -> Iterator[Internet]:
    with Internet(hosts=HOSTS) as one:
        yield one


def note(beginning: str) -> str:
    return next(note for note in CARRIES.notes if note.startswith(beginning))


def test_unbound_a_narrower_access_control_line_takes_the_filter_off(tmp_path: Path, internet: Internet) -> None:
    assert "narrower access-control line of the site's own takes the filter off" in note("Unbound")
    files = export(NESTED.compiled(), tmp_path / "files")
    narrower = f'server:\n  access-control: 127.20.0.0/16 allow\ninclude: "{files}/unbound.conf"'
    with daemons.unbound(tmp_path / "server", internet, main=narrower) as server:
        assert ask_one(server.port, PUPILS, "bad.lab").code == "NXDOMAIN"
        assert ask_one(server.port, STAFF, "bad.lab").data("A") == [REAL_A]


def test_unbound_does_not_start_where_a_later_line_takes_the_module_away(tmp_path: Path, internet: Internet) -> None:
    files = export(NESTED.compiled(), tmp_path / "files")
    later = f'include: "{files}/unbound.conf"\nserver:\n  module-config: "iterator"'
    assert "without respip Unbound does not start" in (files / "unbound.conf").read_text()
    with pytest.raises(NotStarted), daemons.unbound(tmp_path / "server", internet, main=later):
        pass


def test_bind_gives_its_policy_zones_to_nobody(tmp_path: Path, internet: Internet) -> None:
    """Else any pupil could read the whole block list."""
    files = export(NESTED.compiled(), tmp_path / "files")
    zone = next(files.glob("zones/lists*.rpz")).name
    with bind(files, tmp_path / "server", internet) as server:
        assert ask_one(server.port, PUPILS, zone, "SOA").code == "REFUSED"
        with pytest.raises(dns.xfr.TransferError):
            dns.query.inbound_xfr(HOST, dns.zone.Zone(zone), port=server.port, source=PUPILS)


@pytest.mark.parametrize("case", [STEERED, policies.random_policy(9, networks=False)], ids=str)
def test_bind_takes_the_sites_own_zones_beside_the_file_where_there_are_no_views(case: Case, tmp_path: Path) -> None:
    files = export(case.compiled(), tmp_path / "files")
    views = "view " in (files / "named.zones.conf").read_text()
    own = 'zone "site-lab" { type forward; forwarders { 127.0.0.1; }; };'
    text = f'options {{ include "{files}/named.options.conf"; }};\ninclude "{files}/named.zones.conf";\n{own}\n'
    main = write(tmp_path / "named.conf", text)
    done = subprocess.run([program("named-checkconf"), main], capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0) == views == (case is STEERED), done.stdout
    assert "all zones must be in views" in done.stdout or not views


def test_recursor_runs_on_unfiltered_where_a_zone_file_is_missing(tmp_path: Path, internet: Internet) -> None:
    assert "runs on unfiltered where a zone file is missing" in note("PowerDNS Recursor")
    files = export(NESTED.compiled(), tmp_path / "files")
    next(files.glob("zones/lists*.rpz")).unlink()
    with recursor(files, tmp_path / "server", internet) as server:
        assert ask_one(server.port, PUPILS, "bad.lab").data("A") == [REAL_A]


def test_knot_resolver_does_not_start_where_a_zone_file_is_missing(tmp_path: Path, internet: Internet) -> None:
    files = export(NESTED.compiled(), tmp_path / "files")
    next(files.glob("zones/lists*.rpz")).unlink()
    with pytest.raises(NotStarted), knot_resolver(files, tmp_path / "server", internet):
        pass


def test_knot_resolver_does_not_steer_to_a_host_without_known_addresses(tmp_path: Path, internet: Internet) -> None:
    assert "a target without known addresses is not steered to" in note("Knot Resolver")
    school = replace(STEERED.school_policy, addresses={SAFE: HOSTS[SAFE]})
    files = export(replace(STEERED, school_policy=school).compiled(), tmp_path / "files")
    assert "no address of strict.video.lab is known: www.video.lab" in (files / "kresd.conf").read_text()
    with knot_resolver(files, tmp_path / "server", internet) as server:
        assert ask_one(server.port, PUPILS, "www.video.lab").data("A") == [REAL_A]
        assert ask_one(server.port, PUPILS, "www.engine.lab").data("A") == [HOSTS[SAFE][0]]


def test_knot_resolver_keeps_to_the_sites_own_rules_behind_the_file(tmp_path: Path, internet: Internet) -> None:
    """For an exception and for a name of no interest alike."""
    files = export(NESTED.compiled(), tmp_path / "files")
    own = "policy.add(policy.suffix(policy.REFUSE, policy.todnames({'ok.bad.lab', 'own.lab'})))"
    forward = f"policy.add(policy.all(policy.FORWARD('{HOST}@{internet.port}')))"
    config = f"dofile('{files}/kresd.conf')\n{own}\n{forward}"
    with daemons.kresd(tmp_path / "server", config=config) as server:
        for name, code in (("ok.bad.lab", "REFUSED"), ("own.lab", "REFUSED"), ("bad.lab", "NXDOMAIN")):
            assert ask_one(server.port, PUPILS, name).code == code
