"""`grader_config.yaml` → `CourseSources`: the author's policy, checked, and where the sources lie.

    format: 1                          # of this file
    title: Building a network          # for people
    name: recurrent-network            # stable: part of every hidden case's seed
    notebook: assignment/lesson.ipynb  # all paths are relative to this file's folder and stay inside it
    solution: solutions/network.py
    tests: tests/cases                 # QUESTION.py for every question, and their data files
    files: [assignment/rnn_utils.py, "assignment/images/*.svg"]   # what lies beside the notebook
    printed: tests/cases/printed_outputs.json   # default: that name in the tests folder, if it is there
    secret: .autograder-secret         # default; without that file a published demo secret is used
    points: 100                        # must be the sum of the questions' points
    questions:
      - name: rnn_forward
        points: 60
        functions: [rnn_forward]       # or classes; default: the question's own name
        isolation: isolated            # or shared: its tests run beside the student's code, which is not tamper-proof (classes, figures)
    optional:                          # judged and explained, never counted
      - name: rnn_backward
    limits: {notebook_s: 120, cell_s: 20, call_s: 2, question_s: 10, memory: 1 GiB, output: 1 MiB, processes: 64, disk: 256 MiB}
    credit: independent                # or own
    sandbox: best                      # or required, off
    kernel: warm                       # or stock: the environment's ordinary Python kernel, slower (docs/stock-kernel.md)
    preload: [numpy]
    lateness: {due: "2026-11-20T23:59:00+01:00", grace: 15 min, per_day: 10%, cap: 50%}   # default: nothing is subtracted
    not_submitted: 0                   # points in platforms' gradebooks for who handed in nothing; default: no row there
    export_late: false                 # or true: platforms' gradebooks get the score after lateness (see `config/reporting.py`)

Every complaint is one `AuthorError` with file, line, key and, where there is one, the nearest valid spelling.
What needs more than the config and the presence of files (stubs, solution, cases) is checked by `autograder.authoring`.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from autograder.config.reporting import REPORTING_KEYS, reporting
from autograder.config.source_tree import SourceTree
from autograder.config.values import Section, fault, number, plain_text, words
from autograder.config.yaml_places import Entries, Items, Value, nearest, read_yaml
from autograder.errors import AuthorError
from autograder.model import Assignment, Credit, Isolation, KernelKind, Limits, Question, Sandbox

__all__ = ["CONFIG_NAME", "CourseSources", "load_config"]

CONFIG_NAME = "grader_config.yaml"
"""What the file is called in a course folder."""

_FORMAT = 1
_PRINTED_NAME = "printed_outputs.json"
_PRELOAD = ("numpy",)
_RESERVED_QUESTIONS = ("submission", "total", "possible", "status")  # the gradebook's own columns
_RESERVED_FUNCTIONS = ("reference", "rng", "env")  # what a test case may ask for besides functions
_REQUIRED = ("format", "title", "name", "notebook", "solution", "tests", "points", "questions")
_OPTIONAL = ("files", "printed", "secret", "optional", "limits", "credit", "sandbox", "kernel", "preload", *REPORTING_KEYS)


@dataclass(frozen=True, slots=True)
class CourseSources:
    """A course folder: the policy and where everything it is made of lies. All paths are absolute and exist."""

    root: Path
    """Folder of the config; every other path lies below it."""
    config: Path
    """The config file."""
    notebook: Path
    """The assignment: a notebook whose graded functions are stubs."""
    solution: Path
    """The hidden solution module."""
    tests: Path
    """Folder of the test files."""
    test_files: Mapping[str, Path]
    """Question name → its test file; one for each question."""
    test_data: Mapping[str, Path]
    """Data files of the test files: path below `tests`, with `/` → file; may be empty."""
    files: Mapping[str, Path]
    """What students get beside the notebook: path beside it, with `/` → file; may be empty."""
    printed: Path | None
    """Expected outputs of the driver cells, or None."""
    secret: bytes | None
    """The instructor's secret, or None when there is no such file: then the demo secret counts."""
    assignment: Assignment
    """The policy itself."""
    lines: Mapping[str, int]
    """Key path (`questions[2].points`, items counted from 1) → its line in the config, for later complaints."""

    @property
    def config_shown(self) -> str:
        """How messages name the config."""
        return self.config.name

    def shown(self, path: Path) -> str:
        """Name a file below the root as the author would."""
        return path.relative_to(self.root).as_posix()

    def question_line(self, name: str) -> int:
        """Line of a question's name in the config."""
        return self.lines[_question_keys(self.assignment.questions)[name]]


