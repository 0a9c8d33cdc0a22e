"""A policy back into the text of its file."""

from typing import Any

from firewall_admin.core.policy import Audience, Rule, SchoolPolicy
from firewall_admin.core.timetable import Timetable, format_window


def format_policy(policy: SchoolPolicy) -> str:
    """The file's text for a policy; parsing it again gives the same policy."""
    import tomli_w

    whole: dict[str, Any] = {
        "school": {"name": policy.school, "timezone": policy.timezone, "domains": list(policy.domains)},
        "audience": [_audience_table(audience) for audience in policy.audiences],
        "list": [_plain(slug=ls.slug, role=ls.role, source=ls.source) for ls in policy.lists.values() if ls.source],
        "rule": [_rule_table(rule) for rule in policy.rules],
        "timetable": [_timetable_table(timetable) for timetable in policy.timetables.values()],
    }
    return tomli_w.dumps({key: value for key, value in whole.items() if value})


def _plain(**values: Any) -> dict[str, Any]:
    return {key.rstrip("_"): value for key, value in values.items() if value not in (None, "", [])}


def _audience_table(audience: Audience) -> dict[str, Any]:
    lists = [
        a.list if a.when is a.except_ is None else _plain(list=a.list, when=a.when, except_=a.except_)
        for a in audience.lists
    ]
    return _plain(
        name=audience.name,
        networks=list(audience.networks),
        answer=audience.answer,
        sinkhole=list(audience.sinkhole),
        safe_search=audience.safe_search,
        youtube=audience.youtube,
        anti_bypass=audience.anti_bypass,
        essential=audience.essential,
        lists=lists,
    )


def _rule_table(rule: Rule) -> dict[str, Any]:
    return _plain(
        action=rule.action,
        domain=rule.domain,
        audience=rule.audience,
        from_=rule.since,
        until=rule.until,
        when=rule.when,
        reason=rule.reason,
    )


def _timetable_table(timetable: Timetable) -> dict[str, Any]:
    terms = [f"{first}/{last}" for first, last in timetable.terms]
    return _plain(name=timetable.name, windows=[format_window(w) for w in timetable.windows], terms=terms)
