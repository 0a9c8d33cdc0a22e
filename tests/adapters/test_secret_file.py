import os
import stat
import threading

import pytest

from firewall_admin.adapters.secret_file import secret
from firewall_admin.core.refusals import Refusal


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    file = tmp_path / "instance" / "secret-key"
    made = secret(file)
    assert len(made) >= 43, "256 bits"
    assert secret(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [found.name for found in file.parent.iterdir()] == ["secret-key"]


def test_two_installations_have_two(tmp_path):
    assert secret(tmp_path / "a") != secret(tmp_path / "b")


def test_processes_that_start_together_agree(tmp_path):
    found = []
    together = [threading.Thread(target=lambda: found.append(secret(tmp_path / "key"))) for _ in range(8)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_one_that_others_can_read_is_refused(tmp_path, mode):
    file = tmp_path / "key"
    secret(file)
    file.chmod(mode)
    with pytest.raises(Refusal, match="chmod 600"):
        secret(file)


def test_one_that_is_too_short_is_refused(tmp_path):
    file = tmp_path / "key"
    file.write_text("short\n")
    file.chmod(0o600)
    with pytest.raises(Refusal, match="at least 32"):
        secret(file)


def test_a_folder_in_its_place_is_told_by_name(tmp_path):
    (tmp_path / "key").mkdir(mode=0o700)
    with pytest.raises(Refusal, match="can't use"):
        secret(tmp_path / "key")


def test_the_umask_of_whoever_starts_it_opens_nothing(tmp_path):
    before = os.umask(0)
    try:
        secret(tmp_path / "key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
