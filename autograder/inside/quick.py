"""What makes IPython's cells cheaper without a difference that a notebook could see.

Measured on a notebook of 28 cells that takes 30 ms by itself: IPython spends 100 ms on it, half of them in looking twice through
every cell, with Python's own slow tokenizer, for magics that are not there, and in naming cells by a hash written in Python.
"""

from __future__ import annotations

import ast
import contextlib
import re
import struct
import sys
import warnings
from collections.abc import Iterator
from typing import Any

__all__ = ["spare"]

_MAY_BE_MAGIC = re.compile(r"\?|^\s*[%!,;/]|=\s*[%!]|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", re.MULTILINE)
"""Help at the end of a line, an escape at its beginning, an assignment from a magic or the shell, an unusual end of a line:
more than IPython's rules match, never less."""


def spare(kernel: Any) -> None:
    """Prepare a kernel that has not run anything."""
    # Compiles what the tokenizer and the transformers keep compiled.
    kernel.shell.transform_cell("x = 1\n'''t'''\n%pwd\n")
    _transform_only_magics(kernel.shell.input_transformer_manager)
    _ask_once(sys.modules["IPython.core.interactiveshell"])
    vars(sys.modules[type(kernel.shell.compile).__module__])["murmur2_x86"] = _murmur2


def _murmur2(text: str, seed: int) -> int:
    """What ipykernel calls by this name: MurmurHash2 (A. Appleby, public domain), 32 bits; a message of a syntax error shows it."""
    data = text.encode()
    value = seed ^ len(data)
    whole = len(data) & ~3
    for part in struct.unpack_from(f"<{whole >> 2}I", data):
        part = part * 0x5BD1E995 & 0xFFFFFFFF  # noqa: PLW2901
        value = (value * 0x5BD1E995 ^ (part ^ part >> 24) * 0x5BD1E995) & 0xFFFFFFFF
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * 0x5BD1E995 & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0x5BD1E995 & 0xFFFFFFFF
    return value ^ value >> 15


def _transform_only_magics(manager: Any) -> None:
    """Tokenize only cells that may have magics, and transform a cell that was just transformed no second time.

    ipykernel transforms every cell to see whether it awaits, and IPython once more to run it. A notebook that has added
    transformers of its own gets all that it would.
    """
    original, transform_cell = manager.do_token_transforms, manager.transform_cell
    lists = ("cleanup_transforms", "line_transforms", "token_transformers")
    usual = {name: list(getattr(manager, name)) for name in lists}
    finders = usual["token_transformers"]
    last: list[Any] = [None, None]

    def transform_once(cell: str) -> Any:
        if any(getattr(manager, name) != usual[name] for name in lists):
            return transform_cell(cell)
        if last[0] != cell:
            last[:] = None, None
            last[:] = cell, transform_cell(cell)
        return last[1]

    def do_token_transforms(lines: list[str]) -> Any:
        text = "".join(lines)
        if manager.token_transformers == finders and not _MAY_BE_MAGIC.search(text) and _is_python(text):
            return lines
        return original(lines)

    manager.do_token_transforms = do_token_transforms
    manager.transform_cell = transform_once


def _ask_once(interactiveshell: Any) -> None:
    """Compile a cell only once to see whether it awaits; twice, as always, when compiling it warns."""
    original = interactiveshell._should_be_async  # noqa: SLF001
    last: list[Any] = [None, False]

    def should_be_async(cell: str) -> bool:
        if last[0] != cell:
            last[0] = None
            seen: list[Any] = []
            with _warnings_to(seen):
                last[1] = original(cell)
            for show, warning in seen:
                show(*warning)
            if not seen:
                last[0] = cell
        return bool(last[1])

    interactiveshell._should_be_async = should_be_async  # noqa: SLF001


def _is_python(text: str) -> bool:
    """Whether it parses: then the tokenizer has nothing to complain of either."""
    with _warnings_to([]):
        try:
            compile(text, "<tokenize>", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            return False
    return True


@contextlib.contextmanager
def _warnings_to(seen: list[Any]) -> Iterator[None]:
    """Collect warnings instead of showing them. Not `warnings.catch_warnings`, which makes the system forget what was shown before."""
    show = warnings.showwarning
    warnings.showwarning = lambda *warning, **_named: seen.append((show, warning))
    try:
        yield
    finally:
        warnings.showwarning = show
