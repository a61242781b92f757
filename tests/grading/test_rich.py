import collections
import datetime as dt
import decimal
import fractions
import itertools
import json
import pathlib
import re
import tracemalloc
import types
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
    dt.datetime(2024, 10, 27, 2, 30, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin"), fold=1),
    dt.date(2020, 1, 1),
    dt.time(1, 2),
    dt.time(1, 2, tzinfo=dt.timezone(dt.timedelta(hours=-3))),
    dt.time(1, 2, tzinfo=zoneinfo.ZoneInfo("Asia/Kolkata"), fold=1),
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
    ValueError,
    ValueError("x", 1),
    re.compile("[a-z]+", re.IGNORECASE),
    types.SimpleNamespace(a=[1]),
    np.array([("a", 1, [1.0, 2.0]), ("bc", 2, [3.0, 4.0])], dtype=[("name", "U5"), ("n", "i4"), ("xy", "f8", 2)]),
    pathlib.Path("data") / "x.csv",
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
    pd.Timestamp("9999-12-31 23:59", tz="Asia/Tokyo"),
    *(pd.Timestamp("0001-01-01 00:00").as_unit(unit) for unit in ("s", "ms", "us")),
    pd.Timestamp("2024-10-27 02:30").tz_localize("Europe/Berlin", ambiguous=False),
    pd.Timedelta("1D"),
    *(pd.Timedelta(days=1_000).as_unit(unit) for unit in ("s", "ms", "us", "ns")),
    pd.Timedelta(days=1_000_000),
    pd.NaT,
    pd.NA,
    pd.Period("2024Q1"),
    {pd.Period("2024-01"): 1, pd.Interval(0, 1): 2},
    pd.period_range("2024-01", periods=3, freq="M"),
    pd.DataFrame({"week": pd.period_range("2024-01-01", periods=2, freq="W"), "n": [1, 2]}),
    pd.DataFrame({"n": [1, 2]}, index=pd.date_range("2024-01-01", periods=2, freq="2h", tz="UTC")),
    pd.Series([1, 2], index=pd.date_range("2024-01-01", periods=2, freq="ME")),
    pd.timedelta_range("1h", periods=3, freq="h"),
    pd.Series(pd.to_datetime(["9999-01-01", None])),
    pd.Series(np.array(["2024-01-01"], "M8[s]")),
    WHOLE.pivot_table(index="kind", columns="text", values="real", observed=True),
    WHOLE.groupby("text")[["whole", "real"]].agg(["mean", "max"]),
    pd.MultiIndex.from_product([pd.date_range("2024", periods=2), pd.Categorical(["a", "b"])], names=["day", None]),
]


def arrived(value: Any) -> Any:
    """What comes to the trusted side of a student's value."""
    held: list[Any] = []
    encoder = codec.Encoder(lambda function: held.append(function) or len(held) - 1)  # type: ignore[func-returns-value]
    root = encoder.add(value)
    header = {"nodes": json.loads(json.dumps(encoder.nodes)), "root": root}
    (decoded,) = wire.decode(header, ("root",), encoder.body, lambda number, _name, _kind, _text: held[number])
    return decoded


def sent(value: Any) -> Any:
    """What comes to the student's side of one of ours."""
    held: list[Any] = []
    encoded = wire.Encoded(value, function_node=lambda function: ["v", held.append(function) or len(held) - 1])  # type: ignore[func-returns-value]
    return codec.decode(json.loads(json.dumps(encoded.nodes)), encoded.root, encoded.body, lambda node: held[node[1]])


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


@pytest.mark.parametrize("cross", [arrived, sent])
def test_an_iterator_gives_there_what_it_gives_here(cross: Any) -> None:
    generator = cross(n * n for n in range(4))
    assert list(generator) == [0, 1, 4, 9]
    assert list(generator) == []


