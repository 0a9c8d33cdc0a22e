"""Ready configuration for the server that a target is pushed to, and for the resolvers behind it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.export import File
from firewall_admin.core.push import ALGORITHMS
from firewall_admin.core.push_configs import NOWHERE, PRIMARIES, RESOLVERS, Setup
from firewall_admin.core.questions import Where
from firewall_admin.core.refusals import NotFound, Refusal
from firewall_admin.db.tables import PushRow, TargetRow
from firewall_admin.ports import Ports

from . import policy as policies
from .release_contents import for_target, place_of


def of_primary(ports: Ports, school: UUID, *, target: str, kind: str, resolvers: tuple[Where, ...] = ()) -> list[File]:
    """The files for the server itself. `resolvers`: who may transfer and is notified, beside those that live checks
    ask. Raises NotFound and Refusal."""
    if kind not in PRIMARIES:
        raise Refusal(f"There is no configuration for '{kind}': choose one of {', '.join(PRIMARIES)}.", "kind")
    with ports.db.look() as session:
        setup = _setup(session, _target(session, school, target), resolvers)
    return list(PRIMARIES[kind](setup))


def of_resolver(ports: Ports, school: UUID, *, target: str, kind: str) -> list[File]:
    """The files for a resolver that transfers the zones, with the audiences' networks as they are now."""
    if kind not in RESOLVERS:
        raise Refusal(f"There is no configuration for '{kind}': choose one of {', '.join(RESOLVERS)}.", "kind")
    with ports.db.look() as session:
        row = _target(session, school, target)
        setup = _setup(session, row, ())
        policy = policies.current(ports, session, school)
    compiled = for_target(compile_policy(policy, ports.clock()), row)
    return list(RESOLVERS[kind](compiled, setup, place_of(row).base))


def _target(session: Session, school: UUID, name: str) -> TargetRow:
    query = select(TargetRow).where(TargetRow.school_id == school, TargetRow.name == name)
    row = session.scalars(query.where(TargetRow.removed_at.is_(None))).one_or_none()
    if row is None:
        raise NotFound(f"There is no target '{name}'.")
    if row.delivery != "push":
        raise Refusal(f"Nothing is pushed to '{name}'.")
    return row


def _setup(session: Session, target: TargetRow, resolvers: tuple[Where, ...]) -> Setup:
    row = session.scalars(select(PushRow).where(PushRow.target_id == target.id)).one_or_none()
    named = (row.address, row.port, row.suffix, row.key_name, row.algorithm) if row else None
    address, port, suffix, key, algorithm = named or (NOWHERE, 53, "rpz", "firewall-admin", ALGORITHMS[0])
    asked = [Where(str(one["address"]), int(one["port"])) for one in target.resolvers]
    known = tuple(dict.fromkeys([*resolvers, *asked]))
    return Setup(target.name, tuple(target.audiences), address, port, suffix, key, algorithm, known)
