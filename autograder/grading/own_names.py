"""What a test gets of ours under names that the notebook may have as well: modules, and what is imported from them.

A test that compares with `np.allclose` must get numpy's, whatever the notebook has made of `np`. So a module is never the student's, and
neither is anything that a notebook says it imports, under its own name, from the modules of `_TRUSTED`. That text, which is the student's,
chooses only among functions that anybody may call.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Mapping
from typing import Any

__all__ = ["ALWAYS", "NotInstalled", "imported", "is_alias", "module"]

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
        *(
            "numpy",
            "numpy.linalg",
            "numpy.random",
            "numpy.testing",
            "operator",
            "pandas",
            "pandas.testing",
            "pathlib",
            "random",
            "re",
            "statistics",
        ),
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


def module(name: str, statements: Mapping[str, str] | None = None) -> Any:
    """The module that goes by this name; where nobody calls one so, the one that the notebook says it imports under it, if we trust that.

    Args:
        name: In the notebook.
        statements: See `imported`.

    Raises:
        NotInstalled: it cannot be imported.
    """
    known = _MODULES.get(name, name)
    if is_alias(name):
        meant = _meant(statements.get(name, "") if statements else "")
        known = meant if meant in _TRUSTED or meant in _MODULES.values() else name
    return _import(known)


def is_alias(name: str) -> bool:
    """Whether no module goes by this name, so that the notebook alone says what it is."""
    return name not in _MODULES and importlib.util.find_spec(name) is None


def _meant(statement: str) -> str:
    """The module in `import MODULE as …` and `from … import MODULE as …`."""
    node = ast.parse(statement).body[0] if statement else None
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return f"{node.module}.{node.names[0].name}"
    return node.names[0].name if isinstance(node, ast.Import) else ""


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
