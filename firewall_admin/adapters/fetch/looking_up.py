"""Names looked up at resolvers of one's own choice. The system's resolver may well be filtered by what is made here: a
list that blocks the server of another, or its own, must not keep either from being fetched, or nothing would mend it.
"""

from collections.abc import Callable, Sequence

from firewall_admin.core.questions import Answer, Failure, Kind, Question, Where

from .reach import system_addresses

Ask = Callable[[Question, Where], Answer | Failure]
Resolve = Callable[[str], Sequence[str]]
KINDS: tuple[Kind, ...] = ("A", "AAAA")


def through(controls: Sequence[Where], ask: Ask, otherwise: Resolve = system_addresses) -> Resolve:
    """A `Reach.resolve` that asks resolvers which filter nothing, in their order: the first that answers is believed.
    Where there is none, or none of them answers, `otherwise` is asked."""

    def resolve(host: str) -> Sequence[str]:
        for where in controls:
            answers = [ask(Question(host, kind), where) for kind in KINDS]
            found = [address for answer in answers if isinstance(answer, Answer) for address in answer.data]
            if found or all(isinstance(answer, Answer) for answer in answers):
                return found
        return otherwise(host)

    return resolve
