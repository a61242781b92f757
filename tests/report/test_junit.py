from xml.etree import ElementTree as ET

from autograder.model import Graded
from autograder.report.junit import junit_bytes
from report.made_by_hand import BUNDLE, half_judged, withheld, wrong_helper


def parsed(data: bytes) -> ET.Element:
    return ET.fromstring(data)


def test_each_question_is_a_suite_and_each_case_a_testcase() -> None:
    root = parsed(junit_bytes(wrong_helper(), BUNDLE))
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root.findall("testsuite")] == [
        ("helper", "2", "1"),
        ("whole", "2", "0"),
        ("extra", "2", "1"),
    ]
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "2", "0")
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert (failure.get("type"), failure.text) == ("failed", "a[0]: its values are different.")


def test_what_nobody_can_judge_is_an_error_and_no_failure() -> None:
    root = parsed(junit_bytes(half_judged(), BUNDLE))
    assert (root.get("failures"), root.get("errors")) == ("0", "1")
    root = parsed(junit_bytes(withheld(), BUNDLE))
    why = root.find("testsuite/testcase/error")
    assert why is not None
    assert "is empty" in (why.text or "")


def test_a_message_may_hold_what_xml_cannot() -> None:
    result: Graded = wrong_helper(message="a\x00b\x1b[31m \ud800 <&]]>\uffff")
    failure = parsed(junit_bytes(result, BUNDLE)).find("testsuite/testcase/failure")
    assert failure is not None
    assert "<&]]>" in (failure.text or "")
