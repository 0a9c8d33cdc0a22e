import os


def test_a_sound_file_is_said_to_be_sound_with_what_it_holds(run, policy):
    said = run("check", "--policy", policy)
    assert said.exit_code == 0
    assert "sound. Oakfield Primary School: 2 audiences, 1 lists of its own" in said.stdout


def test_what_is_wrong_is_told_with_the_file_and_the_key(run, policy):
    policy.write_text(policy.read_text().replace('"lunch" }', '"dinner" }'))
    said = run("check", "--policy", policy)
    assert said.exit_code == 1
    assert f"{policy}: audience[1] 'staff' lists[0]: there is no timetable 'dinner'" in said.stderr


def test_a_file_that_is_not_utf8_is_refused_with_its_line(run, policy):
    policy.write_bytes(policy.read_bytes() + b"# caf\xe9\n")
    said = run("check", "--policy", policy)
    assert said.exit_code == 1
    assert "is not UTF-8" in said.stderr


def test_what_speaks_against_a_policy_is_a_warning(run, policy):
    policy.write_text(policy.read_text() + '\n[[rule]]\naction = "block"\ndomain = "childline.org.uk"\n')
    said = run("check", "--policy", policy)
    assert said.exit_code == 0
    assert "warning: rule-names-protected" in said.stderr


def test_a_source_that_is_no_file_is_refused_at_once(run, policy):
    os.mkfifo(policy.parent / "fifo")
    for source in ("fifo", "lists", "/dev/zero"):
        policy.write_text(policy.read_text().replace('source = "lists/games.txt"', f'source = "{source}"'))
        said = run("check", "--policy", policy)
        assert (said.exit_code, "is not a file" in said.stderr) == (1, True)
        policy.write_text(policy.read_text().replace(f'source = "{source}"', 'source = "lists/games.txt"'))
