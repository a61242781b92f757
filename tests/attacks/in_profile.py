"""`autograder`, with the profile of confinement that is named first, whatever better one the machine has. A program of its own."""

from __future__ import annotations

import functools
import sys

from autograder.cli import main
from autograder.grading import session

if __name__ == "__main__":
    session.Zygote = functools.partial(session.Zygote, profile=sys.argv.pop(1))  # type: ignore[misc,assignment]
    main()
