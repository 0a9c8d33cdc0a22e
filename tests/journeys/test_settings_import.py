import io
import json
import sqlite3
import tarfile
import zipfile
from contextlib import closing

import pytest

from firewall_admin.core.foreign import Left
from firewall_admin.core.refusals import NotAllowed, Refusal
from firewall_admin.db.tables import AssignmentRow, ListRow
from firewall_admin.journeys import settings_import

from .looking import blocked, every, one, trail

DOMAINS = [
    (0, "scratch.mit.edu", 1),
    (1, "games.example", 1),
    (1, "off.example", 0),
    (2, r"^learn[0-9]\.example$", 1),
    (3, r"(\.|^)proxy\.example$", 1),
]


@pytest.fixture
def manager(world):
    return world.oakfield.network_manager


def gravity(domains=DOMAINS, more=""):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(
            """CREATE TABLE domainlist (id INTEGER PRIMARY KEY, type INTEGER, domain TEXT, enabled INTEGER);
            CREATE TABLE adlist (id INTEGER PRIMARY KEY, address TEXT, enabled INTEGER);
            CREATE TABLE "group" (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE client (id INTEGER PRIMARY KEY, ip TEXT);
            CREATE TABLE domainlist_by_group (domainlist_id INTEGER, group_id INTEGER);
            INSERT INTO adlist VALUES (1, 'https://lists.example/hosts.txt', 1);
            INSERT INTO "group" VALUES (0, 'Default'), (1, 'Year 6');
            INSERT INTO client VALUES (1, '10.0.0.7');
            INSERT INTO domainlist_by_group VALUES (1, 0), (2, 1);"""
            + more
        )
        connection.executemany("INSERT INTO domainlist (type, domain, enabled) VALUES (?, ?, ?)", domains)
        connection.commit()
        return connection.serialize()


def teleporter(database):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("etc/pihole/gravity.db", database)
        archive.writestr("etc/pihole/pihole.toml", "[dns]\n")
        archive.writestr("etc/hosts", "127.0.0.1 localhost\n")
    return out.getvalue()


