"""What a proxy's replies mean: refused, let through, or nothing that can be told."""

import pytest

from firewall_admin.core.checks import Expected
from firewall_admin.core.proxies import Heard, Request, Unheard
from firewall_admin.core.proxy_checks import lets_through, look

BLOCKED = Expected("blocked", "sinkhole", ("192.0.2.53", "2001:db8::53"))
OPEN = Expected("open", sinkhole=("192.0.2.53",))
DENIED, NO_SUCH, PAGE = "ERR_ACCESS_DENIED 0", "ERR_DNS_FAIL 0", "http://192.0.2.53/blocked?url=x"


def proxy(connect, get):
    """One that answers each method with a status, a location and an error page's name."""
    return lambda request: Heard(request, *(connect if request.method == "CONNECT" else get))


@pytest.mark.parametrize(
    ("wanted", "connect", "get", "finding"),
    [
        (BLOCKED, (403,), (403, "", DENIED), "enforced"),
        (BLOCKED, (302, PAGE), (302, PAGE), "enforced"),
        (BLOCKED, (403,), (302, "http://[2001:db8::53]/blocked?"), "enforced"),
        (BLOCKED, (403,), (403,), "leaking"),  # the site's own 403
        (BLOCKED, (403,), (302, "https://games.example/"), "leaking"),
        (BLOCKED, (200,), (403, "", DENIED), "leaking"),
        (BLOCKED, (503, "", NO_SUCH), (503, "", NO_SUCH), "leaking"),
        (BLOCKED, (502,), (502,), "not-known"),
        (BLOCKED, (407,), (407,), "not-known"),
        (OPEN, (200,), (200,), "enforced"),
        (OPEN, (200,), (301, "https://www.gov.uk/"), "enforced"),
        (OPEN, (200,), (403,), "enforced"),  # the site's own
        (OPEN, (403,), (200,), "overblocking"),
        (OPEN, (200,), (302, PAGE), "overblocking"),
        (OPEN, (200,), (403, "", DENIED), "overblocking"),
        (OPEN, (503, "", NO_SUCH), (503, "", NO_SUCH), "not-known"),
        (OPEN, (407,), (407,), "not-known"),
        (OPEN, (400,), (200,), "not-known"),  # a web server is no proxy
    ],
)
def test_replies_mean(wanted, connect, get, finding):
    found = look("games.example", wanted, proxy(connect, get), lambda: True)
    assert found.finding == finding, found
    assert len(found.answers) == 2


def test_a_proxy_that_refuses_everything_has_not_blocked_by_policy():
    refusing = proxy((403,), (403, "", DENIED))
    assert look("games.example", BLOCKED, refusing, lambda: False).finding == "overblocking"
    assert not lets_through(refusing(Request("CONNECT", "www.gov.uk")))
    assert lets_through(Heard(Request("CONNECT", "www.gov.uk"), 200))
    assert not lets_through(Unheard(Request("CONNECT", "www.gov.uk"), "silent", "no answer came in time"))


def test_a_proxy_that_answers_one_method_only_is_silent():
    def half(request):
        if request.method == "GET":
            return Unheard(request, "broken", "it hung up without an answer")
        return Heard(request, 403)

    found = look("games.example", BLOCKED, half, lambda: True)
    assert (found.finding, found.answers) == ("silent", ("CONNECT 403", "GET it hung up without an answer"))
