"""How a person is written down: a name, an e-mail address, a role. Each is parsed once, where it comes in."""

import re

from . import domains
from .people import Role
from .refusals import NotADomain, Refusal

LONGEST_NAME = 100  # characters
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # dot-atom (RFC 5321, 4.1.2)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""

NEEDS_APPROVAL = frozenset({Role.HEADTEACHER, Role.NETWORK_MANAGER, Role.SAFEGUARDING_LEAD, Role.ADMINISTRATOR})
"""The roles that only the headteacher may give, once the first policy is signed."""
WEIGHTY = NEEDS_APPROVAL | {Role.DEPUTY}
"""The roles of those who decide and manage: whoever signs in as one of them can change what is blocked, or for whom."""


def parse_name(text: str) -> str:
    """A person's name with single spaces. Refusal of `name` if it is empty, too long, or could be taken for more."""
    name = " ".join(text.split())
    if not name:
        raise Refusal("Enter the person's name.", "name")
    if len(name) > LONGEST_NAME:
        raise Refusal(f"Enter a name of {LONGEST_NAME} characters at most.", "name")
    if text.lstrip(" ").startswith(FORMULA):
        raise Refusal("A name can't begin with =, +, - or @: a spreadsheet would take it for a formula.", "name")
    if not name.isprintable() or not any(ch.isalpha() for ch in name):
        raise Refusal("Enter a name as it is written, in letters.", "name")
    return name


def parse_email(text: str) -> str:
    """An e-mail address in lower case, its domain in the one spelling. Refusal of `email` for anything else.

    Quoted local parts and addresses in other alphabets before the @ are refused: no school's mail server gives them.
    """
    local, at, domain = text.strip(" ").lower().rpartition("@")
    wrong = Refusal("Enter an e-mail address such as j.hughes@oakfield.example.", "email")
    if not at or len(local) > 64 or not _LOCAL.fullmatch(local) or local.startswith(FORMULA):
        raise wrong
    try:
        return f"{local}@{domains.parse(domain)}"
    except NotADomain:
        raise wrong from None


def parse_role(text: str) -> Role:
    """A role by its value or its words: `network-manager`, `Network manager`. Refusal of `role` names them all."""
    try:
        return Role("-".join(text.casefold().replace("-", " ").split()))
    except ValueError:
        known = ", ".join(role.words.lower() for role in Role)
        raise Refusal(f"Choose one of these roles: {known}.", "role") from None
