"""One school whose policy has everything a format may meet, and the files every format writes for it.

`python -m tests.core.golden_policy [FORMAT…]` writes those files anew under `tests/core/golden`: read the difference
before it is committed, for it is what schools would be given.
"""

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from firewall_admin.core import exports
from firewall_admin.core.compiled import Compiled, compile_policy
from firewall_admin.core.domains import parse
from firewall_admin.core.export import Loss, Target
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, Role, Rule, SchoolPolicy
from firewall_admin.core.timetable import parse_timetable

GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, in lessons
TARGET = Target("/etc/firewall_admin")

PUPILS = Audience(
    "pupils",
    networks=("10.20.0.0/16", "10.20.30.128/28", "2001:db8:20::/48"),
    answer="sinkhole",
    sinkhole=("10.20.0.2", "2001:db8:20::2"),
    safe_search=True,
    youtube="strict",
    lists=(Assignment("adult"), Assignment("cloud"), Assignment("games", except_="after-school")),
)
STAFF = Audience(
    "staff",
    networks=("10.30.0.0/16",),
    answer="null",
    lists=(Assignment("adult"), Assignment("cloud"), Assignment("social", except_="lunch")),
)
GUESTS = Audience(  # their network stands inside the pupils', and some pupils' inside theirs
    "guests-2",
    networks=("10.20.30.0/24", "2001:db8:20:30::/64"),
    safe_search=True,
    anti_bypass=False,
    essential=False,
    lists=(Assignment("adult"), Assignment("social", when="lunch")),
)
LISTS: dict[str, tuple[Role, str]] = {
    "adult": ("blocked", "adult.example bücher.example _dmarc.example x-rated.co.example 0.example a.b.c.d.e.example"),
    "games": ("blocked", "games.example play.example online.play.example"),
    "social": ("blocked", "chat.example pictures.example"),
    "cloud": ("blocked", "icloud.com storage.example"),
    "essential": ("allowed", "learn.games.example storage.example updates.adult.example"),
    "helplines": ("protected", "help.chat.example help.adult.example"),
    "statutory": ("locked", "abuse.example trap.help.adult.example"),
}


def school_policy() -> SchoolPolicy:
    """The policy: three audiences, one of each answer style, nested networks, and names nested five deep."""
    return SchoolPolicy(
        school="Ødegård \u201cSt John\u2019s\u201d Primary\n; $(reboot) <School> \\",
        zone=ZoneInfo("Europe/London"),
        timezone="Europe/London",
        domains=("odegard.sch.example",),
        audiences=(PUPILS, STAFF, GUESTS),
        lists={slug: NameList(slug, role, Names.of(map(parse, text.split()))) for slug, (role, text) in LISTS.items()},
        rules=(
            Rule("block", "arcade.learn.games.example", "pupils", reason="found in Year 5"),
            Rule("allow", "chess.arcade.learn.games.example", "pupils", reason="chess club"),
            Rule("block", "paid.chess.arcade.learn.games.example", reason="costs money"),
            Rule("allow", "pictures.example", "staff", until=datetime(2026, 12, 18, 15, 30, tzinfo=UTC)),
            Rule("block", "www.search.example", "guests-2", reason="blocked, so never steered"),
            Rule("block", "fair.example", since=datetime(2026, 12, 1, tzinfo=UTC), reason="not yet"),
        ),
        timetables={
            "lunch": parse_timetable("lunch", ["mon-fri 12:00-13:00"], ["2026-09-02/2026-12-18"]),
            "after-school": parse_timetable("after-school", ["mon-fri 15:30-18:00", "sat-sun 00:00-24:00"]),
        },
        steering={
            "safe-search": (("www.search.example", "safe.search.example"), ("search.example", "safe.search.example")),
            "youtube-strict": (("www.video.example", "strict.video.example"),),
        },
        addresses={
            "safe.search.example": ("192.0.2.71", "2001:db8:5::71"),
            "strict.video.example": ("192.0.2.72", "2001:db8:5::72"),
        },
    )


def compiled() -> Compiled:
    return compile_policy(school_policy(), AT, release=42)


def written(name: str, whole: Compiled, target: Target = TARGET) -> dict[str, str]:
    """The files of a format by path."""
    return {file.path: "".join(file.parts) for file in exports.load(name).files(whole, target)}


def said(losses: Iterator[Loss]) -> str:
    """Losses as text, one a line."""
    return "".join(f"{loss.audience or '-'}: {loss.what}, {loss.names} names: {loss.text}\n" for loss in losses)


def golden(name: str) -> dict[str, str]:
    """What stands on disk for a format, by path; `losses.txt` is the losses. Empty if nothing does."""
    folder = GOLDEN / name
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode("ascii") for path in files}


def fresh(name: str) -> dict[str, str]:
    """What a format writes today, in the shape of `golden`."""
    whole = compiled()
    return {**written(name, whole), "losses.txt": said(exports.load(name).losses(whole, TARGET))}


def rewrite(name: str) -> None:
    """Put what a format writes today in place of what stands on disk."""
    shutil.rmtree(GOLDEN / name, ignore_errors=True)
    for path, text in fresh(name).items():
        place = GOLDEN / name / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("ascii"))


if __name__ == "__main__":
    for each in sys.argv[1:] or exports.NAMES:
        rewrite(each)
