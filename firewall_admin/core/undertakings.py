"""What a school says of itself, because no machine can know it: who is responsible, what the provider does, which gaps
are accepted. Each has an owner and a day on which somebody looks at it again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class UndertakingKind:
    """`question`: what is to be said; `hint`: what a good answer holds; `obligation`: which one it answers."""

    kind: str
    obligation: str
    title: str
    question: str
    hint: str


KINDS: dict[str, UndertakingKind] = {
    one.kind: one
    for one in (
        UndertakingKind(
            "slt-lead", "O2", "Responsible leader", "Who in the leadership team is responsible?", "A name and a role"
        ),
        UndertakingKind("governor-lead", "O2", "Responsible governor", "Which governor is responsible?", "A name"),
        UndertakingKind(
            "risk-profile",
            "O8",
            "Risk profile",
            "What are our pupils' risks?",
            "Ages, special needs, English as an additional language, devices of their own, generative AI, and where it "
            "is written down",
        ),
        UndertakingKind(
            "provider",
            "O11",
            "Provider's lists",
            "What says that our provider uses the IWF and CTIRU lists, and that nobody can switch them off?",
            "The provider's name, IWF membership, its UKSIC self-certification and its date",
        ),
        UndertakingKind(
            "off-site",
            "O15",
            "Devices off site",
            "How are school devices filtered at home?",
            "Or: why they are not, and who accepted it",
        ),
        UndertakingKind(
            "own-devices",
            "O15",
            "Own devices",
            "How are phones and laptops of pupils and staff filtered?",
            "The network they use, or that there is none",
        ),
        UndertakingKind(
            "guests", "O15", "Guests", "How are guests filtered?", "The network they use, or that there is none"
        ),
        UndertakingKind(
            "filter-log",
            "O16",
            "The filter's log",
            "Where is the filter's log, what does it name, and who can read it?",
            "Device, address, person, time, content; how long it is kept; it stays there and is not copied here",
        ),
        UndertakingKind(
            "prevent",
            "O20",
            "Prevent risk assessment",
            "Where is our Prevent risk assessment, and does filtering fit it?",
            "Its date",
        ),
        UndertakingKind(
            "content",
            "O22",
            "What looks at content",
            "What looks at the content of pages, and at AI?",
            "This service works by names of sites only. Name the product that does more, or say that there is none",
        ),
        UndertakingKind(
            "impact",
            "O24",
            "Impact assessment",
            "Where is the data-protection impact assessment?",
            "Its date and who signed it",
        ),
        UndertakingKind(
            "trust", "O26", "Trust", "Which trust are we in, and who watches over its schools?", "Or: we are in none"
        ),
        UndertakingKind(
            "self-review", "O28", "Self-review", "When did we last do a 360 degree safe review?", "Its date and level"
        ),
    )
}
