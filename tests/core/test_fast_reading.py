"""The fast reading of lists is the exact one: the same names, exceptions and rejected lines, whatever the lines are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firewall_admin.core.domains import covers
from firewall_admin.core.listfile import read
from firewall_admin.core.listfile.dialects import read_line

from .list_dialects import ALIKE, DIALECTS

HARD_NAMES = [
    *"a-.lab -a.lab a.b- a.-b a..b .a.lab a.lab. a.lab.. a.1 a.0x1 a.x1 a._b a.b_ a_.lab A.LAB".split(),
    *"com co.uk a--b.lab x.kent.sch.uk kent.sch.uk localhost.localdomain".split(),
    *(f"a.{'b' * 63}", f"a.{'b' * 64}", f"{'b' * 64}.lab"),
]
CHARACTERS = st.sampled_from(list("abz019.-_*|^/=:#;!@$ \t\"'{}[]<,%\\é\x00\x1b\u2028A")) | st.characters()
WORDS = st.sampled_from(
    "0.0.0.0|127.0.0.1|::1|10.0.0.1|a.com|x.co.uk|co.uk|kent.sch.uk|com|localhost.localdomain|1.2.3.4|a.b.123"
    "|*.a.com|.a.com|a.com.|||a.com^|@@||a.com^|$important|address=/a.com/|server=/a.com/#|local=/a.b/|#|# x|;|CNAME"
    '|cname|IN|.|*.|rpz-passthru.|60|A|local-zone:|"a.com."|static|always_null|local-data:|"a.com A 0.0.0.0"|A.COM'
    f"|{'a' * 64}.com|{'a.' * 130}com|{'ab.' * 22}com|{' ' * 120}|a-.com|-a.com|a--b.com|é.com|a.x-|a._b".split("|")
)
lines = st.lists(CHARACTERS, max_size=12).map("".join) | st.lists(WORDS, max_size=5).flatmap(
    lambda words: st.sampled_from(["", " ", "\t"]).map(lambda gap: gap.join(words))
)


HEAD = b"# a list" + b"." * 64 + b"\n"  # so that a NUL among the first bytes is not taken for UTF-16


def _exactly(data):
    """Names, exceptions and the numbers of rejected lines, by the exact reading alone."""
    named: set[str] = set()
    spared: set[str] = set()
    rejected = []
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        result = read_line(line)
        (spared if result.verb == "except" else named).update(result.names)
        rejected += [number] * bool(result.problem)
    return {name for name in named if not any(covers(other, name) for other in spared)}, spared, rejected


def _check(data):
    named, spared, rejected = _exactly(data)
    listed = read(data)
    assert set(listed.names) == named
    assert set(listed.exceptions) == spared
    assert [each.line for each in listed.rejected if "an exception for" not in each.reason] == rejected
    assert listed.lines == data.count(b"\n")


@given(st.lists(lines.filter(lambda line: not {"\n", "\r"} & set(line)), max_size=30))
@example(["a.com", "kent.sch.uk", "x.kent.sch.uk", "A.COM"] * 3)
@example(["0.0.0.0 co.uk", "0.0.0.0 localhost.localdomain", "0.0.0.0 a.com", "0.0.0.0 b.com"] * 3)
@example([f"{'a' * 63}.com", f"{'a' * 64}.com", "a.com", "b.com"] * 2)
@example([f"{'a.' * 125}com", f"{'a.' * 126}com", "a.com", "b.com"] * 2)
@example(["kent.sch.uk", "a.com", "0.0.0.0 a..b kent.sch.uk", "a.com"] * 2)
def test_of_any_lines(found):
    _check(HEAD + "".join(line + "\n" for line in found * 3).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("easy", DIALECTS.values(), ids=DIALECTS)
def test_of_hard_lines_among_easy_ones(easy):
    usual = easy.format("n.lab", "x")
    for hard in [*DIALECTS.values(), *ALIKE]:
        unusual = [hard.format(name, name) for name in HARD_NAMES]
        _check(HEAD + "".join(f"{usual}\n{usual}\n{line}\n{usual}\n" for line in unusual).encode())
