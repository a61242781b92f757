"""Test files read without running them: which cases they declare, for how many points, and what each asks for.

Only otter's exception format, and only what can be known from the text: `name`, `points` and `hidden` of every
`@test_case(...)` are literals, names are given, and cases stand at the top level of their file. What is read here is
what otter collects when it runs the file (otter-grader 7.0.0, `test_files/exception_test.py`): one case per decorated
function that is still bound to its name at the end of the file.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from autograder.authoring.sources import SourceText, parsed
from autograder.config.yaml_places import nearest
from autograder.model import Isolation, Question
from autograder.printable import in_points, number

__all__ = ["CaseFile", "DeclaredCase", "check_against", "read_cases"]

_OTTER_MODULE = "otter.test_files"
_DECORATOR = "test_case"
_POSITIONS = ("name", "points", "hidden", "success_message", "failure_message")  # parameters of otter's `test_case`
_GRADER_ONLY = ("reference", "rng")


@dataclass(frozen=True, slots=True)
class DeclaredCase:
    """One `@test_case(...)`."""

    name: str
    """What students read; unique in its file."""
    points: Fraction
    """0 or more."""
    hidden: bool
    """False: the case is in the release."""
    parameters: tuple[str, ...]
    """Names it asks for."""
    node: ast.FunctionDef
    """The decorated function."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One test file."""

    source: SourceText
    """Its text."""
    tree: ast.Module
    """Its syntax tree."""
    name: str
    """The question it says it is for."""
    points: Fraction | None
    """Points of the whole file, or None when it states none."""
    points_line: int
    """1-based line of that statement; 1 when there is none."""
    cases: tuple[DeclaredCase, ...]
    """In the file's order; never empty."""


def read_cases(source: SourceText) -> CaseFile:
    """Read a test file.

    Raises:
        AuthorError: M200 not Python; M301 not the exception format; M302 a case that cannot be read from the text;
            M303 two cases of one name, or a case that another definition would replace; M304 no case at all.
    """
    tree = parsed(source)
    settings = _settings(tree, source)
    if "OK_FORMAT" not in settings or settings["OK_FORMAT"][0] is not False:
        line = settings["OK_FORMAT"][1] if "OK_FORMAT" in settings else 1
        remedy = "Begin it with `OK_FORMAT = False` and write cases as `@test_case(name=..., points=...)` functions."
        raise source.at(line).error("M301", "This test file is not in otter's exception format.", remedy)
    name, name_line = settings.get("name", (None, 1))
    if not isinstance(name, str):
        raise source.at(name_line).error("M301", "The file does not say which question it tests.", 'Add `name = "..."`.')
    decorators = _decorator_names(tree)
    cases = []
    seen: dict[str, int] = {}
    for node in tree.body:
        call = _case_call(node, decorators, source)
        if call is None:
            continue
        assert isinstance(node, ast.FunctionDef)
        case = _case(node, call, source)
        if case.name in seen:
            what = f"A case named “{case.name}” stands in line {seen[case.name]} already."
            raise source.at(call.lineno).error("M303", what, "Give each its own name: the name is part of its seed.")
        seen[case.name] = call.lineno
        cases.append(case)
    _refuse_other_uses(tree, decorators, {id(d) for case in cases for d in ast.walk(case.node.decorator_list[0])}, source)
    _refuse_replaced(tree, cases, source)
    if not cases:
        raise source.at(1).error("M304", "The file declares no case.", "Decorate at least one function with @test_case.")
    points, points_line = settings.get("points", (None, 1))
    total = None
    if points is not None:
        total = _points(points)
        if total is None:
            remedy = "Write one number, or leave it out and give each case its own."
            raise source.at(points_line).error("M302", "The file's points are not one number.", remedy)
    return CaseFile(source, tree, name, total, points_line, tuple(cases))


