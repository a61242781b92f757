"""A question is closed before another hears its answers."""

from __future__ import annotations

from fractions import Fraction

from autograder.grading.order import Plan, calls_of, plan
from autograder.model import Isolation, Question

SOLUTION = """
def cell(x): return x
def sequence(x): return [cell(part) for part in x]
def cell_backward(d, cache): return d
def sequence_backward(d, caches): return cell_backward(d, caches)
"""


def questions(*names: str) -> tuple[Question, ...]:
    return tuple(Question(name, (name,), Fraction(1)) for name in names)


def planned(*names: str, mentions: dict[str, set[str]] | None = None, solution: str = SOLUTION) -> Plan:
    mentioned = {name: frozenset((mentions or {}).get(name, set()) | {name}) for name in names}
    return plan(questions(*names), solution, mentioned)


def order(result: Plan) -> list[str]:
    return [question.name for question in result.order]


def test_callees_come_before_callers_whatever_the_config_says() -> None:
    assert order(planned("sequence_backward", "sequence", "cell_backward", "cell")) == [
        "cell_backward",
        "cell",
        "sequence_backward",
        "sequence",
    ]


def test_makers_of_inputs_come_before_those_who_get_them() -> None:
    mentions = {"cell_backward": {"cell"}, "sequence_backward": {"sequence"}}
    result = planned("cell_backward", "sequence_backward", "sequence", "cell", mentions=mentions)
    names = order(result)
    assert names.index("cell") < names.index("cell_backward")
    assert names.index("sequence") < names.index("sequence_backward")
    assert result.inputs["cell_backward"] == {"cell"}


def test_only_functions_that_the_reference_calls_are_stood_in_for() -> None:
    result = planned("cell", "sequence")
    assert result.helpers["sequence"] == {"cell"}
    assert result.helpers["cell"] == frozenset()
    assert not result.has_reference_world(result.order[0])


def test_calls_are_followed_through_helpers_that_are_not_graded() -> None:
    solution = "def a(): return between()\ndef between(): return b()\ndef b(): return 1\n"
    assert calls_of(solution)["a"] == {"between", "b"}
    assert planned("a", "b", solution=solution).helpers["a"] == {"b"}


def test_a_circle_of_functions_is_judged_in_the_configs_order() -> None:
    solution = "def even(n): return n == 0 or odd(n - 1)\ndef odd(n): return n != 0 and even(n - 1)\n"
    assert order(planned("odd", "even", solution=solution)) == ["odd", "even"]
    assert order(planned("even", "odd", solution=solution)) == ["even", "odd"]


def test_functions_of_a_shared_question_are_stood_in_for_nowhere() -> None:
    shared = Question("cell", ("cell",), Fraction(1), isolation=Isolation.SHARED)
    result = plan((shared, *questions("sequence")), SOLUTION, {"cell": frozenset(), "sequence": frozenset({"cell"})})
    assert not result.has_reference_world(result.order[1])
