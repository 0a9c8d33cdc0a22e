"""`primary-config` and `rotate-keys` on a live database."""

import pytest

from firewall_admin.journeys import primaries
from tests.journeys.release_world import add_target
from tests.world import World

KEY = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmE="
SCHOOL = ("--school", "Oakfield Primary School")


@pytest.fixture
def ports(tmp_path, monkeypatch):
    """A school with a target that is pushed to."""
    instance = tmp_path / "instance"
    instance.mkdir()
    monkeypatch.setenv("FIREWALL_ADMIN_INSTANCE", str(instance))
    world = World(instance)
    target = add_target(world, world.oakfield, "resolvers", "rpz", delivery="push")
    wanted = primaries.Wanted("10.1.0.53", secret=KEY)
    primaries.name(world.ports, world.oakfield.network_manager, target=target, wanted=wanted)
    return world.ports


def test_every_kind_is_printed_and_no_key_is_in_it(ports, run):
    for kind in ("knot", "bind", "powerdns"):
        done = run("primary-config", *SCHOOL, "--target", "resolvers", "--kind", kind, "--allow", "10.1.0.7")
        assert done.exit_code == 0, done.stderr
        assert "rules1.rpz" in done.stdout
        assert "10.1.0.7" in done.stdout
        assert KEY not in done.stdout
        done = run(
            "primary-config", *SCHOOL, "--target", "resolvers", "--kind", kind, "--allow", "10.1.0.7@5353",
            "--allow", "10.1.0.8:5354", "--allow", "2001:db8::7@5355",
        )  # fmt: skip
        assert done.exit_code == 0, done.stderr
        for port in ("5353", "5354", "5355"):
            assert port in done.stdout, done.stdout
    for resolver in ("unbound", "bind", "recursor", "knot-resolver"):
        done = run("primary-config", *SCHOOL, "--target", "resolvers", "--resolver", resolver)
        assert done.exit_code == 0, done.stderr
        assert "10.1.0.53" in done.stdout or resolver == "knot-resolver"


def test_it_is_written_into_a_folder(ports, run, tmp_path):
    done = run("primary-config", *SCHOOL, "--target", "resolvers", "--kind", "knot", "--out", str(tmp_path / "out"))
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "out" / "knot.conf").read_text().startswith("# firewall_admin")
    assert "SOA" in (tmp_path / "out" / "zones" / "lists1.rpz").read_text()


@pytest.mark.parametrize(
    "asked",
    [
        ("--target", "none", "--kind", "knot"),
        ("--target", "resolvers"),
        ("--target", "resolvers", "--kind", "knot", "--resolver", "bind"),
        ("--target", "resolvers", "--kind", "knot", "--allow", "everyone"),
        ("--target", "resolvers", "--kind", "knot", "--allow", "10.1.0.7@"),
        ("--target", "resolvers", "--kind", "knot", "--allow", "10.1.0.7@65536"),
        ("--target", "resolvers", "--kind", "knot", "--allow", "10.1.0.7@5353@1"),
    ],
)
def test_what_makes_no_sense_is_refused(ports, run, asked):
    done = run("primary-config", *SCHOOL, *asked)
    assert (done.exit_code, done.stdout) == (1, "")


def test_keys_are_rotated_and_what_was_sealed_still_opens(ports, run, tmp_path):
    before = (tmp_path / "instance" / "sealing-key").read_text()
    done = run("rotate-keys")
    assert done.exit_code == 0, done.stderr
    assert "1 cells are sealed with a new key" in done.stdout
    assert (tmp_path / "instance" / "sealing-key").read_text() != before
    assert KEY not in done.stdout


def test_without_a_database_a_policy_file_will_do(run, policy):
    done = run("primary-config", "--policy", str(policy), "--kind", "bind", "--allow", "127.0.0.1")
    assert done.exit_code == 0, done.stderr
    assert "lists2.rpz" in done.stdout
    done = run("primary-config", "--policy", str(policy), "--resolver", "unbound", "--address", "10.1.0.53")
    assert "primary: 10.1.0.53@53" in done.stdout
    assert run("primary-config", "--policy", str(policy), "--kind", "bind", "--address", "here").exit_code == 1
