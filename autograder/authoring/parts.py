"""What a release and a bundle consist of: path → content, from sources that agree. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import autograder
from autograder.authoring.cases import read_cases
from autograder.authoring.course import Course
from autograder.authoring.leaks import refuse_leaks
from autograder.authoring.links import refuse_broken_links
from autograder.authoring.printed import with_tables
from autograder.authoring.sources import SourceText
from autograder.authoring.stripping import public_part
from autograder.bundle import DEMO_SECRET, PLAN, question_key, write_plan
from autograder.errors import AuthorError

__all__ = ["CHECKS", "bundle_parts", "release_parts"]

CHECKS = "autograder_checks"
"""What students' copy of `autograder/checks` is called; test files import from it."""

# Loosely: any otter 7 reads our test files, and the comparer needs nothing newer than numpy 1.26 has.
_REQUIREMENTS = b"# What the notebook and its checks need:  pip install -r requirements.txt\notter-grader>=7.0,<8\nnumpy>=1.26\n"
_LARGEST_FILE = 64 << 20


def release_parts(course: Course) -> dict[str, bytes]:
    """Return what students get, having seen that no line of it stands only in the solution.

    Raises:
        AuthorError: A leak, a link that leads nowhere, a table for a function without expected outputs, or a test file that cannot be cut.
    """
    sources = course.sources
    parts = {"requirements.txt": _REQUIREMENTS, **_beside(course)}
    parts[sources.assignment.notebook] = course.notebook.clean(with_tables(course.notebook, course.printed))
    texts = {question: public_part(file) for question, file in course.cases.items()}
    for question, text in texts.items():
        declared = [case.name for case in read_cases(SourceText(text, f"the release's tests/{question}.py")).cases]
        assert declared == [case.name for case in course.cases[question].cases if not case.hidden], question
        parts[f"tests/{question}.py"] = text.encode()
    for name, path in sources.test_data.items():
        # Data that only hidden cases name may hold what they expect.
        if any(path.name in text for text in texts.values()):
            parts[f"tests/{name}"] = _content(path, course)
    refuse_broken_links(course.notebook.cells, parts)
    refuse_leaks(course.secrets, parts)
    return dict(sorted(parts.items()))


def bundle_parts(course: Course, release: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what grading needs, without the manifest (`autograder.bundle.write_bundle` adds it).

    Args:
        course: The sources.
        release: From `release_parts`.
    """
    sources, assignment = course.sources, course.sources.assignment
    secret = DEMO_SECRET if sources.secret is None else sources.secret
    keys = {q.name: question_key(secret, assignment.name, q.name) for q in assignment.questions}
    parts = {
        PLAN: write_plan(assignment, keys),
        f"solutions/{assignment.solution}": _content(sources.solution, course),
        f"release/{assignment.notebook}": release[assignment.notebook],
    }
    parts |= {f"files/{name}": data for name, data in _beside(course).items()}
    parts |= {f"tests/{name}.py": _content(path, course) for name, path in sources.test_files.items()}
    parts |= {f"tests/{name}": _content(path, course) for name, path in sources.test_data.items()}
    return parts


def _beside(course: Course) -> dict[str, bytes]:
    """Return what lies beside the notebook, for a student and while grading."""
    checks = {f"{CHECKS}/{path.name}": path.read_bytes() for path in sorted(Path(autograder.__file__).with_name("checks").glob("*.py"))}
    return {**checks, **{name: _content(path, course) for name, path in course.sources.files.items()}}


def _content(path: Path, course: Course) -> bytes:
    shown = course.sources.shown(path)
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise AuthorError(f"The file is larger than {_LARGEST_FILE >> 20} MiB.", file=shown, remedy="Make it smaller.")
        return path.read_bytes()
    except OSError as error:
        raise AuthorError(f"The file cannot be read: {error.strerror}.", file=shown) from error
