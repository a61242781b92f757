"""What a test gets of ours under names that the notebook may have as well: modules, and what is imported from them.

A test that compares with `np.allclose` must get numpy's, whatever the notebook has made of `np`. So a module is never the student's, and
neither is anything that a notebook says it imports, under its own name, from the modules of `_TRUSTED`. That text, which is the student's,
chooses only among functions that anybody may call.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from typing import Any

__all__ = ["ALWAYS", "NotInstalled", "by_name", "imported", "module"]

ALWAYS = frozenset(("np", "numpy", "pd", "pandas"))
"""Names that nobody uses for anything else: the notebook is not even asked."""

_MODULES = {
    "dt": "datetime",
    "mpl": "matplotlib",
    "np": "numpy",
    "nx": "networkx",
    "pd": "pandas",
    "plt": "matplotlib.pyplot",
    "sm": "statsmodels.api",
    "sns": "seaborn",
    "sp": "scipy",
    "stats": "scipy.stats",
    "tf": "tensorflow",
}
"""What is usually imported under another name."""

_TRUSTED = frozenset(
    (
        *("bisect", "cmath", "collections", "copy", "datetime", "decimal", "fractions", "functools", "heapq", "itertools", "json", "math"),
        *("numpy", "numpy.linalg", "numpy.testing", "operator", "pandas", "pandas.testing", "pathlib", "random", "re", "statistics"),
        *("scipy", "scipy.stats", "string", "textwrap", "time"),
    )
)
_DEFAULTS = {
    "Counter": "collections",
    "DataFrame": "pandas",
    "Decimal": "decimal",
    "Fraction": "fractions",
    "OrderedDict": "collections",
    "Path": "pathlib",
    "Series": "pandas",
    "allclose": "numpy",
    "array_equal": "numpy",
    "assert_allclose": "numpy.testing",
    "assert_almost_equal": "numpy.testing",
    "assert_array_equal": "numpy.testing",
    "assert_frame_equal": "pandas.testing",
    "assert_series_equal": "pandas.testing",
    "date": "datetime",
    "datetime": "datetime",
    "defaultdict": "collections",
    "deque": "collections",
    "isclose": "math",
    "timedelta": "datetime",
}
"""What is ours also where no import of it can be read from the notebook, which has it, but not by a definition of its own."""


class NotInstalled(Exception):
    """A test needs a package that is not here: the author's or the machine's business, never the student's."""


def module(name: str) -> Any:
    """The module that goes by this name.

    Raises:
        NotInstalled: it cannot be imported.
    """
    return _import(_MODULES.get(name, name))


def by_name(name: str) -> Any:
    """What is ours by its name alone, where there is no notebook to ask: a module, or what is usually imported from one; None for all else.

    Raises:
        NotInstalled: it cannot be imported.
    """
    if name in _DEFAULTS:
        return getattr(_import(_DEFAULTS[name]), name)
    return module(name) if name in _MODULES or name in _TRUSTED or name in ALWAYS else None


def imported(name: str, statements: Mapping[str, str], *, defined: bool) -> Any:
    """What a notebook has imported under its own name from a module that we trust; None when it is something else.

    Args:
        name: In the notebook.
        statements: Name → the import statement that binds it, as the notebook's text says.
        defined: Whether the text also defines a function of that name.
    """
    source = _source(statements.get(name, ""), name)
    if source is None and not defined:
        source = _DEFAULTS.get(name)
    return getattr(_import(source), name, None) if source is not None else None


def _source(statement: str, name: str) -> str | None:
    """The trusted module in `from MODULE import NAME`."""
    if not statement:
        return None
    node = ast.parse(statement).body[0]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module in _TRUSTED and node.names[0].name == name:
        return node.module
    return None


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        missing = error.name or name
        raise NotInstalled(
            f"It needs {missing}, which is not installed here. Install it (pip install {missing}), and grade again."
        ) from error
