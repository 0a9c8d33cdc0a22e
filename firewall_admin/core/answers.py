"""All 29 obligations answered from facts: each can be met and each can fail, but for what is honestly not ours."""

from collections.abc import Callable, Mapping

from . import answers_people as people
from . import answers_policy as policy
from . import answers_records as records
from .evidence import Answer, Evidenced, state_of
from .facts import Facts
from .obligations import OBLIGATIONS

Answering = Callable[[Facts], Answer]
LINKS = ("Links for inspectors", "/evidence/inspection")
INSPECTORS = "O27"
MANY = 4  # questions that are no longer told one by one
QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Who is responsible for filtering, and who looks after it?", ("O2", "O5")),
    ("How often is it reviewed, by whom, and what came of it?", ("O1", "O6", "O7")),
    ("Who decides what is blocked or allowed, and where is that written down?", ("O3", "O29")),
    ("Are pupils and staff filtered differently?", ("O12", "O8")),
    ("Are illegal content lists in force, and can anyone switch them off?", ("O10", "O11")),
    ("How do you know that it works?", ("O9", "O10")),
    ("What about VPNs, proxies and safe search?", ("O14", "O17", "O21")),
    ("Which devices and places are covered?", ("O15", "O16")),
    ("How do you see to it that it does not get in the way of teaching?", ("O4", "O13")),
    ("What happens when something gets through, or somebody goes round it?", ("O18", "O19")),
    ("Do staff, pupils and parents know?", ("O23",)),
    ("How are personal data protected, and what are the limits of the system?", ("O20", "O22", "O24", "O25")),
)
"""What an inspector asks, and the obligations that answer it."""


def _said(*kinds: str) -> Answering:
    return lambda known: people.elsewhere(known, *kinds)


ANSWERS: dict[str, Answering] = {
    "O1": people.reviewed,
    "O2": people.roles,
    "O3": policy.decisions,
    "O4": policy.prompt,
    "O5": people.safeguarding,
    "O6": people.triggers,
    "O7": people.taking_part,
    "O8": people.risks,
    "O9": records.checks,
    "O10": records.outside,
    "O11": records.provider,
    "O12": policy.profiles,
    "O13": policy.learning,
    "O14": policy.bypass,
    "O15": policy.places,
    "O16": records.filter_log,
    "O17": policy.safe_search,
    "O18": records.incidents,
    "O19": records.illegal,
    "O20": _said("prevent"),
    "O21": records.ways_round,
    "O22": people.limits,
    "O23": people.told,
    "O24": people.personal_data,
    "O25": records.destroyed,
    "O26": _said("trust"),
    "O28": _said("self-review"),
    "O29": policy.change_control,
}
"""Every obligation but O27, which is answered by the answers to the others."""


def answered(known: Facts) -> tuple[Evidenced, ...]:
    """Every obligation with its answer."""
    found = {number: answer(known) for number, answer in ANSWERS.items()}
    found[INSPECTORS] = inspectors(found)
    return tuple(Evidenced(one, found[one.number]) for one in OBLIGATIONS)


def inspectors(found: Mapping[str, Answer]) -> Answer:
    """O27: none of the twelve questions has a gap in its answer."""
    gaps = {
        n: f"Question {n} has a gap: {question}"
        for n, (question, numbers) in enumerate(QUESTIONS, 1)
        if any(found[number].state == "gap" for number in numbers)
    }
    missing = tuple(gaps.values()) if len(gaps) < MANY else (f"Questions {', '.join(map(str, gaps))} have a gap.",)
    shown = (f"{len(QUESTIONS) - len(gaps)} of {len(QUESTIONS)} questions can be answered without a gap.",)
    return Answer(state_of(missing), shown, missing, (LINKS,))
