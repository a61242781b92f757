"""The two codecs agree, and the trusted one believes nothing."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.grading import wire
from autograder.inside import codec

_DTYPES = ["<f8", ">f8", "<f4", "<i8", "|u1", "|b1", "<c16", "<i2"]
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.complex_numbers(allow_nan=False), st.text(), st.binary()
)
_ARRAYS = st.sampled_from(_DTYPES).flatmap(
    lambda dtype: hnp.arrays(np.dtype(dtype), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)
_VALUES = st.recursive(
    st.one_of(_SCALARS, _ARRAYS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), inner, max_size=4),
        st.sets(st.integers(), max_size=4),
        st.frozensets(st.text(max_size=3), max_size=4),
    ),
    max_leaves=12,
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(st.text(max_size=5), inner, max_size=5)),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (
            one.shape == other.shape and one.dtype.kind == other.dtype.kind and np.array_equal(one, other, equal_nan=one.dtype.kind in "fc")
        )
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def through_student(value: Any) -> Any:
    """Trusted → student → trusted, with the header as JSON each way, as on the socket."""
    sent = wire.Encoded(value)
    there = codec.decode(json.loads(json.dumps(sent.nodes)), sent.root, sent.body)
    back = codec.Encoder()
    header = {"root": back.add(there), "nodes": back.nodes}
    return wire.decode(json.loads(json.dumps(header)), ("root",), back.body)[0]


@given(_VALUES)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    assert same(through_student(value), value)


@given(_JSON, st.binary(max_size=64))
def test_arbitrary_json_is_a_value_or_unreadable(nodes: Any, body: bytes) -> None:
    with contextlib.suppress(wire.Unreadable):
        wire.decode({"nodes": nodes, "root": 0}, ("root",), body)


_MARKS = st.sampled_from(["n", "b", "i", "f", "c", "s", "y", "l", "t", "S", "F", "d", "a", "g", "o", "?"])
_TEXTS = st.one_of(st.text(max_size=6), st.from_regex(r"[<>]?[biufcOSV][0-9]{1,2}( -?[0-9]{1,20}){0,3}", fullmatch=True))
_ODD = st.one_of(
    _JSON, _TEXTS, st.lists(st.lists(st.integers(-1, 5), min_size=2, max_size=2), max_size=3), st.lists(st.integers(-1, 5), max_size=3)
)
_NODES = st.lists(st.one_of(_ODD, st.tuples(_MARKS, _ODD).map(list), st.tuples(_MARKS, _ODD, _ODD).map(list)), max_size=8)


@given(_NODES, st.binary(max_size=64), st.integers(-2, 6))
def test_malformed_nodes_are_a_value_or_unreadable(nodes: Any, body: bytes, root: int) -> None:
    with contextlib.suppress(wire.Unreadable):
        wire.decode({"nodes": nodes, "root": root}, ("root",), body)


def test_a_small_table_that_describes_a_huge_value_is_unreadable() -> None:
    nodes: list[Any] = [["i", 1]] + [["l", [index, index]] for index in range(40)]
    with pytest.raises(wire.Unreadable):
        wire.decode({"nodes": nodes, "root": 40}, ("root",), b"")


def test_bytes_named_twice_do_not_multiply() -> None:
    nodes = [["y", 1_000_000]] * 100
    with pytest.raises(wire.Unreadable):
        wire.decode({"nodes": nodes, "root": 0}, ("root",), bytes(1_000_000))


def test_a_list_that_holds_itself_is_opaque_where_it_does() -> None:
    caches: list[Any] = [1]
    caches.append(caches)
    encoder = codec.Encoder()
    header = {"root": encoder.add(caches), "nodes": encoder.nodes}
    (value,) = wire.decode(header, ("root",), encoder.body)
    assert value[0] == 1
    assert isinstance(value[1], wire.Opaque)


def test_an_opaque_value_is_equal_to_nothing_and_never_true() -> None:
    handle = wire.Opaque("Liar")
    assert not handle
    assert handle != handle  # noqa: PLR0124 - the point
    with pytest.raises(TypeError):
        abs(handle - 3)  # type: ignore[operator]


@pytest.mark.parametrize(
    "value",
    [np.zeros(2, dtype=[("a", "f8")]).view(np.recarray), np.ma.array([1.0], mask=True), object(), len],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_data_comes_as_an_opaque_handle(value: Any) -> None:
    # Not masked arrays either: numpy.testing finds what is masked equal to anything.
    encoder = codec.Encoder()
    header = {"root": encoder.add([value]), "nodes": encoder.nodes}
    (received,) = wire.decode(header, ("root",), encoder.body)
    assert isinstance(received[0], wire.Opaque)


def test_shared_parts_are_sent_once() -> None:
    parameters = {"Wax": np.zeros((50, 50))}
    sent = wire.Encoded([parameters] * 20)
    assert len(sent.body) == 50 * 50 * 8
