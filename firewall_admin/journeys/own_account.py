"""What people do with their own account: change its password. Their sessions are in `sessions.py` and `sign_in.py`."""

from firewall_admin.core import events_people as events
from firewall_admin.core.people import Actor
from firewall_admin.core.refusals import Refusal
from firewall_admin.db.tables import Person, School
from firewall_admin.ports import Ports

from . import sign_in
from .invitations import check_password, digest, end_sessions


def change_password(ports: Ports, actor: Actor, *, token: str, address: str, current: str, new: str) -> None:
    """Change the actor's password. The present one is asked for, and guessing it is counted; every other session than
    the one with this token ends. A Refusal names `current` or `new`."""
    try:
        sign_in.prove(ports, actor, token=token, address=address, password=current)
    except Refusal as refusal:
        refusal.field = "current" if refusal.field == "password" else refusal.field
        raise
    with ports.db.look() as session:
        person = session.get_one(Person, actor.person_id)
        try:
            check_password(person, session.get_one(School, actor.school_id), new)
        except Refusal as refusal:
            raise Refusal(refusal.message, "new") from None
    kept = ports.passwords.keep(new)
    with ports.db.change(actor) as changing:
        present = changing.session.get_one(Person, actor.person_id)
        present.password = kept
        end_sessions(changing, present, but=digest(token))
        changing.did(events.PasswordChanged())
