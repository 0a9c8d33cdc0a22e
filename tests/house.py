"""The rules of the house as functions: each takes the folder of a checkout and gives what is wrong, one line each."""

import ast
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PACKAGE = "firewall_admin"
LONGEST_FILE = 300  # lines
LONGEST_FUNCTION = 40  # lines
DRAWERS = set(
    "util utils helper helpers common base manager managers service services handler handlers misc model models form "
    "forms route routes view views".split()
)
GENERATED = {"__pycache__", "build", "dist", "instance", "node_modules"}

# What the core may import: computation, and reference data (law 2).
PURE = set(
    "abc array base64 bisect codecs collections copy dataclasses datetime enum functools hashlib heapq importlib "
    "ipaddress itertools json math mmap operator pkgutil re string struct textwrap tomllib types typing unicodedata "
    "uuid zlib zoneinfo calendar icalendar idna publicsuffixlist pydantic tomli_w".split()
) | {PACKAGE, "urllib.parse"}
TOUCHING_CALLS = set("open print input eval exec __import__ breakpoint mmap mmap.mmap".split())
CHANCE = re.compile(r"(?:uuid\.)?uuid[1467]")
CLOCK = re.compile(r"(?:.*\.)?(?:datetime\.(?:utcnow|now|today)|date\.today|time\.(?:time|time_ns|localtime|gmtime))")
SHELL = re.compile(r"os\.(?:system|popen|spawn\w*)|subprocess\.(?:getoutput|getstatusoutput)")

MACHINE = re.compile(r"(?<![\w.$}])/(?:root|work|home/[a-z][\w-]*|Users/\w+)/")
REGISTRIES = (
    "py" + "pi",
    "python" + "hosted",
    "npm" + "js",
    "rubygems",
    r"crates\.io",
    r"(?:deb|security|ftp)\.debian",
)
OPTIONS = "--(?:extra-)?index-url|--find-" + "links"
REGISTRY = re.compile(rf"https?://[^/\s]*(?:{'|'.join(REGISTRIES)})|{OPTIONS}", re.IGNORECASE)
BRAND = re.compile("crown|crest|logotype|GDS ?Transport", re.IGNORECASE)


def files(root: Path, inside: str = ".", ending: str = "") -> Iterator[Path]:
    """The files of a checkout that are its own: nothing generated, no environment, no caches."""
    for folder, folders, names in os.walk(root / inside):
        folders[:] = sorted(f for f in folders if f == ".ci" or not (f in GENERATED or f[0] == "." or "egg-info" in f))
        yield from (Path(folder, name) for name in sorted(names) if name.endswith(ending))


def _said(root: Path, path: Path, line: int, what: str) -> str:
    return f"{path.relative_to(root).as_posix()}:{line}: {what}"


def _history(path: Path) -> bool:
    """Migrations are what once was done, in the shape their tool wants: not code to read."""
    return "migrations" in path.parts


def long_files(root: Path) -> list[str]:
    """Files of Python over the limit."""
    sizes = [(path, path.read_text("utf-8").count("\n")) for path in files(root, ending=".py")]
    return [_said(root, p, n, "too long") for p, n in sizes if n > LONGEST_FILE and not _history(p)]


def long_functions(root: Path) -> list[str]:
    """Functions over the limit, outside the tests."""
    found = []
    for path, tree in _trees(root, "."):
        inside = path.relative_to(root).parts[0]
        for node in ast.walk(tree) if inside != "tests" and not _history(path) else ():
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found += [_said(root, path, node.lineno, f"{node.name}: {lines} lines")] * (lines > LONGEST_FUNCTION)
    return found


def drawers(root: Path) -> list[str]:
    """Modules named after a kind of code, not after the thing in them; packages and folders alike."""
    python = list(files(root, ending=".py"))
    named = {path for path in python if path.stem in DRAWERS}
    named |= {path.parent for path in python if path.parent != root and path.parent.name in DRAWERS}
    return [_said(root, path, 1, "named after a kind of code") for path in sorted(named)]


def folders_without_init(root: Path) -> list[str]:
    """Folders of Python that can't be imported as a package; two tests of one name would then collide."""
    python = (path for inside in (PACKAGE, "tests") for path in files(root, inside, ".py"))
    folders = {path.parent for path in python if not _history(path)}
    return [
        _said(root, folder, 1, "no __init__.py") for folder in sorted(folders) if not (folder / "__init__.py").exists()
    ]


def impure(root: Path) -> list[str]:
    """Where the core touches the world: imports not known to be pure, files, clocks, chance."""
    found = []
    for path, tree in _trees(root, f"{PACKAGE}/core"):
        found += [_said(root, path, n, f"imports {m}") for n, m in _imports(tree) if not _pure(m)]
        found += [_said(root, path, n, f"calls {name}") for n, name in _calls(tree) if _touches(name)]
    return found


def clocks(root: Path) -> list[str]:
    """The files of the package that read the wall clock. Time enters by one door: at most one may."""
    reading = {
        path: line for path, tree in _trees(root, PACKAGE) for line, name in _calls(tree) if CLOCK.fullmatch(name)
    }
    return [_said(root, path, line, "reads the clock") for path, line in reading.items()]


def shells(root: Path) -> list[str]:
    """Commands handed to a shell, which reads a name as a program."""
    found = []
    for path, tree in _trees(root, "."):
        found += [_said(root, path, n, name) for n, name in _calls(tree) if SHELL.fullmatch(name)]
        for node in ast.walk(tree):
            if isinstance(node, ast.keyword) and node.arg == "shell" and getattr(node.value, "value", True):
                found.append(_said(root, path, node.lineno, "shell=True"))
    return found


def foreign(root: Path) -> list[str]:
    """Paths of somebody's machine, and addresses of package registries."""
    return _matching(root, files(root), lambda line: MACHINE.search(line) or REGISTRY.search(line))


def government_brand(root: Path) -> list[str]:
    """Marks of GOV.UK in what is shipped: a product that is not GOV.UK must not look like it."""
    return _matching(root, files(root, PACKAGE), BRAND.search)


def unexplained(readme: str, settings: Iterable[str]) -> list[str]:
    """The settings, by the names of their variables, that a README does not mention."""
    return [name for name in settings if not re.search(rf"\b{name}\b", readme)]


def _matching(root: Path, paths: Iterable[Path], bad: Callable[[str], re.Match[str] | None]) -> list[str]:
    found = []
    for path in paths:
        content = path.read_bytes()
        if b"\0" not in content:
            lines = enumerate(content.decode("utf-8", "replace").splitlines(), 1)
            found += [_said(root, path, number, match[0]) for number, line in lines if (match := bad(line))]
    return found


def _trees(root: Path, inside: str) -> Iterator[tuple[Path, ast.Module]]:
    for path in files(root, inside, ".py"):
        yield path, ast.parse(path.read_text("utf-8"), str(path))


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.lineno, node.module


def _pure(module: str) -> bool:
    return module in PURE or (module.partition(".")[0] in PURE)


def _touches(call: str) -> bool:
    return call in TOUCHING_CALLS or bool(CLOCK.fullmatch(call) or CHANCE.fullmatch(call))


def _calls(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The name of everything called, as it is written: `datetime.datetime.now`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.lineno, ast.unparse(node.func)
