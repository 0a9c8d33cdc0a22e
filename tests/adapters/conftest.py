"""A server of lists, and what is fetched from it."""

import pytest

from firewall_admin.adapters.fetch import Fetched, fetch
from tests.list_server import HOST, ListServer, authority
from tests.list_server import reach as reach_of


@pytest.fixture
def server():
    with ListServer(authority().server(HOST)) as running:
        yield running


@pytest.fixture
def get(server, tmp_path):
    """Fetch what the server answers, to a folder of its own; nothing may be left there unless it was fetched."""

    def got(answer, target="/list.txt", reach=None, **words):
        server.answers[target] = answer
        folder = tmp_path / str(len(server.requests))
        folder.mkdir()
        found = fetch(server.url(target), folder, reach=reach or reach_of(server), **words)
        assert list(folder.iterdir()) == ([found.path] if isinstance(found, Fetched) else [])
        return found

    return got
