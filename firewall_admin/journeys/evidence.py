"""The evidence pack: each obligation with live evidence, a gap, or an honest "not ours"."""

from firewall_admin.core.answers import answered
from firewall_admin.core.evidence import Evidenced
from firewall_admin.core.facts import Facts
from firewall_admin.core.people import Actor, Permission
from firewall_admin.ports import Ports

from .evidence_facts import facts
from .policy import may


def pack(ports: Ports, actor: Actor) -> tuple[Facts, tuple[Evidenced, ...]]:
    """The facts and all 29 obligations, as they are now."""
    may(actor, Permission.SEE_REGISTER)
    with ports.db.look() as session:
        known = facts(ports, session, actor)
    return known, answered(known)