def check_against(file: CaseFile, question: Question, functions: Iterable[str], classes: frozenset[str], config: str, line: int) -> None:
    """See that a test file and its question agree.

    Args:
        file: The test file.
        question: Its question.
        functions: Every graded or optional function or class of the assignment.
        classes: The classes among them.
        config: How messages name the config.
        line: Line of the question in the config.

    Raises:
        AuthorError: M305 another question's name; M306 points that differ; M307 a name no case can ask for;
            M309 no public case.
    """
    source = file.source
    if file.name != question.name:
        what = f"The file says that it tests `{file.name}`, but it is the test file of `{question.name}`."
        raise source.at(1).error("M305", what, f'Write `name = "{question.name}"`.')
    total = sum((case.points for case in file.cases), Fraction(0))
    if total != question.points:
        worth = "is optional" if question.optional else f"has {in_points(question.points)}"
        what = f"The cases have {in_points(total)} together, but the question {worth} ({config}:{line})."
        raise source.at(file.cases[0].node.decorator_list[0].lineno).error("M306", what, "Change one of the two.")
    if file.points is not None and file.points != total:
        what = f"The file has {in_points(file.points)}, its cases have {number(total)} together."
        raise source.at(file.points_line).error("M306", what, "Remove the file's own, or make them equal.")
    if question.optional and file.points is None:
        # otter gives a question of which nothing says its points one point.
        what = f"The question is optional ({config}:{line}), but the file does not say that it has no points."
        raise source.at(1).error("M306", what, "Write `points = 0` below its name.")
    if all(case.hidden for case in file.cases):
        what = f"Every case of `{question.name}` is hidden, so its check cell would have nothing to say."
        raise source.at(file.cases[0].node.decorator_list[0].lineno).error("M309", what, "Make one of them public.")
    shared = question.isolation is Isolation.SHARED
    known = [*functions] if shared else [*(name for name in functions if name not in classes), *_GRADER_ONLY]
    for case in file.cases:
        for argument in case.node.args.args:
            complaint = _cannot_ask(argument.arg, known, case, question, classes)
            if complaint is not None:
                raise source.at(argument.lineno, argument.col_offset, len(argument.arg)).error("M307", *complaint)


def _cannot_ask(name: str, known: list[str], case: DeclaredCase, question: Question, classes: frozenset[str]) -> tuple[str, str] | None:
    """Why a case cannot ask for a name, and what to do about it; None when it can."""
    if name in _GRADER_ONLY and question.isolation is Isolation.SHARED:
        what = (
            f"`{name}` exists only in the grader, and the cases of `{question.name}` run beside the student's code (`isolation: shared`)."
        )
        return what, "Write inputs and expected values out."
    if name in _GRADER_ONLY and not case.hidden:
        return f"`{name}` exists only in the grader, so a public case cannot ask for it.", "Make the case hidden, or write the inputs out."
    if name in known:
        return None
    if name in classes:
        what = f"`{name}` is a class: it cannot leave the student's process, and the cases of `{question.name}` run in the grader's."
        return what, "Test it in a question with `isolation: shared`."
    return f"No case can ask for `{name}`.{nearest(name, known)}", f"A case may ask for {', '.join(f'`{each}`' for each in known)}."


def _settings(tree: ast.Module, source: SourceText) -> dict[str, tuple[object, int]]:
    """Return the file's own settings → value and line; a value that is no literal is an error."""
    found: dict[str, tuple[object, int]] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("OK_FORMAT", "name", "points", "all_or_nothing"):
                assert isinstance(node, ast.Assign | ast.AnnAssign)
                try:
                    value = ast.literal_eval(node.value) if node.value is not None else None
                except (ValueError, TypeError) as error:
                    what = f"The value of `{target.id}` cannot be read from the text."
                    raise source.at(node.lineno).error("M302", what, "Write it as a literal.") from error
                found[target.id] = (value, node.lineno)
    return found


