"""Comparing what a function returned with what it should have returned, and saying where they first part.

Test files use it as `autograder_checks`: students have a copy of this folder beside their notebook, graders have it in the
package. It needs nothing but numpy, and compares pandas' frames, series and indexes where there is pandas.

    assert_same(observed, expected)              everything: structure, shapes, kinds of numbers, values
    assert_printed("a.shape", "(5, 10)", a=a)    against text as numpy prints it, to the digits printed
    assert_unchanged(after, before, name="x")    an argument that a function must not have changed

Each raises `Difference`, whose text names the place in the *expected* structure, so "value[2][0]" is the first item of the third.

difference   what is different, and its words
arrays       numbers and arrays
tables       frames, series, indexes
values       everything, by its structure
printed      printed text
"""

from __future__ import annotations

from .difference import Difference, Kind
from .printed import assert_printed
from .values import assert_same, assert_unchanged

__all__ = ["Difference", "Kind", "assert_printed", "assert_same", "assert_unchanged"]
