"""No edit leaves a policy that its own file could not say: a release is rebuilt from that file, and so is a restore."""

import re
import tomllib

from pydantic import ValidationError

from firewall_admin.core.policyfile import format_policy
from firewall_admin.core.policyfile.contradictions import contradictions
from firewall_admin.core.policyfile.tables import PolicyTables
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.change import Change
from firewall_admin.ports import Ports

from . import policy


def refuse_contradictions(ports: Ports, change: Change) -> None:
    """Refuse an edit that leaves something missing, twice there or at odds with another part of the policy."""
    change.session.flush()
    text = format_policy(policy.current(ports, change.session, change.actor.school_id))
    try:
        tables = PolicyTables.model_validate(tomllib.loads(text))
    except ValidationError as problem:
        first = problem.errors()[0]
        raise _refusal(str(first["loc"][-1]), str(first["msg"]).removeprefix("Value error, ")) from None
    for key, wrong in contradictions(tables, {slug: listed.role for slug, listed in ports.shipped.lists.items()}):
        raise _refusal(key, wrong)


def _refusal(key: str, wrong: str) -> Refusal:
    """The last word of a key such as `audience[0] 'pupils' sinkhole` or `audience[1].networks` names the field."""
    field = re.sub(r"\[\d+\]$", "", re.split(r"[ .]", key)[-1])
    return Refusal(wrong[:1].upper() + wrong[1:] + ("" if wrong.endswith(".") else "."), field)
