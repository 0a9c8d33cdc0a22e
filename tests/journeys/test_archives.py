import gzip
import io
import stat
import tarfile
import zipfile

import pytest

from firewall_admin.core.refusals import Refusal
from firewall_admin.journeys import archives


def zipped(*members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def tarred(*members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def linked():
    info = zipfile.ZipInfo("policy.toml")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def tar_link(kind):
    info = tarfile.TarInfo("gravity.db")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


def everything(path):
    return True


def test_the_files_wanted_are_given_by_their_path_and_others_are_not_read():
    data = zipped(("policy.toml", "a"), ("lists/own.txt", "b"), ("other", "c"))
    assert archives.members(data, lambda path: path != "other") == {"policy.toml": b"a", "lists/own.txt": b"b"}
    data = tarred((tarfile.TarInfo("./etc/gravity.db"), b"x"), (tarfile.TarInfo("b"), b"y"))
    assert archives.members(data, lambda path: path == "etc/gravity.db") == {"etc/gravity.db": b"x"}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (zipped(("../policy.toml", "x")), "leads out"),
        (zipped(("/etc/passwd", "x")), "leads out"),
        (zipped(("a\\..\\b", "x")), "leads out"),
        (zipped((linked(), "/etc/passwd")), "link or a device"),
        (zipped(*((f"{number}", "") for number in range(archives.MOST + 1))), "members"),
        (zipped(("big", b"\0" * (archives.LARGEST + 1)), compression=zipfile.ZIP_DEFLATED), "more than 64 MB"),
        (zipped(("whole", "content"))[:-30], "broken"),
        (zipped(("whole", "content")).replace(b"content", b"c0ntent"), "broken"),
        (tarred((tarfile.TarInfo("../x"), b"x")), "leads out"),
        (tarred((tar_link(tarfile.SYMTYPE), b"")), "link or a device"),
        (tarred((tar_link(tarfile.LNKTYPE), b"")), "link or a device"),
        (tarred((tar_link(tarfile.CHRTYPE), b"")), "link or a device"),
        (tarred(*((tarfile.TarInfo(f"{number}"), b"") for number in range(archives.MOST + 1))), "members"),
        (gzip.compress(b"\0" * (archives.ALTOGETHER + 1)), "more than 128 MB"),
        (gzip.compress(b"no tar at all" * 100), "broken"),
        (tarred((tarfile.TarInfo("x"), b"x" * 5_000))[:60], "broken"),
        (b"\x1f\x8b nonsense", "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_place_in_an_archive_refuses_the_whole_of_it(data, why):
    with pytest.raises(Refusal) as refused:
        archives.members(data, everything)
    assert (refused.value.field, why in refused.value.message) == ("file", True), refused.value.message


def test_a_name_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(("a", "1"), ("a", "2"))
    with pytest.raises(Refusal, match="twice"):
        archives.members(data, everything)


def test_all_together_may_not_be_too_much_either():
    third = b"\0" * (archives.ALTOGETHER // 3 + 1)
    data = zipped(("a", third), ("b", third), ("c", third), compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(Refusal, match="128 MB"):
        archives.members(data, everything)
