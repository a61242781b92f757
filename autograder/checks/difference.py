"""What is different, where, and the words for it."""

from __future__ import annotations

import enum
import sys
from typing import Any

import numpy as np

__all__ = ["Difference", "Kind", "described", "is_plain_number", "is_table", "other_type"]


class Kind(enum.StrEnum):
    """What is different; the words that are shown of a hidden case."""

    NONE = "it is None"
    TYPE = "it is of another type"
    LENGTH = "it has another number of items"
    MISSING_KEY = "a key is missing"
    EXTRA_KEY = "it has a key too many"
    SHAPE = "its shape is different"
    NUMBERS = "its numbers are of another kind"
    NOT_FINITE = "it holds nan or infinity"
    VALUES = "its values are different"
    CHANGED = "the function changed this argument"
    COLUMNS = "its columns are different"
    ROWS = "it has another number of rows"
    DTYPE = "its values are of another kind"
    LABELS = "its labels are different"
    NAME = "its name is different"
    ORDER = "its rows are in another order"
    GONE = "a value is missing where there should be one"
    NOT_GONE = "it has a value where none should be"


class Difference(AssertionError):
    """Where and how two values differ.

    Attributes:
        kind: What is different.
        path: Where, in the expected structure.
        closed: The same in words that hold nothing of the observed value: fit for hidden cases.
    """

    def __init__(self, kind: Kind, path: str, detail: str = "") -> None:
        self.kind = kind
        self.path = path
        self.closed = f"{path}: {kind.value}."
        super().__init__(f"{path}: {kind.value}" + (f": {detail}" if detail else "."))


def other_type(observed: Any, wanted: str, path: str) -> Difference:
    """The difference of a value that is not what was `wanted` at all."""
    if observed is None:
        return Difference(Kind.NONE, path, f"expected {wanted}")
    # In the grader's process what is not plain data is a handle that knows the name of its type.
    name = observed.type_name if type(observed).__name__ == "Opaque" else type(observed).__name__
    return Difference(Kind.TYPE, path, f"expected {wanted}, got a {name}{_cure(observed, wanted)}")


def _cure(observed: Any, wanted: str) -> str:
    if "array" in wanted and type(observed) not in (dict, str):
        return "; np.asarray makes an array of it"
    if "DataFrame" in wanted and type(observed).__name__ == "Series":
        return "; to_frame, or reset_index, makes a frame of it"
    return ""


def described(value: Any) -> str:
    """An expected value in a few words."""
    if type(value) is np.ndarray:
        return f"an array of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return f"a tuple or list of {len(value)} items"
    if is_table(value):
        columns = f" and {value.shape[1]} column(s)" if value.ndim > 1 else ""
        return f"{'an' if type(value).__name__ == 'Index' else 'a'} {type(value).__name__} of {len(value)} row(s){columns}"
    return {dict: "a dictionary", str: "a text", bool: "True or False"}.get(type(value), f"a {type(value).__name__}")


def is_table(value: Any) -> bool:
    """Whether it is a frame, a series, an index or an array of pandas, which need not be there."""
    pd = sys.modules.get("pandas")
    return pd is not None and isinstance(value, (pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray))


def is_plain_number(value: Any) -> bool:
    """Whether it is a number of Python's or numpy's own, and not of a class that may say what it likes."""
    return type(value) in (int, float, complex, bool) or (isinstance(value, np.generic) and type(value).__module__ == "numpy")
