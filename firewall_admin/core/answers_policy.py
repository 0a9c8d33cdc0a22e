"""Obligations of the policy itself: who decided it, for whom it differs, and whether it gets in the way."""

from collections.abc import Iterable

from .answers_people import said
from .evidence import Answer, state_of
from .facts import YEAR, Facts, waits
from .policy import Audience, SchoolPolicy
from .terms import listed

POLICY, REGISTER, REQUESTS = ("Policy", "/policy"), ("Register", "/register"), ("Requests", "/requests")
SLOW, TOO_SLOW = 5, 10  # school days


def decisions(known: Facts) -> Answer:
    """O3: the policy is signed as a whole, and every rule has a reason or a decision."""
    shown = [
        f"{known.decisions} decisions in a year, each with a name, a reason and what the decider was shown.",
        f"{known.rules} rules stand; {known.rules_with_decision} of them name a decision.",
    ]
    missing = []
    if known.signed_at is None:
        missing.append("The headteacher has not signed the policy as a whole.")
    else:
        shown.append(f"The policy as a whole was signed on {known.day(known.signed_at)}.")
    if known.rules_without_reason:
        missing.append(f"{known.rules_without_reason} rules have no reason.")
    if known.opened_without_decision:
        missing.append(f"{known.opened_without_decision} rules open a site without a decision.")
    late = known.signed_at is not None and known.at - known.signed_at > YEAR
    if late:
        shown.append("That is more than a year ago: it is to be signed again.")
    return Answer(state_of(tuple(missing), late), tuple(shown), tuple(missing), (REGISTER,))


def prompt(known: Facts) -> Answer:
    """O4: decisions and releases do not keep people waiting; what still waits counts, too."""
    shown = list(_waits(known))
    if known.published_within is not None:
        shown.append(f"Half of all changes are published within {_seconds(known.published_within)} of being prepared.")
    missing = [] if known.releases else ["Nothing has been published in a year."]
    missing += list(_too_slow(known))
    if known.trouble:
        missing.append(f"The next release can't be prepared: {known.trouble.rstrip('.')}.")
    late = known.waiting.requests is not None and known.waiting.requests > SLOW
    return Answer(state_of(tuple(missing), late), tuple(shown), tuple(missing), (("Releases", "/releases"), REQUESTS))


def _waits(known: Facts) -> Iterable[str]:
    if known.usual_wait:
        yield f"Half of the requests that were decided were decided {known.usual_wait}."
    else:
        yield "No request was decided in a year, so there is no figure for how long that takes."
    if known.undecided and known.waiting.requests is not None:
        yield f"Not decided yet: {known.undecided}. The oldest waits {waits(known.waiting.requests)}."


def _too_slow(known: Facts) -> Iterable[str]:
    if known.waiting.requests is not None and known.waiting.requests > TOO_SLOW:
        yield f"A request has waited {waits(known.waiting.requests)}."


def _seconds(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.0f} hours"


def profiles(known: Facts) -> Answer:
    """O12: every audience of pupils is filtered otherwise than every audience of staff."""
    names = [audience.name for audience in known.policy.audiences]
    shown = (f"Audiences: {listed(names)}.",) if names else ()
    if len(names) < 2:
        return Answer("gap", shown, ("Everyone is filtered alike.",), (POLICY,))
    alike = [
        f"{pupil.name} and {adult.name}"
        for pupil in known.pupils
        for adult in known.adults
        if _profile(known.policy, pupil) == _profile(known.policy, adult)
    ]
    missing = [f"Filtered alike: {each}." for each in alike]
    if not (known.pupils and known.adults) and len({_profile(known.policy, a) for a in known.policy.audiences}) < 2:
        missing.append("Everyone is filtered alike.")
    return Answer(state_of(tuple(missing)), shown, tuple(missing), (POLICY,))


def _profile(policy: SchoolPolicy, audience: Audience) -> object:
    """What is done for an audience, without its name: equal for two that are filtered alike."""
    blocked = {a for a in audience.lists if policy.lists[a.list].role == "blocked"}
    rules = {(r.action, r.domain, r.when) for r in policy.rules if r.audience == audience.name and r.until is None}
    return frozenset(blocked), frozenset(rules), audience.safe_search, audience.youtube, audience.anti_bypass


