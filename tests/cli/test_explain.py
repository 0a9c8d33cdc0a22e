import json
import sys

import click

NOON, MORNING = "2026-11-23T12:30", "2026-11-23T10:00"


def explain(run, policy, *words, at=MORNING, audience="pupils", **options):
    return run("explain", "--policy", policy, "--audience", audience, "--at", at, *words, **options)


def test_a_verdict_is_one_sentence_with_the_reason(run, policy):
    said = explain(run, policy, "www.facebook.com", "OK.games.example", "www.youtube.com", "oakfield.leics.sch.uk")
    assert said.exit_code == 0
    covered, ruled, steered, own = said.stdout.splitlines()
    assert covered == (
        "www.facebook.com is blocked for pupils: the blocked list 'facebook' names facebook.com, which covers it; "
        "it is answered as if it did not exist."
    )
    assert ruled == "ok.games.example is open for pupils: a rule allows ok.games.example (Year 5 coding)."
    assert steered.endswith("no list or rule in force blocks it; it is steered to restrict.youtube.com.")
    assert own == (
        "oakfield.leics.sch.uk is open for pupils: the protected list 'school' names oakfield.leics.sch.uk, "
        "and only a locked list blocks what is protected."
    )


def test_a_reason_of_several_lines_is_still_one_sentence(run, policy):
    policy.write_text(policy.read_text().replace('"Year 5 coding"', '"""Year 5\ncoding\\u001b[31m"""'))
    said = explain(run, policy, "ok.games.example").stdout
    assert said == "ok.games.example is open for pupils: a rule allows ok.games.example (Year 5 codingU+001B[31m).\n"


def test_a_list_that_rests_is_named_with_its_timetable(run, policy):
    assert "is blocked for staff" in explain(run, policy, "facebook.com", audience="staff").stdout
    said = explain(run, policy, "facebook.com", audience="staff", at=NOON).stdout
    assert said == "facebook.com is open for staff: the list 'facebook' would block it, but not during 'lunch'.\n"


def test_json_is_one_object_a_line_with_the_promised_keys(run, policy):
    said = explain(run, policy, "www.facebook.com", "--json")
    assert json.loads(said.stdout) == {
        "domain": "www.facebook.com",
        "audience": "pupils",
        "at": "2026-11-23T10:00:00+00:00",
        "blocked": True,
        "because": {"kind": "list", "source": "facebook", "name": "facebook.com"},
        "answer": "nxdomain",
        "rewrite": None,
    }


def test_names_come_from_standard_input_and_a_text_that_is_no_name_is_told_at_its_place(run, policy):
    said = explain(run, policy, "-", "--json", input="facebook.com\n\na..b\r\nx.example\n")
    first, second, third = map(json.loads, said.stdout.splitlines())
    assert (first["domain"], second, third["domain"]) == (
        "facebook.com",
        {"domain": "a..b", "error": "two dots together, or a dot in front"},
        "x.example",
    )
    assert said.exit_code == 1


def test_a_text_that_is_no_name_is_refused_on_standard_error_and_the_rest_is_answered(run, policy):
    said = explain(run, policy, "http://x.com/", "x.com")
    assert said.exit_code == 1
    assert said.stdout.startswith("x.com is open")
    assert "'http://x.com/' is no domain name" in said.stderr


def test_an_audience_or_an_instant_that_is_none_is_told(run, policy):
    said = explain(run, policy, "x.com", audience="guests")
    assert (said.exit_code, said.stdout) == (1, "")
    assert "there is no audience 'guests'; there are: pupils, staff" in said.stderr
    for text in ("noon", "0001-01-01T00:00", "9999-12-31T23:59:59-12:00"):
        said = explain(run, policy, "x.com", at=text)
        assert (said.exit_code, f"--at: '{text}' is no" in said.stderr) == (2, True)


def test_a_time_without_an_offset_is_the_schools(run, policy):
    said = explain(run, policy, "facebook.com", "--json", audience="staff", at="2026-06-22T12:30")
    assert json.loads(said.stdout)["at"] == "2026-06-22T11:30:00+00:00"
    assert not json.loads(said.stdout)["blocked"]


def test_output_that_can_not_be_written_is_one_line_on_standard_error(run, policy, monkeypatch):
    def full(text, err=False, **options):
        if not err:
            raise OSError(28, "No space left on device")
        print(text, file=sys.stderr)

    monkeypatch.setattr(click, "echo", full)
    said = explain(run, policy, "x.com")
    assert (said.exit_code, said.stderr.splitlines()[-1]) == (1, "error: No space left on device")
