"""`school`: begin a school on this installation."""

from email.utils import parseaddr

import click

from firewall_admin.core.refusals import Refusal

from .refusing import Command


@click.group("school")
def command() -> None:
    """Begin a school."""


@command.command("create", cls=Command)
@click.option("--name", required=True, help="The school's name, as its people write it.")
@click.option("--administrator", required=True, metavar="'NAME <E-MAIL>'", help="Who brings people in.")
@click.option("--network-manager", required=True, metavar="'NAME <E-MAIL>'", help="Who sets up the policy.")
@click.option("--address", default="http://127.0.0.1:8000", show_default=True, help="Where people reach the service.")
def create(name: str, administrator: str, network_manager: str, address: str) -> None:
    """Make a school, and print a link for each of its first two people. A link is shown this once, and lasts 7 days."""
    from firewall_admin.journeys.founding import found

    from .serve import opened

    people = [_person(administrator, "--administrator"), _person(network_manager, "--network-manager")]
    founded = found(opened(), name=name, administrator=people[0], manager=people[1])
    click.echo(f"{name} is begun. Hand each link over yourself: whoever has it can set that person's password.")
    for invited in founded.invited:
        click.echo(f"{invited.name}, {invited.role.words.lower()}: {address.rstrip('/')}/invitations/{invited.token}")


def _person(text: str, option: str) -> tuple[str, str]:
    name, email = parseaddr(text)
    if not name or not email:
        raise Refusal("write a name and an e-mail address, such as 'Jo Ash <j.ash@oakfield.example>'", option)
    return name, email
