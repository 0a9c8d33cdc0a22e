"""Random school policies with timetables and dates, and the like of what people change in them."""

from dataclasses import replace
from datetime import UTC, timedelta

from hypothesis import strategies as st

from firewall_admin.core.names import Names
from firewall_admin.core.policy import ANSWERS, Assignment, Audience, NameList, Role, Rule, SchoolPolicy
from firewall_admin.core.timetable import parse_timetable

from .small_policies import AT, NETWORKS, domains

ROLES: tuple[Role, ...] = ("blocked", "blocked", "blocked", "allowed", "locked", "protected")
SLUGS = ("essential", "v", "w", "x", "y")
TIMETABLES = {
    name: parse_timetable(name, [window], [])
    for name, window in (("lunch", "Mon 12:00-13:00"), ("am", "Mon 09:00-11:00"))
}
times = st.sampled_from([None, None, "lunch", "am"])
instants = st.sampled_from([None, None, AT - timedelta(hours=1), AT + timedelta(hours=2), AT + timedelta(days=40)])
texts = st.lists(domains, max_size=9).map(Names.of)
rules = st.builds(
    Rule,
    action=st.sampled_from(["allow", "block"]),
    domain=domains,
    audience=st.sampled_from([None, "p", "q"]),
    since=instants,
    until=instants,
    when=times,
)


@st.composite
def lists(draw: st.DrawFn, slug: str) -> NameList:
    role: Role = "allowed" if slug == "essential" else draw(st.sampled_from(ROLES))
    return NameList(slug, role, draw(texts), f"lists/{slug}.txt")


@st.composite
def audiences(draw: st.DrawFn, name: str) -> Audience:
    chosen = draw(st.lists(st.sampled_from(SLUGS), max_size=4, unique=True))
    return Audience(
        name,
        networks=(NETWORKS["pq".index(name)],),
        answer=draw(st.sampled_from(ANSWERS)),
        sinkhole=("192.0.2.53",),
        safe_search=draw(st.booleans()),
        anti_bypass=draw(st.booleans()),
        essential=draw(st.booleans()),
        lists=tuple(Assignment(slug, draw(times), draw(times)) for slug in sorted(chosen)),
    )


@st.composite
def schools(draw: st.DrawFn) -> SchoolPolicy:
    names = draw(st.sampled_from([("p", "q"), ("p", "q"), ("p", "q"), ("p",)]))
    return SchoolPolicy(
        "S",
        UTC,
        "UTC",
        domains=tuple(draw(st.lists(domains, max_size=2, unique=True))),
        audiences=tuple(draw(audiences(name)) for name in names),
        lists={slug: draw(lists(slug)) for slug in SLUGS},
        rules=tuple(rule for rule in draw(st.lists(rules, max_size=6)) if rule.audience in (None, *names)),
        timetables=TIMETABLES,
    )


@st.composite
def changed(draw: st.DrawFn, before: SchoolPolicy) -> SchoolPolicy:
    """A policy after one to three edits."""
    after = before
    for _ in range(draw(st.integers(1, 3))):
        after = _edited(draw, after)
    return after


def _edited(draw: st.DrawFn, policy: SchoolPolicy) -> SchoolPolicy:
    what = draw(st.sampled_from(["rule", "rule", "end", "names", "role", "audience", "domains", "timetable", "all"]))
    names = [audience.name for audience in policy.audiences]
    if what == "rule":
        new = draw(rules)
        return replace(policy, rules=(*policy.rules, new)) if new.audience in (None, *names) else policy
    if what == "end":
        return replace(policy, rules=policy.rules[1:])
    if what == "names":
        slug = draw(st.sampled_from(SLUGS))
        return replace(policy, lists={**policy.lists, slug: replace(policy.lists[slug], names=draw(texts))})
    if what == "role":
        slug = draw(st.sampled_from(SLUGS))
        return replace(policy, lists={**policy.lists, slug: draw(lists(slug))})
    if what == "audience":
        new_audience = draw(audiences(draw(st.sampled_from(names))))
        return replace(
            policy, audiences=tuple(new_audience if a.name == new_audience.name else a for a in policy.audiences)
        )
    if what == "domains":
        return replace(policy, domains=(draw(domains),))
    if what == "timetable":
        return replace(policy, timetables={**TIMETABLES, "lunch": parse_timetable("lunch", ["Mon 09:30-14:00"], [])})
    return draw(schools())