def learning(known: Facts) -> Answer:
    """O13: what gets in the way can be told, is answered, and is mended."""
    asked = sum(known.requests.values())
    allowed, refused = (known.requests.get(state, 0) for state in ("approved", "refused"))
    shown, missing = [], list(_too_slow(known))
    if asked:
        shown.append(
            f"Asked for in a year: {asked}. Allowed: {allowed}; refused: {refused}; undecided: {known.undecided}."
        )
        shown.append(f"Blocks that were found to be a mistake and ended: {known.mended}.")
    else:
        shown.append("Nobody has asked for anything in a year. Ask staff whether they know how to.")
    shown += _waits(known)
    if known.refused_without_reason:
        missing.append(f"Refused without a reason: {known.refused_without_reason}.")
    slow = known.waiting.requests is not None and known.waiting.requests > SLOW
    return Answer(state_of(tuple(missing), slow or not asked), tuple(shown), tuple(missing), (REQUESTS, REGISTER))


def bypass(known: Facts) -> Answer:
    """O14: ways round the filter are refused for every audience of pupils."""
    without = [audience.name for audience in known.pupils if not audience.anti_bypass]
    on = [audience.name for audience in known.policy.audiences if audience.anti_bypass]
    staff = [audience.name for audience in known.adults if not audience.anti_bypass]
    missing = tuple([f"Not for {listed(without)}."] if without else [] if on else ["Not for anyone."])
    shown = [f"Private relays and encrypted DNS are refused for {listed(on)}."] if on else []
    shown += [f"Not for {listed(staff)}."] if staff else []
    shown.append("Names alone don't stop every VPN: the firewall has to refuse port 853 and known addresses, too.")
    return Answer(state_of(missing, bool(staff)), tuple(shown), missing, (POLICY,))


def safe_search(known: Facts) -> Answer:
    """O17: on for every audience of pupils, one by one."""
    off = [audience.name for audience in known.pupils if not audience.safe_search]
    on = [audience.name for audience in known.policy.audiences if audience.safe_search]
    staff = [audience.name for audience in known.adults if not audience.safe_search]
    missing = tuple([f"Off for {listed(off)}."] if off else [] if known.pupils else ["There is no audience of pupils."])
    shown = [f"On and locked for {listed(on)}."] if on else []
    shown += [f"Off for {listed(staff)}, who are adults by their name."] if staff else []
    return Answer(state_of(missing), tuple(shown), missing, (POLICY,))


def places(known: Facts) -> Answer:
    """O15: the school's word on devices, and a network for every audience."""
    shown, missing, late = said(known, "off-site", "own-devices", "guests")
    bare = [audience.name for audience in known.policy.audiences if not audience.networks]
    missing += (f"No network is known of {listed(bare)}.",) if bare else ()
    networks = tuple(
        f"Networks of {a.name}: {listed(map(str, a.networks))}." for a in known.policy.audiences if a.networks
    )
    links = (("Answer", "/evidence/undertakings"), POLICY)
    return Answer(state_of(missing, late), shown + networks, missing, links)


def change_control(known: Facts) -> Answer:
    """O29: every change is on a trail that can only grow, and somebody else than who makes them keeps it."""
    shown = [
        "Every change is one entry of a trail that can only grow, hash-chained, and verified offline.",
        f"{known.releases} numbered releases in a year, each with its difference and who caused it.",
    ]
    keepers = known.people.get("administrator", ())
    missing = () if keepers else ("Nobody but those who change the filter keeps its trail: there is no administrator.",)
    shown += [f"The trail is kept by {listed(keepers)}, who can't change the policy."] if keepers else []
    shown += [f"Not refreshed for a week: {listed(known.stale_lists)}."] if known.stale_lists else []
    links = (("Trail", "/trail"), ("Releases", "/releases"))
    return Answer(state_of(missing, bool(known.stale_lists)), tuple(shown), missing, links)
