"""What letters say about reports. None of them holds an address, a pupil or a word of what was reported: mail is read
on telephones, forwarded and kept. Each says that there is something to read, and where."""

from .letters import Draft

_HERE = "What was reported is not in this letter. Read it in the service, after signing in."


def to_act(record: str, path: str) -> Draft:
    """To those who act on reports."""
    text = f"Somebody reported a site ({record}). It takes one step to block it, or a few words on why not.\n\n{_HERE}"
    return Draft("reported", f"{record}: a site was reported", text, path)


def to_act_on_incident(record: str, path: str) -> Draft:
    text = f"Somebody reported an attempt to get round the filter ({record}).\n\n{_HERE}"
    return Draft("incident", f"{record}: an attempt to get round the filter", text, path)


def to_safeguard(record: str, path: str) -> Draft:
    """To the safeguarding lead and the headteacher, about what can't wait."""
    text = (
        f"There is a record for you ({record}). Read it today.\n\n{_HERE}\n"
        "Don’t ask anybody to send you what was seen, and don’t look for it yourself."
    )
    return Draft("safeguarding", f"{record}: read today", text, path)


def to_review(record: str, blocked: bool, path: str) -> Draft:
    """To the reviewers, after something was done."""
    done = "The site was blocked" if blocked else "The site was left open, with a reason"
    return Draft(
        "review", f"{record}: to review", f"{done} ({record}). Please look at it.\n\n{_HERE}", path, digest=True
    )


def to_reporter(record: str, blocked: bool, path: str) -> Draft:
    """To whoever reported it, when something was done."""
    if blocked:
        said = "Thank you. What you reported has been blocked. It is in force within a few minutes."
    else:
        said = "Thank you. What you reported was looked at and stays open for now. The reason is in the service."
    return Draft("outcome", f"{record}: your report", f"{said}\n\n{_HERE}", path)


def sent_back(record: str, path: str) -> Draft:
    """To those who act, when a reviewer wants another look."""
    return Draft("sent-back", f"{record}: look at it again", f"{record} was sent back to you.\n\n{_HERE}", path)
