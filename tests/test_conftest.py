"""Under CI nothing that needs a real server or browser is left out in silence, and what takes longest comes first."""

from pathlib import Path

import pytest

import run

SKIPS = {
    "mark": 'import pytest\n@pytest.mark.skip(reason="no unbound here")\ndef test_it(): pass\n',
    "call": 'import pytest\ndef test_it(): pytest.skip("no unbound here")\n',
    "fixture": 'import pytest\n@pytest.fixture\ndef s(): pytest.skip("no unbound here")\ndef test_it(s): pass\n',
    "module": 'import pytest\npytest.skip("no unbound here", allow_module_level=True)\n',
}
EXPECTED_FAILURE = "import pytest\n@pytest.mark.xfail\ndef test_it(): assert 0\n"


@pytest.fixture
def skipping(pytester: pytest.Pytester) -> pytest.Pytester:
    """Tests that skip in each way there is, in three folders under our conftest, and one expected failure."""
    pytester.makeconftest(Path(__file__).with_name("conftest.py").read_text())
    for folder in ("servers", "browser", "core"):
        (pytester.path / folder).mkdir()
        for how, text in SKIPS.items():
            (pytester.path / folder / f"test_{folder}_{how}.py").write_text(text)
    (pytester.path / "servers" / "test_expected.py").write_text(EXPECTED_FAILURE)
    return pytester


def test_under_ci_every_skip_of_a_server_or_browser_test_fails_and_says_why(
    skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    result = skipping.runpytest_subprocess("--continue-on-collection-errors")
    result.assert_outcomes(failed=2, errors=6, skipped=4, xfailed=1)  # a skip before the test itself is an error
    assert result.stdout.str().count(" - skipped, which CI does not allow here: Skipped: no unbound here") == 8
    assert "servers/test_servers_module.py" in result.stdout.str()


def test_elsewhere_a_person_may_go_without(skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    skipping.runpytest_subprocess().assert_outcomes(skipped=12, xfailed=1)


def test_where_several_processes_share_the_tests_the_slow_folders_come_first(
    skipping: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    ran = [
        [line.split("/")[0].split()[-1] for line in skipping.runpytest_subprocess("-v", *how).outlines if "::" in line]
        for how in (("-n", "1", *run.WHOLE_SUITE[4:]), ())
    ]
    assert [list(dict.fromkeys(folders)) for folders in ran] == [
        ["browser", "servers", "core"],
        ["browser", "core", "servers"],
    ]
