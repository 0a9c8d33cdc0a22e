"""The law: a file made of an earlier one's bytes is, to the byte, the file that is written from the beginning."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firewall_admin.core import alike, exports, ruleset, splicing, splicing_files
from firewall_admin.core.compiled import compile_policy
from firewall_admin.core.domains import order
from firewall_admin.core.export import Lines, Target
from firewall_admin.core.names import Names
from firewall_admin.core.policy import Assignment, Audience, NameList, SchoolPolicy
from firewall_admin.core.splicing_files import Layout, Likeness, Stretch
from tests.thoroughness import examples

from .changed_policies import changed, schools
from .small_policies import AT

KINDS = (
    ("rpz", None),
    ("unbound", None),
    ("dnsmasq", None),
    ("squid", None),
    ("edl", None),
    ("edl", "fortigate"),
    ("adguard", None),
    ("adguard", "pihole"),
    ("hosts", None),
)
LATER = AT + timedelta(hours=2, minutes=15)
PLACE = Target("/etc/fa")
pairs = schools().flatmap(lambda before: st.tuples(st.just(before), changed(before)))


def files(format_, device, whole):
    return {file.path: file for file in exports.load(format_).files(whole, replace(PLACE, device=device))}


def text(file):
    return "".join(file.parts)


def made(there, layout, pieces):
    """The text of a file of these pieces, as far as it can be from the bytes of the earlier one."""
    found = list(layout.spliced(pieces))
    return "".join(there[part.start : part.stop] if isinstance(part, Stretch) else part for part in found), found


def check(format_, device, policies, instants):
    """Each file that both have, made from the earlier one; how many characters were taken from it."""
    old, new = (compile_policy(p, at, release=n) for n, (p, at) in enumerate(zip(policies, instants, strict=True), 1))
    layouts, likeness, taken = files(format_, device, old), Likeness(), 0
    before, whole = ({path: text(file) for path, file in files(format_, device, c).items()} for c in (old, new))
    for path, file in files(format_, device, new).items():
        if path in layouts:
            layout = Layout(layouts[path].pieces, likeness)
            assert layout.size == len(before[path])
            assert all(before[path].startswith(mark, at) for at, mark in layout.marks)
            quick, parts = made(before[path], layout, file.pieces)
            assert quick == whole[path]
            taken += sum(part.stop - part.start for part in parts if isinstance(part, Stretch))
    return taken


@pytest.mark.parametrize(("format_", "device"), KINDS)
@given(policies=pairs, later=st.booleans(), lines=st.integers(1, 5), look=st.integers(1, 40))
@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_copied_and_what_is_written_make_the_whole_file(format_, device, policies, later, lines, look):
    with pytest.MonkeyPatch.context() as patch:
        for module in (ruleset, splicing):
            patch.setattr(module, "LINES", lines)
        patch.setattr(alike, "LEAP", look)
        patch.setattr(splicing_files, "_LONG", look)
        check(format_, device, policies, (AT, LATER if later else AT))


@pytest.mark.parametrize(
    ("format_", "device", "wrong"),
    [
        (*kind, wrong)
        for kind in KINDS
        for wrong in ("a line too many", "a place too late", "alike too far")
        if (kind, wrong) != (("edl", None), "a line too many")  # plain names: how many they are moves nothing
    ],
)
def test_the_law_notices_whatever_is_wrong(format_, device, wrong, monkeypatch):
    """Broken twins, one at a time, on a policy in which every format has something to copy."""
    policies = _policies_with_enough_in_them()
    assert check(format_, device, policies, (AT, AT)) > 0
    if wrong == "a line too many":
        usual_lines = Likeness.lines
        monkeypatch.setattr(Likeness, "lines", lambda self, names: usual_lines(self, names) + 1)
    elif wrong == "a place too late":
        usual_place = splicing_files._Run._place
        monkeypatch.setattr(splicing_files._Run, "_place", lambda self: usual_place(self) + 1)
    else:
        usual_alike = alike.alike
        monkeypatch.setattr(
            splicing_files, "alike", lambda one, at, *other: _with_one_more(usual_alike, one, at, *other)
        )
    with pytest.raises((AssertionError, ValueError, IndexError)):
        check(format_, device, policies, (AT, AT))


def _with_one_more(usual, one, at, other, there, newline):
    """As many lines alike as there are, and one that is not."""
    size = usual(one, at, other, there, newline)
    end = min(one.find(newline, at + size), other.find(newline, there + size))
    return size if end < 0 else one.index(newline, at + size) + 1 - at


def _policies_with_enough_in_them():
    def school(names):
        listed = NameList("v", "blocked", Names.of(names), "v")
        pupils = Audience("p", networks=("10.0.0.0/8",), answer="null", lists=(Assignment("v"),))
        return SchoolPolicy("S", UTC, "UTC", audiences=(pupils,), lists={"v": listed})

    names = [f"n{number:02}.lab" for number in range(20)]
    return school(names), school([*names[:7], "n07aaa.lab", *names[9:]])


def runs_of(*texts):
    return [Lines("".join(f"{name}\n" for name in names.split()), "<", ">") for names in texts]


def test_only_what_changed_is_written_anew():
    before, after = runs_of("a b c d", "e f g h"), runs_of("a b bb c", "d e g h")
    there = "".join(map(str, before))
    quick, parts = made(there, Layout(before, Likeness()), after)
    assert quick == "".join(map(str, after))
    assert [part for part in parts if isinstance(part, str)] == ["<bb>\n"]


def test_names_in_no_order_are_written_right_all_the_same():
    before, after = runs_of("c a d b", "h e g f"), runs_of("d c b a", "f g", "h e z c")
    there = "".join(map(str, before))
    assert made(there, Layout(before, Likeness()), after)[0] == "".join(map(str, after))


@given(st.lists(st.sampled_from("abcdefgh"), max_size=30), st.lists(st.sampled_from("abcdefgh"), max_size=30))
def test_any_lines_from_any_others(old, new):
    before, after = (runs_of(*(" ".join(names[at : at + 4]) for at in range(0, len(names), 4))) for names in (old, new))
    there = "".join(map(str, before))
    assert made(there, Layout(before, Likeness()), after)[0] == "".join(map(str, after))


def test_a_text_that_went_does_not_leave_its_likeness_to_another():
    likeness = Likeness()
    for number in range(2_000):  # texts that are not kept would get one another's identity
        name = f"{number:05}.lab\n"
        assert likeness.lines(name * (number % 7)) == number % 7
        assert likeness.alike(name * 3000, 0, name * (number % 7), 0) == len(name) * (number % 7)


def test_long_runs_are_told_as_few_stretches():
    names = sorted((f"n{number}.lab" for number in range(5_000)), key=order)
    cut = [" ".join(names[at : at + 500]) for at in range(0, 5_000, 500)]
    more = sorted([*names, "n2500a.lab"], key=order)
    moved = [" ".join(more[at : at + 500]) for at in range(0, 5_001, 500)]
    there = "".join(map(str, runs_of(*cut)))
    quick, parts = made(there, Layout(runs_of(*cut), Likeness()), runs_of(*moved))
    assert quick == "".join(map(str, runs_of(*moved)))
    assert len(parts) < 30