def _decorator_names(tree: ast.Module) -> set[str]:
    """Return the names under which the file knows otter's `test_case`; with a dot for those in a module."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("otter"):
            names |= {alias.asname or alias.name for alias in node.names if alias.name == _DECORATOR}
            names |= {f"{alias.asname or alias.name}.{_DECORATOR}" for alias in node.names if alias.name == "test_files"}
        elif isinstance(node, ast.Import):
            names |= {f"{a.asname or a.name}.{_DECORATOR}" for a in node.names if a.name == _OTTER_MODULE}
            names |= {f"{a.asname or a.name}.test_files.{_DECORATOR}" for a in node.names if a.name == "otter"}
    return names


def _case_call(node: ast.stmt, decorators: set[str], source: SourceText) -> ast.Call | None:
    """Return the `test_case(...)` call that decorates a top-level statement, or None."""
    if not isinstance(node, ast.FunctionDef):
        return None
    for index, decorator in enumerate(node.decorator_list):
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(name) not in decorators:
            continue
        if not isinstance(decorator, ast.Call):
            remedy = "Write `@test_case(name=..., points=...)`."
            raise source.at(decorator.lineno).error("M302", "The decorator must be called.", remedy)
        if index > 0:
            what = "Another decorator stands above this one, so otter would not see the case."
            raise source.at(decorator.lineno).error("M302", what, "Make it the first.")
        return decorator
    return None


def _case(node: ast.FunctionDef, call: ast.Call, source: SourceText) -> DeclaredCase:
    given: dict[str, ast.expr] = dict(zip(_POSITIONS, call.args, strict=False))
    if len(call.args) > len(_POSITIONS) or any(k.arg is None for k in call.keywords):
        raise source.at(call.lineno).error("M302", "The case cannot be read from the text.", "Write each value out.")
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    values: dict[str, object] = {}
    for key, expression in given.items():
        if key not in _POSITIONS:
            what = f"`test_case` knows no `{key}`.{nearest(key, _POSITIONS)}"
            raise source.at(expression.lineno, expression.col_offset).error("M302", what)
        try:
            values[key] = ast.literal_eval(expression)
        except (ValueError, TypeError, SyntaxError, RecursionError) as error:
            what = f"`{key}` of a case must be written out: it is read without running the file."
            raise source.at(expression.lineno, expression.col_offset).error("M302", what, "Write a literal.") from error
    name, hidden, points = values.get("name"), values.get("hidden", False), _points(values.get("points"))
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise source.at(call.lineno).error("M302", "The case has no name.", 'Add `name="..."`: students read it.')
    if not isinstance(hidden, bool):
        raise source.at(call.lineno).error("M302", "`hidden` is neither True nor False.", "Write one of them.")
    if points is None:
        what = "The case does not say how many points it has." if "points" not in values else "These are no points."
        raise source.at(call.lineno).error("M302", what, "Write `points=` and a number that is 0 or more.")
    arguments = node.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs or arguments.kwonlyargs or arguments.defaults:
        what = "A case takes plain names: each is looked up in the notebook."
        raise source.at(node.lineno).error("M302", what, "Remove defaults, `*` and `/`.")
    return DeclaredCase(name, points, hidden, tuple(a.arg for a in arguments.args), node)


def _points(value: object) -> Fraction | None:
    """Return points exactly: 0.1 is a tenth, as the author wrote it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 10**9:
        return None
    return Fraction(str(value))


def _refuse_other_uses(tree: ast.Module, decorators: set[str], allowed: set[int], source: SourceText) -> None:
    """A case made in any other way would be run by otter, but neither counted nor kept from students."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in allowed and ast.unparse(node) in decorators:
            what = "A case is made here in a way that cannot be read from the text."
            raise source.at(node.lineno, node.col_offset).error("M302", what, "Decorate a function at the file's top level.")
        if isinstance(node, ast.Name | ast.Attribute) and _ends_in_decorator(node) and id(node) not in allowed:
            what = "This `test_case` is not otter's own."
            raise source.at(node.lineno, node.col_offset).error("M302", what, f"Write `from {_OTTER_MODULE} import test_case`.")


def _ends_in_decorator(node: ast.Name | ast.Attribute) -> bool:
    return (node.attr if isinstance(node, ast.Attribute) else node.id) == _DECORATOR


def _refuse_replaced(tree: ast.Module, cases: list[DeclaredCase], source: SourceText) -> None:
    """Otter collects what is bound at the end, so a case whose function's name is bound again would be lost."""
    functions = {case.node.name: case for case in cases}
    own = {id(case.node) for case in cases}
    seen: set[str] = set()
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            at_top = any(node is statement for statement in tree.body)
            names = [node.name] if at_top and (id(node) not in own or node.name in seen) else []
            seen.add(node.name) if id(node) in own else None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            names = [node.id]
        for name in names:
            if name in functions:
                what = f"`{name}` is the function of the case “{functions[name].name}”, and would be replaced here."
                raise source.at(getattr(node, "lineno", 1)).error("M303", what, "Give one of them another name.")
