"""A stand-in's question: what the student's code called a helper with, and the answer that goes back.

A helper may hand its arguments on (a cell keeps them in its cache) and it may change them in place (a sort swaps two
items). A student's own helper would do so with the student's own objects, and whoever holds a view of one sees it. So the
answer does not describe an object that came in the question: it names it, and says what is in it now if that changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.grading import wire

__all__ = ["Asked"]

_HAVE_CONTENTS = (np.ndarray, list, dict, set)


class Asked:
    """The arguments of one call, as they came.

    Args:
        header, body: The frame that asks.
        remote: Makes functions of the student's of what came for them.

    Raises:
        wire.Unreadable: it describes no arguments.
    """

    def __init__(self, header: dict[str, Any], body: bytes, remote: Callable[[int, str, str, str], Any] | None = None) -> None:
        (arguments,), parts = wire.decode_with_parts(header, ("root",), body, remote)
        match arguments:
            case (tuple() as args, dict() as kwargs):
                self.args: tuple[Any, ...] = args
                self.kwargs: dict[str, Any] = kwargs
            case _:
                raise wire.Unreadable("a question without arguments")
        self._parts = {node: part for node, part in enumerate(parts) if type(part) in _HAVE_CONTENTS}
        self._before = {node: part.copy() for node, part in self._parts.items()}

    def answer(self, result: Any, function_node: Callable[[Any], list[Any] | None] | None = None) -> tuple[dict[str, Any], bytes]:
        """The frame that answers with `result`, which was made of these arguments; `function_node`: see `wire.Encoded`.

        Raises:
            wire.Unsendable: it is not plain data.
        """
        encoded = wire.Encoded(result, {id(part): node for node, part in self._parts.items()}, function_node)
        changed = [[node, encoded.add_contents(part)] for node, part in self._parts.items() if not _same_contents(part, self._before[node])]
        return {"do": "answer", "nodes": encoded.nodes, "root": encoded.root, "changed": changed}, encoded.body


def _same_contents(now: Any, before: Any) -> bool:
    """Whether an object holds what it held: for containers the very same items, whatever is in those."""
    if type(now) is np.ndarray:
        return bool(now.shape == before.shape and now.dtype == before.dtype and now.tobytes() == before.tobytes())
    if type(now) is set:
        return bool(now == before)
    if type(now) is dict:
        return len(now) == len(before) and all(
            key is old_key and item is old for (key, item), (old_key, old) in zip(now.items(), before.items(), strict=True)
        )
    return len(now) == len(before) and all(item is old for item, old in zip(now, before, strict=True))
