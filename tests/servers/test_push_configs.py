"""The configuration that is given for a primary is taken by the server's own checker, key and zones and all."""

import subprocess
from pathlib import Path

import pytest

from firewall_admin.core.push_configs import PRIMARIES, Setup
from firewall_admin.core.questions import Where

from .primaries import KEY, SECRET
from .processes import program, write

SETUP = Setup(
    "resolvers",
    ("pupils", "staff"),
    "192.0.2.53",
    53,
    "rpz",
    KEY,
    "hmac-sha256",
    (Where("192.0.2.7"), Where("192.0.2.7", 5353), Where("2001:db8::7"), Where("2001:db8::7", 5353)),
)
KEYS = {
    "knot": f"key:\n  - id: {KEY}\n    algorithm: hmac-sha256\n    secret: {SECRET}\n",
    "bind": f'key "{KEY}" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n',
}


def written(kind: str, setup: Setup, folder: Path) -> Path:
    """The main file, which names its key and its zones below the folder."""
    for file in PRIMARIES[kind](setup):
        text = "".join(file.parts)
        for away in ("/etc/knot", "/etc/bind", "/var/lib/knot", "/var/lib/bind"):
            text = text.replace(away, str(folder))
        write(folder / file.path.removeprefix("zones/"), text)
    write(folder / f"{KEY}.key{'.conf' if kind == 'knot' else ''}", KEYS[kind])
    return folder / {"knot": "knot.conf", "bind": "named.push.conf"}[kind]


@pytest.mark.parametrize("setup", [SETUP, Setup(**{**vars(SETUP), "resolvers": ()})], ids=["resolvers", "none"])
@pytest.mark.parametrize(("kind", "checker"), [("knot", ("knotc", "-c")), ("bind", ("named-checkconf", "-z"))])
def test_the_servers_own_checker_takes_it(kind: str, checker: tuple[str, str], setup: Setup, tmp_path: Path) -> None:
    main = written(kind, setup, tmp_path)
    command = [program(checker[0]), checker[1], str(main), *(["conf-check"] if kind == "knot" else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert kind == "knot" or done.stdout.count("loaded serial 1") == len(setup.zones)


@pytest.mark.parametrize("kind", ["knot", "bind"])
def test_the_checker_would_have_noticed_a_line_that_is_wrong(kind: str, tmp_path: Path) -> None:
    main = written(kind, SETUP, tmp_path)
    write(main, main.read_text().replace("acl", "alc").replace("update-policy", "update-polity"))
    command = [program("knotc"), "-c", str(main), "conf-check"] if kind == "knot" else [
        program("named-checkconf"), str(main)
    ]  # fmt: skip
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode != 0


def test_each_resolver_is_told_at_its_own_port_and_let_in_once() -> None:
    said = {kind: "".join(next(iter(PRIMARIES[kind](SETUP))).parts) for kind in PRIMARIES}
    assert "address: 192.0.2.7@5353\n" in said["knot"]
    assert "address: [192.0.2.7, 2001:db8::7]" in said["knot"]
    told = "also-notify { 192.0.2.7; 192.0.2.7 port 5353; 2001:db8::7; 2001:db8::7 port 5353; };"
    assert told in said["bind"]
    assert f'allow-transfer {{ key "{KEY}"; 192.0.2.7; 2001:db8::7; }};' in said["bind"]
    assert "ALSO-NOTIFY '192.0.2.7' '192.0.2.7:5353' '[2001:db8::7]' '[2001:db8::7]:5353'" in said["powerdns"]
    assert "ALLOW-AXFR-FROM 192.0.2.7 2001:db8::7\n" in said["powerdns"]
