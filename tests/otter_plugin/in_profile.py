"""A Python whose grader confines in the profile named first, whatever better one the machine has. A program of its own.

in_profile.py PROFILE [-P] -m MODULE ARGUMENT…     or     in_profile.py PROFILE [-P] FILE ARGUMENT…

`another_otter` in the place of the profile: the best one, and an otter that says that it is another version than ours knows.
"""

from __future__ import annotations

import functools
import runpy
import sys
from typing import Any

import otter

from autograder.grading import session
from autograder.model import Profile

if __name__ == "__main__":
    _, what, *rest = sys.argv
    if what == "another_otter":
        otter.__version__ = "7.0.1"
    else:
        grading: Any = session
        grading.Zygote = functools.partial(grading.Zygote, profile=Profile(what))
    if rest[0] == "-P":
        del rest[0]
    if rest[0] == "-m":
        sys.argv = rest[1:]
        runpy.run_module(rest[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = rest
        runpy.run_path(rest[0], run_name="__main__")
