"""`school`: begin a school on this installation, and let its administrator in again."""

from email.utils import parseaddr

import click

from firewall_admin.core.refusals import Refusal

from .refusing import Command


@click.group("school")
def command() -> None:
    """Begin a school, or let its administrator in again."""


@command.command("create", cls=Command)
@click.option("--name", required=True, help="The school's name, as its people write it.")
@click.option("--administrator", required=True, metavar="'NAME <E-MAIL>'", help="Who brings people in.")
@click.option("--network-manager", required=True, metavar="'NAME <E-MAIL>'", help="Who sets up the policy.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where people reach the service.")
def create(name: str, administrator: str, network_manager: str, address: str) -> None:
    """Make a school, and print a link for each of its first two people. A link is shown this once, and lasts 7 days."""
    from firewall_admin.installation import opened
    from firewall_admin.journeys.founding import found

    people = [_person(administrator, "--administrator"), _person(network_manager, "--network-manager")]
    founded = found(opened(), name=name, administrator=people[0], manager=people[1])
    click.echo(f"{name} is begun. Hand each link over yourself: whoever has it can set that person's password.")
    for invited in founded.invited:
        click.echo(f"{invited.name}, {invited.role.words.lower()}: {_link(address, invited.token)}")


@command.command("let-in", cls=Command)
@click.argument("email", metavar="E-MAIL")
@click.option("--school", metavar="NAME", help="The school, where there are several.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where people reach the service.")
def let_in(email: str, school: str | None, address: str) -> None:
    """Print a new link for an administrator whom nobody at the school can help: password, phone and recovery codes are
    lost, or the first link was never used. Their old password, second factor and sessions end; it is in the trail, and
    the headteacher and the network manager are told."""
    from firewall_admin.journeys.letting_in import let_in

    from .live import living, the_school

    with living() as ports:
        with ports.db.look() as session:
            found = the_school(session, school).id
        made = let_in(ports, found, email=email)
    click.echo(f"Hand the link over yourself: whoever has it can set {made.name}'s password. It lasts 7 days.")
    click.echo(f"{made.name}: {_link(address, made.token)}")


def _link(address: str, token: str) -> str:
    return f"{address.rstrip('/')}/invitations/{token}"


def _person(text: str, option: str) -> tuple[str, str]:
    name, email = parseaddr(text)
    if not name or not email:
        raise Refusal("write a name and an e-mail address, such as 'Jo Ash <j.ash@oakfield.example>'", option)
    return name, email
