"""What letters about the second factor of signing in say. No code and no secret is ever part of one."""

from .letters import Draft, draft

_WRONG = "If that was not you, tell the headteacher now, and change your password."


def turned_on(*, when: str) -> Draft:
    """To whoever turned it on."""
    first = f"Signing in as you takes a code of your authenticator app as well, since {when}."
    return draft("factor-on", "Your second factor is on", "/account", first, _WRONG)


def turned_off(*, when: str) -> Draft:
    """To whoever turned it off."""
    first = f"Your second factor was turned off on {when}. Your password alone is enough to sign in as you."
    return draft("factor-off", "Your second factor is off", "/account", first, _WRONG)


def recovery_used(*, when: str, left: int) -> Draft:
    """To whoever used a recovery code."""
    first = f"A recovery code was used in place of your second factor on {when}. You have {left} left."
    return draft("recovery-used", "One of your recovery codes was used", "/account", first, _WRONG)


def new_recovery_codes(*, when: str) -> Draft:
    """To whoever made new ones."""
    first = f"New recovery codes were made for you on {when}. The former ones no longer work."
    return draft("recovery-made", "You have new recovery codes", "/account", first, _WRONG)


def guessed(*, when: str) -> Draft:
    """To somebody at whose second factor was guessed: whoever did it has the password."""
    first = f"On {when} somebody gave your right password, and then wrong codes until they were paused."
    care = "If that was not you, somebody knows your password: change it now, and tell the headteacher."
    return draft("factor-guessed", "Somebody may know your password", "/account", first, care)


def taking_asked(name: str, *, asker: str, path: str) -> Draft:
    """To those who may confirm that somebody has lost theirs."""
    first = f"{asker} asks to take away the second factor of {name}, who has lost it. Please confirm it, or refuse it."
    care = f"Speak to {name} first: afterwards a password alone is enough to sign in as them."
    return draft("lost-factor-asked", f"Please confirm: {name} has lost their second factor", path, first, care)


def taking_asked_for_you(*, asker: str, path: str) -> Draft:
    """To the person themself, while it waits."""
    first = f"{asker} has asked to take away your second factor. If you have not lost it, stop this on its page."
    return draft("lost-factor-asked", "Somebody asked to take away your second factor", path, first)


def taken(*, taker: str, confirmer: str, when: str) -> Draft:
    """To the person whose second factor is gone."""
    by = f"{taker} took away your second factor on {when}{_also(confirmer)}"
    then = "You sign in with your password, and can set up another on the page of your account."
    return draft("lost-factor-taken", "Your second factor was taken away", "/account", f"{by}. {then}", _WRONG)


def taken_told(name: str, *, taker: str, confirmer: str, when: str, path: str) -> Draft:
    """To the headteacher."""
    by = f"{taker} took away the second factor of {name} on {when}{_also(confirmer)}"
    then = "Until they set up another, a password alone is enough to sign in as them. Nothing is to do."
    return draft("lost-factor-told", f"The second factor of {name} was taken away", path, f"{by}. {then}")


def demanded(*, who: str, by: str) -> Draft:
    """To the headteacher, where somebody else set who must have one."""
    first = f"{by} set who must have a second factor to: {who}. Whoever must and has none sets it up as they sign in."
    return draft("factor-demanded", f"A second factor is asked of {who}", "/people", first)


def _also(confirmer: str) -> str:
    return f"; {confirmer} confirmed it" if confirmer else ""
