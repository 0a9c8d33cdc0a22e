import re

import pytest

from firewall_admin.app import create_app
from firewall_admin.settings import Settings

WHO = ("--administrator", "Jo Ash <j.ash@ashfield.example>", "--network-manager", "Al Bee <a.bee@ashfield.example>")


@pytest.fixture(autouse=True)
def instance(tmp_path, monkeypatch):
    monkeypatch.setenv("FIREWALL_ADMIN_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


def test_two_people_get_a_link_each_by_which_they_come_in(run, instance):
    done = run("school", "create", "--name", "Ashfield", *WHO, "--address", "https://filter.ashfield.example/")
    assert done.exit_code == 0, done.stderr
    links = re.findall(r"^(.+), (.+): https://filter\.ashfield\.example(/invitations/\S+)$", done.stdout, re.MULTILINE)
    assert [link[:2] for link in links] == [("Jo Ash", "administrator"), ("Al Bee", "network manager")]
    client = create_app(Settings(instance=instance)).test_client()
    for _, _, path in links:
        page = client.get(path)
        assert page.status_code == 200
        assert "Ashfield" in page.get_data(as_text=True)


def test_no_account_has_a_password_before_its_owner_chose_one(run, instance):
    run("school", "create", "--name", "Ashfield", *WHO)
    client = create_app(Settings(instance=instance)).test_client()
    assert client.get("/").status_code == 303


def test_a_second_school_of_one_name_and_a_person_without_an_address_are_refused(run):
    assert run("school", "create", "--name", "Ashfield", *WHO).exit_code == 0
    done = run("school", "create", "--name", "ashfield", *WHO)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "already" in done.stderr
    assert run("school", "create", "--name", "B", "--administrator", "Jo", "--network-manager", "Al").exit_code == 1


def test_an_administrator_whom_nobody_can_help_gets_a_link(run, instance):
    run("school", "create", "--name", "Ashfield", *WHO)
    done = run("school", "let-in", "J.Ash@ashfield.example", "--address", "https://filter.ashfield.example/")
    assert done.exit_code == 0, done.stderr
    (path,) = re.findall(r"^Jo Ash: https://filter\.ashfield\.example(/invitations/\S+)$", done.stdout, re.MULTILINE)
    assert create_app(Settings(instance=instance)).test_client().get(path).status_code == 200
    assert '"event":"AdministratorLetIn"' in run("trail", "export").stdout


def test_nobody_else_gets_one_and_of_several_schools_one_is_named(run):
    assert "no database" in run("school", "let-in", "j.ash@ashfield.example").stderr
    run("school", "create", "--name", "Ashfield", *WHO)
    done = run("school", "let-in", "a.bee@ashfield.example")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Al Bee is network manager: an administrator makes their link" in done.stderr
    elsewhere = [text.replace("ashfield", "birchfield") for text in WHO]
    run("school", "create", "--name", "Birchfield", *elsewhere)
    assert "say which school: Ashfield, Birchfield" in run("school", "let-in", "j.ash@ashfield.example").stderr
    assert run("school", "let-in", "j.ash@ashfield.example", "--school", "Ashfield").exit_code == 0


def test_the_demonstration_is_made_where_there_is_nothing_and_only_there(run, instance):
    done = run("demonstration")
    assert done.exit_code == 0, done.stderr
    (password,) = re.findall(r"with the password (\S+)", done.stdout)
    note = instance / "demonstration-sign-in.txt"
    assert password in note.read_text()
    assert {path.name for path in instance.iterdir()} >= {"school.db", "store"}
    assert not (instance / "demonstration.unfinished").exists()
    trail = run("trail", "export").stdout
    again = run("demonstration")
    assert password not in again.stdout
    assert str(note) in again.stdout
    assert run("trail", "export").stdout == trail


def test_one_that_was_killed_half_way_is_begun_anew(run, instance):
    (instance / "demonstration.unfinished" / "store").mkdir(parents=True)
    (instance / "demonstration.unfinished" / "school.db").write_text("half")
    assert run("demonstration").exit_code == 0
    assert run("trail", "verify", "-", input=run("trail", "export").stdout).exit_code == 0


def test_a_school_that_is_there_gets_no_demonstration(run, instance):
    run("school", "create", "--name", "Ashfield", *WHO)
    done = run("demonstration")
    assert (done.exit_code, done.stdout) == (0, "")
    assert run("check").stdout.startswith("the live policy: sound. Ashfield")
