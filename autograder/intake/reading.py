"""The reader's own process: see `autograder.intake.reader`. Parses what students wrote; runs nothing of it."""

from __future__ import annotations

import ast
import contextlib
import functools
import hashlib
import os
import re
import resource
import select
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.errors import SubmissionError
from autograder.grading.definitions import last_statements
from autograder.grading.notebook import code_cells, parse_submission
from autograder.kernel.frames import Closed, Link
from autograder.model import OtterRules
from autograder.records import read

__all__ = ["main"]

_MOST_BYTES = 64 << 20  # a notebook may have 32 MiB
_PATIENCE_S = 600.0
_LOOK_S = 2.0


def main(memory_bytes: int) -> None:
    """Answer on the socket that is this process's stdin, until it closes or whoever started us is gone."""
    parent = os.getppid()
    with contextlib.suppress(ValueError, OSError):  # a stricter limit is in place already
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    link = Link(socket.socket(fileno=os.dup(0)), most_bytes=_MOST_BYTES, most_header=1 << 20)
    with contextlib.suppress(Closed):
        order, _body = link.receive(deadline=time.monotonic() + _PATIENCE_S)
        functions: list[str] = order["functions"]
        otter = None if order["otter"] is None else read(order["otter"], OtterRules)
        link.send({"ready": True}, deadline=time.monotonic() + _PATIENCE_S)
        while os.getppid() == parent:
            if select.select([link.sock], [], [], _LOOK_S)[0]:
                header, data = link.receive(deadline=time.monotonic() + _PATIENCE_S)
                link.send(_look(data, header["shown"], functions, otter), deadline=time.monotonic() + _PATIENCE_S)
    sys.stdout.flush()
    os._exit(0)  # nothing is left to do, and a large heap takes time to tidy


def _look(data: bytes, shown: str, graded: Sequence[str], otter: OtterRules | None) -> dict[str, Any]:
    try:
        notebook, beside = parse_submission(data, shown, otter)
    except SubmissionError as error:
        return {"unreadable": str(error)}
    sources = [cell.source for cell in code_cells(notebook)]
    defined = last_statements([source for source in sources if _defining(tuple(graded)).search(source)])
    return {"sha256": _of_source(sources, beside), "functions": {name: _of_syntax(defined[name]) for name in graded if name in defined}}


@functools.cache
def _defining(functions: tuple[str, ...]) -> re.Pattern[str]:
    """Found in every cell that defines one of these: parsing is what takes the time."""
    names = "|".join(map(re.escape, functions)) or "(?!)"
    return re.compile(rf"\b(?:(?:def|class)[\s\\]+|(?=(?:{names})\s*=))(?:{names})\b")


def _of_source(sources: Sequence[str], beside: Mapping[str, bytes]) -> str:
    """Each piece with its length, so that no two sequences are the same bytes."""
    digest = hashlib.sha256()
    parts = [source.encode("utf-8", "surrogatepass") for source in sources]
    files = [part for name in sorted(beside) for part in (name.encode("utf-8", "surrogatepass"), beside[name])]
    digest.update(f"{len(parts)} {len(files)}".encode())
    for part in (*parts, *files):
        digest.update(b" %d " % len(part))
        digest.update(part)
    return digest.hexdigest()


def _of_syntax(node: ast.stmt) -> str:
    try:
        text = ast.dump(node)
    except RecursionError:
        text = f"too deep, from {node.lineno}:{node.col_offset} to {node.end_lineno}:{node.end_col_offset}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
