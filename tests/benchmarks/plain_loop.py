"""The same work as one writes it first: a loop over lines, one object a name. Run as `plain_loop.py OUT FILE...`."""

import re
import sys

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NOWHERE = {"0.0.0.0", "127.0.0.1", "::", "::1"}


def texts(line):
    """What of a line may be names."""
    line = line.split("#")[0].strip()
    if not line or line[0] in "!;":
        return []
    if line.startswith("||"):
        return [line[2:-1]] if line.endswith("^") else []
    if line.startswith(("server=/", "address=/", "local=/")):
        return [line.split("/")[1]]
    if line.startswith("local-zone:"):
        return [line.split('"')[1]]
    words = line.split()
    if words[0] in NOWHERE:
        return words[1:]
    if len(words) == 1 or words[-2:] == ["CNAME", "."]:
        return [words[0].removeprefix("*").removeprefix(".") if words[0][:1] in "*." else words[0]]
    return []


def checked(text):
    """The labels of a name from the right, or None."""
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    good = len(labels) > 1 and len(name) <= 253 and not labels[-1][0:1].isdigit()
    return tuple(reversed(labels)) if good and all(map(LABEL.fullmatch, labels)) else None


def main(out, *files):
    names: set[tuple[str, ...]] = set()
    for file in files:
        with open(file, errors="replace") as lines:
            for line in lines:
                names.update(filter(None, map(checked, texts(line))))
    last = None
    with open(out, "w") as result:
        for labels in sorted(names):
            if last is None or labels[: len(last)] != last:
                last = labels
                result.write(".".join(reversed(labels)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
