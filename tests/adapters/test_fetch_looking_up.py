"""Where a list's server is: asked of resolvers that filter nothing, and of the system only where there are none."""

import pytest

from firewall_admin.adapters.fetch.looking_up import through
from firewall_admin.core.questions import Answer, Failure, Question, Where

FIRST, SECOND = Where("192.0.2.53"), Where("192.0.2.54")


def system(host: str) -> list[str]:
    return ["198.51.100.99"]


def nobody(question: Question, where: Where) -> Answer | Failure:
    raise AssertionError("asked")


def test_both_kinds_of_address_come_from_the_first_that_answers():
    asked = []

    def ask(question, where):
        asked.append((question.kind, where))
        return Answer(question, "NOERROR", (), ("198.51.100.7",) if question.kind == "A" else ("2001:db8::7",))

    assert list(through((FIRST, SECOND), ask, system)("lists.example.org")) == ["198.51.100.7", "2001:db8::7"]
    assert asked == [("A", FIRST), ("AAAA", FIRST)]


def test_the_next_is_asked_where_one_is_silent_and_the_system_where_all_are():
    def ask(question, where):
        if where == FIRST:
            return Failure(question, "silent", "no answer came in time")
        return Answer(question, "NOERROR", (), ("198.51.100.8",) if question.kind == "A" else ())

    assert list(through((FIRST, SECOND), ask, system)("lists.example.org")) == ["198.51.100.8"]
    assert list(through((FIRST,), ask, system)("lists.example.org")) == ["198.51.100.99"]


def test_half_an_answer_will_do_if_it_has_an_address():
    def ask(question, where):
        if question.kind == "AAAA":
            return Failure(question, "servfail", "it answered SERVFAIL")
        return Answer(question, "NOERROR", (), ("198.51.100.7",))

    assert list(through((FIRST,), ask, system)("lists.example.org")) == ["198.51.100.7"]


@pytest.mark.parametrize("code", ["NXDOMAIN", "NOERROR"])
def test_a_name_that_is_not_there_is_believed(code):
    def ask(question, where):
        return Answer(question, code)

    assert list(through((FIRST, SECOND), ask, system)("gone.example.org")) == []


def test_without_any_the_system_is_asked_as_ever():
    assert list(through((), nobody, system)("lists.example.org")) == ["198.51.100.99"]
