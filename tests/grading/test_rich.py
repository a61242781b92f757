import collections
import datetime as dt
import decimal
import fractions
import json
import tracemalloc
import zoneinfo
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading import rich, wire
from autograder.grading.putback import put_back
from autograder.inside import codec

Point = collections.namedtuple("Point", "x y")  # noqa: PYI024
WHOLE = pd.DataFrame(
    {
        "whole": [1, 2, 3],
        "text": ["x", None, "z"],
        "moment": pd.to_datetime(["2020-01-01", "2020-02-02", None]),
        "kind": pd.Categorical(["u", "v", "u"], ordered=True, categories=["v", "u"]),
        "maybe": pd.array([1, None, 3], dtype="Int64"),
        "real": [1.5, np.nan, 2],
        "anything": [[1], "k", None],
        "zoned": pd.to_datetime(["2020-01-01"] * 3).tz_localize("Europe/Berlin"),
        "said": pd.array([True, None, False], dtype="boolean"),
    },
    index=pd.Index(["r", "s", "t"], name="row"),
)
VALUES = [
    dt.datetime(2020, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001
    dt.datetime(2020, 1, 2, tzinfo=dt.UTC),
    dt.datetime(2020, 1, 2, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")),
    dt.date(2020, 1, 1),
    dt.time(1, 2),
    dt.timedelta(1, 2, 3),
    decimal.Decimal("1.50"),
    fractions.Fraction(1, 3),
    range(1, 9, 2),
    slice(1, None, 2),
    ...,
    bytearray(b"x"),
    collections.Counter("aab"),
    collections.OrderedDict(a=1),
    collections.defaultdict(list, {"a": [1]}),
    collections.deque([1, 2], maxlen=3),
    Point(1, [Point(2, 3)]),
    {"k": 1}.keys(),
    {"k": 1}.values(),
    {"k": 1}.items(),
    int,
    {dt.date(2020, 1, 1): decimal.Decimal(1)},
    np.array(["a", "bcd"]),
    np.array([1, "a", None], dtype=object),
    np.array(["2020-01-01"], dtype="M8[D]"),
    np.str_("q"),
    np.datetime64("2020-01-01"),
    WHOLE,
    WHOLE["text"],
    WHOLE["kind"].value_counts(),
    WHOLE.groupby("text").sum(numeric_only=True),
    WHOLE.describe(),
    WHOLE.set_index(["whole", "real"]),
    pd.DataFrame(),
    pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]),
    pd.cut(pd.Series([1, 5, 9]), 3),
    pd.Series([1, 2], name="z"),
    pd.Index([1, 2]),
    pd.RangeIndex(3),
    pd.date_range("2020", "2021", periods=3),
    pd.Timestamp("2020-01-01 12:00", tz="UTC"),
    pd.Timedelta("1D"),
    pd.NaT,
    pd.NA,
]


def arrived(value: Any) -> Any:
    """What comes to the trusted side of a student's value."""
    encoder = codec.Encoder()
    root = encoder.add(value)
    (decoded,) = wire.decode({"nodes": json.loads(json.dumps(encoder.nodes)), "root": root}, ("root",), encoder.body)
    return decoded


def sent(value: Any) -> Any:
    """What comes to the student's side of one of ours."""
    encoded = wire.Encoded(value)
    return codec.decode(json.loads(json.dumps(encoded.nodes)), encoded.root, encoded.body)


@pytest.mark.parametrize("cross", [arrived, sent])
@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__} {str(value)[:20]!r}")
def test_a_value_crosses_as_it_is(value: Any, cross: Any) -> None:
    crossed = cross(value)
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(crossed, value)
    elif isinstance(value, pd.Series):
        pd.testing.assert_series_equal(crossed, value)
    elif isinstance(value, pd.Index):
        pd.testing.assert_index_equal(crossed, value)
    else:
        assert getattr(crossed, "dtype", None) == getattr(value, "dtype", None)
    assert type(crossed).__name__ == type(value).__name__
    assert repr(crossed) == repr(value)


def test_two_named_tuples_of_one_kind_are_equal() -> None:
    assert arrived(Point(1, 2)) == arrived(Point(1, 2))


def test_a_generator_gives_here_what_it_gives_there() -> None:
    generator = arrived(n * n for n in range(4))
    assert list(generator) == [0, 1, 4, 9]
    assert list(generator) == []


def test_of_an_endless_generator_some_items_come() -> None:
    def endless() -> Any:
        n = 0
        while True:
            yield n
            n += 1

    endlessly = arrived(endless())
    assert [next(endlessly) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(RuntimeError, match="no more were taken"):
        list(endlessly)


def test_a_frame_that_the_student_changed_is_changed_here() -> None:
    ours = pd.DataFrame({"a": [1, 2]})
    put_back(ours, pd.DataFrame({"b": ["x"]}))
    pd.testing.assert_frame_equal(ours, pd.DataFrame({"b": ["x"]}))


def refused(kind: str, plain: Any) -> str:
    """What is said to what a student's process calls a value of a kind."""
    encoder = codec.Encoder()
    root = encoder.add(plain)
    nodes = [*encoder.nodes, ["x", kind, root]]
    with pytest.raises(wire.Unreadable) as told:
        wire.decode({"nodes": json.loads(json.dumps(nodes)), "root": len(nodes) - 1}, ("root",), encoder.body)
    return str(told.value)


COLLIDING = [[n * ((1 << 61) - 1), 0] for n in range(1_000)]


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        ("counter", COLLIDING),
        ("ordered", COLLIDING),
        ("default", ("int", COLLIDING)),
        ("items", COLLIDING),
        ("keys", [key for key, _value in COLLIDING]),
    ],
)
def test_keys_made_to_collide_are_refused_in_every_kind_of_dictionary(kind: str, plain: Any) -> None:
    assert refused(kind, plain) == "keys made to collide"


def test_numbers_and_what_is_missing_of_them_are_as_many_before_anything_is_made_of_them() -> None:
    tall, wide = np.zeros((2_000, 1), "int64"), np.zeros((1, 2_000), bool)
    tracemalloc.start()
    refused("masked", ("Int64", tall, wide))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20  # each of 4 million would take 8 bytes


def test_a_range_of_a_few_bytes_is_not_written_out() -> None:
    left, right = pd.RangeIndex(1 << 40), pd.RangeIndex(1, (1 << 40) + 1)
    refused("intervals", (left, right, "right"))
    refused("category", (np.zeros(1, "int8"), left, False))


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.binary(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=8).map(tuple),
    max_leaves=12,
)


@given(
    st.sampled_from(
        sorted({*rich._MADE, "array", "scalar", "objects", "named", "frame", "series", "index", "category", "zoned", "masked"})
    ),
    PLAIN,
)
def test_whatever_is_said_to_be_a_value_is_one_or_is_refused(kind: str, plain: Any) -> None:
    encoder = codec.Encoder()
    root = encoder.add(plain)
    nodes = [*encoder.nodes, ["x", kind, root]]
    try:
        wire.decode({"nodes": json.loads(json.dumps(nodes)), "root": len(nodes) - 1}, ("root",), encoder.body)
    except wire.Unreadable:
        return
