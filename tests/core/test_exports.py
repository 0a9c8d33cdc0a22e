"""What holds for every export format, whoever wrote it: a new one is a new file and its golden files.

`tests/core/golden/<format>/` holds what the format writes for the policy of `golden_policy`, byte by byte.
"""

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from firewall_admin.core import exports
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import Carries, Loss, Target
from firewall_admin.core.policy import ANSWERS, Audience, SchoolPolicy
from firewall_admin.core.refusals import Refusal
from firewall_admin.core.ruleset import Action

from . import golden_policy

every_format = pytest.mark.parametrize("name", exports.NAMES)
TOLD_APART = {"rpz", "unbound", "squid", "adguard", "windows"}
NAMED = {  # policy.md, "What `compile` writes"
    "adguard": {"pupils.txt", "staff.txt", "guests-2.txt", "clients.txt"},
    "dnsmasq": {"pupils.conf", "staff.conf", "guests-2.conf"},
    "edl": {"pupils.txt", "staff.txt", "guests-2.txt"},
    "hosts": {"pupils.hosts", "staff.hosts", "guests-2.hosts"},
    "pac": {"pupils.pac", "staff.pac", "guests-2.pac"},
    "rpz": {
        "kresd.conf",
        "named.options.conf",
        "named.zones.conf",
        "recursor-dns.lua",
        "recursor.lua",
        "unbound.conf",
    },
    "squid": {"squid.conf"},
    "unbound": {"unbound.conf"},
    "windows": {"pupils.ps1", "staff.ps1", "guests-2.ps1"},
}


@every_format
def test_a_format_writes_its_golden_files_byte_by_byte(name: str) -> None:
    golden, fresh = golden_policy.golden(name), golden_policy.fresh(name)
    how = f"python -m tests.core.golden_policy {name}"
    assert golden, f"'{name}' has no golden files; write them with: {how}; and read them"
    assert sorted(fresh) == sorted(golden), f"other files than before; if that is meant: {how}"
    for path, text in fresh.items():
        assert text == golden[path], f"{path} is not what it was; if that is meant: {how}"


def test_golden_files_belong_to_formats() -> None:
    assert {folder.name for folder in golden_policy.GOLDEN.iterdir()} <= set(exports.NAMES)


@every_format
def test_the_same_policy_and_instant_give_the_same_bytes(name: str) -> None:
    assert golden_policy.fresh(name) == golden_policy.fresh(name)


@every_format
def test_every_text_is_ascii_and_ends_its_last_line(name: str) -> None:
    for path, text in golden_policy.written(name, golden_policy.compiled()).items():
        assert text.isascii(), path
        assert text.endswith("\n"), path
        assert all(line.isprintable() for line in text.replace("\t", " ").split("\n")), path


@every_format
def test_every_file_has_a_path_of_its_own_inside_the_folder_and_one_line_of_use(name: str) -> None:
    files = list(exports.load(name).files(golden_policy.compiled(), golden_policy.TARGET))
    paths = [PurePosixPath(file.path) for file in files]
    assert len({str(path).lower() for path in paths}) == len(files)
    assert "manifest.json" not in map(str, paths)
    for path, file in zip(paths, files, strict=True):
        assert not path.is_absolute()
        assert str(path) == file.path
        assert ".." not in path.parts
        assert file.use.strip() == file.use != ""
        assert file.use.isprintable()
        assert file.audience in (None, "pupils", "staff", "guests-2")


@pytest.mark.parametrize("name", [name for name in exports.NAMES if name in NAMED])
def test_files_have_the_names_that_the_policy_document_promises(name: str) -> None:
    assert NAMED[name] <= set(golden_policy.written(name, golden_policy.compiled()))


@every_format
def test_a_format_says_what_it_is_and_what_it_carries(name: str) -> None:
    module = exports.load(name)
    assert module.TITLE
    assert module.TITLE.isprintable()
    assert isinstance(module.CARRIES, Carries)
    assert module.CARRIES.answers <= set(ANSWERS)
    assert module.CARRIES.audiences in ("together", "apart")
    if name in NAMED:
        assert module.CARRIES.audiences == ("together" if name in TOLD_APART else "apart")
    assert all(note.isprintable() and note for note in module.CARRIES.notes)


@every_format
def test_only_the_audiences_asked_for_are_written(name: str) -> None:
    whole = compile_policy(golden_policy.school_policy(), golden_policy.AT, ("staff",))
    files = list(exports.load(name).files(whole, golden_policy.TARGET))
    assert files
    assert {file.audience for file in files} <= {None, "staff"}
    assert all("play.example" not in "".join(file.parts) for file in files), "blocked for pupils only"


@every_format
def test_a_policy_that_blocks_nothing_loses_nothing(name: str) -> None:
    audience = Audience("staff", ("10.30.0.0/16",), anti_bypass=False)
    school = replace(golden_policy.school_policy(), audiences=(audience,), lists={}, rules=())
    whole = compile_policy(school, golden_policy.AT)
    assert list(exports.load(name).losses(whole, golden_policy.TARGET)) == []
    assert golden_policy.written(name, whole)


@every_format
def test_losses_are_of_audiences_that_need_what_is_lost(name: str) -> None:
    whole = golden_policy.compiled()
    audiences = {audience.name: audience for audience in whole.audiences}
    found = list(exports.load(name).losses(whole, golden_policy.TARGET))
    assert len(set(found)) == len(found)
    for loss in found:
        assert isinstance(loss, Loss)
        assert loss.text.isprintable()
        assert loss.audience in (None, *audiences)
        if loss.audience and loss.what == "exceptions":
            assert audiences[loss.audience].count(Action.OPEN)
        if loss.audience and loss.what == "rewrites":
            assert audiences[loss.audience].rewrites
        if loss.audience and loss.what == "anti-bypass":
            assert audiences[loss.audience].audience.anti_bypass


@every_format
def test_what_a_format_says_it_cannot_carry_is_told_of_this_policy(name: str) -> None:
    """The golden policy needs everything, so everything a format lacks must be among its losses."""
    carries = exports.load(name).CARRIES
    found = {
        (loss.what, loss.audience) for loss in exports.load(name).losses(golden_policy.compiled(), golden_policy.TARGET)
    }
    lacking = {
        "subdomains": not carries.subdomains,
        "exceptions": not carries.exceptions,
        "types": not carries.every_type,
    }
    for what, lacks in lacking.items():
        assert ((what, "pupils") in found) == lacks, what
    for audience in golden_policy.compiled().audiences:
        lacks = audience.audience.answer not in carries.answers
        assert (("answer", audience.name) in found) == lacks
    assert (("rewrites", "pupils") in found) >= (not carries.rewrites)


@every_format
def test_an_unknown_device_is_refused_by_formats_that_know_devices(name: str) -> None:
    module = exports.load(name)
    devices = getattr(module, "DEVICES", {})
    if not devices:
        return
    with pytest.raises(Refusal, match="there is no device 'toaster'"):
        list(module.files(golden_policy.compiled(), Target("/etc", "toaster")))
    for device in devices:
        assert device.isascii()
        assert list(module.files(golden_policy.compiled(), Target("/etc", device)))


def test_a_format_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="there is no format 'teletext'"):
        exports.load("teletext")


@every_format
def test_a_school_with_no_audience_is_no_error(name: str) -> None:
    empty = SchoolPolicy("Nowhere", golden_policy.school_policy().zone, "Europe/London")
    whole = compile_policy(empty, golden_policy.AT)
    assert list(exports.load(name).losses(whole, golden_policy.TARGET)) == []
    golden_policy.written(name, whole)
