"""Incidents: a way round the filter, or bullying online; what was done, and whether it still works."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.incidents import FOUND, METHODS, State
from ..core.people import Permission
from ..db.tables import Incident
from ..journeys import incidents as journey
from ..journeys import pupil_names, report_exports
from . import access, incidents_page, legal_holds, refused, report_steps, spreadsheets, words_only
from .content_reports import HandOverForm, handed_over
from .fields import Form
from .incidents_page import ShownIncident
from .report_steps import Asking, NothingMore, Shown, WhenForm, asked
from .written import local

P = Permission
pages = Blueprint("incidents", __name__, url_prefix="/reports/incidents")
words_only.take(pages)
HEADS = ("Number", "State", "Reported", "By", "Happened", "Kind", "Method", "How found", "Seen", "Where", "In the log")


class IncidentForm(WhenForm):
    """A way round the filter."""

    method = w.SelectField("How was it done?", choices=report_steps.chosen(METHODS))
    indicator = report_steps.line(
        "What gave it away?",
        "A site’s name, an app’s name or an address in the log. A name can be blocked in one step",
        autocapitalize="none",
        spellcheck=False,
    )
    found = w.SelectField("How was it found?", choices=report_steps.chosen(FOUND))
    place = report_steps.line("On which device, or in which room?")
    log_reference = report_steps.line("Where is it in the filter’s log?", "The time and the device are enough")
    pupil = report_steps.pupil()
    pupil_name = report_steps.pupil_name()
    done = report_steps.lines("What did you do?")
    at_risk = w.BooleanField(
        "A pupil may be at risk of harm",
        description="It then goes to the safeguarding lead at once, and nobody else reads it",
        render_kw={"legend": "Is anybody at risk?"},
    )


class HarassmentForm(WhenForm):
    """Bullying or harassment online: when, and where the evidence is kept."""

    evidence = report_steps.lines(
        "Where is the evidence kept, and by whom?",
        "For example, on the pupil’s phone, kept by Mrs Abbott. Don’t copy it, and don’t describe pictures",
        3,
        InputRequired("Say where the evidence is kept, and by whom"),
    )
    place = report_steps.line("On which site, app or device?")
    pupil = report_steps.pupil("Which pupil is concerned?")
    pupil_name = report_steps.pupil_name()
    done = report_steps.lines("What happened, and what was done?")


class DoneForm(Form):
    """What was done about it."""

    text = report_steps.lines("What was done?", "", 4)


class RetestForm(Form):
    """What came of trying again."""

    works = w.RadioField(
        "Does it still work?",
        [InputRequired("Say whether it still works")],
        choices=[Choice("no", "No: it is stopped. Close it"), Choice("yes", "Yes: there is more to do")],
    )
    text = report_steps.lines("What was tried, and on which device?", "", 4)


@pages.get("")
@access.needs(P.REPORT, P.SEE_REPORTS)
def page() -> str:
    """The log of incidents: everybody's own, and all for those who act on them."""
    actor = access.current_actor()
    word, state = request.args.get("word", "").strip()[:100], request.args.get("state", "")
    state = state if state in list(State) else ""
    found = incidents_page.listed(access.ports(), actor, word=word, state=state)
    sees = actor.may(P.SEE_REPORTS)
    return render_template("incidents/page.html", found=found, word=word, state=state, states=list(State), sees=sees)


@pages.post("/incidents.csv")
@access.needs(P.SEE_REPORTS)
def spreadsheet() -> Response:
    """The log but for what is restricted, and pupils. To take it out is an act."""
    actor, zone = access.current_actor(), access.around().zone
    found = [each for each in incidents_page.listed(access.ports(), actor) if each.reads and not each.restricted]
    report_exports.taken_out(access.ports(), actor, records=len(found))
    rows = (
        (
            each.reference,
            each.state,
            local(each.reported_at, zone).isoformat(" ", "minutes"),
            each.reporter,
            local(each.happened_at, zone).isoformat(" ", "minutes"),
            each.kind,
            each.method,
            each.found,
            each.indicator,
            each.place,
            each.log_reference,
        )
        for each in found
    )
    return spreadsheets.file(spreadsheets.table(HEADS, rows), spreadsheets.CSV, "incidents.csv")


@pages.route("/new", methods=["GET", "POST"])
@access.needs(P.REPORT)
def new() -> Shown:
    """Report a way round the filter."""
    form = IncidentForm(**report_steps.now(), indicator=request.args.get("indicator", "")[:200])
    if request.method == "POST" and (made := report_steps.taken(form, lambda: journey.report(*_happened(form)))):
        flash("Thank you. It was passed to those who act on it.")
        return redirect(url_for(".one", incident=made[0]), 303)
    return render_template("incidents/new.html", form=form), refused.status(form)


