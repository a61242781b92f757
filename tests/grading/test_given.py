"""Functions that cross: what can be seen of the student's, and which of the tests' can be sent."""

from __future__ import annotations

import functools
import inspect
import operator
import pathlib
import typing
from typing import Any

import numpy as np
import pytest

from autograder.grading import wire
from autograder.grading.definitions import last_definitions
from autograder.grading.given import Given
from autograder.grading.lookalike import look_like
from autograder.grading.verdicts import of_exception, raised
from autograder.model import Verdict


def given() -> Given:
    return Given(lambda _target, name, args, _kwargs: (name, args))


def theirs(source: str) -> Any:
    """The function `f` of a notebook of one cell."""
    definition = last_definitions(["pass", source])["f"]
    return given().theirs("f", "f", lambda function: look_like(function, definition))


def test_of_a_function_that_is_not_in_the_notebooks_text_there_is_no_source() -> None:
    for function in (given().theirs("f", "f"), given().came(0, "f", "function", "What it says.")):
        with pytest.raises(OSError, match="could not get source"):
            inspect.getsource(function)
        assert "autograder" not in f"{function.__module__} {function.__code__.co_filename} {function.__qualname__}"
        assert function(1)[1] == (1,)


def test_messages_do_not_call_a_function_that_came_by_the_name_that_the_students_code_gave_it() -> None:
    function = given().came(0, "the_input_is_48151", "function", "")
    assert function.__name__ == "the_input_is_48151"
    assert "48151" not in function(1)[0]


def test_nothing_of_the_students_is_called_while_a_value_is_read() -> None:
    desk = given()
    nodes = [["h", 0, "more", "function", ""], ["x", "iterator", 0], ["x", "keys", 1]]
    assert desk.came(0, "more", "function", "")(1)[1] == (1,)
    with desk.reading(), pytest.raises(wire.Unreadable) as told:
        wire.decode({"nodes": nodes, "root": 2}, ("root",), b"", desk.came)
    assert "made by calls" in str(told.value.__cause__)


@pytest.mark.parametrize("value", [np.zeros(1, [("a", "i8")])[0], raised("f", {"bases": ["ValueError"]})], ids=["a record", "an error"])
def test_what_only_a_student_can_have_made_is_theirs_where_it_cannot_be_sent_back(value: Any) -> None:
    with pytest.raises(wire.Unsendable) as told:
        wire.Encoded((value,))
    assert not isinstance(told.value, wire.UnsendableOfOurs)


def test_an_attribute_that_would_compare_is_refused() -> None:
    desk = given()
    with pytest.raises(wire.Unreadable):
        desk.have("f", {"equals": desk.came(0, "always", "function", "")})
    desk.have("f", {"equals": 3, "deposit": desk.came(1, "deposit", "function", "")})
    assert vars(desk.theirs("f", "f"))["equals"] == 3


def test_a_lambda_has_its_line_and_its_signature() -> None:
    function = theirs("x = 1\nf = lambda base, exponent=2: base**exponent\n")
    assert inspect.getsource(function) == "f = lambda base, exponent=2: base**exponent\n"
    assert function.__name__ == "<lambda>"
    assert str(inspect.signature(function)) == "(base, exponent=2)"


def test_a_definition_beside_magics_is_found() -> None:
    source = "%matplotlib inline\ndef f(x: float, *, by: 'Unit' = None) -> list:\n    !echo\n    return [x]\nf?\n"
    function = theirs(source)
    assert inspect.getsource(function) == source[source.index("def f") : source.index("f?")]
    assert function.__annotations__ == {"x": float, "by": "Unit", "return": list}
    assert typing.get_type_hints(theirs("def f(x: int) -> str: ...")) == {"x": int, "return": str}


CALLED_BACK = [
    (", ".join, (["a", "b"],)),
    (operator.itemgetter(1), ([1, 2],)),
    (operator.methodcaller("upper"), ("a",)),
    (functools.partial(lambda x, y: x - y, 2), (3,)),
    ([3, 1].index, (1,)),
    (functools.lru_cache(lambda x: x + 1), (1,)),
    (np.vectorize(lambda x: x + 1), (1,)),
    (np.add.reduce, ([1, 2],)),
    (np.random.RandomState(1).normal, ()),
]


@pytest.mark.parametrize(("function", "args"), CALLED_BACK, ids=lambda value: type(value).__name__)
def test_what_can_only_be_called_is_called_back(function: Any, args: Any) -> None:
    desk = given()
    mark, number, name, _text = desk.node(function) or []
    assert mark == "p"
    assert isinstance(name, str)
    assert desk.node(function) == desk.node(function)
    asked = wire.Encoded((args, {}))
    header, _body = desk.answer(number, _asked(asked))
    assert header["do"] == "answer"


def _asked(encoded: wire.Encoded) -> Any:
    from autograder.grading.asked import Asked

    return Asked({"nodes": encoded.nodes, "root": encoded.root}, encoded.body)


@pytest.mark.parametrize("function", [np.mean, np.sin, len, str.upper, ValueError, pathlib.PurePath, functools.reduce, np.linalg.norm])
def test_what_is_the_same_everywhere_is_sent_by_its_name(function: Any) -> None:
    mark, *_path = given().node(function) or []
    assert mark == "m"


def test_a_part_of_what_anybody_can_call_is_called_there_and_not_here() -> None:
    nodes = wire.Encoded(functools.partial(open, mode="w"), function_node=given().node).nodes
    assert ["m", "io", "open"] in nodes
    assert nodes[-1][:2] == ["x", "partial"]


def test_a_function_has_the_attributes_that_came_and_those_of_the_test_are_sent() -> None:
    desk = given()
    desk.have("f", {"calls": 1})
    function: Any = desk.theirs("f", "f")
    assert function.calls == 1
    assert desk.given_attributes() == []
    function.calls = 0
    assert desk.given_attributes() == [["f", {"calls": 0}]]
    assert desk.given_attributes() == []
    desk.have("f", {})
    assert not hasattr(function, "calls")


@pytest.mark.parametrize(("target", "values"), [("f", {"__signature__": 1}), ("f", {1: 1}), ("f", [1]), (1.5, {}), (None, {})])
def test_attributes_that_no_function_has_are_refused(target: Any, values: Any) -> None:
    with pytest.raises(wire.Unreadable):
        given().have(target, values)


def test_an_object_of_the_tests_own_class_is_nobodys_mistake_but_the_tests() -> None:
    class Pet:
        def speak(self) -> str:
            return "woof"

    with pytest.raises(wire.UnsendableOfOurs, match="Pet"):
        wire.Encoded(Pet(), function_node=given().node)
    with pytest.raises(wire.Unsendable) as told:
        wire.Encoded(wire.Opaque("Pet"), function_node=given().node)
    assert not isinstance(told.value, wire.UnsendableOfOurs)


@pytest.mark.parametrize(("error", "verdict"), [(wire.UnsendableOfOurs, Verdict.WITHHELD), (wire.Unsendable, Verdict.FAILED)])
def test_what_cannot_be_sent_is_charged_to_nobody_unless_it_is_the_students(error: type[Exception], verdict: Verdict) -> None:
    outcome = of_exception(error("a value of type Pet"), value_seen=True, test_file=pathlib.Path("q1.py"))
    assert outcome.verdict is verdict
