"""What we ship of other people's work: how it is made from their packages, and how to see that it was not touched.

To renew it, unpack the packages of govuk-frontend, @fontsource-variable/inter and axe-core side by side in a folder,
each under its own name (`govuk-frontend`, `inter`, `axe-core`), and run `python -m tests.vendored THAT_FOLDER`.
A product that is not GOV.UK must not look like it: its marks, its font and its colours are taken out here.
"""

import hashlib
import json
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = ROOT / "firewall_admin" / "web" / "static" / "vendor"
TESTS = ROOT / "tests" / "browser" / "vendor"

FONTS = 'Inter,"Segoe UI",Roboto,Arial,sans-serif'
COLOURS = {
    "brand": "#123f4a",
    "link": "#0b5563",
    "link-visited": "#5b3a78",
    "link-hover": "#06303a",
    "link-active": "#101a1d",
    "text": "#101a1d",
    "secondary-text": "#46555a",
    "template-background": "#eef3f3",
    "surface-background": "#f4f7f7",
    "surface-text": "#101a1d",
    "surface-border": "#b9c8cb",
    "border": "#c8d2d4",
    "input-border": "#24343a",
    "hover": "#b9c8cb",
    "success": "#0b6b4b",
    "error": "#b3261e",
    "focus": "#ffd23f",
    "focus-text": "#101a1d",
}
"""Ours, by the names GOV.UK Frontend gives its custom properties (`--govuk-brand-colour`)."""

_MARKS = re.compile(r"crown|crest|logotype|\.govuk-(?:footer|header|logo)(?![a-z])", re.IGNORECASE)
_PRINTED_IN_ANOTHER_FONT = re.compile(r"@media print\{[^{}]*\{font-family:sans-serif\}\}")
_LITERALS = {
    "#1d70b8": COLOURS["brand"],
    "#1a65a6": COLOURS["link"],
    "#0f385c": COLOURS["link-hover"],
    "#8eb8dc": COLOURS["surface-border"],
    "#f4f8fb": COLOURS["surface-background"],
    "#d2e2f1": "#d5e4e7",
}

PACKAGES: dict[str, tuple[Path, str, dict[str, str]]] = {
    "govuk-frontend": (
        SHIPPED,
        "MIT",
        {
            "govuk-frontend.min.css": "dist/govuk/govuk-frontend.min.css",
            "govuk-frontend.min.js": "dist/govuk/govuk-frontend.min.js",
        },
    ),
    "inter": (
        SHIPPED,
        "OFL-1.1",
        {
            "inter-latin.woff2": "files/inter-latin-wght-normal.woff2",
            "inter-latin-ext.woff2": "files/inter-latin-ext-wght-normal.woff2",
            "inter-licence.txt": "LICENSE",
        },
    ),
    "axe-core": (TESTS, "MPL-2.0", {"axe.min.js": "axe.min.js"}),
}
"""Each package: where it goes, its licence, and the files that we keep with where they come from."""


def stylesheet(text: str) -> str:
    """GOV.UK Frontend's minified stylesheet without its font, marks and blue, and with our font and colours."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = "".join(_kept(text.strip()))
    text = _PRINTED_IN_ANOTHER_FONT.sub("", text)
    text = re.sub(r"GDS Transport(?:,arial,sans-serif)?", lambda _: FONTS, text)
    text = re.sub(r"url\([^)]*\)", "none", text)
    text = re.sub("|".join(_LITERALS), lambda found: _LITERALS[found[0]], text)
    ours = ";".join(f"--govuk-{name}-colour:{value}" for name, value in COLOURS.items())
    theirs, rest = text.split("}", 1)  # the first rule is theirs; what they say for print comes after and must win
    return f"{theirs}}}:root{{{ours}}}{rest}\n"


def script(text: str) -> str:
    """A script without the line that points at its source map, which is not here."""
    return re.sub(r"//# sourceMappingURL=\S*\s*\Z", "", text).rstrip() + "\n"


def _kept(css: str) -> Iterator[str]:
    """The rules that stay. A selector that draws a mark goes, and so does a block that is empty without it."""
    for head, body in _rules(css):
        if body is None:
            yield head
        elif head.startswith(("@media", "@supports", "@-moz")):
            inside = "".join(_kept(body))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head != "@font-face":
            selectors = [s for s in re.split(r",(?![^(]*\))", head) if not _MARKS.search(s)]
            if selectors:
                yield f"{','.join(selectors)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """What stands at the outermost level: (selector or at-rule, body), or (statement with its semicolon, None)."""
    start = 0
    while start < len(css):
        opens, ends = css.find("{", start), css.find(";", start)
        if opens < 0 or 0 <= ends < opens:
            stop = ends + 1 if ends >= 0 else len(css)
            yield css[start:stop], None
        else:
            stop = _closing(css, opens) + 1
            yield css[start:opens].strip(), css[opens + 1 : stop - 1]
        start = stop


def _closing(css: str, opens: int) -> int:
    depth = 0
    for brace in re.finditer(r"[{}]", css[opens:]):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return opens + brace.start()
    raise ValueError(f"a block that starts at {opens} never ends")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def recorded(folder: Path) -> dict[str, str]:
    """By file name, the SHA-256 that VENDOR.toml of a folder gives."""
    said = tomllib.loads((folder / "VENDOR.toml").read_text("utf-8"))
    return {name: digest for package in said["package"] for name, digest in package["files"].items()}


def renew(unpacked: Path) -> None:
    """Make every vendored file anew, and the VENDOR.toml of each folder."""
    said: dict[Path, list[str]] = {}
    for package, (folder, licence, names) in PACKAGES.items():
        source = unpacked / package
        about = json.loads((source / "package.json").read_text("utf-8"))
        folder.mkdir(parents=True, exist_ok=True)
        for name, origin in names.items():
            _make(source / origin, folder / name)
        lines = [f'name = "{about["name"]}"', f'version = "{about["version"]}"', f'licence = "{licence}"']
        digests = [f'"{name}" = "{sha256(folder / name)}"' for name in sorted(names)]
        said.setdefault(folder, []).append("\n".join(["[[package]]", *lines, "[package.files]", *digests]))
    for folder, packages in said.items():
        (folder / "VENDOR.toml").write_text("\n\n".join(packages) + "\n", "utf-8")


def _make(origin: Path, target: Path) -> None:
    if target.suffix == ".css":
        target.write_text(stylesheet(origin.read_text("utf-8")), "utf-8")
    elif target.suffix == ".js":
        target.write_text(script(origin.read_text("utf-8")), "utf-8")
    else:
        shutil.copyfile(origin, target)


if __name__ == "__main__":
    renew(Path(sys.argv[1]))
