"""One submission's result as JUnit XML, which tools for continuous integration read.

    testsuites > testsuite for each question > testcase for each case
    failure  the student's: a wrong answer, an error, a time limit, nothing there
    error    nobody can say: withheld by the author's or the machine's fault

Students get what they may read, and nothing that says how long anything took (`autograder.report.student_document` says why). Staff get the
test's own words of each case, too, as its `system-err`, and the time of the whole. Points are properties of each suite. What XML 1.0
cannot hold is written out.

Source of the elements that consumers agree on: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from fractions import Fraction
from xml.etree import ElementTree as ET

from autograder.bundle import Bundle
from autograder.model import CaseVerdict, Graded, Isolation, QuestionScore, Result, Verdict, Withheld, World
from autograder.printable import number, one_line, printable
from autograder.report.document import NOT_TAMPER_PROOF
from autograder.report.words import why_withheld

__all__ = ["junit_bytes"]

_NOT_YOURS = "It could not be graded. Your teacher is told why, and what was handed in is kept."
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_bytes(result: Result, bundle: Bundle, *, for_staff: bool = False) -> bytes:
    """Return the document as UTF-8: for students, or for staff."""
    root = ET.Element("testsuites", name=_text(bundle.assignment.title))
    folder = f"{bundle.root}/"
    if isinstance(result, Withheld):
        suite = ET.SubElement(root, "testsuite", name=_text(bundle.assignment.title), tests="1", failures="0", errors="1", skipped="0")
        case = ET.SubElement(suite, "testcase", classname=_text(bundle.assignment.name), name="the submission")
        why = ET.SubElement(case, "error", type="withheld", message="Not graded. This is not a zero.")
        why.text = _text((result.reason if for_staff else why_withheld(result) or _NOT_YOURS).replace(folder, ""))
    else:
        for score in result.questions:
            root.append(_suite(score, folder, for_staff=for_staff))
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    if for_staff:
        root.set("time", f"{result.measured.wall_s:.3f}")
    if isinstance(result, Graded):
        _properties(root, _standing(result.total, bundle.assignment.points))
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _suite(score: QuestionScore, folder: str, *, for_staff: bool) -> ET.Element:
    failures = sum(case.verdict not in (Verdict.PASSED, Verdict.WITHHELD) for case in score.cases)
    errors = sum(case.verdict is Verdict.WITHHELD for case in score.cases)
    name = _text(score.question.name)
    suite = ET.Element("testsuite", name=name, tests=str(len(score.cases)), failures=str(failures), errors=str(errors), skipped="0")
    standing = _standing(score.earned, score.question.points)
    if score.world is World.REFERENCE:
        standing["helpers"] = "the reference's: a mistake in another function costs nothing here"
    if score.question.isolation is Isolation.SHARED:
        standing["isolation"] = NOT_TAMPER_PROOF
    _properties(suite, standing)
    for case in score.cases:
        element = _case(case, name, folder)
        if for_staff and case.staff_message:
            ET.SubElement(element, "system-err").text = _text(case.staff_message.replace(folder, ""))
        suite.append(element)
    return suite


def _standing(earned: Fraction | None, possible: Fraction) -> dict[str, str]:
    return {"earned": "" if earned is None else str(number(earned)), "possible": str(number(possible))}


def _properties(element: ET.Element, values: dict[str, str]) -> None:
    properties = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=value)
    element.insert(0, properties)


def _case(case: CaseVerdict, question: str, folder: str) -> ET.Element:
    element = ET.Element("testcase", classname=question, name=_text(one_line(case.name)))
    message = _text(case.message.replace(folder, ""))
    if case.verdict is not Verdict.PASSED:
        kind = "error" if case.verdict is Verdict.WITHHELD else "failure"
        first = message.split("\n")[0] or case.verdict.value
        told = ET.SubElement(element, kind, type=case.verdict.value, message=first)
        told.text = message
    elif message:
        ET.SubElement(element, "system-out").text = message
    return element


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", printable(text))
