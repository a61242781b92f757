"""All sources of a course, read and held against each other: the checks that need no running."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.authoring.cases import CaseFile, check_against, read_cases
from autograder.authoring.leaks import SecretLine, secret_lines
from autograder.authoring.notebook import CourseNotebook, check_calls, read_course_notebook
from autograder.authoring.printed import Printed, read_printed
from autograder.authoring.sources import read_source
from autograder.authoring.stubs import Definition, Stub, compare_signatures, filled, find_references, find_stubs
from autograder.config import CourseSources
from autograder.config.yaml_places import nearest
from autograder.errors import AuthorError
from autograder.model import Isolation, Question

__all__ = ["Course", "read_course"]


@dataclass(frozen=True, slots=True)
class Course:
    """Sources that agree with each other."""

    sources: CourseSources
    """Where they lie, and the policy."""
    notebook: CourseNotebook
    """The assignment."""
    stubs: Mapping[str, Stub]
    """Function or class → its stub, in the notebook's order; exactly those of the config."""
    references: Mapping[str, Definition]
    """Function or class → its reference."""
    secrets: tuple[SecretLine, ...]
    """Lines that stand only in the solution."""
    cases: Mapping[str, CaseFile]
    """Question → its test file."""
    printed: Mapping[str, tuple[Printed, ...]]
    """Function → what its driver cell prints; may be empty."""

    def filled_cells(self) -> dict[int, str]:
        """Return cell number → text, for every stub with its reference put in."""
        return {stub.cell.number: filled(stub.definition, self.references[name]) for name, stub in self.stubs.items()}


def read_course(sources: CourseSources) -> Course:
    """Read the notebook, solution and test files, and see that they agree with the config and each other.

    Raises:
        AuthorError: They do not; the first disagreement is raised.
    """
    notebook = read_course_notebook(sources.notebook, sources.shown(sources.notebook))
    owners = {name: question for question in sources.assignment.questions for name in question.functions}
    stubs = find_stubs(notebook)
    _match_stubs(sources, stubs)
    classes = frozenset(name for name, stub in stubs.items() if stub.definition.is_class)
    _refuse_isolated_classes(sources, stubs, owners)
    solution = read_source(sources.solution, sources.shown(sources.solution))
    references = find_references(solution, {name: question.name for name, question in owners.items()})
    for name, stub in stubs.items():
        compare_signatures(stub.definition, references[name])
    cases = {}
    for question in sources.assignment.questions:
        path = sources.test_files[question.name]
        cases[question.name] = read_cases(read_source(path, sources.shown(path)))
        line = sources.question_line(question.name)
        check_against(cases[question.name], question, owners, classes, sources.config_shown, line)
    _match_check_cells(sources, notebook)
    printed = read_printed(sources.printed, sources.shown(sources.printed), owners) if sources.printed else {}
    secrets = secret_lines(references.values(), [stub.definition for stub in stubs.values()])
    return Course(sources, notebook, stubs, references, secrets, cases, printed)


def _match_stubs(sources: CourseSources, stubs: Mapping[str, Stub]) -> None:
    """Every name of the config has a stub of the right kind, and no stub is graded by nobody."""
    known = []
    for question in sources.assignment.questions:
        kind = "OPTIONAL" if question.optional else "GRADED"
        for name in question.functions:
            known.append(name)
            if name not in stubs:
                raise AuthorError(
                    f"[M209] The question `{question.name}` has no stub of `{name}` in "
                    f"{sources.shown(sources.notebook)}.{nearest(name, stubs)}",
                    file=sources.config_shown,
                    line=sources.question_line(question.name),
                    remedy=f"Begin a cell with `# {kind} FUNCTION: {name}` (or `CLASS`), or correct the name.",
                )
            if stubs[name].optional != question.optional:
                place = stubs[name].cell.source.at(1)
                what = f"The config says that `{name}` is {kind.lower()}, the heading says something else."
                noun = "CLASS" if stubs[name].definition.is_class else "FUNCTION"
                raise place.error("M210", what, f"Write `# {kind} {noun}: {name}`, or change the config.")
    for name, stub in stubs.items():
        if name not in known:
            what = f"No question of {sources.config_shown} grades `{name}`.{nearest(name, known)}"
            raise stub.cell.source.at(1).error("M211", what, "Add it to `questions` or `optional`, or remove the heading.")


def _refuse_isolated_classes(sources: CourseSources, stubs: Mapping[str, Stub], owners: Mapping[str, Question]) -> None:
    """A class can be tested only where it is."""
    for name, stub in stubs.items():
        question = owners[name]
        if stub.definition.is_class and question.isolation is not Isolation.SHARED:
            line = sources.question_line(question.name)
            what = (
                f"`{name}` is a class: it cannot leave the student's process, and the tests of its question `{question.name}` "
                f"({sources.config_shown}:{line}) run in the grader's."
            )
            remedy = "Add `isolation: shared` to the question: its tests then run beside the student's code, and are not tamper-proof."
            raise stub.cell.source.at(stub.definition.node.lineno).error("M212", what, remedy)


def _match_check_cells(sources: CourseSources, notebook: CourseNotebook) -> None:
    """Every question has a cell with `grader.check("QUESTION")`, and no such cell names anything else."""
    questions = [question.name for question in sources.assignment.questions]
    checked = set()
    for name, cell, line in check_calls(notebook.cells):
        if name not in questions:
            what = f"There is no question `{name}`.{nearest(name, questions)}"
            raise cell.source.at(line).error("M403", what, "Check cells name questions of the config.")
        checked.add(name)
    for name in questions:
        if name not in checked:
            raise AuthorError(
                f"[M404] The notebook has no check cell for the question `{name}`.",
                file=sources.shown(sources.notebook),
                remedy=f'Add a code cell `grader.check("{name}")` below the cell that tries the function out.',
            )
