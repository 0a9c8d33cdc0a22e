from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from firewall_admin.core.refreshing import DAY, age, next_time, next_try

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECONDS = 86_400


def test_a_list_is_fetched_about_once_an_interval_and_not_all_lists_at_one_minute():
    times = {next_time(NOW, SECONDS, f"list {n}") for n in range(200)}
    assert len(times) == 200
    assert all(abs(at - NOW - DAY) <= DAY * 0.05 for at in times)
    assert next_time(NOW, SECONDS, "list") == next_time(NOW, SECONDS, "list")


def test_failures_make_the_pause_longer_up_to_a_day_or_the_interval():
    pauses = [next_try(NOW, SECONDS, failures, "list") - NOW for failures in range(1, 40)]
    assert timedelta(minutes=15) <= pauses[0] <= timedelta(minutes=17)
    assert all(later > sooner for sooner, later in pairwise(pauses[:7]))
    assert max(pauses) <= DAY * 1.1
    assert next_try(NOW, 21_600, 30, "list") - NOW <= timedelta(hours=6) * 1.1


@pytest.mark.parametrize(("wait", "least", "most"), [(7_200, 7_200, 7_920), (10**9, 86_400, 95_040), (1, 900, 990)])
def test_a_server_that_asks_for_time_is_given_it_but_no_more_than_a_day(wait, least, most):
    pause = (next_try(NOW, SECONDS, 1, "list", wait) - NOW).total_seconds()
    assert least <= pause <= most


@pytest.mark.parametrize(
    ("passed", "words", "level"),
    [
        (timedelta(minutes=59), "less than an hour old", "good"),
        (timedelta(hours=1), "1 hour old", "good"),
        (timedelta(days=1), "1 day old", "good"),
        (timedelta(days=7), "7 days old", "good"),
        (timedelta(days=7, seconds=1), "7 days old", "care"),
        (timedelta(days=30), "30 days old", "care"),
        (timedelta(days=30, seconds=1), "30 days old", "danger"),
        (timedelta(seconds=-5), "less than an hour old", "good"),
    ],
)
def test_how_old_a_list_is_warns_after_a_week_and_alarms_after_a_month(passed, words, level):
    found = age(NOW - passed, NOW)
    assert (found.words, found.level) == (words, level)
    assert found.is_old == (level != "good")


def test_a_weekly_list_is_not_old_before_its_week_is_over():
    assert age(NOW - timedelta(days=8), NOW, 604_800).level == "good"
    assert age(NOW - timedelta(days=10), NOW, 604_800).level == "care"
