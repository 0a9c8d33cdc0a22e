"""The evidence pack: each obligation with live evidence, a gap, or an honest "not ours"."""

from collections.abc import Callable

from firewall_admin.core.evidence import Answer, Evidenced, few, state_of
from firewall_admin.core.obligations import OBLIGATIONS
from firewall_admin.core.people import Actor, Permission
from firewall_admin.core.terms import listed
from firewall_admin.core.undertakings import KINDS
from firewall_admin.ports import Ports

from .evidence_facts import YEAR, Facts, facts
from .policy import may

Answering = Callable[[Facts], Answer]


def pack(ports: Ports, actor: Actor) -> tuple[Facts, tuple[Evidenced, ...]]:
    """The facts and all 29 obligations, as they are now."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        known = facts(ports, session, actor)
    return known, answered(known)


def answered(known: Facts) -> tuple[Evidenced, ...]:
    """Every obligation with its answer."""
    return tuple(Evidenced(one, ANSWERS[one.number](known)) for one in OBLIGATIONS)


def _said(known: Facts, *kinds: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What the school says of itself on these questions, what is unanswered, and whether an answer is old."""
    shown, missing, late = [], [], False
    for kind in kinds:
        asked = KINDS[kind]
        if kind not in known.undertakings:
            missing.append(f"Not answered: {asked.question}")
            continue
        text, owner, old = known.undertakings[kind]
        late = late or old
        shown.append(f"{asked.title}: {text} ({owner}){', to be looked at again' if old else ''}")
    return tuple(shown), tuple(missing), late


def _self_said(*kinds: str) -> Answering:
    def answer(known: Facts) -> Answer:
        shown, missing, late = _said(known, *kinds)
        return Answer(state_of(missing, late), shown, missing, (("Answer", "/evidence/undertakings"),))

    return answer


def _review(known: Facts) -> Answer:
    links = (("Reviews", "/reviews"),)
    last = known.reviewed_at
    if last is None:
        missing = ("No review has been signed yet.",)
        return Answer(
            "gap", tuple(f"Review {n} was opened: {cause}." for n, cause, *_ in known.reviews), missing, links
        )
    said = f"The last review was signed on {last:%d %B %Y}."
    if known.at - last > YEAR:
        return Answer("gap", (said,), ("It is more than a year old.",), links)
    return Answer(state_of((), bool(known.actions_late)), (said, *_actions(known)), (), links)


def _actions(known: Facts) -> tuple[str, ...]:
    late = f", {known.actions_late} of them late" if known.actions_late else ""
    return (f"Still to do after reviews: {known.actions_open}{late}.",)


def _triggers(known: Facts) -> Answer:
    base = _review(known)
    if known.triggers:
        changed = tuple(f"Since the last review: {text}" for text in known.triggers[:3])
        return Answer("gap" if base.state == "gap" else "attention", changed + base.shown, base.missing, base.links)
    return base


def _taking_part(known: Facts) -> Answer:
    base = _review(known)
    roles = {"headteacher": "headteacher", "safeguarding-lead": "safeguarding lead"}
    roles |= {"network-manager": "network manager", "governor": "governor"}
    missing = tuple(f"No {words} who could sign." for role, words in roles.items() if not known.people[role])
    return Answer("gap" if missing else base.state, base.shown, base.missing + missing, base.links)


def _roles(known: Facts) -> Answer:
    shown, missing, late = _said(known, "slt-lead", "governor-lead")
    named = tuple(
        f"{role.replace('-', ' ').capitalize()}: {listed(names)}."
        for role, names in known.people.items()
        if names and role in ("headteacher", "deputy", "network-manager", "safeguarding-lead", "governor")
    )
    wanted = ("headteacher", "network-manager", "safeguarding-lead", "governor")
    absent = tuple(f"Nobody is {role.replace('-', ' ')}." for role in wanted if not known.people[role])
    links = (("People", "/people"), ("Answer", "/evidence/undertakings"))
    return Answer(state_of(missing + absent, late), shown + named, missing + absent, links)


