"""Changes a judge's own objects as the student's function changed its copies of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.grading.generators import TYPES
from autograder.grading.rich import refill

__all__ = ["kept", "put_back"]


def put_back(original: Any, changed: Any, depth: int = 0) -> None:
    """Give an object of ours, in place, the contents that its copy has now.

    Raises:
        TypeError, ValueError, RecursionError: it was changed into something that it cannot become.
    """
    if type(original) is tuple and type(changed) is tuple and len(original) == len(changed) and depth < 50:
        for ours, theirs in zip(original, changed, strict=True):
            put_back(ours, theirs, depth + 1)
    elif type(original) is np.ndarray and type(changed) is np.ndarray:
        if original.shape != changed.shape:
            if original.size != changed.size:  # numpy refuses it where others know the array: views would be left without memory
                raise ValueError("an array of another size")
            original.resize(changed.shape, refcheck=False)
        original[...] = changed
    elif refill(original, changed):
        return
    elif isinstance(original, dict) and type(changed) is dict:
        same_keys = {key: kept(original[key], value, depth) for key, value in changed.items() if key in original}
        original_keys = [key for key in original if key not in changed]
        for key in original_keys:
            del original[key]
        original.update({**changed, **same_keys})
    elif isinstance(original, list) and type(changed) is list:
        same = len(original) == len(changed)
        original[:] = [kept(o, c, depth) for o, c in zip(original, changed, strict=True)] if same else changed
    elif isinstance(original, set) and type(changed) is set:
        original.clear()
        original.update(changed)


def kept(original: Any, changed: Any, depth: int = 0) -> Any:
    """The original object, changed in place where it can be; else what it was changed into."""
    if depth > 50 or not isinstance(original, (list, dict, set, tuple, np.ndarray, *TYPES)) or not _fits(original, changed, depth):
        return changed
    put_back(original, changed, depth + 1)
    return original


def _fits(original: Any, changed: Any, depth: int) -> bool:
    """Whether an object can have been changed into this in place: an array of its size, a tuple of such."""
    if type(original) is not type(changed) or depth > 50:
        return False
    if isinstance(original, np.ndarray):
        return bool(original.size == changed.size and original.dtype == changed.dtype)
    if isinstance(original, tuple):
        return len(original) == len(changed) and all(_fits(o, c, depth + 1) for o, c in zip(original, changed, strict=True))
    return True
