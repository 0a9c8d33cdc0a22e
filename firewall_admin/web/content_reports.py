"""Reporting a site in two minutes, and what is done about it. Words only: no file, no picture, no upload anywhere."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import wtforms as w  # type: ignore[import-untyped]
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from wtforms import SelectChoice as Choice
from wtforms.validators import InputRequired  # type: ignore[import-untyped]

from ..core.content_reports import BODIES
from ..core.people import Permission
from ..db.tables import ContentReport
from ..journeys import content_reports as journey
from ..journeys import pupil_names, report_exports
from . import access, content_reports_page, legal_holds, refused, report_steps, spreadsheets, words_only
from .content_reports_page import AREAS, KINDS, PAGE, ShownReport
from .fields import Form
from .paging import pagination
from .report_steps import Asking, NothingMore, ReasonForm, Shown, WhenForm, asked
from .written import local

P = Permission
pages = Blueprint("content_reports", __name__, url_prefix="/reports")
words_only.take(pages)
HEADS = (
    "Number",
    "State",
    "Reported",
    "By",
    "Seen",
    "Address",
    "Where",
    "Kind",
    "About",
    "Done at once",
    "Acted on",
    "Closed",
)
NAME = {"inputmode": "url", "autocapitalize": "none", "spellcheck": False}


class ReportForm(WhenForm):
    """What was seen. The first question decides which way it takes."""

    illegal = w.RadioField(
        "Could it be against the law?",
        [InputRequired("Say whether it could be against the law")],
        choices=[
            Choice("no", "No"),
            Choice("yes", "Yes, or I am not sure", {"hint": "It then takes another way, and no address is asked for"}),
        ],
        description="Such as a sexual picture of somebody under 18, or material of terrorists",
    )
    address = report_steps.line(
        "Which site or app?",
        "Paste the address, or type its name. Don’t open it again to look",
        InputRequired("Enter the site’s address, or the name of the app"),
        **NAME,
    )
    place = report_steps.line("On which device, or in which room?", "For example, iPad 12 or the ICT suite")
    kind = w.RadioField("What is it?", [InputRequired("Choose what it is")], choices=[])
    area = w.RadioField("What is it about?", [InputRequired("Choose what it is about")], choices=[])
    pupil = report_steps.pupil("Who saw it?")
    pupil_name = report_steps.pupil_name()
    done = report_steps.lines("What did you do?", "For example, closed the page and told the class teacher")


class RestrictedForm(WhenForm):
    """What is needed to act at once. There is no field for an address."""

    place = report_steps.line(
        "Which device is it, and where is it now?",
        "For example, iPad 12, locked in the school office",
        InputRequired("Say which device it is, and where it is now"),
    )
    pupil = report_steps.pupil("Which pupil saw it, or is concerned?")
    pupil_name = report_steps.pupil_name()
    done = report_steps.lines("What has been done?", "Words only, and no address. For example, whom you told, and when")


class HandOverForm(Form):
    """To whom, and the reference it has there."""

    body = w.RadioField(
        "To whom?", [InputRequired("Choose to whom")], choices=[Choice(*each) for each in BODIES.items()]
    )
    outside = report_steps.line("Which reference did you get?", "Leave it empty if you got none")
    text = report_steps.lines("Anything else to note?", "No address, and no description of what was seen")


class RemarkForm(Form):
    """A reviewer's words."""

    remark = report_steps.lines("Anything to add?", rows=3)


