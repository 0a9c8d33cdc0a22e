"""Lists to measure with: real ones where there are some, and made ones, which are the same on every machine."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

REAL = Path(os.environ.get("CORPORA") or Path(__file__).resolve().parents[3] / "shared" / "corpora")
FORMS = {
    "hosts": "0.0.0.0 {}\n",
    "plain": "{}\n",
    "abp": "||{}^\n",
    "dnsmasq": "server=/{}/\n",
    "unbound": 'local-zone: "{}." always_nxdomain\n',
    "rpz": "{} IN CNAME .\n",
}
_TOPS = ["com"] * 50 + ["net", "org", "info", "xyz", "top", "de", "co.uk", "ru", "online", "site", "shop", "app"] * 4
_HOSTS = ["www", "ads", "track", "img", "cdn", "m", "api", "static", "click", "metrics", "a", "s1"]
_SYLLABLES = [first + last for first in "bcdfghklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "er", "el")]


def real(size: str) -> list[Path]:
    """The lists of `small` or `medium`; none where there is no corpus."""
    folder = REAL / size
    return sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []


def made(folder: Path, lines: int) -> list[Path]:
    """Lists of so many lines altogether, one of each form, with about the duplicates and covered names of real ones."""
    chance = random.Random(lines)
    files = []
    for form, line in FORMS.items():
        file = folder / f"made.{form}"
        with file.open("w") as out:
            out.writelines(line.format(name) for name in domains(chance, lines // len(FORMS)))
        files.append(file)
    return files


def grown(folder: Path, files: list[Path], times: int) -> list[Path]:
    """The same lists with `times` as many lines: a quarter are names under one that is listed, the rest are new."""
    larger = []
    for file in files:
        lines = file.read_text("utf-8", "surrogateescape").splitlines(keepends=True)
        new = folder / file.name
        with new.open("w", errors="surrogateescape") as out:
            out.writelines(lines)
            for time in range(1, times):
                out.writelines(_varied(line, time) for line in lines)
        larger.append(new)
    return larger


def _varied(line: str, time: int) -> str:
    """A line with one more label, or with another start of the name."""
    for before in ("||", "=/", '"', "0.0.0.0 ", "127.0.0.1 ", ""):
        head, found, tail = line.partition(before) if before else ("", "", line)
        if found or not before:
            break
    if not tail[:1].isalnum() or "." not in tail:
        return line
    joint = "." if (len(tail) + time) % 4 == 0 else "-"
    return f"{head}{found}{_SYLLABLES[time * 7 % len(_SYLLABLES)]}{time}{joint}{tail}"


def domains(chance: random.Random, count: int) -> Iterator[str]:
    """Names as lists have them: many hosts under few domains, some listed with their hosts, some twice."""
    recent = ["example.com"]
    for _ in range(count):
        if chance.random() < 0.3:
            yield f"{chance.choice(_HOSTS)}.{chance.choice(recent)}"
        elif chance.random() < 0.1:
            yield chance.choice(recent)
        else:
            word = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 6)))
            domain = f"{word}{chance.choice(['', '', '-' + chance.choice(_SYLLABLES), str(chance.randint(0, 99))])}"
            domain = f"{domain}.{chance.choice(_TOPS)}"
            recent[len(recent) % 1000 :] = [domain]
            yield domain if chance.random() < 0.6 else f"{chance.choice(_HOSTS)}.{domain}"
