"""The benchmark of each step by itself measures steps that do their work."""

import pytest

from firewall_admin.adapters.reading.child import NAMES
from firewall_admin.core.list_moves import Moves
from firewall_admin.core.names import Names

from .growing import STEPS, measure, prepare

SIZE = 2_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("growing")
    prepare(place, SIZE)
    return place


def test_reading_gives_the_names_of_the_list(folder):
    STEPS["read"](folder)()
    listed = [line.split()[1] for line in (folder / "list").read_text().splitlines()]
    assert (folder / "reading" / NAMES).read_bytes() == Names.of(listed).text


def test_one_name_in_a_hundred_differs_between_the_two_texts(folder):
    old, new = (set((folder / which).read_text().splitlines()) for which in ("old", "new"))
    moves = STEPS["compare"](folder)()
    assert isinstance(moves, Moves)
    assert (moves.came, moves.gone) == (len(new - old), len(old - new))
    assert len(new) / 250 < moves.came < len(new) / 100


@pytest.mark.parametrize("step", STEPS)
def test_every_step_tells_its_time_and_memory(folder, step):
    told = measure(step, folder)
    assert told["seconds"] > 0
    assert told["MB"] > 10