@pages.get("")
@access.needs(P.REPORT, P.SEE_REPORTS)
def page() -> str:
    """The log: everybody's own, and all of them for those who act on them."""
    actor, wanted = access.current_actor(), content_reports_page.wanted(request.args)
    found = content_reports_page.listed(access.ports(), actor, wanted)
    last = max(1, -(-len(found) // PAGE))
    number = min(wanted.page, last)
    given = {name: value for name, value in vars(wanted).items() if value and name != "page"}
    return render_template(
        "content_reports/page.html",
        found=found[(number - 1) * PAGE : number * PAGE],
        count=len(found),
        wanted=wanted,
        given=given,
        kinds={str(key): words[0] for key, words in KINDS.items()},
        areas={str(key): words[0] for key, words in AREAS.items()},
        paging=pagination(number, last, lambda n: url_for(".page", **given, page=n)),
        sees=actor.may(P.SEE_REPORTS),
    )


@pages.post("/reports.csv")
@access.needs(P.SEE_REPORTS)
def spreadsheet() -> Response:
    """What the log shows but for restricted records and pupils. To take it out is an act."""
    actor, zone = access.current_actor(), access.around().zone
    rows = content_reports_page.exported(access.ports(), actor, content_reports_page.wanted(request.form))
    report_exports.taken_out(access.ports(), actor, records=len(rows))
    told = (
        tuple(local(v, zone).isoformat(" ", "minutes") if isinstance(v, datetime) else v for v in row) for row in rows
    )
    return spreadsheets.file(spreadsheets.table(HEADS, told), spreadsheets.CSV, "reports.csv")


@pages.route("/new", methods=["GET", "POST"])
@access.needs(P.REPORT)
def new() -> Shown:
    """The form; an address may bring the name along. What could be illegal is not even read: it goes the other way."""
    if request.form.get("illegal") == "yes":
        return redirect(url_for(".restricted"), 303)
    form = ReportForm(**report_steps.now(), address=request.args.get("address", "")[:253])
    form.kind.choices, form.area.choices = _choices(KINDS), _choices(AREAS)
    if request.method == "POST" and (made := report_steps.taken(form, lambda: _report(form))):
        flash("Thank you. The network manager has been told.")
        return redirect(url_for(".one", content_report=made[0]), 303)
    return render_template("content_reports/new.html", form=form), refused.status(form)


@pages.route("/restricted", methods=["GET", "POST"])
@access.needs(P.REPORT)
def restricted() -> Shown:
    """What to do now, and a record without an address."""
    form = RestrictedForm(**report_steps.now())
    if request.method == "POST" and (made := report_steps.taken(form, lambda: _report_restricted(form))):
        flash("Thank you. The safeguarding lead has been told. Speak to them now, too.")
        return redirect(url_for(".one", content_report=made[0]), 303)
    return render_template("content_reports/restricted.html", form=form), refused.status(form)


@pages.get("/<uuid:content_report>")
@access.needs(P.REPORT, P.SEE_REPORTS)
def one(content_report: UUID) -> str:
    """A report, what was done about it, and what can be."""
    return _page(_found(content_report), "")


@pages.post("/<uuid:content_report>/name")
@access.needs(P.SAFEGUARD)
def name(content_report: UUID) -> str:
    """The pupil's name in clear: an act, so it is sent, and stays on no other page."""
    shown = _found(content_report)
    read = pupil_names.read(access.ports(), access.current_actor(), ContentReport, content_report)
    return _page(shown, read)


@pages.route("/<uuid:content_report>/leave-open", methods=["GET", "POST"])
@access.needs(P.HANDLE_REPORTS)
def leave_open(content_report: UUID) -> Shown:
    shown, form = _found(content_report), ReasonForm()
    asking = _asking(shown, "Leave it open?", "Leave it open", "It stays open, and the reason is on record.")
    return asked(form, asking, lambda: journey.leave_open(**_who(shown), reason=form.reason.data or ""))


@pages.route("/<uuid:content_report>/review", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def review(content_report: UUID) -> Shown:
    shown, form = _found(content_report), RemarkForm()
    asking = _asking(shown, "Do you agree with what was done?", "I agree", "Your review is on record.")
    return asked(form, asking, lambda: journey.review(**_who(shown), remark=form.remark.data or ""))


@pages.route("/<uuid:content_report>/send-back", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def send_back(content_report: UUID) -> Shown:
    shown, form = _found(content_report), RemarkForm()
    form.remark.label.text = "What should be looked at again?"
    text = "If it was blocked, the block stays until then."
    asking = _asking(shown, "Send it back?", "Send it back", "It was sent back to the network manager.", text)
    return asked(form, asking, lambda: journey.send_back(**_who(shown), remark=form.remark.data or ""))


@pages.route("/<uuid:content_report>/restrict", methods=["GET", "POST"])
@access.needs(P.HANDLE_REPORTS, P.SAFEGUARD)
def restrict(content_report: UUID) -> Shown:
    shown = _found(content_report)
    texts = (
        "Its address and everything written about it are destroyed now, and can’t be brought back.",
        "From then on only the safeguarding lead and the headteacher read it. Don’t look at the site yourself.",
    )
    asking = _asking(
        shown, "Could it be against the law?", "Yes: restrict it", "It is a restricted record now.", *texts
    )
    act = lambda: journey.restrict(**_who(shown))
    return asked(NothingMore(), replace(asking, danger=True, then=url_for(".page")), act)


@pages.route("/<uuid:content_report>/hand-over", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def hand_over(content_report: UUID) -> Shown:
    shown, form = _found(content_report), HandOverForm()
    asking = _asking(shown, "Whom was it reported to?", "Save", "It is on record whom it was reported to.")
    return asked(form, asking, lambda: journey.hand_over(**_who(shown), **handed_over(form)))


@pages.route("/<uuid:content_report>/close", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def close(content_report: UUID) -> Shown:
    shown = _found(content_report)
    asking = _asking(shown, "Close the record?", "Close it", "The record is closed.")
    return asked(NothingMore(), asking, lambda: journey.close(**_who(shown)))


@pages.route("/<uuid:content_report>/withdraw", methods=["GET", "POST"])
@access.needs(P.REPORT)
def withdraw(content_report: UUID) -> Shown:
    shown = _found(content_report)
    asking = _asking(shown, "Withdraw your report?", "Withdraw it", "Your report is withdrawn.")
    return asked(NothingMore(), asking, lambda: journey.withdraw(**_who(shown)))


@pages.route("/<uuid:content_report>/hold", methods=["GET", "POST"])
@access.needs(P.SAFEGUARD)
def hold(content_report: UUID) -> Shown:
    """Put on legal hold, or lifted."""
    back = url_for(".one", content_report=content_report)
    return legal_holds.hold_or_lift(ContentReport, content_report, _found(content_report).hold, back)


def _found(report: UUID) -> ShownReport:
    return content_reports_page.one(access.ports(), access.current_actor(), report)


def _page(shown: ShownReport, name: str) -> str:
    actor = access.current_actor()
    may = {"safeguards": actor.may(P.SAFEGUARD), "restricts": actor.may(P.RESTRICT)}
    return render_template("content_reports/one.html", report=shown, name=name, **may)


def _who(shown: ShownReport) -> dict[str, Any]:
    return {"ports": access.ports(), "actor": access.current_actor(), "report": shown.id}


def _asking(shown: ShownReport, heading: str, button: str, done: str, *texts: str) -> Asking:
    return Asking(heading, button, done, url_for(".one", content_report=shown.id), texts=texts)


def _choices(words: Mapping[Any, tuple[str, str]]) -> list[Choice]:
    return [Choice(str(value), label, {"hint": hint}) for value, (label, hint) in words.items()]


def handed_over(form: HandOverForm) -> dict[str, Any]:
    """What was typed about a hand-over, for the journey."""
    return {name: form[name].data or "" for name in ("body", "outside", "text")}


def _report(form: ReportForm) -> UUID:
    given = {
        name: form[name].data or "" for name in ("address", "kind", "area", "place", "pupil", "pupil_name", "done")
    }
    return journey.report(
        access.ports(), access.current_actor(), journey.Seen(seen_at=report_steps.when(form), **given)
    )


def _report_restricted(form: RestrictedForm) -> UUID:
    given = {name: form[name].data or "" for name in ("place", "pupil", "pupil_name", "done")}
    at = report_steps.when(form)
    return journey.report_restricted(access.ports(), access.current_actor(), seen_at=at, **given)
