"""The sections of a review of filtering, and who signs it."""

from dataclasses import dataclass

from .people import Role


@dataclass(frozen=True)
class SectionOfReview:
    """`question`: what is written; `obligations`: whose evidence stands beside it."""

    name: str
    title: str
    question: str
    obligations: tuple[str, ...]


SECTIONS: tuple[SectionOfReview, ...] = (
    SectionOfReview(
        "people", "People and roles", "Are the right people named, trained and reachable?", ("O1", "O2", "O5", "O7")
    ),
    SectionOfReview(
        "risks", "Our pupils and their risks", "What is different about our pupils this year?", ("O8", "O20", "O22")
    ),
    SectionOfReview(
        "blocked", "What is blocked and allowed", "Is it right, and right for each group?", ("O3", "O12", "O14", "O17")
    ),
    SectionOfReview(
        "learning", "Teaching and learning", "What got in the way, and how fast was it put right?", ("O4", "O13")
    ),
    SectionOfReview(
        "incidents", "Reports and incidents", "What happened, and what did we learn?", ("O18", "O19", "O21", "O25")
    ),
    SectionOfReview("checks", "Does it work?", "What did the checks find?", ("O9", "O10", "O11", "O29")),
    SectionOfReview(
        "devices", "Devices and places", "Which devices and places are covered, and which are not?", ("O15", "O16")
    ),
    SectionOfReview(
        "telling", "Telling people", "Do staff, pupils and parents know what the filter does?", ("O23", "O24", "O27")
    ),
    SectionOfReview("next", "What comes next", "What will we do, and who does it until when?", ("O6", "O26", "O28")),
)
BY_NAME = {section.name: section for section in SECTIONS}
SIGNERS = (Role.HEADTEACHER, Role.SAFEGUARDING_LEAD, Role.NETWORK_MANAGER, Role.GOVERNOR)
"""Who signs a review: each of these roles once."""
