"""The live database, for commands that are told no policy file."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from firewall_admin.core.policy import SchoolPolicy
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import School
from firewall_admin.installation import opened
from firewall_admin.journeys.policy import current, glanced
from firewall_admin.ports import Ports
from firewall_admin.settings import Settings, from_environment


@contextmanager
def living() -> Iterator[Ports]:
    """The world of this process's settings. Looking for a policy makes no database: Refusal where there is none."""
    settings = from_environment()
    if not _exists(settings):
        raise Refusal(
            f"there is no database in {settings.instance.resolve()} yet: 'school create' makes one, "
            "FIREWALL_ADMIN_INSTANCE names another folder, and --policy a policy file"
        )
    ports = opened(settings)
    try:
        yield ports
    finally:
        ports.db.engine.dispose()


def the_school(session: Session, name: str | None) -> School:
    """The school of that name, or the only one there is. Refusal that lists them otherwise."""
    schools = session.scalars(select(School).order_by(School.name)).all()
    if not schools:
        raise Refusal("there is no school yet: 'school create' makes one")
    found = [school for school in schools if name is None or school.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    known = ", ".join(school.name for school in schools)
    raise Refusal(
        f"there is no school '{name}'; there are: {known}" if name else f"say which school: {known}", "--school"
    )


def live_policy(school: str | None, *, looking: bool = False) -> SchoolPolicy:
    """The policy of a school as it is edited now; for who is only `looking`, of its lists nothing is read yet."""
    with living() as ports, ports.db.look() as session:
        return (glanced if looking else current)(ports, session, the_school(session, school).id)


def _exists(settings: Settings) -> bool:
    return bool(settings.database_url) or (settings.instance / "school.db").is_file()