def load_config(path: Path) -> CourseSources:
    """Read and check a config file.

    Args:
        path: `grader_config.yaml`, or the folder it lies in.

    Raises:
        AuthorError: Anything is wrong with it, or a file it names is not there. The first complaint is raised.
    """
    path = path.absolute()
    if path.is_dir():
        path = path / CONFIG_NAME
    shown = path.name
    document = read_yaml(path, shown)
    _refuse_other_format(document, shown)
    top = Section(document, shown, required=_REQUIRED, optional=_OPTIONAL)
    questions = _questions(top, shown)
    lines = _all_lines(document)

    tree = SourceTree(path.parent.resolve(), shown)
    notebook = tree.file(top.text("notebook"), suffix=".ipynb")
    solution = tree.file(top.text("solution"), suffix=".py")
    if not solution.stem.isidentifier() or keyword.iskeyword(solution.stem):
        raise fault(shown, top["solution"], "The solution's file name must be one that Python can import.")
    tests = tree.folder(top.text("tests"))
    printed_at = top.get_text("printed")
    printed = tree.file(printed_at, suffix=".json") if printed_at else tree.existing(tests / _PRINTED_NAME)
    secret_at = top.get_text("secret")
    secret = tree.secret(secret_at, ".autograder-secret")
    named_at = {name: lines[key] for name, key in _question_keys(questions).items()}
    test_files, test_data = tree.test_files(tests, named_at)
    private = [solution, tests, path, *([secret] if secret else [])]
    files = tree.release_files(top.get_texts("files"), beside=notebook.parent, notebook=notebook, private=private)
    preload = _preload(top, shown, files, solution)

    assignment = Assignment(
        name=words(shown, top.text("name"), "letters, digits, `-` and `_`", r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"),
        title=plain_text(shown, top.text("title")),
        notebook=notebook.name,
        solution=solution.name,
        questions=questions,
        limits=_limits(top, shown),
        credit=Credit(top.choice("credit", Credit, Credit.INDEPENDENT)),
        sandbox=Sandbox(top.choice("sandbox", Sandbox, Sandbox.BEST)),
        kernel=KernelKind(top.choice("kernel", KernelKind, KernelKind.WARM)),
        preload=preload,
        demo_secret=secret is None,
        reporting=reporting(top, shown),
    )
    return CourseSources(
        root=path.parent.resolve(),
        config=path.parent.resolve() / path.name,
        notebook=notebook,
        solution=solution,
        tests=tests,
        test_files=test_files,
        test_data=test_data,
        files=files,
        printed=printed,
        secret=tree.read_secret(secret) if secret else None,
        assignment=assignment,
        lines=lines,
    )


def _refuse_other_format(document: Entries, shown: str) -> None:
    """First of all: another format's keys would only draw a misleading complaint."""
    if "format" not in document.entries:
        message = f"The key `format` is missing.{nearest('format', document.entries)}"
        raise AuthorError(message, file=shown, line=document.line, remedy=f"Begin the file with `format: {_FORMAT}`.")
    value = document.entries["format"]
    given = number(shown, value, whole=True, least=1)
    if given != _FORMAT:
        raise fault(
            shown,
            value,
            f"Format {given} is not known to this version, which reads format {_FORMAT}.",
            "Upgrade notebook-autograder, or write the file in this format.",
        )


def _questions(top: Section, shown: str) -> tuple[Question, ...]:
    graded = [_question(e, shown, optional=False) for e in top.sections("questions")]
    if not graded:
        raise fault(shown, top["questions"], "There is no question to grade.", "Write at least `- name:` and `points:`.")
    extra = [_question(e, shown, optional=True) for e in top.sections("optional")]
    places: dict[str, Value] = {}
    for question, entry in zip((*graded, *extra), (*top.sections("questions"), *top.sections("optional")), strict=True):
        place = entry.entries["name"]
        # Names become file names, and some file systems know no case.
        if question.name.lower() in places:
            first = places[question.name.lower()]
            raise fault(
                shown,
                place,
                f"A question named `{question.name}` stands in line {first.line} already.",
                "Give every question a name of its own.",
            )
        places[question.name.lower()] = place
    owners: dict[str, str] = {}
    for question, entry in zip((*graded, *extra), (*top.sections("questions"), *top.sections("optional")), strict=True):
        for function in question.functions:
            if function in owners:
                raise fault(
                    shown,
                    entry.entries.get("functions", entry.entries["name"]),
                    f"The function `{function}` is graded by the question `{owners[function]}` already.",
                    "A function belongs to one question.",
                )
            owners[function] = question.name
    total = sum((q.points for q in graded), Fraction(0))
    declared = number(shown, top["points"], least=0)
    if declared != total:
        parts = " + ".join(str(_decimal(q.points)) for q in graded)
        raise fault(
            shown,
            top["points"],
            f"`points` says {_decimal(declared)}, but the questions have {parts} = {_decimal(total)}.",
            f"Write `points: {_decimal(total)}`, or change the questions.",
        )
    return (*graded, *extra)


def _question(entry: Entries, shown: str, *, optional: bool) -> Question:
    required = ("name",) if optional else ("name", "points")
    section = Section(
        entry,
        shown,
        required=required,
        optional=("functions", "isolation"),
        hints={"points": "An optional question has no points: remove the key."} if optional else {},
    )
    name = words(shown, section.text("name"), "letters, digits, `_`, `-` and `.`", r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
    if name.lower() in _RESERVED_QUESTIONS:
        raise fault(shown, section["name"], f"`{name}` is the name of a column of the gradebook.", "Choose another.")
    functions = tuple(t.text for t in section.get_texts("functions")) if "functions" in section else (name,)
    place = section["functions"] if "functions" in section else section["name"]
    if not functions:
        raise fault(shown, place, "The list of functions is empty.", "Remove the key, or name a function.")
    for function in functions:
        if not function.isidentifier() or keyword.iskeyword(function) or function in _RESERVED_FUNCTIONS:
            raise fault(
                shown,
                place,
                f"`{function}` cannot be the name of a graded function.",
                "Write `functions: [...]` with names of the notebook's functions.",
            )
    if len(set(functions)) != len(functions):
        raise fault(shown, place, "A function is named twice.", "Keep one of them.")
    points = Fraction(0) if optional else number(shown, section["points"], least=0)
    if not optional and points == 0:
        raise fault(shown, section["points"], f"The question `{name}` has no points.", "Move it to `optional:`.")
    isolation = Isolation(section.choice("isolation", Isolation, Isolation.ISOLATED))
    return Question(name=name, functions=functions, points=points, optional=optional, isolation=isolation)


def _limits(top: Section, shown: str) -> Limits:
    default = Limits()
    if "limits" not in top:
        return default
    seconds = ("notebook_s", "cell_s", "call_s", "question_s")
    section = Section(top.section("limits"), shown, optional=(*seconds, "memory", "output", "processes", "disk"))
    limits = Limits(
        notebook_s=section.seconds("notebook_s", default.notebook_s),
        cell_s=section.seconds("cell_s", default.cell_s),
        call_s=section.seconds("call_s", default.call_s),
        question_s=section.seconds("question_s", default.question_s),
        memory_bytes=section.size("memory", default.memory_bytes, least=16 << 20),
        output_bytes=section.size("output", default.output_bytes, least=1 << 10),
        processes=section.whole("processes", default.processes, least=1, most=4096),
        disk_bytes=section.size("disk", default.disk_bytes, least=1 << 20),
    )
    for part, whole in (("cell_s", "notebook_s"), ("call_s", "question_s")):
        if getattr(limits, part) > getattr(limits, whole):
            place = section[part] if part in section else section[whole]
            raise fault(
                shown,
                place,
                f"`{part}` ({getattr(limits, part):g}) is more than `{whole}` ({getattr(limits, whole):g}), which holds it.",
                f"Raise `{whole}` or lower `{part}`.",
            )
    return limits


def _preload(top: Section, shown: str, files: Iterable[str], solution: Path) -> tuple[str, ...]:
    if "preload" not in top:
        return _PRELOAD
    own = {name.removesuffix(".py").split("/")[0] for name in files} | {solution.stem}
    modules = top.get_texts("preload")
    for module in modules:
        if not all(part.isidentifier() and not keyword.iskeyword(part) for part in module.text.split(".")):
            raise fault(shown, module, f"`{module.text}` is no name of a module.", "Write it as in `import numpy`.")
        if module.text.split(".")[0] in own:
            raise fault(
                shown,
                module,
                f"`{module.text}` is one of the course's own files, so it may differ from bundle to bundle.",
                "Preload only installed packages.",
            )
    return tuple(m.text for m in modules)


def _question_keys(questions: Iterable[Question]) -> dict[str, str]:
    """Question → key path of its name; the assignment keeps the config's order within each of the two lists."""
    keys: dict[str, str] = {}
    counts = {"questions": 0, "optional": 0}
    for question in questions:
        group = "optional" if question.optional else "questions"
        counts[group] += 1
        keys[question.name] = f"{group}[{counts[group]}].name"
    return keys


def _decimal(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _all_lines(value: Value) -> dict[str, int]:
    if isinstance(value, Entries):
        found = {value.entries[k].path: line for k, line in value.lines.items()}
        for child in value.entries.values():
            found = {**_all_lines(child), **found}
        return found
    if isinstance(value, Items):
        return {path: line for item in value.items for path, line in (_all_lines(item) | {item.path: item.line}).items()}
    return {}