@pages.route("/harassment", methods=["GET", "POST"])
@access.needs(P.REPORT)
def harassment() -> Shown:
    """Report bullying or harassment."""
    form = HarassmentForm(**report_steps.now())
    act = lambda: journey.report_harassment(*_happened(form))
    if request.method == "POST" and (made := report_steps.taken(form, act)):
        flash("Thank you. The safeguarding lead has been told.")
        return redirect(url_for(".one", incident=made[0]), 303)
    return render_template("incidents/harassment.html", form=form), refused.status(form)


@pages.get("/<uuid:incident>")
@access.needs(P.REPORT, P.SEE_REPORTS)
def one(incident: UUID) -> str:
    """An incident, what was done about it, and what can be."""
    return _page(_found(incident), "")


@pages.post("/<uuid:incident>/name")
@access.needs(P.SAFEGUARD)
def name(incident: UUID) -> str:
    """The pupil's name in clear, which is an act."""
    shown = _found(incident)
    read = pupil_names.read(access.ports(), access.current_actor(), Incident, incident)
    return _page(shown, read)


@pages.route("/<uuid:incident>/act", methods=["GET", "POST"])
@access.needs(P.HANDLE_REPORTS)
def act(incident: UUID) -> Shown:
    shown, form = _found(incident), DoneForm()
    asking = _asking(shown, "What was done about it?", "Save", "What was done is on record.")
    return asked(form, asking, lambda: journey.act(**_who(shown), text=form.text.data or ""))


@pages.route("/<uuid:incident>/retest", methods=["GET", "POST"])
@access.needs(P.HANDLE_REPORTS)
def retest(incident: UUID) -> Shown:
    shown, form = _found(incident), RetestForm()
    asking = _asking(shown, "Try it again", "Save", "The result is on record.")

    def tried() -> None:
        journey.retest(**_who(shown), works=form.works.data == "yes", text=form.text.data or "")

    return asked(form, asking, tried)


@pages.route("/<uuid:incident>/pass-on", methods=["GET", "POST"])
@access.needs(P.HANDLE_REPORTS, P.SAFEGUARD)
def pass_on(incident: UUID) -> Shown:
    shown, form = _found(incident), DoneForm()
    form.text.label.text = "Anything to say to the safeguarding lead?"
    text = "From then on only the safeguarding lead and the headteacher read it."
    asking = _asking(shown, "Pass it on to the safeguarding lead?", "Pass it on", "It was passed on.", text)
    return asked(
        form, replace(asking, then=url_for(".page")), lambda: journey.pass_on(**_who(shown), text=form.text.data or "")
    )


@pages.route("/<uuid:incident>/hand-over", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def hand_over(incident: UUID) -> Shown:
    shown, form = _found(incident), HandOverForm()
    asking = _asking(shown, "Where does it stand now?", "Save", "It is on record where it stands now.")
    return asked(form, asking, lambda: journey.hand_over(**_who(shown), **handed_over(form)))


@pages.route("/<uuid:incident>/close", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def close(incident: UUID) -> Shown:
    shown = _found(incident)
    asking = _asking(shown, "Close the incident?", "Close it", "The incident is closed.")
    return asked(NothingMore(), asking, lambda: journey.close(**_who(shown)))


@pages.route("/<uuid:incident>/withdraw", methods=["GET", "POST"])
@access.needs(P.REPORT)
def withdraw(incident: UUID) -> Shown:
    shown = _found(incident)
    asking = _asking(shown, "Withdraw your report?", "Withdraw it", "Your report is withdrawn.")
    return asked(NothingMore(), asking, lambda: journey.withdraw(**_who(shown)))


@pages.route("/<uuid:incident>/hold", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def hold(incident: UUID) -> Shown:
    """Put on legal hold, or lifted."""
    back = url_for(".one", incident=incident)
    return legal_holds.hold_or_lift(Incident, incident, _found(incident).hold, back)


def _found(incident: UUID) -> ShownIncident:
    return incidents_page.one(access.ports(), access.current_actor(), incident)


def _page(shown: ShownIncident, name: str) -> str:
    actor = access.current_actor()
    may = {"safeguards": actor.may(P.SAFEGUARD), "restricts": actor.may(P.RESTRICT)}
    return render_template("incidents/one.html", incident=shown, name=name, **may)


def _who(shown: ShownIncident) -> dict[str, Any]:
    return {"ports": access.ports(), "actor": access.current_actor(), "incident": shown.id}


def _asking(shown: ShownIncident, heading: str, button: str, done: str, *texts: str) -> Asking:
    return Asking(heading, button, done, url_for(".one", incident=shown.id), texts=texts)


def _happened(form: WhenForm) -> tuple[Any, Any, journey.Happened]:
    """What was typed, for the journey. Whatever a form does not ask for is empty."""
    names = ("method", "indicator", "found", "place", "evidence", "log_reference", "pupil", "pupil_name", "done")
    given = {name: form[name].data or "" for name in names if name in form}
    at_risk = bool("at_risk" in form and form.at_risk.data)
    happened = journey.Happened(report_steps.when(form), at_risk=at_risk, **given)
    return access.ports(), access.current_actor(), happened
