"""What letters about accounts say. The link, where there is one, is put at the end; it is never part of the text."""

from .letters import Draft, draft


def invitation(school: str, *, inviter: str) -> Draft:
    """To somebody who was invited; the link goes with it as a secret."""
    first = f"{inviter} has invited you to the web filter of {school}. Open the link to set your password."
    return draft("invitation", f"Your account at {school}", "/account", first, _LINK)


def new_link(school: str, *, maker: str) -> Draft:
    """To somebody whose password was reset; the link goes with it as a secret."""
    first = f"{maker} has made you a new link to set your password. Your old password no longer works."
    wrong = "If you did not ask for this, tell the headteacher before you use it."
    return draft("new-link", f"A new link for your account at {school}", "/account", first, _LINK, wrong)


def link_asked(name: str, *, asker: str, path: str) -> Draft:
    """To those who may confirm that somebody needs a new link."""
    first = f"{asker} asks for a new link to set the password of {name}. Please confirm it, or refuse it."
    care = f"Speak to {name} first: whoever has the link can sign in as them."
    return draft("link-asked", f"Please confirm: a new link for {name}", path, first, care)


def link_asked_for_you(*, asker: str, path: str) -> Draft:
    """To the person themself, while it waits."""
    first = f"{asker} has asked for a new link to set your password. If you did not want this, stop it on its page."
    return draft("link-asked", "Somebody asked for a new link for your account", path, first)


def link_confirmed(name: str, *, confirmer: str, path: str) -> Draft:
    """To whoever asked: now the link can be made."""
    first = f"{confirmer} has confirmed that {name} needs a new link. You can make it now."
    return draft("link-confirmed", f"Confirmed: a new link for {name}", path, first)


def let_in(name: str, *, when: str) -> Draft:
    """To an administrator, and to those who decide: somebody at the machine itself has made a link."""
    first = f"On {when} somebody on the machine that the filter runs on made a new link to set the password of {name}."
    care = "Whoever has it can sign in as an administrator. If you don't know who did this, and why, find out now."
    return draft("let-in", f"A link for {name} was made on the machine itself", "/trail", first, care)


def password_set(*, maker: str, confirmer: str, when: str) -> Draft:
    """To somebody whose password was set by a link that others made."""
    by = f"{maker} made, and {confirmer} confirmed" if confirmer else f"{maker} made"
    first = f"Your password was set on {when} by a link that {by}. If that was not you, tell the headteacher now."
    return draft("password-set", "Your password was set by a link", "/account", first)


_LINK = "It works once, for seven days. Do not pass it on: whoever has it can sign in as you."