def older(**files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


ADGUARD = """
user_rules:
  - '||games.example^'
  - '@@||learn.games.example^'
  - '/banner[0-9]/'
  - '||ads.example^$client=10.0.0.1'
filters:
  - {enabled: true, url: https://lists.example/one.txt, name: One, id: 1}
filtering:
  blocked_services: {ids: [tiktok, twitter, faxmachine]}
  safe_search: {enabled: true}
  rewrites:
    - {domain: nas.example, answer: 10.0.0.3}
clients:
  persistent:
    - {name: Library, ids: [10.0.0.0/24]}
"""


def test_a_teleporter_archive_becomes_two_lists_in_force_where_they_are_wanted(world, manager):
    data = teleporter(gravity())
    settings_import.bring_in(world.ports, manager, data=data, title="Old Pi-hole", to=["pupils"])
    assert blocked(world, world.oakfield, "games.example")
    assert blocked(world, world.oakfield, "www.proxy.example"), "Pi-hole's own way to say a name and all under it"
    assert not blocked(world, world.oakfield, "games.example", "staff")
    allowed = one(world, world.oakfield, ListRow, slug="old-pi-hole-allowed")
    assert (allowed.role, allowed.source, list(world.ports.store.names(allowed.snapshot))) == (
        "allowed",
        "Pi-hole",
        ["scratch.mit.edu"],
    )
    assert "brought lists from Pi-hole; 6 of its settings could not be carried." in " ".join(
        trail(world, world.oakfield)
    )
    assert every(world, world.elmfield, ListRow) == []


def test_what_pi_hole_has_and_we_can_not_carry_is_said(world):
    brought = settings_import.bring(world.ports, teleporter(gravity()))
    assert [left.what for left in brought.left] == [
        "off.example",
        r"^learn[0-9]\.example$",
        "https://lists.example/hosts.txt",
        "group Year 6",
        "client 10.0.0.7",
        "1 domains that belong to groups",
    ]
    assert "everything under it" in brought.notes[0]


def test_an_older_teleporter_archive_of_json_and_text_files_is_read_too(world):
    rows = [{"id": 1, "domain": "games.example", "enabled": 1}, {"id": 2, "domain": "off.example", "enabled": 0}]
    data = older(
        **{
            "blacklist.exact.json": json.dumps(rows),
            "whitelist.txt": "# ours\nscratch.mit.edu\n",
            "blacklist.regex.json": json.dumps([{"domain": r"(^|\.)proxy\.example$"}]),
            "adlists.list": "https://lists.example/a\n",
            "setupVars.conf": "WEBPASSWORD=secret\n",
        }
    )
    brought = settings_import.bring(world.ports, data)
    assert (brought.blocked, brought.allowed) == ("games.example\nproxy.example\n", "scratch.mit.edu\n")
    assert [left.what for left in brought.left] == ["off.example", "https://lists.example/a"]


def test_adguard_homes_rules_and_services_are_carried_and_the_rest_is_said(world, manager):
    brought = settings_import.bring(world.ports, ADGUARD.encode())
    assert (brought.blocked, brought.allowed) == ("games.example\n", "learn.games.example\n")
    assert brought.platforms == ("tiktok", "x")
    assert [left.what for left in brought.left] == [
        "/banner[0-9]/",
        "||ads.example^$client=10.0.0.1",
        "service faxmachine",
        "One: https://lists.example/one.txt",
        "client Library (10.0.0.0/24)",
        "safe search",
        "rewrite of nas.example",
    ]
    settings_import.bring_in(world.ports, manager, data=ADGUARD.encode(), title="AdGuard", to=["pupils"])
    assert {row.slug for row in every(world, world.oakfield, AssignmentRow)} == {
        "adguard-blocked",
        "adguard-allowed",
        "tiktok",
        "x",
    }
    assert not blocked(world, world.oakfield, "learn.games.example")
    assert blocked(world, world.oakfield, "www.games.example")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no AdGuardHome.yaml"),
        (b"just: text\n", "no AdGuardHome.yaml"),
        (b"- a\n- b\n", "no AdGuardHome.yaml"),
        (b"a: [unclosed", "neither"),
        (b"\xff\xff\xff", "neither"),
        (b"user_rules: !!python/object/apply:os.getcwd []\n", "neither"),
        (b"a: &a [1, 1]\nb: &b [*a, *a]\nuser_rules: [*b, *b]\n", "neither"),
        (b"user_rules: " + b"[" * 5_000, "neither"),
        (b"x" * (settings_import.MOST_YAML + 1), "1 MB"),
        (b"user_rules: []\n", "nothing in these settings"),
        (older(readme="x"), "neither a Pi-hole database"),
        (older(**{"adlist.json": "{"}), "JSON"),
        (teleporter(b"not a database"), "no SQLite"),
        (teleporter(gravity()[:5_000]), "can't be read"),
        (teleporter(gravity([(1, "x\nevil.example", 1)])), "nothing in these settings"),
    ],
    ids=map(str, range(15)),  # bytes that hold the time of their making are no names for tests
)
def test_what_is_no_settings_file_is_refused_and_nothing_stays(world, manager, data, why):
    with pytest.raises(Refusal) as refused:
        settings_import.bring_in(world.ports, manager, data=data, title="Old")
    assert refused.value.field == "file"
    assert why in refused.value.message
    assert len(trail(world, world.oakfield)) == 1


def test_a_database_that_would_do_something_else_is_only_read(world):
    view = (
        "DROP TABLE client; CREATE VIEW client AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS id, 'x' AS ip FROM n;"
    )
    brought = settings_import.bring(world.ports, teleporter(gravity(more=view)))
    assert not any(left.what.startswith("client") for left in brought.left), "a view is not asked"
    assert Left("group Year 6", "make an audience for it, and assign the lists there") in brought.left


def test_only_who_changes_policy_may_bring_settings(world):
    with pytest.raises(NotAllowed):
        settings_import.bring_in(world.ports, world.oakfield.headteacher, data=ADGUARD.encode(), title="x")
