"""stdout for one document and nothing else.

A bundle's tests and solution may print, from Python, from C or from a program they start; so may what is imported. All of that is for
stderr: a tool reads stdout.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from autograder.errors import MachineFault

__all__ = ["take_stdout", "write_document"]


def take_stdout() -> BinaryIO:
    """Return what stdout was. From here to the end of the process, whatever is written to stdout goes to stderr.

    Raises:
        MachineFault: stdout or stderr is closed.
    """
    try:
        sys.stdout.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
    except (OSError, AttributeError) as error:  # a closed stdout is None
        raise MachineFault(
            "stdout and stderr have to be open: the document goes to one, and what there is to say of it to the other."
        ) from error
    return os.fdopen(kept, "wb")


def write_document(document: bytes, stdout: BinaryIO) -> None:
    """Write it, and close.

    Raises:
        MachineFault: whoever should read it has gone, or there is no room.
    """
    try:
        with stdout:
            stdout.write(document)
    except OSError as error:
        raise MachineFault(f"The document could not be written to stdout: {error.strerror}.") from error