def _decisions(known: Facts) -> Answer:
    shown = [
        f"{known.decisions} decisions in a year, each with a name, a reason and what the decider was shown.",
        f"{known.rules} rules stand; {known.rules_with_decision} of them name a decision.",
    ]
    if known.signed_at:
        shown.append(f"The policy as a whole was signed on {known.signed_at:%d %B %Y}.")
    missing = () if known.signed_at else ("The headteacher has not signed the policy as a whole.",)
    return Answer(state_of(missing), tuple(shown), missing, (("Register", "/register"),))


def _prompt(known: Facts) -> Answer:
    shown = []
    if known.median_days is not None:
        shown.append(f"Half of all requests are decided within {known.median_days:g} school days.")
    if known.published_within is not None:
        shown.append(
            f"Half of all changes are published within {known.published_within:.0f} seconds of being prepared."
        )
    missing = () if known.releases else ("Nothing has been published yet.",)
    return Answer(state_of(missing), tuple(shown), missing, (("Releases", "/releases"),))


def _safeguarding(known: Facts) -> Answer:
    leads = known.people["safeguarding-lead"]
    missing = () if leads else ("There is no safeguarding lead with an account.",)
    reports = sum(known.reports.values())
    shown = (f"{few(reports)} content reports and {few(sum(known.incidents.values()))} incidents in a year.",)
    return Answer(state_of(missing), shown, missing, (("Reports", "/reports"),))


def _risks(known: Facts) -> Answer:
    shown, missing, late = _said(known, "risk-profile")
    links = (("Answer", "/evidence/undertakings"), ("Reviews", "/reviews"))
    return Answer(state_of(missing, late), shown, missing, links)


def _checks(known: Facts) -> Answer:
    live = sum(known.checks.values())
    shown = [
        f"{live:,} live checks in a year" + (f", the last on {known.last_check:%d %B %Y}." if known.last_check else ".")
    ]
    shown.append(f"{known.filtering_checks} checks by device, site and user group recorded in a year.")
    bad = {finding: n for finding, n in known.checks.items() if finding not in ("enforced", "not-known")}
    shown += [f"Found {finding}: {count}." for finding, count in sorted(bad.items())]
    missing = () if known.filtering_checks or live else ("Nothing has been checked yet.",)
    links = (("Checks", "/checks"), ("Filtering checks log", "/filtering-checks"))
    return Answer(state_of(missing, bool(known.filtering_overdue)), tuple(shown), missing, links)


def _outside(known: Facts) -> Answer:
    links = (("Filtering checks log", "/filtering-checks"),)
    honest = "This service never probes illegal content itself; the outside test (testfiltering.com) does."
    if known.outside_test is None:
        return Answer("gap", (honest,), ("No outside test is recorded.",), links)
    said = f"The last outside test was recorded on {known.outside_test:%d %B %Y}."
    if known.outside_result != "good":
        return Answer("gap", (said, honest), ("It found something that is not blocked.",), links)
    return Answer(state_of((), known.at - known.outside_test > YEAR), (said, honest), (), links)


def _profiles(known: Facts) -> Answer:
    names = [audience.name for audience in known.policy.audiences]
    missing = () if len(names) > 1 else ("Everyone is filtered alike.",)
    return Answer(state_of(missing), (f"Filtered apart: {listed(names)}.",), missing, (("Policy", "/policy"),))


def _learning(known: Facts) -> Answer:
    asked = sum(known.requests.values())
    allowed, refused = (known.requests.get(state, 0) for state in ("approved", "refused"))
    shown = [f"{asked} requests in a year: {allowed} allowed, {refused} refused, each with a reason."]
    if known.median_days is not None:
        shown.append(f"Median time to a decision: {known.median_days:g} school days.")
    return Answer("met", tuple(shown), (), (("Requests", "/requests"), ("Register", "/register")))


def _bypass(known: Facts) -> Answer:
    without = [audience.name for audience in known.policy.audiences if not audience.anti_bypass]
    on = [audience.name for audience in known.policy.audiences if audience.anti_bypass]
    missing = (f"Not for {listed(without)}.",) if without else ()
    shown = (f"Private relays and encrypted DNS are refused for {listed(on) or 'nobody'}.",)
    honest = "Names alone don't stop every VPN: the firewall has to refuse port 853 and known addresses, too."
    return Answer(state_of(missing), (*shown, honest), missing, (("Policy", "/policy"),))


