"""`compile` measured: whole processes, cold, against the C floor on the same lists.

Three audiences: the first with every list, the others with fewer, and a rule of each kind. The floor reads the same
lists once and writes plain names, so a ratio of three is what three audiences would cost if compiling cost nothing.
"""

import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from .contest import COMMAND, Figure, commands, measure_memory, seconds

FORMATS = ("edl", "dnsmasq", "unbound", "rpz", "squid")
HEAD = """[school]
name = "Measured"
[[rule]]
action = "allow"
domain = "google.com"
[[rule]]
action = "block"
domain = "example.org"
"""


def policy(folder: Path, files: Sequence[Path]) -> Path:
    """A policy file with the lists, for three audiences."""
    slugs = [f"list-{number}" for number in range(len(files))]
    text = HEAD
    for number, name in enumerate(("pupils", "staff", "guests")):
        chosen = json.dumps(slugs[: len(slugs) - 2 * number] or slugs[:1])
        text += f'[[audience]]\nname = "{name}"\nnetworks = ["127.{number + 1}0.0.0/16"]\nlists = {chosen}\n'
    for slug, file in zip(slugs, files, strict=True):
        text += f'[[list]]\nslug = "{slug}"\nrole = "blocked"\nsource = {json.dumps(str(file))}\n'
    place = folder / "policy.toml"
    place.write_text(text)
    return place


def compiling(corpus: str, files: Sequence[Path], folder: Path, rounds: int) -> list[Figure]:
    """Every format in turn, `rounds` times, each beside a run of the floor."""
    lines = sum(file.read_bytes().count(b"\n") for file in files)
    written, words = policy(folder, files), [sys.executable, "-c", COMMAND, "compile", "--accept-loss", "--policy"]
    floor = commands(folder).get("C floor")
    figures = []
    for format_ in FORMATS:
        out = folder / f"out-{format_}"
        command = [*words, str(written), "--format", format_, "--out", str(out)]
        runs = []
        for _ in range(rounds):
            base = seconds([*floor, str(folder / "plain"), *map(str, files)])[0] if floor else None
            wall, processor = seconds(command)
            runs.append((wall, wall / (base or wall), processor))
        wall, ratio, processor = (statistics.median(each) for each in zip(*runs, strict=True))
        counts = json.loads((out / "manifest.json").read_text())["counts"]
        names = sum(count["blocked"] for count in counts.values())
        figures.append(
            Figure(f"compile {format_}", corpus, lines, names, wall, ratio, processor, measure_memory(command))
        )
    return figures
