import pytest
from sqlalchemy import func, select

from firewall_admin.core.refusals import NotAllowed, Refusal
from firewall_admin.db.tables import Invitation, Person
from firewall_admin.journeys import invitations, staff_import
from firewall_admin.journeys.staff_import import BadStaffFile

from .trail_of import trail

FILE = """name,e-mail,role
Gwen Hughes,G.Hughes@oakfield.example,teacher
"Price, Owen",o.price@oakfield.example,Safeguarding lead

Teacher of Oakfield,teacher@oakfield.leics.sch.uk,teacher
"""


def bring(world, text=FILE, school=None, act=staff_import.bring_in):
    content = text if isinstance(text, bytes) else text.encode()
    return act(world.ports, (school or world.oakfield).administrator, content=content)


def count(world, table):
    with world.db.look() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_everybody_new_is_invited_and_gets_a_link_of_their_own(world):
    brought = bring(world)
    assert [(i.name, i.email, i.role.value) for i in brought.invited] == [
        ("Gwen Hughes", "g.hughes@oakfield.example", "teacher"),
        ("Price, Owen", "o.price@oakfield.example", "safeguarding-lead"),
    ]
    assert brought.known == ("teacher@oakfield.leics.sch.uk",)
    assert invitations.look(world.ports, token=brought.invited[1].token).name == "Price, Owen"
    assert trail(world, world.oakfield)[-1] == (
        "Administrator of Oakfield brought in a list of staff: 2 invited, 1 known already."
    )


def test_a_dry_run_finds_the_same_and_leaves_nothing(world):
    people, told = count(world, Person), len(trail(world, world.oakfield))
    brought = bring(world, act=staff_import.preview)
    assert len(brought.invited) == 2
    assert (count(world, Person), count(world, Invitation)) == (people, 0)
    assert len(trail(world, world.oakfield)) == told


def test_bringing_the_same_file_in_twice_invites_nobody_twice(world):
    bring(world)
    again = bring(world)
    assert (len(again.invited), len(again.known)) == (0, 3)


@pytest.mark.parametrize("act", [staff_import.preview, staff_import.bring_in])
def test_every_wrong_line_is_told_with_its_number_and_nobody_comes_in(world, act):
    people = count(world, Person)
    text = FILE + (
        "Nobody,no address,teacher\n"
        "=cmd|' /C calc'!A0,a@oakfield.example,teacher\n"
        "Ann,ann@oakfield.example,Head of IT\n"
        "Ann,ann2@oakfield.example\n"
        "Ann,g.hughes@oakfield.example,teacher\n"
        "Ann,teacher@elmfield.leics.sch.uk,teacher\n"
    )
    with pytest.raises(BadStaffFile) as refused:
        bring(world, text, act=act)
    assert [error.line for error in refused.value.errors] == [6, 7, 8, 9, 10, 11]
    said = [error.message for error in refused.value.errors]
    for message, words in zip(
        said, ("e-mail address", "formula", "one of these roles", "2 columns", "on line 2 too", "already"), strict=True
    ):
        assert words in message
    assert count(world, Person) == people


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffname,e-mail,role\r\nSiân Hughes,s@oakfield.example,teacher\r\n".encode(),
        "Name;Email;Role\nSiân Hughes;s@oakfield.example;teacher\n".encode("cp1252"),
        "Siân Hughes,s@oakfield.example,teacher".encode(),
        "Name,Email address,Role\nSiân Hughes,s@oakfield.example,teacher".encode(),
    ],
    ids=["utf-8 of a spreadsheet", "an older one on a continental Windows", "no heading", "another heading"],
)
def test_what_spreadsheets_save_is_read(world, content):
    assert [i.name for i in bring(world, content).invited] == ["Siân Hughes"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "nobody in this file"),
        (b"name,e-mail,role\n", "nobody in this file"),
        (b"a,b@oakfield.example,teacher\n" * 1001, "more than 1,000"),
        (b"x" * 262145, "larger than 256 KB"),
        (b'"a,b@oakfield.example,teacher', "1 line needs"),
        (b"PK\x03\x04\x00\x00\xff\xfe", "1 line needs"),
    ],
)
def test_what_is_no_list_of_staff_is_refused(world, content, why):
    with pytest.raises(Refusal, match=why) as refused:
        bring(world, content)
    assert refused.value.field == "file"


def test_weighty_roles_wait_for_the_headteacher_here_too(world):
    world.sign(world.oakfield)
    assert [i.waits for i in bring(world).invited] == [False, True]


def test_only_the_administrator_may(world):
    for act in (staff_import.preview, staff_import.bring_in):
        with pytest.raises(NotAllowed):
            act(world.ports, world.oakfield.headteacher, content=FILE.encode())
