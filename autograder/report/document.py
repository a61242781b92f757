"""One submission's result as a JSON document, for staff and programs: it may hold hidden values, so it is not for students.

    schema_version   1
    assignment       {name, title, demo_secret}
    bundle_sha256    of the bundle that graded
    submission       its name in the gradebook
    notebook         file name of the notebook, without folders
    status           graded | withheld (the gradebook also knows `not graded`: no document)
    reason           why withheld; empty otherwise
    earned, possible numbers; earned is null when withheld; optional questions are in neither
    questions        one for each question of the assignment; empty when nothing could be judged
    notebook_run     {cells, fresh_kernels, output_dropped, problems}, or null
    notes            sentences about the submission
    confinement      {profile, holds, missing}: what confined student code on the machine that graded; null when nothing ran
    measured         time and memory: the only key that differs between two runs on one machine

Points are exact fractions until they are written, and then rounded to 6 digits; whole numbers are written as such. Keys are
sorted. Texts are printable, and name the bundle's files from its root: where it is unpacked differs from run to run.
What students may read of it: `autograder.report.student_document`. `schemas/result.json` describes every key; docs/results.md is about it.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from autograder.bundle import Bundle
from autograder.model import (
    CaseVerdict,
    CellProblem,
    Confined,
    Execution,
    Graded,
    Isolation,
    Measured,
    QuestionScore,
    Result,
    Withheld,
    World,
)
from autograder.printable import number, one_line, printable_data

__all__ = ["NOT_TAMPER_PROOF", "document", "document_bytes", "text_of"]

NOT_TAMPER_PROOF = "not tamper-proof: its tests ran beside the student's code"
"""Said of every result of a question with `isolation: shared`, wherever it is shown."""
_SCHEMA = 1


def document(result: Result, bundle: Bundle, confinement: Confined | None = None) -> dict[str, Any]:
    """Return the document as plain data; `confinement` is that of the grader, None when there was none."""
    assignment = bundle.assignment
    data = {
        "schema_version": _SCHEMA,
        "assignment": {"name": assignment.name, "title": assignment.title, "demo_secret": assignment.demo_secret},
        "bundle_sha256": bundle.sha256,
        "submission": one_line(result.submission.name),
        "notebook": one_line(result.submission.file),
        "possible": number(assignment.points),
        "confinement": None if confinement is None else _confinement(confinement),
        "measured": _measured(result.measured),
    }
    match result:
        case Graded():
            data |= {
                "status": "withheld" if result.total is None else "graded",
                "reason": "" if result.total is not None else "The checks of a question could not be run; see its cases.",
                "earned": _number_or_none(result.total),
                "questions": [_question(score) for score in result.questions],
                "notebook_run": _execution(result.execution),
                "notes": list(result.notes),
            }
        case Withheld():
            data |= {
                "status": "withheld",
                "reason": result.reason,
                "earned": None,
                "questions": [],
                "notebook_run": None,
                "notes": [],
            }
    clean: dict[str, Any] = printable_data(data, f"{bundle.root}/")
    return clean


def text_of(data: dict[str, Any]) -> bytes:
    """A document as UTF-8 text that ends with a line end."""
    return (json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def document_bytes(result: Result, bundle: Bundle, confinement: Confined | None = None) -> bytes:
    """Return the document as UTF-8 text that ends with a line end."""
    return text_of(document(result, bundle, confinement))


def _number_or_none(points: Fraction | None) -> int | float | None:
    return None if points is None else number(points)


def _question(score: QuestionScore) -> dict[str, Any]:
    return {
        "name": score.question.name,
        "functions": list(score.question.functions),
        "optional": score.question.optional,
        "isolation": str(score.question.isolation),
        "tamper_proof": score.question.isolation is Isolation.ISOLATED,
        "earned": _number_or_none(score.earned),
        "possible": number(score.question.points),
        "world": str(score.world),
        "earned_own": _number_or_none(score.earned_own),
        "earned_reference": _number_or_none(score.earned_reference),
        "cases": [_case(case, score.world) for case in score.cases],
        "own_cases": [_case(case, World.OWN) for case in score.own_cases],
        "reference_cases": [_case(case, World.REFERENCE) for case in score.reference_cases],
        "notes": list(score.notes),
    }


def _case(case: CaseVerdict, world: World) -> dict[str, Any]:
    return {
        "name": case.name,
        "visibility": str(case.visibility),
        "verdict": str(case.verdict),
        "world": str(world),
        "earned": number(case.earned),
        "possible": number(case.possible),
        "message": case.message,
        "staff_message": case.staff_message,
    }


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "cells": execution.cells,
        "fresh_kernels": execution.fresh_kernels,
        "output_dropped": execution.output_dropped,
        "problems": [_problem(problem) for problem in execution.problems],
    }


def _problem(problem: CellProblem) -> dict[str, Any]:
    return {"cell": problem.cell, "kind": problem.kind, "name": problem.name, "text": problem.text}


def _confinement(confinement: Confined) -> dict[str, Any]:
    return {"profile": confinement.profile.value, "holds": list(confinement.holds), "missing": list(confinement.missing)}


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "wall_s": measured.wall_s,
        "cpu_s": measured.cpu_s,
        "student_cpu_s": measured.student_cpu_s,
        "peak_memory_bytes": measured.peak_memory_bytes,
    }
