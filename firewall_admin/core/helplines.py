"""Names that somebody in trouble may have looked for: the block page then begins with where help is.

A list of parts of words, not of sites: it errs towards showing help, which does no harm.
"""

WORDS = (
    "abuse anorexi anxiety bereave bulimi bully ceop childline childnet depress eatingdisorder griefs helpline kooth "
    "mentalhealth nspcc overdose papyrus refuge samaritan selfharm shoutcrisis stopncii suicid themix victim youngminds"
).split()


def concerns_help(domain: str) -> bool:
    """Whether a parsed domain may be about help, or about what one needs help with."""
    plain = domain.replace("-", "").replace(".", "")
    return any(word in plain for word in WORDS)
