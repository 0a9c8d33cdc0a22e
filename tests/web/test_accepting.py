"""Whoever accepts a danger is told what that means: every objection that the code can raise has words of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import firewall_admin
from firewall_admin.web.plans import ACCEPTING

SOURCE = Path(firewall_admin.__file__).parent
FAMILIES = {"list-": ("Finding", "_dropping"), "loss-": ("Loss",)}
OF_ROLES = {"-names-protected": ("locked", "blocked")}


def trees() -> Iterator[ast.Module]:
    for file in sorted(SOURCE.rglob("*.py")):
        yield ast.parse(file.read_text("utf-8"), str(file))


TREES = list(trees())


def first_arguments(tree: ast.Module, *callables: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in callables and node.args:
            yield node.args[0]


def constants(*callables: str) -> set[str]:
    found = (each for tree in TREES for each in first_arguments(tree, *callables))
    return {each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def assigned(tree: ast.Module, name: str) -> list[ast.expr]:
    """What a variable of a module is set to, alone or as one of several."""
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                found += [value for to, value in pairs if isinstance(to, ast.Name) and to.id == name]
    return found


def names_of(tree: ast.Module, said: ast.expr) -> set[str]:
    """Every name that an expression can come to; a test fails where it is made in a way not known here."""
    if isinstance(said, ast.Constant):
        return {str(said.value)}
    if isinstance(said, ast.Name):
        values = assigned(tree, said.id)
        assert values, f"nobody sets {said.id}"
        return {name for value in values for name in names_of(tree, value)}
    assert isinstance(said, ast.JoinedStr), ast.dump(said)
    ends = [part.value for part in said.values if isinstance(part, ast.Constant)]
    assert len(ends) == 1, ast.dump(said)
    end = str(ends[0])
    if end in FAMILIES:
        return {end + kind for kind in constants(*FAMILIES[end])}
    return {role + end for role in OF_ROLES[end]}


def raised() -> set[str]:
    return {name for tree in TREES for said in first_arguments(tree, "Objection") for name in names_of(tree, said)}


def test_every_objection_that_can_be_raised_says_what_accepting_it_means():
    found = raised()
    assert {"much-opened", "list-needed-names", "loss-subdomains", "not-comparable", "locked-names-protected"} <= found
    assert sorted(found - ACCEPTING.keys()) == []


def test_no_words_are_kept_for_what_nobody_raises():
    assert sorted(ACCEPTING.keys() - raised()) == []


def test_the_words_are_whole_sentences():
    assert all(words[:1].isupper() and words.endswith(".") for words in ACCEPTING.values())
