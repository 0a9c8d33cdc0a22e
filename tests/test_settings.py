"""Settings come from the environment, and a wrong one is refused by name."""

import pytest

from firewall_admin.core.refusals import Refusal
from firewall_admin.settings import Settings, from_environment


def test_without_a_variable_only_this_computer_is_answered() -> None:
    assert from_environment().trusted_hosts == ("localhost", "127.0.0.1")


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWALL_ADMIN_TRUSTED_HOSTS", "filter.oakfield.example, .trust.example,")
    assert from_environment().trusted_hosts == ("filter.oakfield.example", ".trust.example")


def test_a_misspelt_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWALL_ADMIN_TRUSTED_HOST", "filter.oakfield.example")
    with pytest.raises(Refusal, match="FIREWALL_ADMIN_TRUSTED_HOST is no setting") as refused:
        from_environment()
    assert refused.value.field == "FIREWALL_ADMIN_TRUSTED_HOST"


def test_an_empty_list_of_hosts_is_refused_because_nobody_could_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREWALL_ADMIN_TRUSTED_HOSTS", " , ")
    with pytest.raises(Refusal) as refused:
        from_environment()
    assert refused.value.field == "FIREWALL_ADMIN_TRUSTED_HOSTS"


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().trusted_hosts = ()
