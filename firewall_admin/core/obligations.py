"""What schools in England are asked to do about filtering, and by whom: the questions of the evidence pack.

Strength: S statutory, D the Department for Education's standard, U the UK Safer Internet Centre's definition, G good
practice. Worded from public sources up to September 2026, not quoted; the final text of Keeping children safe in
education 2026 was not seen.
"""

from dataclasses import dataclass
from typing import Literal

Strength = Literal["S", "D", "U", "G"]
STRENGTHS = {"S": "Statutory", "D": "DfE standard", "U": "UKSIC definition", "G": "Good practice"}
KCSIE, DFE, UKSIC = "Keeping children safe in education", "DfE filtering and monitoring standard", "UKSIC definitions"


@dataclass(frozen=True)
class Obligation:
    """`number` as in O1; `text` what is asked; `source` who asks it."""

    number: str
    strength: Strength
    text: str
    source: str


OBLIGATIONS: tuple[Obligation, ...] = (
    Obligation(
        "O1", "S", "Governors see to it that filtering is appropriate and review how well it works, every year.", KCSIE
    ),
    Obligation(
        "O2",
        "D",
        "A member of the leadership team and a governor are named as responsible; everyone's role is clear.",
        DFE,
    ),
    Obligation("O3", "D", "Decisions on what is blocked or allowed, and why, are documented.", DFE),
    Obligation("O4", "D", "Changes can be made promptly.", DFE),
    Obligation("O5", "D", "The safeguarding lead leads, checks reports and assures governors.", DFE),
    Obligation("O6", "D", "There is a review each school year, and whenever something changes.", DFE),
    Obligation(
        "O7",
        "D",
        "Leadership, safeguarding lead, IT and the governor take part; results and actions are recorded.",
        DFE,
    ),
    Obligation(
        "O8",
        "D",
        "The review knows the pupils' risks, what is blocked and allowed, devices, AI, limits and incidents.",
        DFE,
    ),
    Obligation("O9", "D", "Checks of devices, sites and user groups are carried out and recorded.", DFE),
    Obligation("O10", "D", "Blocking of illegal, terrorist and adult content is tested from outside.", DFE),
    Obligation(
        "O11", "D", "The IWF and CTIRU lists are in force at the provider, and nobody can switch them off.", DFE
    ),
    Obligation("O12", "D", "Pupils and staff are not filtered by one profile.", DFE),
    Obligation("O13", "D", "Filtering does not unreasonably hinder teaching and learning.", f"{DFE}; {KCSIE}"),
    Obligation("O14", "D", "VPNs, proxies and other ways round the filter are blocked.", DFE),
    Obligation("O15", "D", "Off-site, own and guests' devices are covered.", DFE),
    Obligation(
        "O16", "D", "The filter's log names the device, the person where possible, the time and the content.", DFE
    ),
    Obligation("O17", "D", "Safe search is on and locked.", DFE),
    Obligation(
        "O18",
        "D",
        "Incidents follow a documented way with action and outcome; high risk goes to the safeguarding lead at once.",
        DFE,
    ),
    Obligation(
        "O19",
        "S",
        "Suspected illegal content is not viewed, copied or shared; the right people are told.",
        "Police, IWF and UKCIS guidance",
    ),
    Obligation("O20", "S", "Filtering fits the school's Prevent risk assessment.", "Prevent duty"),
    Obligation(
        "O21", "U", "Ways round the filter are registered and closed; a trust has oversight of its schools.", UKSIC
    ),
    Obligation("O22", "U", "The limits of the system are known: content, AI, misinformation.", UKSIC),
    Obligation("O23", "D", "Users are told that filtering and monitoring are in place.", DFE),
    Obligation(
        "O24",
        "S",
        "Personal data are kept lawfully: minimal, protected, with a data-protection impact assessment.",
        "UK GDPR",
    ),
    Obligation(
        "O25",
        "G",
        "Records are kept as long as needed and no longer, with a log of destruction.",
        "Records management practice",
    ),
    Obligation("O26", "G", "A trust works towards the core digital standards by 2030.", "Academy Trust Handbook"),
    Obligation(
        "O27", "G", "An inspector's questions about filtering can be answered with evidence.", "Inspection practice"
    ),
    Obligation("O28", "G", "The school has assessed its online safety as a whole (360 degree safe).", "SWGfL"),
    Obligation(
        "O29",
        "G",
        "Changes of the filter are under change control, and logs have a keeper of their own.",
        "Technical security practice",
    ),
)
