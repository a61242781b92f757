"""`autograder`, with the profile of confinement that is named first, whatever better one the machine has. A program of its own."""

from __future__ import annotations

import functools
import sys
from typing import Any

from autograder.cli import main
from autograder.grading import session
from autograder.model import Profile

if __name__ == "__main__":
    grading: Any = session
    grading.Zygote = functools.partial(grading.Zygote, profile=Profile(sys.argv.pop(1)))
    main()
