import stat
from uuid import UUID

import pytest

from firewall_admin.adapters.sealed import Cell, Failure, Sealed
from firewall_admin.core.refusals import Refusal

CANARY = "canary-7f3a-größer"
HERE = Cell("push", "secret", UUID(int=1))
ELSEWHERE = [HERE._replace(table="incident"), HERE._replace(column="name"), HERE._replace(row=UUID(int=2))]


@pytest.fixture
def sealed(tmp_path):
    return Sealed(tmp_path / "sealing-key")


@pytest.mark.parametrize("text", [CANARY, "", "x" * 5000, "1.00000000.AAAA"])
def test_what_is_sealed_opens_again_in_its_place(sealed, text):
    assert sealed.open(sealed.seal(text, HERE), HERE) == text


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_cell_copied_to_another_place_does_not_open(sealed, elsewhere):
    assert isinstance(sealed.open(sealed.seal(CANARY, HERE), elsewhere), Failure)


def test_the_key_is_made_once_and_only_its_owner_reads_it(sealed, tmp_path):
    kept = sealed.seal(CANARY, HERE)
    assert stat.S_IMODE((tmp_path / "sealing-key").stat().st_mode) == 0o600
    assert Sealed(tmp_path / "sealing-key").open(kept, HERE) == CANARY


def test_the_same_text_is_sealed_differently_each_time(sealed):
    assert sealed.seal(CANARY, HERE) != sealed.seal(CANARY, HERE)


def test_no_octet_of_it_can_be_changed(sealed):
    kept = sealed.seal("ab", HERE)
    name = kept.rindex(".") + 1
    for at in range(name, len(kept)):
        other = kept[:at] + ("B" if kept[at] != "B" else "C") + kept[at + 1 :]
        opened = sealed.open(other, HERE)
        assert isinstance(opened, Failure) or (at == len(kept) - 1 and opened == "ab"), at  # unused bits of base64


@pytest.mark.parametrize("text", ["", CANARY, "1.", "1.00000000.", "2.00000000.AAAA", "1.00000000.AAAA", "\n"])
def test_what_was_never_sealed_does_not_open(sealed, text):
    assert isinstance(sealed.open(text, HERE), Failure)


def test_a_text_too_short_to_be_sealed_does_not_open(sealed):
    kept = sealed.seal(CANARY, HERE)
    assert isinstance(sealed.open(kept[: kept.rindex(".") + 5], HERE), Failure)


def test_another_installations_key_does_not_open_it(sealed, tmp_path):
    found = Sealed(tmp_path / "another").open(sealed.seal(CANARY, HERE), HERE)
    assert found == Failure("it was sealed with a key that this installation does not have")


def test_without_a_place_for_a_key_nothing_is_sealed():
    with pytest.raises(Refusal, match="nowhere to keep the key"):
        Sealed().seal(CANARY, HERE)


def test_a_key_that_others_can_read_is_refused(sealed, tmp_path):
    sealed.seal(CANARY, HERE)
    (tmp_path / "sealing-key").chmod(0o644)
    with pytest.raises(Refusal, match="chmod 600"):
        sealed.seal(CANARY, HERE)


def test_neither_the_key_nor_the_text_is_in_what_is_shown(sealed, tmp_path):
    kept = sealed.seal(CANARY, HERE)
    key = (tmp_path / "sealing-key").read_text().strip()
    for shown in (repr(sealed), str(sealed), kept, repr(sealed.open(kept, ELSEWHERE[0]))):
        assert CANARY not in shown
        assert key not in shown


def test_a_new_key_seals_while_the_former_still_opens_and_then_is_forgotten(sealed, tmp_path):
    before = sealed.seal(CANARY, HERE)
    other_process = Sealed(tmp_path / "sealing-key")
    sealed.begin_rotation()
    after = other_process.seal(CANARY, HERE)
    assert (sealed.is_present(before), sealed.is_present(after)) == (False, True)
    assert [sealed.open(kept, HERE) for kept in (before, after)] == [CANARY, CANARY]
    sealed.begin_rotation()
    assert sealed.is_present(after), "begun again after a crash, it goes on with the same key"
    sealed.finish_rotation()
    assert stat.S_IMODE((tmp_path / "sealing-key").stat().st_mode) == 0o600
    assert other_process.open(after, HERE) == CANARY
    assert isinstance(other_process.open(before, HERE), Failure)
