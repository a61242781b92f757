"""What is the same in every process of this interpreter, so that its name says it: `numpy.sin`, `str.upper`, `ValueError`."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

__all__ = ["importable"]


def importable(value: Any) -> tuple[str, str] | None:
    """Module and dotted name of what anybody can import; None of everything else."""
    if isinstance(value, np.ufunc):
        ufunc = str(value.__name__)
        return ("numpy", ufunc) if getattr(np, ufunc, None) is value else None
    owner: Any = getattr(value, "__objclass__", None)  # a method of a builtin class, such as `str.upper`
    module = getattr(owner or value, "__module__", None)
    name: Any = f"{owner.__qualname__}.{value.__name__}" if owner else getattr(value, "__qualname__", None)
    if not isinstance(module, str) or not isinstance(name, str) or module.partition(".")[0] not in _EVERYWHERE:
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return (module, name) if found is value else None


_EVERYWHERE = (sys.stdlib_module_names | {"numpy", "pandas", "scipy"}) - {"__main__"}
"""Packages that are the same in every process."""