@pytest.mark.parametrize("cross", [arrived, sent])
def test_an_iterator_is_asked_only_for_what_is_looked_at(cross: Any) -> None:
    seen: list[int] = []
    endlessly = cross(seen.append(n) or n for n in itertools.count())  # type: ignore[func-returns-value]
    assert seen == []
    assert [next(endlessly), *seen] == [0, 0]
    assert list(itertools.islice(endlessly, 5_000)) == list(range(1, 5_001))
    assert len(seen) < 10_000


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
ARRAYS = st.builds(
    np.zeros,
    st.lists(st.integers(0, 4), max_size=2).map(tuple),
    st.sampled_from(["int64", "uint32", "uint64", "int8", "float64", "bool", "complex64", "U2", "M8[s]", "O"]),
)
_INDEXES = [
    pd.Index([3, 1]),
    pd.Index(["a", None]),
    pd.RangeIndex(2),
    pd.date_range("2024", periods=2, tz="UTC"),
    pd.IntervalIndex.from_breaks([0, 1, 2]),
    pd.MultiIndex.from_arrays([[1, 2], ["a", "b"]]),
    pd.CategoricalIndex(["a", "b"]),
    pd.period_range("2024", periods=2, freq="M"),
]
_COLUMNS = [*(WHOLE[column].array for column in WHOLE), WHOLE["whole"], WHOLE]
INDEXES = st.integers(0, len(_INDEXES) - 1).map(_INDEXES.__getitem__)
COLUMNS = st.integers(0, len(_COLUMNS) - 1).map(_COLUMNS.__getitem__)
WORDS = st.sampled_from(["Int64", "boolean", "right", "both", "nan", "s", "ns", "M", "2h", "UTC", "Europe/Berlin", "PCG64", "MT19937", "x"])
PART = st.deferred(lambda: WORDS | ARRAYS | INDEXES | COLUMNS | PLAIN | st.lists(ARRAYS | INDEXES | COLUMNS | WORDS, max_size=3))
STATES = st.fixed_dictionaries(
    {"bit_generator": WORDS, "state": st.dictionaries(st.sampled_from(["key", "pos", "state", "inc", "counter"]), PART, max_size=3)},
    optional={"has_uint32": PART, "uinteger": PART, "has_gauss": PART, "gauss": PART, "buffer": PART, "buffer_pos": PART},
)
SHAPED = {
    "masked": st.tuples(WORDS, ARRAYS | COLUMNS, ARRAYS),
    "intervals": st.tuples(INDEXES | ARRAYS, INDEXES | ARRAYS, WORDS),
    "multi index": st.tuples(st.lists(PART, max_size=3), st.lists(ARRAYS | COLUMNS, max_size=3)),
    "category": st.tuples(ARRAYS, INDEXES, st.booleans()),
    "zoned": st.tuples(ARRAYS, WORDS, WORDS),
    "periods": st.tuples(ARRAYS, WORDS),
    "frame": st.tuples(INDEXES, INDEXES, st.lists(ARRAYS | COLUMNS, max_size=3)),
    "series": st.tuples(PART, INDEXES, ARRAYS | COLUMNS),
    "index": st.tuples(PART, ARRAYS | COLUMNS, st.none() | WORDS),
    "objects": st.tuples(st.lists(st.integers(-1, 3), max_size=3).map(tuple), st.lists(PART, max_size=4)),
    "generator": STATES,
    "random state": STATES,
    "random": st.tuples(ARRAYS, st.integers(), PART),
}
ONLY_NAMED = [
    *("array", "scalar", "named", "timestamp", "range index", "pandas timedelta", "period", "interval", "numpy column", "strings"),
    *("nat", "na"),
]


@given(
    st.one_of(
        st.tuples(st.sampled_from(sorted({*rich._MADE, *ONLY_NAMED, *SHAPED})), PLAIN | st.lists(PART, max_size=4).map(tuple)),
        *(st.tuples(st.just(kind), plain) for kind, plain in SHAPED.items()),
    )
)
def test_whatever_is_said_to_be_a_value_is_one_or_is_refused(said: tuple[str, Any]) -> None:
    kind, plain = said
    encoder = codec.Encoder()
    root = encoder.add(plain)
    nodes = [*encoder.nodes, ["x", kind, root]]
    try:
        (value,) = wire.decode({"nodes": json.loads(json.dumps(nodes)), "root": len(nodes) - 1}, ("root",), encoder.body)
    except wire.Unreadable:
        return
    assert type(value).__module__.partition(".")[0] in (
        "builtins",
        "collections",
        "datetime",
        "decimal",
        "fractions",
        "numpy",
        "pandas",
        *NAMED,
    )


NAMED = ("autograder", "pathlib", "random")
"""Where named tuples are made, and others."""


def test_an_array_is_never_given_another_size_for_views_of_it_would_be_left_without_memory() -> None:
    ours = np.arange(6.0)
    view = ours[1:]
    with pytest.raises(ValueError, match="another size"):
        put_back(ours, np.zeros(1 << 20))
    put_back(ours, np.ones((2, 3)))
    assert ours.tolist() == [[1.0] * 3] * 2
    assert view.tolist() == [1.0] * 5


def test_what_has_a_comparison_of_its_own_is_refused_where_the_tests_would_ask_it() -> None:
    def always(_other: Any) -> bool:
        return True

    for kind, plain in (("named", ("Table", ("equals",), (always,))), ("namespace", {"startswith": always})):
        with pytest.raises(ValueError, match="of the student's own"):
            rich.rebuild(kind, plain)
    assert rich.rebuild("named", ("Pair", ("first", "deposit"), (1, always))).deposit is always
    assert rich.rebuild("namespace", {"equals": 3}).equals == 3
