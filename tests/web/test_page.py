"""What looks at every page sees what is wrong: each check is shown a page that it must refuse."""

import pytest

from . import markup, page
from .page import POLICY, Page

NONCE = "a" * 22
CSP = "; ".join((*POLICY, f"script-src 'self' 'nonce-{NONCE}'"))
GOOD = (
    "<!DOCTYPE html><html lang=en><head><title>Lists – School</title></head><body>"
    f'<script src="/static/x.js" nonce="{NONCE}"></script>'
    "<main><h1>Lists</h1><h2>Ours</h2><p>Text<br>more &amp; more.</p></main></body></html>"
)
TOKEN = "<input type=hidden name=csrf_token value=x>"
SUMMARY = '<div class="govuk-error-summary"><a href="#who">Say who</a></div>'
TITLED = GOOD.replace("<title>", "<title>Error: ")
BOX = "<input aria-label=x type=checkbox>"
WRONG = [
    (page.frame, GOOD.replace(" lang=en", "")),
    (page.frame, GOOD.replace("<h1>Lists</h1>", "")),
    (page.frame, GOOD.replace("<h1>Lists</h1>", "<h1>Lists</h1><h1>Lists</h1>")),
    (page.frame, GOOD.replace("<h1>Lists</h1>", "<h1> </h1>")),
    (page.frame, GOOD.replace("h2>", "h3>")),
    (page.frame, GOOD.replace("Lists – School", "")),
    (page.names, GOOD.replace("<h2>", "<p id=a>x</p><p id=a>y</p><h2>")),
    (page.names, GOOD.replace("<h2>", "<label for=nobody>x</label><h2>")),
    (page.names, GOOD.replace("<h2>", '<a href="#nobody">x</a><h2>')),
    (page.labels, GOOD.replace("<h2>", "<input name=x><h2>")),
    (page.labels, GOOD.replace("<h2>", "<label for=x> </label><input id=x name=x><h2>")),
    (page.labels, GOOD.replace("<h2>", "<button></button><h2>")),
    (page.labels, GOOD.replace("<h2>", '<a href="/x"></a><h2>')),
    (page.legends, GOOD.replace("<h2>", "<label for=x>x</label><input id=x type=radio><h2>")),
    (page.legends, GOOD.replace("<h2>", "<fieldset><legend> </legend>" + BOX + "</fieldset><h2>")),
    (page.legends, GOOD.replace("<h2>", '<fieldset><div class="govuk-date-input" id=d></div></fieldset><h2>')),
    (page.problems, GOOD.replace("<h2>", SUMMARY + "<input id=who aria-label=x><h2>")),
    (page.problems, TITLED),
    (page.problems, TITLED.replace("<h2>", SUMMARY + "<div id=who></div><h2>")),
    (page.problems, TITLED.replace("<h2>", SUMMARY + "<input id=who type=hidden><h2>")),
    (page.problems, GOOD.replace("<h2>", '<p class="govuk-error-message">x</p><h2>')),
    (page.forms, GOOD.replace("<h2>", "<form method=post></form><h2>")),
    (page.forms, GOOD.replace("<h2>", f"<form method=get>{TOKEN}</form><h2>")),
    (page.tables, GOOD.replace("<h2>", "<table><tr><td>1</td></tr></table><h2>")),
    (page.tables, GOOD.replace("<h2>", "<table aria-label=x><tr><th>1</th></tr></table><h2>")),
    (page.pictures, GOOD.replace("<h2>", "<svg></svg><h2>")),
    (page.pictures, GOOD.replace("<h2>", "<img src='/x.png'><h2>")),
    (page.safety, GOOD.replace("<h2>", '<p style="color:red">x</p><h2>')),
    (page.safety, GOOD.replace("<h2>", "<style>p{}</style><h2>")),
    (page.safety, GOOD.replace("<h2>", '<p onclick="x()">x</p><h2>')),
    (page.safety, GOOD.replace("<h2>", '<a href="javascript:x()">x</a><h2>')),
    (page.safety, GOOD.replace("<h2>", '<img alt="" src="https://elsewhere.example/x.png"><h2>')),
    (page.safety, GOOD.replace("<h2>", '<img alt="" src="//elsewhere.example/x.png"><h2>')),
    (page.safety, GOOD.replace("<head>", '<head><link rel=stylesheet href="https://elsewhere.example/x.css">')),
    (page.safety, GOOD.replace(' src="/static/x.js"', "").replace("</script>", "x()</script>")),
    (page.safety, GOOD.replace(NONCE, "b" * 22)),
]  # fmt: skip


def test_a_good_page_has_no_faults() -> None:
    assert Page(GOOD, CSP).faults() == []


@pytest.mark.parametrize(("check", "html"), WRONG)
def test_a_wrong_page_is_refused_by(check: page.Check, html: str) -> None:
    assert html != GOOD
    assert [fault.partition(":")[0] for fault in Page(html, CSP).faults()] == [getattr(check, "__name__", None)]


@pytest.mark.parametrize("rule", [*POLICY, f"script-src 'self' 'nonce-{NONCE}'"])
def test_a_policy_that_lacks_a_rule_is_refused(rule: str) -> None:
    assert Page(GOOD, "; ".join(part for part in CSP.split("; ") if part != rule)).faults()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!DOCTYPE html>", ""),
        ("</p>", ""),
        ("</p>", "</p></p>"),
        ("<h2>Ours</h2>", "<h2><b>Ours</h2></b>"),
        ("Text<br>", "<div>Text</div>"),
        ("<h2>", "<h2 id=a id=b>"),
        ("<br>", "<br/>"),
    ],
)
def test_what_a_browser_would_have_to_mend_is_malformed(before: str, after: str) -> None:
    with pytest.raises(markup.Malformed):
        markup.parse(GOOD.replace(before, after))
