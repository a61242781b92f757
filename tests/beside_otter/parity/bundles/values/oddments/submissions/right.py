# scores: q1 12/12, q2 6/6
# %%
import functools
import inspect
import math as m
import re
import types
from pathlib import Path

import numpy as np
from numpy import random as rnd

def two(a, b: int = 3):
    """Two."""
    return a, b

class Adder:
    def __init__(self, n):
        self.n = n

    def __call__(self, x):
        return x + self.n

adder = Adder(3)
half = functools.partial(lambda by, x: x / by, 2)
pattern = re.compile("[a-z]")
path = Path("x/y.txt")
vec = np.vectorize(lambda x: x + 1)
poly = np.poly1d([1, 0, 1])
settings = types.SimpleNamespace(x=1)
# %%
def through(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)
    return inner

@through
def decorated(x):
    return x

records = np.array([("a", 1), ("b", 2)], dtype=[("name", "U5"), ("age", "i4")])
error = ValueError("x")