def _safe_search(known: Facts) -> Answer:
    off = [a.name for a in known.policy.audiences if not a.safe_search]
    on = [a.name for a in known.policy.audiences if a.safe_search]
    missing = () if on else ("Safe search is on for nobody.",)
    shown = [f"On and locked for {listed(on)}."] if on else []
    shown += [f"Off for {listed(off)}."] if on and off else []
    return Answer(state_of(missing), tuple(shown), missing, (("Policy", "/policy"),))


def _incidents(known: Facts) -> Answer:
    shown = [f"{kind.replace('-', ' ').capitalize()}: {few(count)}." for kind, count in sorted(known.incidents.items())]
    shown.append("Each has steps to closure; high risk goes to the safeguarding lead at once.")
    return Answer("met", tuple(shown), (), (("Reports", "/reports"),))


def _illegal(known: Facts) -> Answer:
    shown = (
        "The form takes no picture and no file, keeps no address, and says whom to call.",
        f"Reported in a year: {few(known.illegal)}.",
    )
    return Answer("met", shown, (), (("Reports", "/reports"),))


def _told(known: Facts) -> Answer:
    shown = (f"{known.acknowledged} of {known.staff} people have acknowledged the present rules.",)
    missing = () if known.acknowledged else ("Nobody has acknowledged the rules yet.",)
    late = known.acknowledged < known.staff
    return Answer(state_of(missing, late), shown, missing, (("What our filter does", "/statement"),))


def _destroyed(known: Facts) -> Answer:
    shown = ("Every kind of record has a time after which it is destroyed.", f"Destroyed in a year: {known.destroyed}.")
    return Answer("met", shown, (), (("Retention", "/retention"),))


def _inspectors(known: Facts) -> Answer:
    shown = ("Twelve questions are answered from live data behind a link that ends.",)
    return Answer("met", shown, (), (("Links for inspectors", "/evidence/inspection"),))


def _change_control(known: Facts) -> Answer:
    shown = [
        "Every change is one entry of a trail that can only grow, hash-chained, and verified offline.",
        f"{known.releases} numbered releases in a year, each with its difference and who caused it.",
    ]
    shown += [f"Not refreshed for a week: {listed(known.stale_lists)}."] if known.stale_lists else []
    return Answer(state_of((), bool(known.stale_lists)), tuple(shown), (), (("Trail", "/trail"),))


def _limits(known: Facts) -> Answer:
    shown, missing, late = _said(known, "content")
    honest = "This service decides by names of sites. It sees no pages, no messages and no answers of AI services."
    return Answer(state_of(missing, late), (honest, *shown), missing, (("Answer", "/evidence/undertakings"),))


def _register(known: Facts) -> Answer:
    ways = sum(count for kind, count in known.incidents.items() if kind == "circumvention")
    shown = (f"Ways round the filter reported in a year: {few(ways)}. Each can be made a block in one step.",)
    return Answer("met", shown, (), (("Reports", "/reports"),))


ANSWERS: dict[str, Answering] = {
    "O1": _review,
    "O2": _roles,
    "O3": _decisions,
    "O4": _prompt,
    "O5": _safeguarding,
    "O6": _triggers,
    "O7": _taking_part,
    "O8": _risks,
    "O9": _checks,
    "O10": _outside,
    "O11": _self_said("provider"),
    "O12": _profiles,
    "O13": _learning,
    "O14": _bypass,
    "O15": _self_said("off-site", "own-devices", "guests"),
    "O16": _self_said("filter-log"),
    "O17": _safe_search,
    "O18": _incidents,
    "O19": _illegal,
    "O20": _self_said("prevent"),
    "O21": _register,
    "O22": _limits,
    "O23": _told,
    "O24": _self_said("impact"),
    "O25": _destroyed,
    "O26": _self_said("trust"),
    "O27": _inspectors,
    "O28": _self_said("self-review"),
    "O29": _change_control,
}
