"""An application with one page that shows everything the look is made of, for somebody in the middle of their work.

`/style` as a list page, with `/style?form` as the page of a form. Only tests have it.
"""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, abort, flash, redirect, render_template_string, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from firewall_admin.core.people import PERMISSIONS, Role
from firewall_admin.core.refusals import Conflict, NotADomain
from firewall_admin.web import headers, look
from firewall_admin.web.charts import Chart
from firewall_admin.web.paging import pagination
from firewall_admin.web.plans import AudienceChange, Names, ShownPlan, ShownVerdict, Warned
from firewall_admin.web.surroundings import Banner, Person, Surroundings, entries

from .sample_form import AskForm

HERE = Path(__file__).parent
SCHOOL = "Oakfield School"
NOW = datetime(2026, 11, 21, 15, 48, tzinfo=UTC)

PLAN = ShownPlan(
    (
        AudienceChange("pupils", Names(1240, ("4chan.org", "9gag.com", "ask.fm", "azar.com", "bere.al")), Names(0, ())),
        AudienceChange("staff", Names(2, ("omegle.com", "ometv.com")), Names(1, ("kahoot.it",))),
        AudienceChange("guests", Names(0, ()), Names(0, ())),
    ),
    (
        Warned(
            "much-blocked",
            "Far more names would be blocked for 'pupils' (9,130 names blocked before, 10,370 after).",
            "Sites that people use today may stop working.",
            Names(0, ()),
        ),
        Warned(
            "locked-names-protected",
            "'trust-floor' names protected sites: it would block them.",
            "The sites named are blocked although they are protected. Lessons or safety need them.",
            Names(7, ("childline.org.uk", "ceop.police.uk", "nhs.uk", "samaritans.org", "gov.uk")),
        ),
    ),
)
VERDICTS = (
    ShownVerdict(
        "kahoot.it", "pupils", True, "kahoot.it is blocked for pupils: the blocked list 'games' names kahoot.it."
    ),
    ShownVerdict(
        "kahoot.it", "staff", False, "kahoot.it is open for staff: a rule allows kahoot.it (quizzes in science)."
    ),
)
CHART = Chart(
    "Requests decided, by subject",
    ("Allowed", "Refused"),
    (
        ("Curriculum", (64, 4)),
        ("Video", (31, 12)),
        ("Productivity", (22, 3)),
        ("Social media", (4, 19)),
        ("AI", (9, 11)),
    ),
)


def create(person: Person | None = None) -> Flask:
    """The application; without a person nobody is signed in. Pages that fail on purpose are /fails/<code>."""
    app = Flask("firewall_admin", static_folder=None)
    app.config.update(SECRET_KEY="not secret: a test's", PROPAGATE_EXCEPTIONS=False)
    app.after_request(headers.secure)
    look.init(app, lambda: around(person))
    app.add_url_rule("/style", "style", style, methods=["GET", "POST"])
    app.add_url_rule("/fails/<int:code>", "fails", abort)
    app.add_url_rule("/breaks", "breaks", breaks)
    app.add_url_rule("/refuses", "refuses", refuses)
    app.add_url_rule("/too-late", "too_late", too_late)
    app.add_url_rule("/busy", "busy", busy)
    app.add_url_rule("/own-policy", "own_policy", lambda: ("x", {"Content-Security-Policy": "default-src 'none'"}))
    return app


def around(person: Person | None) -> Surroundings:
    """Of a network manager when somebody is signed in."""
    nobody = Surroundings(school=SCHOOL, zone=ZoneInfo("Europe/London"))
    if person is None:
        return nobody
    held = Banner("Release 42 is held: 2 objections.", "Look at them", "/releases/42")
    may = PERMISSIONS[Role.NETWORK_MANAGER].__contains__
    return replace(nobody, person=person, entries=entries(may, "/policy/lists"), banner=held)


def style() -> str | Response:
    """Everything, or only the form; a good form says thank you and starts again."""
    form = AskForm()
    if form.validate_on_submit():
        flash("Your request was sent. Mr Price will look at it.")
        return redirect("/style?form")
    if request.method == "GET" and "flash" in request.args:
        flash("The target did not answer.", "important")
    which = "sample_form.html" if "form" in request.args else "sample.html"
    return render_template_string(
        (HERE / which).read_text("utf-8"),
        form=form,
        now=NOW,
        plan=PLAN,
        verdicts=VERDICTS,
        chart=CHART,
        pagination=pagination(4, 14, "/style?page={}".format),
    )


def breaks() -> str:
    raise RuntimeError("a canary of the inside")


def refuses() -> str:
    raise NotADomain("'-' is no domain name")


def too_late() -> str:
    raise Conflict("somebody <i>has</i> decided already.")


def busy() -> str:
    raise TooManyRequests(retry_after=30)
