"""Which question is judged after which, and whose functions may be stood in for.

What one process of a submission learns, assume all later ones know. So a question is closed before any other question
hears its answers: callees before callers, and makers of inputs before those who get them. Both relations are read from the
solution's and the tests' code, not declared by anyone.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from autograder.model import Isolation, Question

__all__ = ["Plan", "calls_of", "plan"]


class Plan:
    """The order of a submission's questions.

    Args:
        order: All questions, in the order they are judged.
        helpers: Question name → functions of other questions that its reference calls, directly or through others.
        inputs: Question name → functions of other questions that its tests take.
    """

    def __init__(self, order: tuple[Question, ...], helpers: Mapping[str, frozenset[str]], inputs: Mapping[str, frozenset[str]]) -> None:
        self.order = order
        self.helpers = helpers
        self.inputs = inputs

    def has_reference_world(self, question: Question) -> bool:
        """True when the reference world can differ from the student's own."""
        return bool(self.helpers[question.name] or self.inputs[question.name])


def calls_of(source: str) -> dict[str, frozenset[str]]:
    """Function name → names of the module's functions that its body mentions, directly or through others."""
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    direct = {
        name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and part.id in functions} - {name}
        for name, node in functions.items()
    }
    return {name: frozenset(_reachable(name, direct)) for name in functions}


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in edges[waiting.pop()]:
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found - {start}


def plan(questions: tuple[Question, ...], solution: str, mentioned: Mapping[str, frozenset[str]]) -> Plan:
    """Order the questions.

    Args:
        questions: In the order of the config, which decides where nothing else does.
        solution: The solution module's source.
        mentioned: Question name → every name that its test file's cases mention.

    Returns:
        A plan in which no question comes after one that needs its answers, except inside a circle of functions that call
        each other; there the config's order holds, and a function's stand-in is allowed only once its question is closed.
    """
    # Shared questions are closed when all others are: their functions are stood in for nowhere.
    owner = {
        function: question.name for question in questions if question.isolation is Isolation.ISOLATED for function in question.functions
    }
    calls = calls_of(solution)
    helpers, inputs = {}, {}
    for question in questions:
        called = {name for function in question.functions for name in calls.get(function, ())}
        helpers[question.name] = frozenset(name for name in called if owner.get(name, question.name) != question.name)
        inputs[question.name] = frozenset(name for name in mentioned[question.name] if owner.get(name, question.name) != question.name)
    before = {q.name: {owner[name] for name in helpers[q.name] | inputs[q.name]} for q in questions}
    position = {question.name: index for index, question in enumerate(questions)}
    while True:
        try:
            ranks = _ranks(before)
            break
        except CycleError as error:
            circle = error.args[1]
            last = max(zip(circle[1:], circle, strict=False), key=lambda edge: position[edge[1]] - position[edge[0]])
            before[last[0]].discard(last[1])
    order = sorted(questions, key=lambda question: (ranks[question.name], position[question.name]))
    return Plan(tuple(order), helpers, inputs)


def _ranks(before: Mapping[str, set[str]]) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for name in TopologicalSorter(before).static_order():
        ranks[name] = 1 + max((ranks[earlier] for earlier in before[name]), default=-1)
    return ranks
