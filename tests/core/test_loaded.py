"""Which release a resolver has, by its own answers."""

from firewall_admin.core.loaded import Behind, Loaded, kept, loaded, question
from firewall_admin.core.questions import Answer, Failure, Question

ASKED = Question("_release-rules", "TXT")
DIGEST = "ab" * 32


def said(text):
    return Answer(ASKED, "NOERROR", data=(f'"{text}"',))


def test_each_kind_of_zone_is_asked_by_a_name_of_its_own():
    assert question("rules12.rpz") == ASKED
    assert question("lists1.rpz2").name == "_release-lists"


def test_zones_as_the_name_server_has_them_are_the_release():
    found = loaded(
        9, {"rules1.rpz": 9, "lists1.rpz": 3}, {"rules1.rpz": said(f"9 {DIGEST}"), "lists1.rpz": said(f"3 {DIGEST}")}
    )
    assert found == Loaded(9)
    assert found.text == "has release 9"
    assert kept(found) == {"release": 9, "text": "has release 9", "behind": False}


def test_a_zone_of_an_older_release_is_told_with_both_numbers():
    found = loaded(
        9, {"rules1.rpz": 9, "lists1.rpz": 3}, {"rules1.rpz": said(f"7 {DIGEST}"), "lists1.rpz": said(f"3 {DIGEST}")}
    )
    assert found == Loaded(9, (Behind("rules1.rpz", 7, 9),))
    assert found.text == "has the zone rules1.rpz as of release 7; release 9 changed it"


def test_a_zone_that_is_newer_than_what_is_known_is_not_behind():
    assert loaded(9, {"rules1.rpz": 9}, {"rules1.rpz": said(f"10 {DIGEST}")}) == Loaded(9)


def test_what_is_no_marker_tells_nothing():
    for one in (
        said("v=spf1 -all"),
        Answer(ASKED, "NXDOMAIN"),
        Answer(ASKED, "NOERROR", data=(f'"9 {DIGEST}"', f'"8 {DIGEST}"')),
        Failure(ASKED, "silent", "no answer came in time"),
    ):
        assert loaded(9, {"rules1.rpz": 9}, {"rules1.rpz": one}) is None
    assert kept(None) == {}
