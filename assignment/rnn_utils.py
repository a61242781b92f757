"""Small functions that come with the notebook; nothing in here is graded.

`sigmoid` and `softmax` are the activation functions of the networks, and `check_filled_in` is what the cells
that try your functions call first, so that a function which is still empty says so in plain words.
"""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["check_filled_in", "sigmoid", "softmax"]


def sigmoid(z: Any) -> Any:
    """Squash every number of an array into the interval from 0 to 1.

    Args:
        z: An array of any shape, or a number.

    Returns:
        1 / (1 + exp(-z)) for every entry, of the same shape as `z`. Very large and very small entries give 1 and 0
        without a warning, because the exponential is only ever taken of numbers that are not positive.
    """
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def softmax(z: Any) -> Any:
    """Turn every column of scores into probabilities.

    Args:
        z: An array of shape (n, m): n scores for each of m examples, one example per column.

    Returns:
        An array of shape (n, m) whose entries are positive and whose columns each add up to 1. The largest score of a
        column is subtracted before the exponential is taken: the result is the same, and nothing overflows.
    """
    z = np.asarray(z)
    powers = np.exp(z - np.max(z, axis=0, keepdims=True))
    return powers / np.sum(powers, axis=0, keepdims=True)


def check_filled_in(function_name: str, **values: Any) -> None:
    """Stop with a sentence that says what to do when a function still returns None.

    Args:
        function_name: The function that was called.
        **values: What it returned, each under the name that its docstring uses.

    Raises:
        NotImplementedError: At least one of the values is None.
    """
    empty = [name for name, value in values.items() if value is None]
    if empty:
        raise NotImplementedError(
            f"{function_name} still returns None for {', '.join(empty)}. Write your code between START CODE HERE and "
            "END CODE HERE, run that cell, then run this one again."
        )
